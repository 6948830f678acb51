"""The Haupt- und Personalamt asks the offices for their evaluation, and watches the answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select

from selfcheck import clock
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db
from selfcheck.errors import ConflictError, InvalidError, NotFoundError
from selfcheck.evaluation import letter_service, wording
from selfcheck.evaluation.letter_service import occasion_of
from selfcheck.evaluation.models import Delivery, EvaluationRequest, Part
from selfcheck.evaluation.states import PartState
from selfcheck.organisation.models import Unit
from selfcheck.organisation.service import list_units
from selfcheck.training.mandate import Mandate


@dataclass(frozen=True, kw_only=True)
class RequestInput:
    """What a request says to the offices."""

    title: str
    reference_date: date
    deadline: date
    text: str
    unit_ids: Collection[int]


def list_requests() -> list[EvaluationRequest]:
    """Return all requests, newest first."""
    query = select(EvaluationRequest).order_by(EvaluationRequest.id.desc())
    return list(db.session.scalars(query))


def get_request(request_id: int, *, lock: bool = False) -> EvaluationRequest:
    """Return a request; raises NotFoundError."""
    query = select(EvaluationRequest).where(EvaluationRequest.id == request_id)
    if lock:
        query = query.with_for_update(of=EvaluationRequest)
        query = query.execution_options(populate_existing=True)
    request = db.session.scalar(query)
    if request is None:
        raise NotFoundError("Diese Anforderung gibt es nicht.")
    return request


def find_request_for(reference_date: date) -> EvaluationRequest | None:
    """Return the newest request with this reference date."""
    query = select(EvaluationRequest).where(EvaluationRequest.reference_date == reference_date)
    return db.session.scalar(query.order_by(EvaluationRequest.id.desc()).limit(1))


def find_part(request: EvaluationRequest, unit: Unit) -> Part | None:
    """Return a unit's part of a request."""
    query = select(Part).where(Part.request_id == request.id, Part.unit_id == unit.id)
    return db.session.scalar(query)


def count_delivered() -> dict[int, tuple[int, int]]:
    """Return how many offices have delivered, of how many, by the request's id."""
    delivered = func.sum(case((Part.state == PartState.DELIVERED, 1), else_=0))
    query = select(Part.request_id, delivered, func.count()).group_by(Part.request_id)
    return {request_id: (done, total) for request_id, done, total in db.session.execute(query)}


def list_reporting_units() -> list[Unit]:
    """Return the units that can be asked, in the order of their numbers."""
    return [unit for unit in list_units(with_closed=False) if unit.is_reporting]


def list_parts_of(request: EvaluationRequest, *, lock: bool = False) -> list[Part]:
    """Return the parts of a request, oldest first."""
    query = select(Part).where(Part.request_id == request.id).order_by(Part.id)
    if lock:
        query = query.with_for_update(of=Part).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def list_deliveries(parts: Collection[Part]) -> dict[int, list[Delivery]]:
    """Return the deliveries of parts, by the part's id, first to last."""
    found: dict[int, list[Delivery]] = {part.id: [] for part in parts}
    query = select(Delivery).where(Delivery.part_id.in_(found)).order_by(Delivery.number)
    for delivery in db.session.scalars(query):
        found[delivery.part_id].append(delivery)
    return found


def open_request(
    asked: RequestInput, mandate: Mandate, *, actor_id: int, now: datetime
) -> EvaluationRequest:
    """Ask units for their evaluation; they are told by mail.

    Raises InvalidError, naming the field.
    """
    _check_dates(asked, mandate, clock.day_of(now))
    units = _chosen_units(asked.unit_ids)
    _check_asked_once(units, asked.reference_date)
    request = EvaluationRequest(
        title=asked.title.strip(),
        mandate_key=mandate.key,
        reference_date=asked.reference_date,
        deadline=asked.deadline,
        text=asked.text.strip(),
        opened_at=now,
        opened_by_id=actor_id,
    )
    db.session.add(request)
    _add_parts(request, units, now)
    audit.record(
        Action.EVALUATION_REQUESTED,
        actor_id=actor_id,
        subject=request.title,
        details=f"{len(units)} Einheiten, Stichtag {asked.reference_date:%d.%m.%Y}, "
        f"Frist {asked.deadline:%d.%m.%Y}",
    )
    return request


