"""What would a list of trainings change? Reading the list, and comparing it with what is there.

Format: the list „Schulungen“. The plan is made of plain data; ``import_service`` applies it.
An officer's list enters and corrects trainings. The central training unit's list also confirms
them; whoever sends it learns nothing from the plan about what the offices have entered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from selfcheck.documents import Document, DocumentRefused
from selfcheck.lists import (
    CellError,
    Column,
    ReadList,
    Row,
    calendar_date,
    choice,
    decimal,
    or_empty,
    text,
)
from selfcheck.lists.messages import grouped
from selfcheck.staff.limits import PERSON_NUMBER_LENGTH
from selfcheck.training.inputs import TrainingInput, title_key
from selfcheck.training.kinds import Area, Format, LengthUnit, Origin
from selfcheck.training.lengths import find_length_fault, minutes_of
from selfcheck.training.limits import MAX_HOURS, PROVIDER_LENGTH, TITLE_LENGTH

FILENAME_LENGTH = 255
AREAS = {area.value: area for area in Area} | {
    "demokratisch": Area.DEMOCRATIC,
    "interkulturell": Area.INTERCULTURAL,
    "mehrsprachig": Area.MULTILINGUAL,
    "bürgernah": Area.PLAIN_COMMUNICATION,
}
LENGTH_UNITS = {unit.value: unit for unit in LengthUnit} | {
    "Std.": LengthUnit.HOURS,
    "Stunden": LengthUnit.HOURS,
    "Unterrichtseinheiten": LengthUnit.LESSONS,
}

NUMBER = Column("Personalnummer", text(max_length=PERSON_NUMBER_LENGTH))
TITLE = Column("Titel", text(max_length=TITLE_LENGTH))
PROVIDER = Column("Anbieter", text(max_length=PROVIDER_LENGTH))
AREA = Column("Kompetenz", or_empty(choice(AREAS)))
FORMAT = Column("Format", choice({one.value: one for one in Format}))
ORIGIN = Column("Herkunft", choice({one.value: one for one in Origin}))
FIRST_DAY = Column("Beginn", calendar_date)
LAST_DAY = Column("Ende", or_empty(calendar_date), optional=True)
AMOUNT = Column("Umfang", decimal)
LENGTH_UNIT = Column("Einheit", choice(LENGTH_UNITS))
CERTIFICATE = Column("Nachweis", or_empty(text(max_length=FILENAME_LENGTH)), optional=True)
COLUMNS = (
    *(NUMBER, TITLE, PROVIDER, AREA, FORMAT, ORIGIN),
    *(FIRST_DAY, LAST_DAY, AMOUNT, LENGTH_UNIT, CERTIFICATE),
)

# Unknown people and those of other units: the very same words, so that nothing can be learned.
OUT_OF_REACH = (
    "gehört nicht zu Ihren Einheiten",
    "eine Person, die im Personalverzeichnis Ihrer Einheiten steht",
)
UNKNOWN = ("steht nicht im Personalverzeichnis", "eine Person, die dort steht")

RecordKey = tuple[int, str, date, date]  # person, title_key, first and last day
Find = Callable[[str], Document | None]


@dataclass(frozen=True, kw_only=True)
class TrainingRow:
    """A training as a row of the list describes it, with the file that proves it."""

    row_number: int
    number: str  # of the person
    person_id: int
    entered: TrainingInput
    certificate: str | None = None  # the name of the file, as the list spells it
    sha256: str | None = None  # of the file

    @property
    def key(self) -> RecordKey:
        """What makes two records the same."""
        return self.person_id, *self.entered.key


@dataclass(frozen=True, kw_only=True)
class KnownTraining:
    """A valid record that is there. ``certificates`` are hashes and names of its files."""

    record_id: int
    revision: int
    entered: TrainingInput
    certificates: tuple[tuple[str, str], ...] = ()
    is_confirmed: bool = False  # by the central training unit
    is_bound: bool = False  # by a question to the commissioner, open or decided


@dataclass(frozen=True, kw_only=True)
class TrainingChange:
    """A known record that the list describes differently, or proves in a new way."""

    known: KnownTraining
    row: TrainingRow
    after: TrainingInput
    adds_certificate: bool
    adds_confirmation: bool = False

    @property
    def before(self) -> TrainingInput:
        """The training as it is entered now."""
        return self.known.entered

    @property
    def corrections(self) -> list[tuple[str, str, str]]:
        """Header, old and new value of every cell that differs."""
        cells = zip(self.before.cells(), self.after.cells(), strict=True)
        return [(label, old, new) for (label, old), (_, new) in cells if old != new]

    @property
    def differences(self) -> list[tuple[str, str, str]]:
        """The corrections, and the certificates before and after."""
        if not self.adds_certificate:
            return self.corrections
        names = [name for _, name in self.known.certificates]
        added = ", ".join([*names, self.row.certificate or ""])
        return [*self.corrections, (CERTIFICATE.header, ", ".join(names), added)]


@dataclass(frozen=True)
class TrainingPlan:
    """What a list would do. With ``errors`` nothing at all is done.

    A central list's plan has no ``changed``: rows whose records are there already stand under
    ``new``. ``merged`` says which; it is for applying the plan, and never shown.
    """

    new: list[TrainingRow] = field(default_factory=list)
    changed: list[TrainingChange] = field(default_factory=list)
    unchanged: list[TrainingRow] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    is_central: bool = False
    merged: list[TrainingChange] = field(default_factory=list, repr=False)
    # The files that new and changed rows name, by their hashes.
    documents: dict[str, Document] = field(default_factory=dict, repr=False)

    @property
    def changes_something(self) -> bool:
        """Whether there is anything to apply."""
        return bool(self.new or self.changed)


@dataclass(frozen=True, kw_only=True)
class Register:
    """What is there: people by their numbers, and their records.

    ``is_limited``: only the people within somebody's reach are among them.
    """

    people: Mapping[str, int]
    known: Mapping[RecordKey, KnownTraining]
    is_limited: bool = False


def plan_import(
    read: ReadList, *, register: Register, find: Find, is_central: bool = False
) -> TrainingPlan:
    """Compare a list with the register; ``find`` returns the file that a row names, or None.

    ``find`` may raise DocumentRefused, which becomes an error of the row.
    """
    rows = sorted([*read.rows, *read.faulty_rows], key=lambda row: row.number)
    documents, refusals = _look_up_files(rows, find)
    errors = [*read.errors, *_find_errors(rows, register), *refusals]
    listed = [] if errors else [_row(row, register, documents) for row in rows]
    if not is_central:
        errors.extend(_find_decided_otherwise(listed, register))
    plan = TrainingPlan(warnings=[*read.warnings], is_central=is_central)
    if errors:
        return replace(plan, errors=sorted(errors, key=lambda one: one.row))
    for row in listed:
        _sort_in(row, register.known.get(row.key), plan)
    used = [*plan.new, *(change.row for change in plan.changed)]
    wanted = {row.sha256 for row in used}
    plan.documents.update({one.sha256: one for one in documents.values() if one.sha256 in wanted})
    return plan


def record_key(row: Row, people: Mapping[str, int]) -> RecordKey | None:
    """Return which record a row is about; None if it cannot be told, or the person is unknown."""
    needed = {NUMBER.header, TITLE.header, FIRST_DAY.header, LAST_DAY.header}
    if not needed <= row.values.keys() or row[NUMBER] not in people:
        return None
    return people[row[NUMBER]], title_key(row[TITLE]), row[FIRST_DAY], _last_day(row)


def _sort_in(row: TrainingRow, known: KnownTraining | None, plan: TrainingPlan) -> None:
    if known is None:
        plan.new.append(row)
        return
    change = _compare(row, known, is_central=plan.is_central)
    if not (change.adds_certificate or change.adds_confirmation or change.before != change.after):
        plan.unchanged.append(row)
    elif plan.is_central:
        plan.new.append(row)
        plan.merged.append(change)
    else:
        plan.changed.append(change)


def _compare(row: TrainingRow, known: KnownTraining, *, is_central: bool) -> TrainingChange:
    """Work out what the row makes of the record.

    An empty „Kompetenz“ leaves a known one alone. What the commissioner was asked about stays. A
    record that was confirmed centrally is the office's to correct: no central list does it again.
    """
    before, after = known.entered, row.entered
    if after.area is None:
        after = replace(after, area=before.area)
    if known.is_bound:
        after = replace(after, title=before.title, provider=before.provider, area=before.area)
    if is_central and known.is_confirmed:
        after = before
    hashes = {sha256 for sha256, _ in known.certificates}
    return TrainingChange(
        known=known,
        row=row,
        after=after,
        adds_certificate=row.sha256 is not None and row.sha256 not in hashes,
        adds_confirmation=is_central and not known.is_confirmed,
    )


def _look_up_files(rows: Sequence[Row], find: Find) -> tuple[dict[str, Document], list[CellError]]:
    """Return the files by the names that rows give them, and what is wrong with the others."""
    documents: dict[str, Document] = {}
    errors = []
    for row in rows:
        name = row[CERTIFICATE] if CERTIFICATE.header in row.values else None
        if name is None or name in documents:
            continue
        expected = "der Name einer Datei, die der Liste beiliegt (ohne Ordner davor)"
        try:
            document = find(name)
            problem = "liegt der Liste nicht bei"
        except DocumentRefused as error:
            document = None
            problem = f"wird nicht angenommen ({str(error).removesuffix('.')})"
            expected = "ein Nachweis als PDF, PNG oder JPEG"
        if document is None:
            errors.append(CellError(row.number, CERTIFICATE.header, name, problem, expected))
        else:
            documents[name] = document
    return documents, errors


def _find_errors(rows: Sequence[Row], register: Register) -> Iterator[CellError]:
    """Find what is wrong among the rows; of faulty ones, with the cells that could be read."""
    problem, expected = OUT_OF_REACH if register.is_limited else UNKNOWN
    first_rows: dict[RecordKey, int] = {}
    for row in rows:
        if NUMBER.header in row.values and row[NUMBER] not in register.people:
            yield CellError(row.number, NUMBER.header, row[NUMBER], problem, expected)
        yield from _find_faults(row)
        key = record_key(row, register.people)
        if key is None:
            continue
        if key in first_rows:
            yield CellError(
                row.number,
                TITLE.header,
                row[TITLE],
                f"steht schon in Zeile {first_rows[key]}",
                "dieselbe Schulung einer Person nur einmal",
            )
        first_rows.setdefault(key, row.number)


def _find_faults(row: Row) -> Iterator[CellError]:
    if {FIRST_DAY.header, LAST_DAY.header} <= row.values.keys():
        first_day, last_day = row[FIRST_DAY], _last_day(row)
        if last_day < first_day:
            problem = f"liegt vor dem Beginn ({first_day:%d.%m.%Y})"
            expected = "ein Tag am oder nach dem Beginn"
            yield CellError(row.number, LAST_DAY.header, f"{last_day:%d.%m.%Y}", problem, expected)
    if {AMOUNT.header, LENGTH_UNIT.header} <= row.values.keys():
        amount = row[AMOUNT]
        if find_length_fault(amount, row[LENGTH_UNIT]) is not None:
            expected = f"mindestens eine Minute und höchstens {grouped(MAX_HOURS)} Stunden"
            value = f"{amount:f}".replace(".", ",")
            yield CellError(row.number, AMOUNT.header, value, "ist nicht möglich", expected)


def _find_decided_otherwise(
    listed: Sequence[TrainingRow], register: Register
) -> Iterator[CellError]:
    for row in listed:
        known, area = register.known.get(row.key), row.entered.area
        if known is None or not known.is_bound or area in {None, known.entered.area}:
            continue
        yield CellError(
            row.row_number,
            AREA.header,
            area.value if area else "",
            "ist von der Beauftragten anders entschieden oder noch offen",
            "eine leere Zelle; ihre Entscheidung gilt",
        )


def _last_day(row: Row) -> date:
    return row[LAST_DAY] or row[FIRST_DAY]


def _row(row: Row, register: Register, documents: Mapping[str, Document]) -> TrainingRow:
    name = row[CERTIFICATE]
    return TrainingRow(
        row_number=row.number,
        number=row[NUMBER],
        person_id=register.people[row[NUMBER]],
        entered=TrainingInput(
            title=row[TITLE],
            provider=row[PROVIDER],
            area=row[AREA],
            format=row[FORMAT],
            origin=row[ORIGIN],
            first_day=row[FIRST_DAY],
            last_day=_last_day(row),
            duration_minutes=minutes_of(row[AMOUNT], row[LENGTH_UNIT]),
            length_unit=row[LENGTH_UNIT],
        ),
        certificate=name,
        sha256=documents[name].sha256 if name else None,
    )
