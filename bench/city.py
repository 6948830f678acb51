"""A city of any size, the same one each time: in the database, and as the lists of an import."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert, select
from xlsxwriter import Workbook

from bench.logins import EVERYBODY, HEAD, MAX_HEADS, OFFICE, OFFICER, PASSWORD
from selfcheck.accounts.models import Grant, User
from selfcheck.accounts.passwords import hash_password
from selfcheck.accounts.permissions import Role
from selfcheck.config import PROJECT_ROOT
from selfcheck.db import Base, db, german_sort_key
from selfcheck.demo.names import ORIGINS
from selfcheck.lists import read_list
from selfcheck.organisation import import_service
from selfcheck.organisation.importing import COLUMNS
from selfcheck.organisation.kinds import UnitKind
from selfcheck.organisation.models import Unit
from selfcheck.staff.importing import COLUMNS as ROSTER_COLUMNS
from selfcheck.staff.models import Assignment, Person
from selfcheck.staff.periods import SINCE_ALWAYS
from selfcheck.training.importing import COLUMNS as TRAINING_COLUMNS
from selfcheck.training.inputs import title_key
from selfcheck.training.kinds import Area, EvidenceKind, Format, LengthUnit, Origin, Outcome
from selfcheck.training.models import Evidence, RecognitionQuestion, TrainingRecord

UNITS = PROJECT_ROOT / "selfcheck" / "demo" / "organisation.csv"

AT_ONCE = 10_000  # people
MOMENT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
FIRST_DAY = date(2020, 7, 1)
DAYS = 2_300  # until the autumn of 2026
TITLES = ("Interkulturelle Kommunikation", "Leichte Sprache", "Argumente gegen Rechts", "Englisch")
PROVIDERS = ("Volkshochschule", "Zentrale Fortbildung", "Sächsisches Kommunales Studieninstitut")

Rows = dict[type[Base], list[dict[str, Any]]]


def write_city(people: int) -> None:
    """Fill the empty database with people and 1.5 trainings for each, and commit it."""
    read = read_list(UNITS.read_bytes(), UNITS.name, COLUMNS)
    import_service.apply_plan(import_service.make_plan(read), filename=UNITS.name, actor_id=None)
    unit_ids = _write_users()
    random = Random(people)
    for start in range(0, people, AT_ONCE):
        numbers = range(start, min(people, start + AT_ONCE))
        for model, rows in _make_rows(numbers, unit_ids, random).items():
            if rows:
                db.session.execute(insert(Base.metadata.tables[model.__tablename__]), rows)
    db.session.commit()


def write_lists(people: int, *, roster: Path, trainings: Path) -> None:
    """Write a roster of so many people, and a list with one training of each."""
    units = db.session.execute(_select_offices()).all()
    random = Random(people)
    _write_list(
        roster,
        [column.header for column in ROSTER_COLUMNS],
        (_roster_row(n, random.choice(units).number, random) for n in range(people)),
    )
    optional = {"Ende", "Nachweis"}  # without them, 100,000 rows are within the limits of a list
    _write_list(
        trainings,
        [column.header for column in TRAINING_COLUMNS if column.header not in optional],
        (_training_row(n, random) for n in range(people)),
    )


def _select_offices() -> Any:
    """Return the query of the units in which people work."""
    return select(Unit.id, Unit.number).where(Unit.kind != UnitKind.DIVISION).order_by(Unit.id)


def _write_users() -> list[int]:
    units = {unit.number: unit for unit in db.session.scalars(select(Unit))}
    make = partial(User, password_hash=hash_password(PASSWORD), created_at=MOMENT)
    offices = [unit for unit in units.values() if unit.kind is UnitKind.OFFICE]
    for n in range(MAX_HEADS):
        head = make(email=HEAD.format(n), name=f"Leitung {n}", sort_key=f"leitung {n}")
        head.grants.append(Grant(role=Role.UNIT_HEAD, unit=offices[n % len(offices)]))
        db.session.add(head)
    officer = make(email=OFFICER, name="Amt 33", sort_key="amt 33")
    officer.grants.append(Grant(role=Role.TRAINING_OFFICER, unit=units[OFFICE]))
    everybody = make(email=EVERYBODY, name="Alle", sort_key="alle")
    everybody.grants += [
        Grant(role=Role.UNIT_HEAD, unit=unit) for unit in units.values() if unit.parent is None
    ]
    db.session.add_all([officer, everybody])
    db.session.flush()
    return list(db.session.scalars(_select_offices()))


def _make_rows(numbers: range, unit_ids: list[int], random: Random) -> Rows:
    """Return the rows of some people; in an order in which they can be written."""
    rows: Rows = {
        model: [] for model in (Person, Assignment, RecognitionQuestion, TrainingRecord, Evidence)
    }
    for n in numbers:
        last_name, first_name = _name(random)
        key = german_sort_key(f"{last_name}, {first_name}")
        named = {"last_name": last_name, "first_name": first_name, "sort_key": key}
        rows[Person].append({"id": n + 1, "number": _number(n), "revision": 1, **named})
        manager, contact, media = _marks(random)
        rows[Assignment].append(
            {
                "id": n + 1,
                "person_id": n + 1,
                "unit_id": random.choice(unit_ids),
                "is_manager": manager,
                "has_citizen_contact": contact,
                "does_media_work": media,
                "first_day": SINCE_ALWAYS,
                "last_day": None,
            }
        )
        for place in range(2 if n % 2 else 1):  # 1.5 for each
            _add_training(rows, n + 1, 2 * n + place + 1, place, random)
    return rows


def _add_training(rows: Rows, person_id: int, record_id: int, place: int, random: Random) -> None:
    kind = random.choice([EvidenceKind.SEEN, EvidenceKind.CENTRAL])
    day = _day(random)
    is_asked = random.random() < 0.02
    title = f"{random.choice(TITLES)} {place}"
    course = {
        "title": title,
        "provider": random.choice(PROVIDERS),
        "format": random.choice(list(Format)),
        "duration_minutes": random.choice([180, 360, 480, 960]),
    }
    if is_asked:
        outcome = random.choice([None, Outcome.REJECTED])
        rows[RecognitionQuestion].append(
            {
                **course,
                "id": record_id,
                "unit_id": 1,
                "asked_at": MOMENT,
                "asked_by_id": 1,
                "content": "",
                "question": "Zählt er?",
                "outcome": outcome,
                "decided_at": MOMENT if outcome else None,
            }
        )
    rows[TrainingRecord].append(
        {
            **course,
            "id": record_id,
            "person_id": person_id,
            "title_key": title_key(title),
            "area": None if random.random() < 0.05 else random.choice(list(Area)),
            "origin": Origin.EXTERNAL,
            "first_day": day,
            "last_day": day,
            "length_unit": LengthUnit.HOURS,
            "question_id": record_id if is_asked else None,
            "recorded_at": MOMENT,
            "withdrawn_at": MOMENT if random.random() < 0.02 else None,
            "revision": 1,
        }
    )
    if random.random() < 0.85:
        seen_on = day if kind is EvidenceKind.SEEN else None
        proof = {"record_id": record_id, "kind": kind, "seen_on": seen_on, "added_at": MOMENT}
        rows[Evidence].append(proof)


def _write_list(path: Path, headers: list[str], rows: Iterator[list[Any]]) -> None:
    with Workbook(path, {"default_date_format": "dd.mm.yyyy"}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, headers)
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, row)


def _roster_row(n: int, unit: str, random: Random) -> list[Any]:
    marks = ["ja" if mark else "nein" for mark in _marks(random)]
    first_day = date(2026, 1, 1) if random.random() < 0.05 else None
    last_day = date(2026, 12, 31) if random.random() < 0.05 else None
    return [_number(n), *_name(random), unit, *marks, first_day, last_day]


def _training_row(n: int, random: Random) -> list[Any]:
    area = "" if random.random() < 0.05 else random.choice(list(Area)).value
    kinds = [random.choice(list(Format)).value, random.choice(list(Origin)).value]
    course = [random.choice(TITLES), random.choice(PROVIDERS), area, *kinds]
    return [_number(n), *course, _day(random), random.choice([3, 6, 7.5, 16]), "h"]


def _name(random: Random) -> tuple[str, str]:
    origin = random.choice(ORIGINS)
    return random.choice(origin.last_names), random.choice(origin.first_names)


def _marks(random: Random) -> tuple[bool, bool, bool]:
    return random.random() < 0.1, random.random() < 0.6, random.random() < 0.05


def _number(n: int) -> str:
    return f"{n:07}"


def _day(random: Random) -> date:
    return FIRST_DAY + timedelta(days=random.randrange(DAYS))
