"""What would a roster change? Reading the list, and comparing it with what is there.

Format: the list „Personal“, one row per assignment. The plan is made of plain data;
``import_service`` applies it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

from selfcheck.lists import CellError, Column, ReadList, Row, calendar_date, or_empty, text, yes_no
from selfcheck.organisation.limits import NUMBER_LENGTH
from selfcheck.staff.limits import PERSON_NAME_LENGTH, PERSON_NUMBER_LENGTH
from selfcheck.staff.periods import SINCE_ALWAYS, describe_period

NUMBER = Column("Personalnummer", text(max_length=PERSON_NUMBER_LENGTH))
LAST_NAME = Column("Nachname", text(max_length=PERSON_NAME_LENGTH))
FIRST_NAME = Column("Vorname", text(max_length=PERSON_NAME_LENGTH))
UNIT = Column("Organisationseinheit", text(max_length=NUMBER_LENGTH))
IS_MANAGER = Column("Führungskraft", yes_no)
HAS_CITIZEN_CONTACT = Column("Bürgerkontakt", yes_no)
DOES_MEDIA_WORK = Column("Medienarbeit", yes_no)
FIRST_DAY = Column("Gültig ab", or_empty(calendar_date), optional=True)
LAST_DAY = Column("Gültig bis", or_empty(calendar_date), optional=True)
FLAGS = (IS_MANAGER, HAS_CITIZEN_CONTACT, DOES_MEDIA_WORK)
COLUMNS = (NUMBER, LAST_NAME, FIRST_NAME, UNIT, *FLAGS, FIRST_DAY, LAST_DAY)
DAYS = {FIRST_DAY.header, LAST_DAY.header}


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonRecord:
    """A person as a list describes it."""

    number: str
    last_name: str
    first_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AssignmentRecord:
    """An assignment as a list describes it: numbers of the person and the unit, marks and days."""

    number: str
    unit: str
    is_manager: bool
    has_citizen_contact: bool
    does_media_work: bool
    first_day: date
    last_day: date | None

    @property
    def period(self) -> str:
        """The days as people read them."""
        return describe_period(self.first_day, self.last_day)


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownPerson:
    """Somebody who is there, with all assignments by their first days."""

    record: PersonRecord
    assignments: Mapping[date, AssignmentRecord]
    is_within_reach: bool = True


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is there, as far as a list is compared with it.

    ``within`` are the numbers of the units that the importer may write, None stands for all;
    ``present`` the people who work in one of the list's units today, of those units only.
    """

    people: Mapping[str, KnownPerson]
    units: frozenset[str]
    closed: frozenset[str] = frozenset()
    within: frozenset[str] | None = None
    present: Sequence[PersonRecord] = ()

    def reaches(self, unit: str) -> bool:
        """Return whether the importer may write into a unit."""
        return self.within is None or unit in self.within


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffRow:
    """One assignment and its person as they would be, beside what is there.

    ``person_before`` is None for somebody new, ``before`` for a new assignment; ``previous`` is
    the assignment after which a person moves, if there is one.
    """

    person: PersonRecord
    assignment: AssignmentRecord
    person_before: PersonRecord | None = None
    before: AssignmentRecord | None = None
    previous: AssignmentRecord | None = None

    @property
    def differences(self) -> list[tuple[str, str, str]]:
        """Header, old and new value of every cell that differs; of a move, from the last place."""
        old = _cells(self.person_before, self.before or self.previous)
        new = _cells(self.person, self.assignment)
        if self.before is None:  # that the last place ends is what a move means
            del old[LAST_DAY.header], new[LAST_DAY.header]
        return [(header, old[header], new[header]) for header in new if old[header] != new[header]]


