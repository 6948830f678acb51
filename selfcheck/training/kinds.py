"""Which words describe a training? The values are the official ones (interfaces.md)."""

from __future__ import annotations

from enum import StrEnum


class Area(StrEnum):
    """What a training is about („Kompetenz“); Schulungskonzept, section 4."""

    DEMOCRATIC = "demokratische Kompetenz"
    INTERCULTURAL = "interkulturelle Kompetenz"
    MULTILINGUAL = "Mehrsprachigkeit"
    PLAIN_COMMUNICATION = "bürgernahe Kommunikation"


class Format(StrEnum):
    """How a training is held; Schulungskonzept, section 4."""

    ON_SITE = "Präsenzschulung"
    ONLINE = "Online-Schulung"
    E_LEARNING = "E-Learning"
    SYMPOSIUM = "Fachtagung"
    CONGRESS = "Fachkongress"


class Origin(StrEnum):
    """Who arranged a training („Herkunft“); Schulungskonzept, section 5."""

    CENTRAL = "zentral"
    EXTERNAL = "extern"
    OFF_DUTY = "außerhalb der Dienstzeit"


class LengthUnit(StrEnum):
    """In what a length is entered: Stunden of 60, Unterrichtseinheiten of 45 minutes."""

    HOURS = "h"
    LESSONS = "UE"

    @property
    def minutes(self) -> int:
        """How many minutes one of them lasts."""
        return {LengthUnit.HOURS: 60, LengthUnit.LESSONS: 45}[self]


class EvidenceKind(StrEnum):
    """What shows that somebody took part."""

    CERTIFICATE = "certificate"
    SEEN = "seen"
    CENTRAL = "central"


class Outcome(StrEnum):
    """How the commissioner decided about a doubtful training."""

    RECOGNISED = "recognised"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # by the office, before it was decided


class RecordEvent(StrEnum):
    """What can happen to a training record once it is there."""

    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    EVIDENCE_ADDED = "evidence-added"
    EVIDENCE_REMOVED = "evidence-removed"
    QUESTION_ASKED = "question-asked"
    QUESTION_WITHDRAWN = "question-withdrawn"
    DECIDED = "decided"

    @property
    def label(self) -> str:
        """The event as the history shows it."""
        return RECORD_EVENT_LABELS[self]


RECORD_EVENT_LABELS = {
    RecordEvent.CORRECTED: "berichtigt",
    RecordEvent.WITHDRAWN: "zurückgezogen",
    RecordEvent.EVIDENCE_ADDED: "Nachweis hinzugefügt",
    RecordEvent.EVIDENCE_REMOVED: "Nachweis entfernt",
    RecordEvent.QUESTION_ASKED: "Anerkennung angefragt",
    RecordEvent.QUESTION_WITHDRAWN: "Anfrage zurückgenommen",
    RecordEvent.DECIDED: "über die Anerkennung entschieden",
}
