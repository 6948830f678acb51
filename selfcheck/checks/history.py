"""How does a unit change from one Selbstcheck to the next?

Versions of the questionnaire may differ. Categories are known by their id and compared by their
share of the points possible (Punkte/Maximum), which holds across versions. Totals are compared only
on the same scale: same lowest and highest total, same colours. Statements are compared only within
the same version, because the same number may mean something else in another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from selfcheck.checks.questionnaire import Questionnaire, Statement
from selfcheck.checks.scoring import Result, Subtotal


@dataclass(frozen=True, slots=True)
class PastCheck:
    """A submitted check of a unit; it speaks of one day, and may be submitted later."""

    id: UUID
    checked_on: date
    submitted_on: date
    questionnaire: Questionnaire
    result: Result

    def subtotal(self, category_id: str) -> Subtotal | None:
        """Return the points of a category; None if this version does not have it."""
        found = (one for one in self.result.subtotals if one.category.id == category_id)
        return next(found, None)

    @property
    def share(self) -> Fraction:
        """The total as a share of the points possible."""
        return Fraction(self.result.total, self.questionnaire.maximum)


def is_same_scale(one: Questionnaire, other: Questionnaire) -> bool:
    """Return whether totals of two versions mean the same."""
    return _scale_of(one) == _scale_of(other)


def _scale_of(
    questionnaire: Questionnaire,
) -> tuple[int, int, tuple[tuple[str, int, int], ...]]:
    bands = tuple((one.id, one.minimum, one.maximum) for one in questionnaire.colours)
    return questionnaire.minimum, questionnaire.maximum, bands


class Direction(StrEnum):
    """Which way something went."""

    ROSE = "rose"
    FELL = "fell"
    SAME = "same"


DIRECTION_LABELS = {
    Direction.ROSE: "gestiegen",
    Direction.FELL: "gesunken",
    Direction.SAME: "gleich",
}
DIRECTION_SIGNS = {Direction.ROSE: "▲", Direction.FELL: "▼", Direction.SAME: "="}


def direction_of(difference: int | Fraction) -> Direction:
    """Return which way a difference, later less earlier, points."""
    if difference == 0:
        return Direction.SAME
    return Direction.ROSE if difference > 0 else Direction.FELL


@dataclass(frozen=True, slots=True)
class StatementChange:
    """The points of one statement in two checks."""

    statement: Statement
    before: int
    after: int

    @property
    def difference(self) -> int:
        """In points; more than 0 is better."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class CategoryChange:
    """The subtotals of one category in two checks; None where a version does not have it."""

    title: str
    before: Subtotal | None
    after: Subtotal | None

    @property
    def difference(self) -> Fraction | None:
        """As a share of the points possible (-1 to 1); None if there is nothing to compare."""
        if self.before is None or self.after is None:
            return None
        return self.after.share - self.before.share

    @property
    def points(self) -> int | None:
        """In points; None if the maxima differ."""
        if self.before is None or self.after is None or self.before.maximum != self.after.maximum:
            return None
        return self.after.points - self.before.points


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one check to a later one."""

    older: PastCheck
    newer: PastCheck
    # In printed order; empty if the versions differ.
    statements: tuple[StatementChange, ...]
    # Those of the newer version in printed order, then those that only the older one has.
    categories: tuple[CategoryChange, ...]

    @property
    def is_same_version(self) -> bool:
        """Whether the statements can be compared."""
        return self.older.questionnaire.version == self.newer.questionnaire.version

    @property
    def difference(self) -> int | None:
        """The change of the total in points; None if the scales differ."""
        if not is_same_scale(self.older.questionnaire, self.newer.questionnaire):
            return None
        return self.newer.result.total - self.older.result.total

    @property
    def risen(self) -> tuple[StatementChange, ...]:
        """What got better, the biggest change first."""
        return self._changed(Direction.ROSE)

    @property
    def fallen(self) -> tuple[StatementChange, ...]:
        """What got worse, the biggest change first."""
        return self._changed(Direction.FELL)

    def _changed(self, direction: Direction) -> tuple[StatementChange, ...]:
        changed = (one for one in self.statements if direction_of(one.difference) is direction)
        # Sorting is stable: equal changes stay in printed order.
        return tuple(sorted(changed, key=lambda one: -abs(one.difference)))


def compare(older: PastCheck, newer: PastCheck) -> Comparison:
    """Set two checks of a unit side by side."""
    is_same = older.questionnaire.version == newer.questionnaire.version
    before = {one.statement.id: one.points for one in older.result.statements}
    titles = {one.category.id: one.category.title for one in newer.result.subtotals}
    for one in older.result.subtotals:
        titles.setdefault(one.category.id, one.category.title)
    return Comparison(
        older=older,
        newer=newer,
        statements=tuple(
            StatementChange(one.statement, before[one.statement.id], one.points)
            for one in newer.result.statements
        )
        if is_same
        else (),
        categories=tuple(
            CategoryChange(title, older.subtotal(category_id), newer.subtotal(category_id))
            for category_id, title in titles.items()
        ),
    )
