"""What does a Selbstcheck look like on paper: filled in, or empty for a meeting of the team?

Both are drawn by one template, in the order and the words of Anlage 3 of the „Zwischenbericht“.
Every number comes from a ``Result``, as on the page. Questions under a condition stand there in
any case, as on the paper; below a condition that does not hold stands „entfällt“, never an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from selfcheck.checks.questionnaire import (
    Attention,
    ColourBand,
    FollowUp,
    Questionnaire,
    Statement,
)
from selfcheck.checks.scoring import Answers, Result, is_shown, visible_answers
from selfcheck.reports.typst_pdf import compile_pdf

TEMPLATE = Path(__file__).parent / "report.typ"
NOT_ASKED = "entfällt"
NO_ANSWER = "keine Angabe"
NOTHING = "–"
FOOTER_LENGTH = 60  # characters of the unit's name


class Contact(Protocol):
    """Whom to turn to with questions."""

    @property
    def office(self) -> str:
        """How it is called."""

    @property
    def email(self) -> str:
        """Its address."""

    @property
    def phone(self) -> str:
        """Its number."""


class PrintedMeasure(NamedTuple):
    """A measure as it is printed: every part in words; all but the first and last may be empty."""

    what: str
    statement: str
    who: str
    until: str
    state: str


class PrintedReview(NamedTuple):
    """What became of an earlier measure: the measure and the outcome in words."""

    what: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A submitted check, ready to be printed. ``result`` must be the one of ``answers``."""

    unit_number: str
    unit_label: str
    checked_on: date
    submitted_by: str
    # In the city's time zone.
    submitted_at: datetime
    answers: Answers
    result: Result
    # What the check announced, and what it says about earlier ones.
    measures: Sequence[PrintedMeasure] = ()
    reviews: Sequence[PrintedReview] = ()


def write_report(
    questionnaire: Questionnaire, filled: Filled, *, contact: Contact, city: str
) -> bytes:
    """Return the PDF of a submitted check."""
    answers = visible_answers(questionnaire, filled.answers)
    made = filled.submitted_at
    data = {
        **_paper(questionnaire, answers, filled.result, contact=contact, city=city),
        "title": f"Selbstcheck {filled.unit_label}, {filled.checked_on:%d.%m.%Y}",
        "made": {"year": made.year, "month": made.month, "day": made.day},
        "unit": filled.unit_label,
        "day": f"{filled.checked_on:%d.%m.%Y}",
        "result": _describe_result(questionnaire, filled.result),
        "measures": [[part or NOTHING for part in one] for one in filled.measures],
        "reviews": [tuple(one) for one in filled.reviews],
        "note": (
            f"Ausgewertet von {filled.submitted_by} am {made:%d.%m.%Y, %H:%M} Uhr mit dem "
            f"Fragebogen vom {questionnaire.published_on:%d.%m.%Y}."
        ),
        "footer": f"{_shortened(filled.unit_label)}, {filled.checked_on:%d.%m.%Y}",
    }
    return compile_pdf(TEMPLATE, data)


def write_empty(questionnaire: Questionnaire, *, contact: Contact, city: str) -> bytes:
    """Return the PDF of the questionnaire to be filled in by hand."""
    made = questionnaire.published_on
    data = {
        **_paper(questionnaire, Answers(), None, contact=contact, city=city),
        "title": questionnaire.title,
        "made": {"year": made.year, "month": made.month, "day": made.day},
        "unit": "",
        "day": "",
        "result": None,
        "measures": [],
        "reviews": [],
        "note": "",
        "footer": f"Fragebogen vom {made:%d.%m.%Y}",
    }
    return compile_pdf(TEMPLATE, data)


def filename_of(filled: Filled) -> str:
    """Return a name for the file of a report, of letters that every system and header takes."""
    kept = "".join(one if one.isascii() and one.isalnum() else "-" for one in filled.unit_number)
    unit = kept.strip("-")[:40] or "Einheit"
    return f"Selbstcheck-{unit}-{filled.checked_on.isoformat()}.pdf"


def filename_of_empty(questionnaire: Questionnaire) -> str:
    """Return a name for the file of the empty questionnaire."""
    return f"Selbstcheck-Fragebogen-{questionnaire.published_on.isoformat()}.pdf"


def describe_next_colour(result: Result) -> str:
    """Return how far it is to the next better colour."""
    points = result.points_to_next_colour
    if points is None or result.next_colour is None:
        return "Ihr Ergebnis liegt im besten Bereich der Skala."
    return f"Noch {_points(points)} bis {result.next_colour.label}."


def describe_scale(questionnaire: Questionnaire, total: int | None) -> str:
    """Return the coloured scale in words, for those who cannot see it."""
    zones = ", ".join(
        f"{one.label}: {one.minimum} bis {one.maximum}" for one in questionnaire.colours
    )
    scale = f"Skala von {questionnaire.minimum} bis {questionnaire.maximum} Punkten. {zones}."
    if total is None:
        return scale
    return f"{scale} Ihr Ergebnis: {total} Punkte, {questionnaire.colour_of(total).label}."


