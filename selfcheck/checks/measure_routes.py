"""The measures of the user's units: list, workbook, add, change, delete."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.accounts.scope import select_unit_ids
from selfcheck.checks import measure_service as service
from selfcheck.checks.measure_forms import (
    STATE_CHOICES,
    MeasureFilterForm,
    MeasureForm,
    NewMeasureForm,
    filter_choices,
    statement_choices,
)
from selfcheck.checks.measure_inputs import MeasureFilter
from selfcheck.checks.measure_models import Measure
from selfcheck.checks.measure_workbook import write_measures
from selfcheck.checks.measures import OPEN_STATES, MeasureLine, MeasureState
from selfcheck.checks.questionnaire import newest
from selfcheck.checks.version_pages import questionnaires
from selfcheck.db import db
from selfcheck.errors import ConflictError, DomainError
from selfcheck.form_base import choices
from selfcheck.lists.download_pages import send_download
from selfcheck.organisation.models import Unit
from selfcheck.organisation.service import list_units
from selfcheck.pagination import Page
from selfcheck.sorting import Sort

blueprint = Blueprint("measures", __name__, url_prefix="/massnahmen")

PAGE_SIZE = 25


@blueprint.get("")
@access.requires(Permission.USE_CHECKS)
def list_measures() -> ResponseReturnValue:
    """List the measures of the user's units, overdue ones first."""
    form, lines, units = _chosen_lines()
    page = Page.of_request(total=len(lines), size=PAGE_SIZE)
    return render_template(
        "checks/measures.html",
        form=form,
        page=page,
        sort=Sort.of_request(service.COLUMNS),
        lines=lines[page.offset : page.offset + PAGE_SIZE],
        states=STATE_CHOICES,
        is_filtered=any(field.data for field in form),
        has_units=any(unit.closed_on is None for unit in units),
        query=request.query_string.decode(errors="replace"),
    )


@blueprint.get("/liste.xlsx")
@access.requires(Permission.USE_CHECKS)
def export_measures() -> ResponseReturnValue:
    """Return exactly what the list shows, all pages of it, as a workbook."""
    form, lines, _ = _chosen_lines()
    content = write_measures(
        lines,
        day=clock.today(),
        chosen=form.describe(),
        city=current_app.extensions["selfcheck"].city_name,
    )
    return send_download(content, f"massnahmen-{clock.today():%Y-%m-%d}.xlsx")


