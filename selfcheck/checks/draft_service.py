"""Save, submit and discard drafts of self-checks.

Several people and several tabs may write one draft: what a form sends is merged with what is
stored, answer by answer (see ``merging``), and nobody's answer is overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from selfcheck import clock
from selfcheck.accounts.models import User
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.checks import measure_review_service as measures
from selfcheck.checks.inputs import DAY, REVIEW, UNIT, CheckInput, is_answer
from selfcheck.checks.merging import NO_ANSWER, AnswerValue, Merge, join_answers, merge
from selfcheck.checks.models import Answer, SelfCheck
from selfcheck.checks.questionnaire import Questionnaire
from selfcheck.checks.scoring import is_shown, score, visible_answers
from selfcheck.checks.service import (
    answers_of,
    find_check,
    get_check,
    list_own_units,
    reviews_of,
    store_answers,
    store_values,
    stored_values,
    subject_of,
    values_of,
)
from selfcheck.checks.states import CheckState
from selfcheck.checks.vote_service import delete_votes
from selfcheck.db import db
from selfcheck.errors import ConflictError, InvalidError

ALREADY_SUBMITTED = "Dieser Selbstcheck ist schon ausgewertet und bleibt, wie er ist."


class SubmittedMeanwhileError(ConflictError):
    """Somebody submitted the check since the form was opened; ``check`` is the result."""

    def __init__(self, check: SelfCheck) -> None:
        super().__init__(ALREADY_SUBMITTED)
        self.check = check


@dataclass(frozen=True)
class Change:
    """An answer that somebody else gave since a form was opened."""

    value: AnswerValue
    by: User
    at: datetime
    is_conflict: bool  # the form's person answered otherwise, and must choose
    is_own: bool  # it was the same person, in another window


@dataclass(frozen=True)
class Saved:
    """A check as it is after a save, and what the form that sent it does not show yet.

    ``changes`` are the answers in conflict and those taken from others, by question.
    """

    check: SelfCheck
    merge: Merge
    changes: Mapping[str, Change]


def save_draft(
    user: User, *, check_id: UUID, questionnaire: Questionnaire, entered: CheckInput
) -> Saved:
    """Store a draft, new or known, but for answers in conflict with somebody else's.

    Raises InvalidError for a foreign unit, NotFoundError for a foreign check,
    SubmittedMeanwhileError if the check was submitted meanwhile.
    """
    check, is_new = _get_or_start(user, check_id, questionnaire, entered)
    if not check.is_draft:
        raise SubmittedMeanwhileError(check)
    return _merge_in(user, check, entered, is_new=is_new)


def submit_check(
    user: User, *, check_id: UUID, questionnaire: Questionnaire, entered: CheckInput
) -> Saved:
    """Save and evaluate a check, once and for all; a second time it changes nothing.

    If somebody else changed answers that count and that the form has not shown, the draft is
    saved and stays a draft. Raises what save_draft raises but for the last one, and
    IncompleteAnswers.
    """
    check, is_new = _get_or_start(user, check_id, questionnaire, entered)
    if not check.is_draft:
        return Saved(check, Merge(values=values_of(check), conflicts=(), taken=()), {})
    saved = _merge_in(user, check, entered, is_new=is_new)
    if not any(_is_asked(questionnaire, saved.merge, key) for key in saved.changes):
        _submit(user, check, questionnaire)
    return saved


def discard_draft(user: User, check: SelfCheck) -> None:
    """Delete a draft with everything typed into it; raises ConflictError if it was submitted."""
    if not check.is_draft:
        raise ConflictError("Ein ausgewerteter Selbstcheck kann nicht verworfen werden.")
    db.session.delete(check)
    audit.record(Action.DRAFT_DISCARDED, actor_id=user.id, subject=subject_of(check))


def _get_or_start(
    user: User, check_id: UUID, questionnaire: Questionnaire, entered: CheckInput
) -> tuple[SelfCheck, bool]:
    """Return the check with this id, locked, and whether it was started just now."""
    check = find_check(user, check_id, lock=True)
    unit_id = entered.unit_id if entered.unit_id is not None or check is None else check.unit_id
    unit_has_changed = check is None or check.unit_id != unit_id
    if unit_has_changed and unit_id not in {unit.id for unit in list_own_units(user)}:
        raise InvalidError("Bitte wählen Sie eine Ihrer Organisationseinheiten.", field=UNIT)
    if check is not None:
        return check, False
    if entered.checked_on is None:
        raise InvalidError("Bitte geben Sie das Datum an, z. B. 31.12.2026.", field=DAY)
    now = clock.now()
    check = SelfCheck(
        id=check_id,
        unit_id=unit_id,
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
        return get_check(user, check_id, lock=True), False
    return check, True


def _merge_in(user: User, check: SelfCheck, entered: CheckInput, *, is_new: bool) -> Saved:
    mine, form_id = entered.all_values, entered.memory.form_id
    theirs = stored_values(check)
    own = set(mine) if is_new else _written_by(check, entered.memory.form_id)
    merged = merge(mine, theirs, entered.memory, own=own)
    saved = Saved(check, merged, _list_changes(user, check, merged))
    values = dict(merged.values)
    if values == theirs:
        return saved
    check.unit_id = int(values[UNIT].text)
    check.checked_on = date.fromisoformat(values[DAY].text)
    check.changed_at, check.changed_by_id = clock.now(), user.id
    for key in (UNIT, DAY):
        if values[key] == theirs[key]:
            del values[key]  # the check itself has them; only a change is noted beside it
    store_values(check, values, form_id=form_id)
    db.session.flush()
    db.session.expire(check, ["unit", "changed_by"])  # they may be others now
    return saved


def _list_changes(user: User, check: SelfCheck, merged: Merge) -> dict[str, Change]:
    """Return what others changed; asked before the check has this user's changes."""
    rows = {row.question_id: row for row in check.answers}
    changes = {}
    for question_id in (*merged.conflicts, *merged.taken):
        source: Answer | SelfCheck = rows.get(question_id, check)
        changes[question_id] = Change(
            value=merged.values.get(question_id, NO_ANSWER),
            by=source.changed_by,
            at=source.changed_at,
            is_conflict=question_id in merged.conflicts,
            is_own=source.changed_by_id == user.id,
        )
    return changes