def _paper(
    questionnaire: Questionnaire,
    answers: Answers,
    result: Result | None,
    *,
    contact: Contact,
    city: str,
) -> dict[str, object]:
    """Return what both kinds have: the paper form, with what was answered."""
    return {
        **_questions(questionnaire, answers, is_filled=result is not None),
        "author": city,
        "heading": questionnaire.title,
        "unit-label": questionnaire.unit_label,
        "date-label": questionnaire.date_label,
        "instruction": questionnaire.instruction,
        "scale": [(one.points, one.label) for one in questionnaire.scale],
        # What the application has done already is not asked for any more.
        "evaluation-instruction": "" if result else questionnaire.evaluation_instruction,
        "evaluation": _evaluation(questionnaire, result),
        "colours": [_colour(one) for one in questionnaire.colours],
        "lowest": questionnaire.minimum,
        "highest": questionnaire.maximum,
        "scale-text": describe_scale(questionnaire, result.total if result else None),
        "contact": (
            f"Bei Fragen wenden Sie sich bitte an das {contact.office}. "
            f"E-Mail: {contact.email}, Tel. {contact.phone}"
        ),
        "thanks": questionnaire.thanks,
    }


def _questions(
    questionnaire: Questionnaire, answers: Answers, *, is_filled: bool
) -> dict[str, object]:
    return {
        "categories": [
            {
                "title": category.title,
                "statements": [
                    _statement(questionnaire, one, answers, is_filled=is_filled)
                    for one in category.statements
                ],
            }
            for category in questionnaire.categories
        ],
        "at-end": [
            _question(one, answers, is_filled=is_filled) for one in questionnaire.follow_ups_at_end
        ],
    }


def _statement(
    questionnaire: Questionnaire, statement: Statement, answers: Answers, *, is_filled: bool
) -> dict[str, object]:
    return {
        "number": statement.number,
        "text": statement.text,
        "points": answers.points.get(statement.id),
        "blocks": [
            {
                "condition": condition.wording if condition else "",
                "questions": [_question(one, answers, is_filled=is_filled) for one in questions],
            }
            for condition, questions in questionnaire.follow_up_blocks_below(statement.id)
        ],
    }


def _question(follow_up: FollowUp, answers: Answers, *, is_filled: bool) -> dict[str, object]:
    ticked = answers.choices.get(follow_up.id, ())
    text = answers.texts.get(follow_up.id, "")
    is_asked = not is_filled or is_shown(follow_up, answers)
    told = text if is_asked else NOT_ASKED
    return {
        "text": follow_up.text,
        "options": [
            {"text": one.text, "is-ticked": one.id in ticked, "asks": one.has_free_text}
            for one in follow_up.options
        ],
        "is-asked": is_asked,
        "answer": NO_ANSWER if is_filled and not told and not ticked else told,
    }


def _evaluation(questionnaire: Questionnaire, result: Result | None) -> dict[str, object]:
    """Return the table „Auswertung“; without a result its cells are there to be written into."""
    points = {one.statement.id: one.points for one in result.statements} if result else {}
    subtotals = {one.category.id: one.points for one in result.subtotals} if result else {}
    return {
        "blocks": [
            {
                "title": category.title,
                "rows": [
                    (f"Frage {one.number}", points.get(one.id), questionnaire.highest_answer)
                    for one in category.statements
                ],
                "sum": (
                    "Zwischenergebnis",
                    subtotals.get(category.id),
                    questionnaire.maximum_of(category),
                ),
            }
            for category in questionnaire.categories
        ],
        "total": (
            "Gesamtzahl der Punkte",
            result.total if result else None,
            questionnaire.maximum,
        ),
    }


def _describe_result(questionnaire: Questionnaire, result: Result) -> Mapping[str, object]:
    colour = result.colour
    is_lowest = colour.attention is Attention.LOWEST
    categories = [
        f"{one.category.title} ({one.points} von {one.maximum} Punkten)"
        for one in result.weakest_categories
    ]
    statements = [
        (one.statement.number, one.statement.text, _points(one.points))
        for one in result.weakest_statements
    ]
    share = "mit dem niedrigsten Anteil an den möglichen Punkten"
    lowest, below = "mit der niedrigsten Punktzahl", "unter der höchsten Punktzahl"
    return {
        "headline": f"{result.total} von {questionnaire.maximum} Punkten: {colour.label}",
        "total": result.total,
        "advice": colour.advice,
        "next": describe_next_colour(result),
        "categories-title": " ".join(
            ("Kategorie" if len(categories) == 1 else "Kategorien", share if is_lowest else below)
        ),
        "categories": categories,
        "statements-title": " ".join(
            ("Aussage" if len(statements) == 1 else "Aussagen", lowest if is_lowest else below)
        ),
        "statements": statements,
    }


def _colour(colour: ColourBand) -> dict[str, object]:
    return {
        "id": colour.id,
        "label": colour.label,
        "minimum": colour.minimum,
        "maximum": colour.maximum,
        "advice": colour.advice,
    }


def _points(number: int) -> str:
    return f"{number} Punkt" if number == 1 else f"{number} Punkte"


def _shortened(name: str) -> str:
    return name if len(name) <= FOOTER_LENGTH else f"{name[: FOOTER_LENGTH - 1]}…"
