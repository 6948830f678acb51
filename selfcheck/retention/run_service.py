"""Delete what is due, kind by kind, a few hundred rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete, select, update

from selfcheck.accounts.models import LoginAttempt, LoginSession
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.checks.vote_models import TeamRound
from selfcheck.db import db
from selfcheck.mail.models import Message
from selfcheck.retention.due_service import At, select_due
from selfcheck.retention.kinds import Kind
from selfcheck.retention.people_service import BY_IDS, BY_PERIOD, forget_people
from selfcheck.staff.models import StaffImport, StaffImportChange
from selfcheck.support.models import SupportMessage, SupportRequest
from selfcheck.training.models import Certificate, CertificateContent, WaitingText
from selfcheck.uploads.models import Upload

CHUNK = 500  # rows, or people with all that hangs on them, of which ids stand in one query
Ids = Sequence[Any]


def delete_due(kind: Kind, when: At) -> int:
    """Delete all that is due of a kind; return how much it was."""
    if not kind.is_deleted:
        return 0
    deleted = 0
    while ids := list(db.session.scalars(select_due(kind, when).limit(CHUNK))):
        DELETERS[kind](ids)
        db.session.flush()
        deleted += len(ids)
    return deleted


def record_run(deleted: Mapping[Kind, int]) -> None:
    """Write a run into the audit trail: kinds and numbers, nothing else."""
    numbers = [f"{kind.label}: {count}" for kind, count in deleted.items() if count]
    details = "; ".join(numbers) or "nichts war fällig"
    audit.record(Action.RETENTION_RUN, actor_id=None, details=details)


def find_last_run() -> AuditEvent | None:
    """Return what the audit trail says of the latest run."""
    query = select(AuditEvent).where(AuditEvent.action == Action.RETENTION_RUN.value)
    return db.session.scalars(query.order_by(AuditEvent.at.desc()).limit(1)).first()


def _delete(*columns: Any) -> Callable[[Ids], None]:  # noqa: ANN401 - columns of keys of any type
    """Return what deletes the rows that have one of these ids in a column, table by table."""

    def delete_rows(ids: Ids) -> None:
        for column in columns:
            rows = delete(column.class_).where(column.in_(ids))
            db.session.execute(rows, execution_options=BY_IDS)

    return delete_rows


def _empty_certificates(ids: Ids) -> None:
    """Delete the files and what they were called; that there was a proof, and when, stays."""
    _delete(WaitingText.certificate_id, CertificateContent.certificate_id)(ids)
    emptied = update(Certificate).where(Certificate.id.in_(ids))
    values = {"filename": "", "sha256": "", "size_bytes": 0}
    db.session.execute(emptied.values(**values), execution_options=BY_IDS)


DELETERS: Mapping[Kind, Callable[[Ids], None]] = MappingProxyType(
    {
        Kind.PEOPLE: lambda ids: forget_people(ids, actor_id=None, why=BY_PERIOD),
        Kind.CERTIFICATES: _empty_certificates,
        Kind.WAITING: _delete(
            WaitingText.certificate_id, CertificateContent.certificate_id, Certificate.id
        ),
        Kind.IMPORTS: _delete(StaffImportChange.import_id, StaffImport.id),
        Kind.UPLOADS: _delete(Upload.id),
        Kind.MESSAGES: _delete(Message.id),
        Kind.SUPPORT: _delete(SupportMessage.request_id, SupportRequest.id),
        # Links and answers go with their round.
        Kind.VOTES: _delete(TeamRound.check_id),
        Kind.ATTEMPTS: _delete(LoginAttempt.id),
        Kind.SESSIONS: _delete(LoginSession.id),
        Kind.LOGINS: _delete(AuditEvent.id),
        Kind.AUDIT: _delete(AuditEvent.id),
    }
)
