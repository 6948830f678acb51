"""Team rounds for tests. All of it needs an application context."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from factories import World

from selfcheck import clock
from selfcheck.checks.vote_models import TeamLink, TeamRound, TeamVote
from selfcheck.checks.vote_service import hash_token
from selfcheck.db import db

Vote = int | dict[str, int]  # points for all statements, or by their ids
STATEMENTS = tuple(f"s{number}" for number in range(1, 9))


def make_round(
    world: World,
    check_id: UUID,
    votes: Sequence[Vote] = (),
    *,
    by: str = "head33",
    is_closed: bool = False,
) -> list[str]:
    """Make a round with a link for each vote; return the tokens. An empty vote: nobody answered.

    A link that somebody used belongs to no browser that a test could have.
    """
    now = clock.now()
    db.session.add(
        TeamRound(
            check_id=check_id,
            opened_at=now,
            opened_by_id=world.user_ids[by],
            closed_at=now if is_closed else None,
        )
    )
    db.session.flush()
    tokens = [str(uuid4()) for _ in votes]
    db.session.add_all(
        TeamLink(
            token_hash=hash_token(token),
            check_id=check_id,
            voter_hash=hash_token(f"browser of {token}") if vote else None,
        )
        for token, vote in zip(tokens, votes, strict=True)
    )
    db.session.flush()
    for token, vote in zip(tokens, votes, strict=True):
        points = dict.fromkeys(STATEMENTS, vote) if isinstance(vote, int) else vote
        for statement_id, number in points.items():
            one = TeamVote(token_hash=hash_token(token), statement_id=statement_id, points=number)
            db.session.add(one)
    db.session.commit()
    return tokens
