"""Is a training recognised, and has a person fulfilled the Schulungsauftrag?

Schulungskonzept of 16.05.2024, sections 2 to 6. The figures are data of a ``Mandate``; the rules
below hold for any. What the concept leaves open is decided here and marked (D).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

from selfcheck.training.kinds import Area


class Group(StrEnum):
    """Whom the mandate is for (section 3)."""

    MANAGERS = "Führungskräfte"
    EMPLOYEES = "Beschäftigte"


class Obstacle(StrEnum):
    """Why a training is not recognised or, the last, does not fulfil for the person's group.

    The order is that of effort: what comes first is mended most easily.
    """

    NO_EVIDENCE = "no-evidence"
    AWAITS_DECISION = "awaits-decision"
    AREA_OPEN = "area-open"
    NOT_YET = "not-yet"
    TOO_SHORT = "too-short"
    TOO_EARLY = "too-early"
    TOO_LATE = "too-late"
    REJECTED = "rejected"
    OTHER_AREA = "other-area"


EFFORT = {obstacle: effort for effort, obstacle in enumerate(Obstacle)}
# The others stay whatever the office does: another training is needed.
MENDABLE = frozenset(
    {Obstacle.NO_EVIDENCE, Obstacle.AWAITS_DECISION, Obstacle.AREA_OPEN, Obstacle.NOT_YET}
)


@dataclass(frozen=True, kw_only=True)
class Mandate:
    """A Schulungsauftrag: its period, the least length of a training, and what fulfils it."""

    # What stored tables name it by.
    key: str
    title: str
    first_day: date
    last_day: date
    minimum_minutes: int
    # The areas of which one training is enough, for each group.
    areas: Mapping[Group, frozenset[Area]]
    # Where the source says so, for each obstacle.
    sections: Mapping[Obstacle, str]


class Facts(Protocol):
    """What decides whether a training is recognised, whoever completed it."""

    @property
    def area(self) -> Area | None:
        """What it is about; None: still to be clarified."""

    @property
    def last_day(self) -> date:
        """The day on which it was completed."""

    @property
    def duration_minutes(self) -> int:
        """How long it was."""

    @property
    def has_evidence(self) -> bool:
        """Whether a certificate or the central training unit proves it."""

    @property
    def is_rejected(self) -> bool:
        """Whether the commissioner decided that it does not count."""

    @property
    def awaits_decision(self) -> bool:
        """Whether the commissioner is asked about it."""


class Training(NamedTuple):
    """What the rules need to know of a training record; withdrawn records are not among them.

    A tuple, like all of which lists make thousands: a frozen dataclass takes thrice as long.
    """

    record_id: int
    title: str
    area: Area | None
    last_day: date
    duration_minutes: int
    has_evidence: bool
    # The commissioner's decision about its recognition.
    is_rejected: bool = False
    awaits_decision: bool = False


class Fulfilment(StrEnum):
    """How a person stands towards the mandate."""

    OPEN = "open"
    FULFILLED = "fulfilled"
    OUTSIDE = "outside"


class Verdict(NamedTuple):
    """Whether a person has fulfilled the mandate on a day, by what, or what is nearest to it.

    ``training`` is the one that fulfils or, while open, the one that is nearest to it, with all
    its ``obstacles``; None where there is no training at all.
    """

    fulfilment: Fulfilment
    training: Training | None = None
    obstacles: tuple[Obstacle, ...] = ()

    @property
    def hardest(self) -> Obstacle | None:
        """The obstacle that decides what is to be done."""
        return max(self.obstacles, key=EFFORT.__getitem__, default=None)


def group_of(*, is_manager: bool, has_citizen_contact: bool, does_media_work: bool) -> Group | None:
    """Return the group of an assignment; None: outside the target group (section 3).

    A manager with citizen contact is a manager, and counted once (D).
    """
    if is_manager:
        return Group.MANAGERS
    return Group.EMPLOYEES if has_citizen_contact or does_media_work else None


def find_obstacles(training: Facts, mandate: Mandate, on: date) -> tuple[Obstacle, ...]:
    """Return every reason why a training is not recognised on a day; none: it is.

    A training may start before the mandate's period, if it was completed within it (D). Today's
    date plays no part: what ends by the day and has evidence counts (D).
    """
    found = []
    if not training.has_evidence:
        found.append(Obstacle.NO_EVIDENCE)
    if training.is_rejected:
        found.append(Obstacle.REJECTED)
    elif training.area is None:
        is_asked = training.awaits_decision
        found.append(Obstacle.AWAITS_DECISION if is_asked else Obstacle.AREA_OPEN)
    if training.last_day > mandate.last_day:
        found.append(Obstacle.TOO_LATE)
    elif training.last_day > on:
        found.append(Obstacle.NOT_YET)
    elif training.last_day < mandate.first_day:
        found.append(Obstacle.TOO_EARLY)
    if training.duration_minutes < mandate.minimum_minutes:
        found.append(Obstacle.TOO_SHORT)
    return tuple(found)


def is_recognised(training: Facts, mandate: Mandate, on: date) -> bool:
    """Return whether a training counts on a day, whoever completed it."""
    return not find_obstacles(training, mandate, on)


def find_obstacles_for(
    training: Facts, group: Group, mandate: Mandate, on: date
) -> tuple[Obstacle, ...]:
    """Return every reason why a training does not fulfil the mandate for a group on a day."""
    found = find_obstacles(training, mandate, on)
    is_other = training.area is not None and training.area not in mandate.areas[group]
    return (*found, Obstacle.OTHER_AREA) if is_other else found


def judge(
    group: Group | None, trainings: Sequence[Training], mandate: Mandate, on: date
) -> Verdict:
    """Return how a person of a group stands towards the mandate on a day.

    The group on that day decides, whatever it was at the time of a training (D).
    """
    if group is None:
        return Verdict(Fulfilment.OUTSIDE)
    candidates = [(find_obstacles_for(one, group, mandate, on), one) for one in trainings]
    fulfilling = [training for obstacles, training in candidates if not obstacles]
    if fulfilling:
        first = min(fulfilling, key=lambda one: (one.last_day, one.record_id))
        return Verdict(Fulfilment.FULFILLED, first)
    if not candidates:
        return Verdict(Fulfilment.OPEN)
    obstacles, nearest = min(candidates, key=lambda pair: _distance(*pair))
    return Verdict(Fulfilment.OPEN, nearest, obstacles)


def _distance(
    obstacles: tuple[Obstacle, ...], training: Training
) -> tuple[bool, int, int, int, int]:
    """Order trainings by what they lack: first those that can be mended at all."""
    hardest = max(map(EFFORT.__getitem__, obstacles), default=-1)
    return (
        not MENDABLE.issuperset(obstacles),
        len(obstacles),
        hardest,
        -training.duration_minutes,
        training.record_id,
    )
