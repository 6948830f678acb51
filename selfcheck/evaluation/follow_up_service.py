"""What the Haupt- und Personalamt does about single offices once a request runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from selfcheck import clock
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.errors import ConflictError, InvalidError
from selfcheck.evaluation import letter_service, wording
from selfcheck.evaluation.letter_service import occasion_of
from selfcheck.evaluation.models import Delivery, EvaluationRequest, Part
from selfcheck.evaluation.part_service import (
    CHANGED_BY_OTHERS,
    check_can_change,
    subject_of,
    valid_delivery,
)
from selfcheck.evaluation.request_service import (
    check_deadline,
    check_open,
    list_deliveries,
    list_parts_of,
)
from selfcheck.evaluation.states import PartState


def return_delivery(
    part: Part,
    deliveries: Sequence[Delivery],
    *,
    reason: str,
    deadline: date,
    delivery_id: int,
    actor_id: int,
    now: datetime,
) -> None:
    """Give an office its delivery back until a deadline of its own.

    The delivery no longer counts, and stays as history. ``delivery_id`` is the one that the page
    showed. Raises ConflictError if there is another one now, or it was returned already, and
    InvalidError, naming the field.
    """
    check_can_change(part)
    if _is_returned_already(deliveries, delivery_id, reason, actor_id):
        return  # the second click of a double click
    _check_own_deadline(part, deadline, clock.day_of(now))
    last = valid_delivery(deliveries)
    if part.state is not PartState.DELIVERED or last is None or last.id != delivery_id:
        raise ConflictError(CHANGED_BY_OTHERS)
    last.returned_at, last.returned_by_id = now, actor_id
    last.return_reason = reason.strip()
    part.state, part.own_deadline, part.asked_at = PartState.RETURNED, deadline, now
    part.revision += 1
    audit.record(
        Action.EVALUATION_RETURNED,
        actor_id=actor_id,
        subject=subject_of(part),
        details=f"{last.number}. Meldung",
    )
    letter = wording.tell_returned(occasion_of(part), last.return_reason)
    letter_service.tell_office(part, letter, "returned")


def reopen_part(part: Part, *, reason: str, deadline: date, actor_id: int, today: date) -> None:
    """Let an office deliver once more until a deadline of its own.

    Its last delivery counts until it does. Raises ConflictError unless it has delivered, and
    InvalidError, naming the field.
    """
    check_can_change(part)
    _check_own_deadline(part, deadline, today)
    if part.state is not PartState.DELIVERED:
        raise ConflictError(CHANGED_BY_OTHERS)
    part.state, part.own_deadline, part.asked_at = PartState.OPEN, deadline, clock.now()
    part.revision += 1
    audit.record(
        Action.EVALUATION_PART_REOPENED,
        actor_id=actor_id,
        subject=subject_of(part),
    )
    letter = wording.tell_reopened(occasion_of(part), reason)
    letter_service.tell_office(part, letter, "reopened")


def grant_deadline(part: Part, *, deadline: date, actor_id: int, today: date) -> None:
    """Give an office more time than the others.

    Raises ConflictError if it has delivered, and InvalidError, naming the field.
    """
    check_can_change(part)
    check_deadline(deadline, today)
    if part.state is PartState.DELIVERED:
        raise ConflictError(CHANGED_BY_OTHERS)
    if deadline <= part.deadline:
        raise InvalidError(
            f"Die Frist ist schon der {part.deadline:%d.%m.%Y}; wählen Sie einen späteren Tag.",
            field="deadline",
        )
    part.own_deadline = deadline
    part.revision += 1
    audit.record(
        Action.EVALUATION_REQUEST_CHANGED,
        actor_id=actor_id,
        subject=subject_of(part),
        details=f"eigene Frist {deadline:%d.%m.%Y}",
    )
    letter = wording.tell_changed(occasion_of(part), "")
    letter_service.tell_office(part, letter, "deadline")


def remind(parts: Sequence[Part], *, actor_id: int | None, today: date) -> int:
    """Remind offices that have not delivered, once a day at most; returns how many mails."""
    waiting = [part for part in parts if part.state is not PartState.DELIVERED]
    if not waiting:
        return 0
    check_can_change(waiting[0])
    letters = [wording.tell_reminder(occasion_of(part), today=today) for part in waiting]
    count = letter_service.tell_offices(waiting, letters, f"reminder-{today.isoformat()}")
    audit.record(
        Action.EVALUATION_REMINDED,
        actor_id=actor_id,
        subject=waiting[0].request.title,
        details=f"{len(waiting)} Einheiten, {count} Nachrichten",
    )
    return count


def list_to_confirm(parts: Sequence[Part], deliveries: dict[int, list[Delivery]]) -> list[Part]:
    """Return the parts whose delivery is provisional, and not asked for again yet."""
    found = []
    for part in parts:
        last = valid_delivery(deliveries[part.id])
        if part.state is PartState.DELIVERED and last is not None and last.is_provisional:
            found.append(part)
    return found


def ask_to_confirm(
    request: EvaluationRequest, *, deadline: date, actor_id: int, today: date
) -> int:
    """Ask all offices with provisional figures for final ones; returns how many those are.

    Their provisional deliveries count until then. Raises InvalidError, naming the field, and
    ConflictError before the reference date or if there is nothing to confirm.
    """
    check_open(request)
    check_deadline(deadline, today)
    if today < request.reference_date:
        raise ConflictError(
            f"Der Stichtag {request.reference_date:%d.%m.%Y} ist noch nicht gekommen."
        )
    parts = list_parts_of(request, lock=True)
    waiting = list_to_confirm(parts, list_deliveries(parts))
    if not waiting:
        raise ConflictError("Es gibt keine vorläufigen Meldungen, die zu bestätigen wären.")
    request.confirmation_asked_at = clock.now()
    request.revision += 1
    for part in waiting:
        _check_own_deadline(part, deadline, today)
        part.state, part.own_deadline = PartState.OPEN, deadline
        part.asked_at = request.confirmation_asked_at
        part.revision += 1
    letters = [wording.tell_to_confirm(occasion_of(part)) for part in waiting]
    letter_service.tell_offices(waiting, letters, f"confirm-{request.revision}")
    audit.record(
        Action.EVALUATION_CONFIRMATION_ASKED,
        actor_id=actor_id,
        subject=request.title,
        details=f"{len(waiting)} Einheiten, Frist {deadline:%d.%m.%Y}",
    )
    return len(waiting)


def _check_own_deadline(part: Part, deadline: date, today: date) -> None:
    """Raise InvalidError for a deadline of a unit's own that would have no effect."""
    check_deadline(deadline, today)
    if deadline < part.request.deadline:
        raise InvalidError(
            f"Die Frist für alle ist der {part.request.deadline:%d.%m.%Y}; früher geht es nicht.",
            field="deadline",
        )


def _is_returned_already(
    deliveries: Sequence[Delivery], delivery_id: int, reason: str, actor_id: int
) -> bool:
    last = deliveries[-1] if deliveries else None
    return last is not None and (last.id, last.returned_by_id, last.return_reason) == (
        delivery_id,
        actor_id,
        reason.strip(),
    )
