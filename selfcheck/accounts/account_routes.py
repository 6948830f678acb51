"""Log in and out, and the own account."""

from __future__ import annotations

from datetime import datetime

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access, clock
from selfcheck.accounts import login, service
from selfcheck.accounts.forms import CodeForm, LoginForm, PasswordForm
from selfcheck.accounts.hurdles import Hurdle
from selfcheck.accounts.login import Refusal
from selfcheck.accounts.login_pages import (
    THROTTLED,
    TYPED,
    carried_fields,
    go_on,
    limits,
    show_code,
    sign_in,
    status_of,
)
from selfcheck.accounts.models import User
from selfcheck.config import Config
from selfcheck.db import SAFE_METHODS, db
from selfcheck.error_pages import (
    is_from_open_page,
    tell_new_token,
    typed_fields,
)
from selfcheck.errors import InvalidError
from selfcheck.sso_config import LocalLogin

blueprint = Blueprint("accounts", __name__)

SEEN_AT_PRECISION_S = 30

REFUSALS = {
    Refusal.WRONG: "E-Mail-Adresse oder Passwort stimmen nicht.",
    Refusal.THROTTLED: THROTTLED,
}


@blueprint.route("/anmelden", methods=["GET", "POST"])
@access.public
def log_in() -> ResponseReturnValue:
    """Let a person in; go on where the session had expired."""
    if current_user.is_authenticated and request.method == "GET":
        return redirect(url_for("start.show_start"))
    form = LoginForm()
    if not form.is_submitted():
        form.next.data = request.args.get("next", "")
    if not form.validate_on_submit():
        return _show_login(form, 400 if form.is_submitted() else 200)
    if refusal := _let_in(form):
        return _show_login(form, status_of(refusal))
    target = form.next.data or ""
    if current_user.hurdle is not Hurdle.CODE:
        return go_on(target)
    if carried_fields():
        return show_code(CodeForm(formdata=None, next=target), 200)
    return redirect(url_for("second_factor.enter_code", next=target or None))


@blueprint.post("/anmelden/hier")
@access.public
def log_in_here() -> ResponseReturnValue:
    """Let a person in whose login expired on a page that is still open; the page goes on."""
    form = LoginForm()
    if not form.validate_on_submit():
        return render_template("accounts/_login_here.html", form=form), 400
    refusal = _let_in(form)
    if refusal:
        return render_template("accounts/_login_here.html", form=form), status_of(refusal)
    if current_user.hurdle is Hurdle.CODE:
        return render_template("accounts/_code_here.html", form=CodeForm(formdata=None))
    return "", tell_new_token()


def _let_in(form: LoginForm) -> Refusal | None:
    """Check address and password, and open a login session; says why not."""
    attempt = login.count_attempt(
        email=form.email.data or "", address=request.remote_addr or "unbekannt"
    )
    db.session.commit()
    outcome = login.check_password(
        attempt,
        password=form.password.data or "",
        limits=limits(),
        admins_only=_config().local_login is LocalLogin.ADMIN,
    )
    if isinstance(outcome, Refusal):
        login.record_refusal(attempt, outcome)
        db.session.commit()
        form.form_errors.append(REFUSALS[outcome])
        return outcome
    lifetime = _config().absolute_timeout
    sign_in(outcome, login.start_login_session(outcome, attempt, lifetime=lifetime))
    db.session.commit()
    return None


@blueprint.post("/abmelden")
@access.open_before(*Hurdle)
def log_out() -> ResponseReturnValue:
    """End the login session, here and on the server, and then at the identity provider."""
    way_out = _way_out()
    login.end_login_session(current_user.login_token, actor_id=current_user.id)
    db.session.commit()
    session.clear()
    if way_out == "accounts.log_in":
        flash("Sie sind abgemeldet.", "success")
    return redirect(url_for(way_out))


@blueprint.get("/konto")
def show_account() -> ResponseReturnValue:
    """Show the own account and roles."""
    grants = [service.describe_grant(grant) for grant in current_user.grants]
    logins = login.list_logins(current_user, not_before=_oldest_login())
    return render_template("accounts/account.html", grants=grants, logins=logins)


