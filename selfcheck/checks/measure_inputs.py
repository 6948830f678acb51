"""What a person enters about a measure, and what the list of measures is narrowed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from selfcheck.checks.measures import MeasureState, Timing


@dataclass(frozen=True, kw_only=True)
class MeasureInput:
    """What a form says about a measure; the statement is one of this questionnaire, or none."""

    wording: str
    questionnaire_version: str
    statement_id: str | None = None
    responsible: str = ""
    due_on: date | None = None
    state: MeasureState = MeasureState.PLANNED


@dataclass(frozen=True, kw_only=True)
class MeasureFilter:
    """What the list is narrowed to; ``statement`` is a version of the questionnaire and an id."""

    unit_id: int | None = None
    states: tuple[MeasureState, ...] = ()
    statement: tuple[str, str] | None = None
    timing: Timing | None = None
