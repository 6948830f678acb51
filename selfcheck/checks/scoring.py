"""Where does an office stand after its Selbstcheck, and what should it look at?

Source: Anlage 3 of the „Zwischenbericht zur Umsetzung des Aktionsplans Integration 2022 bis 2026“,
part „Auswertung“: points per question, a subtotal per category, the total, its place on the
coloured scale, and the advice of the colour. Pages, reports and workbooks draw their numbers from
here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

from selfcheck.checks.questionnaire import (
    Attention,
    Category,
    ColourBand,
    FollowUp,
    Questionnaire,
    Statement,
)


@dataclass(frozen=True, slots=True)
class Answers:
    """What an office has answered so far, everything by id.

    `points` by statement; `choices`, the ticked options, and `texts` by follow-up. The text of a
    follow-up with options is the free text of „andere, und zwar …“.
    """

    points: Mapping[str, int] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class AnswersInvalid(ValueError):  # noqa: N818
    """Answers that the questionnaire does not have: an unknown id, or points off its scale."""


class IncompleteAnswers(ValueError):  # noqa: N818
    """Only a complete check has a colour; `missing` lists the statements without an answer."""

    def __init__(self, missing: tuple[Statement, ...]) -> None:
        super().__init__(f"no answer to {', '.join(statement.id for statement in missing)}")
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a draft has come."""

    answered: int
    of: int
    points_so_far: int
    missing: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class StatementScore:
    """The points of one statement."""

    statement: Statement
    points: int
    maximum: int

    @property
    def share(self) -> Fraction:
        """The exact part of the points possible."""
        return Fraction(self.points, self.maximum)


@dataclass(frozen=True, slots=True)
class Subtotal:
    """The points of one category, with those of its statements."""

    category: Category
    statements: tuple[StatementScore, ...]

    @property
    def points(self) -> int:
        """The sum over its statements."""
        return sum(one.points for one in self.statements)

    @property
    def maximum(self) -> int:
        """The points possible."""
        return sum(one.maximum for one in self.statements)

    @property
    def share(self) -> Fraction:
        """The exact part of the points possible; it makes categories of any size comparable."""
        return Fraction(self.points, self.maximum)


@dataclass(frozen=True, slots=True)
class Result:
    """The Auswertung of a complete check, rows in printed order.

    `position` is the place on the coloured scale, from 0 at the lowest total to 1 at the highest.
    For the best colour there is no next one: `next_colour` and `points_to_next_colour` are None.
    """

    total: int
    colour: ColourBand
    position: Fraction
    subtotals: tuple[Subtotal, ...]
    weakest_statements: tuple[StatementScore, ...]
    weakest_categories: tuple[Subtotal, ...]
    next_colour: ColourBand | None
    points_to_next_colour: int | None

    @property
    def statements(self) -> tuple[StatementScore, ...]:
        """The points of all statements."""
        return tuple(one for subtotal in self.subtotals for one in subtotal.statements)


def progress(questionnaire: Questionnaire, answers: Answers) -> Progress:
    """Count what a draft has answered; raise AnswersInvalid."""
    check_answers(questionnaire, answers)
    return Progress(
        answered=len(answers.points),
        of=len(questionnaire.statements),
        points_so_far=sum(answers.points.values()),
        missing=tuple(one for one in questionnaire.statements if one.id not in answers.points),
    )


def score(questionnaire: Questionnaire, answers: Answers) -> Result:
    """Evaluate a complete check; raise IncompleteAnswers or AnswersInvalid."""
    missing = progress(questionnaire, answers).missing
    if missing:
        raise IncompleteAnswers(missing)
    subtotals = tuple(
        _subtotal(category, answers, questionnaire.highest_answer)
        for category in questionnaire.categories
    )
    total = sum(subtotal.points for subtotal in subtotals)
    colour = questionnaire.colour_of(total)
    next_colour = questionnaire.colour_after(colour)
    statements = tuple(one for subtotal in subtotals for one in subtotal.statements)
    return Result(
        total=total,
        colour=colour,
        position=questionnaire.position_of(total),
        subtotals=subtotals,
        weakest_statements=_weakest(statements, colour.attention),
        weakest_categories=_weakest(subtotals, colour.attention),
        next_colour=next_colour,
        points_to_next_colour=None if next_colour is None else next_colour.minimum - total,
    )


