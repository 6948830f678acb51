"""How sure is a value that was read from a certificate?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Certainty(StrEnum):
    """How far the officer may trust a value before confirming it."""

    SURE = "sure"
    CHECK = "check"
    NONE = "none"

    @property
    def label(self) -> str:
        """The word shown beside the cell."""
        return {
            Certainty.SURE: "sicher",
            Certainty.CHECK: "bitte prüfen",
            Certainty.NONE: "nicht lesbar",
        }[self]


@dataclass(frozen=True)
class Guess(Generic[T]):
    """A value and its certainty; the value is None exactly where the certainty is NONE."""

    value: T | None
    certainty: Certainty
