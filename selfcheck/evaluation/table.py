"""How many people of each reporting unit have fulfilled the mandate on a day?

Schulungskonzept, section 6; rules.md, „People“ and „The Auswertungstabelle“. A table is counted
in one pass over the people, so that a million of them need no more memory than ten.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from selfcheck.evaluation.figures import (
    AREA_COLUMNS,
    BrokenTableError,
    Figures,
    add_up,
    check_figures,
)
from selfcheck.organisation.numbering import natural_key
from selfcheck.staff.periods import covers
from selfcheck.training.kinds import Area
from selfcheck.training.mandate import Group, Mandate, is_recognised

# Named in every stored table; to be raised when a rule below, or in mandate.py, changes.
RULES_VERSION = "1"

# People and trainings that are equal in all that counts are judged once.
REMEMBERED = 65_536
DAY = timedelta(days=1)
COLUMN_OF = {area: Figures._fields.index(column) for area, column in AREA_COLUMNS.items()}
PEOPLE, TRAININGS, PEOPLE_TRAINED, FULFILLED, UNFULFILLED = (
    Figures._fields.index(column)
    for column in ("people", "trainings", "people_trained", "fulfilled", "unfulfilled")
)


class OfficeUnit(NamedTuple):
    """A unit in the city's tree."""

    id: int
    number: str
    name: str
    parent_id: int | None
    is_reporting: bool
    # The last day on which it existed; None as long as it does.
    closed_on: date | None


class Posting(NamedTuple):
    """Where a person works, in which group, from when to when (days inclusive)."""

    unit_id: int
    group: Group | None
    first_day: date
    last_day: date | None


class TrainingFacts(NamedTuple):
    """All that decides whether a training counts; see ``mandate.Facts``."""

    area: Area | None
    last_day: date
    duration_minutes: int
    has_evidence: bool
    is_rejected: bool = False
    awaits_decision: bool = False


class CompletedTraining(NamedTuple):
    """A person's training; withdrawn records are not among them."""

    record_id: int
    facts: TrainingFacts


class Member(NamedTuple):
    """A person with all postings that may cover the reference date, and all trainings."""

    person_id: int
    postings: Sequence[Posting]
    trainings: Sequence[CompletedTraining]


class Crowd(NamedTuple):
    """People who are equal in all that the table asks of them on the reference date."""

    size: int
    unit_id: int
    group: Group | None
    # Of each of them.
    trainings: tuple[TrainingFacts, ...]


class OfficeRows(NamedTuple):
    """The two rows of a reporting unit."""

    unit: OfficeUnit
    rows: Mapping[Group, Figures]

    @property
    def total(self) -> Figures:
        """The row „Gesamt“."""
        return add_up(self.rows.values())


@dataclass(frozen=True, kw_only=True)
class Table:
    """The Auswertungstabelle of the city on a reference date, by the units' numbers."""

    mandate: Mandate
    on: date
    offices: Sequence[OfficeRows]
    # People who are in no row: outside the target group, and below no reporting unit, by unit.
    outside: int
    unreported: Mapping[int, int]

    @property
    def city(self) -> Mapping[Group, Figures]:
        """The sum of the reporting units, by group."""
        return {group: add_up(one.rows[group] for one in self.offices) for group in Group}


class Recognition:
    """What the trainings of a person are worth under a mandate on a day."""

    def __init__(self, mandate: Mandate, on: date) -> None:
        self.mandate = mandate

        @lru_cache(maxsize=REMEMBERED)
        def counts(facts: TrainingFacts) -> bool:
            return is_recognised(facts, mandate, on)

        self.counts: Callable[[TrainingFacts], bool] = counts

    def find_recognised(self, trainings: Iterable[CompletedTraining]) -> list[CompletedTraining]:
        """Return the trainings that count in the table."""
        return [one for one in trainings if self.counts(one.facts)]

    def is_fulfilled(self, group: Group, recognised: Iterable[CompletedTraining]) -> bool:
        """Return whether one of the recognised trainings fulfils the mandate for a group."""
        return self.fulfils(group, (one.facts for one in recognised))

    def fulfils(self, group: Group, recognised: Iterable[TrainingFacts]) -> bool:
        """Return the same, of what is known of the recognised trainings."""
        areas = self.mandate.areas[group]
        return any(one.area in areas for one in recognised)


def make_table(
    units: Sequence[OfficeUnit], members: Iterable[Member], mandate: Mandate, on: date
) -> Table:
    """Count the table of a reference date, and check that it contradicts itself nowhere.

    ``units`` are all units of the city. A unit that was closed before the day has rows only as
    long as people are still assigned to it or below it (D). Raises BrokenTableError.
    """
    return count_crowds(units, _list_crowds(members, on), mandate, on)


