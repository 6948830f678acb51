"""What do the running rounds ask of a user, and how far are they? For the first page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, true

from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.accounts.scope import list_granted_units, select_unit_ids
from selfcheck.organisation.numbering import natural_key
from selfcheck.rounds.models import Round, RoundUnit
from selfcheck.rounds.progress_service import Called, count_done, list_called


@dataclass(frozen=True)
class Running:
    """A round that is not closed, and how many units are done."""

    round: Round
    done: int
    total: int


@dataclass(frozen=True)
class RoundWork:
    """The units of the user that have yet to do their self-check, and the rounds that run."""

    # Those due first, and of these the units that the user heads in person.
    asked: Sequence[Called]
    # Empty for those who call no rounds.
    running: Sequence[Running]
    today: date


def find_work(user: User, *, today: date) -> RoundWork:
    """Return what the running rounds mean for a user; one query, or none."""
    calls, is_own = user.may(Permission.CALL_ROUNDS), _is_own(user)
    if not calls and is_own is None:
        return RoundWork([], [], today)
    conditions: list[ColumnElement[bool]] = [Round.closed_at.is_(None)]
    if not calls and is_own is not None:
        conditions.append(is_own)
    called = list_called(*conditions, is_own=is_own)
    return RoundWork(
        _in_order(user, [one for one in called if one.is_own and _is_to_do(one)]),
        _list_running(called) if calls else [],
        today,
    )


def _is_own(user: User) -> ColumnElement[bool] | None:
    """Return the condition that a unit is one of the user's; None: there are none."""
    if not user.may(Permission.USE_CHECKS):
        return None
    within = select_unit_ids(user, Permission.USE_CHECKS)
    return true() if within is None else RoundUnit.unit_id.in_(within)


def _is_to_do(one: Called) -> bool:
    return one.done_on is None and one.unit.closed_on is None


def _in_order(user: User, called: list[Called]) -> list[Called]:
    in_person = {unit.id for unit in list_granted_units(user, Permission.USE_CHECKS)}

    def place(one: Called) -> tuple[object, ...]:
        is_further_below = one.unit.id not in in_person
        key = natural_key(one.unit.number)
        return one.round.deadline, one.round.id, is_further_below, key

    return sorted(called, key=place)


def _list_running(called: list[Called]) -> list[Running]:
    rounds = {one.round.id: one.round for one in called}
    return [
        Running(rounds[round_id], done, total)
        for round_id, (done, total) in sorted(count_done(called).items(), reverse=True)
    ]
