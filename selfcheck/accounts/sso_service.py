"""Who is it that the identity provider vouches for, and what does that person hold here?"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, select

from selfcheck import clock
from selfcheck.accounts import service
from selfcheck.accounts.identity_models import ExternalIdentity
from selfcheck.accounts.models import Grant, User
from selfcheck.accounts.role_map import Held, MappedRole, Wanted, roles_of
from selfcheck.accounts.sso_client import Claims
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db
from selfcheck.errors import ConflictError, InvalidError
from selfcheck.organisation.service import find_unit_by_number

BY_GROUP = "laut Gruppe im Dienstkonto"


class Refusal(StrEnum):
    """Why somebody whom the provider knows is not let in here."""

    UNKNOWN = "kein Konto"
    DEACTIVATED = "Konto deaktiviert"
    UNVERIFIED = "E-Mail-Adresse nicht bestätigt"
    OTHER_IDENTITY = "Konto ist mit einem anderen Dienstkonto verknüpft"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What the word of this issuer counts for."""

    issuer: str
    creates_accounts: bool = False
    role_map: tuple[MappedRole, ...] = ()


def admit(claims: Claims, policy: Policy) -> User | Refusal:
    """Return the user of these claims, with the mapped roles, or say why there is none.

    First the subject counts, whatever address it has by now. Otherwise an address that the
    provider has verified leads to an account, which is linked to the subject from then on. An
    account is made only for somebody whose groups bring a role, or if the policy wants accounts
    without any. What is refused is recorded.
    """
    user = _find_linked(policy.issuer, claims.subject)
    if user is None:
        found = _find_by_email(claims, policy)
        if isinstance(found, Refusal):
            return _refuse(found, service.find_user_by_email(claims.email))
        user = found
        _link(user, claims, policy)
    if not user.is_active:
        return _refuse(Refusal.DEACTIVATED, user)
    _apply(roles_of(claims.groups, policy.role_map), user)
    return user


def unlink(user: User) -> int:
    """Forget under which subjects a user is known; returns how many there were.

    The next login at the provider links the account again, by its verified address.
    """
    query = delete(ExternalIdentity).where(ExternalIdentity.user_id == user.id)
    forgotten = db.session.execute(query.returning(ExternalIdentity.subject)).all()
    if forgotten:
        audit.record(Action.IDENTITY_UNLINKED, actor_id=None, subject=_subject(user))
    return len(forgotten)


def _find_linked(issuer: str, subject: str) -> User | None:
    query = (
        select(User)
        .join(ExternalIdentity, ExternalIdentity.user_id == User.id)
        .where(ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject)
    )
    return db.session.scalar(query)


def _find_by_email(claims: Claims, policy: Policy) -> User | Refusal:
    if not claims.is_email_verified:
        return Refusal.UNVERIFIED
    user = service.find_user_by_email(claims.email) if claims.email else None
    if user is None:
        brings_role = bool(_existing(roles_of(claims.groups, policy.role_map).held))
        if not claims.email or not (policy.creates_accounts or brings_role):
            return Refusal.UNKNOWN
        return _make_account(claims)
    if not user.is_active:
        return Refusal.DEACTIVATED
    # An address that was given to somebody else, who must not inherit the account.
    of_user = select(ExternalIdentity.subject).where(
        ExternalIdentity.user_id == user.id, ExternalIdentity.issuer == policy.issuer
    )
    return Refusal.OTHER_IDENTITY if db.session.scalar(of_user) is not None else user


def _make_account(claims: Claims) -> User | Refusal:
    """Make an account whose password nobody knows."""
    try:
        user, _ = service.add_user(
            email=claims.email,
            name=claims.name or claims.email,
            password=secrets.token_urlsafe(32),
            actor_id=None,
        )
    except InvalidError:  # a name or an address that no account can have
        return Refusal.UNKNOWN
    return user


def _link(user: User, claims: Claims, policy: Policy) -> None:
    db.session.add(
        ExternalIdentity(
            issuer=policy.issuer, subject=claims.subject, user_id=user.id, linked_at=clock.now()
        )
    )
    db.session.flush()
    audit.record(Action.IDENTITY_LINKED, actor_id=user.id, subject=_subject(user))


def _refuse(refusal: Refusal, user: User | None) -> Refusal:
    audit.record(
        Action.SSO_REFUSED,
        actor_id=None,
        subject=_subject(user) if user else "unbekanntes Konto",
        details=refusal.value,
    )
    return refusal


def _apply(wanted: Wanted, user: User) -> None:
    """Grant and take away what the map speaks of; all other roles stay as they are."""
    now = {_key(grant): grant for grant in user.grants}
    for key in sorted(wanted.not_held & now.keys(), key=str):
        try:
            service.remove_grant(user, now[key].id, actor_id=None, reason=BY_GROUP)
        except ConflictError:  # the last administrator stays
            continue
    for role, number in _existing(wanted.held - now.keys()):
        unit = find_unit_by_number(number) if number else None
        service.add_grant(user, role=role, unit=unit, actor_id=None, reason=BY_GROUP)


def _existing(keys: Collection[Held]) -> list[Held]:
    """Return the roles whose unit exists, in a steady order; a map may run ahead of the units."""
    return [
        key
        for key in sorted(keys, key=str)
        if key[1] is None or find_unit_by_number(key[1]) is not None
    ]


def _key(grant: Grant) -> Held:
    return grant.role, grant.unit.number if grant.unit else None


def _subject(user: User) -> str:
    return f"{user.name} <{user.email}>"
