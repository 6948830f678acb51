"""How much of a self-check does its unit share with the commissioner?

By default a result stays with the unit and the heads above it. Sharing is the unit's choice, in
three levels; each holds what the one before holds.
"""

from __future__ import annotations

from enum import StrEnum


class ShareLevel(StrEnum):
    """What the commissioner gets to see of a shared check."""

    COLOUR = "colour"  # colour and total
    POINTS = "points"  # also the points of each statement
    ALL = "all"  # also texts and measures
