"""How far does a user's permission reach?"""

from __future__ import annotations

from collections.abc import Iterable

from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission, roles_with
from selfcheck.organisation.service import list_ids_at_or_below


def list_unit_ids(user: User, permission: Permission) -> set[int] | None:
    """Return the ids of the units for which the user holds the permission; None: the whole city.

    A grant for a unit holds for everything below it, as the tree is now.
    """
    grants = [grant for grant in user.grants if grant.role in roles_with(permission)]
    if any(grant.unit_id is None for grant in grants):
        return None
    return list_ids_at_or_below({grant.unit_id for grant in grants if grant.unit_id is not None})


def reaches(user: User, permission: Permission, unit_id: int) -> bool:
    """Return whether the user holds the permission for this unit."""
    unit_ids = list_unit_ids(user, permission)
    return unit_ids is None or unit_id in unit_ids


def list_granted_unit_ids(user: User, permission: Permission) -> Iterable[int]:
    """Return the units for which the permission was granted itself, in the order of granting."""
    return [
        grant.unit_id
        for grant in user.grants
        if grant.unit_id is not None and grant.role in roles_with(permission)
    ]
