"""Questions of the demo city's offices to the commissioner: open ones, and both decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from tomllib import loads
from typing import Any

from selfcheck.demo.aims import Aim
from selfcheck.demo.certificates import Kept, certify
from selfcheck.demo.trainings import Desk, add_event, enter, prove_by_sight
from selfcheck.organisation.models import Unit
from selfcheck.training.inputs import TrainingInput
from selfcheck.training.kinds import Area, Format, LengthUnit, Origin, Outcome, RecordEvent
from selfcheck.training.models import RecognitionQuestion, TrainingRecord
from selfcheck.training.standing import State

TEXTS = Path(__file__).with_name("questions.toml")
MOST_RECOGNISED = 3


@dataclass(frozen=True)
class Asked:
    """A question as the file has it; without a decision it is open."""

    office: str
    entered: TrainingInput
    content: str
    question: str
    asked_on: date
    has_certificate: bool
    outcome: Outcome | None
    area: Area | None
    answer: str
    decided_on: date | None

    @property
    def state(self) -> State:
        """How somebody stands whose only training this is."""
        states = {None: State.AWAITS_DECISION, Outcome.REJECTED: State.REJECTED}
        return states.get(self.outcome, State.FULFILLED)


def read_questions() -> list[Asked]:
    """Return the questions, those asked first before the others."""
    rows = loads(TEXTS.read_text(encoding="utf-8"))["question"]
    return sorted(map(_read, rows), key=lambda one: one.asked_on)


def states_needed(questions: Sequence[Asked]) -> dict[str, list[State]]:
    """Return the states that somebody in each office must have for its questions."""
    needed: dict[str, list[State]] = defaultdict(list)
    for one in questions:
        needed[one.office].append(one.state)
    return needed


def make_questions(
    desk: Desk, questions: Sequence[Asked], aims: Sequence[Aim], units: Mapping[str, Unit]
) -> tuple[list[RecognitionQuestion], list[Kept]]:
    """Let the offices ask about a training of theirs, and the commissioner decide."""
    stored, kept = [], []
    for asked in questions:
        officer, entered_at = desk.officers[asked.office], _moment(asked.asked_on, hour=7)
        records = [enter(desk, one, asked.entered) for one in _choose(asked, questions, aims)]
        for record in records:
            record.recorded_at = entered_at
        question = _ask(desk, asked, records, units[asked.office])
        if asked.has_certificate:
            certified = certify(desk, records, officer, entered_at)
            question.certificate = certified.certificate
            kept.append(certified)
        else:
            for record in records:
                prove_by_sight(record, officer, entered_at)
        for record in records:
            add_event(
                record,
                RecordEvent.QUESTION_ASKED,
                officer,
                question.asked_at,
                reason=question.question,
            )
        if asked.outcome is not None:
            _decide(desk, asked, question)
        stored.append(question)
    return stored, kept


def _read(row: dict[str, Any]) -> Asked:
    first_day, last_day = row["days"]
    outcome = row.get("outcome")
    return Asked(
        office=row["office"],
        entered=TrainingInput(
            title=row["title"],
            provider=row["provider"],
            area=None,
            format=Format(row["format"]),
            origin=Origin.EXTERNAL,
            first_day=first_day,
            last_day=last_day,
            duration_minutes=row["lessons"] * LengthUnit.LESSONS.minutes,
            length_unit=LengthUnit.LESSONS,
        ),
        content=row["content"].strip(),
        question=row["question"].strip(),
        asked_on=row["asked_on"],
        has_certificate=row.get("certificate", False),
        outcome=Outcome(outcome) if outcome else None,
        area=Area(row["area"]) if "area" in row else None,
        answer=row.get("answer", "").strip(),
        decided_on=row.get("decided_on"),
    )


def _choose(asked: Asked, questions: Sequence[Asked], aims: Sequence[Aim]) -> list[Aim]:
    """Return who took part: all whose state comes from a question of their office."""
    rivals = [one for one in questions if (one.office, one.state) == (asked.office, asked.state)]
    fitting = [aim for aim in aims if (aim.office, aim.state) == (asked.office, asked.state)]
    if asked.state is State.FULFILLED:
        return fitting[:MOST_RECOGNISED]
    return fitting[rivals.index(asked) :: len(rivals)]


def _ask(
    desk: Desk, asked: Asked, records: Sequence[TrainingRecord], unit: Unit
) -> RecognitionQuestion:
    entered = asked.entered
    return RecognitionQuestion(
        unit=unit,
        asked_at=_moment(asked.asked_on, hour=9),
        asked_by_id=desk.officers[asked.office].id,
        title=entered.title,
        provider=entered.provider,
        format=entered.format,
        duration_minutes=entered.duration_minutes,
        content=asked.content,
        question=asked.question,
        records=list(records),
    )


def _decide(desk: Desk, asked: Asked, question: RecognitionQuestion) -> None:
    question.outcome, question.area, question.answer = asked.outcome, asked.area, asked.answer
    question.decided_at = _moment(asked.decided_on or asked.asked_on, hour=11)
    question.decided_by_id = desk.commissioner.id
    verdict = f"anerkannt als {asked.area.value}" if asked.area else "nicht anerkannt"
    changes = [("Anerkennung", "noch zu klären", verdict)]
    for record in question.records:
        record.area = asked.area
        add_event(
            record,
            RecordEvent.DECIDED,
            desk.commissioner,
            question.decided_at,
            reason=asked.answer,
            changes=changes,
        )


def _moment(day: date, *, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 20), tzinfo=UTC)
