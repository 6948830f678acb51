"""What the offices of the demo city share with the commissioner: at every level, and not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.questionnaire import Questionnaire
from selfcheck.checks.share_models import Share
from selfcheck.checks.share_service import freeze_measures
from selfcheck.checks.sharing import LEVEL_LABELS, ShareLevel
from selfcheck.checks.states import CheckState
from selfcheck.db import db

COLOUR, POINTS, ALL = ShareLevel
# Of the last check of each office, in turn; of the checks before it.
LAST = (ALL, POINTS, ALL, COLOUR, POINTS, None, ALL, POINTS, COLOUR, ALL)
EARLIER = (POINTS, None, COLOUR, POINTS, ALL, None, COLOUR)
WITHDRAWN = 5  # which of them was shared once


def make_shares(questionnaires: Mapping[str, Questionnaire]) -> None:
    """Let most offices share their last check, and some of the earlier ones."""
    query = (
        select(SelfCheck)
        .where(SelfCheck.state == CheckState.SUBMITTED)
        .order_by(SelfCheck.unit_id, SelfCheck.checked_on.desc())
    )
    by_unit: dict[int, list[SelfCheck]] = {}
    for check in db.session.scalars(query):
        by_unit.setdefault(check.unit_id, []).append(check)
    count = 0
    for place, (last, *earlier) in enumerate(by_unit.values()):
        _share(last, LAST[place % len(LAST)], questionnaires)
        if place == WITHDRAWN:
            _record(Action.CHECK_SHARED, last, LEVEL_LABELS[COLOUR])
            _record(Action.CHECK_SHARE_WITHDRAWN, last)
        for check in earlier:
            _share(check, EARLIER[count % len(EARLIER)], questionnaires)
            count += 1
    db.session.flush()


def _share(
    check: SelfCheck, level: ShareLevel | None, questionnaires: Mapping[str, Questionnaire]
) -> None:
    if level is None or check.submitted_at is None:
        return
    db.session.add(
        Share(
            check_id=check.id,
            level=level,
            shared_at=check.submitted_at + timedelta(days=2, hours=1),
            shared_by_id=check.created_by_id,
            measures=freeze_measures(check, questionnaires) if level is ALL else [],
        )
    )
    _record(Action.CHECK_SHARED, check, LEVEL_LABELS[level])


def _record(action: Action, check: SelfCheck, details: str = "") -> None:
    subject = f"{check.unit.label}, {check.checked_on:%d.%m.%Y}"
    audit.record(action, actor_id=check.created_by_id, subject=subject, details=details)
