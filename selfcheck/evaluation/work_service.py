"""What does the evaluation ask of a user, and how far is it? For the first page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, true

from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.accounts.scope import select_unit_ids
from selfcheck.db import db
from selfcheck.evaluation.models import EvaluationRequest, Part
from selfcheck.evaluation.states import PartState


@dataclass(frozen=True)
class Running:
    """A request that is not closed, and how many offices have delivered."""

    request: EvaluationRequest
    delivered: int
    asked: int


@dataclass(frozen=True)
class EvaluationWork:
    """The parts that the user's offices have yet to deliver, and the requests that run."""

    # Those due first.
    due: Sequence[Part]
    # Empty for those who ask for nothing.
    running: Sequence[Running]


def find_work(user: User) -> EvaluationWork:
    """Return what the running requests mean for a user; one query, or none."""
    asks = user.may(Permission.REQUEST_EVALUATION)
    is_own = _is_own(user)
    if not asks and is_own is None:
        return EvaluationWork([], [])
    query = select(Part, true() if is_own is None else is_own).join(EvaluationRequest)
    query = query.where(EvaluationRequest.closed_at.is_(None)).order_by(Part.id)
    if not asks and is_own is not None:
        query = query.where(is_own)
    rows = db.session.execute(query).all()
    due = [
        part
        for part, own in rows
        if own and is_own is not None and part.state is not PartState.DELIVERED
    ]
    parts = [part for part, _ in rows] if asks else []
    return EvaluationWork(sorted(due, key=lambda part: (part.deadline, part.id)), _count(parts))


def _is_own(user: User) -> ColumnElement[bool] | None:
    """Return the condition that a part is one of the user's offices; None: there are none."""
    if not user.may(Permission.VIEW_STAFF):
        return None
    within = select_unit_ids(user, Permission.VIEW_STAFF)
    return true() if within is None else Part.unit_id.in_(within)


def _count(parts: Sequence[Part]) -> list[Running]:
    by_request: dict[EvaluationRequest, list[Part]] = defaultdict(list)
    for part in parts:
        by_request[part.request].append(part)
    return [
        Running(one, sum(part.state is PartState.DELIVERED for part in of_one), len(of_one))
        for one, of_one in sorted(by_request.items(), key=lambda pair: -pair[0].id)
    ]
