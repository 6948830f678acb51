"""Make requests for support. All of it needs an application context."""

from datetime import timedelta
from uuid import UUID

from factories import LONG_AGO, World

from selfcheck.db import db
from selfcheck.support.models import SupportMessage, SupportRequest


def make_support_request(
    world: World,
    *,
    unit: str = "33",
    by: str = "head33",
    texts: tuple[str, ...] = ("Wie finden wir Dolmetscher*innen?",),
    hours: int = 0,
    is_closed: bool = False,
    check_id: UUID | None = None,
) -> SupportRequest:
    """Make a request whose messages are by the unit and the commissioner in turn, an hour apart.

    ``hours``: how long after LONG_AGO it begins.
    """
    begins_at = LONG_AGO + timedelta(hours=hours)
    asker, commissioner = world.user_ids[by], world.user_ids["commissioner"]
    request = SupportRequest(
        unit_id=world.unit_ids[unit],
        check_id=check_id,
        asked_at=begins_at,
        asked_by_id=asker,
        closed_at=begins_at + timedelta(days=9) if is_closed else None,
        closed_by_id=commissioner if is_closed else None,
    )
    request.messages = [
        SupportMessage(
            at=begins_at + timedelta(hours=n),
            author_id=commissioner if n % 2 else asker,
            is_answer=bool(n % 2),
            text=text,
        )
        for n, text in enumerate(texts)
    ]
    db.session.add(request)
    db.session.flush()
    return request
