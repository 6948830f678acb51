"""Sharing a self-check with the commissioner: choose a level, look, share, take it back."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access
from selfcheck.accounts.permissions import Permission
from selfcheck.checks import service, share_service
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.share_forms import MISSING_LEVEL, ShareForm, read_level
from selfcheck.checks.sharing import LEVEL_EXPLANATIONS, LEVEL_LABELS, ShareLevel, digest_of
from selfcheck.checks.version_pages import questionnaires
from selfcheck.db import db
from selfcheck.errors import ConflictError

blueprint = Blueprint("shares", __name__, url_prefix="/selbstchecks")


@blueprint.get("/<uuid:check_id>/teilen")
@access.requires(Permission.USE_CHECKS)
def choose_level(check_id: UUID) -> ResponseReturnValue:
    """Ask how much is to be shared, and show what exactly that is."""
    check = service.get_check(current_user, check_id)
    level = read_level(request.args.get("stufe", ""))
    is_missing = level is None and "vorschau" in request.args
    return _show(check, level, problem=MISSING_LEVEL if is_missing else "")


@blueprint.post("/<uuid:check_id>/teilen")
@access.requires(Permission.USE_CHECKS)
def share_check(check_id: UUID) -> ResponseReturnValue:
    """Share what the preview showed, and nothing else."""
    check = service.get_check(current_user, check_id, lock=True)
    form = ShareForm()
    level = read_level(form.level.data or "")
    if level is None:
        return _show(check, None, problem=MISSING_LEVEL), 400
    try:
        is_new = share_service.share_check(
            current_user,
            check,
            level=level,
            digest=form.digest.data or "",
            shown_state=form.shown_state.data or "",
            questionnaires=questionnaires(),
            path=url_for("overview.list_units"),
        )
        db.session.commit()
    except ConflictError as error:
        db.session.rollback()
        return _show(check, level, conflict=error.message), 409
    words = f"Geteilt: {LEVEL_LABELS[level]}." if is_new else "Das ist schon so geteilt."
    flash(words, "success")
    return redirect(url_for("checks.show_check", check_id=check.id))


@blueprint.route("/<uuid:check_id>/teilen/zuruecknehmen", methods=["GET", "POST"])
@access.requires(Permission.USE_CHECKS)
def withdraw_share(check_id: UUID) -> ResponseReturnValue:
    """Ask, then let the check be the unit's own again."""
    is_sent = request.method == "POST"
    check = service.get_check(current_user, check_id, lock=is_sent)
    share = share_service.find_share(check)
    if share is not None and not is_sent:
        return render_template("checks/share_withdraw.html", check=check, share=share)
    if share_service.withdraw_share(current_user, check):
        db.session.commit()
        flash("Der Selbstcheck wird nicht mehr geteilt.", "success")
    else:
        flash("Dieser Selbstcheck wird nicht geteilt.", "info")
    return redirect(url_for("checks.show_check", check_id=check.id))


def _show(
    check: SelfCheck, level: ShareLevel | None, *, problem: str = "", conflict: str = ""
) -> str:
    """Show the levels to choose from and, below, what the chosen one would show."""
    seen = share_service.preview(check, level or ShareLevel.COLOUR, questionnaires())
    view = seen if level else None
    share = share_service.find_share(check)
    return render_template(
        "checks/share.html",
        check=check,
        share=share,
        levels=list(ShareLevel),
        labels=LEVEL_LABELS,
        explanations=LEVEL_EXPLANATIONS,
        chosen=level or (share.level if share else None),
        view=view,
        digest=digest_of(view) if view else "",
        shown_state=share_service.state_of(share),
        problem=problem,
        conflict=conflict,
    )
