"""Find training records; enter, correct and withdraw them. Every step stays in the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from selfcheck import clock
from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db
from selfcheck.errors import ConflictError, InvalidError, NotFoundError
from selfcheck.staff.models import Person
from selfcheck.staff.reach_service import select_visible_ids
from selfcheck.training.inputs import TrainingInput
from selfcheck.training.kinds import Outcome, RecordEvent
from selfcheck.training.models import RecognitionQuestion, TrainingEvent, TrainingRecord

DECIDED_ON = ("title", "provider", "area")
OUTDATED = (
    "Jemand anderes hat diesen Eintrag inzwischen geändert. Es wurde nichts gespeichert; "
    "hier stehen Ihre Angaben noch. Prüfen Sie bitte die Geschichte auf der Seite der Person."
)


NAMED_DUPLICATES = 10


class DuplicateTrainingError(InvalidError):
    """The same training of the same people is there already; ``links`` lead to the records."""

    def __init__(self, records: Sequence[TrainingRecord]) -> None:
        self.links = [(one.person_id, one.id, one.person.name) for one in records]
        names = [name for _, _, name in self.links[:NAMED_DUPLICATES]]
        more = len(records) - len(names)
        whom = "; ".join([*names, *[f"{more} weitere"] * (more > 0)])
        super().__init__(
            f"Die Schulung „{records[0].title}“ ist mit denselben Tagen schon eingetragen für "
            f"{whom}.",
            field="title",
        )


def get_record(
    user: User, record_id: int, permission: Permission, *, day: date, lock: bool = False
) -> TrainingRecord:
    """Return a record of a person within the user's reach; raises NotFoundError for all others."""
    query = select(TrainingRecord).where(
        TrainingRecord.id == record_id,
        TrainingRecord.person_id.in_(select_visible_ids(user, permission, day)),
    )
    record = db.session.scalar(query.with_for_update(of=TrainingRecord) if lock else query)
    if record is None:
        raise NotFoundError(
            "Diese Schulung gibt es nicht, oder die Person gehört zurzeit nicht zu Ihren Einheiten."
        )
    return record


def list_records(person: Person) -> list[TrainingRecord]:
    """Return all records of a person, newest first, withdrawn ones last, ready to be shown."""
    query = (
        select(TrainingRecord)
        .where(TrainingRecord.person_id == person.id)
        .options(
            selectinload(TrainingRecord.evidence),
            selectinload(TrainingRecord.events),
            joinedload(TrainingRecord.question),
        )
        .order_by(
            TrainingRecord.withdrawn_at.isnot(None),
            TrainingRecord.last_day.desc(),
            TrainingRecord.id.desc(),
        )
    )
    return list(db.session.scalars(query))


def record_trainings(
    people: Sequence[Person], entered: TrainingInput, *, actor_id: int | None
) -> list[TrainingRecord]:
    """Enter one training for all these people; raises DuplicateTrainingError, storing nothing."""
    _refuse_duplicate(_select_same([person.id for person in people], entered))
    records = [_new_record(person, entered, actor_id) for person in people]
    db.session.add_all(records)
    try:
        db.session.flush()
    except IntegrityError as error:  # somebody was quicker since the check
        raise ConflictError(
            "Jemand anderes hat diese Schulung gerade eingetragen. Es wurde nichts gespeichert."
        ) from error
    audit.record(
        Action.TRAININGS_RECORDED,
        actor_id=actor_id,
        subject=entered.title,
        details="1 Person" if len(people) == 1 else f"{len(people)} Personen",
    )
    return records


def find_same_training(person: Person, entered: TrainingInput) -> TrainingRecord | None:
    """Return the valid record of the same training, if there is one."""
    return db.session.scalars(_select_same([person.id], entered).limit(1)).first()


def entered_in(record: TrainingRecord) -> TrainingInput:
    """Return a record in the form in which it was entered."""
    values = {one.name: getattr(record, one.name) for one in fields(TrainingInput)}
    return TrainingInput(**values)