def _subtotal(category: Category, answers: Answers, highest_answer: int) -> Subtotal:
    return Subtotal(
        category,
        tuple(
            StatementScore(statement, answers.points[statement.id], highest_answer)
            for statement in category.statements
        ),
    )


_Scored = TypeVar("_Scored", StatementScore, Subtotal)


def _weakest(scored: Sequence[_Scored], attention: Attention) -> tuple[_Scored, ...]:
    """Pick what the advice means by „Achten Sie auf die Kategorien und Fragen, bei denen Sie …“.

    „… die niedrigsten Punktzahlen erhalten haben“: all with the smallest share, so all of them
    when all are equal. „… nicht die höchsten Punktzahlen erhalten haben“: all below their
    maximum. What has reached its maximum is never weak, hence at full points there is nothing.
    """
    below_maximum = tuple(one for one in scored if one.points < one.maximum)
    if attention is Attention.BELOW_HIGHEST:
        return below_maximum
    lowest = min((one.share for one in below_maximum), default=None)
    return tuple(one for one in below_maximum if one.share == lowest)


def is_shown(follow_up: FollowUp, answers: Answers) -> bool:
    """Tell whether a follow-up is asked: it has no condition, or the condition holds."""
    condition = follow_up.condition
    if condition is None:
        return True
    points = answers.points.get(condition.statement_id)
    return points is not None and points >= condition.minimum


def visible_answers(questionnaire: Questionnaire, answers: Answers) -> Answers:
    """Leave out what does not count; raise AnswersInvalid.

    That is the answer to a follow-up whose condition does not hold, and the free text of an option
    that is not ticked. A draft keeps them, because they come back when the condition holds again;
    results and reports show only what is left here. Ticked options come in printed order.
    """
    check_answers(questionnaire, answers)
    texts, choices = {}, {}
    for follow_up in questionnaire.follow_ups:
        if not is_shown(follow_up, answers):
            continue
        ticked = [
            one for one in follow_up.options if one.id in answers.choices.get(follow_up.id, ())
        ]
        if ticked:
            choices[follow_up.id] = tuple(option.id for option in ticked)
        asks_for_text = not follow_up.options or any(option.has_free_text for option in ticked)
        if asks_for_text and follow_up.id in answers.texts:
            texts[follow_up.id] = answers.texts[follow_up.id]
    return Answers(points=answers.points, texts=texts, choices=choices)


def check_answers(questionnaire: Questionnaire, answers: Answers) -> None:
    """Raise AnswersInvalid if the questionnaire lacks a statement, follow-up, option or points."""
    statement_ids = {statement.id for statement in questionnaire.statements}
    scale = {answer.points for answer in questionnaire.scale}
    options = {one.id: {option.id for option in one.options} for one in questionnaire.follow_ups}
    for statement_id, points in answers.points.items():
        if statement_id not in statement_ids:
            raise AnswersInvalid(f"version {questionnaire.version} has no statement {statement_id}")
        if points not in scale:
            raise AnswersInvalid(f"{statement_id}: {points} points are not on the scale")
    for follow_up_id in (*answers.texts, *answers.choices):
        if follow_up_id not in options:
            raise AnswersInvalid(f"version {questionnaire.version} has no follow-up {follow_up_id}")
    for follow_up_id, ticked in answers.choices.items():
        for option_id in ticked:
            if option_id not in options[follow_up_id]:
                raise AnswersInvalid(f"{follow_up_id}: there is no option {option_id}")
