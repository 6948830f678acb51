"""Make rounds of self-checks. All of it needs an application context."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from factories import LONG_AGO, World

from selfcheck.db import db
from selfcheck.rounds.models import Round, RoundUnit


def make_check_round(
    world: World,
    *,
    units: Sequence[str] = ("33", "50"),
    begins_on: date = date(2026, 1, 1),
    deadline: date = date(2099, 1, 31),
    **changes: Any,
) -> Round:
    """Make a running round that calls these units."""
    one = Round(
        **{
            "title": "Runde 2026",
            "text": "",
            "begins_on": begins_on,
            "deadline": deadline,
            "called_at": LONG_AGO,
            "called_by_id": world.user_ids["commissioner"],
            **changes,
        }
    )
    db.session.add(one)
    db.session.flush()
    db.session.add_all(RoundUnit(round_id=one.id, unit_id=world.unit_ids[unit]) for unit in units)
    db.session.flush()
    return one
