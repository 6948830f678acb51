"""Ask for support, write to one another about it, close and reopen; and the lists of both sides.

A unit's side are the heads of the unit and those above; the other side is the commissioner's
office. Nothing of a self-check's result is part of a request.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import aliased, selectinload

from selfcheck import clock
from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.accounts.scope import select_unit_ids
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.share_models import Share
from selfcheck.db import db
from selfcheck.errors import ConflictError, InvalidError, NotFoundError
from selfcheck.organisation.models import Unit
from selfcheck.organisation.service import list_units
from selfcheck.support import letter_service
from selfcheck.support.models import SupportMessage, SupportRequest
from selfcheck.support.states import OPEN, RequestState, request_state

UMLAUTS = (("Ä", "ä"), ("Ö", "ö"), ("Ü", "ü"))


@dataclass(frozen=True)
class Listed:
    """A line of the list: a request, its state, and since when the unit waits for an answer."""

    request: SupportRequest
    state: RequestState
    waiting_since: datetime | None
    last_at: datetime


@dataclass(frozen=True, kw_only=True)
class RequestFilter:
    """What the list is narrowed to; ``state`` is a state, „open“ or empty."""

    state: str = ""
    unit_id: int | None = None
    text: str = ""


def get_request(user: User, request_id: int, *, lock: bool = False) -> SupportRequest:
    """Return a request that the user answers, or of a unit within reach; raises NotFoundError."""
    query = select(SupportRequest).where(SupportRequest.id == request_id, _is_visible(user))
    query = query.options(selectinload(SupportRequest.messages))
    if lock:
        query = query.with_for_update(of=SupportRequest).execution_options(populate_existing=True)
    request = db.session.scalar(query)
    if request is None:
        raise NotFoundError(
            "Diese Anfrage gibt es nicht, oder sie gehört zu einem anderen Amt.",
        )
    return request


def count_requests(user: User, chosen: RequestFilter) -> int:
    """Return how many of the user's requests the filter lets through."""
    query = select(func.count(SupportRequest.id)).where(*_conditions(user, chosen))
    return db.session.scalar(query) or 0


def list_requests(
    user: User, chosen: RequestFilter, *, limit: int, offset: int = 0
) -> list[Listed]:
    """Return requests: first those that wait, longest first, then the answered, then the closed."""
    last_at = select(func.max(SupportMessage.at)).where(
        SupportMessage.request_id == SupportRequest.id
    )
    waiting, last = _waiting_since(), last_at.correlate(SupportRequest).scalar_subquery()
    query = (
        select(SupportRequest, waiting, last)
        .where(*_conditions(user, chosen))
        .order_by(
            SupportRequest.closed_at.is_not(None),
            waiting.is_(None),
            waiting,
            last.desc(),
            SupportRequest.id,
        )
    )
    return [
        Listed(request, _state(request, since), since, last)
        for request, since, last in db.session.execute(query.limit(limit).offset(offset))
    ]


def list_asking_units(user: User) -> list[Unit]:
    """Return the units of which there are requests for the user, in the order of their numbers."""
    return list_units(within=select(SupportRequest.unit_id).where(_is_visible(user)))


def select_waiting_count() -> Select[int]:
    """Return the query of how many requests wait for an answer."""
    return _select_count(RequestState.WAITING)


def select_answered_count(user: User) -> Select[int]:
    """Return the query of how many requests of the units that the user heads are answered."""
    return _select_count(RequestState.ANSWERED).where(_is_own(user))


def state_of(request: SupportRequest) -> RequestState:
    """Return the state of a request whose messages are loaded."""
    is_unanswered = not request.messages[-1].is_answer
    return request_state(is_closed=request.closed_at is not None, is_unanswered=is_unanswered)


def find_shared_day(user: User, request: SupportRequest) -> date | None:
    """Return the day of the check from which was asked, if the user answers and may see it shared.

    None also where there is no such check: whether there is one is the unit's own business.
    """
    if not user.may(Permission.VIEW_SHARED_CHECKS) or not writes_answer(user, request):
        return None
    query = select(SelfCheck.checked_on).join(Share, Share.check_id == SelfCheck.id)
    return db.session.scalar(query.where(SelfCheck.id == request.check_id))


