"""Who may call a view at all: login by default, @public opts out, @requires stamps a permission.

Whether a permission reaches a certain unit is asked by the view, of ``accounts.scope``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user

from selfcheck.accounts.hurdles import Hurdle
from selfcheck.accounts.permissions import Permission
from selfcheck.db import db
from selfcheck.errors import ForbiddenError

QUICK_BYTES = 64 * 1024  # arrive at once

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """What a view demands; the default is the strictest that needs no knowledge of the view."""

    is_public: bool = False
    # Any one of them is enough; none: a login is.
    permissions: tuple[Permission, ...] = ()
    # Open to users who have yet to do this.
    open_before: frozenset[Hurdle] = frozenset()
    # What was typed into this page's form is offered again after a session has expired.
    keeps_typed_text: bool = False
    # How large a request may be where files are sent; None: as everywhere.
    max_bytes: int | None = None


login_manager = LoginManager()
login_manager.session_protection = None  # sessions are bound to a row of login_session instead


def public(view: View) -> View:
    """Open a view to people who are not logged in."""
    return _stamp(view, is_public=True)


def requires(permission: Permission) -> Callable[[View], View]:
    """Demand that the user holds a permission, wherever it reaches."""
    return requires_any(permission)


def requires_any(*permissions: Permission) -> Callable[[View], View]:
    """Demand that the user holds one of these permissions, wherever it reaches."""
    return lambda view: _stamp(view, permissions=permissions)


def open_before(*hurdles: Hurdle) -> Callable[[View], View]:
    """Open a view to users who have yet to prove or set something that is asked for first."""
    return lambda view: _stamp(view, open_before=frozenset(hurdles))


def keeps_typed_text(view: View) -> View:
    """Offer what was typed again if the session or the form's token has expired."""
    return _stamp(view, keeps_typed_text=True)


def takes_files(max_bytes: int) -> Callable[[View], View]:
    """Let a request to this view be larger than others, once its user is let in."""
    return lambda view: _stamp(view, max_bytes=max_bytes)


def rule_of(view: Callable[..., Any]) -> Rule:
    """Return what a view demands."""
    rule: Rule = getattr(view, "access_rule", Rule())
    return rule


def current_rule() -> Rule:
    """Return what the requested view demands."""
    return rule_of(current_app.view_functions[request.endpoint or "static"])


def init_app(app: Flask) -> None:
    """Guard every view. Must come before the CSRF check, which would hide an expired session."""
    # Its context processor would load the user for the error page of a database that is away.
    login_manager.init_app(app, add_context_processor=False)
    public(app.view_functions["static"])
    app.before_request(_guard)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:  # no such address: the 404 page needs no login
        return None
    rule = current_rule()
    if rule.is_public:
        return None
    if not current_user.is_authenticated:
        response: ResponseReturnValue = login_manager.unauthorized()
        return response
    if current_user.hurdle and current_user.hurdle not in rule.open_before:
        return _lead_to(current_user.hurdle)
    if rule.permissions and not any(map(current_user.may, rule.permissions)):
        raise ForbiddenError("Diese Seite ist für Ihre Rolle nicht freigegeben.")
    if rule.max_bytes is not None:
        request.max_content_length = rule.max_bytes
    if (request.content_length or 0) > QUICK_BYTES:
        # The user was looked up, which on SQLite takes the lock for writing; while a large body
        # arrives nobody else shall wait for it.
        db.session.rollback()
    return None


def _lead_to(hurdle: Hurdle) -> ResponseReturnValue:
    if hurdle is Hurdle.CODE:
        response: ResponseReturnValue = login_manager.needs_refresh()
        return response
    return redirect(
        url_for(
            "accounts.change_password" if hurdle is Hurdle.PASSWORD else "second_factor.show_factor"
        )
    )


def _stamp(view: View, **changes: Any) -> View:  # noqa: ANN401
    view.access_rule = replace(rule_of(view), **changes)  # type: ignore[attr-defined]
    return view
