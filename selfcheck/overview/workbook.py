"""All that is shared as a workbook: the rows of the commissioner's pages, a sheet for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from selfcheck.checks.questionnaire import Questionnaire, ScalePoint
from selfcheck.checks.sharing import LEVEL_LABELS, SharedView
from selfcheck.lists.cells import Value
from selfcheck.lists.workbook import Heading, ListSheet, write_sheets
from selfcheck.overview.figures import (
    UnitRow,
    colours_of,
    count_answers,
    count_periods,
    current_points,
    list_entries,
    open_views,
    questionnaires_of,
    scores_of,
)

POINTS_WIDTH = 11
UNIT = Heading("Organisationseinheit", 40)
DAY = Heading("Selbstcheck vom", 14)
QUESTIONNAIRE = Heading("Fragebogen vom", 14)
RESULT = Heading("Ergebnis", 10)
POINTS = Heading("Gesamtzahl", POINTS_WIDTH)
POSSIBLE = Heading("von", POINTS_WIDTH)

Row = list[Value]


@dataclass(frozen=True, slots=True)
class Overview:
    """What the workbook is written from; ``views`` are all that are shared, newest first."""

    city: str
    today: date
    rows: Sequence[UnitRow]
    views: Sequence[SharedView]


def write_overview(overview: Overview) -> bytes:
    """Return the workbook; text is always text, whatever it begins with."""
    return write_sheets(
        [
            _sheet_of_units(overview),
            _sheet_of_points(overview),
            _sheet_of_distribution(overview),
            _sheet_of_colours(overview),
            _sheet_of_texts(overview),
            _sheet_of_measures(overview),
        ],
        author=overview.city,
    )


def _sheet(
    overview: Overview,
    name: str,
    *,
    told: str,
    headings: Sequence[Heading],
    rows: Iterator[Row],
    title: str = "",
) -> ListSheet:
    return ListSheet(
        name=name,
        title=f"Selbstchecks der Stadt: {title or name}",
        subtitle=f"{overview.city} · Stand {overview.today:%d.%m.%Y} · {told}",
        headings=headings,
        rows=rows,
    )


def _sheet_of_units(overview: Overview) -> ListSheet:
    headings = (
        UNIT,
        Heading("Selbstcheck in den letzten 12 Monaten", 22),
        Heading("Zuletzt geteilt", 14),
        RESULT,
        POINTS,
        POSSIBLE,
        Heading("Umfang", 34),
        Heading("Zählt als", 22),
    )

    def rows() -> Iterator[Row]:
        for row in overview.rows:
            last = row.last
            told: Row = [row.unit.label, row.unit.activity.label]
            if last is None:
                yield [*told, None, None, None, None, None, row.standing_label]
                continue
            points = (last.colour.label, last.total, last.questionnaire.maximum)
            level = LEVEL_LABELS[last.level]
            yield [*told, _day(last.checked_on), *points, level, row.standing_label]

    told = "Datum und Ergebnis nur, wo sie geteilt sind"
    return _sheet(
        overview,
        "Einheiten",
        told=told,
        headings=headings,
        rows=rows(),
        title="Organisationseinheiten",
    )


def _sheet_of_points(overview: Overview) -> ListSheet:
    questionnaires = questionnaires_of(overview.views)
    statements = max((len(one.statements) for one in questionnaires), default=0)
    headings = (
        UNIT,
        DAY,
        QUESTIONNAIRE,
        RESULT,
        POINTS,
        POSSIBLE,
        *(Heading(f"Aussage {number}", POINTS_WIDTH) for number in range(1, statements + 1)),
    )

    def rows() -> Iterator[Row]:
        for view in overview.views:
            points: Row = [one.points for one in scores_of(view)]
            yield [
                view.unit_label,
                _day(view.checked_on),
                _day(view.questionnaire.published_on),
                view.colour.label,
                view.total,
                view.questionnaire.maximum,
                *points,
                *[None] * (statements - len(points)),
            ]

    told = "alle geteilten Selbstchecks; Punkte je Aussage nur, wo sie geteilt sind"
    return _sheet(overview, "Punkte", told=told, headings=headings, rows=rows(), title="Punkte")


def _sheet_of_distribution(overview: Overview) -> ListSheet:
    views = current_points(open_views(overview.rows, overview.views), overview.today)
    questionnaires = questionnaires_of(views)
    answers = _answers_of(questionnaires)
    headings = (
        QUESTIONNAIRE,
        Heading("Aussage", 70),
        *(Heading(f"{one.label} ({one.points})", 14) for one in answers),
        Heading("Einheiten", POINTS_WIDTH),
        Heading("Mittel", POINTS_WIDTH),
    )

    def rows() -> Iterator[Row]:
        for questionnaire in questionnaires:
            for one in count_answers(views, questionnaire):
                counts = {answer.points: count for answer, count in one.counts}
                mean = None if one.mean is None else round(one.mean, 2)
                yield [
                    _day(questionnaire.published_on),
                    f"{one.statement.number}. {one.statement.text}",
                    *(counts.get(answer.points) for answer in answers),
                    one.total,
                    mean,
                ]

    told = "je Einheit der letzte mit Punkten geteilte Selbstcheck der letzten 12 Monate"
    return _sheet(
        overview,
        "Verteilung",
        told=told,
        headings=headings,
        rows=rows(),
        title="Verteilung je Aussage",
    )


def _sheet_of_colours(overview: Overview) -> ListSheet:
    colours = colours_of(questionnaires_of(overview.views))
    headings = (
        Heading("Halbjahr", 20),
        *(Heading(colour.label, 12) for colour in colours),
        Heading("geteilt", 12),
    )

    def rows() -> Iterator[Row]:
        for period in count_periods(overview.views):
            counts = (period.counts.get(colour.id, 0) for colour in colours)
            yield [period.label, *counts, period.total]

    told = "alle geteilten Selbstchecks"
    return _sheet(
        overview, "Farben", told=told, headings=headings, rows=rows(), title="Farben im Verlauf"
    )


def _sheet_of_texts(overview: Overview) -> ListSheet:
    headings = (UNIT, DAY, Heading("Frage", 50), Heading("Angekreuzt", 40), Heading("Text", 80))

    def rows() -> Iterator[Row]:
        for one in list_entries(overview.views):
            if one.measure is None:
                where: Row = [one.view.unit_label, _day(one.view.checked_on)]
                yield [*where, one.question, "; ".join(one.options), one.text]

    told = "nur, wo Texte geteilt sind"
    return _sheet(overview, "Texte", told=told, headings=headings, rows=rows(), title="Texte")


def _sheet_of_measures(overview: Overview) -> ListSheet:
    headings = (
        UNIT,
        DAY,
        Heading("Maßnahme", 70),
        Heading("Aussage", 12),
        Heading("Verantwortlich", 30),
        Heading("Bis wann", 12),
        Heading("Stand", 20),
    )

    def rows() -> Iterator[Row]:
        for one in list_entries(overview.views):
            if one.measure is not None:
                measure = one.measure
                yield [
                    one.view.unit_label,
                    _day(one.view.checked_on),
                    measure.wording,
                    f"Aussage {measure.statement}" if measure.statement else None,
                    measure.responsible,
                    _day(measure.due_on) if measure.due_on else None,
                    measure.state,
                ]

    told = "nur, wo Maßnahmen geteilt sind; Stand beim Teilen"
    return _sheet(
        overview, "Maßnahmen", told=told, headings=headings, rows=rows(), title="Maßnahmen"
    )


def _answers_of(questionnaires: Sequence[Questionnaire]) -> list[ScalePoint]:
    """Return the answers of all scales, the most points first, in the newest words."""
    answers: dict[int, ScalePoint] = {}
    for questionnaire in questionnaires:
        for answer in questionnaire.scale:
            answers.setdefault(answer.points, answer)
    return [answers[points] for points in sorted(answers, reverse=True)]


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"
