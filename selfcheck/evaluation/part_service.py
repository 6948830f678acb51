"""An office's part of a request: checked, marked ready, released as a frozen delivery."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from selfcheck import clock
from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.accounts.scope import select_unit_ids
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db
from selfcheck.errors import ConflictError, InvalidError, NotFoundError
from selfcheck.evaluation import letter_service, wording
from selfcheck.evaluation.figures import BrokenTableError
from selfcheck.evaluation.limits import TEXT_LENGTH
from selfcheck.evaluation.models import Delivery, EvaluationRequest, Part
from selfcheck.evaluation.snapshot import (
    Rows,
    Snapshot,
    digest,
    read_canonical,
    write_canonical,
    write_figures,
)
from selfcheck.evaluation.states import PartState
from selfcheck.evaluation.table import RULES_VERSION
from selfcheck.training.mandate import Mandate
from selfcheck.training.mandates import MANDATES

NOT_VISIBLE = "Diese Auswertung gibt es nicht, oder sie gehört nicht zu Ihren Einheiten."
CHANGED_BY_OTHERS = "Inzwischen hat jemand anderes diese Auswertung geändert; so steht sie jetzt."


class FiguresChangedError(ConflictError):
    """The table is no longer as it was shown; it must be looked at again."""


def get_part(user: User, part_id: int, permission: Permission, *, lock: bool = False) -> Part:
    """Return a part for whose unit the user holds the permission; else raises NotFoundError."""
    query = select(Part).where(Part.id == part_id)
    within = select_unit_ids(user, permission)
    if within is not None:
        query = query.where(Part.unit_id.in_(within))
    if lock:
        # Nobody closes the request meanwhile; it is always locked before its parts.
        of_part = select(EvaluationRequest.id).join(Part).where(Part.id == part_id)
        db.session.execute(of_part.with_for_update(read=True, of=EvaluationRequest))
        # Of two who decide at once, the second sees what the first did.
        query = query.with_for_update(of=Part).execution_options(populate_existing=True)
    part = db.session.scalar(query)
    if part is None:
        raise NotFoundError(NOT_VISIBLE)
    return part


def list_parts(user: User, permission: Permission) -> list[Part]:
    """Return the parts of the user's units, newest request first."""
    query = select(Part).join(EvaluationRequest)
    within = select_unit_ids(user, permission)
    if within is not None:
        query = query.where(Part.unit_id.in_(within))
    return list(db.session.scalars(query.order_by(Part.request_id.desc(), Part.unit_id)))


def get_delivery(user: User, delivery_id: int, permission: Permission) -> Delivery:
    """Return a delivery of a unit within the user's reach; raises NotFoundError."""
    query = select(Delivery).join(Part).where(Delivery.id == delivery_id)
    within = select_unit_ids(user, permission)
    if within is not None:
        query = query.where(Part.unit_id.in_(within))
    delivery = db.session.scalar(query)
    if delivery is None:
        raise NotFoundError(
            "Diese Meldung gibt es nicht, oder sie gehört nicht zu Ihren Einheiten."
        )
    return delivery


def mandate_of(request: EvaluationRequest) -> Mandate:
    """Return the mandate that a request is about."""
    return MANDATES[request.mandate_key]


def read_delivery(delivery: Delivery) -> Snapshot:
    """Return what was delivered; raises ConflictError if it is not what was released."""
    try:
        return read_canonical(delivery.content, delivery.sha256)
    except BrokenTableError as error:
        raise ConflictError(
            f"Die {delivery.number}. Meldung von {delivery.part.unit.label} ist beschädigt und "
            f"wird nicht ausgegeben: {error} Bitte melden Sie dies der Administration."
        ) from error


def valid_delivery(deliveries: Sequence[Delivery]) -> Delivery | None:
    """Return the delivery that counts: the last one, unless it was returned."""
    last = deliveries[-1] if deliveries else None
    return None if last is None or last.returned_at is not None else last


def keep_comment(part: Part, *, comment: str, actor_id: int) -> bool:
    """Keep the office's word to the Haupt- und Personalamt; returns whether it was another."""
    check_can_change(part)
    if part.state is PartState.DELIVERED:
        raise ConflictError("Die Auswertung ist abgegeben; der Kommentar gehört zur Meldung.")
    comment = comment.strip()
    if len(comment) > TEXT_LENGTH:
        raise InvalidError(
            f"Der Kommentar ist zu lang; möglich sind {TEXT_LENGTH} Zeichen.", field="comment"
        )
    if part.comment == comment:
        return False
    part.comment = comment
    part.revision += 1
    audit.record(Action.EVALUATION_COMMENTED, actor_id=actor_id, subject=subject_of(part))
    return True


