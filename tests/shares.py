"""Self-checks that are shared, and what the form of a preview sends."""

from typing import Any
from uuid import UUID

from factories import LONG_AGO
from flask import current_app

from selfcheck.checks.models import SelfCheck
from selfcheck.checks.share_models import Share
from selfcheck.checks.share_service import find_share, freeze_measures, preview, state_of
from selfcheck.checks.sharing import ShareLevel, digest_of
from selfcheck.db import db


def share(check_id: UUID, level: ShareLevel = ShareLevel.ALL) -> Share:
    """Share a check as its preview would show it now, and commit it."""
    check = db.session.get_one(SelfCheck, check_id)
    versions = current_app.extensions["questionnaires"]
    made = Share(
        check_id=check_id,
        level=level,
        shared_at=LONG_AGO,
        shared_by_id=check.created_by_id,
        measures=freeze_measures(check, versions) if level is ShareLevel.ALL else [],
    )
    db.session.add(made)
    db.session.commit()
    return made


def sent_share(check_id: UUID, level: ShareLevel) -> dict[str, Any]:
    """Return what the preview's form sends."""
    check = db.session.get_one(SelfCheck, check_id)
    view = preview(check, level, current_app.extensions["questionnaires"])
    state = state_of(find_share(check))
    return {"level": level.value, "digest": digest_of(view), "shown_state": state}
