"""Put the mails about a round into the outbox: one for each head, with all of their units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence

from selfcheck.accounts.holders_service import list_nearest_holders
from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Role
from selfcheck.mail import service as mail
from selfcheck.organisation.models import Unit
from selfcheck.organisation.numbering import natural_key
from selfcheck.rounds.models import Round
from selfcheck.rounds.wording import Letter, Occasion


def tell_heads(
    one: Round, units: Collection[Unit], tell: Callable[[Occasion], Letter], event: str
) -> int:
    """Write to the nearest heads of units; returns how many mails that makes.

    ``event`` must not be one that was told before: nobody gets the same mail twice.
    """
    by_head: dict[User, list[Unit]] = defaultdict(list)
    holders = list_nearest_holders(Role.UNIT_HEAD, [unit.id for unit in units])
    for unit in sorted(units, key=lambda unit: natural_key(unit.number)):
        for head in {user.id: user for user in holders[unit.id]}.values():
            by_head[head].append(unit)
    return sum(_put(one, head, theirs, tell, event) for head, theirs in by_head.items())


def list_without_head(units: Sequence[Unit]) -> list[Unit]:
    """Return the units for which nobody gets a mail: no head is known, nor any above."""
    holders = list_nearest_holders(Role.UNIT_HEAD, [unit.id for unit in units])
    return [unit for unit in units if not holders[unit.id]]


def occasion_of(one: Round, units: Sequence[Unit]) -> Occasion:
    """Return what a mail about these units names."""
    return Occasion(
        title=one.title,
        text=one.text,
        begins_on=one.begins_on,
        deadline=one.deadline,
        units=[unit.label for unit in units],
    )


def _put(
    one: Round,
    head: User,
    units: Sequence[Unit],
    tell: Callable[[Occasion], Letter],
    event: str,
) -> int:
    letter = tell(occasion_of(one, units))
    return mail.put(
        [head],
        key=f"round-{one.id}-{event}-{units[0].id}",
        subject=letter.subject,
        body=letter.body,
        path=f"/selbstchecks/neu?einheit={units[0].id}" if len(units) == 1 else "/",
    )