def count_crowds(
    units: Sequence[OfficeUnit], crowds: Iterable[Crowd], mandate: Mandate, on: date
) -> Table:
    """Count the same table of people who are put together already; nobody is in two crowds."""
    reporting = find_reporting_units(units)
    find_cells = _make_cell_finder(mandate, on)
    tallies: dict[tuple[int, Group], list[int]] = defaultdict(lambda: [0] * len(Figures._fields))
    outside = counted = 0
    unreported: Counter[int] = Counter()
    for size, unit_id, group, trainings in crowds:
        office = reporting[unit_id]
        if office is None:
            unreported[unit_id] += size
        elif group is None:
            outside += size
        else:
            counted += size
            tally = tallies[office, group]
            for cell in find_cells(group, trainings):
                tally[cell] += size
    table = Table(
        mandate=mandate,
        on=on,
        offices=_list_offices(units, tallies, on),
        outside=outside,
        unreported=unreported,
    )
    _check(table, counted)
    return table


def list_turning_days(mandate: Mandate, on: date) -> list[date]:
    """Return the days from which on a training that ends then counts, or counts no longer.

    To the rules, two trainings are equal if they end between the same two of them.
    """
    return sorted({mandate.first_day, on + DAY, mandate.last_day + DAY})


def posting_on(postings: Iterable[Posting], on: date) -> Posting | None:
    """Return the posting that covers a day; None: counted nowhere."""
    return next((one for one in postings if covers(one.first_day, one.last_day, on)), None)


def find_reporting_units(units: Iterable[OfficeUnit]) -> dict[int, int | None]:
    """Return for each unit the one that reports for it: itself, or the nearest one above.

    None: no unit above it reports (D).
    """
    by_id = {unit.id: unit for unit in units}
    found: dict[int, int | None] = {}
    for unit in by_id.values():
        path: list[int] = []
        at: OfficeUnit | None = unit
        while at is not None and at.id not in found and not at.is_reporting:
            path.append(at.id)
            at = by_id.get(at.parent_id) if at.parent_id is not None else None
        above = None if at is None else found.get(at.id, at.id)
        found.update(dict.fromkeys([*path, unit.id], above))
    return found


def _list_crowds(members: Iterable[Member], on: date) -> Iterator[Crowd]:
    for member in members:
        posting = posting_on(member.postings, on)
        if posting is not None:
            facts = tuple(one.facts for one in member.trainings)
            yield Crowd(1, posting.unit_id, posting.group, facts)


def _make_cell_finder(
    mandate: Mandate, on: date
) -> Callable[[Group, tuple[TrainingFacts, ...]], Sequence[int]]:
    """Return what says in which columns of a row somebody is counted; in some several times.

    Every figure is counted, none derived from another.
    """
    recognition = Recognition(mandate, on)

    @lru_cache(maxsize=REMEMBERED)
    def find_cells(group: Group, trainings: tuple[TrainingFacts, ...]) -> Sequence[int]:
        recognised = [one for one in trainings if recognition.counts(one)]
        cells = [PEOPLE, *(COLUMN_OF[one.area] for one in recognised if one.area)]
        cells += [TRAININGS] * len(recognised)
        if recognised:
            cells.append(PEOPLE_TRAINED)
        cells.append(FULFILLED if recognition.fulfils(group, recognised) else UNFULFILLED)
        return cells

    return find_cells


def _list_offices(
    units: Iterable[OfficeUnit], tallies: Mapping[tuple[int, Group], list[int]], on: date
) -> list[OfficeRows]:
    with_people = {unit_id for unit_id, _ in tallies}
    zeros = [0] * len(Figures._fields)
    listed = [
        unit
        for unit in units
        if unit.is_reporting
        and (unit.closed_on is None or unit.closed_on >= on or unit.id in with_people)
    ]
    listed.sort(key=lambda unit: natural_key(unit.number))
    return [
        OfficeRows(unit, {group: Figures(*tallies.get((unit.id, group), zeros)) for group in Group})
        for unit in listed
    ]


def _check(table: Table, counted: int) -> None:
    """Raise BrokenTableError unless every row, every sum and the number of people are right."""
    for office in table.offices:
        for group, figures in office.rows.items():
            check_figures(figures, f"{office.unit.number} {group.value}")
        check_figures(office.total, f"{office.unit.number} Gesamt")
    city = add_up(table.city.values())
    check_figures(city, "Stadt")
    if city != add_up(office.total for office in table.offices):
        raise BrokenTableError("Die Stadt ist nicht die Summe der Einheiten.")
    if city.people != counted:
        raise BrokenTableError(f"{counted} Personen gezählt, {city.people} in der Tabelle.")
