"""Team rounds: a team answers the statements of a draft by personal links, without accounts.

Nothing in these rows says who a link was meant for, when it was made or when it was used.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from selfcheck.accounts.models import User
from selfcheck.checks.models import SelfCheck
from selfcheck.db import Base


class TeamRound(Base):
    """The one round of a draft; closed, its links are worth nothing and its spread is shown."""

    __tablename__ = "team_round"

    check_id: Mapped[UUID] = mapped_column(
        ForeignKey("self_check.id", ondelete="CASCADE"), primary_key=True
    )
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]

    check: Mapped[SelfCheck] = relationship(lazy="joined", innerjoin=True)
    opened_by: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class TeamLink(Base):
    """A personal link, of which only the hash of its token is kept.

    ``voter_hash`` is that of the secret in the browser that answered first; None: nobody did.
    """

    __tablename__ = "team_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    check_id: Mapped[UUID] = mapped_column(
        ForeignKey("team_round.check_id", ondelete="CASCADE"), index=True
    )
    voter_hash: Mapped[str | None] = mapped_column(String(64))


class TeamVote(Base):
    """What one link's holder answered to one statement."""

    __tablename__ = "team_vote"
    __table_args__ = (CheckConstraint("points >= 0", name="points_not_negative"),)

    token_hash: Mapped[str] = mapped_column(
        ForeignKey("team_link.token_hash", ondelete="CASCADE"), primary_key=True
    )
    statement_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    points: Mapped[int]
