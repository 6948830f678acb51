"""Put the mails about a round into the outbox: one for each head, with all of their units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from selfcheck.accounts.holders_service import list_nearest_holders
from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Role
from selfcheck.mail import service as mail
from selfcheck.organisation.models import Unit
from selfcheck.organisation.numbering import natural_key
from selfcheck.rounds.inputs import RoundInput
from selfcheck.rounds.models import Round
from selfcheck.rounds.told import Told
from selfcheck.rounds.wording import Letter, Occasion


@dataclass(frozen=True)
class Post:
    """Who gets a mail about which units, and the units about which nobody gets one.

    These have no head, nor any above, with an account that may log in.
    """

    by_head: Mapping[User, Sequence[Unit]]
    without_head: Sequence[Unit]


def tell_heads(
    one: Round, units: Sequence[Unit], tell: Callable[[Occasion], Letter], event: str
) -> Told:
    """Write to the nearest heads of units; returns whom that reaches.

    ``event`` must not be one that was told before: nobody gets the same mail twice.
    """
    post = sort_post(units)
    mails = sum(_put(one, head, theirs, tell, event) for head, theirs in post.by_head.items())
    return Told(len(units) - len(post.without_head), mails, len(post.without_head))


def sort_post(units: Sequence[Unit]) -> Post:
    """Find out who gets a mail about units: their own heads, or else the nearest above."""
    by_head: dict[User, list[Unit]] = defaultdict(list)
    holders = list_nearest_holders(Role.UNIT_HEAD, [unit.id for unit in units])
    for unit in sorted(units, key=lambda unit: natural_key(unit.number)):
        for head in {user.id: user for user in holders[unit.id]}.values():
            by_head[head].append(unit)
    return Post(by_head, [unit for unit in units if not holders[unit.id]])


def occasion_of(one: Round | RoundInput, units: Sequence[Unit]) -> Occasion:
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
