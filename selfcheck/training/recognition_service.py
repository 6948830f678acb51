"""Doubtful trainings: an office asks, the commissioner decides (Schulungskonzept, section 7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true

from selfcheck import clock
from selfcheck.accounts.holders_service import list_nearest_holders
from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission, Role
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db
from selfcheck.errors import ConflictError, InvalidError, NotFoundError
from selfcheck.mail import service as mail
from selfcheck.organisation.models import Unit
from selfcheck.staff.reach_service import select_visible_ids
from selfcheck.training.answer_wording import Answered, tell_answered
from selfcheck.training.inputs import QuestionInput
from selfcheck.training.kinds import Area, Outcome, RecordEvent
from selfcheck.training.models import RecognitionQuestion, TrainingRecord
from selfcheck.training.record_service import (
    add_event,
    check_is_valid,
    close_question,
    is_bound_by_question,
)


class QuestionState(StrEnum):
    """What the list of questions can be narrowed to."""

    OPEN = "open"
    DECIDED = "decided"


def list_same_training(
    user: User, record: TrainingRecord, *, day: date, lock: bool = False
) -> list[TrainingRecord]:
    """Return the records of one group training within the user's reach, this one included.

    They are asked about together, so that the commissioner decides once. Those that were asked
    about already are not among them.
    """
    query = select(TrainingRecord).where(
        TrainingRecord.title_key == record.title_key,
        TrainingRecord.provider == record.provider,
        TrainingRecord.first_day == record.first_day,
        TrainingRecord.last_day == record.last_day,
        TrainingRecord.duration_minutes == record.duration_minutes,
        TrainingRecord.withdrawn_at.is_(None),
        TrainingRecord.person_id.in_(select_visible_ids(user, Permission.MANAGE_STAFF, day)),
    )
    query = query.order_by(TrainingRecord.id)
    found = db.session.scalars(query.with_for_update(of=TrainingRecord) if lock else query)
    return [one for one in found if not is_bound_by_question(one)]


def ask(
    record: TrainingRecord,
    same: Sequence[TrainingRecord],
    asked: QuestionInput,
    *,
    unit: Unit,
    actor_id: int,
) -> RecognitionQuestion:
    """Put a doubtful training to the commissioner; until the decision it does not count.

    ``same`` are all records of the group training. Raises ConflictError if the record was
    withdrawn or is asked about already.
    """
    check_is_valid(record)
    if record not in same:
        raise ConflictError("Für diese Schulung ist die Anerkennung schon angefragt.")
    certificates = [one.certificate for one in record.evidence if one.certificate is not None]
    if asked.attaches_certificate and not certificates:
        raise InvalidError("Es gibt noch kein Zertifikat.", field="attaches_certificate")
    question = RecognitionQuestion(
        unit=unit,
        asked_at=clock.now(),
        asked_by_id=actor_id,
        title=record.title,
        provider=record.provider,
        format=record.format,
        duration_minutes=record.duration_minutes,
        content=asked.content,
        question=asked.question,
        proposed_area=record.area,
        certificate=certificates[0] if asked.attaches_certificate else None,
    )
    db.session.add(question)
    for one in same:
        one.question = question
        one.area_before_question, one.area = one.area, None
        add_event(one, RecordEvent.QUESTION_ASKED, actor_id=actor_id, reason=asked.question)
    db.session.flush()
    audit.record(Action.RECOGNITION_ASKED, actor_id=actor_id, subject=question.title)
    return question


def get_question(
    user: User, question_id: int, *, day: date, lock: bool = False
) -> RecognitionQuestion:
    """Return a question about somebody within the user's reach, or that the user may decide.

    With ``lock`` nobody else changes it or its records before the transaction ends; then it is
    also found if it was taken back meanwhile, so that whoever decides learns about it. Raises
    NotFoundError for all others.
    """
    query = select(RecognitionQuestion).where(
        RecognitionQuestion.id == question_id, _is_visible(user, day, with_taken_back=lock)
    )
    question = db.session.scalar(query.with_for_update(of=RecognitionQuestion) if lock else query)
    if question is None:
        raise NotFoundError("Diese Anfrage gibt es nicht, oder nicht für Ihr Konto.")
    if lock:
        records = select(TrainingRecord.id).where(TrainingRecord.question_id == question.id)
        db.session.execute(records.order_by(TrainingRecord.id).with_for_update())
    return question


def count_questions(user: User, state: QuestionState | None, *, day: date) -> int:
    """Return how many questions there are for the user."""
    return db.session.scalar(select_question_count(user, state, day=day)) or 0


def select_question_count(user: User, state: QuestionState | None, *, day: date) -> Select[int]:
    """Return the query of how many questions there are for the user."""
    query = _select_questions(user, state, day)
    return query.with_only_columns(func.count(RecognitionQuestion.id))


def list_questions(
    user: User, state: QuestionState | None, *, day: date, limit: int, offset: int = 0
) -> list[RecognitionQuestion]:
    """Return questions: first the open ones, those that have waited longest first."""
    query = _select_questions(user, state, day).order_by(
        RecognitionQuestion.outcome.isnot(None),
        RecognitionQuestion.decided_at.desc(),
        RecognitionQuestion.asked_at,
        RecognitionQuestion.id,
    )
    return list(db.session.scalars(query.limit(limit).offset(offset)))


def state_of(question: RecognitionQuestion) -> str:
    """Return a text that changes with every decision: a form shows which one it was opened with."""
    return question.decided_at.isoformat() if question.decided_at else "open"


def decide(
    question: RecognitionQuestion, *, area: Area | None, answer: str, shown: str, actor_id: int
) -> None:
    """Recognise a training in an area, or (area None) reject it; it counts so from now on.

    A decision can be changed by another one; both stay in the history of the records, and the
    office is told of each. Raises ConflictError if the office took the question back or somebody
    else decided since the form was opened (``shown``), InvalidError for a rejection without
    reason.
    """
    if question.outcome is Outcome.WITHDRAWN:
        raise ConflictError("Die Organisationseinheit hat diese Anfrage zurückgenommen.")
    if shown != state_of(question):
        raise ConflictError(
            "Inzwischen hat jemand anderes entschieden; der jetzige Stand steht oben. Prüfen Sie "
            "bitte, ob Sie bei Ihrer Entscheidung bleiben."
        )
    if area is None and not answer:
        raise InvalidError(
            "Bitte begründen Sie, warum die Schulung nicht anerkannt wird.", field="answer"
        )
    is_changed = not question.is_open
    question.outcome = Outcome.REJECTED if area is None else Outcome.RECOGNISED
    question.area, question.answer = area, answer
    question.decided_at, question.decided_by_id = clock.now(), actor_id
    verdict = describe_outcome(question)
    for record in question.records:
        before = record.area.value if record.area else "noch zu klären"
        record.area = area
        add_event(
            record,
            RecordEvent.DECIDED,
            actor_id=actor_id,
            reason=answer,
            changes=[("Anerkennung", before, verdict)],
        )
    audit.record(
        Action.RECOGNITION_DECIDED, actor_id=actor_id, subject=question.title, details=verdict
    )
    _tell_office(question, verdict, is_changed=is_changed)


def withdraw_question(question: RecognitionQuestion, *, actor_id: int) -> None:
    """Take a question back; each record is again what the office had taken it for.

    Raises ConflictError once it is decided.
    """
    if not question.is_open:
        raise ConflictError("Diese Anfrage ist schon entschieden.")
    close_question(question, actor_id=actor_id)
    for record in question.records:
        record.area = record.area_before_question
        add_event(record, RecordEvent.QUESTION_WITHDRAWN, actor_id=actor_id)
    audit.record(Action.RECOGNITION_WITHDRAWN, actor_id=actor_id, subject=question.title)


def describe_outcome(question: RecognitionQuestion) -> str:
    """Return the state of a question in a few words."""
    if question.outcome is None:
        return "offen"
    if question.outcome is Outcome.WITHDRAWN:
        return "zurückgenommen"
    if question.area is None:
        return "nicht anerkannt"
    return f"anerkannt als {question.area.value}"


def manages_all_of(user: User, question: RecognitionQuestion, *, day: date) -> bool:
    """Return whether everybody whom a question is about is one of the user's people now."""
    visible = select_visible_ids(user, Permission.MANAGE_STAFF, day)
    foreign = select(TrainingRecord.id).where(
        TrainingRecord.question_id == question.id, TrainingRecord.person_id.not_in(visible)
    )
    return db.session.scalar(foreign.limit(1)) is None


