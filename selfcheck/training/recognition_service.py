"""Doubtful trainings: an office asks, the commissioner decides (Schulungskonzept, section 7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, or_, select

from selfcheck import clock
from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.accounts.scope import select_unit_ids
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db
from selfcheck.errors import ConflictError, InvalidError, NotFoundError
from selfcheck.organisation.models import Unit
from selfcheck.staff.reach_service import select_visible_ids
from selfcheck.training.inputs import QuestionInput
from selfcheck.training.kinds import Area, Outcome, RecordEvent
from selfcheck.training.models import RecognitionQuestion, TrainingRecord
from selfcheck.training.record_service import add_event, is_bound_by_question


class QuestionState(StrEnum):
    """What the list of questions can be narrowed to."""

    OPEN = "open"
    DECIDED = "decided"


def list_same_training(user: User, record: TrainingRecord, *, day: date) -> list[TrainingRecord]:
    """Return the records of one group training within the user's reach, this one included.

    They are asked about together, so that the commissioner decides once.
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
    return [one for one in db.session.scalars(query) if not is_bound_by_question(one)]


def ask(
    record: TrainingRecord,
    others: Sequence[TrainingRecord],
    asked: QuestionInput,
    *,
    unit: Unit,
    actor_id: int,
) -> RecognitionQuestion:
    """Put a doubtful training to the commissioner; until the decision it does not count.

    ``others`` are the records of the same group training. Raises ConflictError if the record was
    withdrawn or is asked about already.
    """
    if not record.is_valid or is_bound_by_question(record):
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
    for one in (record, *(other for other in others if other is not record)):
        one.question = question
        one.area = None
        add_event(one, RecordEvent.QUESTION_ASKED, actor_id=actor_id, reason=asked.question)
    db.session.flush()
    audit.record(Action.RECOGNITION_ASKED, actor_id=actor_id, subject=question.title)
    return question


def get_question(user: User, question_id: int, *, lock: bool = False) -> RecognitionQuestion:
    """Return a question that the user's office asked or that the user may decide.

    Raises NotFoundError for all others.
    """
    query = select(RecognitionQuestion).where(
        RecognitionQuestion.id == question_id, _is_visible(user)
    )
    question = db.session.scalar(query.with_for_update(of=RecognitionQuestion) if lock else query)
    if question is None:
        raise NotFoundError("Diese Anfrage gibt es nicht, oder nicht für Ihr Konto.")
    return question


def count_questions(user: User, state: QuestionState | None) -> int:
    """Return how many questions there are for the user."""
    query = _select_questions(user, state).with_only_columns(func.count())
    return db.session.scalar(query) or 0


def list_questions(
    user: User, state: QuestionState | None, *, limit: int, offset: int = 0
) -> list[RecognitionQuestion]:
    """Return questions: first the open ones, those that have waited longest first."""
    query = _select_questions(user, state).order_by(
        RecognitionQuestion.outcome.isnot(None),
        RecognitionQuestion.decided_at.desc(),
        RecognitionQuestion.asked_at,
        RecognitionQuestion.id,
    )
    return list(db.session.scalars(query.limit(limit).offset(offset)))


def decide(question: RecognitionQuestion, *, area: Area | None, answer: str, actor_id: int) -> None:
    """Recognise a training in an area, or (area None) reject it; it counts so from now on.

    A decision can be changed by another one; both stay in the history of the records. Raises
    ConflictError if the office took the question back, InvalidError for a rejection without
    reason.
    """
    if question.outcome is Outcome.WITHDRAWN:
        raise ConflictError("Die Organisationseinheit hat diese Anfrage zurückgenommen.")
    if area is None and not answer:
        raise InvalidError(
            "Bitte begründen Sie, warum die Schulung nicht anerkannt wird.", field="answer"
        )
    question.outcome = Outcome.REJECTED if area is None else Outcome.RECOGNISED
    question.area, question.answer = area, answer
    question.decided_at, question.decided_by_id = clock.now(), actor_id
    verdict = f"anerkannt als {area.value}" if area else "nicht anerkannt"
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


def withdraw_question(question: RecognitionQuestion, *, actor_id: int) -> None:
    """Take a question back; the records are again what the office had taken them for.

    Raises ConflictError once it is decided.
    """
    if not question.is_open:
        raise ConflictError("Diese Anfrage ist schon entschieden.")
    question.outcome = Outcome.WITHDRAWN
    question.decided_at, question.decided_by_id = clock.now(), actor_id
    for record in question.records:
        record.area = question.proposed_area
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


def _select_questions(user: User, state: QuestionState | None) -> Select[RecognitionQuestion]:
    query = select(RecognitionQuestion).where(_is_visible(user))
    if state is QuestionState.OPEN:
        return query.where(RecognitionQuestion.outcome.is_(None))
    if state is QuestionState.DECIDED:
        return query.where(RecognitionQuestion.outcome.in_([Outcome.RECOGNISED, Outcome.REJECTED]))
    return query


def _is_visible(user: User) -> ColumnElement[bool]:
    """Return the condition: the user may decide, or manages the staff of the office that asked.

    The commissioner does not see what an office took back.
    """
    conditions: list[ColumnElement[bool]] = []
    if user.may(Permission.DECIDE_RECOGNITION):
        conditions.append(RecognitionQuestion.outcome.is_distinct_from(Outcome.WITHDRAWN))
    if user.may(Permission.MANAGE_STAFF):
        within = select_unit_ids(user, Permission.MANAGE_STAFF)
        if within is not None:
            conditions.append(RecognitionQuestion.unit_id.in_(within))
    return or_(*conditions)