def mark_ready(
    part: Part,
    *,
    rows: Rows,
    shown: str,
    comment: str,
    revision: int,
    actor_id: int,
    now: datetime,
) -> None:
    """Tell the head that the table is checked (the officer's step).

    ``shown`` are the figures that the page showed. The second click of a double click changes
    nothing. Raises FiguresChangedError if they are others now, ConflictError if somebody else was
    faster.
    """
    check_can_change(part)
    done = (part.ready_by_id, part.ready_figures, part.comment)
    if part.state is PartState.READY and done == (actor_id, shown, comment.strip()):
        return
    if part.state not in {PartState.OPEN, PartState.RETURNED} or part.revision != revision:
        raise ConflictError(CHANGED_BY_OTHERS)
    _check_shown(rows, shown)
    keep_comment(part, comment=comment, actor_id=actor_id)
    part.state = PartState.READY
    part.ready_at = now
    part.ready_by_id = actor_id
    part.ready_figures = write_figures(rows)
    part.revision += 1
    audit.record(Action.EVALUATION_READY, actor_id=actor_id, subject=subject_of(part))
    letter_service.tell_heads(part, wording.tell_ready(letter_service.occasion_of(part)), "ready")


def take_back_ready(
    part: Part, deliveries: Sequence[Delivery], *, reason: str, revision: int, actor_id: int
) -> None:
    """Open the table again, before it is released.

    Raises ConflictError if it is not ready, or was marked so once more since it was shown.
    """
    check_can_change(part)
    if part.state is not PartState.READY or part.revision != revision:
        raise ConflictError(CHANGED_BY_OTHERS)
    was_returned = bool(deliveries) and deliveries[-1].returned_at is not None
    part.state = PartState.RETURNED if was_returned else PartState.OPEN
    part.ready_at, part.ready_by_id, part.ready_figures = None, None, ""
    part.revision += 1
    audit.record(Action.EVALUATION_READY_TAKEN_BACK, actor_id=actor_id, subject=subject_of(part))
    letter = wording.tell_not_ready(letter_service.occasion_of(part), reason)
    letter_service.tell_officers(part, letter, "not-ready")


def release(
    part: Part,
    deliveries: Sequence[Delivery],
    *,
    rows: Rows,
    shown: str,
    revision: int,
    actor: User,
    now: datetime,
) -> Delivery:
    """Freeze the table and hand it over (the head's step).

    The second click of a double click finds what the first one released. Raises
    FiguresChangedError if the table is no longer as the page showed it, ConflictError if it is
    not ready, or somebody else released or reopened it.
    """
    check_can_change(part)
    if part.state is PartState.DELIVERED:
        last = deliveries[-1]
        if last.released_by_id == actor.id and write_figures(read_delivery(last).rows) == shown:
            return last
        raise ConflictError(f"Die Auswertung ist schon freigegeben, von {last.released_by.name}.")
    if part.state is not PartState.READY or part.revision != revision:
        raise ConflictError(CHANGED_BY_OTHERS)
    _check_shown(rows, shown)
    snapshot = _freeze(part, rows, number=len(deliveries) + 1, actor=actor, now=now)
    delivery = _store(part, snapshot, actor)
    part.state = PartState.DELIVERED
    part.ready_at, part.ready_by_id, part.ready_figures = None, None, ""
    part.revision += 1
    audit.record(
        Action.EVALUATION_RELEASED,
        actor_id=actor.id,
        subject=subject_of(part),
        details=f"{snapshot.number}. Meldung, SHA-256 {delivery.sha256}",
    )
    letter_service.tell_released(part, snapshot.number, is_provisional=snapshot.is_provisional)
    return delivery


def check_can_change(part: Part) -> None:
    """Raise ConflictError once the request is closed."""
    if part.request.is_closed:
        raise ConflictError("Das Haupt- und Personalamt hat die Anforderung geschlossen.")


def _check_shown(rows: Rows, shown: str) -> None:
    if write_figures(rows) != shown:
        raise FiguresChangedError(
            "Die Tabelle hat sich geändert, seit Sie sie gesehen haben. Die geänderten Zahlen sind "
            "markiert; bitte prüfen Sie sie noch einmal."
        )


def _store(part: Part, snapshot: Snapshot, actor: User) -> Delivery:
    content = write_canonical(snapshot)
    delivery = Delivery(
        part=part,
        number=snapshot.number,
        content=content,
        sha256=digest(content),
        released_at=snapshot.released_at,
        released_by_id=actor.id,
        is_provisional=snapshot.is_provisional,
    )
    db.session.add(delivery)
    db.session.flush()
    return delivery


def _freeze(part: Part, rows: Rows, *, number: int, actor: User, now: datetime) -> Snapshot:
    mandate = mandate_of(part.request)
    return Snapshot(
        request_title=part.request.title,
        mandate_key=mandate.key,
        mandate_title=mandate.title,
        rules_version=RULES_VERSION,
        reference_date=part.request.reference_date,
        unit_number=part.unit.number,
        unit_name=part.unit.name,
        number=number,
        rows=rows,
        comment=part.comment,
        ready_by=part.ready_by.name if part.ready_by else "",
        ready_at=part.ready_at,
        released_by=actor.name,
        released_at=now,
        is_provisional=clock.day_of(now) < part.request.reference_date,
    )


def subject_of(part: Part) -> str:
    """Return what the audit trail calls a part."""
    return f"{part.unit.label}: {part.request.title}"
