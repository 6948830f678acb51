"""Users, what they may do, and where they are logged in."""

from __future__ import annotations

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selfcheck.accounts.hurdles import Hurdle
from selfcheck.accounts.limits import EMAIL_LENGTH, NAME_LENGTH
from selfcheck.accounts.permissions import PERMISSIONS, UNIT_ROLES, Permission, Role
from selfcheck.db import Base, enum_column
from selfcheck.organisation.models import Unit


class User(UserMixin, Base):
    """A person who may log in. Users are deactivated, never deleted: the audit trail names them."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    sort_key: Mapped[str] = mapped_column(String(2 * NAME_LENGTH))
    password_hash: Mapped[str] = mapped_column(String(200))
    # Set while the password is a one-time password; nobody gets in with it after this moment.
    one_time_until: Mapped[datetime | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    grants: Mapped[list[Grant]] = relationship(
        back_populates="user", order_by="Grant.id", cascade="all, delete-orphan"
    )

    # The token of the login session that this request came with, whether that login has yet to
    # prove the second factor, and whether one is needed and missing; see login.find_signed_in.
    login_token = ""
    must_prove_factor = False
    must_set_factor = False
    # Whether the city's identity provider vouched for the user, not a password of ours.
    is_external_login = False

    def get_id(self) -> str:
        """Return what Flask-Login keeps in the cookie: the login session, not the user."""
        return self.login_token

    @property
    def must_change_password(self) -> bool:
        """Whether the password was set by somebody else and is good for one login only."""
        return self.one_time_until is not None

    @property
    def hurdle(self) -> Hurdle | None:
        """What the user must do before any page opens."""
        if self.must_prove_factor:
            return Hurdle.CODE
        if self.must_change_password and not self.is_external_login:
            return Hurdle.PASSWORD
        return Hurdle.SET_UP if self.must_set_factor else None

    def may(self, permission: Permission) -> bool:
        """Return whether any of the user's roles holds the permission, wherever it reaches."""
        return any(permission in PERMISSIONS[grant.role] for grant in self.grants)


class Grant(Base):
    """A role that a user holds, for one unit and everything below it or for the whole city."""

    __tablename__ = "grant_of_role"
    __table_args__ = (
        CheckConstraint(
            "(role IN ({})) = (unit_id IS NOT NULL)".format(
                ", ".join(f"'{role.value}'" for role in sorted(UNIT_ROLES))
            ),
            name="unit_if_role_needs_one",
        ),
        Index("uq_grant_of_role_user_id_role_unit_id", "user_id", "role", "unit_id", unique=True),
        # NULLs are distinct in a unique index: the city-wide roles need one of their own.
        Index(
            "uq_grant_of_role_city_wide",
            "user_id",
            "role",
            unique=True,
            sqlite_where=text("unit_id IS NULL"),
            postgresql_where=text("unit_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)

    user: Mapped[User] = relationship(back_populates="grants")
    unit: Mapped[Unit | None] = relationship(lazy="joined")


class LoginSession(Base):
    """One login in one browser. Only a hash of the token is kept."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    started_at: Mapped[datetime]
    # When the second factor was proved in this browser.
    second_factor_at: Mapped[datetime | None]
    # Whether the city's identity provider vouched for the user, second factor included.
    is_external: Mapped[bool] = mapped_column(default=False, server_default=false())

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class LoginAttempt(Base):
    """One try to log in; all workers count them here."""

    __tablename__ = "login_attempt"
    __table_args__ = (
        Index("ix_login_attempt_email_at", "email", "at"),
        Index("ix_login_attempt_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    address: Mapped[str] = mapped_column(String(64))
    succeeded: Mapped[bool] = mapped_column(default=False)
