"""Put the mails about requests for support into the outbox."""

from __future__ import annotations

from selfcheck.accounts.holders_service import list_city_holders, list_nearest_holders
from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission, Role
from selfcheck.accounts.scope import reaches
from selfcheck.mail import service as mail
from selfcheck.support import wording
from selfcheck.support.models import SupportMessage, SupportRequest
from selfcheck.support.wording import Letter


def tell_commissioner(request: SupportRequest, message: SupportMessage) -> None:
    """Write to the commissioner's office that a unit has asked, or written again."""
    is_first = message is request.messages[0]
    tell = wording.tell_asked if is_first else wording.tell_written_again
    users = [user for user in list_city_holders(Role.COMMISSIONER) if user.id != message.author_id]
    _put(request, tell(request.unit.label), f"message-{message.id}", users)


def tell_unit_of_answer(request: SupportRequest, message: SupportMessage, *, closes: bool) -> None:
    """Write to the unit that its request is answered, and closed if it is."""
    letter = wording.tell_answered(request.unit.label, closes=closes)
    users = _list_asking_side(request, message.author_id)
    _put(request, letter, f"message-{message.id}", users)


def tell_unit_of_end(request: SupportRequest, *, actor: User) -> None:
    """Write to the unit that its request is closed."""
    assert request.closed_at  # noqa: S101 - it was closed just now
    users = _list_asking_side(request, actor.id)
    event = f"closed-{request.closed_at.isoformat()}"
    _put(request, wording.tell_closed(request.unit.label), event, users)


def _list_asking_side(request: SupportRequest, actor_id: int) -> list[User]:
    """Return the nearest heads, and who asked as long as that is still their unit."""
    users = list(list_nearest_holders(Role.UNIT_HEAD, [request.unit_id])[request.unit_id])
    asker = request.asked_by
    if asker.may(Permission.USE_CHECKS) and reaches(asker, Permission.USE_CHECKS, request.unit_id):
        users.append(asker)
    return [user for user in users if user.id != actor_id]


def _put(request: SupportRequest, letter: Letter, event: str, users: list[User]) -> None:
    mail.put(
        users,
        key=f"support-{request.id}-{event}",
        subject=letter.subject,
        body=letter.body,
        path=f"/unterstuetzung/{request.id}",
    )
