"""The list of an office's people with their state, one person, the list as XLSX."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask import (
    Blueprint,
    Response,
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
from selfcheck.accounts.scope import reaches, select_unit_ids
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db
from selfcheck.form_base import choices, read_ids
from selfcheck.organisation.service import list_units
from selfcheck.pagination import Page
from selfcheck.sorting import Sort
from selfcheck.staff.periods import describe_period
from selfcheck.staff.reach_service import get_person
from selfcheck.staff.reach_service import list_people as list_chosen
from selfcheck.staff.service import set_duties
from selfcheck.training import overview_service, record_service
from selfcheck.training.evidence_service import REMOVABLE, describe_evidence
from selfcheck.training.forms import STATE_CHOICES, StaffFilterForm
from selfcheck.training.lengths import describe_length
from selfcheck.training.mandate import Group, find_obstacles, find_obstacles_for
from selfcheck.training.mandates import CURRENT_MANDATE
from selfcheck.training.models import TrainingRecord
from selfcheck.training.ordering import COLUMNS, in_order
from selfcheck.training.reasons import describe_shortest_way, explain, summarise
from selfcheck.training.recognition_service import describe_outcome
from selfcheck.training.standing import Standing, narrow
from selfcheck.training.workbook import write_standings

blueprint = Blueprint("people", __name__, url_prefix="/personal")

PAGE_SIZE = 25
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("")
@access.requires(Permission.VIEW_STAFF)
def list_people() -> ResponseReturnValue:
    """List the people of the user's units, those who still have to do something first."""
    form, standings = _chosen_standings()
    page = Page.of_request(total=len(standings), size=PAGE_SIZE)
    return render_template(
        "training/people.html",
        form=form,
        page=page,
        sort=Sort.of_request(COLUMNS),
        standings=standings[page.offset : page.offset + PAGE_SIZE],
        units=overview_service.label_units(current_user, Permission.VIEW_STAFF),
        mandate=CURRENT_MANDATE,
        summarise=summarise,
        is_filtered=any(field.data for field in form),
        query=request.query_string.decode(),
    )


@blueprint.get("/liste.xlsx")
@access.requires(Permission.VIEW_STAFF)
def export_people() -> ResponseReturnValue:
    """Return exactly what the list shows, all pages of it, as a workbook."""
    form, standings = _chosen_standings()
    content = write_standings(
        standings,
        overview_service.label_units(current_user, Permission.VIEW_STAFF),
        CURRENT_MANDATE,
        day=clock.today(),
        chosen=_describe_filter(form),
        city=current_app.extensions["selfcheck"].city_name,
    )
    actor_id = current_user.id
    db.session.rollback()  # a transaction that has read cannot begin to write under load
    audit.record(Action.STAFF_EXPORTED, actor_id=actor_id, details=f"{len(standings)} Personen")
    db.session.commit()
    name = f"personal-{clock.today():%Y-%m-%d}.xlsx"
    return Response(
        content,
        mimetype=XLSX,
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


@blueprint.get("/<int:person_id>")
@access.requires(Permission.VIEW_STAFF)
def show_person(person_id: int) -> ResponseReturnValue:
    """Show a person, the verdict with its reasons, and all trainings."""
    day = clock.today()
    person = get_person(current_user, person_id, Permission.VIEW_STAFF, day=day)
    (standing,) = overview_service.list_standings(
        current_user, CURRENT_MANDATE, day=day, person_id=person.id
    )
    within = select_unit_ids(current_user, Permission.VIEW_STAFF)
    return render_template(
        "training/person.html",
        person=person,
        standing=standing,
        assignment=person.assignment_on(day),
        records=[
            (record, _reasons_of(record, standing))
            for record in record_service.list_records(person)
        ],
        own_unit_ids={unit.id for unit in list_units(within=within)},
        may_manage=reaches(current_user, Permission.MANAGE_STAFF, standing.unit_id),
        way=_shortest_way(standing),
        mandate=CURRENT_MANDATE,
        removable=REMOVABLE,
        is_bound=record_service.is_bound_by_question,
        describe_period=describe_period,
        describe_length=describe_length,
        describe_evidence=describe_evidence,
        describe_outcome=describe_outcome,
    )


@blueprint.post("/merkmale")
@access.requires(Permission.MANAGE_STAFF)
def set_marks() -> ResponseReturnValue:
    """Set Bürgerkontakt or Medienarbeit for all the people who were ticked."""
    ids = read_ids(request.form.getlist("person"))
    mark, _, value = request.form.get("mark", "").partition(":")
    query = urlencode(parse_qsl(request.form.get("query", "")))
    back = redirect(f"{url_for('people.list_people')}?{query}")
    if not ids or mark not in {"contact", "media"}:
        flash("Bitte kreuzen Sie zuerst Personen an.", "warning")
        return back
    people = list_chosen(current_user, ids, Permission.MANAGE_STAFF, day=clock.today(), lock=True)
    changed = set_duties(
        people,
        day=clock.today(),
        has_citizen_contact=value == "on" if mark == "contact" else None,
        does_media_work=value == "on" if mark == "media" else None,
        actor_id=current_user.id,
    )
    db.session.commit()
    label = {"contact": "Bürgerkontakt", "media": "Medienarbeit"}[mark]
    told = "gesetzt" if value == "on" else "entfernt"
    count = "1 Person" if len(changed) == 1 else f"{len(changed)} Personen"
    flash(f"{label} {told}: {count} geändert, {len(people) - len(changed)} unverändert.", "success")
    return back


def _chosen_standings() -> tuple[StaffFilterForm, list[Standing]]:
    """Return the filter and all rows that it lets through, in the chosen order."""
    form = StaffFilterForm(request.args)
    within = select_unit_ids(current_user, Permission.VIEW_STAFF)
    units = list_units(within=within)
    form.unit.choices = choices([("", "alle"), *((str(one.id), one.label) for one in units)])
    form.validate()
    standings = overview_service.list_standings(
        current_user,
        CURRENT_MANDATE,
        day=clock.today(),
        text=form.text.data or "",
        unit_id=int(form.unit.data) if form.unit.data and not form.unit.errors else None,
    )
    group = next((one for one in Group if one.value == form.group.data), None)
    chosen = narrow(standings, state=form.state.data or "", group=group)
    numbers = {unit.id: place for place, unit in enumerate(units)}
    return form, in_order(chosen, Sort.of_request(COLUMNS), numbers)


def _describe_filter(form: StaffFilterForm) -> str:
    chosen = [dict(STATE_CHOICES).get(form.state.data or "", "")]
    if form.group.data:
        chosen.append(form.group.data)
    if form.unit.data:
        chosen.append({one.value: one.label for one in form.unit.choices}[form.unit.data])
    if form.text.data:
        chosen.append(f"Suche „{form.text.data}“")
    return ", ".join(part for part in chosen if part)


def _reasons_of(record: TrainingRecord, standing: Standing) -> list[str]:
    """Return why a record is not recognised or does not fulfil; none: it does."""
    training = overview_service.training_of(record)
    group, day = standing.group, clock.today()
    found = (
        find_obstacles_for(training, group, CURRENT_MANDATE, day)
        if group
        else find_obstacles(training, CURRENT_MANDATE, day)
    )
    return [explain(obstacle, training, CURRENT_MANDATE, day, group) for obstacle in found]


def _shortest_way(standing: Standing) -> str:
    if standing.group is None or not standing.is_open:
        return ""
    return describe_shortest_way(standing.verdict, standing.group, CURRENT_MANDATE)
