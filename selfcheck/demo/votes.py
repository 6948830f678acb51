"""Team rounds of the demo city: one that runs, one that is closed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from selfcheck.checks.models import SelfCheck
from selfcheck.checks.vote_models import TeamLink, TeamRound, TeamVote
from selfcheck.checks.vote_service import hash_token

OPEN_UNIT, CLOSED_UNIT = "33.1", "50"
# Of a link that nobody has used, in place of what chance makes elsewhere.
UNUSED_TOKEN = "vorfuehrung-33-1-6"  # noqa: S105

# Points for the statements 1 to 8, by person; 0: not answered.
OPEN_VOTES = ("43352433", "54452344", "33243425", "44300000", "", "")
# Of one mind about 1, 2 and 6, divided about 4 and 7; 8 was answered by two only.
CLOSED_VOTES = ("43514452", "44321413", "43455450", "43412410", "44335440")


def make_team_rounds(drafts: Mapping[str, SelfCheck], *, now: datetime) -> Iterator[object]:
    """Make both rounds, of the drafts by unit number; parents come before their children.

    They begin shortly before the city is loaded, because old rounds are not shown.
    """
    begun = now - timedelta(days=4)
    draft = drafts[OPEN_UNIT]
    yield _start(draft, begun, closed_at=None)
    yield from _vote(draft, OPEN_VOTES)
    draft = drafts[CLOSED_UNIT]
    yield _start(draft, begun, closed_at=now - timedelta(days=1))
    yield from _vote(draft, CLOSED_VOTES)


def _start(check: SelfCheck, opened_at: datetime, *, closed_at: datetime | None) -> TeamRound:
    return TeamRound(
        check_id=check.id,
        opened_at=opened_at,
        opened_by_id=check.created_by_id,
        closed_at=closed_at,
    )


def _vote(check: SelfCheck, votes: Sequence[str]) -> Iterator[TeamLink | TeamVote]:
    number = check.unit.number.replace(".", "-")
    for index, points in enumerate(votes, start=1):
        token_hash = hash_token(f"vorfuehrung-{number}-{index}")
        voter_hash = hash_token(f"Browser {number}-{index}") if points else None
        yield TeamLink(token_hash=token_hash, check_id=check.id, voter_hash=voter_hash)
        for statement, digit in enumerate(points, start=1):
            if digit != "0":
                yield TeamVote(
                    token_hash=token_hash, statement_id=f"s{statement}", points=int(digit)
                )