@dataclass(frozen=True)
class StaffPlan:
    """What a list would do. With ``errors`` nothing at all is done.

    ``ended`` are assignments that end because the person moves, although no row says so.
    """

    new: list[StaffRow] = field(default_factory=list)
    changed: list[StaffRow] = field(default_factory=list)
    moved: list[StaffRow] = field(default_factory=list)
    unchanged: list[StaffRow] = field(default_factory=list)
    ended: list[StaffRow] = field(default_factory=list)
    missing: list[PersonRecord] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def changes_something(self) -> bool:
        """Whether there is anything to apply."""
        return bool(self.new or self.changed or self.moved or self.ended)

    @property
    def touched(self) -> dict[str, list[StaffRow]]:
        """All that would be written, by the number of the person."""
        found: dict[str, list[StaffRow]] = {}
        for row in [*self.new, *self.changed, *self.moved, *self.ended]:
            found.setdefault(row.person.number, []).append(row)
        return found


def plan_import(read: ReadList, there: Surroundings) -> StaffPlan:
    """Compare a list with the people who are there.

    People whom the list does not name stay as they are and are only mentioned; so do the ends of
    known assignments if the list has no column for them.
    """
    rows = sorted([*read.rows, *read.faulty_rows], key=lambda row: row.number)
    if LAST_DAY in read.left_out:
        rows = [_with_known_end(row, there) for row in rows]
    by_person: dict[str, list[Row]] = {}
    for row in rows:
        if NUMBER.header in row.values:
            by_person.setdefault(row[NUMBER], []).append(row)
    errors = [*read.errors]
    for row in rows:
        errors.extend(_find_row_errors(row, there))
    for number, own in by_person.items():
        errors.extend(_find_person_errors(own, there.people.get(number), there))
    if errors:
        return StaffPlan(errors=sorted(errors, key=lambda one: one.row), warnings=read.warnings)
    plan = StaffPlan(warnings=read.warnings)
    for number, own in by_person.items():
        _sort_out(own, there.people.get(number), plan)
    plan.missing.extend(one for one in there.present if one.number not in by_person)
    return plan


def _find_row_errors(row: Row, there: Surroundings) -> Iterator[CellError]:
    if UNIT.header in row.values:
        unit = row[UNIT]
        if unit not in there.units:
            expected = "die Nummer einer Organisationseinheit"
            yield CellError(row.number, UNIT.header, unit, "gibt es nicht", expected)
        elif not there.reaches(unit):
            expected = "die Nummer einer Einheit, für die Sie zuständig sind"
            problem = "gehört nicht zu Ihren Einheiten"
            yield CellError(row.number, UNIT.header, unit, problem, expected)
    if row.values.keys() >= DAYS:
        first, last = _first_day(row), row[LAST_DAY]
        if last is not None and last < first:
            problem = f"liegt vor dem ersten Tag ({_shown(first)})"
            expected = f"ein Tag ab dem {_shown(first)}"
            yield CellError(row.number, LAST_DAY.header, _shown(last), problem, expected)


def _find_person_errors(
    rows: Sequence[Row], known: KnownPerson | None, there: Surroundings
) -> Iterator[CellError]:
    """Find what is wrong among the rows of one person; of faulty ones, with what can be read."""
    yield from _find_repeats(rows)
    if known is None or known.is_within_reach:
        assignments = known.assignments if known else {}
        for row in rows:
            yield from _find_misplaced(row, assignments, there)
        yield from _find_overlaps(rows, assignments, there)
        return
    for row in rows:
        if not _is_there(row, known, there):
            expected = "eine Person Ihrer Einheiten (den Wechsel trägt die bisherige Stelle ein)"
            problem = "gehört zurzeit nicht zu Ihren Einheiten"
            yield CellError(row.number, NUMBER.header, row[NUMBER], problem, expected)


def _find_repeats(rows: Sequence[Row]) -> Iterator[CellError]:
    first_rows: dict[date, int] = {}
    for row in rows:
        if FIRST_DAY.header in row.values:
            number = first_rows.setdefault(_first_day(row), row.number)
            if number != row.number:
                problem = f"steht schon in Zeile {number}"
                expected = "je Person und „Gültig ab“ nur eine Zeile"
                yield CellError(row.number, NUMBER.header, row[NUMBER], problem, expected)
    for column in (LAST_NAME, FIRST_NAME):
        named = [row for row in rows if column.header in row.values]
        for row in named[1:]:
            if row[column] != named[0][column]:
                problem = f"lautet in Zeile {named[0].number} anders"
                expected = "derselbe Name in allen Zeilen einer Person"
                yield CellError(row.number, column.header, row[column], problem, expected)


