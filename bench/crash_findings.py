"""Compare what people were told with what is in the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from bench.crash_clients import (
    ROWS,
    STAND,
    Drafter,
    Importer,
    Person,
    Submitter,
    Uploader,
)
from bench.subject import open_application
from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.backup.verify_service import verify_database
from selfcheck.checks.models import Answer as CheckedAnswer
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.states import CheckState
from selfcheck.db import db
from selfcheck.staff.models import Assignment, StaffImport
from selfcheck.staff.models import Person as Employee
from selfcheck.training.models import Certificate, WaitingText

CHECKS, DRAFTS, FILES, LISTS = (
    "submitted self-checks", "drafts saved while typing", "certificates", "lists of staff",
)  # fmt: skip


@dataclass(frozen=True)
class Numbers:
    """How much was confirmed, and how much of that is there."""

    acknowledged: int
    found: int

    @property
    def lost(self) -> int:
        """Confirmed, but not there: must be 0."""
        return self.acknowledged - self.found


@dataclass
class Findings:
    """Numbers by kind of work, and whatever is there by halves, twice, or broken."""

    numbers: dict[str, Numbers] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def lost(self) -> int:
        """The sum over all kinds of work."""
        return sum(one.lost for one in self.numbers.values())


def find_what_is_there(url: str, people: Sequence[Person]) -> Findings:
    """Read the database after the last start, and compare."""
    app = open_application(url)
    with app.app_context():
        findings = Findings(faults=list(verify_database().faults))
        db.session.rollback()
        _find_checks([one for one in people if isinstance(one, Submitter)], findings)
        _find_drafts([one for one in people if isinstance(one, Drafter)], findings)
        _find_files([one for one in people if isinstance(one, Uploader)], findings)
        _find_lists([one for one in people if isinstance(one, Importer)], findings)
        db.session.close()
        db.engine.dispose()
    return findings


def _find_checks(people: Iterable[Submitter], findings: Findings) -> None:
    """Each is there once, with all its answers and one event; and there are no others."""
    told = set[object]().union(*(one.submitted for one in people))
    submitted = SelfCheck.state == CheckState.SUBMITTED
    there = set(db.session.scalars(select(SelfCheck.id).where(submitted)))
    findings.numbers[CHECKS] = Numbers(len(told), len(told & there))
    findings.faults += [f"{CHECKS}: {one} was never confirmed" for one in there - told]
    answered = (
        select(SelfCheck.id)
        .where(submitted)
        .join(CheckedAnswer, CheckedAnswer.check_id == SelfCheck.id)
        .where(CheckedAnswer.points.is_not(None))
        .group_by(SelfCheck.id)
        .having(func.count() == 8)
    )
    whole = set(db.session.scalars(answered))
    findings.faults += [f"{CHECKS}: {one} is there by halves" for one in there - whole]
    events = _count_events(Action.CHECK_SUBMITTED)
    if events != len(there):
        findings.faults.append(f"{CHECKS}: {events} events for {len(there)}")


def _find_drafts(people: Iterable[Drafter], findings: Findings) -> None:
    """Look whether a draft says what was saved last, or what was sent after that."""
    acknowledged = found = 0
    for person in people:
        query = select(CheckedAnswer.text).where(
            CheckedAnswer.check_id == person.check_id, CheckedAnswer.question_id == "next_steps"
        )
        text = db.session.scalar(query) or STAND.format(0)
        stand = int(text.removeprefix(STAND.format("")))
        acknowledged += person.confirmed
        found += person.confirmed - max(0, person.saved - stand)
        if not person.saved <= stand <= person.tried:
            findings.faults.append(f"{DRAFTS}: {stand}, saved was {person.saved}")
    findings.numbers[DRAFTS] = Numbers(acknowledged, found)


def _find_files(people: Iterable[Uploader], findings: Findings) -> None:
    """Files that were sent together came together or not at all; each with its bytes and text."""
    there = Counter(db.session.scalars(select(Certificate.filename)))
    people = list(people)
    told = [names for one in people for names in one.kept]
    doubted = [names for one in people for names in one.in_doubt]
    sent = {name for names in [*told, *doubted] for name in names}
    findings.numbers[FILES] = Numbers(
        sum(map(len, told)), sum(there[name] > 0 for names in told for name in names)
    )
    findings.faults += [f"{FILES}: {name} is there {n} times" for name, n in there.items() if n > 1]
    findings.faults += [
        f"{FILES}: {names} came in part"
        for names in doubted
        if len({there[name] for name in names}) > 1
    ]
    findings.faults += [f"{FILES}: {name} was never sent" for name in set(there) - sent]
    texts = db.session.scalar(select(func.count()).select_from(WaitingText))
    if texts != there.total():
        findings.faults.append(f"{FILES}: {texts} texts for {there.total()}")


def _find_lists(people: Iterable[Importer], findings: Findings) -> None:
    """Look whether a list is there with all its people and their units, or not at all."""
    people = list(people)
    told = [name for one in people for name in one.applied]
    query = (
        select(Employee.last_name, func.count(Assignment.id))
        .join(Assignment, Assignment.person_id == Employee.id)
        .group_by(Employee.last_name)
    )
    there = {name: count for name, count in db.session.execute(query)}  # noqa: C416
    findings.numbers[LISTS] = Numbers(len(told), sum(name in there for name in told))
    findings.faults += [
        f"{LISTS}: {count} of {ROWS} rows of {name}"
        for name, count in there.items()
        if count != ROWS
    ]
    without = set(db.session.scalars(select(Employee.last_name))) - set(there)
    findings.faults += [f"{LISTS}: people of {name} without a unit" for name in without]
    sent = {*told, *(name for one in people for name in one.in_doubt)}
    findings.faults += [f"{LISTS}: {name} was never sent" for name in set(there) - sent]
    counts = {
        "imports": db.session.scalar(select(func.count()).select_from(StaffImport)),
        "events": _count_events(Action.STAFF_IMPORTED),
    }
    findings.faults += [
        f"{LISTS}: {count} {name} for {len(there)}"
        for name, count in counts.items()
        if count != len(there)
    ]


def _count_events(action: Action) -> int:
    query = select(func.count(AuditEvent.id)).where(AuditEvent.action == action.value)
    return db.session.scalar(query) or 0
