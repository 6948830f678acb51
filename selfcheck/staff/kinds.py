"""What can an import of a roster touch?"""

from __future__ import annotations

from enum import StrEnum


class Touched(StrEnum):
    """The kind of thing that an import made or changed."""

    PERSON = "person"
    ASSIGNMENT = "assignment"