def correct_record(
    record: TrainingRecord, entered: TrainingInput, *, reason: str, revision: int, actor_id: int
) -> bool:
    """Correct a record; returns whether anything was different.

    Raises ConflictError for a form that was opened before somebody else's change, and
    InvalidError for what the commissioner was asked about.
    """
    _check_may_change(record, revision)
    if is_bound_by_question(record) and any(
        getattr(record, name) != getattr(entered, name) for name in DECIDED_ON
    ):
        raise InvalidError(
            "Titel, Anbieter und Kompetenz lassen sich nicht mehr ändern, weil die Anerkennung "
            "angefragt oder entschieden ist. Nehmen Sie die Anfrage zurück, oder ziehen Sie den "
            "Eintrag zurück und tragen Sie die Schulung neu ein.",
            field="title",
        )
    same = _select_same([record.person_id], entered).where(TrainingRecord.id != record.id)
    _refuse_duplicate(same)
    changes = _differences(entered_in(record), entered)
    if not changes:
        return False
    apply_input(record, entered)
    add_event(record, RecordEvent.CORRECTED, actor_id=actor_id, reason=reason, changes=changes)
    audit.record(Action.TRAINING_CORRECTED, actor_id=actor_id, subject=subject_of(record))
    return True


def withdraw_record(record: TrainingRecord, *, reason: str, revision: int, actor_id: int) -> None:
    """Take a record out of all counts; it stays in the history with the reason."""
    _check_may_change(record, revision)
    record.withdrawn_at = clock.now()
    question = record.question
    if question is not None and question.is_open and not any(r.is_valid for r in question.records):
        close_question(question, actor_id=actor_id)
    add_event(record, RecordEvent.WITHDRAWN, actor_id=actor_id, reason=reason)
    audit.record(Action.TRAINING_WITHDRAWN, actor_id=actor_id, subject=subject_of(record))


def close_question(question: RecognitionQuestion, *, actor_id: int) -> None:
    """Take a question off the commissioner's table, with the certificate that was attached."""
    question.outcome, question.certificate = Outcome.WITHDRAWN, None
    question.decided_at, question.decided_by_id = clock.now(), actor_id


def check_is_valid(record: TrainingRecord) -> None:
    """Raise ConflictError for a record that was withdrawn: it stays as it is."""
    if not record.is_valid:
        raise ConflictError(
            "Diese Schulung wurde zurückgezogen; der Eintrag bleibt, wie er ist. Tragen Sie die "
            "Schulung neu ein, wenn sie doch zählen soll."
        )


def is_bound_by_question(record: TrainingRecord) -> bool:
    """Return whether the commissioner was asked about the record as it is."""
    return record.question is not None and record.question.outcome is not Outcome.WITHDRAWN


def apply_input(record: TrainingRecord, entered: TrainingInput) -> None:
    """Make the record what was entered."""
    for one in fields(entered):
        setattr(record, one.name, getattr(entered, one.name))
    record.title_key = entered.key[0]


def add_event(
    record: TrainingRecord,
    kind: RecordEvent,
    *,
    actor_id: int | None,
    reason: str = "",
    changes: Sequence[tuple[str, str, str]] = (),
) -> None:
    """Write a step into the history of a record; forms opened before are outdated from now on."""
    record.revision += 1
    record.events.append(
        TrainingEvent(
            at=clock.now(),
            actor_id=actor_id,
            kind=kind,
            reason=reason,
            changes=[list(change) for change in changes],
        )
    )


def subject_of(record: TrainingRecord) -> str:
    """Return how the audit trail names a record: it holds no names of staff."""
    return f"{record.title} (Eintrag {record.id})"


def _new_record(person: Person, entered: TrainingInput, actor_id: int | None) -> TrainingRecord:
    record = TrainingRecord(
        person=person, recorded_at=clock.now(), recorded_by_id=actor_id, revision=1
    )
    apply_input(record, entered)
    return record


def _select_same(person_ids: Sequence[int], entered: TrainingInput) -> Select[TrainingRecord]:
    key, first_day, last_day = entered.key
    return select(TrainingRecord).where(
        TrainingRecord.person_id.in_(person_ids),
        TrainingRecord.title_key == key,
        TrainingRecord.first_day == first_day,
        TrainingRecord.last_day == last_day,
        TrainingRecord.withdrawn_at.is_(None),
    )


def _refuse_duplicate(same: Select[TrainingRecord]) -> None:
    with db.session.no_autoflush:
        duplicates = list(db.session.scalars(same.order_by(TrainingRecord.id)))
    if duplicates:
        raise DuplicateTrainingError(duplicates)


def _check_may_change(record: TrainingRecord, revision: int) -> None:
    check_is_valid(record)
    if record.revision != revision:
        raise ConflictError(OUTDATED)


def _differences(before: TrainingInput, after: TrainingInput) -> list[tuple[str, str, str]]:
    return [
        (label, old, new)
        for (label, old), (_, new) in zip(before.cells(), after.cells(), strict=True)
        if old != new
    ]
