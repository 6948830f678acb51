"""The second factor: set it up, and prove it after the password."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access
from selfcheck.accounts import factor_service, login, second_factor, service
from selfcheck.accounts.forms import CodeForm, OwnPasswordForm
from selfcheck.accounts.hurdles import Hurdle
from selfcheck.accounts.login import Refusal
from selfcheck.accounts.login_pages import (
    THROTTLED,
    go_on,
    limits,
    renew_session,
    show_code,
    status_of,
)
from selfcheck.accounts.models import User
from selfcheck.config import Config
from selfcheck.db import SAFE_METHODS, db
from selfcheck.error_pages import is_from_open_page, tell_new_token, typed_fields
from selfcheck.errors import ConflictError, InvalidError

blueprint = Blueprint("second_factor", __name__)

CODE_REFUSALS = {
    Refusal.WRONG: "Der Code stimmt nicht oder wurde schon benutzt. Nehmen Sie den nächsten, den "
    "die App zeigt, oder einen anderen Wiederherstellungscode.",
    Refusal.THROTTLED: THROTTLED,
    Refusal.UNREADABLE: "Codes der App können für Ihr Konto nicht mehr geprüft werden. Nehmen Sie "
    "einen Wiederherstellungscode, oder bitten Sie die Administration, Ihren zweiten Faktor "
    "zurückzusetzen.",
}
PASSWORD_REFUSALS = {
    Refusal.WRONG: "Das Passwort stimmt nicht.",
    Refusal.THROTTLED: THROTTLED,
}


@blueprint.route("/anmelden/bestaetigen", methods=["GET", "POST"])
@access.open_before(*Hurdle)
def enter_code() -> ResponseReturnValue:
    """Take the code after the password; go on where the user wanted to."""
    form = CodeForm()
    if not form.is_submitted():
        form.next.data = request.args.get("next", "")
    if current_user.hurdle is not Hurdle.CODE:
        return go_on(form.next.data or "")
    if not form.validate_on_submit():
        return show_code(form, form.status)
    refusal = _prove(form)
    return show_code(form, status_of(refusal)) if refusal else go_on(form.next.data or "")


@blueprint.post("/anmelden/bestaetigen/hier")
@access.open_before(*Hurdle)
def enter_code_here() -> ResponseReturnValue:
    """Take the code on a page that is still open; the page goes on."""
    form = CodeForm()
    if current_user.hurdle is Hurdle.CODE:
        if not form.validate_on_submit():
            return render_template("accounts/_code_here.html", form=form), 400
        if refusal := _prove(form):
            return render_template("accounts/_code_here.html", form=form), status_of(refusal)
    return "", tell_new_token()


@blueprint.get("/konto/zweiter-faktor")
@access.open_before(Hurdle.SET_UP)
def show_factor() -> ResponseReturnValue:
    """Show whether there is a second factor, or how to set it up."""
    return _show(CodeForm(formdata=None), 200)


@blueprint.post("/konto/zweiter-faktor/einrichten")
@access.open_before(Hurdle.SET_UP)
def begin() -> ResponseReturnValue:
    """Make a new secret for the app."""
    factor_service.begin_enrolment(_user())
    db.session.commit()
    return redirect(url_for("second_factor.show_factor"))


@blueprint.post("/konto/zweiter-faktor/bestaetigen")
@access.open_before(Hurdle.SET_UP)
def confirm() -> ResponseReturnValue:
    """Put the factor in force with a first code, and show the recovery codes once."""
    form, user = CodeForm(), _user()
    if not form.validate_on_submit():
        return _show(form, form.status)
    try:
        codes = factor_service.confirm_enrolment(user, form.code.data or "")
    except InvalidError as error:
        db.session.rollback()
        form.show_error(error)
        return _show(form, 400)
    renew_session(user, login.mark_proved(user))
    db.session.commit()
    return render_template("accounts/recovery_codes.html", codes=codes, is_new=True)


@blueprint.route("/konto/zweiter-faktor/codes", methods=["GET", "POST"])
def make_codes() -> ResponseReturnValue:
    """Ask for the password, then replace the recovery codes and show the new ones once."""
    form = OwnPasswordForm()
    _demand_factor()
    if form.validate_on_submit() and _is_own_password(form):
        codes = factor_service.make_new_codes(_user())
        db.session.commit()
        return render_template("accounts/recovery_codes.html", codes=codes, is_new=False)
    return render_template("accounts/recovery_codes_ask.html", form=form), form.status


@blueprint.route("/konto/zweiter-faktor/entfernen", methods=["GET", "POST"])
def remove() -> ResponseReturnValue:
    """Ask for the password, then take the factor away; whoever needs one sets it up anew."""
    form = OwnPasswordForm()
    _demand_factor()
    is_needed = _needs_factor()
    if form.validate_on_submit() and _is_own_password(form):
        factor_service.remove(_user())
        if is_needed:
            factor_service.begin_enrolment(_user())
        db.session.commit()
        flash("Der bisherige zweite Faktor gilt nicht mehr.", "success")
        return redirect(url_for("second_factor.show_factor"))
    page = render_template("accounts/factor_remove.html", form=form, is_needed=is_needed)
    return page, form.status


@access.login_manager.needs_refresh_handler
def _ask_for_code() -> ResponseReturnValue:
    """Ask for the code; what was typed into the form that came before it is kept in the page."""
    reads_only = request.method in SAFE_METHODS
    if is_from_open_page():
        return render_template("accounts/_code_here.html", form=CodeForm(formdata=None)), 401
    if not reads_only and access.current_rule().keeps_typed_text:
        return show_code(CodeForm(formdata=None, next=request.path), 401, carried=typed_fields())
    target = request.full_path.removesuffix("?") if reads_only else ""
    return redirect(
        url_for("second_factor.enter_code", next=target if target not in {"", "/"} else None)
    )


def _prove(form: CodeForm) -> Refusal | None:
    """Check the code and complete the login; says why not."""
    user = _user()
    attempt = login.count_attempt(email=user.email, address=request.remote_addr or "unbekannt")
    db.session.commit()
    refusal = factor_service.prove(attempt, user=user, code=form.code.data or "", limits=limits())
    if refusal:
        db.session.rollback()
        login.record_refusal(attempt, refusal, details="zweiter Faktor")
        db.session.commit()
        form.code.errors = [CODE_REFUSALS[refusal]]
        return refusal
    renew_session(user, login.complete_login(user, attempt))
    db.session.commit()
    return None


def _is_own_password(form: OwnPasswordForm) -> bool:
    """Check the password once more, slowed down like a login; says at the form why not."""
    attempt = login.count_attempt(
        email=current_user.email, address=request.remote_addr or "unbekannt"
    )
    db.session.commit()
    outcome = login.check_password(attempt, password=form.password.data or "", limits=limits())
    if isinstance(outcome, Refusal):
        login.record_refusal(attempt, outcome, details="Passwort zum zweiten Faktor")
        db.session.commit()
        form.password.errors = [PASSWORD_REFUSALS[outcome]]
        return False
    attempt.succeeded = True
    return True


def _show(form: CodeForm, status: int) -> ResponseReturnValue:
    state = factor_service.describe_factor(_user())
    config: Config = current_app.extensions["selfcheck"]
    issuer = f"Selbstcheck {config.city_name}"
    page = render_template(
        "accounts/factor.html",
        form=form,
        state=state,
        secret=second_factor.in_groups(state.secret),
        picture=state.secret
        and second_factor.draw_qr_code(state.secret, email=current_user.email, issuer=issuer),
        is_needed=_needs_factor(),
        all_codes=second_factor.RECOVERY_CODES,
    )
    return page, status


def _demand_factor() -> None:
    if not login.has_factor(_user()):
        raise ConflictError("Für Ihr Konto ist kein zweiter Faktor eingerichtet.")


def _needs_factor() -> bool:
    config: Config = current_app.extensions["selfcheck"]
    return any(grant.role in config.roles_with_second_factor for grant in current_user.grants)


def _user() -> User:
    """Return the user behind ``current_user``."""
    return service.get_user(current_user.id)
