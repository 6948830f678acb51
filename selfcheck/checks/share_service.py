"""Share a self-check with the commissioner, change how much of it, and take it back.

The check has been found for a user who heads its unit or one above (``service.get_check``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from selfcheck import clock
from selfcheck.accounts.holders_service import list_city_holders
from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Role
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.checks.measure_models import Measure
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.questionnaire import Questionnaire
from selfcheck.checks.service import answers_of, subject_of
from selfcheck.checks.share_models import Share
from selfcheck.checks.sharing import (
    CheckFacts,
    SharedMeasure,
    SharedView,
    ShareLevel,
    digest_of,
    shared_view,
)
from selfcheck.db import db
from selfcheck.errors import ConflictError
from selfcheck.mail import service as mail

Questionnaires = Mapping[str, Questionnaire]

SHOWN_OTHERWISE = "Seit Ihrer Vorschau hat sich etwas geändert, zum Beispiel eine Maßnahme."
SHARED_OTHERWISE = (
    "Inzwischen hat jemand anderes geändert, was von diesem Selbstcheck geteilt wird."
)
LOOK_AGAIN = "Bitte sehen Sie sich noch einmal an, was sichtbar würde."


def find_share(check: SelfCheck) -> Share | None:
    """Return what is shared of a check; None: nothing."""
    # The check is there already: asking for it again would ask for its unit and people as well.
    return db.session.scalar(select(Share).where(Share.check_id == check.id))


def preview(check: SelfCheck, level: ShareLevel, questionnaires: Questionnaires) -> SharedView:
    """Return what the commissioner would see, with the unit's measures as they are now.

    Raises ConflictError for a draft.
    """
    if check.is_draft:
        raise ConflictError("Ein Entwurf kann nicht geteilt werden. Werten Sie ihn zuerst aus.")
    measures = _list_measures(check, questionnaires) if level is ShareLevel.ALL else ()
    return shared_view(_facts_of(check, measures, questionnaires), level)


def view_of(share: Share, questionnaires: Questionnaires) -> SharedView:
    """Return what the commissioner sees of a shared check."""
    measures = tuple(_read_measure(one) for one in share.measures)
    return shared_view(_facts_of(share.check, measures, questionnaires), share.level)


def share_check(
    user: User,
    check: SelfCheck,
    *,
    level: ShareLevel,
    digest: str,
    shown_state: str,
    questionnaires: Questionnaires,
    path: str,
) -> bool:
    """Share exactly what the preview with this digest showed; returns whether anything is new.

    ``shown_state`` is the ``state_of`` the share when the preview was shown, ``path`` the page
    that the commissioner's message leads to. Sharing the same a second time changes nothing.
    Raises ConflictError for a draft, or if something else would be shared than was shown.
    """
    view = preview(check, level, questionnaires)
    if digest != digest_of(view):
        raise ConflictError(f"{SHOWN_OTHERWISE} {LOOK_AGAIN}")
    share = find_share(check)
    measures = [_write_measure(one) for one in view.measures]
    if share is not None and (share.level, share.measures) == (level, measures):
        return False
    if shown_state != state_of(share):
        raise ConflictError(f"{SHARED_OTHERWISE} {LOOK_AGAIN}")
    if share is None:
        share = Share(check_id=check.id)
        db.session.add(share)
    share.level, share.measures = level, measures
    share.shared_at, share.shared_by_id = clock.now(), user.id
    db.session.flush()
    audit.record(
        Action.CHECK_SHARED, actor_id=user.id, subject=subject_of(check), details=share.label
    )
    _tell_commissioner(check, level, path)
    return True


def withdraw_share(user: User, check: SelfCheck) -> bool:
    """Let a check be the unit's own again; returns whether it was shared."""
    share = find_share(check)
    if share is None:
        return False
    db.session.delete(share)
    audit.record(Action.CHECK_SHARE_WITHDRAWN, actor_id=user.id, subject=subject_of(check))
    return True


def state_of(share: Share | None) -> str:
    """Return what tells whether somebody changed the sharing since a page was shown."""
    return "" if share is None else f"{share.level.value} {share.shared_at.isoformat()}"


def freeze_measures(check: SelfCheck, questionnaires: Questionnaires) -> list[dict[str, Any]]:
    """Return the measures of the check's unit as they are kept with a share."""
    return [_write_measure(one) for one in _list_measures(check, questionnaires)]


def _facts_of(
    check: SelfCheck, measures: Sequence[SharedMeasure], questionnaires: Questionnaires
) -> CheckFacts:
    return CheckFacts(
        check_id=check.id,
        unit_id=check.unit_id,
        unit_number=check.unit.number,
        unit_label=check.unit.label,
        checked_on=check.checked_on,
        questionnaire=questionnaires[check.questionnaire_version],
        answers=answers_of(check),
        measures=tuple(measures),
    )


def _list_measures(check: SelfCheck, questionnaires: Questionnaires) -> tuple[SharedMeasure, ...]:
    query = select(Measure).where(Measure.unit_id == check.unit_id).order_by(Measure.id)
    return tuple(
        SharedMeasure(
            wording=measure.wording,
            statement=_number_of(measure, questionnaires),
            responsible=measure.responsible,
            due_on=measure.due_on,
            state=measure.state.label,
        )
        for measure in db.session.scalars(query)
    )


def _number_of(measure: Measure, questionnaires: Questionnaires) -> int | None:
    statements = questionnaires[measure.questionnaire_version].statements
    return next((one.number for one in statements if one.id == measure.statement_id), None)


def _write_measure(measure: SharedMeasure) -> dict[str, Any]:
    return {
        "wording": measure.wording,
        "statement": measure.statement,
        "responsible": measure.responsible,
        "due_on": measure.due_on.isoformat() if measure.due_on else None,
        "state": measure.state,
    }


def _read_measure(kept: Mapping[str, Any]) -> SharedMeasure:
    due_on = date.fromisoformat(kept["due_on"]) if kept["due_on"] else None
    return SharedMeasure(**{**kept, "due_on": due_on})


def _tell_commissioner(check: SelfCheck, level: ShareLevel, path: str) -> None:
    """Write that there is something to see, once a day for each level; nothing of the result."""
    mail.put(
        list_city_holders(Role.COMMISSIONER),
        key=f"check-shared-{check.id}-{level.value}-{clock.today():%Y-%m-%d}",
        subject=f"Selbstcheck geteilt: {check.unit.label}",
        body=(
            f"{check.unit.label} hat einen Selbstcheck mit Ihnen geteilt.\n\n"
            "Was davon sichtbar ist, steht in der Anwendung."
        ),
        path=path,
    )
