"""The list of an office's people with their state, one person, the list as XLSX and CSV."""

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
from selfcheck.accounts.scope import list_granted_units, select_unit_ids
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db
from selfcheck.form_base import choices, read_ids
from selfcheck.lists.download_pages import send_download
from selfcheck.organisation.service import list_ids_at_or_below, list_units
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
from selfcheck.training.workbook import count_people, write_standings, write_standings_as_csv

blueprint = Blueprint("people", __name__, url_prefix="/personal")

PAGE_SIZE = 25
MARKS = {"contact": "Bürgerkontakt", "media": "Medienarbeit"}


@blueprint.get("")
@access.requires(Permission.VIEW_STAFF)
def list_people() -> ResponseReturnValue:
    """List the people of the user's units, those who still have to do something first."""
    form, standings, labels = _chosen_standings()
    page = Page.of_request(total=len(standings), size=PAGE_SIZE)
    return render_template(
        "training/people.html",
        form=form,
        page=page,
        sort=Sort.of_request(COLUMNS),
        standings=standings[page.offset : page.offset + PAGE_SIZE],
        units=labels,
        mandate=CURRENT_MANDATE,
        summarise=summarise,
        is_filtered=any(field.data for field in form),
        own_unit_ids=_own_unit_ids(),
        query=request.query_string.decode(errors="replace"),
    )


@blueprint.get("/liste.xlsx")
@access.requires(Permission.VIEW_STAFF)
def export_people() -> ResponseReturnValue:
    """Return exactly what the list shows, all pages of it, as a workbook."""
    form, standings, labels = _chosen_standings()
    content = write_standings(
        standings,
        labels,
        CURRENT_MANDATE,
        day=clock.today(),
        chosen=_describe_filter(form),
        city=current_app.extensions["selfcheck"].city_name,
    )
    _record_export(len(standings))
    return send_download(content, _filename("xlsx"))


@blueprint.get("/liste.csv")
@access.requires(Permission.VIEW_STAFF)
def export_people_as_csv() -> ResponseReturnValue:
    """Return the rows of that workbook as CSV."""
    _, standings, labels = _chosen_standings()
    content = write_standings_as_csv(standings, labels, CURRENT_MANDATE)
    _record_export(len(standings))
    return send_download(content, _filename("csv"))


@blueprint.get("/<int:person_id>")
@access.requires(Permission.VIEW_STAFF)
def show_person(person_id: int) -> ResponseReturnValue:
    """Show a person, the verdict with its reasons, and all trainings."""
    day = clock.today()
    person = get_person(current_user, person_id, Permission.VIEW_STAFF, day=day)
    records = record_service.list_records(person)
    standing = overview_service.standing_of(person, records, CURRENT_MANDATE, day=day)
    own_unit_ids = _own_unit_ids()
    return render_template(
        "training/person.html",
        person=person,
        standing=standing,
        assignment=person.assignment_on(day),
        records=[(record, _reasons_of(record, standing)) for record in records],
        own_unit_ids=own_unit_ids,
        may_manage=standing.unit_id in own_unit_ids,
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
    """Set or clear a mark of all who were ticked, or go on to record a training for them."""
    ids = read_ids(request.form.getlist("person"))
    mark, _, value = request.form.get("mark", "").partition(":")
    query = urlencode(parse_qsl(request.form.get("query", "")))
    back = redirect(f"{url_for('people.list_people')}?{query}")
    if not ids:
        flash("Bitte kreuzen Sie zuerst Personen an.", "warning")
        return back
    if mark == "training":
        return redirect(url_for("trainings.record_training", person=ids))
    if mark not in MARKS or value not in {"on", "off"}:
        abort(400)
    people = list_chosen(current_user, ids, Permission.MANAGE_STAFF, day=clock.today(), lock=True)
    changed = set_duties(
        people,
        day=clock.today(),
        has_citizen_contact=value == "on" if mark == "contact" else None,
        does_media_work=value == "on" if mark == "media" else None,
        actor_id=current_user.id,
    )
    db.session.commit()
    label = MARKS[mark]
    told = "gesetzt" if value == "on" else "entfernt"
    count = count_people(len(changed))
    flash(f"{label} {told}: {count} geändert, {len(people) - len(changed)} unverändert.", "success")
    return back


def _record_export(people: int) -> None:
    actor_id = current_user.id
    db.session.rollback()  # a transaction that has read cannot begin to write under load
    audit.record(Action.STAFF_EXPORTED, actor_id=actor_id, details=count_people(people))
    db.session.commit()


def _filename(extension: str) -> str:
    return f"personal-{clock.today():%Y-%m-%d}.{extension}"


def _own_unit_ids() -> set[int]:
    """Return the units whose staff the user manages."""
    if not current_user.may(Permission.MANAGE_STAFF):
        return set()
    units = list_granted_units(current_user, Permission.MANAGE_STAFF)
    return list_ids_at_or_below([unit.id for unit in units])


def _chosen_standings() -> tuple[StaffFilterForm, list[Standing], dict[int, str]]:
    """Return the filter, all rows that it lets through in their order, and the units' labels."""
    form = StaffFilterForm(request.args)
    within = select_unit_ids(current_user, Permission.VIEW_STAFF)
    units = list_units(within=within)
    labels = {unit.id: unit.label for unit in units}
    form.unit.choices = choices([("", "alle"), *((str(one.id), one.label) for one in units)])
    if not form.validate():  # a unit, say, that the user no longer has
        return form, [], labels
    standings = overview_service.list_standings(
        current_user,
        CURRENT_MANDATE,
        day=clock.today(),
        text=form.text.data or "",
        unit_id=int(form.unit.data) if form.unit.data else None,
    )
    group = next((one for one in Group if one.value == form.group.data), None)
    chosen = narrow(standings, state=form.state.data or "", group=group)
    numbers = {unit.id: place for place, unit in enumerate(units)}
    return form, in_order(chosen, Sort.of_request(COLUMNS), numbers), labels


def _describe_filter(form: StaffFilterForm) -> str:
    chosen = [dict(STATE_CHOICES).get(form.state.data or "", "")]
    if form.group.data:
        chosen.append(form.group.data)
    if form.unit.data:
        units = {one.value: one.label for one in form.unit.choices}
        chosen.append(units.get(form.unit.data, form.unit.data))
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
