"""Log in and out: who may pass, for how long, and how often one may try."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm import joinedload

from selfcheck import clock
from selfcheck.accounts import throttle
from selfcheck.accounts.factor_models import SecondFactor
from selfcheck.accounts.limits import EMAIL_LENGTH
from selfcheck.accounts.models import LoginAttempt, LoginSession, User
from selfcheck.accounts.passwords import is_password
from selfcheck.accounts.permissions import Role
from selfcheck.accounts.service import (
    end_login_sessions,
    find_user_by_email,
    hash_token,
    normalise_email,
)
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db


class Refusal(StrEnum):
    """Why somebody is not let in; unknown accounts and wrong passwords are one case."""

    WRONG = "wrong"
    THROTTLED = "throttled"
    # The secret of the second factor was encrypted with another key.
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Login:
    """One of the logins of a user, and whether it is the one of this request."""

    started_at: datetime
    is_here: bool


def count_attempt(*, email: str, address: str) -> LoginAttempt:
    """Count an attempt to log in. The caller commits before it goes on to ``check_password``.

    The hash is slow by intention; no lock of the database is held while it is computed.
    """
    return throttle.add_attempt(
        email=normalise_email(email)[:EMAIL_LENGTH], address=address[:64], at=clock.now()
    )


def check_password(
    attempt: LoginAttempt, *, password: str, limits: throttle.Limits, admins_only: bool = False
) -> User | Refusal:
    """Return the user if the attempt is within the limits and the password fits.

    Where only administrators may use a password, that of others is as good as a wrong one.
    """
    if throttle.is_over_limit(attempt, limits):
        db.session.rollback()
        return Refusal.THROTTLED
    user = find_user_by_email(attempt.email)
    password_hash = user.password_hash if user else None
    db.session.rollback()  # ends the transaction: see count_attempt
    if not is_password(password, password_hash) or user is None:
        return Refusal.WRONG
    expired = user.one_time_until is not None and user.one_time_until < attempt.at
    is_shut_out = admins_only and all(grant.role is not Role.ADMIN for grant in user.grants)
    return Refusal.WRONG if expired or is_shut_out or not user.is_active else user


def start_login_session(
    user: User, attempt: LoginAttempt, *, lifetime: timedelta, is_external: bool = False
) -> str:
    """Open a login session and return its token, which only the browser keeps.

    Where a second factor is yet to be proved, the login is neither counted nor recorded before
    that: a known password must not wipe out the count of guessed codes.
    """
    now = clock.now()
    outdated = LoginSession.started_at < now - lifetime
    db.session.execute(delete(LoginSession).where(LoginSession.user_id == user.id, outdated))
    token = secrets.token_urlsafe(32)
    db.session.add(
        LoginSession(
            token_hash=hash_token(token),
            user_id=user.id,
            started_at=now,
            is_external=is_external,
        )
    )
    user.is_external_login = is_external
    user.must_prove_factor = not is_external and has_factor(user)
    if user.must_prove_factor:
        db.session.delete(attempt)
    else:
        attempt.succeeded = True
        audit.record(Action.SSO_LOGIN if is_external else Action.LOGIN, actor_id=user.id)
    return token


def has_factor(user: User) -> bool:
    """Return whether a second factor is in force for the user."""
    factor = db.session.get(SecondFactor, user.id)
    return factor is not None and factor.confirmed_at is not None


def complete_login(user: User, attempt: LoginAttempt) -> str:
    """Note that the second factor was proved; returns the token that replaces the one so far.

    The login session does not become younger by that.
    """
    token = mark_proved(user)
    attempt.succeeded = True
    audit.record(Action.LOGIN, actor_id=user.id)
    return token


def mark_proved(user: User) -> str:
    """Give the user's present login session its proof and a new token, and return that."""
    token = secrets.token_urlsafe(32)
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == hash_token(user.login_token))
        .values(token_hash=hash_token(token), second_factor_at=clock.now())
    )
    user.must_prove_factor = user.must_set_factor = False
    return token


def record_refusal(attempt: LoginAttempt, refusal: Refusal, *, details: str = "") -> None:
    """Write a refused attempt into the audit trail, under the account it was meant for.

    What was typed is not kept where no account fits: people type passwords into that field.
    """
    user = find_user_by_email(attempt.email)
    is_throttled = refusal is Refusal.THROTTLED
    action = Action.LOGIN_THROTTLED if is_throttled else Action.LOGIN_FAILED
    subject = f"{user.name} <{user.email}>" if user else "unbekanntes Konto"
    audit.record(action, actor_id=None, subject=subject, details=details)


def find_signed_in(
    token: str, *, not_before: datetime, factor_roles: Collection[str]
) -> User | None:
    """Return the active user of a login session that was started after ``not_before``.

    The user knows what is yet to be done about the second factor, which the holders of
    ``factor_roles`` need. Every request asks this first: one query brings the user with all roles
    and their units.
    """
    in_force = and_(
        SecondFactor.user_id == LoginSession.user_id, SecondFactor.confirmed_at.is_not(None)
    )
    query = (
        select(LoginSession, SecondFactor.user_id)
        .outerjoin(SecondFactor, in_force)
        .where(LoginSession.token_hash == hash_token(token), LoginSession.started_at > not_before)
        .options(joinedload(LoginSession.user).joinedload(User.grants))
    )
    row = db.session.execute(query).unique().one_or_none()
    if row is None or not row[0].user.is_active:
        return None
    login, user, is_in_force = row[0], row[0].user, row[1] is not None
    user.login_token, user.is_external_login = token, login.is_external
    is_proved = login.is_external or login.second_factor_at is not None
    user.must_prove_factor = is_in_force and not is_proved
    user.must_set_factor = not (is_in_force or login.is_external) and any(
        grant.role in factor_roles for grant in user.grants
    )
    return user


def list_logins(user: User, *, not_before: datetime) -> list[Login]:
    """Return where the user is logged in, the newest login first."""
    here = hash_token(user.login_token)
    rows = db.session.execute(
        select(LoginSession.started_at, LoginSession.token_hash)
        .where(LoginSession.user_id == user.id, LoginSession.started_at > not_before)
        .order_by(LoginSession.started_at.desc(), LoginSession.id.desc())
    )
    return [Login(started_at, is_here=token_hash == here) for started_at, token_hash in rows]


def log_out_everywhere(user: User, *, stays_here: bool, not_before: datetime) -> int:
    """End all login sessions of the user, or all but the present; returns how many others."""
    others = sum(not one.is_here for one in list_logins(user, not_before=not_before))
    end_login_sessions(user, but=user.login_token if stays_here else "")
    audit.record(
        Action.LOGGED_OUT_EVERYWHERE, actor_id=user.id, details=f"andere Anmeldungen: {others}"
    )
    return others


def end_login_session(token: str, *, actor_id: int) -> None:
    """End one login session, on the server too: a copied cookie is worth nothing afterwards."""
    db.session.execute(delete(LoginSession).where(LoginSession.token_hash == hash_token(token)))
    audit.record(Action.LOGOUT, actor_id=actor_id)
