"""Log in and out: who may pass, for how long, and how often one may try."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from selfcheck import clock
from selfcheck.accounts import throttle
from selfcheck.accounts.limits import EMAIL_LENGTH
from selfcheck.accounts.models import LoginAttempt, LoginSession, User
from selfcheck.accounts.passwords import is_password
from selfcheck.accounts.service import find_user_by_email, hash_token, normalise_email
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db


class Refusal(StrEnum):
    """Why somebody is not let in; unknown accounts and wrong passwords are one case."""

    WRONG = "wrong"
    THROTTLED = "throttled"


def count_attempt(*, email: str, address: str) -> LoginAttempt:
    """Count an attempt to log in. The caller commits before it goes on to ``check_password``.

    The hash is slow by intention; no lock of the database is held while it is computed.
    """
    return throttle.add_attempt(
        email=normalise_email(email)[:EMAIL_LENGTH], address=address[:64], at=clock.now()
    )


def check_password(
    attempt: LoginAttempt, *, password: str, limits: throttle.Limits
) -> User | Refusal:
    """Return the user if the attempt is within the limits and the password fits."""
    if throttle.is_over_limit(attempt, limits):
        db.session.rollback()
        return Refusal.THROTTLED
    user = find_user_by_email(attempt.email)
    password_hash = user.password_hash if user else None
    db.session.rollback()  # ends the transaction: see count_attempt
    if not is_password(password, password_hash) or user is None:
        return Refusal.WRONG
    expired = user.one_time_until is not None and user.one_time_until < attempt.at
    return Refusal.WRONG if expired or not user.is_active else user


def start_login_session(user: User, attempt: LoginAttempt, *, lifetime: timedelta) -> str:
    """Open a login session and return its token, which only the browser keeps."""
    now = clock.now()
    outdated = LoginSession.started_at < now - lifetime
    db.session.execute(delete(LoginSession).where(LoginSession.user_id == user.id, outdated))
    token = secrets.token_urlsafe(32)
    db.session.add(LoginSession(token_hash=hash_token(token), user_id=user.id, started_at=now))
    attempt.succeeded = True
    audit.record(Action.LOGIN, actor_id=user.id)
    return token


def record_refusal(attempt: LoginAttempt, refusal: Refusal) -> None:
    """Write a refused attempt into the audit trail, under the account it was meant for.

    What was typed is not kept where no account fits: people type passwords into that field.
    """
    user = find_user_by_email(attempt.email)
    action = Action.LOGIN_FAILED if refusal is Refusal.WRONG else Action.LOGIN_THROTTLED
    subject = f"{user.name} <{user.email}>" if user else "unbekanntes Konto"
    audit.record(action, actor_id=None, subject=subject)


def find_signed_in(token: str, *, not_before: datetime) -> User | None:
    """Return the active user of a login session that was started after ``not_before``.

    Every request asks this first: one query brings the user with all roles and their units.
    """
    query = (
        select(LoginSession)
        .where(LoginSession.token_hash == hash_token(token), LoginSession.started_at > not_before)
        .options(joinedload(LoginSession.user).joinedload(User.grants))
    )
    login = db.session.scalars(query).unique().one_or_none()
    if login is None or not login.user.is_active:
        return None
    login.user.login_token = token
    return login.user


def end_login_session(token: str, *, actor_id: int) -> None:
    """End one login session, on the server too: a copied cookie is worth nothing afterwards."""
    db.session.execute(delete(LoginSession).where(LoginSession.token_hash == hash_token(token)))
    audit.record(Action.LOGOUT, actor_id=actor_id)
