"""What proves a training: keep certificates, attach them, confirm that an original was seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy import ColumnElement, delete, or_, select

from selfcheck import clock
from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db
from selfcheck.documents import Document, scan
from selfcheck.errors import ConflictError, InvalidError, NotFoundError
from selfcheck.staff.models import Person
from selfcheck.staff.reach_service import select_visible_ids
from selfcheck.training.inputs import EvidenceInput
from selfcheck.training.kinds import EvidenceKind, Outcome, RecordEvent
from selfcheck.training.models import (
    Certificate,
    CertificateContent,
    Evidence,
    RecognitionQuestion,
    TrainingRecord,
    WaitingText,
)
from selfcheck.training.record_service import add_event, check_is_valid, subject_of

REMOVABLE = frozenset({EvidenceKind.CERTIFICATE, EvidenceKind.SEEN})
EMPTIED = (
    "Dieses Zertifikat wurde nach Ablauf seiner Aufbewahrungsfrist gelöscht. Die Schulung bleibt "
    "nachgewiesen."
)


def scan_document(document: Document) -> None:
    """Let the virus scanner look at a file, if one is configured; raises DocumentRefused."""
    if address := current_app.extensions["selfcheck"].clamd:
        scan(document.content, document.filename, address=address)


def keep_certificate(
    document: Document, *, actor_id: int | None, is_waiting: bool = False
) -> Certificate:
    """Store a file that was inspected and scanned."""
    certificate = Certificate(
        id=uuid4(),
        sha256=document.sha256,
        filename=document.filename,
        media_type=document.media_type,
        size_bytes=len(document.content),
        uploaded_at=clock.now(),
        uploaded_by_id=actor_id,
        is_waiting=is_waiting,
    )
    db.session.add(certificate)
    db.session.flush()
    db.session.add(CertificateContent(certificate_id=certificate.id, content=document.content))
    return certificate


def find_same_file(user: User, sha256: str, *, day: date) -> Certificate | None:
    """Return a certificate with the same bytes that waits for the user or proves something.

    What only withdrawn records refer to does not count: the training may be entered anew.
    """
    query = select(Certificate).where(
        Certificate.sha256 == sha256, _is_visible(user, day, with_withdrawn=False)
    )
    return db.session.scalars(query.order_by(Certificate.is_waiting).limit(1)).first()


def get_certificate(user: User, certificate_id: UUID, *, day: date) -> Certificate:
    """Return a certificate that proves something for a person within the user's reach.

    Also one that waits for the user, or was attached to a question that the user may decide.
    Raises NotFoundError for all others.
    """
    query = select(Certificate).where(Certificate.id == certificate_id, _is_visible(user, day))
    certificate = db.session.scalar(query)
    if certificate is None:
        raise NotFoundError("Dieses Zertifikat gibt es nicht, oder nicht für Ihr Konto.")
    return certificate


def content_of(certificate: Certificate) -> bytes:
    """Return the bytes of a certificate; raises NotFoundError once its period is over."""
    check_is_there(certificate)
    return db.session.get_one(CertificateContent, certificate.id).content


def check_is_there(certificate: Certificate) -> None:
    """Raise NotFoundError for a file that was deleted after its period."""
    if certificate.is_emptied:
        raise NotFoundError(EMPTIED, title="Diese Datei ist gelöscht")


def list_people_proved_by(user: User, certificate: Certificate, *, day: date) -> list[str]:
    """Return the names of those within the user's reach for whom a certificate proves something."""
    query = (
        select(Person)
        .join(TrainingRecord, TrainingRecord.person_id == Person.id)
        .join(Evidence, Evidence.record_id == TrainingRecord.id)
        .where(
            Evidence.certificate_id == certificate.id,
            Person.id.in_(select_visible_ids(user, Permission.VIEW_STAFF, day)),
        )
        .order_by(Person.sort_key)
        .distinct()
    )
    return [person.name for person in db.session.scalars(query)]


def add_evidence(
    records: Sequence[TrainingRecord], given: EvidenceInput, *, user: User, day: date
) -> None:
    """Prove records by files that were scanned, each kept once, or by having seen the original.

    Raises InvalidError naming the field, also if all of it was there already.
    """
    for record in records:
        check_is_valid(record)
    before = sum(len(record.evidence) for record in records)
    for document in given.documents:
        same = find_same_file(user, document.sha256, day=day)
        attach_certificate(
            records, same or keep_certificate(document, actor_id=user.id), actor_id=user.id
        )
    if given.seen_on is not None:
        for record in records:
            _confirm_seen(record, given.seen_on, actor_id=user.id, today=day)
    is_given = given.documents or given.seen_on is not None
    if is_given and before == sum(len(record.evidence) for record in records):
        raise InvalidError(
            "Dieser Nachweis liegt schon vor; es war nichts zu speichern.",
            field="files" if given.documents else "seen_on",
        )


def attach_certificate(
    records: Sequence[TrainingRecord], certificate: Certificate, *, actor_id: int | None
) -> None:
    """Let a certificate prove these records; where it does already, nothing changes."""
    certificate.is_waiting = False
    db.session.execute(delete(WaitingText).where(WaitingText.certificate_id == certificate.id))
    for record in records:
        if any(one.certificate_id == certificate.id for one in record.evidence):
            continue
        evidence = Evidence(
            kind=EvidenceKind.CERTIFICATE,
            certificate=certificate,
            added_at=clock.now(),
            added_by_id=actor_id,
        )
        _add(record, evidence, certificate.filename)
    db.session.flush()