def _tell_office(question: RecognitionQuestion, verdict: str, *, is_changed: bool) -> None:
    """Write to the unit's officers, and to whoever asked as long as that is still their task."""
    unit_id = question.unit_id
    users = list(list_nearest_holders(Role.TRAINING_OFFICER, [unit_id])[unit_id])
    if question.asked_by.may(Permission.MANAGE_STAFF):
        users.append(question.asked_by)
    subject, body = tell_answered(
        Answered(
            unit=question.unit.label,
            asked_on=question.asked_at.astimezone(clock.city_time_zone()).date(),
            format=question.format,
            duration_minutes=question.duration_minutes,
            verdict=verdict,
            is_changed=is_changed,
        )
    )
    mail.put(
        users,
        key=f"recognition-{question.id}-{state_of(question)}",
        subject=subject,
        body=body,
        path=f"/anerkennung/{question.id}",
    )


def _select_questions(
    user: User, state: QuestionState | None, day: date
) -> Select[RecognitionQuestion]:
    query = select(RecognitionQuestion).where(_is_visible(user, day))
    if state is QuestionState.OPEN:
        return query.where(RecognitionQuestion.outcome.is_(None))
    if state is QuestionState.DECIDED:
        return query.where(RecognitionQuestion.outcome.in_([Outcome.RECOGNISED, Outcome.REJECTED]))
    return query


def _is_visible(user: User, day: date, *, with_taken_back: bool = False) -> ColumnElement[bool]:
    """Return the condition: the user may decide, or manages somebody whom the question is about.

    It moves with the people. The commissioner does not see what an office took back.
    """
    conditions: list[ColumnElement[bool]] = [false()]
    if user.may(Permission.DECIDE_RECOGNITION):
        is_there = RecognitionQuestion.outcome.is_distinct_from(Outcome.WITHDRAWN)
        conditions.append(true() if with_taken_back else is_there)
    if user.may(Permission.MANAGE_STAFF):
        visible = select_visible_ids(user, Permission.MANAGE_STAFF, day)
        records = select(TrainingRecord.id).where(
            TrainingRecord.question_id == RecognitionQuestion.id,
            TrainingRecord.person_id.in_(visible),
        )
        conditions.append(records.exists())
    return or_(*conditions)
