"""What do the shared self-checks of a city say together?

Everything is counted from ``SharedView``, which holds of a check what its unit shares and nothing
else; pages and workbook are drawn from the same rows. Views come with the newest check first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from selfcheck.checks.questionnaire import ColourBand, Questionnaire, ScalePoint, Statement
from selfcheck.checks.scoring import StatementScore
from selfcheck.checks.sharing import SharedMeasure, SharedView, a_year_before
from selfcheck.organisation.numbering import natural_key

MEASURE = "measure"  # where the id of a follow-up stands for texts
MEASURE_LABEL = "Maßnahme"
# As what a unit counts that has no colour of the last twelve months.
OLDER, NOT_SHARED, CLOSED = "older", "not-shared", "closed"
STANDING_LABELS = {
    OLDER: "älter als 12 Monate",
    NOT_SHARED: "nicht geteilt",
    CLOSED: "geschlossene Einheit",
}
STEPS = 5  # of the heat map


class Activity(StrEnum):
    """Whether a unit makes self-checks: that is visible of every unit, and nothing else is."""

    RECENT = "recent"
    OLDER = "older"
    NEVER = "never"

    @property
    def label(self) -> str:
        """The answer to „Selbstcheck in den letzten zwölf Monaten?“."""
        return ACTIVITY_LABELS[self]


ACTIVITY_LABELS = {
    Activity.RECENT: "ja",
    Activity.OLDER: "nein, länger her",
    Activity.NEVER: "noch keiner",
}


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit and whether it makes self-checks."""

    unit_id: int
    number: str
    label: str
    is_closed: bool
    activity: Activity


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit with the last check that it shares, if there is one."""

    unit: UnitFacts
    last: SharedView | None
    # Whether that one is not older than a year; only then its colour counts.
    is_current: bool = False

    @property
    def standing(self) -> str:
        """As what the unit counts: the id of its colour, or OLDER, NOT_SHARED or CLOSED.

        Counts, filter and workbook all go by this, so that they agree.
        """
        if self.unit.is_closed:
            return CLOSED
        if self.last is None:
            return NOT_SHARED
        return self.last.colour.id if self.is_current else OLDER

    @property
    def standing_label(self) -> str:
        """The same in words."""
        if self.last is None or self.standing != self.last.colour.id:
            return STANDING_LABELS[self.standing]
        return self.last.colour.label


@dataclass(frozen=True, slots=True)
class Period:
    """A half-year with the shared checks of each colour, by the colours' ids."""

    year: int
    half: int
    counts: Mapping[str, int]

    @property
    def label(self) -> str:
        """The half-year in words."""
        return f"{self.half}. Halbjahr {self.year}"

    @property
    def total(self) -> int:
        """All shared checks of the half-year."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Distribution:
    """How often each answer was given to a statement, in the order of the scale."""

    statement: Statement
    counts: tuple[tuple[ScalePoint, int], ...]

    @property
    def total(self) -> int:
        """The number of units that are counted."""
        return sum(count for _, count in self.counts)

    @property
    def mean(self) -> float | None:
        """The mean of the points; None where no unit is counted."""
        points = sum(answer.points * count for answer, count in self.counts)
        return points / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in words: an answer to a follow-up, or a measure."""

    view: SharedView
    question_id: str
    question: str
    options: tuple[str, ...] = ()
    text: str = ""
    measure: SharedMeasure | None = None

    @property
    def words(self) -> str:
        """All of it in one text, to search in."""
        told = (self.measure.wording, self.measure.responsible) if self.measure else ()
        return "\n".join(part for part in (*self.options, self.text, *told) if part)


def activity_on(last_on: date | None, today: date) -> Activity:
    """Tell from the day of a unit's last check, shared or not, whether it makes checks."""
    if last_on is None:
        return Activity.NEVER
    return Activity.RECENT if last_on >= a_year_before(today) else Activity.OLDER


def last_of_each(views: Iterable[SharedView]) -> dict[int, SharedView]:
    """Return the newest check of each unit, by the units' ids."""
    last: dict[int, SharedView] = {}
    for view in views:
        last.setdefault(view.unit_id, view)
    return last


def unit_rows(
    units: Iterable[UnitFacts], views: Sequence[SharedView], today: date
) -> list[UnitRow]:
    """Return the units with what they share; closed ones only if they share something."""
    last, since = last_of_each(views), a_year_before(today)
    rows = []
    for unit in units:
        view = last.get(unit.unit_id)
        if view is not None or not unit.is_closed:
            rows.append(UnitRow(unit, view, view is not None and view.checked_on >= since))
    return rows


def count_standings(rows: Iterable[UnitRow]) -> Counter[str]:
    """Count the units by what they count as; see ``UnitRow.standing``."""
    return Counter(row.standing for row in rows)


def open_views(rows: Iterable[UnitRow], views: Iterable[SharedView]) -> list[SharedView]:
    """Return the checks of the units that are not closed; only those count where units do."""
    open_ids = {row.unit.unit_id for row in rows if not row.unit.is_closed}
    return [view for view in views if view.unit_id in open_ids]


def current(views: Iterable[SharedView], today: date) -> list[SharedView]:
    """Return the last shared check of each unit that has one not older than a year."""
    recent = [view for view in views if view.checked_on >= a_year_before(today)]
    return list(last_of_each(recent).values())


def current_points(views: Iterable[SharedView], today: date) -> list[SharedView]:
    """Return the last check of each unit, not older than a year, whose points are shared."""
    return current((view for view in views if view.has_points), today)


