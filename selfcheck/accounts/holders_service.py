"""Who holds a role for a unit? Whom to write to, for instance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from selfcheck.accounts.models import Grant, User
from selfcheck.accounts.permissions import Role
from selfcheck.db import db
from selfcheck.organisation.models import Unit


def list_city_holders(role: Role) -> list[User]:
    """Return the active users who hold a role for the whole city."""
    query = select(User).join(Grant).where(Grant.role == role, User.is_active).order_by(User.id)
    return list(db.session.scalars(query.distinct()))


def list_nearest_holders(role: Role, unit_ids: Collection[int]) -> Mapping[int, list[User]]:
    """Return who is nearest to each unit in a role, by the units' ids; two queries.

    These are the active users who hold it for the unit itself or, where there are none, for the
    nearest unit above that has any.
    """
    grants = db.session.scalars(
        select(Grant)
        .join(Grant.user)
        .where(Grant.role == role, User.is_active)
        .options(joinedload(Grant.user))
        .order_by(Grant.id)
    )
    by_unit: dict[int | None, list[User]] = defaultdict(list)
    for grant in grants:
        by_unit[grant.unit_id].append(grant.user)
    tree = db.session.execute(select(Unit.id, Unit.parent_id))
    parents = {unit_id: parent_id for unit_id, parent_id in tree}  # noqa: C416 - rows, not pairs
    return {unit_id: _nearest(unit_id, parents, by_unit) for unit_id in unit_ids}


def _nearest(
    unit_id: int, parents: Mapping[int, int | None], by_unit: Mapping[int | None, list[User]]
) -> list[User]:
    at: int | None = unit_id
    while at is not None and at not in by_unit:
        at = parents.get(at)
    return by_unit[at] if at is not None else []
