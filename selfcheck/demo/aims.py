"""How do the people of the demo city stand towards the mandate? Decided before they train."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from selfcheck.demo.checks import LAST_DAY
from selfcheck.demo.staff import office_of
from selfcheck.staff.models import Person
from selfcheck.training.mandate import Group, group_of
from selfcheck.training.standing import OPEN_STATES, Presence, State, presence_on

# The share of those who have fulfilled it, six weeks before the end.
FULFILLED_OF_OFFICE = {"33": 0.69, "50": 0.74, "EB56": 0.63, "37": 0.58, "BEA1": 1.0}
LOWEST_SHARE, HIGHEST_SHARE = 0.6, 0.86
# In these at least one person is open for each reason.
SHOWN_OFFICES = ("33", "50")
WEIGHTS = {
    State.NO_TRAINING: 36,
    State.NO_EVIDENCE: 19,
    State.PLANNED: 15,
    State.TOO_SHORT: 10,
    State.AREA_OPEN: 6,
    State.OUTSIDE_PERIOD: 8,
    State.OTHER_AREA: 6,
}


@dataclass(frozen=True)
class Aim:
    """What is to come out for a person; the office is that of today, or the last one."""

    person: Person
    office: str
    group: Group | None
    state: State


def make_aims(
    random: Random, people: Sequence[Person], asked: Mapping[str, Sequence[State]]
) -> list[Aim]:
    """Decide for everybody; ``asked`` are states that an office's questions need."""
    of_office: dict[str, list[Aim]] = defaultdict(list)
    for aim in map(_start, people):
        of_office[aim.office].append(aim)
    aims = []
    for office, undecided in of_office.items():
        needed = [*OPEN_STATES] if office in SHOWN_OFFICES else []
        drawn = random.uniform(LOWEST_SHARE, HIGHEST_SHARE)
        share = FULFILLED_OF_OFFICE.get(office, drawn)
        aims += _decide(random, undecided, share, [*asked.get(office, ()), *needed])
    return aims


def _start(person: Person) -> Aim:
    assignment = person.assignment_on(LAST_DAY) or person.assignments[-1]
    group = group_of(
        is_manager=assignment.is_manager,
        has_citizen_contact=assignment.has_citizen_contact,
        does_media_work=assignment.does_media_work,
    )
    presence = presence_on(assignment.first_day, assignment.last_day, LAST_DAY)
    if presence is not Presence.HERE:
        state = State.LEFT if presence is Presence.LEFT else State.TO_COME
    else:
        state = State.OUTSIDE if group is None else State.NO_TRAINING
    return Aim(person, office_of(assignment.unit).number, group, state)


def _decide(
    random: Random, undecided: Sequence[Aim], share: float, needed: Sequence[State]
) -> list[Aim]:
    """Return the people of an office with their states: first what is needed, then by chance."""
    waiting = list(needed)
    decided = []
    for aim in undecided:
        if aim.group is None or aim.state is not State.NO_TRAINING:
            decided.append(aim)
            continue
        is_manager = aim.group is Group.MANAGERS
        fitting = [one for one in waiting if (one is State.OTHER_AREA) == is_manager]
        if fitting and random.random() < 0.5:
            state = random.choice(fitting)
            waiting.remove(state)
        else:
            state = _draw_state(random, share, is_manager=is_manager)
        decided.append(Aim(aim.person, aim.office, aim.group, state))
    return decided


def _draw_state(random: Random, share: float, *, is_manager: bool) -> State:
    if random.random() < share:
        return State.FULFILLED
    state = random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    is_impossible = state is State.OTHER_AREA and not is_manager
    return State.NO_TRAINING if is_impossible else state
