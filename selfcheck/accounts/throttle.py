"""Slow down whoever guesses passwords. The count is kept in the database: workers share it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from selfcheck.accounts.models import LoginAttempt
from selfcheck.db import db

KEEP_ATTEMPTS = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many failed attempts are let through within a window of time."""

    window: timedelta
    per_account: int
    per_address: int


def add_attempt(*, email: str, address: str, at: datetime) -> LoginAttempt:
    """Count an attempt before the password is looked at, so that parallel ones count too."""
    db.session.execute(delete(LoginAttempt).where(LoginAttempt.at < at - KEEP_ATTEMPTS))
    attempt = LoginAttempt(at=at, email=email, address=address)
    db.session.add(attempt)
    db.session.flush()
    return attempt


def is_over_limit(attempt: LoginAttempt, limits: Limits) -> bool:
    """Return whether the attempt is one too many for its account or its address.

    A successful login clears the account's count, but not the address's: otherwise one known
    password would let an attacker guess all the others.
    """
    since = attempt.at - limits.window
    recent = select(func.count(LoginAttempt.id)).where(
        LoginAttempt.at >= since, LoginAttempt.succeeded.is_(False)
    )
    last_success = (
        select(func.coalesce(func.max(LoginAttempt.id), 0))
        .where(LoginAttempt.email == attempt.email, LoginAttempt.succeeded.is_(True))
        .scalar_subquery()
    )
    for_account = db.session.scalar(
        recent.where(LoginAttempt.email == attempt.email, LoginAttempt.id > last_success)
    )
    for_address = db.session.scalar(recent.where(LoginAttempt.address == attempt.address))
    return (for_account or 0) > limits.per_account or (for_address or 0) > limits.per_address
