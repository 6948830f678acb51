"""The pages of the units: list, detail, change, move, close."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.accounts.scope import reaches, select_unit_ids
from selfcheck.db import db
from selfcheck.errors import DomainError, NotFoundError
from selfcheck.form_base import choices
from selfcheck.organisation import service
from selfcheck.organisation.forms import CloseForm, MoveForm, UnitFilterForm, UnitForm
from selfcheck.organisation.kinds import UnitKind
from selfcheck.organisation.models import Unit
from selfcheck.pagination import Page

blueprint = Blueprint("organisation", __name__, url_prefix="/einheiten")

PAGE_SIZE = 50


@blueprint.get("")
@access.requires(Permission.VIEW_UNITS)
def list_units() -> ResponseReturnValue:
    """List the units within the user's reach."""
    form = UnitFilterForm(request.args)
    form.validate()
    kind = next((kind for kind in UnitKind if kind.value == form.kind.data), None)
    units = service.list_units(
        within=select_unit_ids(current_user, Permission.VIEW_UNITS),
        text=form.text.data or "",
        kind=kind,
    )
    page = Page.of_request(total=len(units), size=PAGE_SIZE)
    return render_template(
        "organisation/list.html",
        form=form,
        page=page,
        units=units[page.offset : page.offset + PAGE_SIZE],
        labels=service.label_parents(units),
    )


@blueprint.get("/<int:unit_id>")
@access.requires(Permission.VIEW_UNITS)
def show_unit(unit_id: int) -> ResponseReturnValue:
    """Show a unit, where it stands, and what stands below it."""
    unit = _get_visible(unit_id)
    return render_template(
        "organisation/unit.html",
        unit=unit,
        path=service.list_path(unit),
        children=service.list_children(unit),
        may_use_checks=current_user.may(Permission.USE_CHECKS)
        and reaches(current_user, Permission.USE_CHECKS, unit.id),
    )


@blueprint.route("/<int:unit_id>/bearbeiten", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_UNITS)
def edit_unit(unit_id: int) -> ResponseReturnValue:
    """Rename a unit or change what it is."""
    unit = service.get_unit(unit_id)
    form = UnitForm(obj=unit)
    if form.validate_on_submit():
        changed = service.change_unit(
            unit,
            name=form.name.data or "",
            short_name=form.short_name.data or "",
            kind=UnitKind(form.kind.data),
            is_reporting=form.is_reporting.data,
            actor_id=current_user.id,
        )
        db.session.commit()
        flash("Gespeichert." if changed else "Es war nichts zu ändern.", "success")
        return redirect(url_for("organisation.show_unit", unit_id=unit.id))
    return render_template("organisation/edit.html", unit=unit, form=form), form.status


@blueprint.route("/<int:unit_id>/verschieben", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_UNITS)
def move_unit(unit_id: int) -> ResponseReturnValue:
    """Hang a unit below another one."""
    unit = service.get_unit(unit_id)
    form = MoveForm(parent=str(unit.parent_id or ""))
    others = [one for one in service.list_units(with_closed=False) if one != unit]
    form.parent.choices = choices(
        [("", "keine (oberste Ebene)"), *((str(one.id), one.label) for one in others)]
    )
    if form.validate_on_submit():
        parent = service.get_unit(int(form.parent.data)) if form.parent.data else None
        try:
            moved = service.move_unit(unit, parent=parent, actor_id=current_user.id)
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            db.session.commit()
            where = f"unter {parent.label}" if parent else "auf der obersten Ebene"
            flash(f"{unit.label} steht {'jetzt' if moved else 'schon'} {where}.", "success")
            return redirect(url_for("organisation.show_unit", unit_id=unit.id))
    return render_template("organisation/move.html", unit=unit, form=form), form.status


@blueprint.route("/<int:unit_id>/schliessen", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_UNITS)
def close_unit(unit_id: int) -> ResponseReturnValue:
    """Ask for the last day, then close a unit."""
    unit = service.get_unit(unit_id)
    form = CloseForm(last_day=clock.today())
    if form.validate_on_submit():
        try:
            service.close_unit(
                unit, last_day=form.last_day.data or clock.today(), actor_id=current_user.id
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            db.session.commit()
            flash(
                f"{unit.label} ist geschlossen. Frühere Selbstchecks bleiben sichtbar.", "success"
            )
            return redirect(url_for("organisation.show_unit", unit_id=unit.id))
    return render_template("organisation/close.html", unit=unit, form=form), form.status


@blueprint.post("/<int:unit_id>/oeffnen")
@access.requires(Permission.MANAGE_UNITS)
def reopen_unit(unit_id: int) -> ResponseReturnValue:
    """Take the closing of a unit back."""
    unit = service.get_unit(unit_id)
    service.reopen_unit(unit, actor_id=current_user.id)
    db.session.commit()
    flash(f"{unit.label} ist wieder geöffnet.", "success")
    return redirect(url_for("organisation.show_unit", unit_id=unit.id))


def _get_visible(unit_id: int) -> Unit:
    if not reaches(current_user, Permission.VIEW_UNITS, unit_id):
        raise NotFoundError("Diese Organisationseinheit gibt es nicht, oder nicht für Ihr Konto.")
    return service.get_unit(unit_id)
