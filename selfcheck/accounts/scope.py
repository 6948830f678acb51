"""How far does a user's permission reach?"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, select

from selfcheck.accounts.models import Grant, User
from selfcheck.accounts.permissions import Permission, roles_with
from selfcheck.db import db
from selfcheck.organisation.models import Unit
from selfcheck.organisation.service import select_ids_at_or_below


def select_unit_ids(user: User, permission: Permission) -> Select[int] | None:
    """Return a query of the units for which the user holds the permission; None: the whole city.

    A grant for a unit holds for everything below it, as the tree is now. The query is meant to
    stand within another one, so that asking for the reach costs no round trip of its own.
    """
    if any(grant.unit_id is None for grant in _grants_of(user, permission)):
        return None
    granted = [grant.unit_id for grant in _grants_of(user, permission)]
    return select_ids_at_or_below([unit_id for unit_id in granted if unit_id is not None])


def reaches(user: User, permission: Permission, unit_id: int) -> bool:
    """Return whether the user holds the permission for this unit."""
    within = select_unit_ids(user, permission)
    if within is None:
        return True
    query = select(Unit.id).where(Unit.id == unit_id, Unit.id.in_(within))
    return db.session.scalar(query) is not None


def list_granted_units(user: User, permission: Permission) -> list[Unit]:
    """Return the units for which the permission was granted itself, in the order of granting."""
    grants = _grants_of(user, permission)
    return [grant.unit for grant in grants if grant.unit is not None]


def _grants_of(user: User, permission: Permission) -> list[Grant]:
    return [grant for grant in user.grants if grant.role in roles_with(permission)]


def holds_at(user: User, permission: Permission, path: Collection[int]) -> bool:
    """Return whether the user holds the permission for a unit, given the ids from it upwards.

    Asks no query: for pages that know the tree anyway.
    """
    return any(
        grant.unit_id is None or grant.unit_id in path for grant in _grants_of(user, permission)
    )