def questionnaires_of(views: Iterable[SharedView]) -> list[Questionnaire]:
    """Return the questionnaires with which these checks were made, the newest first."""
    found = {view.questionnaire.version: view.questionnaire for view in views}
    return sorted(found.values(), key=lambda one: (one.published_on, one.version), reverse=True)


def colours_of(questionnaires: Iterable[Questionnaire]) -> list[ColourBand]:
    """Return the colours of these questionnaires, from the worst to the best, each once."""
    colours: dict[str, ColourBand] = {}
    for questionnaire in questionnaires:
        for colour in questionnaire.colours:
            colours.setdefault(colour.id, colour)
    return list(colours.values())


def count_colours(views: Iterable[SharedView]) -> Counter[str]:
    """Count the checks by the ids of their colours."""
    return Counter(view.colour.id for view in views)


def count_periods(views: Sequence[SharedView]) -> list[Period]:
    """Count the shared checks of each half-year, from the first to the last without a gap."""
    counts: dict[int, Counter[str]] = {}
    for view in views:
        counts.setdefault(_half_year(view.checked_on), Counter())[view.colour.id] += 1
    if not counts:
        return []
    return [
        Period(number // 2, number % 2 + 1, counts.get(number, Counter()))
        for number in range(min(counts), max(counts) + 1)
    ]


def count_answers(views: Iterable[SharedView], questionnaire: Questionnaire) -> list[Distribution]:
    """Count the answers to each statement of a questionnaire, in printed order."""
    given = Counter(
        (one.statement.id, one.points)
        for view in views
        if view.questionnaire.version == questionnaire.version
        for one in scores_of(view)
    )
    return [
        Distribution(
            statement,
            tuple((answer, given[statement.id, answer.points]) for answer in questionnaire.scale),
        )
        for statement in questionnaire.statements
    ]


def scores_of(view: SharedView) -> tuple[StatementScore, ...]:
    """Return the points of the statements in printed order; empty if they are not shared."""
    return tuple(one for subtotal in view.subtotals for one in subtotal.statements)


def step_of(points: int, questionnaire: Questionnaire) -> int:
    """Return the step of an answer in the heat map: 1 for the lowest, STEPS for the highest."""
    lowest, highest = questionnaire.lowest_answer, questionnaire.highest_answer
    if lowest == highest:
        return STEPS
    return 1 + round(Fraction(points - lowest, highest - lowest) * (STEPS - 1))


def list_entries(views: Sequence[SharedView]) -> list[Entry]:
    """Return what units share in words, by unit, the newest first.

    Texts of every shared check; measures as they stand with the newest check whose texts are
    shared, because each check holds all measures of its unit.
    """
    telling = [view for view in views if view.has_texts]
    last = last_of_each(telling)
    entries = [entry for view in telling for entry in _texts_of(view)]
    entries += [
        Entry(view, MEASURE, MEASURE_LABEL, measure=measure)
        for view in last.values()
        for measure in view.measures
    ]
    return in_order(entries, ENTRY_KEYS, "einheit")


def questions_of(entries: Iterable[Entry]) -> dict[str, str]:
    """Return the questions that the entries answer, by id."""
    return {entry.question_id: entry.question for entry in entries}


Keys = Mapping[str, Callable[[Any], Any]]

UNIT_KEYS: Keys = {
    "einheit": lambda row: natural_key(row.unit.number),
    "selbstcheck": lambda row: list(Activity).index(row.unit.activity),
    "datum": lambda row: row.last.checked_on if row.last else date.min,
    "punkte": lambda row: (
        # Results that are older stand apart: they do not count.
        (row.is_current, Fraction(row.last.total, row.last.questionnaire.maximum))
        if row.last
        else (False, Fraction(-1))
    ),
}
ENTRY_KEYS: Keys = {
    "einheit": lambda entry: natural_key(entry.view.unit_number),
    "datum": lambda entry: entry.view.checked_on,
    "frage": lambda entry: (entry.question_id == MEASURE, entry.question),
}
HEAT_KEYS: Keys = {
    "einheit": lambda view: natural_key(view.unit_number),
    "gesamt": lambda view: view.total,
}


def heat_keys(questionnaire: Questionnaire) -> Keys:
    """Return by what the heat map is sorted: also by each statement, under its id."""
    by_statement = {
        statement.id: _points_at(place) for place, statement in enumerate(questionnaire.statements)
    }
    return {**HEAT_KEYS, **by_statement}


def in_order(
    rows: Iterable[Any], keys: Keys, column: str, *, descending: bool = False
) -> list[Any]:
    """Return rows sorted by a column; an empty one is that of the units."""
    return sorted(rows, key=keys[column or "einheit"], reverse=descending)


def narrow_units(rows: Iterable[UnitRow], *, standing: str, activity: str) -> list[UnitRow]:
    """Return the rows that count as this and have this activity; empty: any.

    A closed unit counts for no activity, here as in the numbers.
    """
    return [
        row
        for row in rows
        if (not activity or (row.unit.activity.value == activity and not row.unit.is_closed))
        and standing in {"", row.standing}
    ]


def _texts_of(view: SharedView) -> Iterable[Entry]:
    for one in view.texts:
        yield Entry(view, one.question.id, one.question.text, one.options, one.text)


def _points_at(place: int) -> Callable[[SharedView], int]:
    return lambda view: scores_of(view)[place].points


def _half_year(day: date) -> int:
    return day.year * 2 + (day.month > 6)
