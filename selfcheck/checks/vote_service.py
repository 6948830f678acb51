"""Let a team answer the statements of a draft by personal links, without accounts.

The side of the head takes the user and reaches only drafts of the own units. The side of those who
vote knows nothing but the token in a link and the secret of a browser: no user, no address, no
moment is stored with a vote, and what somebody voted is never read back for a single link. How old
a vote may be at most, its round tells.

A link belongs to the browser that answers first, since the head has seen all links: who could
answer again by somebody else's link would learn, from the spread, what had been answered before.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, select, update

from selfcheck import clock
from selfcheck.accounts.models import User
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.questionnaire import Questionnaire
from selfcheck.checks.service import get_check, subject_of
from selfcheck.checks.vote_models import TeamLink, TeamRound, TeamVote
from selfcheck.checks.votes import (
    LINKS_AT_ONCE,
    LINKS_OF_ROUND,
    VOTES_KEPT,
    Spread,
    make_spreads,
)
from selfcheck.db import db
from selfcheck.errors import ConflictError, InvalidError, NotFoundError

TOKEN_BYTES = 32


class RoundEndedError(ConflictError):
    """The link was good once, but its round takes no votes any more; ``round`` is that one."""

    def __init__(self, ended: TeamRound) -> None:
        super().__init__("Diese Teamrunde ist beendet.")
        self.round = ended


class LinkUsedError(ConflictError):
    """Somebody has answered by the link in another browser; ``round`` is the one it belongs to."""

    def __init__(self, used: TeamRound) -> None:
        super().__init__("Dieser Link ist schon in einem anderen Browser benutzt.")
        self.round = used


class LinksMadeError(ConflictError):
    """There are more or fewer links by now than those that were seen."""

    def __init__(self, made: int) -> None:
        links = {0: "keinen Link", 1: "1 Link"}.get(made, f"{made} Links")
        super().__init__(
            f"Es wurde nichts erstellt: Zu diesem Entwurf gibt es inzwischen {links}. Fehlen Ihnen "
            "Adressen, so erstellen Sie bitte weitere, oder beginnen Sie von vorn."
        )


@dataclass(frozen=True)
class LinkCounts:
    """How many links there are, and how many of their holders have answered something."""

    made: int = 0
    answered: int = 0


def get_draft(user: User, check_id: UUID, *, lock: bool = False) -> SelfCheck:
    """Return a draft of the user's units; raises NotFoundError, ConflictError if submitted."""
    check = get_check(user, check_id, lock=lock)
    if not check.is_draft:
        raise ConflictError(
            "Dieser Selbstcheck ist ausgewertet. Eine Teamrunde gibt es nur zu einem Entwurf."
        )
    return check


def find_round(check: SelfCheck, *, lock: bool = False) -> TeamRound | None:
    """Return the round of a draft, open or closed; None too if it is too old to be kept."""
    query = select(TeamRound).where(TeamRound.check_id == check.id, _is_kept(clock.now()))
    if lock:
        query = _locked(query)
    return db.session.scalar(query)


def open_round(user: User, check: SelfCheck) -> TeamRound:
    """Begin a round; one that is open stays as it is. Raises ConflictError if it is closed."""
    known = find_round(check, lock=True)
    if known is not None:
        if known.closed_at is not None:
            raise ConflictError(
                "Diese Teamrunde ist beendet. Für weitere Links beginnen Sie bitte von vorn."
            )
        return known
    delete_votes(check.id)  # of a round that is too old
    opened = TeamRound(check_id=check.id, opened_at=clock.now(), opened_by_id=user.id)
    db.session.add(opened)
    db.session.flush()
    audit.record(Action.TEAM_ROUND_OPENED, actor_id=user.id, subject=subject_of(check))
    return opened


def make_links(user: User, check: SelfCheck, *, number: int, seen: int | None) -> list[str]:
    """Begin a round unless there is one, and return the tokens of new links.

    This is the only moment at which they can be known. ``seen`` is how many links there were when
    they were asked for, so that a form sent twice makes them once. Raises InvalidError for too
    many links, LinksMadeError if there are not as many as were seen, ConflictError if the round is
    closed.
    """
    open_round(user, check)
    made = count_links(check).made
    if made != seen:
        raise LinksMadeError(made)
    if not 1 <= number <= LINKS_AT_ONCE:
        raise InvalidError(f"Möglich sind 1 bis {LINKS_AT_ONCE} Links auf einmal.", field="number")
    if made + number > LINKS_OF_ROUND:
        raise InvalidError(
            f"Eine Teamrunde hat höchstens {LINKS_OF_ROUND} Links; es gibt schon {made}.",
            field="number",
        )
    tokens = [secrets.token_urlsafe(TOKEN_BYTES) for _ in range(number)]
    # In the order of the hashes, which says nothing about the order in which they are handed out.
    for token_hash in sorted(map(hash_token, tokens)):
        db.session.add(TeamLink(token_hash=token_hash, check_id=check.id))
    db.session.flush()
    audit.record(
        Action.TEAM_LINKS_MADE, actor_id=user.id, subject=subject_of(check), details=f"{number}"
    )
    return tokens


def count_links(check: SelfCheck) -> LinkCounts:
    """Return how many links a draft's round has, and how many were used."""
    query = (
        select(
            func.count(TeamLink.token_hash.distinct()), func.count(TeamVote.token_hash.distinct())
        )
        .outerjoin(TeamVote, TeamVote.token_hash == TeamLink.token_hash)
        .where(TeamLink.check_id == check.id)
    )
    made, answered = db.session.execute(query).one()
    return LinkCounts(made, answered)


