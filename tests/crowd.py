"""A city in which there are many of everything: what a page asks for row by row stands out."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from access_things import make_question
from check_rounds import make_check_round
from evaluations import make_delivery, make_part, make_request
from factories import (
    LONG_AGO,
    World,
    make_certificate,
    make_check,
    make_message,
    make_person,
    make_training,
    make_unit,
    make_user,
)
from flask import url_for
from office_measures import make_measure, make_review
from shares import share
from support_requests import make_support_request
from team_rounds import make_round
from unit_documents import make_pdf
from werkzeug.routing import Rule

from selfcheck.accounts.models import Grant, User
from selfcheck.accounts.permissions import UNIT_ROLES, Role
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.checks.measures import Outcome as ReviewOutcome
from selfcheck.checks.states import CheckState
from selfcheck.db import db
from selfcheck.evaluation.states import PartState
from selfcheck.organisation.models import Unit
from selfcheck.staff.kinds import Touched
from selfcheck.staff.models import Assignment, Person, StaffImport, StaffImportChange
from selfcheck.training.kinds import Area, EvidenceKind, Outcome, RecordEvent
from selfcheck.training.models import CertificateContent, TrainingEvent, WaitingText
from selfcheck.uploads.service import keep_upload

MANY = 40
SEVERAL = 12  # of what hangs on a single thing that itself is one of many

MARKS, DAYS = "Führungskraft;Bürgerkontakt;Medienarbeit", "Gültig ab;Gültig bis"
LISTS = {
    "units": (
        "Nummer;Bezeichnung;Art;Übergeordnet;Berichtspflichtig",
        "{n};Amt {n};Amt;;ja",
        "33.1.{n};Anders {n};Abteilung;33;nein",
    ),
    "staff": (
        f"Personalnummer;Nachname;Vorname;Organisationseinheit;{MARKS};{DAYS}",
        "neu-{n};Neu;Nora;33.1.{n};ja;nein;nein;;",
        "p{n};Anders;Anna;33;ja;nein;nein;01.01.2099;",
    ),
    "trainings": (
        "Personalnummer;Titel;Anbieter;Kompetenz;Format;Herkunft;Beginn;Umfang;Einheit",
        "p{n};Neu {n};VHS;;E-Learning;extern;01.02.2024;6;h",
        "p{n};Interkulturelle Kommunikation;VHS;;E-Learning;extern;14.03.2024;6;h",
    ),
}
LISTS["central"] = LISTS["trainings"]

# Which pages want a thing in a state of its own.
DRAFTS = {"checks.edit_check", "checks.discard_draft", "team.show_round", "team.start_again"}
WAITING = {"certificates.discard"}
PURPOSES = {"unit_import": "units", "staff_import": "staff", "central_import": "central"}


@dataclass(frozen=True)
class Crowd:
    """What stands in addresses: things on which as much hangs as may."""

    ids: dict[str, Any]
    draft_id: UUID  # with a team round that is over
    open_draft_id: UUID  # with one that runs
    past_ids: list[UUID]  # of self-checks of office 33
    ready_part_id: int
    waiting_ids: dict[str, UUID]  # by login
    message_ids: dict[str, UUID]
    import_ids: dict[str, UUID]
    upload_ids: dict[tuple[str, str], UUID]  # by login and purpose
    person_ids: list[int]


def make_crowd(world: World) -> Crowd:
    """Fill the small city, mostly its office 33, and commit it."""
    office = db.session.get_one(Unit, world.unit_ids["33"])
    units = [make_unit(f"33.1.{n}", parent=office) for n in range(MANY)]
    users = [make_user(f"user{n}", Role.TRAINING_OFFICER, units[n]) for n in range(MANY)]
    world.unit_ids.update((unit.number, unit.id) for unit in units)
    logins = {login: db.session.get_one(User, one) for login, one in world.user_ids.items()}
    world.user_ids.update((f"user{n}", user.id) for n, user in enumerate(users))
    for user in users:
        user.grants.append(Grant(role=Role.UNIT_HEAD, unit=office))
        audit.record(Action.UNIT_CHANGED, actor_id=user.id, subject="33")
    logins["everything"] = _make_user_of_everything(units)
    world.user_ids["everything"] = logins["everything"].id
    people = _make_people(units, users)
    shared = make_question(world, "33")
    _make_shared(people, shared)
    rich = people[0]
    record = _make_rich(world, rich, units, users)
    checks = [_make_check(world, n) for n in range(MANY)]
    votes = [n % 5 + 1 for n in range(MANY)]
    make_round(world, checks[0], votes, is_closed=True)
    crowd = Crowd(
        ids={
            **_make_evaluation(world, users),
            "ending": "xlsx",
            "filename": "favicon.svg",
            "unit_id": office.id,
            "user_id": logins["everything"].id,
            "grant_id": logins["everything"].grants[0].id,
            "person_id": rich.id,
            "assignment_id": rich.assignments[-1].id,
            "record_id": record.id,
            "evidence_id": record.evidence[0].id,
            "certificate_id": record.evidence[0].certificate_id,
            "question_id": shared.id,
            "check_id": checks[-1],
            "measure_id": _make_measures(world, checks),
            "support_id": _make_support(world, checks[-1]),
            "round_id": _make_rounds(world),
            "token": make_round(world, checks[2], [{}, *votes])[0],
        },
        draft_id=checks[0],
        open_draft_id=checks[2],
        past_ids=[_make_past_check(world, n) for n in range(MANY)],
        ready_part_id=make_part(world, "33", PartState.READY).id,
        waiting_ids={login: _make_waiting(users, user) for login, user in logins.items()},
        message_ids={login: _make_messages(user) for login, user in logins.items()},
        import_ids={login: _make_imports(people, users, user) for login, user in logins.items()},
        upload_ids={
            (login, purpose): _keep_list(purpose, user)
            for purpose in LISTS
            for login, user in logins.items()
        },
        person_ids=[person.id for person in people],
    )
    for check_id in checks[1::2]:  # with their measures, which are there by now
        share(check_id)
    db.session.commit()
    return crowd


def address_of(rule: Rule, crowd: Crowd, login: str) -> str:
    """Return the address of a page with the fullest thing that it can show."""
    things = {**crowd.ids, "import_id": crowd.import_ids[login]}
    things["message_id"] = crowd.message_ids[login]
    purpose = PURPOSES.get(rule.endpoint.split(".")[0], "trainings")
    things["upload_id"] = crowd.upload_ids[login, purpose]
    if rule.endpoint in DRAFTS:
        things["check_id"] = crowd.draft_id
    if rule.endpoint == "team.close_round":
        things["check_id"] = crowd.open_draft_id
    if rule.endpoint == "evaluation.release":
        things["part_id"] = crowd.ready_part_id
    if rule.endpoint in WAITING:
        things["certificate_id"] = crowd.waiting_ids[login]
    arguments = {name: things[name] for name in rule.arguments}
    if rule.endpoint == "check_history.compare_checks":
        arguments |= zip("ab", crowd.past_ids, strict=False)
    if rule.endpoint == "trainings.record_training":
        arguments["person"] = crowd.person_ids
    return url_for(rule.endpoint, **arguments)


def _make_user_of_everything(units: list[Unit]) -> User:
    """Make somebody who holds all roles, and those for units many times."""
    user = make_user("everything")
    roles = [(role, None) for role in Role if role not in UNIT_ROLES]
    roles += [(role, unit) for role in Role if role in UNIT_ROLES for unit in units]
    user.grants += [Grant(role=role, unit=unit) for role, unit in roles]
    db.session.flush()
    return user


def _make_people(units: list[Unit], users: list[User]) -> list[Person]:
    people = []
    for n, unit in enumerate(units):
        person = make_person(
            f"p{n}", unit=unit, has_citizen_contact=n % 3 > 0, is_manager=n % 5 == 0
        )
        people.append(person)
        for title in ("Interkulturelle Kommunikation", f"Kurs {n}"):
            record = make_training(person, title=title, evidence=n % 4 > 0)
            record.recorded_by_id = users[n].id
    return people


def _make_shared(people: list[Person], question: Any) -> None:
    """Make the one certificate and the one question of a training in which all took part."""
    certificate = make_certificate()
    db.session.get_one(CertificateContent, certificate.id).content = make_pdf()
    question.certificate = certificate
    for person in people:
        record = make_training(person, title="Vielfalt", evidence=EvidenceKind.CERTIFICATE)
        record.evidence[0].certificate = certificate
        record.question = question


def _make_rich(world: World, person: Person, units: list[Unit], users: list[User]) -> Any:
    """Let somebody have worked everywhere and learned a lot; return the fullest record."""
    first = person.assignments[0]
    first.last_day = LONG_AGO.replace(year=1990).date()
    for n, unit in enumerate(units):
        day = LONG_AGO.replace(year=1991 + n).date()
        one = Assignment(unit_id=unit.id, first_day=day, is_manager=True)
        one.last_day = day.replace(month=12)
        person.assignments.append(one)
    records = []
    for n, user in enumerate(users):
        record = make_training(person, title=f"Schulung {n}", evidence=EvidenceKind.CERTIFICATE)
        certificate = record.evidence[0].certificate
        db.session.get_one(CertificateContent, certificate.id).content = make_pdf()
        certificate.uploaded_by_id = record.evidence[0].added_by_id = user.id
        record.recorded_by_id = user.id
        question = make_question(world, f"33.1.{n}")
        question.asked_by_id = user.id
        if n % 2:
            question.outcome, question.area = Outcome.RECOGNISED, Area.INTERCULTURAL
            question.decided_at, question.decided_by_id = LONG_AGO, users[n - 1].id
        record.question = question if n else None
        records.append(record)
    for actor in users:
        event = TrainingEvent(at=LONG_AGO, actor_id=actor.id, kind=RecordEvent.CORRECTED)
        records[0].events.append(event)
    db.session.flush()
    return records[0]


def _make_past_check(world: World, n: int) -> UUID:
    day = LONG_AGO.replace(year=LONG_AGO.year - 1 - n).date()
    return make_check(world, by=f"user{n}", points=1 + n % 5, checked_on=day)


def _make_check(world: World, n: int) -> UUID:
    state = CheckState.SUBMITTED if n % 2 else CheckState.DRAFT
    return make_check(world, unit=f"33.1.{n}" if n < MANY - 1 else "33", by=f"user{n}", state=state)


def _make_evaluation(world: World, users: list[User]) -> dict[str, int]:
    """Make many requests, one of them to many offices in every state."""
    for _ in range(SEVERAL):
        make_part(world, "33")
    numbers = ["33", *(f"33.1.{n}" for n in range(MANY))]
    request = make_request(world, units=numbers)
    for n, part in enumerate(request.parts[1:]):
        if n % 2:
            delivery = make_delivery(world, part, is_returned=n % 3 == 0)
            delivery.released_by_id = users[n].id
    for is_returned in (True, True, False):
        delivery = make_delivery(world, request.parts[0], is_returned=is_returned)
    part = delivery.part
    return {"request_id": request.id, "part_id": part.id, "delivery_id": delivery.id}


def _make_measures(world: World, checks: list[UUID]) -> int:
    """Make measures that checks announced, and let the fullest check speak of them all."""
    for n in range(MANY):
        day = LONG_AGO.replace(month=n % 12 + 1).date()
        origin = checks[-1] if n % 2 else None
        made = make_measure(world, by=f"user{n}", due_on=day, announced_in_id=origin)
        make_review(checks[-1], made, list(ReviewOutcome)[n % 3])
        made = make_measure(world, unit=f"33.1.{n}", by=f"user{n}", announced_in_id=checks[1])
    return made


def _make_rounds(world: World) -> int:
    """Make many rounds, all running, the last with many units."""
    numbers = ["33", *(f"33.1.{n}" for n in range(MANY))]
    rounds = [make_check_round(world, units=numbers[:n]) for n in (*range(SEVERAL), len(numbers))]
    return rounds[-1].id


def _make_support(world: World, check_id: UUID) -> int:
    """Make many requests for support, and one with many messages by many people."""
    for n in range(MANY):
        texts = ("Bitte", "Ja")[: 1 + n % 2]
        make_support_request(world, unit=f"33.1.{n}", by=f"user{n}", texts=texts)
    texts = tuple(f"Nachricht {n}" for n in range(MANY))
    fullest = make_support_request(
        world, unit="33", by="user0", texts=texts, is_closed=True, check_id=check_id
    )
    for n, message in enumerate(fullest.messages):
        message.author_id = world.user_ids[f"user{n}"]
    return fullest.id


def _make_waiting(users: list[User], owner: User) -> UUID:
    ids = []
    for n in range(SEVERAL):
        certificate = make_certificate(f"wartet-{n}.pdf")
        certificate.is_waiting, certificate.uploaded_by_id = True, owner.id
        text = f"Zertifikat\nErika Muster {n}\nInterkulturelle Kommunikation\n6 Stunden"
        db.session.add(WaitingText(certificate_id=certificate.id, text=text))
        ids.append(certificate.id)
    return ids[0]


def _make_messages(owner: User) -> UUID:
    messages = [make_message(owner.id) for _ in range(MANY)]
    return messages[0].id


def _make_imports(people: list[Person], users: list[User], owner: User) -> UUID:
    imports = [
        StaffImport(
            id=uuid4(),
            filename=f"liste-{n}.csv",
            applied_at=LONG_AGO,
            applied_by_id=owner.id,
            summary="neu 0",
            taken_back_at=LONG_AGO if n else None,
            taken_back_by_id=users[n].id if n else None,
        )
        for n in range(SEVERAL)
    ]
    db.session.add_all(imports)
    imports[0].changes = [
        StaffImportChange(
            position=n,
            touched=Touched.PERSON,
            object_id=person.id,
            before=None if n % 2 else {"number": "1"},
            after={"number": person.number, "last_name": "Muster", "first_name": "Erika"},
        )
        for n, person in enumerate(people)
    ]
    return imports[0].id


def _keep_list(purpose: str, owner: User) -> UUID:
    header, *patterns = LISTS[purpose]
    rows = [pattern.format(n=n) for pattern in patterns for n in range(MANY)]
    content = "\n".join([header, *rows]).encode()
    upload = keep_upload(purpose=purpose, user_id=owner.id, filename="a.csv", content=content)
    return upload.id
