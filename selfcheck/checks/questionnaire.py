"""What does the Selbstcheck ask, how many points does each answer give, and which colour follows?

Source: Anlage 3 of the „Zwischenbericht zur Umsetzung des Aktionsplans Integration 2022 bis 2026“.
A questionnaire is data: one TOML file for each version in `questionnaires/`, named after it, with
the fields of these dataclasses as keys. Everything stands in printed order.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Literal

from selfcheck.checks.questionnaire_consistency import find_problems
from selfcheck.checks.typed_toml import Reader


@dataclass(frozen=True, slots=True)
class ScalePoint:
    """One of the answers that every statement offers, and the points that it gives."""

    points: int
    label: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One numbered sentence that an office agrees to, more or less."""

    id: str
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Category:
    """A heading with its statements; it has a subtotal of its own."""

    id: str
    title: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A statement answered with at least `minimum` points, and the official words for that."""

    statement_id: str
    minimum: int
    wording: str


@dataclass(frozen=True, slots=True)
class Option:
    """Something to tick; with `has_free_text` it asks for words of one's own as well."""

    id: str
    text: str
    has_free_text: bool = False


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A voluntary question without points.

    It stands below the statement `below`, or at the end of the form if that is None. With
    `announces`, each line of its text is a measure, to be done within `due_months` if that is
    given; with `reviews`, it asks what became of the measures that were announced before.
    """

    id: str
    text: str
    below: str | None = None
    condition: Condition | None = None
    options: tuple[Option, ...] = ()
    announces: bool = False
    due_months: int | None = None
    reviews: bool = False

    @property
    def kind(self) -> Literal["text", "choices"]:
        """How it is answered: in words of one's own, or by ticking any number of options."""
        return "choices" if self.options else "text"

    @property
    def free_text_option(self) -> Option | None:
        """The one option that asks for words as well, „andere, und zwar …“."""
        return next((option for option in self.options if option.has_free_text), None)


class Attention(StrEnum):
    """Which statements and categories the advice of a colour tells the office to look at."""

    LOWEST = "lowest"  # those with the lowest points
    BELOW_HIGHEST = "below_highest"  # all that miss the highest points


@dataclass(frozen=True, slots=True)
class ColourBand:
    """The totals from `minimum` to `maximum`, both included, and what they mean."""

    id: str
    label: str
    minimum: int
    maximum: int
    attention: Attention
    advice: str


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One version of the Selbstcheck; the colours go from the worst to the best."""

    version: str
    published_on: date
    title: str
    unit_label: str
    date_label: str
    instruction: str
    evaluation_instruction: str
    thanks: str
    scale: tuple[ScalePoint, ...]
    categories: tuple[Category, ...]
    colours: tuple[ColourBand, ...]
    follow_ups: tuple[FollowUp, ...] = ()

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements of all categories."""
        return tuple(statement for category in self.categories for statement in category.statements)

    def follow_ups_below(self, statement_id: str) -> tuple[FollowUp, ...]:
        """List the follow-ups that stand directly below a statement."""
        return tuple(follow_up for follow_up in self.follow_ups if follow_up.below == statement_id)

    def follow_up_blocks_below(
        self, statement_id: str
    ) -> tuple[tuple[Condition | None, tuple[FollowUp, ...]], ...]:
        """Group what stands below a statement: follow-ups under one printed condition together."""
        blocks = groupby(self.follow_ups_below(statement_id), key=lambda one: one.condition)
        return tuple((condition, tuple(follow_ups)) for condition, follow_ups in blocks)

    @property
    def follow_ups_at_end(self) -> tuple[FollowUp, ...]:
        """The follow-ups that belong to no statement, „nächste Schritte“."""
        return tuple(follow_up for follow_up in self.follow_ups if follow_up.below is None)

    @property
    def review_question(self) -> FollowUp | None:
        """The follow-up that asks what became of the measures announced before."""
        return next((follow_up for follow_up in self.follow_ups if follow_up.reviews), None)

    @property
    def lowest_answer(self) -> int:
        """The fewest points that one answer gives."""
        return min(answer.points for answer in self.scale)

    @property
    def highest_answer(self) -> int:
        """The most points that one answer gives."""
        return max(answer.points for answer in self.scale)

    @property
    def minimum(self) -> int:
        """The lowest total that a complete check can have."""
        return self.lowest_answer * len(self.statements)

    @property
    def maximum(self) -> int:
        """The highest total that a complete check can have."""
        return self.highest_answer * len(self.statements)

    def minimum_of(self, category: Category) -> int:
        """Tell the lowest subtotal that a category can have."""
        return self.lowest_answer * len(category.statements)

    def maximum_of(self, category: Category) -> int:
        """Tell the highest subtotal that a category can have."""
        return self.highest_answer * len(category.statements)

    def colour_of(self, total: int) -> ColourBand:
        """Tell the colour of a total; ValueError if no complete check can have it."""
        for colour in self.colours:
            if colour.minimum <= total <= colour.maximum:
                return colour
        raise ValueError(f"a total of {total} is not between {self.minimum} and {self.maximum}")

    def colour_after(self, colour: ColourBand) -> ColourBand | None:
        """Tell the next better colour; None for the best."""
        return next(
            (better for better in self.colours if better.minimum > colour.maximum),
            None,
        )

    def position_of(self, total: int) -> Fraction:
        """Tell where a total lies on the coloured scale: 0 at its minimum, 1 at its maximum."""
        return Fraction(total - self.minimum, self.maximum - self.minimum)


class QuestionnaireInvalid(ValueError):  # noqa: N818
    """Every problem in the files of questionnaires, each with its file and place.

    All at once, so that whoever prepares a new version corrects it in one go.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def load_questionnaires(folder: Path) -> Mapping[str, Questionnaire]:
    """Read all versions in a folder, by version, the oldest first; raise QuestionnaireInvalid."""
    questionnaires: list[Questionnaire] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            questionnaires.append(load_questionnaire(path))
        except QuestionnaireInvalid as invalid:
            problems.extend(invalid.problems)
    if not questionnaires and not problems:
        problems.append(f"{folder}: contains no questionnaire")
    if problems:
        raise QuestionnaireInvalid(problems)
    questionnaires.sort(key=lambda one: (one.published_on, one.version))
    return {one.version: one for one in questionnaires}


def load_questionnaire(path: Path) -> Questionnaire:
    """Read one version; raise QuestionnaireInvalid."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise QuestionnaireInvalid([f"{path.name}: is not in UTF-8: {error}"]) from error
    except tomllib.TOMLDecodeError as error:
        raise QuestionnaireInvalid([f"{path.name}: is not valid TOML: {error}"]) from error
    reader = Reader()
    questionnaire = reader.table(Questionnaire, content)
    problems = [*reader.problems, *find_problems(questionnaire)]
    # The name of its file being the version, no two files can claim the same one.
    if questionnaire.version not in ("", path.stem):
        problems.append(f"version: is {questionnaire.version}, but the file is named {path.stem}")
    if problems:
        raise QuestionnaireInvalid([f"{path.name}: {problem}" for problem in problems])
    return questionnaire


def newest(questionnaires: Mapping[str, Questionnaire]) -> Questionnaire:
    """Tell the version that new checks are filled in with: the one of the latest date."""
    return max(questionnaires.values(), key=lambda one: (one.published_on, one.version))
