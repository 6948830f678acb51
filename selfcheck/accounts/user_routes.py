"""The administration's pages: users, their roles and one-time passwords."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access
from selfcheck.accounts import factor_service, login, service
from selfcheck.accounts.forms import GrantForm, NewUserForm, UserFilterForm, UserForm
from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission, Role
from selfcheck.db import db
from selfcheck.errors import DomainError
from selfcheck.form_base import choices
from selfcheck.organisation.models import Unit
from selfcheck.organisation.service import get_unit, list_units
from selfcheck.pagination import Page

blueprint = Blueprint("users", __name__, url_prefix="/konten")

PAGE_SIZE = 50


@blueprint.get("")
@access.requires(Permission.MANAGE_USERS)
def list_users() -> ResponseReturnValue:
    """List all users, narrowed by the filter."""
    form = UserFilterForm(request.args)
    form.validate()
    role = next((role for role in Role if role.value == form.role.data), None)
    users = service.list_users(text=form.text.data or "", role=role)
    page = Page.of_request(total=len(users), size=PAGE_SIZE)
    return render_template(
        "accounts/users.html",
        form=form,
        page=page,
        users=users[page.offset : page.offset + PAGE_SIZE],
        describe_grant=service.describe_grant,
    )


@blueprint.route("/neu", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_USERS)
def add_user() -> ResponseReturnValue:
    """Add a user with a first role, and show the one-time password once."""
    form = NewUserForm()
    form.unit.choices = choices(_unit_choices())
    if form.validate_on_submit():
        try:
            user, one_time = service.add_user(
                email=form.email.data or "",
                name=form.name.data or "",
                password=None,
                actor_id=current_user.id,
            )
            service.add_grant(
                user, role=Role(form.role.data), unit=_chosen_unit(form), actor_id=current_user.id
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            db.session.commit()
            return render_template("accounts/one_time_password.html", user=user, password=one_time)
    return render_template("accounts/user_new.html", form=form), form.status


@blueprint.route("/<int:user_id>", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_USERS)
def show_user(user_id: int) -> ResponseReturnValue:
    """Show a user; change name and address."""
    user = service.get_user(user_id)
    form = UserForm(obj=user)
    if form.validate_on_submit():
        try:
            changed = service.change_user(
                user,
                email=form.email.data or "",
                name=form.name.data or "",
                actor_id=current_user.id,
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            db.session.commit()
            flash("Gespeichert." if changed else "Es war nichts zu ändern.", "success")
            return redirect(url_for("users.show_user", user_id=user.id))
    return _show(user, form, _grant_form()), form.status


@blueprint.post("/<int:user_id>/rollen")
@access.requires(Permission.MANAGE_USERS)
def add_grant(user_id: int) -> ResponseReturnValue:
    """Grant a role."""
    user = service.get_user(user_id)
    form = _grant_form(bound=True)
    if form.validate():
        try:
            grant = service.add_grant(
                user, role=Role(form.role.data), unit=_chosen_unit(form), actor_id=current_user.id
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            db.session.commit()
            flash(f"{user.name} hat jetzt die Rolle {service.describe_grant(grant)}.", "success")
            return redirect(url_for("users.show_user", user_id=user.id))
    return _show(user, UserForm(formdata=None, obj=user), form), 400


@blueprint.route("/<int:user_id>/rollen/<int:grant_id>/entziehen", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_USERS)
def remove_grant(user_id: int, grant_id: int) -> ResponseReturnValue:
    """Ask, then take a role away."""
    user = service.get_user(user_id)
    if request.method != "POST":
        description = service.describe_grant(service.get_grant(user, grant_id))
        return render_template("accounts/remove_grant.html", user=user, description=description)
    grant = service.remove_grant(user, grant_id, actor_id=current_user.id)
    description = service.describe_grant(grant)
    db.session.commit()
    flash(f"{user.name} hat die Rolle {description} nicht mehr.", "success")
    return redirect(url_for("users.show_user", user_id=user.id))


@blueprint.route("/<int:user_id>/einmalpasswort", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_USERS)
def set_one_time_password(user_id: int) -> ResponseReturnValue:
    """Ask, then set a one-time password and show it once."""
    user = service.get_user(user_id)
    if request.method != "POST":
        return render_template("accounts/one_time_password_ask.html", user=user)
    password = service.set_one_time_password(user, actor_id=current_user.id)
    db.session.commit()
    return render_template("accounts/one_time_password.html", user=user, password=password)


@blueprint.route("/<int:user_id>/zweiter-faktor", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_USERS)
def reset_second_factor(user_id: int) -> ResponseReturnValue:
    """Ask, then take a user's second factor away."""
    user = service.get_user(user_id)
    if request.method != "POST":
        return render_template("accounts/factor_reset.html", user=user)
    was_there = factor_service.reset(user, actor_id=current_user.id)
    db.session.commit()
    if was_there:
        flash(f"Der zweite Faktor von {user.name} ist zurückgesetzt.", "success")
    else:
        flash(f"{user.name} hatte keinen zweiten Faktor.", "warning")
    return redirect(url_for("users.show_user", user_id=user.id))


@blueprint.route("/<int:user_id>/deaktivieren", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_USERS)
def deactivate_user(user_id: int) -> ResponseReturnValue:
    """Ask, then shut a user out."""
    user = service.get_user(user_id)
    if request.method != "POST":
        return render_template("accounts/deactivate.html", user=user)
    service.deactivate_user(user, actor_id=current_user.id)
    db.session.commit()
    flash(f"{user.name} kann sich nicht mehr anmelden.", "success")
    return redirect(url_for("users.show_user", user_id=user.id))


@blueprint.post("/<int:user_id>/aktivieren")
@access.requires(Permission.MANAGE_USERS)
def reactivate_user(user_id: int) -> ResponseReturnValue:
    """Let a user in again."""
    user = service.get_user(user_id)
    service.reactivate_user(user, actor_id=current_user.id)
    db.session.commit()
    flash(f"{user.name} kann sich wieder anmelden.", "success")
    return redirect(url_for("users.show_user", user_id=user.id))


def _show(user: User, form: UserForm, grant_form: GrantForm) -> str:
    grants = [(grant, service.describe_grant(grant)) for grant in user.grants]
    return render_template(
        "accounts/user.html",
        user=user,
        form=form,
        grant_form=grant_form,
        grants=grants,
        has_factor=login.has_factor(user),
    )


def _grant_form(*, bound: bool = False) -> GrantForm:
    form = GrantForm(prefix="grant-") if bound else GrantForm(formdata=None, prefix="grant-")
    form.unit.choices = choices(_unit_choices())
    return form


def _unit_choices() -> list[tuple[str, str]]:
    units = [(str(unit.id), unit.label) for unit in list_units(with_closed=False)]
    return [("", "keine (bei stadtweiten Rollen)"), *units]


def _chosen_unit(form: GrantForm) -> Unit | None:
    return get_unit(int(form.unit.data)) if form.unit.data else None
