"""Plan and apply an import of trainings."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db
from selfcheck.errors import ConflictError
from selfcheck.lists import ReadList
from selfcheck.staff.import_service import in_chunks
from selfcheck.staff.models import Person
from selfcheck.staff.reach_service import select_visible_ids
from selfcheck.training.certificate_folder import CertificateFiles
from selfcheck.training.evidence_service import scan_document
from selfcheck.training.import_write_service import write_plan
from selfcheck.training.importing import (
    NUMBER,
    KnownTraining,
    RecordKey,
    Register,
    TrainingPlan,
    plan_import,
    record_key,
)
from selfcheck.training.inputs import TrainingInput
from selfcheck.training.kinds import EvidenceKind, Outcome
from selfcheck.training.models import Certificate, Evidence, RecognitionQuestion, TrainingRecord

# Values in one IN: as many as rows that a page takes, so that a preview asks once for all of
# them. SQLite takes 32,766, PostgreSQL 65,535.
CHUNK = 20_000
INPUT_COLUMNS = (
    TrainingRecord.title,
    TrainingRecord.provider,
    TrainingRecord.area,
    TrainingRecord.format,
    TrainingRecord.origin,
    TrainingRecord.first_day,
    TrainingRecord.last_day,
    TrainingRecord.duration_minutes,
    TrainingRecord.length_unit,
)


def make_plan(
    read: ReadList,
    *,
    user: User | None,
    files: CertificateFiles,
    day: date,
    is_central: bool = False,
    lock: bool = False,
) -> TrainingPlan:
    """Compare a list with the database; nothing is changed.

    A user's list is about the people whose data the user manages on that day; the central list,
    and that of the command (no user), about the whole city. The files that rows name are looked
    through and scanned. With ``lock`` nobody else can change what the list is about until the
    plan is applied.
    """
    rows = [*read.rows, *read.faulty_rows]
    numbers = sorted({row[NUMBER] for row in rows if NUMBER.header in row.values})
    visible = None
    if user is not None and not is_central:
        visible = select_visible_ids(user, Permission.MANAGE_STAFF, day)
    if lock:
        _lock_people(_find_people(numbers, visible).values())
    people = _find_people(numbers, visible)
    wanted = {key for row in rows if (key := record_key(row, people)) is not None}
    register = Register(
        people=people, known=_find_known(wanted, lock=lock), is_limited=visible is not None
    )
    find = partial(files.find, check=scan_document)
    plan = plan_import(read, register=register, find=find, is_central=is_central)
    plan.warnings.extend(files.warnings)
    return plan


def fingerprint(plan: TrainingPlan) -> str:
    """Return a short text that is the same for two plans that would do the same.

    Of a central list, it is the same for two that show the same.
    """
    return hashlib.sha256(repr((plan.new, plan.changed)).encode()).hexdigest()


def describe_plan(plan: TrainingPlan) -> str:
    """Return the counts of a plan in one line."""
    return f"neu {len(plan.new)}, geändert {len(plan.changed)}, unverändert {len(plan.unchanged)}"


def apply_plan(
    plan: TrainingPlan,
    *,
    filename: str,
    actor_id: int | None,
    is_central: bool,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Store what the list says; the plan must be without errors and of the same kind of list.

    ``progress`` is told how many rows of how many are stored. Raises ConflictError, storing
    nothing, if somebody has entered one of the trainings since the plan was made.
    """
    if plan.errors or plan.is_central != is_central:
        raise ValueError("A plan with errors, or of another kind, is never applied.")
    if not plan.changes_something:
        return
    try:
        with db.session.begin_nested():
            write_plan(plan, filename=filename, actor_id=actor_id, progress=progress)
    except IntegrityError as error:
        raise ConflictError(
            "Inzwischen hat jemand eine dieser Schulungen eingetragen. Es wurde nichts "
            "übernommen; bitte lesen Sie die Liste noch einmal ein."
        ) from error
    action = Action.CENTRAL_TRAININGS_IMPORTED if is_central else Action.TRAININGS_IMPORTED
    audit.record(action, actor_id=actor_id, subject=filename, details=describe_plan(plan))


