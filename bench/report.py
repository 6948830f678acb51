"""What was measured, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench.costs import Figure, PageFigure
from bench.goals import LABELS, Goal

COMMANDS = (
    *("", "people", "database", "time", "floor", "ratio"),
    *("CPU", "floor", "peak MB", "floor", "queries", "floor"),
)
PAGES = (
    *("people", "database", "per s", "floor", "share", "p50", "floor", "p99", "floor"),
    *("CPU", "floor", "peak MB", "floor", "queries", "floor"),
)
GOALS = ("goal", "measured", "worst case", "")


def write_report(
    figures: Sequence[Figure], pages: Sequence[PageFigure], goals: Sequence[Goal], *, clients: int
) -> str:
    """Return the tables of commands, pages and goals; those with nothing in them are left out."""
    tables = [
        _table(COMMANDS, 3, [_command(one) for one in figures]),
        _table((f"{clients} clients", *PAGES), 3, [_page(one) for one in pages]),
        _table(GOALS, len(GOALS), [_goal(one) for one in goals]),
    ]
    return "\n\n".join(table for table in tables if table)


def _command(one: Figure) -> list[str]:
    subject, floor = one.subject, one.floor
    return [
        *_head(one),
        *(_milliseconds(subject.wall), _milliseconds(floor.wall), f"{one.ratio:.2f}"),
        *(_milliseconds(subject.cpu), _milliseconds(floor.cpu)),
        *(f"{subject.memory_mb:.0f}", f"{floor.memory_mb:.0f}"),
        *(f"{subject.queries:g}", f"{floor.queries:g}"),
    ]


def _page(one: PageFigure) -> list[str]:
    subject, floor = one.subject, one.floor
    return [
        *_head(one),
        *(f"{subject.rate:.0f}", f"{floor.rate:.0f}", f"{one.share:.0%}"),
        *(_milliseconds(subject.p50), _milliseconds(floor.p50)),
        *(_milliseconds(subject.p99), _milliseconds(floor.p99)),
        *(_milliseconds(subject.cpu), _milliseconds(floor.cpu)),
        *(f"{subject.memory_mb:.0f}", f"{floor.memory_mb:.0f}"),
        *(f"{subject.queries:.0f}", f"{floor.queries:.0f}"),
    ]


def _head(one: Figure | PageFigure) -> list[str]:
    return [LABELS[one.name], f"{one.place.people:,}", one.place.database]


def _goal(one: Goal) -> list[str]:
    return [one.wanted, one.found, one.where, "met" if one.is_met else "**missed**"]


def _milliseconds(seconds: float) -> str:
    milliseconds = seconds * 1000
    return f"{milliseconds:.1f} ms" if milliseconds < 10 else f"{milliseconds:,.0f} ms"


def _table(heading: Sequence[str], words: int, rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose first columns are words and the others numbers; "" without rows."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    if not lines:
        return ""
    rule = ["---"] * words + ["--:"] * (len(heading) - words)
    return "\n".join([f"| {' | '.join(heading)} |", f"|{'|'.join(rule)}|", *lines])
