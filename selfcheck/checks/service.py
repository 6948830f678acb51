"""Find, save, submit and discard self-checks.

Every function takes the user, and reaches only the units that this user heads or that lie below:
a foreign check does not exist.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from selfcheck import clock
from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.accounts.scope import select_unit_ids
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.checks.inputs import CheckFilter, CheckInput
from selfcheck.checks.merging import NO_ANSWER, split_answers
from selfcheck.checks.models import Answer, SelfCheck
from selfcheck.checks.questionnaire import Questionnaire
from selfcheck.checks.scoring import Answers, Result, score, visible_answers
from selfcheck.checks.states import CheckState
from selfcheck.db import db
from selfcheck.errors import ConflictError, InvalidError, NotFoundError
from selfcheck.organisation.models import Unit
from selfcheck.organisation.service import list_units

NEWEST_FIRST = (SelfCheck.checked_on.desc(), SelfCheck.changed_at.desc(), SelfCheck.id)


class OutdatedDraftError(ConflictError):
    """Somebody saved other answers since the form was opened; ``check`` holds theirs."""

    def __init__(self, check: SelfCheck) -> None:
        super().__init__("Der Entwurf wurde inzwischen geändert.")
        self.check = check


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
    return db.session.scalar(
        select(SelfCheck)
        .where(
            SelfCheck.unit_id == check.unit_id,
            SelfCheck.state == CheckState.SUBMITTED,
            SelfCheck.questionnaire_version == check.questionnaire_version,
            SelfCheck.checked_on < check.checked_on,
        )
        .order_by(SelfCheck.checked_on.desc(), SelfCheck.submitted_at.desc())
        .limit(1)
    )


def save_draft(
    user: User, *, check_id: UUID, questionnaire: Questionnaire, entered: CheckInput
) -> SelfCheck:
    """Store a draft, new or known.

    Raises InvalidError for a foreign unit, NotFoundError for a foreign check, OutdatedDraftError
    if somebody else saved other answers meanwhile, ConflictError if the check was submitted
    meanwhile.
    """
    check = _get_or_start(user, check_id, questionnaire, entered)
    if not check.is_draft:
        raise ConflictError("Dieser Selbstcheck ist schon ausgewertet und bleibt, wie er ist.")
    _save(user, check, entered)
    return check


def submit_check(
    user: User, *, check_id: UUID, questionnaire: Questionnaire, entered: CheckInput
) -> SelfCheck:
    """Save and evaluate a check, once and for all; a second time it changes nothing.

    Raises what save_draft raises but for the last one, and IncompleteAnswers.
    """
    check = _get_or_start(user, check_id, questionnaire, entered)
    if not check.is_draft:
        return check
    result = score(questionnaire, entered.answers)
    _save(user, check, entered)
    # What was typed below a follow-up that is not asked leaves the draft with its end.
    store_answers(check, visible_answers(questionnaire, entered.answers))
    check.state = CheckState.SUBMITTED
    check.submitted_at, check.submitted_by_id = clock.now(), user.id
    check.total_points = result.total
    db.session.flush()
    audit.record(Action.CHECK_SUBMITTED, actor_id=user.id, subject=_subject(check))
    return check


def discard_draft(user: User, check: SelfCheck) -> None:
    """Delete a draft with everything typed into it; raises ConflictError if it was submitted."""
    if not check.is_draft:
        raise ConflictError("Ein ausgewerteter Selbstcheck kann nicht verworfen werden.")
    db.session.delete(check)
    audit.record(Action.DRAFT_DISCARDED, actor_id=user.id, subject=_subject(check))


def answers_of(check: SelfCheck) -> Answers:
    """Return the stored answers as the rules want them."""
    rows = check.answers
    return Answers(
        points={row.question_id: row.points for row in rows if row.points is not None},
        texts={row.question_id: row.text for row in rows if row.text},
        choices={row.question_id: tuple(row.option_ids) for row in rows if row.option_ids},
    )


def store_answers(check: SelfCheck, answers: Answers, *, form_id: str = "") -> None:
    """Make the rows say what the answers say, touching only what differs.

    What differs was changed by whoever changed the check last, in the form ``form_id``. An answer
    that was taken back keeps its row, so that others see who did it.
    """
    rows = {row.question_id: row for row in check.answers}
    before, after = split_answers(answers_of(check)), split_answers(answers)
    for question_id in sorted({*before, *after}):
        value = after.get(question_id, NO_ANSWER)
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


def _get_or_start(
    user: User, check_id: UUID, questionnaire: Questionnaire, entered: CheckInput
) -> SelfCheck:
    """Return the check with this id, locked, and start it if there is none."""
    check = find_check(user, check_id, lock=True)
    unit_has_changed = check is None or check.unit_id != entered.unit_id
    if unit_has_changed and entered.unit_id not in {unit.id for unit in list_own_units(user)}:
        raise InvalidError("Bitte wählen Sie eine Ihrer Organisationseinheiten.", field="unit")
    if check is not None:
        return check
    now = clock.now()
    check = SelfCheck(
        id=check_id,
        unit_id=entered.unit_id,
        checked_on=entered.checked_on,
        questionnaire_version=questionnaire.version,
        created_at=now,
        created_by_id=user.id,
        changed_at=now,
        changed_by_id=user.id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(check)
    except IntegrityError:  # the other click of a double click was faster
        return get_check(user, check_id, lock=True)
    return check


def _save(user: User, check: SelfCheck, entered: CheckInput) -> None:
    if _says_the_same(check, entered):
        return
    check.unit_id, check.checked_on = entered.unit_id, entered.checked_on
    check.changed_at, check.changed_by_id = clock.now(), user.id
    store_answers(check, entered.answers)
    db.session.flush()
    db.session.expire(check, ["unit"])  # it may be another one now


def _says_the_same(check: SelfCheck, entered: CheckInput) -> bool:
    return (
        (check.unit_id, check.checked_on, answers_of(check))
        == (entered.unit_id, entered.checked_on, entered.answers)
    )


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


def _subject(check: SelfCheck) -> str:
    return f"{check.unit.label}, {check.checked_on:%d.%m.%Y}"
