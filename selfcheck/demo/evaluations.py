"""The demo city's evaluation: a request whose deadline has passed, with offices in every state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select

from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Role
from selfcheck.db import db
from selfcheck.demo.checks import LAST_DAY
from selfcheck.demo.people import PEOPLE, DemoPerson
from selfcheck.evaluation import follow_up_service, part_service, request_service
from selfcheck.evaluation.figures import AREA_COLUMNS, Figures
from selfcheck.evaluation.models import EvaluationRequest, Part
from selfcheck.evaluation.request_service import RequestInput
from selfcheck.evaluation.snapshot import Rows, write_figures
from selfcheck.evaluation.table_service import count_table
from selfcheck.mail.models import Message
from selfcheck.training.mandate import Group
from selfcheck.training.mandates import CURRENT_MANDATE

TEXT = (
    "Bitte prüfen Sie die Zahlen Ihrer Organisationseinheit und geben Sie sie frei. Die Frist ist "
    "in der Dienstberatung vereinbart; brauchen Sie mehr Zeit, melden Sie sich bitte."
)
REASON = (
    "Bei den Führungskräften sind weniger Personen gemeldet, als Ihr Stellenplan nennt. Bitte "
    "prüfen Sie die Zuordnungen und geben Sie noch einmal ab."
)
COMMENT = "Drei Beschäftigte sind bis Jahresende zu einer Schulung angemeldet."
# Of the offices that have a head: all others are overdue.
DELIVERED = ("51", "53", "58", "61", "67", "80", "90.02", "90.08", "EB55")
TWICE, READY, RETURNED, OPEN = "50", ("32", "42"), "40", ("33", "EB56")
CHANGED_SINCE = {"51", "67"}  # somebody's training was recorded after the delivery
# The moment at which everybody has done what is done, and the deadlines of all and of some.
NOW = datetime.combine(LAST_DAY, time(10, 30), tzinfo=UTC)
DEADLINE, OWN_DEADLINE = date(2026, 11, 16), date(2026, 12, 18)
OPENED_AT = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)


def make_evaluation(random: Random, users: Mapping[DemoPerson, User]) -> None:
    """Ask all units, and let some of them answer; the table is counted from what is stored."""
    table = count_table(CURRENT_MANDATE, CURRENT_MANDATE.last_day)
    live = {office.unit.number: office.rows for office in table.offices}
    hr = next(user for person, user in users.items() if person.role is Role.HR)
    post = _Post(random)
    request = _ask(hr)
    post.settle(OPENED_AT)
    parts = {part.unit.number: part for part in request_service.list_parts_of(request)}
    office = _Office({(one.role, one.unit): users[one] for one in PEOPLE}, post)
    for days, number in enumerate(DELIVERED, 2):
        rows = _before_the_last_training(live[number]) if number in CHANGED_SINCE else live[number]
        office.deliver(parts[number], rows, days_ago=days, comment="")
    for number in (TWICE, RETURNED):
        office.deliver(
            parts[number], _before_the_last_training(live[number]), days_ago=12, comment=""
        )
        _return(parts[number], hr, NOW - timedelta(days=9))
        post.settle(NOW - timedelta(days=9))
    office.deliver(parts[TWICE], live[TWICE], days_ago=6, comment=COMMENT)
    for number in (*READY, *OPEN):
        follow_up_service.grant_deadline(
            parts[number], deadline=OWN_DEADLINE, actor_id=hr.id, today=LAST_DAY
        )
        post.settle(NOW - timedelta(days=4))
    for number in READY:
        office.mark_ready(parts[number], live[number], days_ago=1, comment=COMMENT)


class _Post:
    """Lets the messages of a step be of its day, and long sent.

    No real mail shall leave for an invented address.
    """

    def __init__(self, random: Random) -> None:
        self._random = random

    def settle(self, at: datetime) -> None:
        query = select(Message).where(
            Message.key.startswith("evaluation-"), Message.next_attempt_at.is_not(None)
        )
        for message in db.session.scalars(query.order_by(Message.key, Message.recipient_id)):
            message.id = UUID(int=self._random.getrandbits(128), version=4)
            message.created_at = message.sent_at = at
            message.next_attempt_at = None
        db.session.flush()


class _Office:
    """The officers and heads of the offices, at their steps."""

    def __init__(self, users: Mapping[tuple[Role, str | None], User], post: _Post) -> None:
        self._users, self._post = users, post

    def mark_ready(self, part: Part, rows: Rows, *, days_ago: int, comment: str) -> None:
        number = part.unit.number
        head = self._users[Role.UNIT_HEAD, number]
        part_service.mark_ready(
            part,
            rows=rows,
            shown=write_figures(rows),
            comment=comment,
            revision=part.revision,
            actor_id=self._users.get((Role.TRAINING_OFFICER, number), head).id,
            now=NOW - timedelta(days=days_ago, hours=3),
        )
        self._post.settle(NOW - timedelta(days=days_ago, hours=3))
        db.session.flush()
        db.session.refresh(part, ["ready_by"])

    def deliver(self, part: Part, rows: Rows, *, days_ago: int, comment: str) -> None:
        self.mark_ready(part, rows, days_ago=days_ago, comment=comment)
        part_service.release(
            part,
            part.deliveries,
            rows=rows,
            shown=write_figures(rows),
            revision=part.revision,
            actor=self._users[Role.UNIT_HEAD, part.unit.number],
            now=NOW - timedelta(days=days_ago),
        )
        self._post.settle(NOW - timedelta(days=days_ago))


def _ask(hr: User) -> EvaluationRequest:
    return request_service.open_request(
        RequestInput(
            title=f"Auswertung {CURRENT_MANDATE.title}",
            reference_date=CURRENT_MANDATE.last_day,
            deadline=DEADLINE,
            text=TEXT,
            unit_ids=[unit.id for unit in request_service.list_reporting_units()],
        ),
        CURRENT_MANDATE,
        actor_id=hr.id,
        now=OPENED_AT,
    )


def _return(part: Part, hr: User, at: datetime) -> None:
    follow_up_service.return_delivery(
        part,
        part.deliveries,
        reason=REASON,
        deadline=OWN_DEADLINE,
        delivery_id=part.deliveries[-1].id,
        actor_id=hr.id,
        now=at,
    )


def _before_the_last_training(rows: Rows) -> dict[Group, Figures]:
    """Return an office's rows as if one training were not recorded yet."""
    changed = dict(rows)
    row = rows[Group.EMPLOYEES]
    column = next(one for one in AREA_COLUMNS.values() if getattr(row, one))
    changed[Group.EMPLOYEES] = row._replace(
        **{column: getattr(row, column) - 1},
        trainings=row.trainings - 1,
        people_trained=row.people_trained - 1,
        fulfilled=row.fulfilled - 1,
        unfulfilled=row.unfulfilled + 1,
    )
    return changed
