"""The Selbstcheck on paper: a result, and the empty questionnaire."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.checks import service
from selfcheck.checks.measure_review_service import find_measures_of_check
from selfcheck.checks.measures import MeasureLine
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.questionnaire import newest
from selfcheck.checks.report import (
    Filled,
    PrintedMeasure,
    PrintedReview,
    filename_of,
    filename_of_empty,
    write_empty,
    write_report,
)
from selfcheck.checks.version_pages import questionnaire_of, questionnaires
from selfcheck.config import Config
from selfcheck.lists.download_pages import send_download

blueprint = Blueprint("check_reports", __name__, url_prefix="/selbstchecks")


@blueprint.get("/<uuid:check_id>/bericht.pdf")
@access.requires(Permission.USE_CHECKS)
def export_report(check_id: UUID) -> ResponseReturnValue:
    """Return the result of a submitted check like the paper form."""
    check = service.get_check(current_user, check_id)
    if check.is_draft:
        flash("Einen Bericht gibt es, sobald der Selbstcheck ausgewertet ist.", "info")
        return redirect(url_for("checks.edit_check", check_id=check.id))
    filled = _fill(check)
    config = _config()
    content = write_report(
        questionnaire_of(check), filled, contact=config.contact, city=config.city_name
    )
    return send_download(content, filename_of(filled))


@blueprint.get("/fragebogen.pdf")
@access.requires_any(Permission.USE_CHECKS, Permission.VIEW_SHARED_CHECKS)
def export_questionnaire() -> ResponseReturnValue:
    """Return the newest questionnaire, empty, to be filled in by hand."""
    questionnaire = newest(questionnaires())
    config = _config()
    content = write_empty(questionnaire, contact=config.contact, city=config.city_name)
    return send_download(content, filename_of_empty(questionnaire))


def _fill(check: SelfCheck) -> Filled:
    """Return what is printed of a submitted check."""
    by, at = check.submitted_by, check.submitted_at
    assert by is not None  # noqa: S101 - the table's constraint says so
    assert at is not None  # noqa: S101
    found = find_measures_of_check(check, questionnaires(), today=clock.today())
    return Filled(
        unit_number=check.unit.number,
        unit_label=check.unit.label,
        checked_on=check.checked_on,
        submitted_by=by.name,
        submitted_at=at.astimezone(clock.city_time_zone()),
        answers=service.answers_of(check),
        result=service.result_of(check, questionnaire_of(check)),
        measures=[_printed(one) for one in found.announced],
        reviews=[
            PrintedReview(what=one.wording, outcome=outcome.label)
            for one, outcome in found.reviewed
        ],
    )


def _printed(one: MeasureLine) -> PrintedMeasure:
    """Return a measure as it stands today."""
    return PrintedMeasure(
        what=one.wording,
        statement=one.statement,
        who=one.responsible,
        until=f"{one.due_on:%d.%m.%Y}" if one.due_on else "",
        state=one.state.label,
    )


def _config() -> Config:
    config: Config = current_app.extensions["selfcheck"]
    return config
