"""The wall of a round as XLSX: the rows of the page, and nothing of a result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from selfcheck.lists.workbook import Heading, write_workbook
from selfcheck.rounds.wall import WallRow

HEADINGS = (
    Heading("Nummer", 12),
    Heading("Organisationseinheit", 50),
    Heading("Stand", 26),
    Heading("Geteilter Selbstcheck", 24),
    Heading("Zuletzt erinnert", 18),
)


def write_wall(
    rows: Sequence[WallRow],
    *,
    title: str,
    subtitle: str,
    city: str,
    day_of: Callable[[datetime], date],
) -> bytes:
    """Return the rows as a workbook; ``day_of`` tells the city's day of a moment."""
    return write_workbook(
        title=f"Runde: {title}",
        subtitle=f"{city} · {subtitle}",
        author=city,
        headings=HEADINGS,
        rows=[
            [
                row.unit_number,
                row.unit_label.removeprefix(row.unit_number).strip(),
                row.state.label,
                _day(row.shared_on),
                _day(day_of(row.reminded_at) if row.reminded_at else None),
            ]
            for row in rows
        ],
    )


def _day(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""
