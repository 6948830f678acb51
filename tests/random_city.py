"""Random cities: as the reference counts them, and the same in the database or as lists."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from factories import make_certificate, make_user
from reference_table import AREAS, RefAssignment, RefPerson, RefTraining, RefUnit
from sqlalchemy import insert

from selfcheck.db import Base, db
from selfcheck.organisation.kinds import UnitKind
from selfcheck.organisation.models import Unit
from selfcheck.staff.models import Assignment, Person
from selfcheck.training.kinds import Area, EvidenceKind, Format, LengthUnit, Origin, Outcome
from selfcheck.training.models import Evidence, RecognitionQuestion, TrainingRecord

MOMENT = datetime(2026, 1, 5, tzinfo=UTC)
DAY = timedelta(days=1)
END = date(2026, 12, 31)
# Every day on which the rules turn, and its neighbours.
DAYS = [
    *(date(2020, 12, 31), date(2021, 1, 1), date(2024, 2, 29)),
    *(date(2026, 6, 29), date(2026, 6, 30), date(2026, 7, 1)),
    *(date(2026, 12, 30), END, date(2027, 1, 1)),
]
MINUTES = [1, 180, 359, 360, 361, 3600]
PARENTS = dict.fromkeys(["1", "2", "3"]) | {
    unit: parent
    for parent, units in {
        "1": ["33", "10", "9"],
        "33": ["33.1", "33.2"],
        "33.1": ["33.11"],
        "2": ["50", "0050"],
        "50": ["50.1"],
        "50.1": ["50.11"],
        "3": ["70"],
        "70": ["70.1"],
    }.items()
    for unit in units
}
REPORTS = {"33": True, "3": False, "70": False, "70.1": False}  # of the others some do


@dataclass(frozen=True)
class City:
    units: list[RefUnit]
    people: list[RefPerson]

    def ids(self) -> dict[str, int]:
        """Return the ids that the units have in the database, by number."""
        return {unit.number: unit_id for unit_id, unit in enumerate(self.units, 1)}


def make_city(random: Random, people: int) -> City:
    """Return a city in which everything happens that the rules speak of."""
    units = [
        RefUnit(number, parent, REPORTS.get(number, random.random() < 0.5), _closing_day(random))
        for number, parent in PARENTS.items()
    ]
    return City(units, [_make_person(random) for _ in range(people)])


def _closing_day(random: Random) -> date | None:
    return random.choice([None, None, None, END - DAY, END, date(2026, 6, 30)])


def _make_person(random: Random) -> RefPerson:
    starts = sorted(random.sample([date(1800, 1, 1), *DAYS], random.choice([1, 1, 2, 3])))
    if random.random() < 0.6:
        starts = [date(1800, 1, 1)]
    assignments = []
    for first, following in zip(starts, [*starts[1:], None], strict=True):
        last = (
            following - DAY if following else None if random.random() < 0.7 else random.choice(DAYS)
        )
        if random.random() < 0.1:  # a gap before the next
            last = first
        assignments.append(
            RefAssignment(
                random.choice(list(PARENTS)),
                manager=random.random() < 0.2,
                contact=random.random() < 0.5,
                media=random.random() < 0.2,
                first=first,
                last=max(last, first) if last else None,
            )
        )
    trainings = [_make_training(random) for _ in range(random.choice([0, 1, 2, 3]))]
    return RefPerson(assignments, trainings)


def _make_training(random: Random) -> RefTraining:
    return RefTraining(
        area=random.choice([*AREAS, *AREAS, None]),
        last=random.choice(DAYS),
        minutes=random.choice([*MINUTES, 360, 361, 3600]),
        proved=random.random() < 0.85,
        rejected=random.random() < 0.1,
        withdrawn=random.random() < 0.1,
    )


def write_city(city: City, random: Random) -> None:
    """Put a city into the empty database and commit it.

    What the reference knows as one fact becomes each of the things that make it true: evidence of
    any kind, or of several; a question that is open, decided either way, or taken back.
    """
    user_id = make_user("officer").id
    certificates = [make_certificate("a.pdf").id, make_certificate("b.pdf").id]
    _insert(Unit, _unit_rows(city))
    people = list(enumerate(city.people, 1))
    _insert(
        Person,
        [
            {"id": key, "number": f"{key:05}", "last_name": "M", "first_name": "E", "sort_key": "m"}
            for key, _ in people
        ],
    )
    _insert(Assignment, [row for key, one in people for row in _assignment_rows(city, key, one)])
    trainings = [(key, training) for key, person in people for training in person.trainings]
    numbered = [(record, key, one) for record, (key, one) in enumerate(trainings, 1)]
    outcomes = {record: _outcome_of(one, random) for record, _, one in numbered}
    asked = {record: outcome for record, outcome in outcomes.items() if outcome != "none"}
    _insert(
        RecognitionQuestion,
        [_question_row(record, outcome, user_id) for record, outcome in asked.items()],
    )
    _insert(
        TrainingRecord,
        [
            _record_row(record, key, one) | {"question_id": record if record in asked else None}
            for record, key, one in numbered
        ],
    )
    proved = [record for record, _, one in numbered if one.proved]
    evidence = [row for record in proved for row in _evidence_rows(record, certificates, random)]
    _insert(Evidence, evidence)
    db.session.commit()


def _insert(model: type[Base], rows: list[dict[str, Any]]) -> None:
    db.session.execute(insert(model), rows)


def _unit_rows(city: City) -> list[dict[str, Any]]:
    ids = city.ids()
    return [
        {
            "id": ids[unit.number],
            "number": unit.number,
            "name": f"Einheit {unit.number}",
            "kind": UnitKind.OFFICE,
            "parent_id": ids[unit.parent] if unit.parent else None,
            "is_reporting": unit.reports,
            "closed_on": unit.closed_on,
        }
        for unit in city.units
    ]


def _assignment_rows(city: City, person_id: int, person: RefPerson) -> list[dict[str, Any]]:
    ids = city.ids()
    return [
        {
            "person_id": person_id,
            "unit_id": ids[one.unit],
            "is_manager": one.manager,
            "has_citizen_contact": one.contact,
            "does_media_work": one.media,
            "first_day": one.first,
            "last_day": one.last,
        }
        for one in person.assignments
    ]


def _outcome_of(training: RefTraining, random: Random) -> Outcome | str | None:
    if training.rejected:
        return Outcome.REJECTED
    return random.choice(["none"] * 7 + [None, Outcome.RECOGNISED, Outcome.WITHDRAWN])


def _question_row(record_id: int, outcome: Outcome | str | None, user_id: int) -> dict[str, Any]:
    return {
        "id": record_id,
        "unit_id": 1,
        "asked_at": MOMENT,
        "asked_by_id": user_id,
        "title": "Kurs",
        "provider": "VHS",
        "format": Format.ON_SITE,
        "duration_minutes": 360,
        "content": "",
        "question": "Zählt er?",
        "outcome": outcome,
        "area": Area.DEMOCRATIC if outcome is Outcome.RECOGNISED else None,
        "decided_at": MOMENT if outcome else None,
    }


def _record_row(record_id: int, person_id: int, training: RefTraining) -> dict[str, Any]:
    return {
        "id": record_id,
        "person_id": person_id,
        "title": f"Kurs {record_id}",
        "title_key": f"kurs {record_id}",
        "provider": "VHS",
        "area": Area(training.area) if training.area else None,
        "format": Format.ON_SITE,
        "origin": Origin.EXTERNAL,
        "first_day": training.last - 90 * DAY,
        "last_day": training.last,
        "duration_minutes": training.minutes,
        "length_unit": LengthUnit.HOURS,
        "recorded_at": MOMENT,
        "withdrawn_at": MOMENT if training.withdrawn else None,
    }


def _evidence_rows(record_id: int, certificates: list[Any], random: Random) -> list[dict[str, Any]]:
    kinds = random.sample(list(EvidenceKind), random.choice([1, 1, 2, 3]))
    chosen = random.choice([certificates, certificates[:1]])
    return [
        {
            "record_id": record_id,
            "kind": kind,
            "certificate_id": certificate,
            "seen_on": END if kind is EvidenceKind.SEEN else None,
            "added_at": MOMENT,
        }
        for kind in kinds
        for certificate in (chosen if kind is EvidenceKind.CERTIFICATE else [None])
    ]
