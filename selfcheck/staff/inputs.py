"""What a person enters about somebody's work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Duties:
    """What decides about the group that somebody belongs to."""

    is_manager: bool
    has_citizen_contact: bool
    does_media_work: bool


@dataclass(frozen=True, kw_only=True)
class PersonInput:
    """A person as a form describes it."""

    number: str
    last_name: str
    first_name: str


@dataclass(frozen=True, kw_only=True)
class AssignmentInput:
    """An assignment as a form describes it; empty days mean „since always“ and „no end known“."""

    unit_id: int
    duties: Duties
    first_day: date | None
    last_day: date | None
