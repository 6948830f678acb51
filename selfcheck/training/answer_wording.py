"""What does the mail about an answered question say? The unit and the outcome, and no free text.

Titles, reasons and names of certificates are typed by people who know whose training it is: they
stand on the page, for those who may see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from selfcheck.training.kinds import Format
from selfcheck.training.lengths import describe_minutes


@dataclass(frozen=True, kw_only=True)
class Answered:
    """Which question the mail is about, and what became of it."""

    unit: str
    asked_on: date
    format: Format
    duration_minutes: int
    verdict: str  # „anerkannt als …“ or „nicht anerkannt“
    is_changed: bool  # an earlier decision


def tell_answered(one: Answered) -> tuple[str, str]:
    """Return subject and text of the mail to the office that asked."""
    question = f"die Anfrage zur Anerkennung vom {one.asked_on:%d.%m.%Y} für {one.unit}"
    if one.is_changed:
        subject = f"Entscheidung zur Anerkennung geändert: {one.unit}, {one.asked_on:%d.%m.%Y}"
        told = f"über {question} ist neu entschieden. Die Schulung ist jetzt {one.verdict}."
    else:
        subject = f"Anfrage zur Anerkennung beantwortet: {one.unit}, {one.asked_on:%d.%m.%Y}"
        told = f"über {question} ist entschieden. Die Schulung ist {one.verdict}."
    about = f"Es geht um: {one.format.value}, {describe_minutes(one.duration_minutes)}"
    where = "Die Bezeichnung der Schulung und die Antwort stehen in der Anwendung."
    return subject, f"Guten Tag,\n\n{told}\n\n{about}\n\n{where}\n"
