"""What stands behind each figure, what can be mended, and what could become of an office."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_table import (
    DEMOCRATIC,
    INTERCULTURAL,
    MULTILINGUAL,
    PLAIN,
    RefAssignment,
    RefPerson,
    RefTraining,
    RefUnit,
)
from unit_evaluation import END, members_of, units_of

from selfcheck.evaluation.figures import COLUMN_LABELS
from selfcheck.evaluation.office import Gap, forecast, list_behind, list_counted, list_gaps
from selfcheck.evaluation.table import Member, make_table
from selfcheck.training.mandate import Group
from selfcheck.training.mandates import MANDATE_2026

UNITS = [RefUnit("50", None, True)]
SPRING, TODAY = date(2026, 4, 1), date(2026, 11, 24)

TRAININGS = st.builds(
    RefTraining,
    area=st.sampled_from([DEMOCRATIC, INTERCULTURAL, MULTILINGUAL, PLAIN, None]),
    last=st.sampled_from([date(2020, 1, 1), SPRING, date(2026, 12, 31)]),
    minutes=st.sampled_from([359, 360]),
    proved=st.booleans(),
    rejected=st.booleans(),
)
PEOPLE = st.builds(
    RefPerson,
    st.builds(RefAssignment, st.just("50"), st.booleans(), st.booleans(), st.booleans()).map(
        lambda one: [one]
    ),
    st.lists(TRAININGS, max_size=3),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PEOPLE, max_size=15), st.sampled_from([SPRING, END]))
def test_behind_each_figure_stand_as_many_as_it_says(people, on):
    members = members_of(UNITS, people)
    table = make_table(units_of(UNITS), members, MANDATE_2026, on)
    counted = list_counted(members, MANDATE_2026, on)

    for group, figures in table.offices[0].rows.items():
        for column in COLUMN_LABELS:
            assert len(list_behind(counted, group, column)) == getattr(figures, column)
    for column in COLUMN_LABELS:
        assert len(list_behind(counted, None, column)) == getattr(table.offices[0].total, column)


def members(*trainings: RefTraining, manager: bool = False) -> list[Member]:
    person = RefPerson([RefAssignment("50", manager=manager, contact=True)], list(trainings))
    return members_of(UNITS, [person])


@pytest.mark.parametrize(
    ("training", "gaps"),
    [
        (RefTraining(PLAIN, SPRING, 360, False), {Gap.NO_EVIDENCE}),
        (RefTraining(None, SPRING, 360, True), {Gap.AREA_OPEN}),
        (RefTraining(None, SPRING, 360, False), {Gap.NO_EVIDENCE, Gap.AREA_OPEN}),
        (RefTraining(PLAIN, SPRING, 360, True), set()),
        # Before it has taken place nobody can prove it.
        (RefTraining(PLAIN, END, 360, False), {Gap.PLANNED}),
        (RefTraining(None, END, 360, False), {Gap.PLANNED}),
        (RefTraining(PLAIN, END, 360, True), set()),
        (RefTraining(PLAIN, TODAY, 360, False), {Gap.NO_EVIDENCE}),
        # Nothing that the office does would let these count.
        (RefTraining(PLAIN, SPRING, 359, False), set()),
        (RefTraining(PLAIN, date(2020, 1, 1), 360, False), set()),
        (RefTraining(None, SPRING, 360, False, rejected=True), set()),
    ],
)
def test_only_what_can_be_mended_is_a_gap(training, gaps):
    counted = list_counted(members(training), MANDATE_2026, END)

    assert {gap for gap in Gap if list_gaps(counted, gap, MANDATE_2026, END, TODAY)} == gaps


@pytest.mark.parametrize(
    ("training", "manager", "today", "then", "best"),
    [
        (RefTraining(PLAIN, SPRING, 360, True), False, 1, 1, 1),
        (RefTraining(PLAIN, END, 360, True), False, 0, 1, 1),  # planned, and proved already
        (RefTraining(PLAIN, END, 360, False), False, 0, 0, 1),
        (RefTraining(PLAIN, SPRING, 360, False), True, 0, 0, 0),  # does not fulfil for managers
        (RefTraining(None, SPRING, 360, True), True, 0, 0, 1),  # the area may turn out to fit
        (RefTraining(DEMOCRATIC, SPRING, 300, False), True, 0, 0, 0),
    ],
)
def test_the_forecast_says_now_then_and_at_best(training, manager, today, then, best):
    people = members(training, manager=manager)
    now = list_counted(people, MANDATE_2026, TODAY)
    on_the_day = list_counted(people, MANDATE_2026, END)
    group = Group.MANAGERS if manager else Group.EMPLOYEES
    (one,) = (row for row in forecast(on_the_day, now, MANDATE_2026, END) if row.group is group)

    assert (one.people_today, one.people) == (1, 1)
    assert (one.fulfilled_today, one.fulfilled, one.reachable) == (today, then, best)
