"""What would a list of units change? Reading the list, and comparing it with what is there.

Format: the list „Organisationseinheiten“. The plan is made of plain data; ``service`` applies it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from selfcheck.lists import CellError, Column, ReadList, Row, choice, or_empty, text, yes_no
from selfcheck.organisation.kinds import UnitKind
from selfcheck.organisation.limits import NAME_LENGTH, NUMBER_LENGTH, SHORT_NAME_LENGTH
from selfcheck.organisation.tree import find_cycles

NUMBER = Column("Nummer", text(max_length=NUMBER_LENGTH))
NAME = Column("Bezeichnung", text(max_length=NAME_LENGTH))
SHORT_NAME = Column("Kürzel", or_empty(text(max_length=SHORT_NAME_LENGTH)), optional=True)
KIND = Column("Art", choice({kind.value: kind for kind in UnitKind}))
PARENT = Column("Übergeordnet", or_empty(text(max_length=NUMBER_LENGTH)))
IS_REPORTING = Column("Berichtspflichtig", yes_no)
COLUMNS = (NUMBER, NAME, SHORT_NAME, KIND, PARENT, IS_REPORTING)


@dataclass(frozen=True, kw_only=True)
class UnitRecord:
    """A unit as a list describes it; ``parent`` is the number of the unit above, or None."""

    number: str
    name: str
    short_name: str
    kind: UnitKind
    parent: str | None
    is_reporting: bool


@dataclass(frozen=True)
class UnitChange:
    """A known unit that the list describes differently."""

    before: UnitRecord
    after: UnitRecord

    @property
    def differences(self) -> list[tuple[str, str, str]]:
        """Header, old and new value of every cell that differs, parent last."""
        return [
            (header, old, new)
            for (header, old), (_, new) in zip(_cells(self.before), _cells(self.after), strict=True)
            if old != new
        ]

    @property
    def is_move(self) -> bool:
        """Whether the unit would hang below another one."""
        return self.before.parent != self.after.parent


@dataclass(frozen=True)
class UnitPlan:
    """What a list would do. With ``errors`` nothing at all is done."""

    new: list[UnitRecord] = field(default_factory=list)
    changed: list[UnitChange] = field(default_factory=list)
    moved: list[UnitChange] = field(default_factory=list)
    unchanged: list[UnitRecord] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def changes_something(self) -> bool:
        """Whether there is anything to apply."""
        return bool(self.new or self.changed or self.moved)


def plan_import(
    read: ReadList, *, known: Mapping[str, UnitRecord], closed: frozenset[str]
) -> UnitPlan:
    """Compare a list with the units that are there; ``closed`` are the numbers of closed ones.

    Units that the list does not name stay as they are and are only mentioned; so does the short
    name if the list has no column for it.
    """
    rows = sorted([*read.rows, *read.faulty_rows], key=lambda row: row.number)
    errors = [*read.errors, *_find_errors(rows, known, closed)]
    if errors:
        return UnitPlan(errors=sorted(errors, key=lambda one: one.row), warnings=read.warnings)
    plan = UnitPlan(warnings=read.warnings)
    listed = [_record(row) for row in read.rows]
    if SHORT_NAME in read.left_out:
        listed = [_with_known_short_name(record, known) for record in listed]
    for record in listed:
        before = known.get(record.number)
        if before is None:
            plan.new.append(record)
        elif before == record:
            plan.unchanged.append(record)
        else:
            change = UnitChange(before, record)
            (plan.moved if change.is_move else plan.changed).append(change)
    numbers = {record.number for record in listed}
    plan.missing.extend(number for number in known if number not in numbers | closed)
    return plan


def _find_errors(
    rows: Sequence[Row], known: Mapping[str, UnitRecord], closed: frozenset[str]
) -> Iterator[CellError]:
    """Find what is wrong among the rows; of faulty ones, with the cells that could be read."""
    first_rows: dict[str, int] = {}
    for row in rows:
        if NUMBER.header not in row.values:
            continue
        number = row[NUMBER]
        if number in first_rows:
            problem = f"steht schon in Zeile {first_rows[number]}"
            yield CellError(row.number, NUMBER.header, number, problem, "jede Nummer nur einmal")
        first_rows.setdefault(number, row.number)
        if number in closed:
            yield CellError(
                row.number,
                NUMBER.header,
                number,
                "ist eine geschlossene Einheit",
                "eine offene (sie kann auf ihrer Seite wieder geöffnet werden)",
            )
    for row in rows:
        parent = row[PARENT] if PARENT.header in row.values else None
        if parent is None:
            continue
        if parent not in first_rows and parent not in known:
            expected = "die Nummer einer Einheit, die in der Liste steht oder schon angelegt ist"
            yield CellError(row.number, PARENT.header, parent, "gibt es nicht", expected)
        elif parent in closed:
            yield CellError(
                row.number, PARENT.header, parent, "ist geschlossen", "eine offene Einheit"
            )
    yield from _find_circles(rows, first_rows, known)


def _find_circles(
    rows: Sequence[Row], first_rows: Mapping[str, int], known: Mapping[str, UnitRecord]
) -> Iterator[CellError]:
    listed: dict[str, str | None] = {}
    for row in rows:  # of two with the same number the first counts: it is the one reported
        if {NUMBER.header, PARENT.header} <= row.values.keys():
            listed.setdefault(row[NUMBER], row[PARENT])
    parents = {number: record.parent for number, record in known.items()} | listed
    for circle in find_cycles(parents):
        way = " → ".join([*circle, circle[0]])
        for number in circle:
            if number in first_rows:
                yield CellError(
                    first_rows[number],
                    PARENT.header,
                    parents[number] or "",
                    f"schließt einen Kreis ({way})",
                    "eine Einheit, die nicht selbst darunter steht",
                )


def _record(row: Row) -> UnitRecord:
    return UnitRecord(
        number=row[NUMBER],
        name=row[NAME],
        short_name=row[SHORT_NAME] or "",
        kind=row[KIND],
        parent=row[PARENT],
        is_reporting=row[IS_REPORTING],
    )


def _with_known_short_name(record: UnitRecord, known: Mapping[str, UnitRecord]) -> UnitRecord:
    before = known.get(record.number)
    return replace(record, short_name=before.short_name) if before else record


def _cells(record: UnitRecord) -> list[tuple[str, str]]:
    return [
        (NAME.header, record.name),
        (SHORT_NAME.header, record.short_name),
        (KIND.header, record.kind.value),
        (IS_REPORTING.header, "ja" if record.is_reporting else "nein"),
        (PARENT.header, record.parent or "oberste Ebene"),
    ]
