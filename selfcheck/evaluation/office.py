"""What stands behind an office's figures, what is still to be mended, and what could become of it?

All of it is drawn from the same people and the same rule as the table (table.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from selfcheck.evaluation.figures import AREA_COLUMNS, Figures
from selfcheck.evaluation.table import CompletedTraining, Member, Recognition, posting_on
from selfcheck.training.mandate import (
    Group,
    Mandate,
    Obstacle,
    find_obstacles,
    find_obstacles_for,
)


class Gap(StrEnum):
    """What keeps a training from counting although the office can mend it."""

    NO_EVIDENCE = Obstacle.NO_EVIDENCE.value
    AREA_OPEN = Obstacle.AREA_OPEN.value
    AWAITS_DECISION = Obstacle.AWAITS_DECISION.value
    # It takes place between today and the reference date; its evidence can only come then.
    PLANNED = Obstacle.NOT_YET.value


MENDABLE = frozenset({Obstacle.NO_EVIDENCE, Obstacle.AREA_OPEN, Obstacle.AWAITS_DECISION})


@dataclass(frozen=True, slots=True)
class CountedPerson:
    """Somebody who is in an office's table, with what counts of this person."""

    person_id: int
    unit_id: int
    group: Group
    trainings: Sequence[CompletedTraining]
    recognised: Sequence[CompletedTraining]
    is_fulfilled: bool


class Behind(NamedTuple):
    """A training, or a person as a whole (``record_id`` None), that a figure counts."""

    person: CountedPerson
    record_id: int | None


class Forecast(NamedTuple):
    """How many of an office's people fulfil the mandate: now, on the day, and at best."""

    group: Group
    people_today: int
    fulfilled_today: int
    people: int
    fulfilled: int
    # If all that the office can mend is mended in time.
    reachable: int


def list_counted(members: Sequence[Member], mandate: Mandate, on: date) -> list[CountedPerson]:
    """Return the people of the target group, as the table counts them on a day."""
    recognition = Recognition(mandate, on)
    counted = []
    for member in members:
        posting = posting_on(member.postings, on)
        if posting is None or posting.group is None:
            continue
        recognised = recognition.find_recognised(member.trainings)
        counted.append(
            CountedPerson(
                member.person_id,
                posting.unit_id,
                posting.group,
                member.trainings,
                recognised,
                recognition.is_fulfilled(posting.group, recognised),
            )
        )
    return counted


PEOPLE_BEHIND: dict[str, Callable[[CountedPerson], bool]] = {
    "people": lambda _person: True,
    "people_trained": lambda person: bool(person.recognised),
    "fulfilled": lambda person: person.is_fulfilled,
    "unfulfilled": lambda person: not person.is_fulfilled,
}
AREA_BEHIND = {column: area for area, column in AREA_COLUMNS.items()}
assert {*PEOPLE_BEHIND, *AREA_BEHIND, "trainings"} == {*Figures._fields}  # noqa: S101


def list_behind(people: Sequence[CountedPerson], group: Group | None, column: str) -> list[Behind]:
    """Return the people or trainings that a figure counts; ``group`` None: both."""
    chosen = [person for person in people if group is None or person.group is group]
    if column in PEOPLE_BEHIND:
        return [Behind(person, None) for person in chosen if PEOPLE_BEHIND[column](person)]
    area = AREA_BEHIND.get(column)
    return [
        Behind(person, one.record_id)
        for person in chosen
        for one in person.recognised
        if area is None or one.facts.area is area
    ]


def list_gaps(
    people: Sequence[CountedPerson], gap: Gap, mandate: Mandate, on: date, today: date
) -> list[Behind]:
    """Return the trainings that would count if this, and what else can be mended, were mended.

    What has yet to take place is planned, whatever else it lacks.
    """
    return [
        Behind(person, one.record_id)
        for person in people
        for one in person.trainings
        if _has_gap(find_obstacles(one.facts, mandate, on), gap, one.facts.last_day > today)
    ]


def forecast(
    people: Sequence[CountedPerson],
    people_today: Sequence[CountedPerson],
    mandate: Mandate,
    on: date,
) -> list[Forecast]:
    """Return, for each group, where the office stands, will stand and could stand."""
    found = []
    for group in Group:
        now = [person for person in people_today if person.group is group]
        then = [person for person in people if person.group is group]
        found.append(
            Forecast(
                group,
                people_today=len(now),
                fulfilled_today=sum(person.is_fulfilled for person in now),
                people=len(then),
                fulfilled=sum(person.is_fulfilled for person in then),
                reachable=sum(_could_fulfil(person, mandate, on) for person in then),
            )
        )
    return found


def _has_gap(obstacles: Sequence[Obstacle], gap: Gap, is_planned: bool) -> bool:  # noqa: FBT001
    if not obstacles or not MENDABLE.issuperset(obstacles):
        return False
    return gap is Gap.PLANNED if is_planned else Obstacle(gap.value) in obstacles


def _could_fulfil(person: CountedPerson, mandate: Mandate, on: date) -> bool:
    return person.is_fulfilled or any(
        MENDABLE.issuperset(find_obstacles_for(one.facts, person.group, mandate, on))
        for one in person.trainings
    )
