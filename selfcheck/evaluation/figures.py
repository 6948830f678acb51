"""Which figures does a row of the Auswertungstabelle hold, and when are they right?

Schulungskonzept, section 6; rules.md, „The Auswertungstabelle“.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from selfcheck.training.kinds import Area


class Figures(NamedTuple):
    """A row of the table, in the order of its columns; all are numbers of people or trainings."""

    people: int = 0
    democratic: int = 0
    intercultural: int = 0
    multilingual: int = 0
    plain_communication: int = 0
    trainings: int = 0
    people_trained: int = 0
    fulfilled: int = 0
    unfulfilled: int = 0

    @property
    def quota(self) -> float | None:
        """The share of the people who have fulfilled the mandate; None where there are none."""
        return self.fulfilled / self.people if self.people else None


COLUMN_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "people": "Zielgruppe",
        "democratic": Area.DEMOCRATIC.value,
        "intercultural": Area.INTERCULTURAL.value,
        "multilingual": Area.MULTILINGUAL.value,
        "plain_communication": Area.PLAIN_COMMUNICATION.value,
        "trainings": "Schulungen gesamt",
        "people_trained": "Personen mit Schulung",
        "fulfilled": "Auftrag erfüllt",
        "unfulfilled": "Auftrag nicht erfüllt",
    }
)
QUOTA_LABEL = "Erfüllungsquote"
AREA_COLUMNS: Mapping[Area, str] = MappingProxyType(
    {
        Area.DEMOCRATIC: "democratic",
        Area.INTERCULTURAL: "intercultural",
        Area.MULTILINGUAL: "multilingual",
        Area.PLAIN_COMMUNICATION: "plain_communication",
    }
)
NO_FIGURES = Figures()


class BrokenTableError(Exception):
    """A table contradicts itself; it must not be shown, stored or exported."""


def add_up(rows: Iterable[Figures]) -> Figures:
    """Return the sum of rows; no rows make a row of zeros."""
    return Figures(*map(sum, zip(NO_FIGURES, *rows, strict=True)))


def check_figures(figures: Figures, where: str) -> None:
    """Raise BrokenTableError, naming the row, unless the figures fit each other."""
    areas = sum(getattr(figures, column) for column in AREA_COLUMNS.values())
    problems = {
        "eine Zahl ist negativ": min(figures) < 0,
        "erfüllt + nicht erfüllt ≠ Zielgruppe": (
            figures.fulfilled + figures.unfulfilled != figures.people
        ),
        "Summe der Kompetenzen ≠ Schulungen gesamt": areas != figures.trainings,
        "erfüllt > Personen mit Schulung": figures.fulfilled > figures.people_trained,
        "Personen mit Schulung > Zielgruppe": figures.people_trained > figures.people,
        "mehr Personen mit Schulung als Schulungen": figures.people_trained > figures.trainings,
    }
    found = [problem for problem, is_there in problems.items() if is_there]
    if found:
        raise BrokenTableError(f"{where}: {'; '.join(found)} ({tuple(figures)})")
