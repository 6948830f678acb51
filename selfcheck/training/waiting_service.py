"""A stack of certificates: read, kept aside for their uploader, and assigned once confirmed.

Nothing enters the register unseen: a waiting certificate proves nothing and belongs to nobody but
the officer who sent it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Select, delete, func, select

from selfcheck import clock
from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db
from selfcheck.documents import Document, text_of
from selfcheck.errors import InvalidError, NotFoundError
from selfcheck.staff.models import Person
from selfcheck.staff.reach_service import select_visible_ids
from selfcheck.training.evidence_service import (
    attach_certificate,
    delete_certificate,
    find_same_file,
    keep_certificate,
    list_people_proved_by,
    scan_document,
)
from selfcheck.training.inputs import TrainingInput
from selfcheck.training.limits import MAX_WAITING, WAITING_DAYS
from selfcheck.training.models import Certificate, CertificateContent, TrainingRecord, WaitingText
from selfcheck.training.reading.certificate import Reading, read_certificate
from selfcheck.training.reading.people import Listed, People, PeopleIndex
from selfcheck.training.record_service import (
    correct_record,
    entered_in,
    find_same_training,
    is_bound_by_question,
    record_trainings,
)


@dataclass(frozen=True)
class Proposal:
    """What a waiting certificate seems to say; the officer confirms or corrects it."""

    certificate: Certificate
    reading: Reading
    people: People


@dataclass(frozen=True)
class ReadDocument:
    """A file that was inspected and scanned, with its text."""

    document: Document
    text: str


@dataclass(frozen=True)
class Kept:
    """What became of a stack: how many wait now, which were known already, what was refused."""

    count: int
    known: list[str]
    refused: list[str]


def read_document(document: Document) -> ReadDocument:
    """Scan and read a file; no database is asked, so that nobody waits. Raises DocumentRefused."""
    scan_document(document)
    return ReadDocument(document, text_of(document))


def keep_waiting(sent: Sequence[ReadDocument], *, user: User, day: date) -> Kept:
    """Keep files aside until they are confirmed, but those that are there already."""
    kept, known, room = 0, list[str](), MAX_WAITING - count_waiting(user)
    too_many = 0
    for one in sent:
        same = find_same_file(user, one.document.sha256, day=day)
        if same is not None:
            known.append(_describe_known(one.document, same, user, day))
        elif kept >= room:
            too_many += 1
        else:
            certificate = keep_certificate(one.document, actor_id=user.id, is_waiting=True)
            db.session.add(WaitingText(certificate_id=certificate.id, text=one.text))
            db.session.flush()
            kept += 1
    told = (
        f"Es können {MAX_WAITING} Zertifikate auf ihre Zuordnung warten; {too_many} weitere wurden "
        "nicht angenommen. Bitte ordnen Sie zuerst einige zu."
    )
    return Kept(kept, known, [told] if too_many else [])


def count_waiting(user: User) -> int:
    """Return how many certificates of the user wait."""
    return db.session.scalar(select_waiting_count(user)) or 0


def select_waiting_count(user: User) -> Select[int]:
    """Return the query of how many certificates of the user wait."""
    return select(func.count(Certificate.id)).where(
        Certificate.is_waiting, Certificate.uploaded_by_id == user.id
    )


def list_proposals(user: User, *, day: date, limit: int, lock: bool = False) -> list[Proposal]:
    """Return the certificates of the user that wait, oldest first, with what they seem to say.

    With ``lock`` nobody else assigns them before the transaction ends.
    """
    query = (
        select(Certificate, WaitingText.text)
        .outerjoin(WaitingText, WaitingText.certificate_id == Certificate.id)
        .where(Certificate.is_waiting, Certificate.uploaded_by_id == user.id)
        .order_by(Certificate.uploaded_at, Certificate.id)
        .limit(limit)
    )
    query = query.with_for_update(of=Certificate) if lock else query
    waiting = [(certificate, text or "") for certificate, text in db.session.execute(query)]
    if not waiting:
        return []
    index = PeopleIndex(_list_people(user, day))
    return [
        Proposal(certificate, read_certificate(text), index.find(text))
        for certificate, text in waiting
    ]


def get_waiting(user: User, certificate_id: UUID) -> Certificate:
    """Return a certificate of the user that waits; raises NotFoundError."""
    certificate = db.session.scalar(
        select(Certificate).where(
            Certificate.id == certificate_id,
            Certificate.is_waiting,
            Certificate.uploaded_by_id == user.id,
        )
    )
    if certificate is None:
        raise NotFoundError("Dieses Zertifikat wartet nicht (mehr) auf seine Zuordnung.")
    return certificate


def assign(
    certificate: Certificate, person: Person, entered: TrainingInput, *, actor_id: int
) -> TrainingRecord:
    """Let a waiting certificate prove a training of a person.

    If the training is recorded already, it gets the proof and, where it was open, the area; else
    it is recorded. Raises InvalidError if what is there contradicts what was entered.
    """
    record = find_same_training(person, entered)
    if record is None:
        (record,) = record_trainings([person], entered, actor_id=actor_id)
    else:
        _complete(record, entered, actor_id=actor_id)
    attach_certificate([record], certificate, actor_id=actor_id)
    return record


def discard(certificates: Sequence[Certificate]) -> None:
    """Delete waiting certificates that nobody needs."""
    ids = [one.id for one in certificates]
    db.session.execute(delete(WaitingText).where(WaitingText.certificate_id.in_(ids)))
    for certificate in certificates:
        delete_certificate(certificate)


def discard_old() -> None:
    """Delete the certificates that nobody assigned for a long time."""
    before = clock.now() - timedelta(days=WAITING_DAYS)
    old = select(Certificate.id).where(Certificate.is_waiting, Certificate.uploaded_at < before)
    ids = list(db.session.scalars(old))
    for table in (WaitingText, CertificateContent):
        db.session.execute(delete(table).where(table.certificate_id.in_(ids)))
    db.session.execute(delete(Certificate).where(Certificate.id.in_(ids)))


def record_upload(kept: int, *, user: User) -> None:
    """Write an upload into the audit trail."""
    if kept:
        details = "1 Datei" if kept == 1 else f"{kept} Dateien"
        audit.record(Action.CERTIFICATES_UPLOADED, actor_id=user.id, details=details)


def _complete(record: TrainingRecord, entered: TrainingInput, *, actor_id: int) -> None:
    """Fill in the area of a record that is there; raises InvalidError if the two contradict."""
    told = "Berichtigen Sie bitte zuerst den Eintrag auf der Seite der Person."
    if record.duration_minutes != entered.duration_minutes:
        raise InvalidError(
            f"Diese Schulung ist schon eingetragen, aber mit einem anderen Umfang. {told}",
            field="amount",
        )
    if is_bound_by_question(record) or entered.area in (None, record.area):
        return
    if record.area is not None:
        raise InvalidError(
            f"Diese Schulung ist schon eingetragen, aber als „{record.area.value}“. {told}",
            field="area",
        )
    correct_record(
        record,
        replace(entered_in(record), area=entered.area),
        reason="Mit dem Zertifikat zugeordnet",
        revision=record.revision,
        actor_id=actor_id,
    )


def _describe_known(document: Document, same: Certificate, user: User, day: date) -> str:
    """Return a file's name and where the same file is."""
    if same.is_waiting:
        return f"„{document.filename}“ (wartet schon)"
    names = list_people_proved_by(user, same, day=day)
    more = f" und {len(names) - 3} weitere" if len(names) > 3 else ""
    return f"„{document.filename}“ (Nachweis für {'; '.join(names[:3])}{more})"


def _list_people(user: User, day: date) -> list[Listed]:
    query = select(Person.id, Person.number, Person.last_name, Person.first_name).where(
        Person.id.in_(select_visible_ids(user, Permission.MANAGE_STAFF, day))
    )
    return [
        Listed(person_id=person_id, number=number, last_name=last_name, first_name=first_name)
        for person_id, number, last_name, first_name in db.session.execute(query)
    ]
