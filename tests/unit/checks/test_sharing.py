"""Nothing of a higher level is in a view, whatever was answered."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcheck.checks import questionnaire
from selfcheck.checks.questionnaire import load_questionnaires
from selfcheck.checks.scoring import Answers, score, visible_answers
from selfcheck.checks.sharing import (
    LEVEL_EXPLANATIONS,
    LEVEL_LABELS,
    CheckFacts,
    SharedMeasure,
    ShareLevel,
    a_year_before,
    digest_of,
    shared_view,
)

FOLDER = Path(questionnaire.__file__).parent / "questionnaires"
OFFICIAL = load_questionnaires(FOLDER)["2025-05-07"]
OPTIONS = [option.id for option in OFFICIAL.follow_ups_below("s8")[0].options]
MARK = "nur-für-alles"

points = st.fixed_dictionaries({one.id: st.integers(1, 5) for one in OFFICIAL.statements})
texts = st.dictionaries(
    st.sampled_from([one.id for one in OFFICIAL.follow_ups]),
    st.text(max_size=20).map(lambda text: MARK + text),
)
choices = st.fixed_dictionaries(
    {}, optional={"cooperation": st.lists(st.sampled_from(OPTIONS), unique=True).map(tuple)}
)
measures = st.lists(
    st.builds(
        SharedMeasure,
        wording=st.text(max_size=20).map(lambda text: MARK + text),
        statement=st.none() | st.integers(1, 8),
        responsible=st.just(MARK),
        due_on=st.none() | st.dates(),
        state=st.just(MARK),
    ),
    max_size=3,
).map(tuple)
answers = st.builds(Answers, points=points, texts=texts, choices=choices)
levels = st.sampled_from(ShareLevel)


def facts_of(given_answers, given_measures=()):
    return CheckFacts(
        check_id=UUID(int=1),
        unit_id=3,
        unit_number="33",
        unit_label="33 Bürgeramt",
        checked_on=date(2026, 3, 2),
        questionnaire=OFFICIAL,
        answers=given_answers,
        measures=given_measures,
    )


facts = st.builds(facts_of, answers, measures)


def test_every_level_is_named_and_explained():
    assert LEVEL_LABELS.keys() == LEVEL_EXPLANATIONS.keys() == set(ShareLevel)


@given(facts, levels)
def test_unit_day_colour_and_total_are_always_there(given_facts, level):
    view = shared_view(given_facts, level)
    result = score(OFFICIAL, given_facts.answers)
    assert (view.unit_label, view.checked_on) == ("33 Bürgeramt", date(2026, 3, 2))
    assert (view.total, view.colour) == (result.total, result.colour)


@given(facts, st.sampled_from([ShareLevel.COLOUR, ShareLevel.POINTS]))
def test_words_are_in_the_view_at_the_highest_level_only(given_facts, level):
    view = shared_view(given_facts, level)
    assert (view.texts, view.measures) == ((), ())
    assert MARK not in repr(view)


@given(facts)
def test_the_points_of_statements_are_in_no_view_of_the_lowest_level(given_facts):
    view = shared_view(given_facts, ShareLevel.COLOUR)
    assert view.subtotals == ()


@given(facts)
def test_the_highest_level_holds_all_that_counts(given_facts):
    view = shared_view(given_facts, ShareLevel.ALL)
    visible = visible_answers(OFFICIAL, given_facts.answers)
    assert view.subtotals == score(OFFICIAL, given_facts.answers).subtotals
    assert view.measures == given_facts.measures
    told = {one.question.id: one.text for one in view.texts if one.text}
    assert told == {key: text for key, text in visible.texts.items() if text}
    ticked = {one.question.id: len(one.options) for one in view.texts if one.options}
    assert ticked == {key: len(options) for key, options in visible.choices.items()}


@given(facts, points, texts, choices, measures)
def test_checks_that_differ_only_above_a_level_look_the_same_there(
    given_facts, other_points, other_texts, other_choices, other_measures
):
    same_points = replace(
        given_facts,
        answers=Answers(given_facts.answers.points, other_texts, other_choices),
        measures=other_measures,
    )
    assert shared_view(given_facts, ShareLevel.POINTS) == shared_view(
        same_points, ShareLevel.POINTS
    )
    turned = dict(zip(other_points, [*given_facts.answers.points.values()][::-1], strict=True))
    same_total = replace(
        given_facts, answers=Answers(turned, other_texts, other_choices), measures=other_measures
    )
    assert shared_view(given_facts, ShareLevel.COLOUR) == shared_view(same_total, ShareLevel.COLOUR)


@given(facts, facts, levels, levels)
def test_views_that_differ_have_different_fingerprints(one, other, level, other_level):
    first, second = shared_view(one, level), shared_view(other, other_level)
    assert (digest_of(first) == digest_of(second)) == (first == second)


def test_what_was_typed_below_a_condition_that_does_not_hold_is_not_shared():
    low = Answers(
        points=dict.fromkeys((one.id for one in OFFICIAL.statements), 2),
        texts={"measures_past": MARK},
        choices={"cooperation": ("exchange",)},
    )
    assert shared_view(facts_of(low), ShareLevel.ALL).texts == ()


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 11, 24), date(2025, 11, 24)),
        (date(2026, 2, 28), date(2025, 2, 28)),
        (date(2028, 2, 29), date(2027, 2, 28)),
        (date(2029, 2, 28), date(2028, 2, 28)),
    ],
)
def test_the_same_day_of_the_year_before(day, before):
    assert a_year_before(day) == before