def change_request(
    request: EvaluationRequest,
    asked: RequestInput,
    *,
    revision: int,
    actor_id: int,
    today: date,
) -> bool:
    """Change title, deadline and text, and ask further units; returns whether anything changed.

    The reference date stays: what was delivered for it would be for another one. Units that have
    not delivered are told. Raises InvalidError, naming the field, or ConflictError.
    """
    check_open(request)
    _check_revision(request, revision)
    title, text = asked.title.strip(), asked.text.strip()
    if asked.deadline != request.deadline:
        check_deadline(asked.deadline, today)
    before = (request.title, request.deadline, request.text)
    parts = list_parts_of(request, lock=True)
    known = {part.unit_id for part in parts}
    added = _chosen_units(new) if (new := set(asked.unit_ids) - known) else []
    if before == (title, asked.deadline, text) and not added:
        return False
    request.title, request.deadline, request.text = title, asked.deadline, text
    request.revision += 1
    if before[1:] != (request.deadline, request.text):
        waiting = [part for part in parts if part.state is not PartState.DELIVERED]
        letters = [wording.tell_changed(occasion_of(part), text) for part in waiting]
        letter_service.tell_offices(waiting, letters, f"changed-{request.revision}")
    if added:
        _check_asked_once(added, request.reference_date)
        _add_parts(request, added, clock.now())
    audit.record(
        Action.EVALUATION_REQUEST_CHANGED,
        actor_id=actor_id,
        subject=request.title,
        details=f"vorher: {before[0]}, Frist {before[1]:%d.%m.%Y}; {len(added)} Einheiten dazu",
    )
    return True


def close_request(request: EvaluationRequest, *, actor_id: int) -> None:
    """Let nothing more be delivered; what was delivered stays."""
    if request.is_closed:
        return
    request.closed_at = clock.now()
    request.revision += 1
    audit.record(Action.EVALUATION_CLOSED, actor_id=actor_id, subject=request.title)


def reopen_request(request: EvaluationRequest, *, actor_id: int) -> None:
    """Let the offices deliver again."""
    if not request.is_closed:
        return
    request.closed_at = None
    request.revision += 1
    audit.record(Action.EVALUATION_REOPENED, actor_id=actor_id, subject=request.title)


def _check_revision(request: EvaluationRequest, shown: int) -> None:
    if request.revision != shown:
        raise ConflictError(
            "Inzwischen hat jemand anderes die Anforderung geändert: "
            f"„{request.title}“, Frist {request.deadline:%d.%m.%Y}. "
            "Speichern Sie noch einmal, wenn Ihre Angaben gelten sollen."
        )


def _add_parts(request: EvaluationRequest, units: Sequence[Unit], now: datetime) -> None:
    parts = [Part(request=request, unit=unit, state=PartState.OPEN, asked_at=now) for unit in units]
    db.session.add_all(parts)
    db.session.flush()
    letters = [wording.tell_opened(occasion_of(part), request.text) for part in parts]
    letter_service.tell_offices(parts, letters, "opened")


def _check_dates(asked: RequestInput, mandate: Mandate, today: date) -> None:
    if not mandate.first_day <= asked.reference_date <= mandate.last_day:
        raise InvalidError(
            f"Der Stichtag liegt außerhalb des Auftrags; möglich ist {mandate.first_day:%d.%m.%Y} "
            f"bis {mandate.last_day:%d.%m.%Y}.",
            field="reference_date",
        )
    check_deadline(asked.deadline, today)


def check_deadline(deadline: date, today: date) -> None:
    """Raise InvalidError for a deadline that has passed."""
    if deadline < today:
        raise InvalidError(
            "Die Frist ist schon vorbei; bitte wählen Sie heute oder später.", field="deadline"
        )


def _chosen_units(unit_ids: Collection[int]) -> list[Unit]:
    """Return the chosen units; raises InvalidError if there are none, or one does not report."""
    if not unit_ids:
        raise InvalidError(
            "Bitte wählen Sie mindestens eine Organisationseinheit.", field="unit_ids"
        )
    chosen = [unit for unit in list_reporting_units() if unit.id in set(unit_ids)]
    if len(chosen) != len(set(unit_ids)):
        raise InvalidError(
            "Eine der gewählten Einheiten berichtet nicht mehr; bitte wählen Sie neu.",
            field="unit_ids",
        )
    return chosen


def _check_asked_once(units: Sequence[Unit], reference_date: date) -> None:
    """Raise InvalidError if one of the units is asked for the same day already."""
    # Of two who ask at once, the second waits here, and sees what the first did.
    ids = [unit.id for unit in units]
    db.session.execute(select(Unit.id).where(Unit.id.in_(ids)).order_by(Unit.id).with_for_update())
    query = (
        select(EvaluationRequest.title)
        .join(Part)
        .where(
            Part.unit_id.in_(ids),
            EvaluationRequest.reference_date == reference_date,
            EvaluationRequest.closed_at.is_(None),
        )
        .limit(1)
    )
    title = db.session.scalar(query)
    if title is not None:
        raise InvalidError(
            f"Für diesen Stichtag läuft schon „{title}“ bei mindestens einer dieser Einheiten. "
            "Ändern oder schließen Sie diese Anforderung.",
            field="reference_date",
        )


def check_open(request: EvaluationRequest) -> None:
    """Raise ConflictError for a request that is closed."""
    if request.is_closed:
        raise ConflictError("Die Anforderung ist geschlossen.")
