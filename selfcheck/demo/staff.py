"""Staff of the demo city: some 2,000 people over all units, some of whom come, leave and move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random

from selfcheck.accounts.permissions import Role
from selfcheck.demo.names import make_names
from selfcheck.demo.people import PEOPLE
from selfcheck.organisation.kinds import UnitKind
from selfcheck.organisation.models import Unit
from selfcheck.staff.inputs import Duties
from selfcheck.staff.models import Assignment, Person
from selfcheck.staff.periods import SINCE_ALWAYS
from selfcheck.staff.service import name_key

SEED = 20261123
HIGHEST_NUMBER = 99_999_999
# A part of the numbers is from old times: short, filled up with zeros.
OLD_NUMBERS = 6_000_000
OLD_NUMBER_SHARE = 0.2

SIZES = {
    "OB": 14,
    "GB1": 12,
    "GB2": 12,
    "GB3": 11,
    "GB4": 10,
    "GB5": 12,
    "GB6": 11,
    "10": 68,
    "13": 28,
    "15": 30,
    "30": 30,
    "32": 100,
    "37": 60,
    "40": 48,
    "41": 36,
    "42": 84,
    "33": 14,
    "33.1": 86,
    "33.2": 56,
    "33.21": 16,
    "33.3": 40,
    "50": 12,
    "50.1": 34,
    "50.2": 60,
    "50.3": 44,
    "50.4": 56,
    "51": 18,
    "51.1": 76,
    "51.2": 46,
    "53": 64,
    "58": 60,
    "61": 56,
    "65": 46,
    "66": 56,
    "67": 60,
    "80": 30,
    "91.1": 8,
    "91.2": 9,
    "EB17": 46,
    "EB52": 44,
    "EB55": 100,
    "EB56": 104,
    "BEA1": 8,
    "BEA2": 6,
    "GPR": 9,
}
DISTRICT_OFFICE_SIZES = range(12, 22)

# The share of those with Bürgerkontakt: by the office's number or else by its kind.
CONTACT_OF_OFFICE = {
    "10": 0.3,
    "13": 0.4,
    "15": 0.6,
    "30": 0.25,
    "32": 0.75,
    "33": 0.95,
    "37": 0.5,
    "40": 0.55,
    "42": 0.9,
    "50": 0.88,
    "51": 0.9,
    "53": 0.75,
    "58": 0.5,
    "61": 0.45,
    "65": 0.3,
    "66": 0.4,
    "80": 0.7,
    "EB17": 0.1,
    "EB52": 0.6,
    "EB55": 0.9,
    "EB56": 0.8,
    "GPR": 0.3,
}
CONTACT_OF_KIND = {
    UnitKind.DIVISION: 0.3,
    UnitKind.DISTRICT_OFFICE: 0.85,
    UnitKind.LOCAL_OFFICE: 0.9,
    UnitKind.COMMISSIONER: 0.8,
}
OTHER_CONTACT = 0.5
MEDIA_OF_OFFICE = {"13": 0.75, "15": 0.25, "80": 0.15, "42": 0.1}
MEDIA_OF_KIND = {UnitKind.DIVISION: 0.25, UnitKind.COMMISSIONER: 0.3}
OTHER_MEDIA = 0.03
PEOPLE_PER_MANAGER = 14

NEWCOMERS, LEAVERS, MOVERS = 0.04, 0.035, 0.03
STARTERS = ("33.1", "33.2", "50.2", "51.1", "32", "EB55")
START = date(2027, 1, 1)


def office_of(unit: Unit) -> Unit:
    """Return the reporting unit that a unit belongs to; itself if there is none."""
    office: Unit | None = unit
    while office is not None and not office.is_reporting:
        office = office.parent
    return office or unit


def make_staff(units: Mapping[str, Unit]) -> list[Person]:
    """Make the staff of all units, the same every time; heads and officers are among them."""
    random = Random(SEED)  # noqa: S311 - not for secrets
    numbers, names = _make_numbers(random), make_names(random)
    people = []
    for number, unit in units.items():
        logins = [one for one in PEOPLE if one.unit == number]
        size = SIZES.get(number) or random.choice(DISTRICT_OFFICE_SIZES)
        managers = 1 + size // PEOPLE_PER_MANAGER
        heads = sum(one.role is Role.UNIT_HEAD for one in logins)
        for login in logins:
            person = _make_person(next(numbers), login.last_and_first_name)
            duties = _draw_duties(random, unit, is_manager=login.role is Role.UNIT_HEAD)
            person.assignments = [_assign(random, unit, duties)]
            people.append(person)
        for place in range(size - len(logins)):
            person = _make_person(next(numbers), next(names))
            duties = _draw_duties(random, unit, is_manager=place < managers - heads)
            person.assignments = _draw_career(random, units, _assign(random, unit, duties))
            people.append(person)
    for number in STARTERS:
        person = _make_person(next(numbers), next(names))
        duties = _draw_duties(random, units[number], is_manager=False)
        person.assignments = [_assign(random, units[number], duties, START)]
        people.append(person)
    return people


def _make_numbers(random: Random) -> Iterator[str]:
    given: set[int] = set()
    while True:
        highest = OLD_NUMBERS if random.random() < OLD_NUMBER_SHARE else HIGHEST_NUMBER
        number = random.randint(100_000, highest)
        if number not in given:
            given.add(number)
            yield f"{number:08d}"


def _make_person(number: str, name: tuple[str, str]) -> Person:
    last_name, first_name = name
    return Person(
        number=number,
        last_name=last_name,
        first_name=first_name,
        sort_key=name_key(last_name, first_name),
    )


def _draw_duties(random: Random, unit: Unit, *, is_manager: bool) -> Duties:
    office = office_of(unit)
    contact = CONTACT_OF_OFFICE.get(office.number, CONTACT_OF_KIND.get(office.kind, OTHER_CONTACT))
    media = MEDIA_OF_OFFICE.get(office.number, MEDIA_OF_KIND.get(office.kind, OTHER_MEDIA))
    return Duties(
        is_manager=is_manager,
        has_citizen_contact=random.random() < contact,
        does_media_work=random.random() < media,
    )


def _assign(
    random: Random, unit: Unit, duties: Duties, first_day: date | None = None
) -> Assignment:
    long_ago = date(random.randint(1991, 2024), random.randint(1, 12), 1)
    is_unknown = random.random() < 0.15
    return Assignment(
        unit=unit,
        is_manager=duties.is_manager,
        has_citizen_contact=duties.has_citizen_contact,
        does_media_work=duties.does_media_work,
        first_day=first_day or (SINCE_ALWAYS if is_unknown else long_ago),
    )


def _draw_career(
    random: Random, units: Mapping[str, Unit], assignment: Assignment
) -> list[Assignment]:
    """Return the assignments of a person, most often this one only."""
    chance = random.random()
    day = date(2026, random.randint(1, 11), 1)
    if chance < NEWCOMERS:
        assignment.first_day = day
    elif chance < NEWCOMERS + LEAVERS:
        assignment.last_day = date(random.choice((2025, 2026)), day.month, 1) - timedelta(days=1)
    elif chance < NEWCOMERS + LEAVERS + MOVERS:
        before = units[random.choice(list(units))]
        if before is not assignment.unit:
            duties = _draw_duties(random, before, is_manager=False)
            earlier = _assign(random, before, duties)
            earlier.last_day = day - timedelta(days=1)
            assignment.first_day = day
            return [earlier, assignment]
    return [assignment]
