"""Two forms of one draft: nobody's answer is lost or overwritten unseen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcheck.checks.merging import (
    NO_ANSWER,
    AnswerValue,
    FormMemory,
    decision,
    join_answers,
    merge,
    split_answers,
)
from selfcheck.checks.scoring import Answers

ONE, TWO, THREE = AnswerValue(points=1), AnswerValue(points=2), AnswerValue(points=3)


def memory(base=None, **decisions):
    bases = {} if base is None else {"q": base.digest}
    return FormMemory(form_id="f", bases=bases, decisions=decisions)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "holds", "kind"),
    [
        (ONE, ONE, ONE, ONE, "clean"),
        (ONE, TWO, ONE, TWO, "clean"),  # only I changed it
        (ONE, ONE, TWO, TWO, "taken"),  # only they changed it
        (ONE, TWO, TWO, TWO, "clean"),  # both, to the same
        (ONE, TWO, THREE, THREE, "conflict"),  # what is stored stays
        (NO_ANSWER, ONE, NO_ANSWER, ONE, "clean"),
        (NO_ANSWER, NO_ANSWER, ONE, ONE, "taken"),
        (ONE, NO_ANSWER, TWO, TWO, "conflict"),  # taking back is a change
        (ONE, TWO, NO_ANSWER, NO_ANSWER, "conflict"),
        (ONE, NO_ANSWER, ONE, NO_ANSWER, "clean"),
        (None, ONE, TWO, TWO, "conflict"),  # a form that remembers nothing
        (None, ONE, ONE, ONE, "clean"),
    ],
)
def test_three_sides_of_one_answer(base, mine, theirs, holds, kind):
    merged = merge({"q": mine}, {"q": theirs}, memory(base), own=())

    assert merged.values["q"] == holds
    assert (merged.conflicts == ("q",)) == (kind == "conflict")
    assert (merged.taken == ("q",)) == (kind == "taken")
    assert merged.is_clean == (kind == "clean")


def test_a_decision_ends_the_conflict_it_was_made_about():
    keep = memory(ONE, q=decision("mine", THREE))
    take = memory(ONE, q=decision("theirs", THREE))

    assert merge({"q": TWO}, {"q": THREE}, keep, own=()).values == {"q": TWO}
    assert merge({"q": TWO}, {"q": THREE}, take, own=()).values == {"q": THREE}
    assert merge({"q": TWO}, {"q": THREE}, take, own=()).is_clean


@pytest.mark.parametrize("side", ["mine", "theirs"])
def test_a_decision_about_another_answer_ends_nothing(side):
    later = AnswerValue(points=5)
    decided = memory(ONE, q=decision(side, THREE))

    assert merge({"q": TWO}, {"q": later}, decided, own=()).conflicts == ("q",)


def test_a_form_is_not_in_conflict_with_what_it_wrote_itself():
    merged = merge({"q": TWO}, {"q": THREE}, memory(ONE), own={"q"})

    assert merged.values == {"q": TWO}
    assert merged.is_clean


def test_a_form_that_takes_back_what_it_saved_unheard_is_believed():
    """Its base is the empty answer, and so is what it sends; it is no answer of somebody else's."""
    merged = merge({"q": NO_ANSWER}, {"q": ONE}, memory(NO_ANSWER), own={"q"})

    assert merged.values == {"q": NO_ANSWER}


def test_what_was_not_sent_stays():
    merged = merge({}, {"q": ONE}, memory(TWO), own=())

    assert merged.values == {"q": ONE}
    assert merged.is_clean


def test_every_part_of_an_answer_makes_another_digest():
    values = [
        NO_ANSWER,
        ONE,
        AnswerValue(text="1"),
        AnswerValue(option_ids=("1",)),
        AnswerValue(option_ids=("1", "2")),
        AnswerValue(text="1", option_ids=("1",)),
    ]

    assert len({one.digest for one in values}) == len(values)


ANSWERS = st.builds(
    AnswerValue,
    points=st.none() | st.integers(1, 3),
    text=st.sampled_from(["", "a", "b"]),
    option_ids=st.sampled_from([(), ("x",), ("x", "y")]),
)
SIDES = st.dictionaries(st.sampled_from("abcd"), ANSWERS)


@given(base=SIDES, mine=SIDES, theirs=SIDES)
def test_no_answer_is_lost_and_none_is_overwritten_unseen(base, mine, theirs):
    known = FormMemory(bases={key: base.get(key, NO_ANSWER).digest for key in "abcd"})

    merged = merge(mine, theirs, known, own=())

    for key in "abcd":
        was, theirs_now = base.get(key, NO_ANSWER), theirs.get(key, NO_ANSWER)
        mine_now = mine.get(key, theirs_now)
        holds = merged.values.get(key, NO_ANSWER)
        assert holds in {mine_now, theirs_now}
        if holds != theirs_now:  # overwritten: only what I had seen
            assert theirs_now == was
        if holds != mine_now:  # not taken from me: I am told, or had not touched it
            assert key in {*merged.conflicts, *merged.taken}
            assert (key in merged.taken) == (mine_now == was)


@given(base=SIDES, mine=SIDES, theirs=SIDES)
def test_after_seeing_the_other_side_and_choosing_everything_is_clean(base, mine, theirs):
    bases = {key: base.get(key, NO_ANSWER).digest for key in "abcd"}
    first = merge(mine, theirs, FormMemory(bases=bases), own=())
    decisions = {
        key: decision("mine", first.values.get(key, NO_ANSWER))
        for key in (*first.conflicts, *first.taken)
    }

    second = merge(mine, first.values, FormMemory(bases=bases, decisions=decisions), own=())

    assert second.is_clean
    chosen = {key: second.values.get(key, NO_ANSWER) for key in decisions}
    assert chosen == {key: mine[key] for key in decisions}


@given(SIDES)
def test_answers_are_split_and_joined_without_a_loss(values):
    answers = join_answers(values)

    assert join_answers(split_answers(answers)) == answers
    assert split_answers(answers) == {k: one for k, one in values.items() if one != NO_ANSWER}


def test_nothing_answered_is_nothing():
    assert split_answers(Answers()) == {}
    assert join_answers({"q": NO_ANSWER}) == Answers()