def _written_by(check: SelfCheck, form_id: str) -> set[str]:
    """Return the questions whose stored answer comes from this very form."""
    if not form_id:
        return set()
    return {row.question_id for row in check.answers if row.form_id == form_id}


def _submit(user: User, check: SelfCheck, questionnaire: Questionnaire) -> None:
    answers = answers_of(check)
    result = score(questionnaire, answers)
    # What was typed below a follow-up that is not asked leaves the draft with its end.
    visible = visible_answers(questionnaire, answers)
    store_answers(check, visible)
    question = questionnaire.review_question
    if question is not None and is_shown(question, answers):
        measures.store_reviews(check, reviews_of(check))
    for row in [one for one in check.answers if _goes_with_the_draft(one)]:
        check.answers.remove(row)
    check.state = CheckState.SUBMITTED
    check.submitted_at, check.submitted_by_id = clock.now(), user.id
    check.total_points = result.total
    db.session.flush()
    audit.record(Action.CHECK_SUBMITTED, actor_id=user.id, subject=subject_of(check))
    measures.apply_reviews(check, user_id=user.id)
    measures.announce_measures(check, questionnaire, visible, user_id=user.id)
    delete_votes(check.id)


def _is_asked(questionnaire: Questionnaire, merged: Merge, question_id: str) -> bool:
    """Return whether a question counts: a follow-up whose condition does not hold does not."""
    answers = join_answers({key: one for key, one in merged.values.items() if is_answer(key)})
    if question_id.startswith(REVIEW):
        question = questionnaire.review_question
        return question is not None and is_shown(question, answers)
    return all(is_shown(one, answers) for one in questionnaire.follow_ups if one.id == question_id)


def _goes_with_the_draft(row: Answer) -> bool:
    is_empty = row.points is None and not row.text and not row.option_ids
    return is_empty or not is_answer(row.question_id)
