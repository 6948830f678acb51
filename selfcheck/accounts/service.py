"""Find, add and change users and their grants."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, func, select
from sqlalchemy.orm import selectinload

from selfcheck import clock
from selfcheck.accounts.limits import EMAIL_LENGTH, NAME_LENGTH
from selfcheck.accounts.models import Grant, LoginSession, User
from selfcheck.accounts.passwords import (
    find_password_fault,
    hash_password,
    is_password,
    make_one_time_password,
)
from selfcheck.accounts.permissions import ROLE_LABELS, UNIT_ROLES, Role
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db, german_sort_key
from selfcheck.errors import ConflictError, InvalidError, NotFoundError
from selfcheck.organisation.models import Unit

# What the application is called, which no password may contain.
APP_WORDS = ("Selfcheck", "Selbstcheck", "Schulungsauftrag")
NOT_POSSIBLE = "Das ist so nicht möglich"
ONE_TIME_PASSWORD_LIFETIME = timedelta(days=14)
EMAIL_SHAPE = re.compile(r"[^@\s]+@[^@\s]+")


def normalise_email(email: str) -> str:
    """Return the form in which addresses are stored and compared."""
    return email.strip().casefold()


def find_user_by_email(email: str) -> User | None:
    """Return the user with this address, active or not."""
    return db.session.scalar(select(User).where(User.email == normalise_email(email)))


def get_user(user_id: int) -> User:
    """Return a user; raises NotFoundError."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFoundError("Dieses Konto gibt es nicht.")
    return user


def list_users(*, text: str = "", role: Role | None = None) -> list[User]:
    """Return the users by name, those deactivated last."""
    query = select(User).options(selectinload(User.grants))
    if text:
        query = query.where(
            User.sort_key.contains(german_sort_key(text), autoescape=True)
            | User.email.icontains(text, autoescape=True)
        )
    if role is not None:
        query = query.where(User.grants.any(Grant.role == role))
    return list(db.session.scalars(query.order_by(User.is_active.desc(), User.sort_key, User.id)))


def add_user(
    *, email: str, name: str, password: str | None, actor_id: int | None
) -> tuple[User, str | None]:
    """Add a user, with a password or, if that is None, with a one-time password.

    Returns the user and the one-time password. Raises InvalidError naming the field.
    """
    email, name = normalise_email(email), name.strip()
    _check_name_and_email(name, email)
    if find_user_by_email(email) is not None:
        raise InvalidError(f"Für {email} gibt es schon ein Konto.", field="email")
    if password is not None and (fault := _find_fault(password, email)):
        raise InvalidError(fault, field="password")
    one_time = make_one_time_password() if password is None else None
    user = User(
        email=email,
        name=name,
        sort_key=german_sort_key(name),
        password_hash=hash_password(password or one_time or ""),
        one_time_until=clock.now() + ONE_TIME_PASSWORD_LIFETIME if one_time else None,
        created_at=clock.now(),
    )
    db.session.add(user)
    db.session.flush()
    audit.record(Action.USER_ADDED, actor_id=actor_id, subject=_subject(user))
    return user, one_time


def change_user(user: User, *, email: str, name: str, actor_id: int) -> bool:
    """Change name and address; returns whether anything was different."""
    email, name = normalise_email(email), name.strip()
    _check_name_and_email(name, email)
    other = find_user_by_email(email)
    if other is not None and other is not user:
        raise InvalidError(f"Für {email} gibt es schon ein Konto.", field="email")
    if (user.email, user.name) == (email, name):
        return False
    before = _subject(user)
    user.email, user.name, user.sort_key = email, name, german_sort_key(name)
    audit.record(
        Action.USER_CHANGED, actor_id=actor_id, subject=_subject(user), details=f"vorher {before}"
    )
    return True


def deactivate_user(user: User, *, actor_id: int) -> None:
    """Shut a user out at once. Nobody can shut out themselves, or the last administrator."""
    if not user.is_active:
        return
    if user.id == actor_id:
        raise ConflictError(
            "Sie können Ihr eigenes Konto nicht deaktivieren. Das kann nur jemand anderes mit "
            "Administrationsrechten.",
            title=NOT_POSSIBLE,
        )
    _check_an_admin_remains(without=user)
    user.is_active = False
    end_login_sessions(user)
    audit.record(Action.USER_DEACTIVATED, actor_id=actor_id, subject=_subject(user))


def reactivate_user(user: User, *, actor_id: int) -> None:
    """Let a deactivated user in again, with the password as it was."""
    if user.is_active:
        return
    user.is_active = True
    audit.record(Action.USER_REACTIVATED, actor_id=actor_id, subject=_subject(user))


def set_one_time_password(user: User, *, actor_id: int) -> str:
    """Replace the password by one that is good for one login within 14 days, and return it."""
    one_time = make_one_time_password()
    user.password_hash = hash_password(one_time)
    user.one_time_until = clock.now() + ONE_TIME_PASSWORD_LIFETIME
    end_login_sessions(user)
    audit.record(Action.ONE_TIME_PASSWORD_SET, actor_id=actor_id, subject=_subject(user))
    return one_time


