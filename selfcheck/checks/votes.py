"""What does a team think of each statement, and how far is it of one mind?

The head of a unit may let the team answer the statements of a draft before setting the agreed
answer (issue „Filling in as a team“; the paper form has nothing like it). Here is what of the votes
may be shown: sums, never a single vote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from fractions import Fraction
from statistics import median, pvariance

from selfcheck.checks.questionnaire import Questionnaire, ScalePoint, Statement
from selfcheck.checks.scoring import Answers, check_answers

# With fewer votes for a statement its spread is not shown: a person could be recognised.
MINIMUM_VOTES = 3
# A round, with all its links and votes, is deleted so many days after it was opened.
VOTES_KEPT_DAYS = 90
VOTES_KEPT = timedelta(days=VOTES_KEPT_DAYS)
# Links of one round: as many at once, as many altogether.
LINKS_AT_ONCE = 50
LINKS_OF_ROUND = 200
# The smallest part of the votes that makes a team „weitgehend einig“.
LARGE_PART = Fraction(3, 4)


class Agreement(Enum):
    """How far a team is of one mind about a statement; ``label`` is what pages show."""

    AGREED = "einig"  # all votes lie on one answer, or on two neighbouring ones
    MOSTLY = "weitgehend einig"  # not all, but at least three quarters of them do
    DIVIDED = "uneinig"  # anything else

    @property
    def label(self) -> str:
        """The German word."""
        return self.value


@dataclass(frozen=True, slots=True)
class Count:
    """How many votes one answer of the scale got."""

    answer: ScalePoint
    votes: int


@dataclass(frozen=True, slots=True)
class Spread:
    """The votes for one statement; ``counts`` holds all answers of the scale, in printed order.

    There is at least one vote. Two answers are neighbours if they stand beside each other on the
    scale, that is, if they differ by one point.
    """

    counts: tuple[Count, ...]

    @property
    def votes(self) -> int:
        """How many answered the statement."""
        return sum(one.votes for one in self.counts)

    @property
    def points(self) -> list[int]:
        """The points of all votes, ascending."""
        return sorted(one.answer.points for one in self.counts for _ in range(one.votes))

    @property
    def lowest(self) -> int:
        """The fewest points that somebody gave."""
        return self.points[0]

    @property
    def highest(self) -> int:
        """The most points that somebody gave."""
        return self.points[-1]

    @property
    def median(self) -> float:
        """The points in the middle: half of the team gave no more, half gave no fewer.

        Between two points, such as 3.5, if the number of votes is even.
        """
        return float(median(self.points))

    @property
    def share_of_neighbours(self) -> Fraction:
        """The largest part of the votes that lies on one answer or on two neighbouring ones."""
        votes = [one.votes for one in sorted(self.counts, key=lambda one: one.answer.points)]
        pairs = [sum(votes[start : start + 2]) for start in range(len(votes))]
        return Fraction(max(pairs), self.votes)

    @property
    def agreement(self) -> Agreement:
        """How far the team is of one mind."""
        share = self.share_of_neighbours
        if share == 1:
            return Agreement.AGREED
        return Agreement.MOSTLY if share >= LARGE_PART else Agreement.DIVIDED

    @property
    def agrees(self) -> bool:
        """Whether all votes lie within one point of each other."""
        return self.agreement is Agreement.AGREED


def read_votes(questionnaire: Questionnaire, sent: Mapping[str, str]) -> dict[str, int]:
    """Return the points that a form sent, by statement; raises AnswersInvalid.

    A statement that is missing or empty was not answered. Anything else in the form is left out.
    """
    points = {
        one.id: int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
        for one in questionnaire.statements
        if (text := sent.get(one.id, ""))
    }
    check_answers(questionnaire, Answers(points=points))
    return points


def make_spreads(
    questionnaire: Questionnaire, votes: Mapping[tuple[str, int], int]
) -> dict[str, Spread]:
    """Return the spread by statement, from numbers of votes by statement and points.

    A statement with fewer than MINIMUM_VOTES votes is not in it.
    """
    spreads = {
        one.id: Spread(
            tuple(
                Count(answer, votes.get((one.id, answer.points), 0))
                for answer in questionnaire.scale
            )
        )
        for one in questionnaire.statements
    }
    return {key: spread for key, spread in spreads.items() if spread.votes >= MINIMUM_VOTES}


def rank_spreads(
    questionnaire: Questionnaire, spreads: Mapping[str, Spread]
) -> list[tuple[Statement, Spread | None]]:
    """Return all statements with their spreads, the most divided first.

    „uneinig“ comes before „weitgehend einig“ before „einig“; then the larger variance, then the
    printed order. Those without a spread come last.
    """

    def place(one: Statement) -> tuple[int, float]:
        spread = spreads.get(one.id)
        if spread is None:
            return len(Agreement), 0
        divided_first = [*reversed(Agreement)]
        return divided_first.index(spread.agreement), -float(pvariance(spread.points))

    return [(one, spreads.get(one.id)) for one in sorted(questionnaire.statements, key=place)]
