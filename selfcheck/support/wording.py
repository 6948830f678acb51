"""What do the mails about a request for support say? The unit, never what was written."""

from __future__ import annotations

from typing import NamedTuple

READ_THERE = "Die Nachricht lesen Sie in der Anwendung."


class Letter(NamedTuple):
    """A mail's subject and text."""

    subject: str
    body: str


def tell_asked(unit: str) -> Letter:
    """Return the mail to the commissioner's office about a new request."""
    return _letter(
        f"Anfrage um Unterstützung: {unit}", f"{unit} bittet um Unterstützung. {READ_THERE}"
    )


def tell_written_again(unit: str) -> Letter:
    """Return the mail to the commissioner's office when the unit has written once more."""
    return _letter(
        f"Neue Nachricht: {unit}",
        f"{unit} hat zu einer Anfrage um Unterstützung noch einmal geschrieben. {READ_THERE}",
    )


def tell_answered(unit: str, *, closes: bool) -> Letter:
    """Return the mail to the unit when the commissioner's office has answered."""
    end = " und die Anfrage abgeschlossen" if closes else ""
    return _letter(
        f"Antwort auf Ihre Anfrage um Unterstützung: {unit}",
        "das Büro der Integrations- und Ausländerbeauftragten hat auf die Anfrage um Unterstützung "
        f"von {unit} geantwortet{end}. {READ_THERE}",
    )


def tell_closed(unit: str) -> Letter:
    """Return the mail to the unit when a request was closed without a word."""
    return _letter(
        f"Anfrage um Unterstützung abgeschlossen: {unit}",
        f"die Anfrage um Unterstützung von {unit} ist abgeschlossen. Eine neue Nachricht öffnet "
        "sie wieder.",
    )


def _letter(subject: str, text: str) -> Letter:
    return Letter(subject, f"Guten Tag,\n\n{text}\n")
