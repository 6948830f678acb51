"""What one side of a figure costs, and the two sides beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import NamedTuple


class Place(NamedTuple):
    """Where something was measured."""

    people: int
    database: str


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Of a command: times in seconds, the peak of the process in MB, queries of one run."""

    wall: float
    cpu: float
    memory_mb: float
    queries: float


@dataclass(frozen=True, kw_only=True)
class PageCost:
    """Of a visit: how long each took, for how long there were visits, and what each cost."""

    durations: Sequence[float]
    seconds: float
    cpu: float
    memory_mb: float
    queries: float

    @property
    def rate(self) -> float:
        """Visits in a second."""
        return len(self.durations) / self.seconds

    @property
    def p50(self) -> float:
        """Half of the visits took no longer, in seconds."""
        return self._quantile(0.5)

    @property
    def p99(self) -> float:
        """Of a hundred visits, 99 took no longer, in seconds."""
        return self._quantile(0.99)

    def _quantile(self, share: float) -> float:
        return sorted(self.durations)[ceil(share * len(self.durations)) - 1]


@dataclass(frozen=True)
class Figure:
    """A command beside its floor."""

    name: str
    place: Place
    subject: Cost
    floor: Cost

    @property
    def ratio(self) -> float:
        """How many times as long as its floor it takes."""
        return self.subject.wall / self.floor.wall


@dataclass(frozen=True)
class PageFigure:
    """A visit beside its floor."""

    name: str
    place: Place
    subject: PageCost
    floor: PageCost

    @property
    def share(self) -> float:
        """Its rate as a share of the floor's."""
        return self.subject.rate / self.floor.rate


def summarise(runs: Sequence[dict[str, float]]) -> Cost:
    """Return the median of the times; the peak and the queries of the last run."""
    return Cost(
        wall=median(run["wall"] for run in runs),
        cpu=median(run["cpu"] for run in runs),
        memory_mb=runs[-1]["memory_mb"],
        queries=runs[-1]["queries"],
    )
