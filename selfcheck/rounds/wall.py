"""Which units have done their self-check, and which have not? The rows of the wall."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from selfcheck.organisation.numbering import natural_key
from selfcheck.rounds.states import RoundState


@dataclass(frozen=True, kw_only=True)
class WallRow:
    """A called unit; of its result there is nothing here, nor the day of one that is not shared."""

    unit_id: int
    unit_number: str
    unit_label: str
    is_closed: bool  # the unit, not the round
    state: RoundState
    # The newest check that counts and is shared, for those who may open it there, and its day.
    shared_check_id: UUID | None
    shared_on: date | None
    reminded_at: datetime | None

    @property
    def may_be_reminded(self) -> bool:
        """Whether there is anything to remind the unit of."""
        return not self.state.is_done and not self.is_closed


SORTS: Mapping[str, Callable[[WallRow], Any]] = {
    "einheit": lambda row: natural_key(row.unit_number),
    "stand": lambda row: (tuple(RoundState).index(row.state), natural_key(row.unit_number)),
    "geteilt": lambda row: (row.shared_on is None, row.shared_on or date.min),
    "erinnert": lambda row: (
        row.reminded_at is None,
        row.reminded_at.timestamp() if row.reminded_at else 0,
    ),
}


def count_states(rows: Iterable[WallRow]) -> Mapping[RoundState, int]:
    """Return how many units are in each state, in the order of the states."""
    counted = Counter(row.state for row in rows)
    return {state: counted[state] for state in RoundState}


def narrow(rows: Iterable[WallRow], *, text: str, state: str) -> list[WallRow]:
    """Return the rows in a state whose unit's label contains the text; empty: all."""
    wanted = text.casefold()
    return [
        row
        for row in rows
        if wanted in row.unit_label.casefold() and state in {"", row.state.value}
    ]
