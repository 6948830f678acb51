"""Trainings of the demo city: who took part in what, who entered it, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Role
from selfcheck.demo.aims import Aim
from selfcheck.demo.checks import LAST_DAY
from selfcheck.demo.courses import Course, choose_single
from selfcheck.demo.people import DemoPerson
from selfcheck.training.inputs import TrainingInput
from selfcheck.training.kinds import Area, EvidenceKind, LengthUnit, Origin, RecordEvent
from selfcheck.training.mandates import CURRENT_MANDATE
from selfcheck.training.models import Certificate, Evidence, TrainingEvent, TrainingRecord
from selfcheck.training.record_service import apply_input
from selfcheck.training.standing import State

SEED = 20261124
LAST_MOMENT = datetime.combine(LAST_DAY, time(14, 30), tzinfo=UTC)
# Nobody entered trainings before the Schulungskonzept of 16.05.2024.
FIRST_ENTRIES = date(2024, 6, 3)
NUMBERS_OF_TRAININGS = {1: 44, 2: 33, 3: 16, 4: 7}
IN_HOUSE_SHARE, CENTRAL_SHARE = 0.4, 0.7
CONFIRMED_SHARE, SCANNED_SHARE = 0.88, 0.6
OUTSIDE_SHARE, LEFT_SHARE = 0.4, 0.6
WITHDRAWN_SHARE, CORRECTED_SHARE = 0.05, 0.04
CORRECTIONS = (
    "Laut Zertifikat dauerte die Schulung länger.",
    "Zahlendreher beim Umfang berichtigt.",
    "Stunden und Unterrichtseinheiten verwechselt.",
)
WITHDRAWALS = (
    "Doppelt eingetragen, unter zwei Titeln.",
    "Die Person hat abgesagt und nicht teilgenommen.",
    "Bei der falschen Person eingetragen; gleicher Name.",
)


@dataclass(frozen=True)
class Desk:
    """Who enters trainings, for which office; and the dice."""

    random: Random
    officers: Mapping[str, User]
    hr: User
    commissioner: User


def open_desk(random: Random, users: Mapping[DemoPerson, User]) -> Desk:
    """Find those who enter and decide among the users."""
    by_role = {person.role: user for person, user in users.items()}
    officers = {
        person.unit: user
        for person, user in users.items()
        if person.role is Role.TRAINING_OFFICER and person.unit
    }
    return Desk(random, officers, by_role[Role.HR], by_role[Role.COMMISSIONER])


@dataclass
class Trainings:
    """The records, and those of them that certificates are still to prove."""

    records: list[TrainingRecord] = field(default_factory=list)
    on_lists: dict[Course, list[TrainingRecord]] = field(default_factory=dict)
    # With the number of the office.
    alone: list[tuple[str, TrainingRecord]] = field(default_factory=list)


def make_trainings(desk: Desk, aims: Sequence[Aim], courses: Sequence[Course]) -> Trainings:
    """Let everybody train until the state comes out that was aimed at."""
    made = Trainings()
    for aim in aims:
        done = set()
        for kind, areas in _wishes(desk.random, aim):
            entered, course = _choose(desk.random, aim, kind, areas, courses)
            if entered.key in done:
                continue
            done.add(entered.key)
            record = enter(desk, aim, entered)
            made.records.append(record)
            officer = desk.officers.get(aim.office)
            if officer and desk.random.random() < CORRECTED_SHARE:
                _correct(desk, record, entered, officer)
            if aim.state is not State.NO_EVIDENCE and entered.last_day <= LAST_DAY:
                _prove(desk, made, aim, record, course)
        officer = desk.officers.get(aim.office)
        if officer and done and desk.random.random() < WITHDRAWN_SHARE:
            made.records.append(_withdraw(desk, aim, officer))
    return made


def enter(desk: Desk, aim: Aim, entered: TrainingInput) -> TrainingRecord:
    """Make the record of a person's training, entered some days after it."""
    if entered.last_day > LAST_DAY:
        day = LAST_DAY - timedelta(days=desk.random.randrange(2, 45))
    elif entered.last_day < FIRST_ENTRIES:
        day = FIRST_ENTRIES + timedelta(days=desk.random.randrange(600))
    else:
        day = entered.last_day + timedelta(days=desk.random.randrange(2, 40))
    at = datetime.combine(day, time(7), tzinfo=UTC) + timedelta(minutes=desk.random.randrange(450))
    user = desk.hr if entered.origin is Origin.CENTRAL else desk.officers.get(aim.office)
    record = TrainingRecord(
        person=aim.person,
        recorded_at=min(at, LAST_MOMENT),
        recorded_by_id=user.id if user else None,
        revision=1,
    )
    apply_input(record, entered)
    return record


def prove_by_certificate(
    record: TrainingRecord, certificate: Certificate, user: User | None, at: datetime
) -> None:
    """Let a file prove a record."""
    evidence = Evidence(kind=EvidenceKind.CERTIFICATE, certificate=certificate)
    _add_evidence(record, evidence, certificate.filename, user, at)


def prove_by_sight(record: TrainingRecord, user: User | None, at: datetime) -> None:
    """Let somebody have seen the original."""
    evidence = Evidence(kind=EvidenceKind.SEEN, seen_on=max(record.last_day, at.date()))
    description = f"Original gesehen am {evidence.seen_on:%d.%m.%Y}"
    _add_evidence(record, evidence, description, user, at)


