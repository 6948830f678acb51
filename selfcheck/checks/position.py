"""Where does a unit stand among all units, without anybody learning how another one stands?

Of each open unit the last Selbstcheck counts that was submitted before the first of this month and
speaks of a day within the twelve months before it. All count, shared or not, because nothing but
this is shown: how many lie in each colour, and the middle of the totals in whole points.

Whoever looks knows the results of the units that they head, and can subtract them. What remains
must not be the result of a single unit. Therefore nothing at all is shown

- unless at least ``MINIMUM_UNITS`` other units count, beyond all that the person can look into;
- if all the others have the same colour, for then everybody's would be known.

That it is counted once a month keeps somebody who watches from seeing what a single new Selbstcheck
changes on the day it is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import NamedTuple

from selfcheck.checks.questionnaire import ColourBand, Questionnaire

MINIMUM_UNITS = 5


class LastTotal(NamedTuple):
    """The total of a unit's last check on the scale in question; of no unit in particular."""

    total: int
    # Whether the person who looks can see this result anyway.
    is_known: bool


@dataclass(frozen=True, slots=True)
class Distribution:
    """How all units stand, in numbers that belong to none of them."""

    counted_on: date
    units: int
    # In the order of the scale, colours with nobody included.
    colours: tuple[tuple[ColourBand, int], ...]
    median: int


def find_distribution(
    questionnaire: Questionnaire, totals: Sequence[LastTotal], *, counted_on: date
) -> Distribution | None:
    """Return the distribution of all units; None if it would tell too much."""
    others = [one.total for one in totals if not one.is_known]
    if len(others) < MINIMUM_UNITS or len({questionnaire.colour_of(one).id for one in others}) < 2:
        return None
    counts = Counter(questionnaire.colour_of(one.total).id for one in totals)
    return Distribution(
        counted_on=counted_on,
        units=len(totals),
        colours=tuple((colour, counts[colour.id]) for colour in questionnaire.colours),
        median=int(median(one.total for one in totals) + 0.5),
    )


def is_counted(
    checked_on: date, submitted_on: date, closed_on: date | None, *, today: date
) -> bool:
    """Return whether a unit's last check is among those that were counted.

    ``closed_on``: the day on which the unit closed; None if it is open.
    """
    counted_on = last_counted_day(today)
    return (
        first_counted_day(counted_on) <= checked_on <= counted_on
        and submitted_on <= counted_on
        and (closed_on is None or closed_on > counted_on)
    )


def last_counted_day(today: date) -> date:
    """Return the day before the first of this month."""
    return today.replace(day=1) - timedelta(days=1)


def first_counted_day(counted_on: date) -> date:
    """Return the first day of the twelve months that end on the last day of a month."""
    following = counted_on + timedelta(days=1)
    return following.replace(year=following.year - 1)
