"""What stands in the addresses of the access table, made afresh for each request."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from check_rounds import make_check_round
from evaluations import make_part
from factories import (
    LONG_AGO,
    World,
    make_certificate,
    make_check,
    make_message,
    make_person,
    make_training,
    make_user,
)
from office_measures import make_measure
from shares import sent_share, share
from support_requests import make_support_request
from team_rounds import make_round
from unit_documents import make_pdf

from selfcheck.accounts.permissions import Role
from selfcheck.checks.merging import NO_ANSWER
from selfcheck.checks.sharing import ShareLevel
from selfcheck.checks.states import CheckState
from selfcheck.checks.vote_models import TeamRound
from selfcheck.db import db
from selfcheck.evaluation.states import PartState
from selfcheck.staff.models import Assignment, Person, StaffImport
from selfcheck.staff.periods import SINCE_ALWAYS
from selfcheck.training.kinds import EvidenceKind, Format, Outcome
from selfcheck.training.models import CertificateContent, RecognitionQuestion
from selfcheck.uploads.service import keep_upload

MISSING_ID = 999_999
LONG_PAST, FAR_FUTURE = date(2024, 1, 1), date(2099, 1, 1)
LISTS = {
    "unit_import": ("units", "Nummer;Bezeichnung;Art;Übergeordnet;Berichtspflichtig\n7;A;Amt;;ja"),
    "staff_import": (
        "staff",
        (
            "Personalnummer;Nachname;Vorname;Organisationseinheit;Führungskraft;Bürgerkontakt;"
            "Medienarbeit\n1;A;B;33;ja;nein;nein"
        ),
    ),
    "training_import": (
        "trainings",
        (
            "Personalnummer;Titel;Anbieter;Kompetenz;Format;Herkunft;Beginn;Umfang;Einheit\n"
            "1;A;B;;E-Learning;extern;01.02.2024;6;h"
        ),
    ),
}
LISTS["central_import"] = ("central", LISTS["training_import"][1])


@dataclass(frozen=True)
class Thing:
    """The values in an address, behind its question mark, and in the body that is sent."""

    address: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)


def make_thing(world: World, login: str | None, page: str, thing: str) -> Thing:
    """Make what a line of the table speaks of, for one request."""
    made = MAKERS.get(page.split(".", maxsplit=1)[0], nothing)(world, login, page, thing)
    db.session.commit()
    return made


def nothing(_world: World, _login: str | None, _page: str, _thing: str) -> Thing:
    return Thing()


def a_file(_world: World, _login: str | None, _page: str, _thing: str) -> Thing:
    return Thing({"filename": "favicon.svg"})


def a_unit(world: World, _login: str | None, page: str, thing: str) -> Thing:
    body = {"name": ""} if page == "organisation.edit_unit" else {}
    return Thing({"unit_id": world.unit_ids.get(thing, MISSING_ID)}, body=body)


def somebody(_world: World, _login: str | None, _page: str, thing: str) -> Thing:
    if thing != "user":
        return Thing({"user_id": MISSING_ID})
    user = make_user(f"somebody-{uuid4()}", Role.HR)
    return Thing({"user_id": user.id, "grant_id": user.grants[0].id})


def a_list(world: World, login: str | None, page: str, thing: str) -> Thing:
    purpose, content = LISTS[page.split(".", maxsplit=1)[0]]
    upload = keep_upload(
        purpose=purpose,
        user_id=owner_of(world, login, thing),
        filename="a.csv",
        content=content.encode(),
    )
    return Thing({"upload_id": upload.id})


def an_import(world: World, login: str | None, _page: str, thing: str) -> Thing:
    one = StaffImport(
        id=uuid4(),
        filename="a.csv",
        applied_at=LONG_AGO,
        applied_by_id=owner_of(world, login, thing),
        summary="neu 0",
    )
    db.session.add(one)
    return Thing({"import_id": one.id})


def owner_of(world: World, login: str | None, thing: str) -> int:
    return world.user_ids[login if login and thing.endswith("me") else "somebody"]


def a_check(world: World, _login: str | None, page: str, thing: str) -> Thing:
    is_form = page in {"checks.edit_check", "checks.save_answers"}
    body = sent_check(world, thing) if is_form else {}
    number, _, state = thing.partition(":")
    if number == "missing" or state == "new":
        return Thing({"check_id": uuid4()}, body=body)
    if thing == "-":
        return Thing()
    made = make_check(world, unit=number, state=CheckState(state.partition(">")[0]))
    return Thing({"check_id": made}, body=body)


def a_team_round(world: World, _login: str | None, page: str, thing: str) -> Thing:
    if thing == "missing":
        return Thing({"check_id": uuid4(), "token": str(uuid4())})
    number, _, state = thing.partition(":")
    check_state = CheckState.SUBMITTED if state == "submitted" else CheckState.DRAFT
    check_id = make_check(world, unit=number, state=check_state)
    if state in {"draft", "submitted"}:
        return Thing({"check_id": check_id}, body={"number": "3", "made": "0"})
    votes = {} if page == "team.vote" and state == "open" else {"s1": 3}
    (token,) = make_round(world, check_id, [votes], is_closed=state == "closed")
    seen = db.session.get_one(TeamRound, check_id).opened_at.isoformat()
    body = {"s1": "4"} if page == "team.vote" else {"number": "3", "made": "1", "opened_at": seen}
    return Thing({"check_id": check_id, "token": token}, body=body)


def a_history(world: World, _login: str | None, page: str, thing: str) -> Thing:
    number, _, other = thing.partition(":of_")
    address = {"unit_id": world.unit_ids.get(number, MISSING_ID)}
    if number == "missing" or not page.endswith("compare_checks"):
        return Thing(address)
    checks = [make_check(world, unit=one) for one in (number, other or number)]
    return Thing(address, query=dict(zip("ab", checks, strict=True)))


def sent_check(world: World, thing: str) -> dict[str, Any]:
    if ":" not in thing:
        return {}
    sent_as = thing.replace(":draft>", ":").split(":")
    number = sent_as[1] if ">" in thing else sent_as[0]
    return {
        "unit": world.unit_ids[number],
        "checked_on": "2026-03-02",
        "action": "save",
        # Nothing was answered in this form.
        **{f"base-s{number}": NO_ANSWER.digest for number in range(1, 9)},
    }


def a_share(world: World, _login: str | None, page: str, thing: str) -> Thing:
    if thing in {"-", "missing"}:
        return Thing({"check_id": uuid4()})
    number, _, state = thing.partition(":")
    check_state = CheckState.DRAFT if state == "draft" else CheckState.SUBMITTED
    made = make_check(world, unit=number, state=check_state)
    if state == "shared":
        share(made, ShareLevel.COLOUR)
    sends = page == "shares.share_check" and state != "draft"
    return Thing({"check_id": made}, body=sent_share(made, ShareLevel.POINTS) if sends else {})


def person_of(world: World, thing: str) -> Person:
    """Make somebody who works in a unit, moved there („33>50“) or will move („33>later50“)."""
    first, _, second = thing.partition(">")
    person = make_person(str(uuid4()), unit=world.unit_ids[first])
    if second:
        day = FAR_FUTURE if second.startswith("later") else LONG_PAST
        person.assignments[0].last_day = day.replace(year=day.year - 1)
        unit_id = world.unit_ids[second.removeprefix("later")]
        person.assignments.append(Assignment(unit_id=unit_id, first_day=day))
        db.session.flush()
    assert person.assignments[0].first_day == SINCE_ALWAYS
    return person


def a_person(world: World, _login: str | None, page: str, thing: str) -> Thing:
    if thing in {"-", "missing"}:
        return Thing({"person_id": MISSING_ID, "assignment_id": MISSING_ID})
    person = person_of(world, thing)
    is_moved = ">" in thing and "later" not in thing
    assignment = person.assignments[-1 if is_moved else 0]
    body = {"person": person.id, "mark": "contact:on"} if page == "people.set_marks" else {}
    return Thing({"person_id": person.id, "assignment_id": assignment.id}, body=body)


def a_training(world: World, _login: str | None, _page: str, thing: str) -> Thing:
    if thing == "-":
        return Thing()
    if thing == "missing":
        return Thing({"record_id": MISSING_ID, "evidence_id": MISSING_ID})
    record = make_training(person_of(world, thing), evidence=True)
    address = {"record_id": record.id, "evidence_id": record.evidence[0].id}
    return Thing(
        address, query={"person": record.person_id}, body={"people": str(record.person_id)}
    )


def a_certificate(world: World, login: str | None, _page: str, thing: str) -> Thing:
    if thing == "missing":
        return Thing({"certificate_id": uuid4()})
    if thing.startswith("waiting"):
        certificate = make_certificate()
        certificate.is_waiting = True
        certificate.uploaded_by_id = owner_of(world, login, thing)
    elif thing != "-":
        number = thing if thing[0].isdigit() else "50"
        record = make_training(person_of(world, number), evidence=EvidenceKind.CERTIFICATE)
        certificate = record.evidence[0].certificate
        if number != thing:
            question = make_question(world, number, is_taken_back=thing == "taken-back")
            question.certificate = certificate
            record.question = question
    else:
        return Thing()
    db.session.flush()
    db.session.get_one(CertificateContent, certificate.id).content = make_pdf()
    return Thing({"certificate_id": certificate.id})


def make_question(world: World, number: str, *, is_taken_back: bool = False) -> RecognitionQuestion:
    question = RecognitionQuestion(
        unit_id=world.unit_ids[number],
        asked_at=LONG_AGO,
        asked_by_id=world.user_ids["officer33"],
        title="Vielfalt",
        provider="VHS",
        format=Format.E_LEARNING,
        duration_minutes=360,
        content="Inhalt",
        question="Zählt das?",
        outcome=Outcome.WITHDRAWN if is_taken_back else None,
        decided_at=LONG_AGO if is_taken_back else None,
    )
    db.session.add(question)
    db.session.flush()
    return question


def a_question(world: World, _login: str | None, page: str, thing: str) -> Thing:
    if page == "recognition.ask":
        return a_training(world, _login, page, thing)
    if thing in {"-", "missing"}:
        return Thing({"question_id": MISSING_ID})
    number, _, state = thing.partition(":")
    question = make_question(world, number, is_taken_back=state == "back")
    make_training(person_of(world, number)).question = question
    return Thing({"question_id": question.id})


def a_part(world: World, _login: str | None, page: str, thing: str) -> Thing:
    missing = dict.fromkeys(("request_id", "part_id", "delivery_id"), MISSING_ID)
    if thing in {"-", "missing"}:
        return Thing({**missing, "ending": "csv"})
    number, _, state = thing.partition(":")
    wanted = PartState(state or "open")
    is_of_delivery = page.startswith("deliveries.")
    part = make_part(world, number, PartState.DELIVERED if is_of_delivery else wanted)
    ids = {"request_id": part.request_id, "part_id": part.id}
    if part.deliveries:
        ids["delivery_id"] = part.deliveries[0].id
    return Thing({**ids, "ending": "csv"}, body={"revision": "1"} if state == "ready" else {})


def a_round(world: World, _login: str | None, _page: str, thing: str) -> Thing:
    if thing in {"-", "missing"}:
        return Thing({"round_id": MISSING_ID, "unit_id": MISSING_ID})
    one = make_check_round(world, units=[thing])
    return Thing({"round_id": one.id, "unit_id": world.unit_ids[thing]})


def a_support_request(world: World, _login: str | None, page: str, thing: str) -> Thing:
    if thing == "-" or page == "support.ask":
        return Thing()
    if thing == "missing":
        return Thing({"support_id": MISSING_ID})
    return Thing({"support_id": make_support_request(world, unit=thing).id})


def a_measure(world: World, _login: str | None, page: str, thing: str) -> Thing:
    if thing in {"-", "missing"}:
        return Thing({"measure_id": MISSING_ID})
    body = {"state": "done", "revision": "1"} if page == "measures.set_state" else {}
    return Thing({"measure_id": make_measure(world, unit=thing)}, body=body)


def a_message(world: World, login: str | None, _page: str, thing: str) -> Thing:
    if thing in {"-", "missing"}:
        return Thing({"message_id": uuid4()})
    return Thing({"message_id": make_message(owner_of(world, login, thing)).id})


MAKERS: dict[str, Callable[[World, str | None, str, str], Thing]] = {
    "static": a_file,
    "organisation": a_unit,
    "users": somebody,
    "unit_import": a_list,
    "staff_import": a_list,
    "training_import": a_list,
    "central_import": a_list,
    "staff_imports": an_import,
    "checks": a_check,
    "check_reports": a_check,
    "check_history": a_history,
    "team": a_team_round,
    "shares": a_share,
    "overview": a_share,
    "people": a_person,
    "staff": a_person,
    "person_data": a_person,
    "trainings": a_training,
    "certificates": a_certificate,
    "recognition": a_question,
    "messages": a_message,
    "evaluation": a_part,
    "deliveries": a_part,
    "requests": a_part,
    "request_parts": a_part,
    "measures": a_measure,
    "support": a_support_request,
    "rounds": a_round,
}
