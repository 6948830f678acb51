"""Rounds in the demo city: one that is over, and one that runs, with most units done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from selfcheck.accounts.models import User
from selfcheck.db import db
from selfcheck.organisation.models import Unit
from selfcheck.rounds.models import Round, RoundUnit

# Nobody heads these units, and nobody makes a self-check there.
WITHOUT_HEAD = ("10", "13", "66")
REMINDED_AT = {"33": datetime(2026, 11, 2, 8, 30, tzinfo=UTC)}


def make_rounds(units: Mapping[str, Unit], heads: Mapping[str, User], commissioner: User) -> None:
    """Add both rounds; the checks that count for them are made elsewhere."""
    for one in (_past_round(commissioner), _running_round(commissioner)):
        db.session.add(one)
        db.session.flush()
        reminded_at = {} if one.closed_at else REMINDED_AT
        for number in (*heads, *WITHOUT_HEAD):
            called = RoundUnit(round_id=one.id, unit_id=units[number].id)
            called.reminded_at = reminded_at.get(number)
            db.session.add(called)
    db.session.flush()


def _past_round(commissioner: User) -> Round:
    """Return the round of 2025; the last offices of that year were late."""
    return Round(
        title="Selbstcheck 2025",
        text="Bitte planen Sie in Ihrem Team etwa eine Stunde dafür ein.",
        begins_on=date(2025, 3, 3),
        deadline=date(2025, 6, 30),
        called_at=datetime(2025, 2, 24, 9, 0, tzinfo=UTC),
        called_by_id=commissioner.id,
        closed_at=datetime(2025, 9, 15, 11, 30, tzinfo=UTC),
        revision=2,
    )


def _running_round(commissioner: User) -> Round:
    """Return the round of 2026; the first two offices had made their checks before it began."""
    return Round(
        title="Selbstcheck 2026",
        text="Bitte sehen Sie auch nach, was aus den Maßnahmen vom letzten Jahr geworden ist. "
        "Wenn Sie Unterstützung brauchen, schreiben Sie uns.",
        begins_on=date(2026, 3, 16),
        deadline=date(2026, 12, 11),
        called_at=datetime(2026, 3, 16, 8, 0, tzinfo=UTC),
        called_by_id=commissioner.id,
    )
