"""In which state is a request for support?"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class RequestState(StrEnum):
    """What a request waits for."""

    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The state in a few words."""
        return STATE_LABELS[self]


STATE_LABELS: Mapping[RequestState, str] = MappingProxyType(
    {
        RequestState.WAITING: "wartet auf Antwort",
        RequestState.ANSWERED: "beantwortet",
        RequestState.CLOSED: "abgeschlossen",
    }
)
# What the list can be narrowed to besides the states: all that is not closed.
OPEN = "open"


def request_state(*, is_closed: bool, is_unanswered: bool) -> RequestState:
    """Return the state; ``is_unanswered``: the unit has written since the last answer."""
    if is_closed:
        return RequestState.CLOSED
    return RequestState.WAITING if is_unanswered else RequestState.ANSWERED