def _find_misplaced(
    row: Row, assignments: Mapping[date, AssignmentRecord], there: Surroundings
) -> Iterator[CellError]:
    """Find a missing first day, and a unit into which the row must not put somebody."""
    if FIRST_DAY.header not in row.values:
        return
    unit, before = row.values.get(UNIT.header), assignments.get(_first_day(row))
    if _lacks_start(row, assignments):
        same = [day for day, one in assignments.items() if one.unit == unit]
        day = _shown(max(same or assignments))
        expected = f"{day} wie eingetragen, oder der erste Tag nach dem Wechsel"
        yield CellError(row.number, FIRST_DAY.header, "", "ist leer", expected)
    if not isinstance(unit, str) or not there.reaches(unit):
        return
    # Whoever already works in a closed unit may be corrected there, and leave it.
    if unit in there.closed and (before is None or before.unit != unit):
        yield CellError(row.number, UNIT.header, unit, "ist geschlossen", "eine offene Einheit")
    if before is not None and not there.reaches(before.unit):
        problem = "ersetzt eine Zuordnung außerhalb Ihrer Einheiten"
        yield CellError(row.number, UNIT.header, unit, problem, "eine Zuordnung Ihrer Einheiten")


def _find_overlaps(
    rows: Sequence[Row], assignments: Mapping[date, AssignmentRecord], there: Surroundings
) -> Iterator[CellError]:
    if not all(row.values.keys() >= DAYS for row in rows):
        return  # as long as a day cannot be read, nobody knows what it overlaps
    listed: dict[date, Row] = {}
    for row in rows:
        if not _lacks_start(row, assignments):
            listed.setdefault(_first_day(row), row)
    ends = {day: one.last_day for day, one in assignments.items()}
    ends |= {day: row[LAST_DAY] for day, row in listed.items()}
    days = sorted(ends)
    for day, following in pairwise(days):
        is_kept = day in listed or there.reaches(assignments[day].unit) or ends[day] is not None
        if not is_kept and following in listed:
            problem = "beendet eine Zuordnung außerhalb Ihrer Einheiten"
            expected = "ein Wechsel, den die andere Stelle einträgt"
            row = listed[following]
            yield CellError(row.number, FIRST_DAY.header, _shown(following), problem, expected)
    told: set[date] = set()
    farthest, farthest_end = SINCE_ALWAYS, date.min
    for day in days:
        if farthest_end >= day and farthest not in told and {farthest, day} & listed.keys():
            if farthest in listed:
                told.add(farthest)
            yield _overlap(listed, (farthest, farthest_end), (day, ends[day]))
        last = ends[day]
        if last is not None and last > farthest_end:
            farthest, farthest_end = day, last


def _overlap(
    listed: Mapping[date, Row], earlier: tuple[date, date], later: tuple[date, date | None]
) -> CellError:
    """Report an end that reaches into the next assignment; where no row says so, the next start."""
    problem = "überschneidet sich mit der Zuordnung "
    if earlier[0] in listed:
        row, column, value = listed[earlier[0]], LAST_DAY, earlier[1]
        problem += describe_period(*later)
        expected = f"ein Tag vor dem {_shown(later[0])}"
    else:
        row, column, value = listed[later[0]], FIRST_DAY, later[0]
        problem += describe_period(*earlier)
        expected = f"ein Tag nach dem {_shown(earlier[1])}"
    return CellError(row.number, column.header, _shown(value), problem, expected)


