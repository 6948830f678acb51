"""What a person enters: a check, and the filter of the list of checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from selfcheck.checks.scoring import Answers
from selfcheck.checks.states import CheckState


@dataclass(frozen=True, kw_only=True)
class CheckInput:
    """What a form says about a check; ``revision`` is that of the draft it was opened with."""

    unit_id: int
    checked_on: date
    answers: Answers
    revision: int


@dataclass(frozen=True, kw_only=True)
class CheckFilter:
    """What the list is narrowed to; ``totals`` are ranges (version, lowest, highest)."""

    unit_id: int | None = None
    state: CheckState | None = None
    totals: tuple[tuple[str, int, int], ...] | None = None
