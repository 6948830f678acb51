"""Rows of the list, and the figures of the first page: each open person under one reason."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcheck.training.kinds import Area
from selfcheck.training.mandate import Group, Obstacle, Training, judge
from selfcheck.training.mandates import MANDATE_2026
from selfcheck.training.ordering import COLUMNS, in_order
from selfcheck.training.standing import (
    OPEN_STATES,
    STATE_LABELS,
    STATE_OF_OBSTACLE,
    Choice,
    Presence,
    Standing,
    State,
    count_progress,
    narrow,
    presence_on,
)

TODAY = date(2026, 11, 24)

TRAININGS = st.builds(
    Training,
    record_id=st.integers(1, 50),
    title=st.just("Schulung"),
    area=st.none() | st.sampled_from(Area),
    last_day=st.dates(date(2020, 6, 1), date(2027, 6, 1)),
    duration_minutes=st.integers(300, 400),
    has_evidence=st.booleans(),
    is_rejected=st.booleans(),
    awaits_decision=st.booleans(),
)


def standing(
    person_id: int = 1,
    group: Group | None = Group.EMPLOYEES,
    presence: Presence = Presence.HERE,
    trainings: tuple[Training, ...] = (),
    **changes: object,
) -> Standing:
    counted = group if presence is Presence.HERE else None
    values = {
        "person_id": person_id,
        "number": f"{person_id:04}",
        "last_name": "Muster",
        "first_name": "Erika",
        "sort_key": "muster, erika",
        "unit_id": 1,
        "group": group,
        "presence": presence,
        "verdict": judge(counted, trainings, MANDATE_2026, TODAY),
    }
    return Standing(**(values | changes))


STANDINGS = st.builds(
    standing,
    person_id=st.integers(1, 999),
    group=st.none() | st.sampled_from(Group),
    presence=st.sampled_from(Presence),
    trainings=st.lists(TRAININGS, max_size=3).map(tuple),
)


def test_every_obstacle_has_a_state_and_every_state_a_label():
    assert STATE_OF_OBSTACLE.keys() == set(Obstacle)
    assert STATE_LABELS.keys() == set(State)
    assert State.FULFILLED not in OPEN_STATES
    assert set(State) - set(OPEN_STATES) == {
        State.FULFILLED,
        State.OUTSIDE,
        State.TO_COME,
        State.LEFT,
    }


@given(st.lists(STANDINGS, max_size=30))
def test_the_figures_add_up_and_lead_to_lists_of_that_length(standings: list[Standing]):
    progress = count_progress(standings)

    assert sum(progress.blocking.values()) == progress.open
    assert progress.open == len(narrow(standings, state=Choice.OPEN))
    for group in progress.groups:
        here = narrow(standings, state=Choice.TARGET, group=group.group)
        assert group.people == len(here)
        assert group.open == len(narrow(standings, state=Choice.OPEN, group=group.group))
        assert group.fulfilled == len(narrow(here, state=State.FULFILLED))
    for state, count in progress.blocking.items():
        assert count == len(narrow(standings, state=state)) > 0


@given(st.lists(STANDINGS, max_size=30))
def test_nobody_is_lost_between_the_states(standings: list[Standing]):
    assert sum(len(narrow(standings, state=state)) for state in State) == len(standings)
    present = narrow(standings, state=Choice.PRESENT)
    left = narrow(standings, state=State.LEFT)
    assert len(present) + len(left) == len(standings)


@given(st.lists(STANDINGS, max_size=30), st.sampled_from(["", *COLUMNS]), st.booleans())
def test_sorting_loses_nobody(standings: list[Standing], column: str, descending: bool):
    class Order:
        pass

    order = Order()
    order.column, order.descending = column, descending
    found = in_order(standings, order, {1: 0})

    assert sorted(map(id, found)) == sorted(map(id, standings))
    if column == "" and not descending:
        states = [list(State).index(one.state) for one in found]
        assert states == sorted(states)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2020, 1, 1), None, Presence.HERE),
        (TODAY, TODAY, Presence.HERE),
        (date(2026, 11, 25), None, Presence.TO_COME),
        (date(2020, 1, 1), date(2026, 11, 23), Presence.LEFT),
    ],
)
def test_presence(first: date, last: date | None, expected: Presence):
    assert presence_on(first, last, TODAY) is expected


def test_a_group_without_people_has_no_share():
    managers, employees = count_progress([standing()]).groups

    assert managers.share is None
    assert employees.share == 0
