"""Trainings that the database takes for equal are equal to the rules.

If this fails, the rules ask something that ``table_service`` does not tell them.
"""

from bisect import bisect_right
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from selfcheck.evaluation.table import DAY, TrainingFacts, list_turning_days
from selfcheck.training.kinds import Area
from selfcheck.training.mandate import Mandate, find_obstacles, is_recognised
from selfcheck.training.mandates import MANDATE_2026

DAYS = st.dates(date(2020, 1, 1), date(2028, 1, 1))
MANDATES = st.builds(
    lambda days, minutes: replace(
        MANDATE_2026, first_day=min(days), last_day=max(days), minimum_minutes=minutes
    ),
    st.tuples(DAYS, DAYS),
    st.integers(1, 600),
)


@st.composite
def near(draw: st.DrawFn, days: list[date]) -> date:
    """Draw any day, mostly one at which the rules turn."""
    turning = st.builds(
        lambda day, offset: day + timedelta(days=offset),
        st.sampled_from(days),
        st.integers(-2, 2),
    )
    return draw(turning | DAYS)


@given(MANDATES, st.data())
def test_trainings_of_one_kind_are_worth_the_same(mandate: Mandate, data: st.DataObject):
    on = data.draw(near([mandate.first_day, mandate.last_day]))
    days = list_turning_days(mandate, on)
    least = mandate.minimum_minutes
    facts = TrainingFacts(
        area=data.draw(st.sampled_from([None, *Area])),
        last_day=data.draw(near(days)),
        duration_minutes=data.draw(st.integers(1, 700) | st.integers(least - 1, least + 1)),
        has_evidence=data.draw(st.booleans()),
        is_rejected=data.draw(st.booleans()),
        awaits_decision=data.draw(st.booleans()),
    )
    kind = facts._replace(
        last_day=[days[0] - DAY, *days][bisect_right(days, facts.last_day)],
        duration_minutes=least if facts.duration_minutes >= least else least - 1,
        awaits_decision=False,
    )

    assert is_recognised(kind, mandate, on) is is_recognised(facts, mandate, on)
    assert len(find_obstacles(kind, mandate, on)) == len(find_obstacles(facts, mandate, on))


def test_no_day_turns_twice():
    on = MANDATE_2026.last_day

    assert list_turning_days(MANDATE_2026, on) == [date(2021, 1, 1), date(2027, 1, 1)]
    assert list_turning_days(MANDATE_2026, on - DAY) == [
        date(2021, 1, 1),
        date(2026, 12, 31),
        date(2027, 1, 1),
    ]
