"""Which things that are to be done stand on the first page, and in which order?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

MOST_LINES = 5
# So many units of a round, or offices of a request, have a line each; more share one.
MOST_ALIKE = 2


class Kind(StrEnum):
    """What a task is about. Where no day decides, the earlier one here comes first."""

    SUPPORT_WAITING = "support-waiting"
    RECOGNITION = "recognition"
    MEASURES_OVERDUE = "measures-overdue"
    EVALUATION = "evaluation"
    ROUND = "round"
    MEASURES_DUE = "measures-due"
    MANDATE = "mandate"
    SUPPORT_ANSWERED = "support-answered"
    CERTIFICATES = "certificates"
    DRAFT = "draft"
    CHECK_DUE = "check-due"
    MANDATE_OVER = "mandate-over"  # fulfilled by all, or its time has passed


# Nobody said until when, but somebody or something waits now.
WAITING = frozenset(
    {Kind.SUPPORT_WAITING, Kind.RECOGNITION, Kind.SUPPORT_ANSWERED, Kind.CERTIFICATES}
)
# The city set the day, and others wait for it; the days of measures are the office's own.
ASKED_FOR = frozenset({Kind.EVALUATION, Kind.ROUND, Kind.MANDATE})


@dataclass(frozen=True)
class Task:
    """A line of the list: what it is about, and the day until which it is to be done.

    ``things`` are what the line speaks of, or empty where ``count`` says it all.
    """

    kind: Kind
    due_on: date | None = None
    things: tuple[Any, ...] = ()
    count: int = 1


@dataclass(frozen=True)
class Shown:
    """The lines that stand on the page, and how many more there are."""

    tasks: Sequence[Task]
    further: int


def in_order(tasks: Iterable[Task], *, today: date) -> list[Task]:
    """Return the tasks with the most urgent first.

    First what is due today or was before, and what somebody waits for; then what the city asks for
    until a later day; then the rest.
    """
    ranks = {kind: rank for rank, kind in enumerate(Kind)}

    def place(task: Task) -> tuple[bool, bool, date, int]:
        day = task.due_on or (today if task.kind in WAITING else date.max)
        has_time = day > today
        return has_time, has_time and task.kind not in ASKED_FOR, day, ranks[task.kind]

    return sorted(tasks, key=place)


def cut(tasks: Sequence[Task], *, shows_all: bool = False) -> Shown:
    """Return as many tasks as have room, with a line for the rest if there is one."""
    if shows_all or len(tasks) <= MOST_LINES:
        return Shown(tasks, 0)
    kept = MOST_LINES - 1
    return Shown(tasks[:kept], len(tasks) - kept)


def share_lines(kind: Kind, due_on: date, things: Sequence[Any]) -> list[Task]:
    """Return a line for each of the things, or one for all of them if they are many."""
    if len(things) > MOST_ALIKE:
        return [Task(kind, due_on, tuple(things), len(things))]
    return [Task(kind, due_on, (thing,)) for thing in things]
