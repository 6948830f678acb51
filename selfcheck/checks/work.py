"""What is there to do for the head of a unit? The lines of the first page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.accounts.scope import list_granted_units
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.service import list_newest
from selfcheck.organisation.models import Unit
from selfcheck.organisation.numbering import natural_key

MONTHS_UNTIL_DUE = 12
MAX_LINES = 3


@dataclass(frozen=True)
class DueUnit:
    """A unit whose last self-check is old, or that never made one."""

    unit: Unit
    last_on: date | None
    months: int | None


@dataclass(frozen=True)
class Work:
    """Drafts to go on with, units that are due, and the latest results."""

    drafts: list[SelfCheck]
    due: list[DueUnit]
    latest: list[SelfCheck]


def find_work(user: User, *, today: date) -> Work:
    """Return what the user's units are waiting for, a few lines of each kind."""
    own = list_granted_units(user, Permission.USE_CHECKS)
    newest = list_newest(user, limit=MAX_LINES, unit_ids=[unit.id for unit in own])
    submitted = [check for check in newest if not check.is_draft]
    return Work(
        drafts=[check for check in newest if check.is_draft][:MAX_LINES],
        due=_list_due(own, submitted, today)[:MAX_LINES],
        latest=submitted[:MAX_LINES],
    )


def months_between(earlier: date, later: date) -> int:
    """Return the whole months that have passed."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months - 1 if later.day < earlier.day else months


def _list_due(own: list[Unit], submitted: list[SelfCheck], today: date) -> list[DueUnit]:
    """Return the units that the user heads in person, without or with an old check.

    ``submitted`` holds the last check of each, newest first.
    """
    last_days = {check.unit_id: check.checked_on for check in reversed(submitted)}
    due = []
    for unit in sorted(set(own), key=lambda unit: natural_key(unit.number)):
        if unit.closed_on is not None:
            continue
        last_on = last_days.get(unit.id)
        months = months_between(last_on, today) if last_on else None
        if months is None or months >= MONTHS_UNTIL_DUE:
            due.append(DueUnit(unit, last_on, months))
    return due