@blueprint.post("/konto/abmelden")
def log_out_everywhere() -> ResponseReturnValue:
    """End all logins of the own account; the one in this browser only if that is wanted."""
    stays, way_out = request.form.get("bleiben") != "0", _way_out()
    others = login.log_out_everywhere(current_user, stays_here=stays, not_before=_oldest_login())
    db.session.commit()
    ended = {0: "Andere Anmeldungen gab es nicht.", 1: "Eine andere Anmeldung wurde beendet."}
    told = ended.get(others, f"{others} andere Anmeldungen wurden beendet.")
    if stays:
        flash(f"{told} Hier bleiben Sie angemeldet.", "success")
        return redirect(url_for("accounts.show_account"))
    session.clear()
    flash(f"Sie sind überall abgemeldet. {told}", "success")
    return redirect(url_for(way_out))


@blueprint.route("/konto/passwort", methods=["GET", "POST"])
@access.open_before(Hurdle.PASSWORD)
def change_password() -> ResponseReturnValue:
    """Set a password of the own choice; forced after a one-time password."""
    form = PasswordForm()
    was_forced = current_user.must_change_password
    if form.validate_on_submit():
        try:
            service.change_own_password(
                current_user, current=form.current.data or "", new=form.new.data or ""
            )
        except InvalidError as error:
            form.show_error(error)
        else:
            db.session.commit()
            flash("Ihr neues Passwort gilt ab sofort.", "success")
            return redirect(url_for("start.show_start" if was_forced else "accounts.show_account"))
    status = 400 if form.is_submitted() else 200
    return render_template("accounts/password.html", form=form, was_forced=was_forced), status


@access.login_manager.user_loader
def _load_user(token: str) -> User | None:
    """Return the user of this request's login session, unless it has been idle for too long."""
    now, config = clock.now(), _config()
    idle_s = now.timestamp() - session.get("seen_at", 0)
    if idle_s > config.idle_timeout.total_seconds():
        return None
    user = login.find_signed_in(
        token,
        not_before=now - config.absolute_timeout,
        factor_roles=config.roles_with_second_factor,
    )
    if user is not None and idle_s > SEEN_AT_PRECISION_S:
        session["seen_at"] = now.timestamp()
    return user


@access.login_manager.unauthorized_handler
def _ask_to_log_in() -> ResponseReturnValue:
    """Show the login; what was typed into the form that came too late is kept in the page."""
    has_expired = "_user_id" in session
    reads_only = request.method in SAFE_METHODS
    if is_from_open_page():
        return render_template("accounts/_login_here.html", form=LoginForm(formdata=None)), 401
    if not reads_only and access.current_rule().keeps_typed_text:
        form = LoginForm(formdata=None, next=request.path)
        return _show_login(form, 401, carried=typed_fields())
    if has_expired:
        lost = "" if reads_only else " Die letzte Eingabe wurde nicht gespeichert."
        flash(f"Ihre Sitzung ist abgelaufen; bitte melden Sie sich wieder an.{lost}", "warning")
    target = request.full_path.removesuffix("?") if reads_only else ""
    return redirect(url_for("accounts.log_in", next=target if target != "/" else None))


def _show_login(
    form: LoginForm, status: int, *, carried: list[tuple[str, str]] | None = None
) -> ResponseReturnValue:
    fields = carried_fields() if carried is None else carried
    page = render_template(
        "accounts/login.html",
        form=form,
        carried=[(TYPED + name, text) for name, text in fields],
        is_demo=_config().demo,
    )
    return page, status


def _way_out() -> str:
    """Return where a logout leads to; whoever came by the identity provider leaves it too."""
    is_external = current_user.is_external_login and _config().identity_provider is not None
    return "sso.leave" if is_external else "accounts.log_in"


def _oldest_login() -> datetime:
    """Return when the oldest login that still holds may have begun."""
    return clock.now() - _config().absolute_timeout


def _config() -> Config:
    config: Config = current_app.extensions["selfcheck"]
    return config
