"""The list of people as XLSX and CSV: the rows of the page, to plan trainings with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from selfcheck.lists.csv_writing import write_csv
from selfcheck.lists.workbook import Heading, write_workbook
from selfcheck.training.mandate import Mandate
from selfcheck.training.reasons import describe_shortest_way, summarise
from selfcheck.training.standing import OPEN_STATES, Standing

HEADINGS = (
    Heading("Nachname", 22),
    Heading("Vorname", 18),
    Heading("Personalnummer", 16),
    Heading("Organisationseinheit", 38),
    Heading("Gruppe", 16),
    Heading("Stand", 24),
    Heading("Grund", 32),
    Heading("Was noch fehlt", 60),
)


def write_standings(
    standings: Sequence[Standing],
    units: Mapping[int, str],
    mandate: Mandate,
    *,
    day: date,
    chosen: str,
    city: str,
) -> bytes:
    """Return the rows as a workbook; ``chosen`` says in words what they were narrowed to."""
    return write_workbook(
        title=f"{mandate.title}: Personal und Schulungen",
        subtitle=f"{city} · Stand {day:%d.%m.%Y} · {chosen} · {count_people(len(standings))}",
        author=city,
        headings=HEADINGS,
        rows=_rows(standings, units, mandate),
    )


def write_standings_as_csv(
    standings: Sequence[Standing], units: Mapping[int, str], mandate: Mandate
) -> bytes:
    """Return the same rows as CSV."""
    return write_csv([one.label for one in HEADINGS], _rows(standings, units, mandate))


def count_people(count: int) -> str:
    """Return a number of people in words."""
    return "1 Person" if count == 1 else f"{count:,} Personen".replace(",", ".")


def _rows(
    standings: Sequence[Standing], units: Mapping[int, str], mandate: Mandate
) -> Iterator[list[str]]:
    for one in standings:
        state = one.state
        yield [
            one.last_name,
            one.first_name,
            one.number,
            units.get(one.unit_id, ""),
            one.group.value if one.group else "",
            state.label,
            summarise(one.verdict, mandate),
            describe_shortest_way(one.verdict, one.group, mandate)
            if one.group and state in OPEN_STATES
            else "",
        ]
