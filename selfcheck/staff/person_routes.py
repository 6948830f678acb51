"""Add a person, change names and assignments, move to another unit on a day, end."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.accounts.scope import reaches, select_unit_ids
from selfcheck.db import db
from selfcheck.errors import DomainError, NotFoundError
from selfcheck.form_base import choices
from selfcheck.organisation.models import Unit
from selfcheck.organisation.service import list_units
from selfcheck.staff import service
from selfcheck.staff.forms import AssignmentForm, EndForm, MoveForm, NamesForm, NewPersonForm
from selfcheck.staff.models import Assignment, Person
from selfcheck.staff.periods import SINCE_ALWAYS
from selfcheck.staff.reach_service import get_person, responsible_assignment

blueprint = Blueprint("staff", __name__, url_prefix="/personal")


@blueprint.route("/neu", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_STAFF)
@access.keeps_typed_text
def add_person() -> ResponseReturnValue:
    """Add a person to one of the user's units."""
    form = NewPersonForm()
    form.unit.choices = _choices(_own_units())
    if form.validate_on_submit():
        try:
            person = service.add_person(form.names, form.assignment, actor_id=current_user.id)
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            db.session.commit()
            flash(f"{person.name} ist angelegt.", "success")
            return redirect(url_for("people.show_person", person_id=person.id))
    return render_template("staff/new.html", form=form), form.status


@blueprint.route("/<int:person_id>/bearbeiten", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_STAFF)
@access.keeps_typed_text
def change_person(person_id: int) -> ResponseReturnValue:
    """Change number and names."""
    person = _get_person(person_id)
    form = NamesForm(obj=person)
    if form.validate_on_submit():
        try:
            changed = service.change_person(
                person, form.names, revision=form.shown_revision, actor_id=current_user.id
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            return _save(person, "Gespeichert." if changed else "Es war nichts zu ändern.")
    return render_template("staff/names.html", form=form, person=person), form.status


@blueprint.route("/<int:person_id>/zuordnungen/<int:assignment_id>", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_STAFF)
@access.keeps_typed_text
def change_assignment(person_id: int, assignment_id: int) -> ResponseReturnValue:
    """Correct unit, marks and days of an assignment."""
    person = _get_person(person_id)
    assignment = _get_assignment(person, assignment_id)
    form = AssignmentForm(
        revision=person.revision,
        unit=str(assignment.unit_id),
        first_day=None if assignment.first_day == SINCE_ALWAYS else assignment.first_day,
        last_day=assignment.last_day,
        **asdict(service.duties_of(assignment)),
    )
    form.unit.choices = _choices(_own_units(), assignment.unit)
    if form.validate_on_submit():
        try:
            changed = service.change_assignment(
                person,
                assignment,
                form.assignment,
                revision=form.shown_revision,
                actor_id=current_user.id,
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            return _save(person, "Gespeichert." if changed else "Es war nichts zu ändern.")
    page = render_template("staff/assignment.html", form=form, person=person, assignment=assignment)
    return page, form.status


@blueprint.route("/<int:person_id>/umsetzen", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_STAFF)
@access.keeps_typed_text
def move_person(person_id: int) -> ResponseReturnValue:
    """Hand a person over to another unit from a day on."""
    person = _get_person(person_id)
    current = responsible_assignment(person, clock.today())
    form = MoveForm(revision=person.revision, **asdict(service.duties_of(current)))
    form.unit.choices = _choices(list_units(with_closed=False))
    if form.validate_on_submit():
        try:
            new = service.move_person(
                person,
                form.assignment,
                own_unit_ids={unit.id for unit in _own_units(with_closed=True)},
                revision=form.shown_revision,
                actor_id=current_user.id,
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            return _save(person, _describe_move(person, new))
    return render_template("staff/move.html", form=form, person=person), form.status


@blueprint.route("/<int:person_id>/zuordnungen/<int:assignment_id>/ende", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_STAFF)
@access.keeps_typed_text
def end_assignment(person_id: int, assignment_id: int) -> ResponseReturnValue:
    """Set the last day of an assignment, or clear it."""
    person = _get_person(person_id)
    assignment = _get_assignment(person, assignment_id)
    form = EndForm(obj=assignment, revision=person.revision)
    if form.validate_on_submit():
        try:
            changed = service.end_assignment(
                person,
                assignment,
                last_day=form.last_day.data,
                revision=form.shown_revision,
                actor_id=current_user.id,
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            end = assignment.last_day
            told = f"endet am {end:%d.%m.%Y}" if end else "hat kein Ende mehr"
            sentence = f"Die Zuordnung von {person.name} {told}."
            return _save(person, sentence if changed else "Es war nichts zu ändern.")
    page = render_template("staff/end.html", form=form, person=person, assignment=assignment)
    return page, form.status


def _get_person(person_id: int) -> Person:
    return get_person(
        current_user,
        person_id,
        Permission.MANAGE_STAFF,
        day=clock.today(),
        lock=request.method == "POST",
    )


def _get_assignment(person: Person, assignment_id: int) -> Assignment:
    """Return an assignment in one of the user's units: those elsewhere are the history of others.

    Raises NotFoundError.
    """
    assignment = next((one for one in person.assignments if one.id == assignment_id), None)
    if assignment is None or not reaches(current_user, Permission.MANAGE_STAFF, assignment.unit_id):
        raise NotFoundError("Diese Zuordnung gibt es nicht, oder nicht für Ihr Konto.")
    return assignment


def _own_units(*, with_closed: bool = False) -> list[Unit]:
    within = select_unit_ids(current_user, Permission.MANAGE_STAFF)
    return list_units(within=within, with_closed=with_closed)


def _choices(units: list[Unit], current: Unit | None = None) -> list[tuple[str, str]]:
    if current is not None and current not in units:  # closed meanwhile
        units = [*units, current]
    pairs = [(str(unit.id), unit.label) for unit in units]
    return choices(pairs if len(pairs) == 1 else [("", "Bitte wählen"), *pairs])


def _describe_move(person: Person, new: Assignment) -> str:
    told = f"{person.name} gehört ab {new.first_day:%d.%m.%Y} zu {new.unit.label}."
    is_kept = reaches(current_user, Permission.MANAGE_STAFF, new.unit_id)
    if is_kept or new.first_day > clock.today():
        return told
    return f"{told} Die Person steht deshalb nicht mehr in Ihrer Liste."


def _save(person: Person, told: str) -> ResponseReturnValue:
    """Commit, say what happened, and show the person, if it is still the user's."""
    person_id = person.id
    db.session.commit()
    flash(told, "success")
    try:
        get_person(current_user, person_id, Permission.VIEW_STAFF, day=clock.today())
    except NotFoundError:
        return redirect(url_for("people.list_people"))
    return redirect(url_for("people.show_person", person_id=person_id))
