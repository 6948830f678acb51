"""What is stored about an employee, told on request, and deleted on request."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db
from selfcheck.errors import ConflictError
from selfcheck.lists.download_pages import send_download
from selfcheck.retention.disclosure import write_json, write_pdf
from selfcheck.retention.due_service import current_periods
from selfcheck.retention.kinds import Kind
from selfcheck.retention.people_service import count_what_goes, delete_person, find_obstacle
from selfcheck.retention.person_data_service import disclose_person
from selfcheck.staff.models import Person
from selfcheck.staff.reach_service import get_person
from selfcheck.staff.service import subject_of

blueprint = Blueprint("person_data", __name__, url_prefix="/personal")


@blueprint.get("/<int:person_id>/auskunft")
@access.requires(Permission.MANAGE_STAFF)
def show_person(person_id: int) -> ResponseReturnValue:
    """Explain what a disclosure holds, with the ways to get it."""
    return render_template("retention/person.html", person=_get_person(person_id))


@blueprint.get("/<int:person_id>/auskunft.pdf")
@access.requires(Permission.MANAGE_STAFF)
def export_pdf(person_id: int) -> ResponseReturnValue:
    """Return everything that is stored about a person, for reading."""
    person = _get_person(person_id)
    content = write_pdf(disclose_person(person))
    _record_export(person)
    return send_download(content, f"auskunft-{person_id}-{clock.today():%Y-%m-%d}.pdf")


@blueprint.get("/<int:person_id>/auskunft.json")
@access.requires(Permission.MANAGE_STAFF)
def export_json(person_id: int) -> ResponseReturnValue:
    """Return everything that is stored about a person, for machines."""
    person = _get_person(person_id)
    content = write_json(disclose_person(person))
    _record_export(person)
    return send_download(content, f"auskunft-{person_id}-{clock.today():%Y-%m-%d}.json")


@blueprint.route("/<int:person_id>/loeschen", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_STAFF)
def delete(person_id: int) -> ResponseReturnValue:
    """Say what goes and what stays, or why nothing may go yet; then delete."""
    person = _get_person(person_id)
    today = clock.today()
    if request.method != "POST":
        return render_template(
            "retention/delete.html",
            person=person,
            obstacle=find_obstacle(person, today),
            going=count_what_goes(person),
            period=current_periods()[Kind.PEOPLE],
        )
    name = person.name
    try:
        delete_person(person, today=today, actor_id=current_user.id)
    except ConflictError as error:
        db.session.rollback()
        flash(error.message, "warning")
        return redirect(url_for("person_data.delete", person_id=person_id))
    db.session.commit()
    flash(f"{name} ist gelöscht, mit allen Schulungen und Nachweisen.", "success")
    return redirect(url_for("people.list_people"))


def _get_person(person_id: int) -> Person:
    return get_person(
        current_user,
        person_id,
        Permission.MANAGE_STAFF,
        day=clock.today(),
        lock=request.method == "POST",
    )


def _record_export(person: Person) -> None:
    actor_id, subject = current_user.id, subject_of(person)
    db.session.rollback()  # a transaction that has read cannot begin to write under load
    audit.record(Action.PERSON_DATA_EXPORTED, actor_id=actor_id, subject=subject)
    db.session.commit()
