"""What do the mails about an evaluation say? Numbers and units, never names of staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Letter(NamedTuple):
    """A mail's subject and text."""

    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Which request, and which unit, a mail is about."""

    title: str
    unit: str
    reference_date: date
    deadline: date


def tell_opened(one: Occasion, text: str) -> Letter:
    """Return the mail to an office that is asked for its evaluation."""
    return _letter(
        f"Auswertung angefordert: {one.title}",
        one,
        f"das Haupt- und Personalamt bittet um die Auswertung für {one.unit}.",
        f"Stichtag ist der {one.reference_date:%d.%m.%Y}; abzugeben ist sie bis zum "
        f"{one.deadline:%d.%m.%Y}.",
        text,
        "Die Tabelle ist schon gezählt. Bitte prüfen Sie, was noch fehlt; die oder der "
        "Fortbildungsbeauftragte meldet sie bereit, die Leitung gibt sie frei.",
    )


def tell_changed(one: Occasion, text: str) -> Letter:
    """Return the mail to an office whose request was changed."""
    return _letter(
        f"Anforderung geändert: {one.title}",
        one,
        f"das Haupt- und Personalamt hat die Anforderung für {one.unit} geändert. Abzugeben ist "
        f"die Auswertung bis zum {one.deadline:%d.%m.%Y}.",
        text,
    )


def tell_ready(one: Occasion) -> Letter:
    """Return the mail to the head whose office's table is ready."""
    return _letter(
        f"Bereit zur Freigabe: {one.unit}",
        one,
        f"die Auswertung für {one.unit} ist geprüft und wartet auf Ihre Freigabe.",
        f"Abzugeben ist sie bis zum {one.deadline:%d.%m.%Y}.",
    )


def tell_not_ready(one: Occasion, reason: str) -> Letter:
    """Return the mail to the officers whose table the head did not release."""
    return _letter(
        f"Noch nicht freigegeben: {one.unit}",
        one,
        f"die Auswertung für {one.unit} ist wieder offen; die Bereitmeldung wurde zurückgenommen.",
        reason,
    )


def tell_released(one: Occasion, *, number: int, is_provisional: bool) -> Letter:
    """Return the mail after an office's table was released."""
    kind = "vorläufige Auswertung" if is_provisional else "Auswertung"
    return _letter(
        f"Auswertung abgegeben: {one.unit}",
        one,
        f"die {kind} für {one.unit} zum Stichtag {one.reference_date:%d.%m.%Y} ist freigegeben "
        f"({number}. Meldung).",
    )


def tell_returned(one: Occasion, reason: str) -> Letter:
    """Return the mail to an office that gets its delivery back."""
    return _letter(
        f"Auswertung zurückgegeben: {one.unit}",
        one,
        f"das Haupt- und Personalamt hat die Auswertung für {one.unit} zurückgegeben. "
        "Die Begründung:",
        reason,
        f"Bitte geben Sie die Auswertung bis zum {one.deadline:%d.%m.%Y} noch einmal ab.",
    )


def tell_reopened(one: Occasion, reason: str) -> Letter:
    """Return the mail to an office that may deliver once more."""
    return _letter(
        f"Auswertung wieder geöffnet: {one.unit}",
        one,
        f"das Haupt- und Personalamt hat die Auswertung für {one.unit} wieder geöffnet. Ihre "
        "letzte Meldung gilt weiter, bis Sie eine neue freigeben.",
        reason,
    )


def tell_to_confirm(one: Occasion) -> Letter:
    """Return the mail to an office whose provisional figures are to be confirmed."""
    return _letter(
        f"Bitte bestätigen: {one.unit}",
        one,
        f"der Stichtag {one.reference_date:%d.%m.%Y} ist gekommen. Die Auswertung für {one.unit} "
        "wurde vorher abgegeben und gilt deshalb als vorläufig.",
        f"Bitte prüfen Sie die Zahlen und geben Sie sie bis zum {one.deadline:%d.%m.%Y} noch "
        "einmal frei.",
    )


def tell_reminder(one: Occasion, *, today: date) -> Letter:
    """Return the mail to an office that has not delivered."""
    days = (one.deadline - today).days
    when = {0: "heute", 1: "morgen"}.get(days, f"in {days} Tagen")
    if days < 0:
        subject = f"Überfällig: Auswertung für {one.unit}"
        told = f"die Auswertung für {one.unit} war bis zum {one.deadline:%d.%m.%Y} abzugeben."
    else:
        subject = f"Erinnerung: Auswertung für {one.unit}"
        told = f"die Auswertung für {one.unit} ist {when} abzugeben, am {one.deadline:%d.%m.%Y}."
    return _letter(subject, one, told)


def tell_monthly(unit: str, lines: Sequence[str]) -> Letter:
    """Return the monthly mail to an officer: what is open in the office, in numbers."""
    listed = "\n".join(f"– {line}" for line in lines)
    return Letter(
        f"Was in {unit} noch offen ist",
        f"Guten Tag,\n\nfür {unit} ist heute zum Schulungsauftrag noch offen:\n\n{listed}\n",
    )


def _letter(subject: str, one: Occasion, *paragraphs: str) -> Letter:
    told = "\n\n".join(part.strip() for part in paragraphs if part.strip())
    return Letter(subject, f"Guten Tag,\n\n{told}\n\nAnforderung: {one.title}\n")
