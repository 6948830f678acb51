"""Which states does a self-check pass through?"""

from __future__ import annotations

from enum import StrEnum


class CheckState(StrEnum):
    """A draft can be changed and discarded; a submitted check never changes again."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
