"""Find self-checks, and read and write their answers.

Every function takes the user, and reaches only the units that this user heads or that lie below:
a foreign check does not exist.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.accounts.scope import select_unit_ids
from selfcheck.checks.inputs import REVIEW, CheckFilter, head_values, is_answer
from selfcheck.checks.measures import Outcome
from selfcheck.checks.merging import (
    NO_ANSWER,
    AnswerValue,
    Values,
    join_answers,
    split_answers,
)
from selfcheck.checks.models import Answer, SelfCheck
from selfcheck.checks.questionnaire import Questionnaire
from selfcheck.checks.scoring import Answers, Result, score
from selfcheck.checks.states import CheckState
from selfcheck.db import db
from selfcheck.errors import NotFoundError
from selfcheck.organisation.models import Unit
from selfcheck.organisation.service import list_units

NEWEST_FIRST = (SelfCheck.checked_on.desc(), SelfCheck.changed_at.desc(), SelfCheck.id)


def list_own_units(user: User) -> list[Unit]:
    """Return the open units that the user heads, and those below them."""
    return list_units(within=select_unit_ids(user, Permission.USE_CHECKS), with_closed=False)


def get_check(user: User, check_id: UUID, *, lock: bool = False) -> SelfCheck:
    """Return a check of the user's units; raises NotFoundError."""
    check = find_check(user, check_id, lock=lock)
    if check is None:
        raise NotFoundError(
            "Diesen Selbstcheck gibt es nicht, oder er gehört zu einem anderen Amt."
        )
    return check


def find_check(user: User, check_id: UUID, *, lock: bool = False) -> SelfCheck | None:
    """Return a check of the user's units; None too if it is somebody else's."""
    query = select(SelfCheck).where(SelfCheck.id == check_id, *_reachable(user))
    if lock:
        query = query.with_for_update(of=SelfCheck).execution_options(populate_existing=True)
        return db.session.scalar(query)
    # With its answers at once: the result page has other things to ask for as well.
    return db.session.scalars(query.options(joinedload(SelfCheck.answers))).unique().one_or_none()


def count_checks(user: User, chosen: CheckFilter) -> int:
    """Return how many checks of the user's units the filter lets through."""
    query = select(func.count(SelfCheck.id)).where(*_conditions(user, chosen))
    return db.session.scalar(query) or 0


def list_checks(user: User, chosen: CheckFilter, *, limit: int, offset: int = 0) -> list[SelfCheck]:
    """Return the checks of the user's units that the filter lets through, newest first."""
    query = (
        select(SelfCheck)
        .where(*_conditions(user, chosen))
        .options(selectinload(SelfCheck.answers))
        .order_by(*NEWEST_FIRST)
    )
    return list(db.session.scalars(query.limit(limit).offset(offset)))


def list_newest(user: User, *, limit: int, unit_ids: Collection[int]) -> list[SelfCheck]:
    """Return the newest drafts and the newest submitted checks of the user's units, so many each.

    The last ones of ``unit_ids`` are among them in any case. In one query, answers included: the
    first page has other things to ask for as well.
    """
    state, unit_id = SelfCheck.state, SelfCheck.unit_id
    place = func.row_number().over(partition_by=state, order_by=NEWEST_FIRST)
    in_unit = func.row_number().over(partition_by=(unit_id, state), order_by=NEWEST_FIRST)
    ranked = (
        select(SelfCheck.id, unit_id, place.label("place"), in_unit.label("in_unit"))
        .where(*_reachable(user))
        .subquery()
    )
    is_last_of_unit = (ranked.c.in_unit == 1) & ranked.c.unit_id.in_(unit_ids)
    query = (
        select(SelfCheck)
        .join(ranked, ranked.c.id == SelfCheck.id)
        .where((ranked.c.place <= limit) | is_last_of_unit)
        .options(joinedload(SelfCheck.answers))
        .order_by(*NEWEST_FIRST)
    )
    return list(db.session.scalars(query).unique())


def find_previous_check(check: SelfCheck) -> SelfCheck | None:
    """Return the unit's last submitted check before this one, of the same questionnaire."""
    return find_last_check(
        unit_id=check.unit_id, version=check.questionnaire_version, before=check.checked_on
    )


