"""What is there to do for a user? The list of the first page, from what the features found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from selfcheck.checks.work import Work
from selfcheck.evaluation.models import Part
from selfcheck.rounds.progress_service import Called
from selfcheck.start.service import Counts, StaffDuties
from selfcheck.start.tasks import Kind, Task, in_order, share_lines
from selfcheck.training.mandates import CURRENT_MANDATE


@dataclass(frozen=True, kw_only=True)
class Found:
    """What waits for a user; None: not this user's business."""

    counts: Counts
    work: Work | None
    duties: StaffDuties | None
    parts: Sequence[Part]
    asked: Sequence[Called]


def list_tasks(found: Found, *, today: date) -> list[Task]:
    """Return the lines of the list, the most urgent first."""
    return in_order(
        [
            *_of_counts(found.counts),
            *_of_parts(found.parts),
            *_of_rounds(found.asked),
            *_of_mandate(found.duties),
            *_of_checks(found.work, {one.unit.id for one in found.asked}),
        ],
        today=today,
    )


def _of_counts(counts: Counts) -> Iterator[Task]:
    counted: list[tuple[Kind, int | None, date | None]] = [
        (Kind.SUPPORT_WAITING, counts.support_waiting, None),
        (Kind.RECOGNITION, counts.open_questions, None),
        (Kind.SUPPORT_ANSWERED, counts.support_answered, None),
        (Kind.MEASURES_OVERDUE, counts.measures_overdue, counts.overdue_since),
        (Kind.MEASURES_DUE, counts.measures_due, counts.next_due_on),
        (Kind.CERTIFICATES, counts.waiting, None),
    ]
    for kind, count, due_on in counted:
        if count:
            yield Task(kind, due_on, count=count)


def _of_parts(parts: Sequence[Part]) -> Iterator[Task]:
    """Return a line for each part, or one for those of a request with the same last day."""
    alike: dict[tuple[date, int], list[Part]] = defaultdict(list)
    for part in parts:
        alike[part.deadline, part.request_id].append(part)
    for (deadline, _), group in alike.items():
        yield from share_lines(Kind.EVALUATION, deadline, group)


def _of_rounds(asked: Sequence[Called]) -> Iterator[Task]:
    by_round: dict[int, list[Called]] = defaultdict(list)
    for one in asked:
        by_round[one.round.id].append(one)
    for group in by_round.values():
        yield from share_lines(Kind.ROUND, group[0].round.deadline, group)


def _of_mandate(duties: StaffDuties | None) -> Iterator[Task]:
    if duties is None or not any(group.people for group in duties.progress.groups):
        return
    if duties.progress.open and duties.days_left >= 0:
        yield Task(Kind.MANDATE, CURRENT_MANDATE.last_day, (duties,))
    else:
        yield Task(Kind.MANDATE_OVER, None, (duties,))


def _of_checks(work: Work | None, asked_ids: set[int]) -> Iterator[Task]:
    """Return drafts, and the units that are due unless a round asks for them already."""
    if work is None:
        return
    for draft in work.drafts:
        yield Task(Kind.DRAFT, None, (draft,))
    for one in work.due:
        if one.unit.id not in asked_ids:
            yield Task(Kind.CHECK_DUE, None, (one,))