def moment_after(desk: Desk, record: TrainingRecord, days: int = 20) -> datetime:
    """Return a moment after all that has happened to a record, and not after LAST_MOMENT."""
    before = max([record.recorded_at, *(event.at for event in record.events)])
    later = before + timedelta(days=desk.random.randrange(days), minutes=desk.random.randrange(90))
    return min(later, LAST_MOMENT)


def add_event(
    record: TrainingRecord,
    kind: RecordEvent,
    user: User | None,
    at: datetime,
    *,
    reason: str = "",
    changes: Sequence[tuple[str, str, str]] = (),
) -> None:
    """Write a step into the history of a record, as the services do at their own time."""
    record.revision += 1
    event = TrainingEvent(kind=kind, at=at, reason=reason, changes=[list(one) for one in changes])
    event.actor_id = user.id if user else None
    record.events.append(event)


def _wishes(random: Random, aim: Aim) -> list[tuple[State, list[Area]]]:
    """Return the kinds of trainings that lead to a state, and in which areas."""
    everything = list(Area)
    own = [area for area in Area if aim.group and area in CURRENT_MANDATE.areas[aim.group]]
    if aim.state is State.FULFILLED:
        counts, weights = list(NUMBERS_OF_TRAININGS), list(NUMBERS_OF_TRAININGS.values())
        others = random.choices(counts, weights)[0] - 1
        kinds = random.choices((State.FULFILLED, State.TOO_SHORT, State.OUTSIDE_PERIOD), (8, 2, 1),
                               k=others)  # fmt: skip
        return [(State.FULFILLED, own), *((kind, everything) for kind in kinds)]
    if aim.state is State.NO_EVIDENCE:
        return [(State.FULFILLED, own)]
    if aim.state is State.OTHER_AREA:
        return [(State.FULFILLED, [area for area in Area if area not in own])]
    if aim.state in {State.AREA_OPEN, State.PLANNED, State.TOO_SHORT, State.OUTSIDE_PERIOD}:
        return [(aim.state, own)]
    share = {State.OUTSIDE: OUTSIDE_SHARE, State.LEFT: LEFT_SHARE}.get(aim.state, 0)
    return [(State.FULFILLED, everything)] if random.random() < share else []


def _choose(
    random: Random, aim: Aim, kind: State, areas: Sequence[Area], courses: Sequence[Course]
) -> tuple[TrainingInput, Course | None]:
    fitting = [one for one in courses if one.kind is kind and one.entered.area in areas]
    in_house = [one for one in fitting if one.office == aim.office]
    central = [one for one in fitting if not one.office]
    # Whoever took part in a training of the own office stands on its list.
    if in_house and aim.state is not State.NO_EVIDENCE and random.random() < IN_HOUSE_SHARE:
        course = random.choice(in_house)
    elif central and random.random() < CENTRAL_SHARE:
        course = random.choice(central)
    else:
        return choose_single(random, kind, areas), None
    return course.entered, course


def _prove(
    desk: Desk, made: Trainings, aim: Aim, record: TrainingRecord, course: Course | None
) -> None:
    officer = desk.officers.get(aim.office)
    if course is not None and course.office:
        made.on_lists.setdefault(course, []).append(record)
    elif record.origin is Origin.CENTRAL and desk.random.random() < CONFIRMED_SHARE:
        evidence = Evidence(kind=EvidenceKind.CENTRAL)
        description = "Bestätigung der zentralen Fortbildung"
        _add_evidence(record, evidence, description, desk.hr, moment_after(desk, record))
    elif course is None and desk.random.random() < SCANNED_SHARE:
        made.alone.append((aim.office, record))
    else:
        prove_by_sight(record, officer, moment_after(desk, record))


def _add_evidence(
    record: TrainingRecord, evidence: Evidence, description: str, user: User | None, at: datetime
) -> None:
    evidence.added_at, evidence.added_by_id = at, user.id if user else None
    record.evidence.append(evidence)
    changes = [("Nachweis", "", description)]
    add_event(record, RecordEvent.EVIDENCE_ADDED, user, at, changes=changes)


def _correct(desk: Desk, record: TrainingRecord, entered: TrainingInput, officer: User) -> None:
    """Pretend that something else was entered at first."""
    minutes = max(LengthUnit.LESSONS.minutes, entered.duration_minutes - 2 * 45)
    before = replace(entered, duration_minutes=minutes)
    changes = [
        (label, old, new)
        for (label, old), (_, new) in zip(before.cells(), entered.cells(), strict=True)
        if old != new
    ]
    at, reason = moment_after(desk, record), desk.random.choice(CORRECTIONS)
    add_event(record, RecordEvent.CORRECTED, officer, at, reason=reason, changes=changes)


def _withdraw(desk: Desk, aim: Aim, officer: User) -> TrainingRecord:
    entered = choose_single(desk.random, State.FULFILLED, list(Area))
    record = enter(desk, aim, entered)
    record.withdrawn_at = moment_after(desk, record)
    reason = desk.random.choice(WITHDRAWALS)
    add_event(record, RecordEvent.WITHDRAWN, officer, record.withdrawn_at, reason=reason)
    return record
