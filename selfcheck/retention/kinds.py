"""What is deleted after a time? Each kind by the word that the commands and pages show."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Kind(StrEnum):
    """A kind of data with a period of its own; ``label`` is what people read."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        """Make a member of its value and its German label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    # People before certificates: what goes with a person need not be emptied before.
    PEOPLE = "people", "Ausgeschiedene Personen mit Schulungen und Nachweisen"
    CERTIFICATES = "certificates", "Dateien von Zertifikaten"
    WAITING = "waiting", "Zertifikate, die niemand zuordnet"
    IMPORTS = "imports", "Importe von Personallisten mit dem Stand davor"
    UPLOADS = "uploads", "Hochgeladene Listen, die niemand übernimmt"
    MESSAGES = "messages", "Gelesene Nachrichten"
    SUPPORT = "support", "Abgeschlossene Anfragen um Unterstützung"
    VOTES = "votes", "Teamrunden mit ihren Antworten"
    ATTEMPTS = "attempts", "Zähler der Anmeldeversuche"
    SESSIONS = "sessions", "Abgelaufene Sitzungen"
    LOGINS = "logins", "Protokoll: An- und Abmeldungen"
    AUDIT = "audit", "Protokoll: alles andere"
    DRAFTS = "drafts", "Entwürfe von Selbstchecks, an denen niemand schreibt"

    @property
    def is_deleted(self) -> bool:
        """Whether a run deletes it; drafts are the unit's work and are only counted."""
        return self is not Kind.DRAFTS