def _find_people(numbers: Sequence[str], visible: Select[int] | None) -> dict[str, int]:
    """Return the ids of the people with these numbers, among the visible ones."""
    # The reach by a query of its own: within the other one, PostgreSQL may ask it for each number.
    reach = None if visible is None else set(db.session.scalars(visible))
    query = select(Person.number, Person.id)
    found: dict[str, int] = {}
    for chunk in in_chunks(numbers, CHUNK):
        rows = db.session.execute(query.where(Person.number.in_(chunk)))
        found.update((number, one) for number, one in rows if reach is None or one in reach)
    return found


def _lock_people(person_ids: Collection[int]) -> None:
    """Let imports about the same people wait for each other; in one order, so that all go on."""
    for chunk in in_chunks(sorted(person_ids), CHUNK):
        query = select(Person.id).where(Person.id.in_(chunk)).order_by(Person.id)
        db.session.execute(query.with_for_update())


def _find_known(wanted: Collection[RecordKey], *, lock: bool) -> dict[RecordKey, KnownTraining]:
    """Return the valid records with these keys."""
    found = list(_find_records(wanted, lock=lock))
    proofs = _find_proofs(sorted(record_id for _, record_id, *_ in found))
    known = {}
    for key, record_id, revision, is_bound, entered in found:
        certificates, is_confirmed = proofs.get(record_id, ([], False))
        known[key] = KnownTraining(
            record_id=record_id,
            revision=revision,
            entered=entered,
            certificates=tuple(certificates),
            is_confirmed=is_confirmed,
            is_bound=is_bound,
        )
    return known


def _find_records(
    wanted: Collection[RecordKey], *, lock: bool
) -> Iterator[tuple[RecordKey, int, int, bool, TrainingInput]]:
    query = (
        select(
            TrainingRecord.id,
            TrainingRecord.revision,
            TrainingRecord.person_id,
            TrainingRecord.title_key,
            RecognitionQuestion.id,
            RecognitionQuestion.outcome,
            *INPUT_COLUMNS,
        )
        .outerjoin(TrainingRecord.question)
        .where(TrainingRecord.withdrawn_at.is_(None))
        .order_by(TrainingRecord.id)
    )
    if lock:
        query = query.with_for_update(of=TrainingRecord)
    names = [column.key for column in INPUT_COLUMNS]
    for chunk in in_chunks(sorted({person_id for person_id, *_ in wanted}), CHUNK):
        for row in db.session.execute(query.where(TrainingRecord.person_id.in_(chunk))):
            record_id, revision, person_id, title_key, question_id, outcome, *values = row
            entered: dict[str, Any] = dict(zip(names, values, strict=True))
            key = (person_id, title_key, entered["first_day"], entered["last_day"])
            if key in wanted:
                # As is_bound_by_question() tells it of a record.
                is_bound = question_id is not None and outcome is not Outcome.WITHDRAWN
                yield key, record_id, revision, is_bound, TrainingInput(**entered)


def _find_proofs(record_ids: Sequence[int]) -> dict[int, tuple[list[tuple[str, str]], bool]]:
    """Return by record the hashes and names of its certificates, and whether it is confirmed."""
    query = (
        select(Evidence.record_id, Evidence.kind, Certificate.sha256, Certificate.filename)
        .outerjoin(Certificate, Certificate.id == Evidence.certificate_id)
        .order_by(Evidence.id)
    )
    found: dict[int, tuple[list[tuple[str, str]], bool]] = {}
    for chunk in in_chunks(record_ids, CHUNK):
        for record_id, kind, sha256, filename in db.session.execute(
            query.where(Evidence.record_id.in_(chunk))
        ):
            certificates, is_confirmed = found.get(record_id, ([], False))
            if sha256 is not None:
                certificates.append((sha256, filename))
            found[record_id] = certificates, is_confirmed or kind is EvidenceKind.CENTRAL
    return found
