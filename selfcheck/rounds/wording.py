"""What do the mails about a round say? Titles, days and units, never a result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

SENDER = "das Büro der Integrations- und Ausländerbeauftragten"


class Letter(NamedTuple):
    """A mail's subject and text."""

    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Which round, and which of the recipient's units, a mail is about."""

    title: str
    text: str
    begins_on: date
    deadline: date
    units: Sequence[str]


def tell_called(one: Occasion) -> Letter:
    """Return the mail to a head whose units are called."""
    return _letter(
        f"Selbstcheck bis {one.deadline:%d.%m.%Y}: {one.title}",
        one,
        f"{SENDER} bittet um einen Selbstcheck bis zum {one.deadline:%d.%m.%Y}:",
        _list(one.units),
        f"Es zählt ein ausgewerteter Selbstcheck mit einem Datum ab dem {one.begins_on:%d.%m.%Y}. "
        "Das Ergebnis sieht das Büro nur, wenn Sie es teilen.",
        one.text,
    )


def tell_changed(one: Occasion) -> Letter:
    """Return the mail to a head when a round's deadline or text was changed."""
    return _letter(
        f"Geändert: {one.title}",
        one,
        f"{SENDER} hat die Runde geändert. Der Selbstcheck ist bis zum "
        f"{one.deadline:%d.%m.%Y} erbeten:",
        _list(one.units),
        one.text,
    )


def tell_released(one: Occasion) -> Letter:
    """Return the mail to a head whose units are no longer called."""
    return _letter(
        f"Nicht mehr nötig: {one.title}",
        one,
        f"{SENDER} bittet in dieser Runde nicht mehr um einen Selbstcheck für:",
        _list(one.units),
    )


def tell_reminder(one: Occasion, *, today: date) -> Letter:
    """Return the mail to a head whose units have yet to do their self-check."""
    days = (one.deadline - today).days
    when = {0: "heute", 1: "morgen"}.get(days, f"in {days} Tagen")
    if days < 0:
        subject, told = "Überfällig", f"war bis zum {one.deadline:%d.%m.%Y} erbeten"
    else:
        subject, told = "Erinnerung", f"ist {when} fällig, am {one.deadline:%d.%m.%Y}"
    return _letter(
        f"{subject}: {one.title}",
        one,
        f"der Selbstcheck dieser Runde {told}. Er fehlt noch für:",
        _list(one.units),
    )


def _list(units: Sequence[str]) -> str:
    return "\n".join(f"– {unit}" for unit in units)


def _letter(subject: str, one: Occasion, *paragraphs: str) -> Letter:
    told = "\n\n".join(part.strip() for part in paragraphs if part.strip())
    return Letter(subject, f"Guten Tag,\n\n{told}\n\nRunde: {one.title}\n")
