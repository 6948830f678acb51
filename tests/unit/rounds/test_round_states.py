"""When has a unit done what a round asks for, and who is called?"""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcheck.organisation.kinds import UnitKind
from selfcheck.rounds import wording
from selfcheck.rounds.choosing import Choosable, Scope, in_tree_order, pick
from selfcheck.rounds.states import (
    STATE_LABELS,
    RoundState,
    Submitted,
    find_done_on,
    unit_state,
)
from selfcheck.rounds.wall import SORTS, WallRow, count_states, narrow
from selfcheck.rounds.wording import Occasion

FIRST, DEADLINE = date(2026, 3, 1), date(2026, 6, 30)
DAY = timedelta(days=1)


def submitted(checked_on: date, days_later: int = 0) -> Submitted:
    return Submitted(checked_on, checked_on + timedelta(days=days_later))


@pytest.mark.parametrize(
    ("checks", "done_on"),
    [
        ([], None),
        ([submitted(FIRST - DAY)], None),
        ([submitted(FIRST - DAY, 30)], None),  # submitted later, but of a day before
        ([submitted(FIRST)], FIRST),
        ([submitted(FIRST, 2)], FIRST + 2 * DAY),
        ([submitted(FIRST, 9), submitted(FIRST + DAY)], FIRST + DAY),  # the first one submitted
    ],
)
def test_a_check_counts_from_the_first_day_on(checks, done_on):
    assert find_done_on(checks, begins_on=FIRST) == done_on


def test_what_is_submitted_after_the_end_does_not_count():
    checks = [submitted(DEADLINE, 5)]
    assert find_done_on(checks, begins_on=FIRST, closed_on=DEADLINE + 4 * DAY) is None
    assert find_done_on(checks, begins_on=FIRST, closed_on=DEADLINE + 5 * DAY) is not None


@pytest.mark.parametrize(
    ("done_on", "today", "state"),
    [
        (None, DEADLINE, RoundState.OPEN),
        (None, DEADLINE + DAY, RoundState.OVERDUE),
        (DEADLINE, DEADLINE, RoundState.DONE),
        (DEADLINE, DEADLINE + DAY, RoundState.DONE),
        (DEADLINE + DAY, DEADLINE + DAY, RoundState.LATE),
        (FIRST, FIRST, RoundState.DONE),
    ],
)
def test_the_state_of_a_unit(done_on, today, state):
    assert unit_state(done_on, deadline=DEADLINE, today=today) is state
    assert state.is_done == (done_on is not None)


def test_every_state_has_its_words():
    assert STATE_LABELS.keys() == set(RoundState)


def choosable(unit_id: int, parent_id: int | None, number: str, **changes) -> Choosable:
    return Choosable(
        **{
            "unit_id": unit_id,
            "parent_id": parent_id,
            "number": number,
            "label": number,
            "kind": UnitKind.OFFICE,
            "is_reporting": True,
            **changes,
        }
    )


UNITS = [
    choosable(4, 2, "33.10", kind=UnitKind.DEPARTMENT, is_reporting=False),
    choosable(3, 2, "33.9", kind=UnitKind.DEPARTMENT, is_reporting=False),
    choosable(5, 1, "50"),
    choosable(2, 1, "33"),
    choosable(1, None, "GB3", kind=UnitKind.DIVISION),
    choosable(6, 99, "7", is_reporting=False),  # what stood above it cannot be called
]


@pytest.mark.parametrize(
    ("scope", "ticked", "ids"),
    [
        (Scope.REPORTING, [], [2, 5, 1]),
        (Scope.OFFICES, [], [6, 2, 5]),
        (Scope.CHOSEN, [4, 3], [3, 4]),
        (Scope.CHOSEN, [], []),
        (Scope.CHOSEN, [77], []),
    ],
)
def test_whom_a_choice_means(scope, ticked, ids):
    assert pick(UNITS, scope, ticked) == ids


def test_the_tree_is_shown_from_the_top_down():
    lines = [(line.label, line.depth) for line in in_tree_order(UNITS)]
    assert lines == [("7", 0), ("GB3", 0), ("33", 1), ("33.9", 2), ("33.10", 2), ("50", 1)]


@given(st.lists(st.integers(0, 30), max_size=30))
def test_every_unit_stands_in_the_tree_once(parents):
    units = [
        choosable(n, parent if parent < n else None, str(n)) for n, parent in enumerate(parents)
    ]
    lines = in_tree_order(units)
    assert sorted(line.unit_id for line in lines) == list(range(len(units)))


def make_row(number: str, state: RoundState, shared_on: date | None = None) -> WallRow:
    return WallRow(
        unit_id=1,
        unit_number=number,
        unit_label=f"{number} Bürgeramt",
        is_closed=False,
        state=state,
        shared_check_id=uuid4() if shared_on else None,
        shared_on=shared_on,
        reminded_at=None,
    )


ROWS = [
    make_row("10", RoundState.OVERDUE),
    make_row("9", RoundState.DONE, DEADLINE),
    make_row("33", RoundState.LATE, DEADLINE + DAY),
]


def test_the_wall_counts_narrows_and_sorts():
    assert count_states(ROWS) == {
        RoundState.DONE: 1,
        RoundState.LATE: 1,
        RoundState.OPEN: 0,
        RoundState.OVERDUE: 1,
    }
    assert [row.unit_number for row in narrow(ROWS, text="BÜRGER", state="late")] == ["33"]
    orders = {
        name: [row.unit_number for row in sorted(ROWS, key=key)] for name, key in SORTS.items()
    }
    assert orders == {
        "einheit": ["9", "10", "33"],
        "stand": ["9", "33", "10"],
        "geteilt": ["9", "33", "10"],
        "erinnert": ["10", "9", "33"],
    }


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (DEADLINE - 3 * DAY, "ist in 3 Tagen fällig, am 30.06.2026"),
        (DEADLINE - DAY, "ist morgen fällig"),
        (DEADLINE, "ist heute fällig"),
        (DEADLINE + DAY, "war bis zum 30.06.2026 erbeten"),
    ],
)
def test_a_reminder_says_how_much_time_is_left(today, words):
    one = Occasion(title="T", text="", begins_on=FIRST, deadline=DEADLINE, units=["33 A", "50 B"])
    letter = wording.tell_reminder(one, today=today)
    assert words in letter.body
    assert "– 33 A\n– 50 B" in letter.body
    assert letter.subject == ("Überfällig: T" if today > DEADLINE else "Erinnerung: T")
