"""Make what a test needs. All of it needs an application context."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from flask import current_app

from selfcheck.accounts.models import Grant, User
from selfcheck.accounts.passwords import hash_password
from selfcheck.accounts.permissions import Role
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.questionnaire import newest
from selfcheck.checks.scoring import Answers, score
from selfcheck.checks.service import store_answers
from selfcheck.checks.states import CheckState
from selfcheck.db import db, german_sort_key
from selfcheck.documents import MediaType
from selfcheck.mail.models import Message
from selfcheck.organisation.kinds import UnitKind
from selfcheck.organisation.models import Unit
from selfcheck.staff.models import Assignment, Person
from selfcheck.staff.periods import SINCE_ALWAYS
from selfcheck.training.inputs import title_key
from selfcheck.training.kinds import Area, EvidenceKind, Format, LengthUnit, Origin
from selfcheck.training.models import Certificate, CertificateContent, Evidence, TrainingRecord

PASSWORD = "richtig Pferd Batterie"
LONG_AGO = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


@cache
def password_hash() -> str:
    return hash_password(PASSWORD)


@dataclass(frozen=True)
class World:
    """The ids of a small city: 1 over 33 (with 33.1, 33.11) and 50 (with 50.1)."""

    unit_ids: dict[str, int]
    user_ids: dict[str, int]

    def email(self, login: str) -> str:
        return f"{login}@stadt.example"


def make_unit(number: str, *, parent: Unit | None = None, **changes: Any) -> Unit:
    unit = Unit(
        **{
            "number": number,
            "name": f"Einheit {number}",
            "short_name": "",
            "kind": UnitKind.OFFICE,
            "parent": parent,
            "is_reporting": True,
            **changes,
        }
    )
    db.session.add(unit)
    db.session.flush()
    return unit


def make_user(
    login: str, role: Role | None = None, unit: Unit | None = None, **changes: Any
) -> User:
    name = changes.pop("name", f"Person {login}")
    user = User(
        **{
            "email": f"{login}@stadt.example",
            "name": name,
            "sort_key": german_sort_key(name),
            "password_hash": password_hash(),
            "created_at": LONG_AGO,
            **changes,
        }
    )
    if role is not None:
        user.grants.append(Grant(role=role, unit=unit))
    db.session.add(user)
    db.session.flush()
    return user


def make_world() -> World:
    """Make the small city and commit it."""
    top = make_unit("1", kind=UnitKind.DIVISION)
    office = make_unit("33", parent=top)
    department = make_unit("33.1", parent=office, kind=UnitKind.DEPARTMENT, is_reporting=False)
    make_unit("33.11", parent=department, kind=UnitKind.SECTION, is_reporting=False)
    other = make_unit("50", parent=top)
    make_unit("50.1", parent=other, kind=UnitKind.DEPARTMENT, is_reporting=False)
    units = {unit.number: unit for unit in db.session.query(Unit)}
    people = [
        make_user("head33", Role.UNIT_HEAD, office),
        make_user("head33.1", Role.UNIT_HEAD, department),
        make_user("head50", Role.UNIT_HEAD, other),
        make_user("officer33", Role.TRAINING_OFFICER, office),
        make_user("hr", Role.HR),
        make_user("commissioner", Role.COMMISSIONER),
        make_user("admin", Role.ADMIN),
        make_user("nobody"),
    ]
    world = World(
        unit_ids={number: unit.id for number, unit in units.items()},
        user_ids={user.email.removesuffix("@stadt.example"): user.id for user in people},
    )
    db.session.commit()
    return world


def make_check(
    world: World,
    *,
    unit: str = "33",
    by: str = "head33",
    points: int | dict[str, int] = 3,
    state: CheckState = CheckState.SUBMITTED,
    checked_on: date = date(2026, 3, 2),
    texts: dict[str, str] | None = None,
    choices: dict[str, tuple[str, ...]] | None = None,
    version: str | None = None,
) -> UUID:
    """Make a check and commit it; ``points`` for all statements, or by their ids."""
    versions = current_app.extensions["questionnaires"]
    questionnaire = versions[version] if version else newest(versions)
    if isinstance(points, int):
        points = {statement.id: points for statement in questionnaire.statements}
    answers = Answers(points=points, texts=texts or {}, choices=choices or {})
    is_submitted = state is CheckState.SUBMITTED
    user_id = world.user_ids[by]
    check = SelfCheck(
        id=uuid4(),
        unit_id=world.unit_ids[unit],
        checked_on=checked_on,
        questionnaire_version=questionnaire.version,
        state=state,
        created_at=LONG_AGO,
        created_by_id=user_id,
        changed_at=LONG_AGO,
        changed_by_id=user_id,
        submitted_at=LONG_AGO if is_submitted else None,
        submitted_by_id=user_id if is_submitted else None,
        total_points=score(questionnaire, answers).total if is_submitted else None,
    )
    store_answers(check, answers)
    db.session.add(check)
    db.session.commit()
    return check.id


def make_person(
    number: str,
    *,
    unit: int | Unit,
    last_name: str = "Muster",
    first_name: str = "Erika",
    is_manager: bool = False,
    has_citizen_contact: bool = False,
    does_media_work: bool = False,
    first_day: date = SINCE_ALWAYS,
    last_day: date | None = None,
) -> Person:
    """Make somebody with one assignment."""
    person = Person(
        number=number,
        last_name=last_name,
        first_name=first_name,
        sort_key=german_sort_key(f"{last_name}, {first_name}"),
        revision=1,
    )
    person.assignments.append(
        Assignment(
            unit_id=unit if isinstance(unit, int) else unit.id,
            is_manager=is_manager,
            has_citizen_contact=has_citizen_contact,
            does_media_work=does_media_work,
            first_day=first_day,
            last_day=last_day,
        )
    )
    db.session.add(person)
    db.session.flush()
    return person


def make_training(
    person: Person,
    *,
    title: str = "Interkulturelle Kommunikation",
    provider: str = "Volkshochschule",
    area: Area | None = Area.INTERCULTURAL,
    format: Format = Format.ON_SITE,  # noqa: A002 - the name of the column
    origin: Origin = Origin.EXTERNAL,
    first_day: date = date(2024, 3, 14),
    last_day: date | None = None,
    duration_minutes: int = 360,
    length_unit: LengthUnit = LengthUnit.HOURS,
    evidence: EvidenceKind | bool = False,
) -> TrainingRecord:
    """Make a record of one day, or until ``last_day``; True: the original was seen."""
    last_day = last_day or first_day
    record = TrainingRecord(
        person=person,
        title=title,
        title_key=title_key(title),
        provider=provider,
        area=area,
        format=format,
        origin=origin,
        first_day=first_day,
        last_day=last_day,
        duration_minutes=duration_minutes,
        length_unit=length_unit,
        recorded_at=LONG_AGO,
        revision=1,
    )
    if evidence:
        kind = EvidenceKind.SEEN if evidence is True else evidence
        record.evidence.append(
            Evidence(
                kind=kind,
                seen_on=last_day if kind is EvidenceKind.SEEN else None,
                certificate=make_certificate() if kind is EvidenceKind.CERTIFICATE else None,
                added_at=LONG_AGO,
            )
        )
    db.session.add(record)
    db.session.flush()
    return record


def make_certificate(filename: str = "Zertifikat.pdf") -> Certificate:
    """Make a certificate whose content nobody reads, each with a hash of its own."""
    certificate = Certificate(
        id=uuid4(),
        sha256=uuid4().hex * 2,
        filename=filename,
        media_type=MediaType.PDF,
        size_bytes=9,
        uploaded_at=LONG_AGO,
        is_waiting=False,
    )
    db.session.add(certificate)
    db.session.flush()
    db.session.add(CertificateContent(certificate_id=certificate.id, content=b"%PDF-1.7\n"))
    return certificate


def make_message(recipient_id: int, **changes: Any) -> Message:
    """Make an unread message that waits to be sent."""
    message = Message(
        **{
            "id": uuid4(),
            "recipient_id": recipient_id,
            "key": str(uuid4()),
            "email": "jemand@stadt.example",
            "subject": "Neues",
            "body": "Es gibt etwas.",
            "path": "/hilfe",
            "created_at": LONG_AGO,
            "next_attempt_at": LONG_AGO,
            **changes,
        }
    )
    db.session.add(message)
    db.session.flush()
    return message
