"""Store what a list of trainings says: many rows at once, so without objects for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from selfcheck import clock
from selfcheck.db import Base, db
from selfcheck.staff.import_service import in_chunks
from selfcheck.training.evidence_service import keep_certificate
from selfcheck.training.importing import RecordKey, TrainingChange, TrainingPlan, TrainingRow
from selfcheck.training.inputs import TrainingInput
from selfcheck.training.kinds import EvidenceKind, RecordEvent
from selfcheck.training.models import Certificate, Evidence, TrainingEvent, TrainingRecord

CHUNK = 1_000
# Written as tables, past what the session does with objects.
RECORD = Base.metadata.tables[TrainingRecord.__tablename__]
INPUT_NAMES = tuple(one.name for one in fields(TrainingInput))
CONFIRMATION = "Bestätigung der zentralen Fortbildung"


@dataclass(frozen=True, kw_only=True)
class _Import:
    """What all rows have in common; ``certificate_ids`` by the hashes of the files."""

    certificate_ids: dict[str, UUID]
    is_central: bool
    reason: str
    at: datetime
    actor_id: int | None


def write_plan(
    plan: TrainingPlan,
    *,
    filename: str,
    actor_id: int | None,
    progress: Callable[[int, int], None] | None,
) -> None:
    """Enter and correct the records of a plan, with their evidence and their history."""
    merged = {change.row.row_number for change in plan.merged}
    new = [row for row in plan.new if row.row_number not in merged]
    changes = [*plan.changed, *plan.merged]
    context = _Import(
        certificate_ids=_keep_files(plan, [*new, *(one.row for one in changes)], actor_id),
        is_central=plan.is_central,
        reason=f"Liste „{filename}“",
        at=clock.now(),
        actor_id=actor_id,
    )
    done, total = 0, len(new) + len(changes)
    for rows in in_chunks(new, CHUNK):
        _enter(rows, context)
        done += len(rows)
        if progress is not None:
            progress(done, total)
    for some in in_chunks(changes, CHUNK):
        _change(some, context)
        done += len(some)
        if progress is not None:
            progress(done, total)
    db.session.flush()


def _keep_files(
    plan: TrainingPlan, rows: Sequence[TrainingRow], actor_id: int | None
) -> dict[str, UUID]:
    """Store each file once; one that already proves something for these people is used again."""
    found = _find_files(list(plan.documents), {row.person_id for row in rows})
    for sha256, document in plan.documents.items():
        if sha256 not in found:
            found[sha256] = keep_certificate(document, actor_id=actor_id).id
    db.session.flush()
    return found


def _find_files(hashes: Sequence[str], person_ids: set[int]) -> dict[str, UUID]:
    query = (
        select(Certificate.sha256, Certificate.id, TrainingRecord.person_id)
        .join(Evidence, Evidence.certificate_id == Certificate.id)
        .join(TrainingRecord, TrainingRecord.id == Evidence.record_id)
        .order_by(Evidence.id)
    )
    found: dict[str, UUID] = {}
    for chunk in in_chunks(hashes, CHUNK):
        for sha256, certificate_id, person_id in db.session.execute(
            query.where(Certificate.sha256.in_(chunk))
        ):
            if person_id in person_ids:
                found.setdefault(sha256, certificate_id)
    return found


def _enter(rows: Sequence[TrainingRow], context: _Import) -> None:
    values = [
        {
            **_columns(row.entered),
            "person_id": row.person_id,
            "recorded_at": context.at,
            "recorded_by_id": context.actor_id,
            "revision": 1,
        }
        for row in rows
    ]
    db.session.execute(insert(RECORD), values)
    proved = [row for row in rows if context.is_central or row.sha256 is not None]
    ids = _find_ids({row.person_id for row in proved}) if proved else {}
    proofs = []
    for row in proved:
        if row.sha256 is not None:
            proofs.append(_certificate(ids[row.key], row.sha256, context))
        if context.is_central:
            proofs.append(_confirmation(ids[row.key], context))
    _insert(Evidence, proofs)


def _find_ids(person_ids: Collection[int]) -> dict[RecordKey, int]:
    """Return the valid records of these people by their keys."""
    query = select(
        TrainingRecord.person_id,
        TrainingRecord.title_key,
        TrainingRecord.first_day,
        TrainingRecord.last_day,
        TrainingRecord.id,
    ).where(TrainingRecord.person_id.in_(person_ids), TrainingRecord.withdrawn_at.is_(None))
    return {
        (person_id, title_key, first_day, last_day): record_id
        for person_id, title_key, first_day, last_day, record_id in db.session.execute(query)
    }


def _change(changes: Sequence[TrainingChange], context: _Import) -> None:
    proofs: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    updates = []
    for change in changes:
        record_id, sha256 = change.known.record_id, change.row.sha256
        steps: list[tuple[RecordEvent, list[tuple[str, str, str]]]] = []
        if corrections := change.corrections:
            steps.append((RecordEvent.CORRECTED, corrections))
        if change.adds_certificate and sha256 is not None:
            proofs.append(_certificate(record_id, sha256, context))
            name = change.row.certificate or ""
            steps.append((RecordEvent.EVIDENCE_ADDED, [("Nachweis", "", name)]))
        if change.adds_confirmation:
            proofs.append(_confirmation(record_id, context))
            steps.append((RecordEvent.EVIDENCE_ADDED, [("Nachweis", "", CONFIRMATION)]))
        events.extend(_event(record_id, kind, cells, context) for kind, cells in steps)
        # A form that was opened before is outdated from now on.
        revision = change.known.revision + len(steps)
        updates.append({**_columns(change.after), "id": record_id, "revision": revision})
    db.session.execute(update(TrainingRecord), updates)
    _insert(Evidence, proofs)
    _insert(TrainingEvent, events)


def _columns(entered: TrainingInput) -> dict[str, Any]:
    values = {name: getattr(entered, name) for name in INPUT_NAMES}
    return {**values, "title_key": entered.key[0]}


def _certificate(record_id: int, sha256: str, context: _Import) -> dict[str, Any]:
    return {
        **_confirmation(record_id, context),
        "kind": EvidenceKind.CERTIFICATE,
        "certificate_id": context.certificate_ids[sha256],
    }


def _confirmation(record_id: int, context: _Import) -> dict[str, Any]:
    return {
        "record_id": record_id,
        "kind": EvidenceKind.CENTRAL,
        "certificate_id": None,
        "added_at": context.at,
        "added_by_id": context.actor_id,
    }


def _event(
    record_id: int, kind: RecordEvent, cells: list[tuple[str, str, str]], context: _Import
) -> dict[str, Any]:
    return {
        "record_id": record_id,
        "at": context.at,
        "actor_id": context.actor_id,
        "kind": kind,
        "reason": context.reason,
        "changes": [list(cell) for cell in cells],
    }


def _insert(table: type[Evidence | TrainingEvent], values: Sequence[dict[str, Any]]) -> None:
    if values:
        db.session.execute(insert(table), values)