def close_round(user: User, check: SelfCheck, *, opened_at: datetime | None) -> None:
    """Take no more votes and show the spread, for good; closing a second time changes nothing.

    ``opened_at`` says which round was seen. Raises ConflictError if it is not there any more.
    """
    seen = _get_seen_round(check, opened_at)
    if seen.closed_at is not None:
        return
    seen.closed_at = clock.now()
    db.session.flush()
    audit.record(Action.TEAM_ROUND_CLOSED, actor_id=user.id, subject=subject_of(check))


def drop_round(user: User, check: SelfCheck, *, opened_at: datetime | None) -> None:
    """Delete a round with all links and votes, so that another one can begin.

    ``opened_at`` says which round was seen. Raises ConflictError if it is not there any more.
    """
    _get_seen_round(check, opened_at)
    delete_votes(check.id)
    audit.record(
        Action.TEAM_ROUND_CLOSED,
        actor_id=user.id,
        subject=subject_of(check),
        details="mit allen Links und Antworten gelöscht",
    )


def find_spreads(check: SelfCheck, questionnaire: Questionnaire) -> Mapping[str, Spread] | None:
    """Return the spread by statement; None unless a round is closed and not too old.

    Asks the database once. While a round is open nothing is shown: who looks twice would see what
    the one vote between was. Statements with fewer than MINIMUM_VOTES votes are left out.
    """
    query = (
        select(TeamVote.statement_id, TeamVote.points, func.count(TeamVote.token_hash))
        .select_from(TeamRound)
        .outerjoin(TeamLink, TeamLink.check_id == TeamRound.check_id)
        .outerjoin(TeamVote, TeamVote.token_hash == TeamLink.token_hash)
        .where(
            TeamRound.check_id == check.id,
            TeamRound.closed_at.is_not(None),
            _is_kept(clock.now()),
        )
        .group_by(TeamVote.statement_id, TeamVote.points)
    )
    rows = db.session.execute(query).all()
    if not rows:  # a round without votes gives one empty row
        return None
    return make_spreads(questionnaire, {(one, points): votes for one, points, votes in rows})


def delete_votes(check_id: UUID) -> None:
    """Delete the round of a check with all links and votes, if there is one."""
    db.session.execute(delete(TeamRound).where(TeamRound.check_id == check_id))


def delete_old_votes(now: datetime) -> int:
    """Delete the rounds opened VOTES_KEPT_DAYS or more ago; return how many they were."""
    old = delete(TeamRound).where(~_is_kept(now)).returning(TeamRound.check_id)
    return len(db.session.execute(old).all())


def hash_token(token: str) -> str:
    """Return what is stored of the token in a link, and of the secret in a browser."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def make_voter() -> str:
    """Return a secret for a browser, by which it is known again as the one that answered."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def find_open_link(token: str, *, voter: str, lock: bool = False) -> TeamRound | None:
    """Return the round that a link belongs to; None if there is no such link.

    ``voter`` is the secret of the browser. Raises RoundEndedError if the link is worth nothing any
    more, LinkUsedError if another browser answered. With ``lock`` the round stays as it is until
    the transaction ends, and votes for it come one after the other.
    """
    query = (
        select(TeamRound)
        .join(TeamLink, TeamLink.check_id == TeamRound.check_id)
        .where(TeamLink.token_hash == hash_token(token))
    )
    found = db.session.scalar(_locked(query) if lock else query)
    if found is None:
        return None
    is_kept = found.opened_at > clock.now() - VOTES_KEPT
    if found.closed_at is not None or not is_kept or not found.check.is_draft:
        raise RoundEndedError(found)
    # Asked for by itself, and with that after the lock: what came first is seen.
    first = db.session.scalar(
        select(TeamLink.voter_hash).where(TeamLink.token_hash == hash_token(token))
    )
    if first is not None and not hmac.compare_digest(first, hash_token(voter)):
        raise LinkUsedError(found)
    return found


def list_answered(token: str) -> set[str]:
    """Return the statements that a link's holder has answered, and not how."""
    query = select(TeamVote.statement_id).where(TeamVote.token_hash == hash_token(token))
    return set(db.session.scalars(query))


def save_votes(token: str, points: Mapping[str, int], *, voter: str) -> None:
    """Store the answers of a link's holder; statements that are not among them stay as they are.

    From then on the link belongs to the browser with this secret. Raises NotFoundError if there is
    no such link, RoundEndedError if it is worth nothing any more, LinkUsedError if it belongs to
    another browser. The points are those of ``votes.read_votes``.
    """
    if find_open_link(token, voter=voter, lock=True) is None:
        raise NotFoundError("Diesen Link gibt es nicht.")
    token_hash = hash_token(token)
    db.session.execute(
        update(TeamLink)
        .where(TeamLink.token_hash == token_hash)
        .values(voter_hash=hash_token(voter))
    )
    known = db.session.scalars(select(TeamVote).where(TeamVote.token_hash == token_hash))
    votes = {vote.statement_id: vote for vote in known}
    for statement_id, number in points.items():
        if statement_id in votes:
            votes[statement_id].points = number
        else:
            db.session.add(
                TeamVote(token_hash=token_hash, statement_id=statement_id, points=number)
            )
    db.session.flush()


def _get_seen_round(check: SelfCheck, opened_at: datetime | None) -> TeamRound:
    known = find_round(check, lock=True)
    if known is None or known.opened_at != opened_at:
        raise ConflictError("Diese Teamrunde gibt es nicht mehr. Es wurde nichts geändert.")
    return known


def _locked(query: Select[TeamRound]) -> Select[TeamRound]:
    return query.with_for_update(of=TeamRound).execution_options(populate_existing=True)


def _is_kept(now: datetime) -> ColumnElement[bool]:
    return TeamRound.opened_at > now - VOTES_KEPT
