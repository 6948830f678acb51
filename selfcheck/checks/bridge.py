"""Which trainings help where a Selbstcheck is weak? The bridge to the Schulungsauftrag.

The questionnaire speaks of trainings without saying which of the four areas of the Schulungskonzept
(section 4) it means; what fits which statement is decided here (D), version by version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from selfcheck.checks.questionnaire import Questionnaire
from selfcheck.checks.scoring import Result, StatementScore
from selfcheck.training.kinds import Area

# By version and statement; a statement that no training mends is not among them. A new version
# needs an entry, if only an empty one.
FITTING_AREAS: Mapping[str, Mapping[str, tuple[Area, ...]]] = MappingProxyType(
    {
        "2025-05-07": MappingProxyType(
            {
                "s1": (Area.MULTILINGUAL,),
                "s2": (Area.PLAIN_COMMUNICATION, Area.MULTILINGUAL),
                "s3": (Area.MULTILINGUAL, Area.PLAIN_COMMUNICATION),
                "s4": (Area.PLAIN_COMMUNICATION, Area.MULTILINGUAL),
                "s6": (Area.INTERCULTURAL, Area.DEMOCRATIC),
            }
        )
    }
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A weak statement, and the areas of trainings that fit it."""

    score: StatementScore
    areas: tuple[Area, ...]


def find_offers(questionnaire: Questionnaire, result: Result) -> tuple[Offer, ...]:
    """Return the weak statements that trainings fit, in printed order."""
    fitting = FITTING_AREAS.get(questionnaire.version, {})
    return tuple(
        Offer(one, fitting[one.statement.id])
        for one in result.statements
        if one.statement.id in fitting and is_weak(questionnaire, one.points)
    )


def is_weak(questionnaire: Questionnaire, points: int) -> bool:
    """Return whether an answer is at most the middle of its scale: „teilweise“, or less (D)."""
    return 2 * points <= questionnaire.lowest_answer + questionnaire.highest_answer
