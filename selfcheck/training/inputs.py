"""What a person enters about a training, and what proves it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from selfcheck.documents import Document
from selfcheck.training.kinds import Area, Format, LengthUnit, Origin
from selfcheck.training.lengths import describe_length


# A list names the same few titles again and again.
@lru_cache(maxsize=1_000)
def title_key(title: str) -> str:
    """Return the form in which two titles are compared: neither case nor blanks count."""
    return " ".join(unicodedata.normalize("NFC", title).casefold().split())


@dataclass(frozen=True, kw_only=True)
class TrainingInput:
    """A training as a form or a list describes it."""

    title: str
    provider: str
    area: Area | None
    format: Format
    origin: Origin
    first_day: date
    last_day: date
    duration_minutes: int
    length_unit: LengthUnit

    @property
    def key(self) -> tuple[str, date, date]:
        """What makes two trainings of one person the same."""
        return title_key(self.title), self.first_day, self.last_day

    def cells(self) -> list[tuple[str, str]]:
        """Return labels and values as people read them; a correction compares them."""
        return [
            ("Titel", self.title),
            ("Anbieter", self.provider),
            ("Kompetenz", self.area.value if self.area else "noch zu klären"),
            ("Format", self.format.value),
            ("Herkunft", self.origin.value),
            ("Beginn", f"{self.first_day:%d.%m.%Y}"),
            ("Ende", f"{self.last_day:%d.%m.%Y}"),
            ("Umfang", describe_length(self.duration_minutes, self.length_unit)),
        ]


@dataclass(frozen=True, kw_only=True)
class EvidenceInput:
    """What proves trainings: files that were checked, and the day an original was seen."""

    documents: tuple[Document, ...] = ()
    seen_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class QuestionInput:
    """What the commissioner is asked about a training."""

    content: str
    question: str
    attaches_certificate: bool