def get_evidence(record: TrainingRecord, evidence_id: int) -> Evidence:
    """Return one piece of evidence of a record; raises NotFoundError."""
    evidence = next((one for one in record.evidence if one.id == evidence_id), None)
    if evidence is None:
        raise NotFoundError("Diesen Nachweis gibt es nicht (mehr).")
    return evidence


def describe_evidence(evidence: Evidence) -> str:
    """Return what proves a record, as people read it."""
    if evidence.kind is EvidenceKind.CENTRAL:
        return "Teilnahme von der zentralen Fortbildung bestätigt"
    if evidence.certificate is not None and evidence.certificate.is_emptied:
        return "Zertifikat, nach Ablauf seiner Frist gelöscht"
    if evidence.certificate is not None:
        return f"Zertifikat „{evidence.certificate.filename}“"
    who = f" von {evidence.added_by.name}" if evidence.added_by else ""
    return f"Original gesehen am {evidence.seen_on:%d.%m.%Y}{who}, nicht gespeichert"


def remove_evidence(evidence: Evidence, *, reason: str, actor_id: int) -> None:
    """Take a wrong proof away; a file that nothing refers to any more is deleted.

    Raises ConflictError for a confirmation by the central training unit.
    """
    if evidence.kind not in REMOVABLE:
        raise ConflictError(
            "Eine Bestätigung der zentralen Fortbildung lässt sich nicht entfernen."
        )
    record, certificate = evidence.record, evidence.certificate
    check_is_valid(record)
    description = describe_evidence(evidence)
    record.evidence.remove(evidence)
    add_event(
        record,
        RecordEvent.EVIDENCE_REMOVED,
        actor_id=actor_id,
        reason=reason,
        changes=[("Nachweis", description, "entfernt")],
    )
    audit.record(Action.EVIDENCE_REMOVED, actor_id=actor_id, subject=subject_of(record))
    db.session.flush()
    question = record.question
    if (
        question is not None
        and question.certificate is certificate
        and not any(
            one.certificate is certificate for other in question.records for one in other.evidence
        )
    ):
        question.certificate = None  # what was wrong here is wrong for the commissioner, too
        db.session.flush()
    if certificate is not None and not _is_used(certificate):
        delete_certificate(certificate)


def delete_certificate(certificate: Certificate) -> None:
    """Delete a file for good."""
    db.session.execute(
        delete(CertificateContent).where(CertificateContent.certificate_id == certificate.id)
    )
    db.session.delete(certificate)


def _confirm_seen(record: TrainingRecord, seen_on: date, *, actor_id: int, today: date) -> None:
    if seen_on > today:
        raise InvalidError("Dieser Tag kommt erst noch.", field="seen_on")
    if seen_on < record.last_day:
        raise InvalidError(
            "Das Original kann erst nach dem Ende der Schulung "
            f"({record.last_day:%d.%m.%Y}) vorgelegen haben.",
            field="seen_on",
        )
    if not any(one.kind is EvidenceKind.SEEN for one in record.evidence):
        evidence = Evidence(
            kind=EvidenceKind.SEEN,
            seen_on=seen_on,
            added_at=clock.now(),
            added_by_id=actor_id,
        )
        _add(record, evidence, f"Original gesehen am {seen_on:%d.%m.%Y}")


def _add(record: TrainingRecord, evidence: Evidence, description: str) -> None:
    record.evidence.append(evidence)
    add_event(
        record,
        RecordEvent.EVIDENCE_ADDED,
        actor_id=evidence.added_by_id,
        changes=[("Nachweis", "", description)],
    )
    audit.record(Action.EVIDENCE_ADDED, actor_id=evidence.added_by_id, subject=subject_of(record))


def _is_used(certificate: Certificate) -> bool:
    proofs = select(Evidence.id).where(Evidence.certificate_id == certificate.id)
    questions = select(RecognitionQuestion.id).where(
        RecognitionQuestion.certificate_id == certificate.id
    )
    return any(db.session.scalar(query.limit(1)) is not None for query in (proofs, questions))


def _is_visible(user: User, day: date, *, with_withdrawn: bool = True) -> ColumnElement[bool]:
    """Return the condition: it proves something within the user's reach, or waits for the user.

    Whoever decides about recognition sees what was attached to a question.
    """
    visible = select_visible_ids(user, Permission.VIEW_STAFF, day)
    proves = (
        select(Evidence.id)
        .join(TrainingRecord, TrainingRecord.id == Evidence.record_id)
        .where(Evidence.certificate_id == Certificate.id, TrainingRecord.person_id.in_(visible))
    )
    if not with_withdrawn:
        proves = proves.where(TrainingRecord.withdrawn_at.is_(None))
    conditions = [
        proves.exists(),
        Certificate.is_waiting & (Certificate.uploaded_by_id == user.id),
    ]
    if user.may(Permission.DECIDE_RECOGNITION) and with_withdrawn:
        is_asked = RecognitionQuestion.outcome.is_distinct_from(Outcome.WITHDRAWN)
        attached = select(RecognitionQuestion.id).where(
            RecognitionQuestion.certificate_id == Certificate.id, is_asked
        )
        conditions.append(attached.exists())
    return or_(*conditions)