def writes_answer(user: User, request: SupportRequest) -> bool:
    """Return whether what the user writes is an answer: nobody answers the own request."""
    return user.may(Permission.ANSWER_SUPPORT_REQUESTS) and request.asked_by_id != user.id


def ask(user: User, unit: Unit, *, check: SelfCheck | None, text: str) -> SupportRequest:
    """Ask the commissioner's office for support for a unit; the same a second time is one request.

    ``check`` is the result that was looked at, kept for the unit. Raises InvalidError for a unit
    that is closed.
    """
    # Of the two clicks of a double click, the second waits here, and sees what the first did.
    db.session.execute(select(Unit.id).where(Unit.id == unit.id).with_for_update())
    if unit.closed_on is not None:
        raise InvalidError(
            f"{unit.label} ist geschlossen; bitte fragen Sie für eine andere Einheit an.",
            field="unit",
        )
    before = _find_same(user, unit, text)
    if before is not None:
        return before
    now = clock.now()
    request = SupportRequest(unit=unit, check=check, asked_at=now, asked_by_id=user.id, messages=[])
    message = SupportMessage(at=now, author_id=user.id, is_answer=False, text=text)
    request.messages.append(message)
    db.session.add(request)
    db.session.flush()
    audit.record(Action.SUPPORT_ASKED, actor_id=user.id, subject=unit.label)
    letter_service.tell_commissioner(request, message)
    return request


def write(
    user: User, request: SupportRequest, *, text: str, shown_closed: bool, closes: bool = False
) -> None:
    """Add a message to a request; one that is closed is opened again by it.

    ``shown_closed`` is what the page showed. Whoever writes the same once more is not heard
    twice. Raises ConflictError if somebody closed the request meanwhile.
    """
    last, is_closed = request.messages[-1], request.closed_at is not None
    is_again = (last.author_id, last.text) == (user.id, text)
    if not is_again or (is_closed and shown_closed):
        if is_closed and not shown_closed:
            raise ConflictError(
                "Inzwischen wurde die Anfrage abgeschlossen. Ihre Nachricht ist noch nicht "
                "gesendet; senden Sie sie, wird die Anfrage wieder geöffnet."
            )
        reopen(user, request)
        last = _add_message(user, request, text)
        if last.is_answer:
            audit.record(Action.SUPPORT_ANSWERED, actor_id=user.id, subject=request.unit.label)
            letter_service.tell_unit_of_answer(request, last, closes=closes)
        else:
            letter_service.tell_commissioner(request, last)
    if closes:
        _close(user, request, is_told=last.is_answer)


def check_seen(user: User, request: SupportRequest, *, seen_id: int) -> None:
    """Raise ConflictError if somebody else has written since the message ``seen_id``."""
    if any(one.id > seen_id and one.author_id != user.id for one in request.messages):
        raise ConflictError(
            "Inzwischen ist eine Nachricht dazugekommen. Lesen Sie sie bitte, bevor Sie die "
            "Anfrage abschließen."
        )


def close(user: User, request: SupportRequest) -> None:
    """Close a request; nothing happens to one that is closed."""
    _close(user, request, is_told=False)


def reopen(user: User, request: SupportRequest) -> None:
    """Take the closing of a request back; nothing happens to one that is open."""
    if request.closed_at is None:
        return
    request.closed_at = request.closed_by_id = None
    audit.record(Action.SUPPORT_REOPENED, actor_id=user.id, subject=request.unit.label)


def _close(user: User, request: SupportRequest, *, is_told: bool) -> None:
    if request.closed_at is not None:
        return
    request.closed_at, request.closed_by_id = clock.now(), user.id
    audit.record(Action.SUPPORT_CLOSED, actor_id=user.id, subject=request.unit.label)
    if not is_told:
        letter_service.tell_unit_of_end(request, actor=user)


