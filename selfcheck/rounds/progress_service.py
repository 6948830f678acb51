"""How far are the called units? The one origin of what all pages say about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, false, select

from selfcheck import clock
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.share_models import Share
from selfcheck.checks.states import CheckState
from selfcheck.db import db
from selfcheck.organisation.models import Unit
from selfcheck.rounds.models import Round, RoundUnit
from selfcheck.rounds.states import RoundState, Submitted, find_done_on, unit_state
from selfcheck.rounds.wall import SORTS, WallRow

NOTHING = None, None


@dataclass(frozen=True)
class Called:
    """A unit in a round, and the day on which it did what is asked."""

    round: Round
    unit: Unit
    reminded_at: datetime | None
    done_on: date | None
    # Whether the user who is asked for heads it, or a unit above.
    is_own: bool = False

    def state(self, today: date) -> RoundState:
        """Return how far the unit is."""
        return unit_state(self.done_on, deadline=self.round.deadline, today=today)


def list_called(
    *conditions: ColumnElement[bool], is_own: ColumnElement[bool] | None = None
) -> list[Called]:
    """Return the called units that the conditions on Round and RoundUnit let through; one query.

    ``is_own`` is another condition, which marks units.
    """
    is_counted = (
        (SelfCheck.unit_id == RoundUnit.unit_id)
        & (SelfCheck.state == CheckState.SUBMITTED)
        & (SelfCheck.checked_on >= Round.begins_on)
    )
    query = (
        select(
            Round,
            RoundUnit,
            SelfCheck.checked_on,
            SelfCheck.submitted_at,
            false() if is_own is None else is_own,
        )
        .join(RoundUnit, RoundUnit.round_id == Round.id)
        .outerjoin(SelfCheck, is_counted)
        .where(*conditions)
        .order_by(Round.id, RoundUnit.unit_id)
    )
    checks: dict[tuple[int, int], list[Submitted]] = {}
    found: dict[tuple[int, int], tuple[Round, RoundUnit, bool]] = {}
    for one, called, checked_on, submitted_at, own in db.session.execute(query):
        key = (one.id, called.unit_id)
        found[key] = (one, called, bool(own))
        known = checks.setdefault(key, [])
        if submitted_at is not None:
            known.append(Submitted(checked_on, clock.day_of(submitted_at)))
    return [
        Called(one, called.unit, called.reminded_at, _done_on(one, checks[key]), own)
        for key, (one, called, own) in found.items()
    ]


def count_done(called: Iterable[Called]) -> dict[int, tuple[int, int]]:
    """Return how many units are done, of how many, by the round's id."""
    counts: dict[int, tuple[int, int]] = {}
    for one in called:
        done, total = counts.get(one.round.id, (0, 0))
        counts[one.round.id] = (done + (one.done_on is not None), total + 1)
    return counts


def list_wall(one: Round, *, today: date, with_shared: bool) -> list[WallRow]:
    """Return the rows of the wall in the order of the units' numbers; two queries at most."""
    shared = _find_shared(one) if with_shared else {}
    rows = [
        WallRow(
            unit_id=called.unit.id,
            unit_number=called.unit.number,
            unit_label=called.unit.label,
            is_closed=called.unit.closed_on is not None,
            state=called.state(today),
            shared_check_id=shared.get(called.unit.id, NOTHING)[0],
            shared_on=shared.get(called.unit.id, NOTHING)[1],
            reminded_at=called.reminded_at,
        )
        for called in list_called(Round.id == one.id)
    ]
    return sorted(rows, key=SORTS["einheit"])


def _done_on(one: Round, checks: list[Submitted]) -> date | None:
    closed_on = clock.day_of(one.closed_at) if one.closed_at else None
    return find_done_on(checks, begins_on=one.begins_on, closed_on=closed_on)


def _find_shared(one: Round) -> dict[int, tuple[UUID, date]]:
    """Return the newest shared check that counts for a round, and its day, by the unit's id."""
    query = (
        select(SelfCheck.unit_id, SelfCheck.id, SelfCheck.checked_on)
        .join(Share, Share.check_id == SelfCheck.id)
        .join(RoundUnit, RoundUnit.unit_id == SelfCheck.unit_id)
        .where(RoundUnit.round_id == one.id, SelfCheck.checked_on >= one.begins_on)
        .order_by(SelfCheck.checked_on, SelfCheck.submitted_at)
    )
    return {unit_id: (check_id, day) for unit_id, check_id, day in db.session.execute(query)}
