"""The list of measures as XLSX: the rows of the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from selfcheck.checks.measures import MeasureLine
from selfcheck.lists.workbook import Heading, write_workbook

HEADINGS = (
    Heading("Maßnahme", 60),
    Heading("Organisationseinheit", 38),
    Heading("Aussage", 12),
    Heading("Verantwortlich", 30),
    Heading("Bis wann", 12),
    Heading("Stand", 20),
    Heading("Termin", 20),
)


def write_measures(lines: Sequence[MeasureLine], *, day: date, chosen: str, city: str) -> bytes:
    """Return the lines as a workbook; ``chosen`` says in words what they were narrowed to."""
    parts = [city, f"Stand {day:%d.%m.%Y}", chosen, count_measures(len(lines))]
    return write_workbook(
        title="Maßnahmen aus dem Selbstcheck",
        subtitle=" · ".join(part for part in parts if part),
        author=city,
        headings=HEADINGS,
        rows=_rows(lines),
    )


def count_measures(count: int) -> str:
    """Return a number of measures in words."""
    return "1 Maßnahme" if count == 1 else f"{count:,} Maßnahmen".replace(",", ".")


def _rows(lines: Sequence[MeasureLine]) -> Iterator[list[str]]:
    for one in lines:
        yield [
            one.wording,
            one.unit,
            one.statement,
            one.responsible,
            f"{one.due_on:%d.%m.%Y}" if one.due_on else "",
            one.state.label,
            one.timing.label if one.timing else "",
        ]