def _add_message(user: User, request: SupportRequest, text: str) -> SupportMessage:
    is_answer = writes_answer(user, request)
    message = SupportMessage(at=clock.now(), author_id=user.id, is_answer=is_answer, text=text)
    request.messages.append(message)
    db.session.flush()
    return message


def _find_same(user: User, unit: Unit, text: str) -> SupportRequest | None:
    """Return the open request of this user for this unit that begins with this text."""
    earlier = aliased(SupportMessage)
    first = select(func.min(earlier.id)).where(earlier.request_id == SupportRequest.id)
    query = (
        select(SupportRequest)
        .join(SupportMessage, SupportMessage.request_id == SupportRequest.id)
        .where(
            SupportRequest.unit_id == unit.id,
            SupportRequest.asked_by_id == user.id,
            SupportRequest.closed_at.is_(None),
            SupportMessage.id == first.correlate(SupportRequest).scalar_subquery(),
            SupportMessage.text == text,
        )
    )
    return db.session.scalar(query.order_by(SupportRequest.id).limit(1))


def _state(request: SupportRequest, since: datetime | None) -> RequestState:
    is_closed = request.closed_at is not None
    return request_state(is_closed=is_closed, is_unanswered=since is not None)


def _waiting_since() -> ColumnElement[Any]:
    """Return when the unit wrote first since the last answer; NULL: it has not."""
    answer = aliased(SupportMessage)
    last_answer = (
        select(func.max(answer.id))
        .where(answer.request_id == SupportRequest.id, answer.is_answer)
        .correlate(SupportRequest)
        .scalar_subquery()
    )
    first = select(func.min(SupportMessage.at)).where(
        SupportMessage.request_id == SupportRequest.id,
        SupportMessage.is_answer.is_(False),
        SupportMessage.id > func.coalesce(last_answer, 0),
    )
    return first.correlate(SupportRequest).scalar_subquery()


def _select_count(state: RequestState) -> Select[int]:
    return select(func.count(SupportRequest.id)).where(*_is_in(state.value))


def _is_own(user: User) -> ColumnElement[bool]:
    """Return the condition that a request is one of a unit that the user heads, or below."""
    if not user.may(Permission.USE_CHECKS):
        return false()
    within = select_unit_ids(user, Permission.USE_CHECKS)
    return true() if within is None else SupportRequest.unit_id.in_(within)


def _is_visible(user: User) -> ColumnElement[bool]:
    return true() if user.may(Permission.ANSWER_SUPPORT_REQUESTS) else _is_own(user)


def _is_in(state: str) -> list[ColumnElement[bool]]:
    if not state:
        return []
    if state == RequestState.CLOSED:
        return [SupportRequest.closed_at.is_not(None)]
    is_open = SupportRequest.closed_at.is_(None)
    if state == OPEN:
        return [is_open]
    waiting = _waiting_since()
    is_waiting = state == RequestState.WAITING
    return [is_open, waiting.is_not(None) if is_waiting else waiting.is_(None)]


def _conditions(user: User, chosen: RequestFilter) -> list[ColumnElement[bool]]:
    conditions = [_is_visible(user), *_is_in(chosen.state)]
    if chosen.unit_id is not None:
        conditions.append(SupportRequest.unit_id == chosen.unit_id)
    if chosen.text:
        written = select(SupportMessage.id).where(
            SupportMessage.request_id == SupportRequest.id, _holds(SupportMessage.text, chosen.text)
        )
        label = select(Unit.id).where(
            Unit.id == SupportRequest.unit_id, _holds(Unit.number + " " + Unit.name, chosen.text)
        )
        conditions.append(or_(written.exists(), label.exists()))
    return conditions


def _holds(column: Any, text: str) -> ColumnElement[bool]:  # noqa: ANN401 - a column or a sum
    """Return the condition that a text holds another; SQLite alone takes Ä and ä for two."""
    lowered, wanted = func.lower(column), text.lower()
    for large, small in UMLAUTS:
        lowered = func.replace(lowered, large, small)
    return lowered.contains(wanted, autoescape=True)