def _is_there(row: Row, known: KnownPerson, there: Surroundings) -> bool:
    """Return whether a row says what is there already, in one of the importer's own units."""
    if len(row.values) < len(COLUMNS):
        return False
    before = known.assignments.get(_first_day(row))
    if before is None or not there.reaches(before.unit) or _person(row) != known.record:
        return False
    return (
        _settle({**known.assignments, before.first_day: _assignment(row)})[before.first_day]
        == before
    )


def _sort_out(rows: Sequence[Row], known: KnownPerson | None, plan: StaffPlan) -> None:
    """Put the rows of one person, which are without errors, under their headings."""
    listed = {_first_day(row): _assignment(row) for row in rows}
    person, person_before = _person(rows[0]), known.record if known else None
    assignments = known.assignments if known else {}
    settled = _settle({**assignments, **listed})
    previous: AssignmentRecord | None = None
    for day, after in settled.items():
        before = assignments.get(day)
        row = StaffRow(
            person=person,
            assignment=after,
            person_before=person_before,
            before=before,
            previous=previous if known and before is None else None,
        )
        previous = after
        says_the_same = person == person_before and before in (after, listed.get(day, before))
        if known is None:
            plan.new.append(row)
        elif before is None:
            plan.moved.append(row)
        elif day in listed and not says_the_same:
            plan.changed.append(row)
        else:
            if day in listed:
                plan.unchanged.append(row)
            if before != after:
                plan.ended.append(row)


def _settle(assignments: Mapping[date, AssignmentRecord]) -> dict[date, AssignmentRecord]:
    """End each open assignment on the day before the next one; in the order of their days."""
    days = sorted(assignments)
    settled = {day: assignments[day] for day in days}
    for day, following in pairwise(days):
        if settled[day].last_day is None:
            settled[day] = replace(settled[day], last_day=following - timedelta(days=1))
    return settled


def _lacks_start(row: Row, assignments: Mapping[date, AssignmentRecord]) -> bool:
    """Return whether a first day is missing: all that are known of the person have one."""
    return row[FIRST_DAY] is None and bool(assignments) and SINCE_ALWAYS not in assignments


def _with_known_end(row: Row, there: Surroundings) -> Row:
    known = there.people.get(str(row.values.get(NUMBER.header)))
    if known is None or FIRST_DAY.header not in row.values:
        return row
    before = known.assignments.get(_first_day(row))
    end = before.last_day if before else None
    return Row(row.number, {**row.values, LAST_DAY.header: end})


def _first_day(row: Row) -> date:
    return row[FIRST_DAY] or SINCE_ALWAYS


def _person(row: Row) -> PersonRecord:
    return PersonRecord(number=row[NUMBER], last_name=row[LAST_NAME], first_name=row[FIRST_NAME])


def _assignment(row: Row) -> AssignmentRecord:
    return AssignmentRecord(
        number=row[NUMBER],
        unit=row[UNIT],
        is_manager=row[IS_MANAGER],
        has_citizen_contact=row[HAS_CITIZEN_CONTACT],
        does_media_work=row[DOES_MEDIA_WORK],
        first_day=_first_day(row),
        last_day=row[LAST_DAY],
    )


def _cells(person: PersonRecord | None, assignment: AssignmentRecord | None) -> dict[str, str]:
    cells = dict.fromkeys([column.header for column in COLUMNS[1:]], "")
    if person is not None:
        cells |= {LAST_NAME.header: person.last_name, FIRST_NAME.header: person.first_name}
    if assignment is not None:
        one = assignment
        flags = (one.is_manager, one.has_citizen_contact, one.does_media_work)
        words = ["ja" if flag else "nein" for flag in flags]
        cells[UNIT.header] = one.unit
        cells |= dict(zip((flag.header for flag in FLAGS), words, strict=True))
        cells[FIRST_DAY.header] = "" if one.first_day == SINCE_ALWAYS else _shown(one.first_day)
        cells[LAST_DAY.header] = _shown(one.last_day) if one.last_day else ""
    return cells


def _shown(day: date) -> str:
    return f"{day:%d.%m.%Y}"
