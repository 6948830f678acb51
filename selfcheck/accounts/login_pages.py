"""What every way to log in does in the browser: open a session, and go on where one wanted to."""

from __future__ import annotations

from flask import current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user

from selfcheck import clock
from selfcheck.accounts import login
from selfcheck.accounts.forms import CodeForm
from selfcheck.accounts.login import Refusal
from selfcheck.accounts.models import User
from selfcheck.accounts.throttle import Limits
from selfcheck.config import Config
from selfcheck.error_pages import render_resume_page

THROTTLED = (
    "Zu viele Versuche in kurzer Zeit. Bitte warten Sie eine Viertelstunde und versuchen Sie es "
    "dann noch einmal."
)
TYPED = "typed:"  # prefix of the fields that a login page carries along


def sign_in(user: User, token: str) -> None:
    """Begin a new session: nothing of the old one, and no token known before, survives."""
    if current_user.is_authenticated:
        login.end_login_session(current_user.login_token, actor_id=current_user.id)
    renew_session(user, token)


def renew_session(user: User, token: str) -> None:
    """Empty the browser's session and keep the token of a login session in it."""
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF's copy, which belongs to the old session
    user.login_token = token
    session["seen_at"] = clock.now().timestamp()
    login_user(user)


def go_on(target: str) -> ResponseReturnValue:
    """Lead to where the user wanted to go, with what was typed before a session expired."""
    if not is_local(target):
        target = url_for("start.show_start")
    if fields := carried_fields():
        return render_resume_page(
            explanation="Sie sind wieder angemeldet. Gespeichert wurde noch nichts, aber Ihre "
            "Eingaben sind noch da.",
            target=target,
            fields=fields,
        )
    return redirect(target)


def carried_fields() -> list[tuple[str, str]]:
    """Return what was typed before a session expired, as the login page sent it along."""
    return [
        (name.removeprefix(TYPED), text)
        for name, text in request.form.items(multi=True)
        if name.startswith(TYPED)
    ]


def is_local(target: str) -> bool:
    """Return whether an address stays within the application.

    Browsers drop tabs and line breaks, and read a backslash as a slash: "/<tab>/evil" is "//evil".
    """
    is_plain = target.isprintable() and "\\" not in target
    return is_plain and target.startswith("/") and not target.startswith("//")


def limits() -> Limits:
    """Return how many failed attempts to log in are let through."""
    config: Config = current_app.extensions["selfcheck"]
    return Limits(
        window=config.throttle_window,
        per_account=config.throttle_per_account,
        per_address=config.throttle_per_address,
    )


def status_of(refusal: Refusal) -> int:
    """Return the status of a page that says why somebody is not let in."""
    return 429 if refusal is Refusal.THROTTLED else 400


def show_code(
    form: CodeForm, status: int, *, carried: list[tuple[str, str]] | None = None
) -> ResponseReturnValue:
    """Show the page that asks for the second factor, and carry along what was typed before."""
    fields = carried_fields() if carried is None else carried
    page = render_template(
        "accounts/code.html", form=form, carried=[(TYPED + name, text) for name, text in fields]
    )
    return page, status
