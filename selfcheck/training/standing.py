"""How do an office's people stand towards the mandate? Rows of lists, and the counts of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from selfcheck.training.mandate import Fulfilment, Group, Obstacle, Verdict


class Presence(StrEnum):
    """Whether somebody works here on the day in question."""

    HERE = "here"
    TO_COME = "to-come"
    LEFT = "left"


class State(StrEnum):
    """What a person's row says; an open one says what it is open for."""

    NO_TRAINING = "no-training"
    NO_EVIDENCE = "no-evidence"
    AWAITS_DECISION = "awaits-decision"
    AREA_OPEN = "area-open"
    PLANNED = "planned"
    TOO_SHORT = "too-short"
    OUTSIDE_PERIOD = "outside-period"
    REJECTED = "rejected"
    OTHER_AREA = "other-area"
    FULFILLED = "fulfilled"
    OUTSIDE = "outside"
    TO_COME = "to-come"
    LEFT = "left"

    @property
    def label(self) -> str:
        """The state as filters and lists name it."""
        return STATE_LABELS[self]


STATE_LABELS = {
    State.NO_TRAINING: "ohne Schulung",
    State.NO_EVIDENCE: "Nachweis fehlt",
    State.AWAITS_DECISION: "wartet auf Entscheidung",
    State.AREA_OPEN: "Kompetenzbereich offen",
    State.PLANNED: "Schulung geplant",
    State.TOO_SHORT: "Schulung zu kurz",
    State.OUTSIDE_PERIOD: "außerhalb des Zeitraums",
    State.REJECTED: "nicht anerkannt",
    State.OTHER_AREA: "anderer Bereich nötig",
    State.FULFILLED: "erfüllt",
    State.OUTSIDE: "nicht in der Zielgruppe",
    State.TO_COME: "zurzeit nicht hier",
    State.LEFT: "ausgeschieden",
}
OPEN_STATES = tuple(State)[: tuple(State).index(State.FULFILLED)]
STATE_OF_OBSTACLE = {
    Obstacle.NO_EVIDENCE: State.NO_EVIDENCE,
    Obstacle.AWAITS_DECISION: State.AWAITS_DECISION,
    Obstacle.AREA_OPEN: State.AREA_OPEN,
    Obstacle.NOT_YET: State.PLANNED,
    Obstacle.TOO_SHORT: State.TOO_SHORT,
    Obstacle.TOO_EARLY: State.OUTSIDE_PERIOD,
    Obstacle.TOO_LATE: State.OUTSIDE_PERIOD,
    Obstacle.REJECTED: State.REJECTED,
    Obstacle.OTHER_AREA: State.OTHER_AREA,
}


class Standing(NamedTuple):
    """A person's row: who, where, in which group, and how the mandate stands."""

    person_id: int
    number: str
    last_name: str
    first_name: str
    sort_key: str
    unit_id: int
    group: Group | None
    presence: Presence
    verdict: Verdict

    @property
    def name(self) -> str:
        """Last and first name, as lists sort them."""
        return f"{self.last_name}, {self.first_name}"

    @property
    def state(self) -> State:
        """What the row says."""
        if self.presence is not Presence.HERE:
            return State.LEFT if self.presence is Presence.LEFT else State.TO_COME
        if self.verdict.fulfilment is Fulfilment.OUTSIDE:
            return State.OUTSIDE
        if self.verdict.fulfilment is Fulfilment.FULFILLED:
            return State.FULFILLED
        hardest = self.verdict.hardest
        return STATE_OF_OBSTACLE[hardest] if hardest else State.NO_TRAINING

    @property
    def is_open(self) -> bool:
        """Whether the person still has to fulfil the mandate."""
        return self.state in OPEN_STATES


class Choice(StrEnum):
    """What a list of people is narrowed to, beside the single states."""

    PRESENT = ""
    OPEN = "open"
    TARGET = "target"


def presence_on(
    first_day: date, last_day: date | None, day: date, *, comes_back: bool = False
) -> Presence:
    """Return whether an assignment runs on a day, or is over, or is yet to begin.

    Whoever ``comes_back`` in a later assignment has not left.
    """
    if day < first_day:
        return Presence.TO_COME
    if last_day is None or day <= last_day:
        return Presence.HERE
    return Presence.TO_COME if comes_back else Presence.LEFT


def narrow(
    standings: Iterable[Standing], *, state: str = "", group: Group | None = None
) -> list[Standing]:
    """Return the rows of a choice or a single state, and of a group.

    Without a state those who left are not among them.
    """
    return [
        one for one in standings if _is_chosen(one, state) and (group is None or one.group is group)
    ]


@dataclass(frozen=True, kw_only=True)
class GroupCount:
    """How many of a group there are, and how many of them have fulfilled the mandate."""

    group: Group
    people: int
    fulfilled: int

    @property
    def open(self) -> int:
        """How many still have to: as many places in trainings are needed."""
        return self.people - self.fulfilled

    @property
    def share(self) -> float | None:
        """The share of those who fulfilled (0 to 1); None where there is nobody."""
        return self.fulfilled / self.people if self.people else None


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The figures of an office's first page."""

    groups: Sequence[GroupCount]
    # How many open people there are for each reason, in the order of State; without zeros.
    blocking: dict[State, int]

    @property
    def open(self) -> int:
        """How many people are open in all groups."""
        return sum(one.open for one in self.groups)


def count_progress(standings: Sequence[Standing]) -> Progress:
    """Count the people who are here; every open one stands under exactly one reason."""
    counts = Counter((one.group, one.state) for one in standings)
    groups = [
        GroupCount(
            group=group,
            people=sum(counts[group, state] for state in (*OPEN_STATES, State.FULFILLED)),
            fulfilled=counts[group, State.FULFILLED],
        )
        for group in Group
    ]
    blocking = {
        state: sum(counts[group, state] for group in (*Group, None)) for state in OPEN_STATES
    }
    return Progress(groups=groups, blocking={state: n for state, n in blocking.items() if n})


def _is_chosen(one: Standing, state: str) -> bool:
    if state == Choice.PRESENT:
        return one.presence is not Presence.LEFT
    if state == Choice.OPEN:
        return one.is_open
    if state == Choice.TARGET:
        return one.is_open or one.state is State.FULFILLED
    return one.state == state
