"""Make measures of the small city. All of it needs an application context."""

from datetime import date
from typing import Any
from uuid import UUID

from factories import LONG_AGO, World

from selfcheck.checks.measure_models import Measure, MeasureReview
from selfcheck.checks.measures import MeasureState, Outcome, is_open
from selfcheck.db import db

VERSION = "2025-05-07"


def make_measure(
    world: World,
    *,
    unit: str = "33",
    by: str = "head33",
    wording: str = "Aushänge überarbeiten",
    statement_id: str | None = "s5",
    due_on: date | None = None,
    state: MeasureState = MeasureState.PLANNED,
    **changes: Any,
) -> int:
    """Make a measure and commit it."""
    user_id = world.user_ids[by]
    measure = Measure(
        **{
            "unit_id": world.unit_ids[unit],
            "wording": wording,
            "questionnaire_version": VERSION,
            "statement_id": statement_id,
            "responsible": "",
            "due_on": due_on,
            "state": state,
            "closed_on": None if is_open(state) else LONG_AGO.date(),
            "announced_under": "",
            "created_at": LONG_AGO,
            "created_by_id": user_id,
            "changed_at": LONG_AGO,
            "changed_by_id": user_id,
            **changes,
        }
    )
    db.session.add(measure)
    db.session.commit()
    return measure.id


def make_review(check_id: UUID, measure_id: int, outcome: Outcome) -> None:
    """Let a check say what became of a measure, and commit it."""
    db.session.add(MeasureReview(check_id=check_id, measure_id=measure_id, outcome=outcome))
    db.session.commit()
