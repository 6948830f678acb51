"""Which measures does a unit take to remove barriers, and what became of them?

Source: the questionnaire's questions about the measures of the past and the following 12 months,
and about the next steps („Was sind Ihre nächsten Schritte …?“).
"""

from __future__ import annotations

from enum import StrEnum


class MeasureState(StrEnum):
    """Where a measure stands."""

    PLANNED = "planned"
    STARTED = "started"
    DONE = "done"
    PARTLY_DONE = "partly-done"  # ended, and not all of it came about
    DROPPED = "dropped"  # ended without effect


class Outcome(StrEnum):
    """What a later check says about a measure that was announced."""

    DONE = "done"
    PARTLY = "partly"
    NOT = "not"
