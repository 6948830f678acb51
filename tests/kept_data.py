"""One row of each kind that is deleted after a time. All of it needs an application context."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from factories import World, make_certificate, make_check, make_message, make_person, make_training
from support_requests import make_support_request

from selfcheck.accounts.models import LoginAttempt, LoginSession
from selfcheck.audit.models import AuditEvent
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.states import CheckState
from selfcheck.checks.vote_models import TeamLink, TeamRound, TeamVote
from selfcheck.db import db
from selfcheck.mail.models import Message
from selfcheck.retention.kinds import Kind
from selfcheck.staff.kinds import Touched
from selfcheck.staff.models import Assignment, Person, StaffImport, StaffImportChange
from selfcheck.support.models import SupportRequest
from selfcheck.training.kinds import EvidenceKind
from selfcheck.training.models import Certificate, CertificateContent, WaitingText
from selfcheck.uploads.models import Upload


def _person(world: World, moment: datetime) -> Person:
    """Make somebody with a proved training whose last day was then, after an earlier assignment."""
    left_on = moment.date()
    person = make_person(
        uuid4().hex[:12],
        unit=world.unit_ids["33"],
        last_day=left_on - timedelta(days=700),
    )
    person.assignments.append(
        Assignment(
            unit_id=world.unit_ids["50"],
            first_day=left_on - timedelta(days=300),
            last_day=left_on,
        )
    )
    make_training(person, evidence=EvidenceKind.CERTIFICATE)
    return person


def _certificate(world: World, moment: datetime) -> Certificate:
    """Make a file of that day; it proves a training for somebody who still works here."""
    person = make_person(uuid4().hex[:12], unit=world.unit_ids["33"])
    evidence = make_training(person, evidence=EvidenceKind.CERTIFICATE).evidence[0]
    assert evidence.certificate is not None
    evidence.certificate.uploaded_at = moment
    return evidence.certificate


def _waiting(world: World, moment: datetime) -> Certificate:
    certificate = make_certificate()
    certificate.is_waiting, certificate.uploaded_at = True, moment
    certificate.uploaded_by_id = world.user_ids["officer33"]
    db.session.add(WaitingText(certificate_id=certificate.id, text="Erika Muster"))
    return certificate


def _import(_world: World, moment: datetime) -> StaffImport:
    one = StaffImport(id=uuid4(), filename="a.csv", applied_at=moment, summary="neu 1")
    one.changes = [
        StaffImportChange(position=0, touched=Touched.PERSON, object_id=1, after={"number": "1"})
    ]
    return one


def _support(world: World, moment: datetime) -> SupportRequest:
    request = make_support_request(world, texts=("Bitte", "Ja"), is_closed=True)
    request.closed_at = moment
    return request


def _round(world: World, moment: datetime) -> TeamRound:
    check_id = make_check(world, state=CheckState.DRAFT)
    one = TeamRound(check_id=check_id, opened_at=moment, opened_by_id=world.user_ids["head33"])
    db.session.add(one)
    db.session.flush()
    token = uuid4().hex * 2
    db.session.add(TeamLink(token_hash=token, check_id=check_id))
    db.session.flush()
    db.session.add(TeamVote(token_hash=token, statement_id="s1", points=3))
    return one


def _draft(world: World, moment: datetime) -> SelfCheck:
    draft = db.session.get_one(SelfCheck, make_check(world, state=CheckState.DRAFT))
    draft.changed_at = moment
    return draft


def _upload(world: World, moment: datetime) -> Upload:
    return Upload(
        id=uuid4(),
        purpose="units",
        user_id=world.user_ids["admin"],
        uploaded_at=moment,
        filename="a.csv",
        content=b"x",
    )


def _read_message(world: World, moment: datetime) -> Any:
    return make_message(world.user_ids["hr"], read_at=moment, next_attempt_at=None)


def _attempt(_world: World, moment: datetime) -> LoginAttempt:
    return LoginAttempt(at=moment, email="jemand@stadt.example", address="127.0.0.1")


def _session(world: World, moment: datetime) -> LoginSession:
    return LoginSession(token_hash=uuid4().hex * 2, user_id=world.user_ids["hr"], started_at=moment)


def _event(action: str) -> Callable[[World, datetime], AuditEvent]:
    return lambda _world, moment: AuditEvent(at=moment, action=action)


MAKERS: dict[Kind, Callable[[World, datetime], Any]] = {
    Kind.PEOPLE: _person,
    Kind.CERTIFICATES: _certificate,
    Kind.WAITING: _waiting,
    Kind.IMPORTS: _import,
    Kind.UPLOADS: _upload,
    Kind.MESSAGES: _read_message,
    Kind.SUPPORT: _support,
    Kind.VOTES: _round,
    Kind.ATTEMPTS: _attempt,
    Kind.SESSIONS: _session,
    Kind.LOGINS: _event("login-failed"),
    Kind.AUDIT: _event("user-changed"),
    Kind.DRAFTS: _draft,
}


def make_kept(kind: Kind, world: World, moment: datetime) -> Any:
    """Make a row whose period begins at a moment; return its key."""
    made = MAKERS[kind](world, moment)
    db.session.add(made)
    db.session.flush()
    (key,) = type(made).__mapper__.primary_key_from_instance(made)
    return key


def is_there(kind: Kind, key: Any) -> bool:
    """Return whether a row is still there; of a certificate, its file."""
    table = type_of(kind)
    return db.session.get(table, key, populate_existing=True) is not None


def type_of(kind: Kind) -> type:
    """Return the table in which a kind stands."""
    return {
        Kind.PEOPLE: Person,
        Kind.CERTIFICATES: CertificateContent,
        Kind.WAITING: Certificate,
        Kind.IMPORTS: StaffImport,
        Kind.UPLOADS: Upload,
        Kind.MESSAGES: Message,
        Kind.SUPPORT: SupportRequest,
        Kind.VOTES: TeamRound,
        Kind.ATTEMPTS: LoginAttempt,
        Kind.SESSIONS: LoginSession,
        Kind.LOGINS: AuditEvent,
        Kind.AUDIT: AuditEvent,
        Kind.DRAFTS: SelfCheck,
    }[kind]
