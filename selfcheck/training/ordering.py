"""In which order do people stand in a list? By default those with something to do come first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from selfcheck.training.standing import Standing, State

COLUMNS = ("name", "nummer", "einheit", "gruppe", "stand")
PLACE_OF_STATE = {state: place for place, state in enumerate(State)}


class Order(Protocol):
    """A chosen column, or "" for the list's own order."""

    @property
    def column(self) -> str:
        """One of COLUMNS, or empty."""

    @property
    def descending(self) -> bool:
        """Whether the last one stands first."""


def in_order(
    standings: Sequence[Standing], order: Order, places_of_units: Mapping[int, int]
) -> list[Standing]:
    """Return the rows sorted; ``places_of_units`` are the units' places by number.

    The rows come by name, and rows that are alike in the chosen column stay so.
    """
    keys: Mapping[str, Callable[[Standing], Any]] = {
        "": lambda one: PLACE_OF_STATE[one.state],
        "name": lambda one: (one.sort_key, one.person_id),
        "nummer": lambda one: one.number,
        "einheit": lambda one: places_of_units.get(one.unit_id, 0),
        "gruppe": lambda one: one.group.value if one.group else "~",
        "stand": lambda one: PLACE_OF_STATE[one.state],
    }
    return sorted(standings, key=keys[order.column], reverse=order.descending)
