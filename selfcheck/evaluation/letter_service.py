"""Put the mails about an evaluation into the outbox, in the transaction of what they tell of."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from selfcheck.accounts.holders_service import list_city_holders, list_nearest_holders
from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Role
from selfcheck.evaluation import wording
from selfcheck.evaluation.models import Part
from selfcheck.evaluation.wording import Letter, Occasion
from selfcheck.mail import service as mail

OFFICE_ROLES = (Role.TRAINING_OFFICER, Role.UNIT_HEAD)


def occasion_of(part: Part) -> Occasion:
    """Return what the mails about a part name."""
    return Occasion(
        title=part.request.title,
        unit=part.unit.label,
        reference_date=part.request.reference_date,
        deadline=part.deadline,
    )


def tell_heads(part: Part, letter: Letter, event: str) -> None:
    """Write to the heads of the part's unit; ``event`` tells this mail from others about it."""
    _tell_office(part, letter, event, [Role.UNIT_HEAD])


def tell_officers(part: Part, letter: Letter, event: str) -> None:
    """Write to the training officers of the part's unit."""
    _tell_office(part, letter, event, [Role.TRAINING_OFFICER])


def tell_office(part: Part, letter: Letter, event: str) -> None:
    """Write to the training officers and heads of the part's unit."""
    _tell_office(part, letter, event, OFFICE_ROLES)


def tell_offices(parts: Sequence[Part], letters: Sequence[Letter], event: str) -> int:
    """Write to many offices at once; returns how many mails that makes.

    ``event`` must not be one that was told before: nobody gets the same mail twice.
    """
    unit_ids = {part.unit_id for part in parts}
    by_role = [list_nearest_holders(role, unit_ids) for role in OFFICE_ROLES]
    return sum(
        _put(part, letter, event, [user for holders in by_role for user in holders[part.unit_id]])
        for part, letter in zip(parts, letters, strict=True)
    )


def list_without_head(parts: Sequence[Part]) -> list[Part]:
    """Return the parts that nobody can release: no head is known, nor any above."""
    heads = list_nearest_holders(Role.UNIT_HEAD, {part.unit_id for part in parts})
    return [part for part in parts if not heads[part.unit_id]]


def tell_released(part: Part, number: int, *, is_provisional: bool) -> None:
    """Write to the office and to the Haupt- und Personalamt that figures were handed over."""
    letter = wording.tell_released(occasion_of(part), number=number, is_provisional=is_provisional)
    tell_office(part, letter, "released")
    mail.put(
        list_city_holders(Role.HR),
        key=_key(part, f"released-to-hr-{part.revision}"),
        subject=letter.subject,
        body=letter.body,
        path=f"/anforderungen/{part.request_id}/einheiten/{part.id}",
    )


def _tell_office(part: Part, letter: Letter, event: str, roles: Collection[Role]) -> None:
    users = [
        user for role in roles for user in list_nearest_holders(role, [part.unit_id])[part.unit_id]
    ]
    _put(part, letter, f"{event}-{part.revision}", users)


def _put(part: Part, letter: Letter, event: str, users: Sequence[User]) -> int:
    return mail.put(
        {user.id: user for user in users}.values(),
        key=_key(part, event),
        subject=letter.subject,
        body=letter.body,
        path=f"/auswertung/{part.id}",
    )


def _key(part: Part, event: str) -> str:
    return f"evaluation-part-{part.id}-{event}"
