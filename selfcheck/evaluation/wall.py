"""Which offices have delivered, and which have not? The rows of the wall, and their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from selfcheck.evaluation.snapshot import Difference
from selfcheck.evaluation.states import WallState
from selfcheck.organisation.numbering import natural_key


@dataclass(frozen=True, kw_only=True)
class WallRow:
    """An office on the wall."""

    part_id: int
    unit_number: str
    unit_label: str
    state: WallState
    # Of the delivery that counts, if there is one.
    delivery_id: int | None
    delivery_number: int
    released_at: datetime | None
    released_by: str
    is_provisional: bool
    # As delivered; as counted now where nothing was delivered.
    people: int
    quota: float | None
    # What is counted now and was delivered otherwise.
    differences: Sequence[Difference]
    # What a confirmed delivery has changed of the provisional one before it.
    confirmed_changes: Sequence[Difference]


SORTS: Mapping[str, Callable[[WallRow], Any]] = {
    "einheit": lambda row: natural_key(row.unit_number),
    "stand": lambda row: (tuple(WallState).index(row.state), natural_key(row.unit_number)),
    "freigabe": lambda row: (
        row.released_at is None,
        row.released_at.timestamp() if row.released_at else 0,
    ),
    "personen": lambda row: row.people,
    "quote": lambda row: (row.quota is None, row.quota or 0),
    "abweichung": lambda row: len(row.differences),
}


def count_states(rows: Iterable[WallRow]) -> Mapping[WallState, int]:
    """Return how many offices are in each state, in the order of the states."""
    counted = Counter(row.state for row in rows)
    return {state: counted[state] for state in WallState}


def narrow(rows: Iterable[WallRow], *, text: str, state: str) -> list[WallRow]:
    """Return the rows in a state whose unit's label contains the text; empty: all."""
    wanted = text.casefold()
    return [
        row
        for row in rows
        if wanted in row.unit_label.casefold() and state in {"", row.state.value}
    ]