@blueprint.route("/neu", methods=["GET", "POST"])
@access.requires(Permission.USE_CHECKS)
@access.keeps_typed_text
def add_measure() -> ResponseReturnValue:
    """Add a measure to one of the user's units."""
    questionnaire = newest(questionnaires())
    wanted = {"unit": request.args.get("einheit"), "statement": request.args.get("aussage")}
    form = NewMeasureForm(data=wanted)
    form.unit.choices = choices(_unit_choices())
    form.statement.choices = choices(statement_choices(questionnaire))
    if form.validate_on_submit():
        try:
            measure = service.add_measure(
                current_user, unit_id=int(form.unit.data), entered=form.entered(questionnaire)
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            told = f"Die Maßnahme für {measure.unit.label} ist eingetragen."
            return _save(measure.unit_id, told)
    return render_template("checks/measure_form.html", form=form, measure=None), form.status


@blueprint.route("/<int:measure_id>/bearbeiten", methods=["GET", "POST"])
@access.requires(Permission.USE_CHECKS)
@access.keeps_typed_text
def change_measure(measure_id: int) -> ResponseReturnValue:
    """Change what, for which statement, who, until when, and the state."""
    measure = _get_measure(measure_id)
    questionnaire = questionnaires()[measure.questionnaire_version]
    form = MeasureForm(obj=measure, statement=measure.statement_id, state=measure.state.value)
    form.statement.choices = choices(statement_choices(questionnaire))
    if form.validate_on_submit():
        try:
            changed = service.change_measure(
                current_user,
                measure,
                entered=form.entered(questionnaire),
                revision=form.shown_revision,
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            told = f"Gespeichert: {', '.join(changed)}." if changed else "Es war nichts zu ändern."
            return _save(measure.unit_id, told)
    return render_template("checks/measure_form.html", form=form, measure=measure), form.status


@blueprint.post("/<int:measure_id>/stand")
@access.requires(Permission.USE_CHECKS)
def set_state(measure_id: int) -> ResponseReturnValue:
    """Say where a measure stands, from the list."""
    measure = _get_measure(measure_id)
    state = next((one for one in MeasureState if one.value == request.form.get("state")), None)
    if state is None:
        abort(400)
    query = urlencode(parse_qsl(request.form.get("query", "")))
    back = redirect(f"{url_for('measures.list_measures')}?{query}")
    revision = request.form.get("revision", 0, type=int)
    wording = measure.wording
    try:
        service.set_state(current_user, measure, state=state, revision=revision)
    except ConflictError:
        db.session.rollback()
        flash(
            f"„{wording}“ wurde inzwischen von jemand anderem geändert; der Stand blieb, wie er "
            "jetzt hier steht.",
            "warning",
        )
        return back
    db.session.commit()
    flash(f"„{wording}“: Der Stand ist jetzt „{state.label}“.", "success")
    return back


@blueprint.route("/<int:measure_id>/loeschen", methods=["GET", "POST"])
@access.requires(Permission.USE_CHECKS)
def delete_measure(measure_id: int) -> ResponseReturnValue:
    """Ask, then delete a measure."""
    measure = service.get_measure(current_user, measure_id)
    if request.method != "POST":
        return render_template("checks/measure_delete.html", measure=measure)
    unit_id = measure.unit_id
    service.delete_measure(current_user, measure)
    return _save(unit_id, "Die Maßnahme ist gelöscht.")


@blueprint.app_template_global()
def list_urgent_measures(unit_id: int) -> list[MeasureLine]:
    """Return the measures of one of the user's units that are overdue or due soon."""
    today = clock.today()
    chosen = MeasureFilter(unit_id=unit_id, states=OPEN_STATES)
    measures = service.list_measures(current_user, chosen, today=today)
    lines = service.describe_measures(measures, questionnaires(), today=today)
    return [line for line in lines if line.timing]


def _chosen_lines() -> tuple[MeasureFilterForm, list[MeasureLine], list[Unit]]:
    """Return the filter, all lines that it lets through in their order, and the user's units."""
    form = MeasureFilterForm(request.args)
    units = list_units(within=select_unit_ids(current_user, Permission.USE_CHECKS))
    form.unit.choices = choices([("", "alle"), *((str(one.id), one.label) for one in units)])
    form.statement.choices = choices(filter_choices(questionnaires()))
    if not form.validate():  # a unit, say, that the user no longer has
        return form, [], units
    today = clock.today()
    measures = service.list_measures(current_user, form.chosen, today=today)
    lines = service.describe_measures(measures, questionnaires(), today=today)
    sort = Sort.of_request(service.COLUMNS)
    places = {unit.id: place for place, unit in enumerate(units)}
    return form, service.in_order(lines, sort.column, places, descending=sort.descending), units


def _get_measure(measure_id: int) -> Measure:
    return service.get_measure(current_user, measure_id, lock=request.method == "POST")


def _unit_choices() -> list[tuple[str, str]]:
    within = select_unit_ids(current_user, Permission.USE_CHECKS)
    pairs = [(str(one.id), one.label) for one in list_units(within=within, with_closed=False)]
    return pairs if len(pairs) == 1 else [("", "Bitte wählen"), *pairs]


def _save(unit_id: int, told: str) -> ResponseReturnValue:
    """Commit, say what happened, and show the measures of the unit."""
    db.session.commit()
    flash(told, "success")
    return redirect(url_for("measures.list_measures", unit=unit_id))