def change_own_password(user: User, *, current: str, new: str) -> None:
    """Set a password of the user's own choice; raises InvalidError naming the field."""
    if not is_password(current, user.password_hash):
        raise InvalidError("Das bisherige Passwort stimmt nicht.", field="current")
    if fault := _find_fault(new, user.email):
        raise InvalidError(fault, field="new")
    if current == new:
        raise InvalidError(
            "Das neue Passwort muss ein anderes sein als das bisherige.", field="new"
        )
    user.password_hash = hash_password(new)
    user.one_time_until = None
    end_login_sessions(user, but=user.login_token)
    audit.record(Action.PASSWORD_CHANGED, actor_id=user.id, subject=_subject(user))


def add_grant(
    user: User, *, role: Role, unit: Unit | None, actor_id: int | None, reason: str = ""
) -> Grant:
    """Grant a role; the reason is recorded.

    Raises InvalidError if the unit is missing, superfluous, or granted already.
    """
    if role in UNIT_ROLES and unit is None:
        raise InvalidError(
            f"Die Rolle „{ROLE_LABELS[role]}“ gilt für eine Organisationseinheit; "
            "bitte geben Sie an, für welche.",
            field="unit",
        )
    if role not in UNIT_ROLES and unit is not None:
        raise InvalidError(
            f"Die Rolle „{ROLE_LABELS[role]}“ gilt für die ganze Stadt; "
            "bitte lassen Sie die Organisationseinheit leer.",
            field="unit",
        )
    if any(grant.role is role and grant.unit == unit for grant in user.grants):
        raise InvalidError("Diese Rolle hat die Person schon.", field="role")
    grant = Grant(role=role, unit=unit)
    user.grants.append(grant)
    db.session.flush()
    _record_grant(Action.GRANT_ADDED, user, describe_grant(grant), actor_id, reason)
    return grant


def get_grant(user: User, grant_id: int) -> Grant:
    """Return one of the user's grants; raises NotFoundError."""
    grant = next((grant for grant in user.grants if grant.id == grant_id), None)
    if grant is None:
        raise NotFoundError("Diese Rolle hat die Person nicht (mehr).")
    return grant


def remove_grant(user: User, grant_id: int, *, actor_id: int | None, reason: str = "") -> Grant:
    """Take a role away; it ends with the user's next request. The reason is recorded.

    Raises NotFoundError, and ConflictError if nobody could administrate any more.
    """
    grant = get_grant(user, grant_id)
    if grant.role is Role.ADMIN:
        _check_an_admin_remains(without=user)
    description = describe_grant(grant)
    user.grants.remove(grant)
    _record_grant(Action.GRANT_REMOVED, user, description, actor_id, reason)
    return grant


def describe_grant(grant: Grant) -> str:
    """Return a grant as people read it: the role, and where it holds."""
    where = f"{grant.unit.label} und alles darunter" if grant.unit else "ganze Stadt"
    return f"{ROLE_LABELS[grant.role]} ({where})"


def end_login_sessions(user: User, *, but: str = "") -> None:
    """Log the user out everywhere, or everywhere but where this token is used."""
    query = delete(LoginSession).where(LoginSession.user_id == user.id)
    db.session.execute(query.where(LoginSession.token_hash != hash_token(but)))


def hash_token(token: str) -> str:
    """Return what is stored of a login session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _record_grant(
    action: Action, user: User, description: str, actor_id: int | None, reason: str
) -> None:
    details = f"{description}, {reason}" if reason else description
    audit.record(action, actor_id=actor_id, subject=_subject(user), details=details)


def _find_fault(password: str, email: str) -> str | None:
    city_name = current_app.extensions["selfcheck"].city_name
    return find_password_fault(password, email=email, own_words=(city_name, *APP_WORDS))


def _check_name_and_email(name: str, email: str) -> None:
    if not name:
        raise InvalidError("Bitte geben Sie einen Namen an.", field="name")
    if not name.isprintable():
        raise InvalidError("Der Name enthält unsichtbare Zeichen.", field="name")
    if len(name) > NAME_LENGTH:
        raise InvalidError(
            f"Der Name ist zu lang; möglich sind {NAME_LENGTH} Zeichen.", field="name"
        )
    is_address = EMAIL_SHAPE.fullmatch(email) and email.isprintable()
    if len(email) > EMAIL_LENGTH or not is_address:
        raise InvalidError(
            "Das ist keine E-Mail-Adresse; erwartet wird z. B. vorname.nachname@stadt.de.",
            field="email",
        )


def _check_an_admin_remains(*, without: User) -> None:
    # Two administrators shutting each other out at once wait for one another.
    db.session.execute(select(Grant.id).where(Grant.role == Role.ADMIN).with_for_update())
    others = db.session.scalar(
        select(func.count(User.id.distinct()))
        .join(User.grants)
        .where(Grant.role == Role.ADMIN, User.is_active, User.one_time_until.is_(None))
        .where(User.id != without.id)
    )
    if not others and any(grant.role is Role.ADMIN for grant in without.grants):
        raise ConflictError(
            "Das ist das letzte Konto mit Administrationsrechten. "
            "Geben Sie diese Rolle erst einer anderen Person, die sich damit schon angemeldet hat.",
            title=NOT_POSSIBLE,
        )


def _subject(user: User) -> str:
    return f"{user.name} <{user.email}>"
