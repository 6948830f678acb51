"""Which roles do the groups of a person at the identity provider bring?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from selfcheck.accounts.permissions import UNIT_ROLES, Role

Held = tuple[Role, str | None]  # a role, and the number of the unit that it holds for


@dataclass(frozen=True)
class MappedRole:
    """A role that a group brings; roles of a unit name its number."""

    role: Role
    unit_number: str | None
    group: str


@dataclass(frozen=True)
class Wanted:
    """What a person is to hold, and not to hold, of the roles that the map speaks of."""

    held: frozenset[Held]
    not_held: frozenset[Held]


def make_role(role: str, unit_number: str | None, group: str) -> MappedRole:
    """Return an entry of the map; raises ValueError, saying what is wrong with it."""
    try:
        known = Role(role)
    except ValueError:
        raise ValueError(f"{role!r} is no role; there are {', '.join(sorted(Role))}.") from None
    if known in UNIT_ROLES and unit_number is None:
        raise ValueError(f"{role} holds for a unit: {role}@NUMBER={group}.")
    if known not in UNIT_ROLES and unit_number is not None:
        raise ValueError(f"{role} holds for the whole city: {role}={group}.")
    return MappedRole(known, unit_number, group)


def roles_of(groups: Iterable[str], role_map: Iterable[MappedRole]) -> Wanted:
    """Return which of the mapped roles these groups bring; any one group is enough."""
    present = frozenset(groups)
    entries = list(role_map)
    held = frozenset((one.role, one.unit_number) for one in entries if one.group in present)
    mapped = frozenset((one.role, one.unit_number) for one in entries)
    return Wanted(held=held, not_held=mapped - held)
