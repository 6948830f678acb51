"""What a person enters: a check, and the filter of the list of checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from selfcheck.checks.merging import AnswerValue, FormMemory, Values
from selfcheck.checks.states import CheckState

# The head of the form („Amt/Abteilung/Sachgebiet“, „Datum“) is merged like the answers below it.
UNIT, DAY = "unit", "checked_on"
# Before the id of a measure: what this check says about a measure that was announced.
REVIEW = "review-"


def is_answer(question_id: str) -> bool:
    """Return whether something that is merged is an answer to the questionnaire."""
    return question_id not in {UNIT, DAY} and not question_id.startswith(REVIEW)


@dataclass(frozen=True, kw_only=True)
class CheckInput:
    """What a form says about a check.

    ``values`` are the answers by question, empty ones too; what is left out was not sent or could
    not be read, and stays as it is stored. So do unit and day where they are None.
    """

    unit_id: int | None
    checked_on: date | None
    values: Values
    memory: FormMemory = field(default_factory=FormMemory)

    @property
    def all_values(self) -> dict[str, AnswerValue]:
        """The answers and the head of the form."""
        return {**self.values, **head_values(self.unit_id, self.checked_on)}


def head_values(unit_id: int | None, checked_on: date | None) -> dict[str, AnswerValue]:
    """Return unit and day as values that can be merged; what is None is left out."""
    head = {}
    if unit_id is not None:
        head[UNIT] = AnswerValue(text=str(unit_id))
    if checked_on is not None:
        head[DAY] = AnswerValue(text=checked_on.isoformat())
    return head


@dataclass(frozen=True, kw_only=True)
class CheckFilter:
    """What the list is narrowed to; ``totals`` are ranges (version, lowest, highest)."""

    unit_id: int | None = None
    state: CheckState | None = None
    totals: tuple[tuple[str, int, int], ...] | None = None
