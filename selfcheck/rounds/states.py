"""Has a unit done the self-check that a round asks for?

A check counts from the round's first day on, by the day that it speaks of („Datum“). Whether it
came in time is told by the day on which it was submitted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class RoundState(StrEnum):
    """How far a unit is in a round."""

    DONE = "done"
    LATE = "late"
    OPEN = "open"
    OVERDUE = "overdue"

    @property
    def label(self) -> str:
        """The state in a few words."""
        return STATE_LABELS[self]

    @property
    def is_done(self) -> bool:
        """Whether there is nothing left to do."""
        return self in {RoundState.DONE, RoundState.LATE}


STATE_LABELS: Mapping[RoundState, str] = MappingProxyType(
    {
        RoundState.DONE: "erledigt",
        RoundState.LATE: "nach der Frist erledigt",
        RoundState.OPEN: "offen",
        RoundState.OVERDUE: "überfällig",
    }
)


class Submitted(NamedTuple):
    """A submitted check of a unit: the day it speaks of, and the day it was submitted."""

    checked_on: date
    submitted_on: date


def find_done_on(
    checks: Iterable[Submitted], *, begins_on: date, closed_on: date | None = None
) -> date | None:
    """Return the day on which the first check that counts was submitted.

    What is submitted after a round was closed does not count for it.
    """
    days = [
        one.submitted_on
        for one in checks
        if one.checked_on >= begins_on and (closed_on is None or one.submitted_on <= closed_on)
    ]
    return min(days, default=None)


def unit_state(done_on: date | None, *, deadline: date, today: date) -> RoundState:
    """Return the state of a unit; the day of the deadline itself is in time."""
    if done_on is not None:
        return RoundState.DONE if done_on <= deadline else RoundState.LATE
    return RoundState.OPEN if today <= deadline else RoundState.OVERDUE
