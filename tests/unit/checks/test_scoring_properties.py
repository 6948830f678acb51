"""What holds for all answers that a form can send."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from selfcheck.checks import questionnaire
from selfcheck.checks.questionnaire import load_questionnaires
from selfcheck.checks.scoring import Answers, is_shown, progress, score, visible_answers

FOLDER = Path(questionnaire.__file__).parent / "questionnaires"
OFFICIAL = load_questionnaires(FOLDER)["2025-05-07"]
OPTIONS = [option.id for option in OFFICIAL.follow_ups_below("s8")[0].options]

points = st.integers(1, 5)
texts = st.dictionaries(
    st.sampled_from([one.id for one in OFFICIAL.follow_ups]),
    st.sampled_from(["", "Kurs", "Plakat"]),
)
choices = st.fixed_dictionaries({}, optional={"cooperation": st.lists(st.sampled_from(OPTIONS))})
ticked = choices.map(lambda one: {key: tuple(value) for key, value in one.items()})
complete_points = st.fixed_dictionaries({one.id: points for one in OFFICIAL.statements})
draft_points = st.fixed_dictionaries({}, optional={one.id: points for one in OFFICIAL.statements})
complete = st.builds(Answers, points=complete_points, texts=texts, choices=ticked)
drafts = st.builds(Answers, points=draft_points, texts=texts, choices=ticked)
statement_ids = st.sampled_from([one.id for one in OFFICIAL.statements])


def rank(result):
    return OFFICIAL.colours.index(result.colour)


@given(complete)
def test_everything_adds_up(answers):
    result = score(OFFICIAL, answers)
    assert result.total == sum(answers.points.values())
    assert result.total == sum(subtotal.points for subtotal in result.subtotals)
    assert result.total == sum(one.points for one in result.statements)
    assert sum(subtotal.maximum for subtotal in result.subtotals) == OFFICIAL.maximum


@given(complete)
def test_everything_stays_within_its_bounds(answers):
    result = score(OFFICIAL, answers)
    assert OFFICIAL.minimum <= result.total <= OFFICIAL.maximum
    assert result.colour.minimum <= result.total <= result.colour.maximum
    assert 0 <= result.position <= 1
    for subtotal in result.subtotals:
        lowest, highest = OFFICIAL.minimum_of(subtotal.category), subtotal.maximum
        assert lowest <= subtotal.points <= highest == OFFICIAL.maximum_of(subtotal.category)


@given(complete, statement_ids, points)
def test_raising_an_answer_never_lowers_the_colour(answers, statement_id, new):
    raised = max(new, answers.points[statement_id])
    better = Answers(points={**answers.points, statement_id: raised})
    before, after = score(OFFICIAL, answers), score(OFFICIAL, better)
    assert rank(after) >= rank(before)
    assert after.position >= before.position


@given(complete)
def test_the_points_to_the_next_colour_are_exactly_enough(answers):
    result = score(OFFICIAL, answers)
    if result.next_colour is None:
        assert result.colour is OFFICIAL.colours[-1]
        assert result.points_to_next_colour is None
        return
    needed = result.points_to_next_colour
    assert needed > 0
    assert OFFICIAL.colour_of(result.total + needed) is result.next_colour
    assert OFFICIAL.colour_of(result.total + needed - 1) is result.colour


@given(complete)
def test_there_is_always_something_to_look_at_but_at_full_points(answers):
    result = score(OFFICIAL, answers)
    full = result.total == OFFICIAL.maximum
    assert (result.weakest_statements == ()) is full
    assert (result.weakest_categories == ()) is full


@given(complete)
def test_nothing_is_weaker_than_the_weakest(answers):
    result = score(OFFICIAL, answers)
    for rows, weakest in (
        (result.statements, result.weakest_statements),
        (result.subtotals, result.weakest_categories),
    ):
        others = [one.share for one in rows if one not in weakest]
        assert all(share > one.share for share in others for one in weakest)


@given(drafts)
def test_progress_counts_each_statement_once(answers):
    draft = progress(OFFICIAL, answers)
    assert draft.answered + len(draft.missing) == draft.of == 8
    assert draft.answered <= draft.points_so_far <= 5 * draft.answered


@given(drafts)
def test_hiding_twice_hides_nothing_more(answers):
    visible = visible_answers(OFFICIAL, answers)
    assert visible_answers(OFFICIAL, visible) == visible


@given(drafts)
def test_only_follow_ups_that_are_shown_have_visible_answers(answers):
    visible = visible_answers(OFFICIAL, answers)
    shown = {one.id for one in OFFICIAL.follow_ups if is_shown(one, answers)}
    assert {*visible.texts, *visible.choices} <= shown
    assert visible.texts.items() <= answers.texts.items()


@given(complete)
def test_hiding_never_changes_the_score(answers):
    assert score(OFFICIAL, visible_answers(OFFICIAL, answers)) == score(OFFICIAL, answers)