def find_last_check(*, unit_id: int, version: str, before: date) -> SelfCheck | None:
    """Return a unit's last submitted check of a version of the questionnaire before a day.

    The caller has made sure that the user may see the unit's checks.
    """
    query = (
        select(SelfCheck)
        .where(
            SelfCheck.unit_id == unit_id,
            SelfCheck.state == CheckState.SUBMITTED,
            SelfCheck.questionnaire_version == version,
            SelfCheck.checked_on < before,
        )
        .order_by(SelfCheck.checked_on.desc(), SelfCheck.submitted_at.desc())
        .limit(1)
        .options(joinedload(SelfCheck.answers))
    )
    return db.session.scalars(query).unique().one_or_none()


def answers_of(check: SelfCheck) -> Answers:
    """Return the stored answers as the rules want them."""
    return join_answers({key: one for key, one in values_of(check).items() if is_answer(key)})


def reviews_of(check: SelfCheck) -> dict[int, Outcome | None]:
    """Return what a draft says about measures announced before, by their ids."""
    return {
        int(key.removeprefix(REVIEW)): Outcome(one.text) if one.text else None
        for key, one in values_of(check).items()
        if key.startswith(REVIEW)
    }


def values_of(check: SelfCheck) -> dict[str, AnswerValue]:
    """Return all that is stored by question, what only drafts keep too."""
    return {
        row.question_id: AnswerValue(
            points=row.points, text=row.text, option_ids=tuple(row.option_ids)
        )
        for row in check.answers
    }


def subject_of(check: SelfCheck) -> str:
    """Return how the audit trail calls a check."""
    return f"{check.unit.label}, {check.checked_on:%d.%m.%Y}"


def stored_values(check: SelfCheck) -> dict[str, AnswerValue]:
    """Return all that is stored of a check, its head included."""
    return {**values_of(check), **head_values(check.unit_id, check.checked_on)}


def store_answers(check: SelfCheck, answers: Answers) -> None:
    """Make the rows say what the answers say."""
    rest = dict.fromkeys(split_answers(answers_of(check)), NO_ANSWER)
    store_values(check, {**rest, **split_answers(answers)})


def store_values(check: SelfCheck, values: Values, *, form_id: str = "") -> None:
    """Make the rows of these questions say what the values say, touching only what differs.

    What differs was changed by whoever changed the check last, in the form ``form_id``. An answer
    that was taken back keeps its row, so that others see who did it.
    """
    rows = {row.question_id: row for row in check.answers}
    before = values_of(check)
    for question_id, value in sorted(values.items()):
        if value == before.get(question_id, NO_ANSWER):
            continue
        row = rows.get(question_id)
        if row is None:
            row = Answer(question_id=question_id)
            check.answers.append(row)
        row.points, row.text, row.option_ids = value.points, value.text, list(value.option_ids)
        row.changed_at, row.changed_by_id = check.changed_at, check.changed_by_id
        row.form_id = form_id


def result_of(check: SelfCheck, questionnaire: Questionnaire) -> Result:
    """Return the Auswertung of a submitted check: the one origin of its numbers."""
    return score(questionnaire, answers_of(check))


def _reachable(user: User) -> list[ColumnElement[bool]]:
    unit_ids = select_unit_ids(user, Permission.USE_CHECKS)
    return [] if unit_ids is None else [SelfCheck.unit_id.in_(unit_ids)]


def _conditions(user: User, chosen: CheckFilter) -> list[ColumnElement[bool]]:
    conditions = _reachable(user)
    if chosen.unit_id is not None:
        conditions.append(SelfCheck.unit_id == chosen.unit_id)
    if chosen.state is not None:
        conditions.append(SelfCheck.state == chosen.state)
    if chosen.totals is not None:
        conditions.append(
            or_(
                *(
                    (SelfCheck.questionnaire_version == version)
                    & SelfCheck.total_points.between(lowest, highest)
                    for version, lowest, highest in chosen.totals
                )
            )
        )
    return conditions
