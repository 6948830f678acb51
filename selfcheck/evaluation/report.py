"""What does an evaluation look like when it is handed over?

Page, workbook, PDF and CSV are drawn from one ``Report``: the same rows, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from selfcheck.evaluation.figures import COLUMN_LABELS, QUOTA_LABEL, Figures, add_up
from selfcheck.evaluation.states import Status
from selfcheck.organisation.numbering import NaturalKey, natural_key
from selfcheck.training.mandate import Group, Mandate

# The columns of the sheet „Daten“ (interfaces.md).
DATA_HEADINGS = (
    "Nummer",
    "Organisationseinheit",
    "Gruppe",
    *COLUMN_LABELS.values(),
    QUOTA_LABEL,
    "Stand",
)
NO_DIVISION = "Ohne Geschäftsbereich"


@dataclass(frozen=True, kw_only=True)
class OfficeLine:
    """A reporting unit in a report."""

    number: str
    name: str
    # The Geschäftsbereich that it belongs to; both empty where there is none.
    division_number: str
    division_name: str
    status: Status
    # None: the unit has not delivered, and only delivered figures were asked for.
    rows: Mapping[Group, Figures] | None
    # Of the delivery that the figures were taken from, if there is one.
    released_at: datetime | None = None
    released_by: str = ""
    sha256: str = ""
    comment: str = ""
    # Whether the unit was asked for its evaluation at all.
    is_asked: bool = True
    # Whether the unit still reports; the people of one that does not may count elsewhere too.
    is_reporting: bool = True

    @property
    def label(self) -> str:
        """Number and name, as people refer to the unit."""
        return f"{self.number} {self.name}"

    @property
    def total(self) -> Figures | None:
        """The row „Gesamt“."""
        return None if self.rows is None else add_up(self.rows.values())


@dataclass(frozen=True, kw_only=True)
class Block:
    """The units of a Geschäftsbereich."""

    title: str
    lines: Sequence[OfficeLine]

    @property
    def rows(self) -> Mapping[Group, Figures]:
        """The sum of the units that have figures, by group."""
        return add_up_lines(self.lines)


@dataclass(frozen=True, kw_only=True)
class Report:
    """An evaluation of one office or of the city, ready to be drawn."""

    # Of the city.
    city: str
    title: str
    mandate: Mandate
    rules_version: str
    reference_date: date
    # In the city's time zone.
    made_at: datetime
    # By the units' numbers; exactly one for the report of an office.
    lines: Sequence[OfficeLine]
    is_city: bool
    # Whether units that have not delivered stand there with figures counted now.
    with_live_figures: bool
    # People in no row: outside the target group (None: not counted), and those of units without
    # a reporting unit above, by the unit's label.
    outside: int | None
    unreported: Mapping[str, int]

    @property
    def rows(self) -> Mapping[Group, Figures]:
        """The sum of all lines that have figures, by group."""
        return add_up_lines(self.lines)

    @property
    def missing(self) -> Sequence[OfficeLine]:
        """The units that were asked and have not delivered."""
        delivered = (Status.DELIVERED, Status.DELIVERED_EARLY)
        return [line for line in self.asked if line.status not in delivered]

    @property
    def asked(self) -> Sequence[OfficeLine]:
        """The units that were asked."""
        return [line for line in self.lines if line.is_asked]


def add_up_lines(lines: Sequence[OfficeLine]) -> Mapping[Group, Figures]:
    """Return the sum of the lines that have figures, by group."""
    counted = [line.rows for line in lines if line.rows is not None]
    return {group: add_up(rows[group] for rows in counted) for group in Group}


def list_blocks(report: Report) -> list[Block]:
    """Return the units by Geschäftsbereich, in the order of its number; last those without."""

    def key(line: OfficeLine) -> tuple[bool, NaturalKey]:
        return not line.division_number, natural_key(line.division_number)

    blocks = []
    for _, group in groupby(sorted(report.lines, key=key), key=key):
        lines = list(group)
        title = f"{lines[0].division_number} {lines[0].division_name}".strip() or NO_DIVISION
        blocks.append(Block(title=title, lines=lines))
    return blocks


def data_rows(report: Report) -> Iterator[list[str | int | float | None]]:
    """Yield the flat rows: one per unit and group, by number, Führungskräfte first."""
    for line in report.lines:
        for group in Group:
            if line.rows is None:
                numbers: list[int | float | None] = [None] * (len(Figures._fields) + 1)
            else:
                numbers = [*line.rows[group], line.rows[group].quota]
            yield [line.number, line.name, group.value, *numbers, line.status.value]


def filename_of(report: Report, ending: str) -> str:
    """Return a name for the file of a report, of letters that every system and header takes."""
    unit = "Stadt" if report.is_city else _plain(report.lines[0].number)
    return f"Auswertung-{unit}-{report.reference_date.isoformat()}.{ending}"


def _plain(number: str) -> str:
    kept = "".join(one if one.isascii() and one.isalnum() else "-" for one in number)
    return kept.strip("-")[:40] or "Einheit"
