"""What happened to a unit from one Selbstcheck to the next: its history, two checks compared."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.checks import history_service as service
from selfcheck.checks.history import (
    DIRECTION_LABELS,
    DIRECTION_SIGNS,
    Direction,
    compare,
    direction_of,
)
from selfcheck.checks.history_chart import draw, list_categories
from selfcheck.checks.measure_inputs import MeasureFilter
from selfcheck.checks.measure_review_service import list_measures_between
from selfcheck.checks.measure_service import describe_measures, list_measures
from selfcheck.checks.measures import OPEN_STATES
from selfcheck.checks.position import MINIMUM_UNITS, is_counted
from selfcheck.checks.version_pages import questionnaires
from selfcheck.errors import NotFoundError

blueprint = Blueprint("check_history", __name__, url_prefix="/selbstchecks/einheit")

MOST_MEASURES = 10
CHOOSE_TWO = "Bitte wählen Sie genau zwei Selbstchecks aus, die Sie vergleichen möchten."


@blueprint.get("/<int:unit_id>")
@access.requires(Permission.USE_CHECKS)
def show_unit(unit_id: int) -> ResponseReturnValue:
    """Show how a unit stands, how it got there, and where it is among all units."""
    unit = service.get_unit(current_user, unit_id)
    versions, today = questionnaires(), clock.today()
    checks = service.list_history(unit, versions)
    chosen = MeasureFilter(unit_id=unit.id, states=OPEN_STATES)
    measures = describe_measures(
        list_measures(current_user, chosen, today=today), versions, today=today
    )
    last = checks[-1] if checks else None
    return render_template(
        "checks/history.html",
        unit=unit,
        checks=checks,
        is_cut=len(checks) == service.MOST_SHOWN,
        last=last,
        chart=draw(checks) if checks else None,
        categories=list_categories(checks),
        distribution=service.count_positions(
            current_user, versions, last.questionnaire, today=today
        )
        if last
        else None,
        is_counted=last is not None
        and is_counted(last.checked_on, last.submitted_on, unit.closed_on, today=today),
        minimum_units=MINIMUM_UNITS,
        measures=measures[:MOST_MEASURES],
        more_measures=len(measures) - MOST_MEASURES,
    )


@blueprint.get("/<int:unit_id>/vergleich")
@access.requires(Permission.USE_CHECKS)
def compare_checks(unit_id: int) -> ResponseReturnValue:
    """Set two checks side by side; the changes come first.

    Ticked boxes come as ``check``; they go on to the address that names both, the older as ``a``.
    """
    unit = service.get_unit(current_user, unit_id)
    is_named = "a" in request.args and "b" in request.args
    sent = [request.args["a"], request.args["b"]] if is_named else request.args.getlist("check")
    check_ids = {_read_id(one) for one in sent}
    if len(check_ids) != 2 or len(sent) != 2:
        flash(CHOOSE_TWO, "error")
        return redirect(url_for("check_history.show_unit", unit_id=unit.id))
    older, newer = service.get_pair(unit, check_ids, questionnaires())
    if not is_named:
        address = url_for("check_history.compare_checks", unit_id=unit.id, a=older.id, b=newer.id)
        return redirect(address)
    today = clock.today()
    measures = list_measures_between(unit.id, older, newer)
    return render_template(
        "checks/comparison.html",
        unit=unit,
        comparison=compare(older, newer),
        direction_of=direction_of,
        Direction=Direction,
        labels=DIRECTION_LABELS,
        signs=DIRECTION_SIGNS,
        measures=describe_measures(measures, questionnaires(), today=today),
    )


def _read_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFoundError("Diesen Selbstcheck gibt es nicht.") from error
