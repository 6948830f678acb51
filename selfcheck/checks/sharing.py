"""How much of a self-check does its unit share with the commissioner?

By default a result stays with the unit and the heads above it. Sharing is the unit's choice, in
three levels; each holds what the one before holds. ``shared_view`` is the one place where a check
is cut down: preview, pages, counts and workbook are drawn from what it returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from uuid import UUID

from selfcheck.checks.questionnaire import ColourBand, FollowUp, Questionnaire
from selfcheck.checks.scoring import Answers, Subtotal, score, visible_answers


class ShareLevel(StrEnum):
    """What the commissioner gets to see of a shared check."""

    COLOUR = "colour"  # colour and total
    POINTS = "points"  # also the points of each statement
    ALL = "all"  # also texts and measures


LEVEL_LABELS: Mapping[ShareLevel, str] = MappingProxyType(
    {
        ShareLevel.COLOUR: "Farbe und Gesamtzahl der Punkte",
        ShareLevel.POINTS: "Farbe, Gesamtzahl und Punkte je Aussage",
        ShareLevel.ALL: "alles, auch Texte und Maßnahmen",
    }
)

LEVEL_EXPLANATIONS: Mapping[ShareLevel, str] = MappingProxyType(
    {
        ShareLevel.COLOUR: (
            "Sichtbar werden Organisationseinheit, Datum, Farbe und Gesamtzahl der Punkte."
        ),
        ShareLevel.POINTS: (
            "Dazu kommen die Punkte jeder Aussage und die Zwischenergebnisse der Kategorien."
        ),
        ShareLevel.ALL: (
            "Dazu kommen Ihre Texte, die angekreuzten Antworten und die Maßnahmen Ihrer Einheit, "
            "wie sie heute sind."
        ),
    }
)

WITH_POINTS = frozenset({ShareLevel.POINTS, ShareLevel.ALL})


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedMeasure:
    """A measure as it was when it was shared; ``statement`` is the number of the one it serves."""

    wording: str
    statement: int | None
    responsible: str
    due_on: date | None
    state: str


@dataclass(frozen=True, slots=True)
class SharedText:
    """What a unit said to a follow-up: the texts of the ticked options, and words of its own."""

    question: FollowUp
    options: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFacts:
    """A submitted check with all that could be shared of it."""

    check_id: UUID
    unit_id: int
    unit_number: str
    unit_label: str
    checked_on: date
    questionnaire: Questionnaire
    answers: Answers
    measures: tuple[SharedMeasure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedView:
    """What the commissioner sees of a check; what its level does not hold is empty."""

    level: ShareLevel
    check_id: UUID
    unit_id: int
    unit_number: str
    unit_label: str
    checked_on: date
    questionnaire: Questionnaire
    colour: ColourBand
    total: int
    subtotals: tuple[Subtotal, ...] = ()
    texts: tuple[SharedText, ...] = ()
    measures: tuple[SharedMeasure, ...] = ()

    @property
    def has_points(self) -> bool:
        """Whether the points of the statements are shared."""
        return self.level in WITH_POINTS

    @property
    def has_texts(self) -> bool:
        """Whether texts and measures are shared."""
        return self.level is ShareLevel.ALL


def shared_view(facts: CheckFacts, level: ShareLevel) -> SharedView:
    """Cut a check down to a level; raise IncompleteAnswers or AnswersInvalid."""
    result = score(facts.questionnaire, facts.answers)
    shares_all = level is ShareLevel.ALL
    return SharedView(
        level=level,
        check_id=facts.check_id,
        unit_id=facts.unit_id,
        unit_number=facts.unit_number,
        unit_label=facts.unit_label,
        checked_on=facts.checked_on,
        questionnaire=facts.questionnaire,
        colour=result.colour,
        total=result.total,
        subtotals=result.subtotals if level in WITH_POINTS else (),
        texts=_texts_of(facts) if shares_all else (),
        measures=facts.measures if shares_all else (),
    )


def digest_of(view: SharedView) -> str:
    """Return a fingerprint of a view: whoever shares it must have seen exactly this."""
    return sha256(repr(view).encode()).hexdigest()


def a_year_before(day: date) -> date:
    """Return the same day of the year before: what is from then or later is not older than that."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)


def _texts_of(facts: CheckFacts) -> tuple[SharedText, ...]:
    """Return what was said to the follow-ups that count, in printed order."""
    visible = visible_answers(facts.questionnaire, facts.answers)
    texts = (
        SharedText(
            question=question,
            options=tuple(
                option.text
                for option in question.options
                if option.id in visible.choices.get(question.id, ())
            ),
            text=visible.texts.get(question.id, ""),
        )
        for question in facts.questionnaire.follow_ups
    )
    return tuple(one for one in texts if one.options or one.text)
