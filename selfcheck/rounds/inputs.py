"""What is said when a round is called or changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class RoundInput:
    """What a round says to the units, and to which."""

    title: str
    text: str
    begins_on: date
    deadline: date
    unit_ids: Collection[int]
