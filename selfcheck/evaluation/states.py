"""In which state is an office's part of an evaluation?"""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class PartState(StrEnum):
    """What has been done, as it is stored."""

    OPEN = "open"
    READY = "ready"
    DELIVERED = "delivered"
    RETURNED = "returned"


class WallState(StrEnum):
    """What the Haupt- und Personalamt sees."""

    OPEN = "open"
    READY = "ready"
    DELIVERED = "delivered"
    RETURNED = "returned"
    OVERDUE = "overdue"

    @property
    def label(self) -> str:
        """The state in one word."""
        return STATE_LABELS[self]


STATE_LABELS = {
    WallState.OPEN: "offen",
    WallState.READY: "bereit",
    WallState.DELIVERED: "abgegeben",
    WallState.RETURNED: "zurückgegeben",
    WallState.OVERDUE: "überfällig",
}


class Status(StrEnum):
    """What the figures of an office are worth („Stand“); the values are the official words."""

    # Counted now, for nobody's request.
    OPEN = "offen"
    # Counted now, of an office that was asked and has not delivered.
    PROVISIONAL = "vorläufig"
    # Delivered before the reference date.
    DELIVERED_EARLY = "abgegeben, vorläufig"
    DELIVERED = "abgegeben"


def wall_state(state: PartState, *, deadline: date, today: date) -> WallState:
    """Return what is shown of a stored state: whatever is not delivered in time is overdue."""
    is_late = today > deadline and state is not PartState.DELIVERED
    return WallState.OVERDUE if is_late else WallState(state.value)
