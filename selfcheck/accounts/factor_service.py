"""Set up the second factor of an account, prove it, and take it away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import delete, func, select, update

from selfcheck import clock
from selfcheck.accounts import login, second_factor, throttle
from selfcheck.accounts.factor_models import RecoveryCode, SecondFactor
from selfcheck.accounts.login import Refusal
from selfcheck.accounts.models import LoginAttempt, User
from selfcheck.accounts.second_factor import SecretLostError
from selfcheck.accounts.service import end_login_sessions
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db
from selfcheck.errors import ConflictError, InvalidError

WRONG_CODE = (
    "Der Code stimmt nicht. Nehmen Sie den Code, den die App gerade zeigt, und prüfen Sie, ob die "
    "Uhr Ihres Geräts richtig geht."
)


@dataclass(frozen=True, kw_only=True)
class FactorState:
    """What the user's page shows: ``secret`` only while the factor is being set up."""

    confirmed_at: datetime | None = None
    secret: str = ""
    unused_codes: int = 0
    # Whether the stored secret can still be decrypted.
    is_readable: bool = True


def describe_factor(user: User) -> FactorState:
    """Return how far the user is with the second factor."""
    factor = db.session.get(SecondFactor, user.id)
    if factor is None:
        return FactorState()
    secret = _read_secret(factor)
    if factor.confirmed_at is None:  # one that cannot be read is begun anew
        return FactorState(secret=secret or "")
    unused = db.session.scalar(
        select(func.count(RecoveryCode.id)).where(
            RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None)
        )
    )
    return FactorState(
        confirmed_at=factor.confirmed_at, unused_codes=unused or 0, is_readable=secret is not None
    )


def begin_enrolment(user: User) -> None:
    """Make a new secret, which is in force once a code of it was entered.

    Raises ConflictError where a second factor is in force: that one is removed first.
    """
    factor = db.session.get(SecondFactor, user.id, with_for_update=True)
    if factor is not None and factor.confirmed_at is not None:
        raise ConflictError("Ihr zweiter Faktor ist schon eingerichtet.")
    stored = second_factor.encrypt(second_factor.make_secret(), key=_key())
    if factor is None:
        db.session.add(SecondFactor(user_id=user.id, secret=stored, begun_at=clock.now()))
    else:
        factor.secret, factor.begun_at = stored, clock.now()
    db.session.flush()


def confirm_enrolment(user: User, code: str) -> list[str]:
    """Put the second factor in force and return its recovery codes, which are kept as hashes only.

    The user's present login session still has to be marked as proved. Raises InvalidError if the
    code is none of the present ones, ConflictError if nothing is being set up.
    """
    factor = db.session.get(SecondFactor, user.id, with_for_update=True)
    secret = _read_secret(factor) if factor else None
    if factor is None or secret is None or factor.confirmed_at is not None:
        raise ConflictError("Es wird gerade kein zweiter Faktor eingerichtet.")
    now = clock.now()
    step = second_factor.find_step(secret, second_factor.plain_code(code), at=now)
    if step is None:
        raise InvalidError(WRONG_CODE, field="code")
    factor.confirmed_at, factor.last_step = now, step
    audit.record(Action.SECOND_FACTOR_SET, actor_id=user.id, subject=_subject(user))
    return _replace_codes(user)


def make_new_codes(user: User) -> list[str]:
    """Replace the recovery codes; those so far count no more. Raises ConflictError without factor.

    The caller has asked for the password.
    """
    if not login.has_factor(user):
        raise ConflictError("Wiederherstellungscodes gibt es nur mit einem zweiten Faktor.")
    audit.record(Action.RECOVERY_CODES_MADE, actor_id=user.id, subject=_subject(user))
    return _replace_codes(user)


def prove(
    attempt: LoginAttempt, *, user: User, code: str, limits: throttle.Limits
) -> Refusal | None:
    """Take a code of the app or a recovery code, once; says why not.

    The attempt was counted and committed before. A code of the app counts only if it is newer
    than the last one that was taken.
    """
    if throttle.is_over_limit(attempt, limits):
        return Refusal.THROTTLED
    plain = second_factor.plain_code(code)
    if not second_factor.is_app_code(plain):
        return None if _use_recovery_code(user, plain) else Refusal.WRONG
    factor = db.session.get(SecondFactor, user.id)
    secret = _read_secret(factor) if factor else None
    if secret is None:
        return Refusal.UNREADABLE
    step = second_factor.find_step(secret, plain, at=clock.now())
    return None if step is not None and _take_step(user, step) else Refusal.WRONG


def remove(user: User) -> None:
    """Take away the own second factor; the caller has asked for the password."""
    if _delete(user):
        audit.record(Action.SECOND_FACTOR_REMOVED, actor_id=user.id, subject=_subject(user))


def reset(user: User, *, actor_id: int | None) -> bool:
    """Take away somebody's second factor and log them out; returns whether there was one."""
    if not _delete(user):
        return False
    end_login_sessions(user)
    audit.record(Action.SECOND_FACTOR_RESET, actor_id=actor_id, subject=_subject(user))
    return True


def _take_step(user: User, step: int) -> bool:
    """Note the step of a code; of two requests with the same code only one gets here."""
    taken = db.session.execute(
        update(SecondFactor)
        .where(SecondFactor.user_id == user.id, SecondFactor.last_step < step)
        .values(last_step=step)
        .returning(SecondFactor.user_id)
    )
    return taken.first() is not None


def _use_recovery_code(user: User, code: str) -> bool:
    hashes = db.session.scalars(
        select(RecoveryCode.code_hash).where(RecoveryCode.user_id == user.id)
    ).all()
    db.session.rollback()  # no lock of the database is held while the slow hash is computed
    if not hashes:
        return False
    code_hash = second_factor.hash_recovery_code(code, second_factor.salt_of(hashes[0]))
    used = db.session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.user_id == user.id, RecoveryCode.code_hash == code_hash)
        .where(RecoveryCode.used_at.is_(None))
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    )
    if used.first() is None:
        return False
    audit.record(Action.RECOVERY_CODE_USED, actor_id=user.id, subject=_subject(user))
    return True


def _replace_codes(user: User) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes, salt = second_factor.make_recovery_codes(), second_factor.make_salt()
    db.session.add_all(
        RecoveryCode(user_id=user.id, code_hash=second_factor.hash_recovery_code(code, salt))
        for code in codes
    )
    db.session.flush()
    return codes


def _delete(user: User) -> bool:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    gone = db.session.scalars(
        delete(SecondFactor)
        .where(SecondFactor.user_id == user.id)
        .returning(SecondFactor.confirmed_at)
    ).all()
    return any(gone)


def _read_secret(factor: SecondFactor) -> str | None:
    try:
        return second_factor.decrypt(factor.secret, key=_key())
    except SecretLostError:
        is_missed = factor.confirmed_at is not None
    if is_missed:
        current_app.logger.error(
            "The second factor of account %s was encrypted with another SELFCHECK_SECRET_KEY and "
            "cannot be checked; reset it: selfcheck user reset-second-factor EMAIL",
            factor.user_id,
        )
    return None


def _key() -> str:
    key: str = current_app.extensions["selfcheck"].secret_key
    return key


def _subject(user: User) -> str:
    return f"{user.name} <{user.email}>"
