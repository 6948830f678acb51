"""States of an office's part, and the rows of the wall."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from selfcheck.evaluation.snapshot import Difference
from selfcheck.evaluation.states import STATE_LABELS, PartState, WallState, wall_state
from selfcheck.evaluation.wall import SORTS, WallRow, count_states, narrow

DEADLINE = date(2026, 12, 15)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "in_time", "late"),
    [
        (PartState.OPEN, WallState.OPEN, WallState.OVERDUE),
        (PartState.READY, WallState.READY, WallState.OVERDUE),
        (PartState.RETURNED, WallState.RETURNED, WallState.OVERDUE),
        (PartState.DELIVERED, WallState.DELIVERED, WallState.DELIVERED),
    ],
)
def test_what_is_not_delivered_in_time_is_overdue(state, in_time, late):
    assert wall_state(state, deadline=DEADLINE, today=DEADLINE) is in_time
    assert wall_state(state, deadline=DEADLINE, today=DEADLINE + DAY) is late


def test_every_state_has_its_word():
    assert [STATE_LABELS[state] for state in WallState] == [
        "offen",
        "bereit",
        "abgegeben",
        "zurückgegeben",
        "überfällig",
    ]


def make_row(number: str, state: WallState, *, quota: float | None = None) -> WallRow:
    return WallRow(
        part_id=1,
        unit_number=number,
        unit_label=f"{number} Bürgeramt",
        state=state,
        delivery_id=None,
        delivery_number=0,
        released_at=None,
        released_by="",
        is_provisional=False,
        people=3,
        quota=quota,
        differences=(),
        confirmed_changes=(),
    )


def released(row: WallRow, day: int, *, people: int, changed: int = 0) -> WallRow:
    differences = [Difference("Gesamt", "people", 1, 2)] * changed
    moment = datetime(2026, 12, day, tzinfo=UTC)
    return replace(row, released_at=moment, people=people, differences=differences)


ROWS = [
    released(make_row("10", WallState.OPEN, quota=0.5), 2, people=9, changed=2),
    make_row("9", WallState.OVERDUE),
    released(make_row("33", WallState.OPEN, quota=0.0), 1, people=10, changed=1),
]


def test_the_tiles_count_every_row_once():
    assert count_states(ROWS) == {
        WallState.OPEN: 2,
        WallState.READY: 0,
        WallState.DELIVERED: 0,
        WallState.RETURNED: 0,
        WallState.OVERDUE: 1,
    }


@pytest.mark.parametrize(
    ("text", "state", "numbers"),
    [
        ("", "", ["10", "9", "33"]),
        ("BÜRGER", "", ["10", "9", "33"]),
        ("33", "", ["33"]),
        ("", "overdue", ["9"]),
        ("33", "overdue", []),
    ],
)
def test_the_wall_is_narrowed_by_words_and_state(text, state, numbers):
    assert [row.unit_number for row in narrow(ROWS, text=text, state=state)] == numbers


@pytest.mark.parametrize(
    ("column", "numbers"),
    [
        ("einheit", ["9", "10", "33"]),
        ("stand", ["10", "33", "9"]),
        ("quote", ["33", "10", "9"]),  # none at all comes last
        ("personen", ["9", "10", "33"]),
        ("freigabe", ["33", "10", "9"]),  # what was not released comes last
        ("abweichung", ["9", "33", "10"]),
    ],
)
def test_the_wall_is_sorted_by_its_headers(column, numbers):
    assert [row.unit_number for row in sorted(ROWS, key=SORTS[column])] == numbers


def test_every_sort_is_tried():
    assert set(SORTS) == {"einheit", "stand", "freigabe", "personen", "quote", "abweichung"}
