"""Which measures does a unit take to remove barriers, and what became of them?

Source: the questionnaire's questions about the measures of the past and the following 12 months,
and about the next steps („Was sind Ihre nächsten Schritte …?“).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from selfcheck.checks.limits import MEASURE_LENGTH
from selfcheck.checks.questionnaire import Questionnaire
from selfcheck.checks.scoring import Answers, visible_answers

DAYS_AHEAD = 30
MOST_LINES = 50
# What stands before an entry of a list. „3. Etage“ and „12. Mai“ are no third and twelfth entry.
BULLETS = re.compile(
    r"(?:[-–—•‣▪◦·*+>]\s*|[a-zA-Z]\)\s*|\d{1,2}\)\s*"
    r"|\d{1,2}\.\s+(?!(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november"
    r"|dezember|quartal|halbjahr|jahr|etage|stock|stockwerk|og|obergeschoss)\b))+",
    re.IGNORECASE,
)
NO_MEASURE = {"keine", "keines", "nichts", "entfällt", "siehe oben", "s. o", "n. a"}


class MeasureState(StrEnum):
    """Where a measure stands."""

    PLANNED = "planned"
    STARTED = "started"
    DONE = "done"
    PARTLY_DONE = "partly-done"  # ended, and not all of it came about
    DROPPED = "dropped"  # ended without effect

    @property
    def label(self) -> str:
        """The state in German."""
        return STATE_LABELS[self]


class Outcome(StrEnum):
    """What a later check says about a measure that was announced."""

    DONE = "done"
    PARTLY = "partly"
    NOT = "not"

    @property
    def label(self) -> str:
        """The outcome in German."""
        return OUTCOME_LABELS[self]


class Timing(StrEnum):
    """How urgent an open measure is."""

    OVERDUE = "overdue"  # its day has passed
    DUE = "due"  # its day is near

    @property
    def label(self) -> str:
        """The urgency in German."""
        return TIMING_LABELS[self]


STATE_LABELS = {
    MeasureState.PLANNED: "geplant",
    MeasureState.STARTED: "begonnen",
    MeasureState.DONE: "umgesetzt",
    MeasureState.PARTLY_DONE: "zum Teil umgesetzt",
    MeasureState.DROPPED: "verworfen",
}
OUTCOME_LABELS = {
    Outcome.DONE: "umgesetzt",
    Outcome.PARTLY: "zum Teil umgesetzt",
    Outcome.NOT: "nicht umgesetzt",
}
TIMING_LABELS = {Timing.OVERDUE: "überfällig", Timing.DUE: "bald fällig"}
OPEN_STATES = (MeasureState.PLANNED, MeasureState.STARTED)
# „Nicht“ changes nothing: whether to go on or to drop it is the office's decision.
STATE_AFTER: Mapping[Outcome, MeasureState | None] = {
    Outcome.DONE: MeasureState.DONE,
    Outcome.PARTLY: MeasureState.PARTLY_DONE,
    Outcome.NOT: None,
}


@dataclass(frozen=True, slots=True)
class Announced:
    """A measure that a check announces, and the follow-up under which it stands."""

    wording: str
    follow_up_id: str
    statement_id: str | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A measure as pages and workbooks show it, with what it is worth on a day.

    The statement is that of the questionnaire with which the measure was made; None: none. It
    began on the day on which it was announced or added.
    """

    id: int
    revision: int
    unit_id: int
    unit: str
    wording: str
    statement_id: str | None
    statement_number: int | None
    responsible: str
    due_on: date | None
    state: MeasureState
    timing: Timing | None
    questionnaire_version: str
    begun_on: date

    @property
    def serves(self) -> tuple[str, str | None]:
        """The statement that it serves, by questionnaire: an id may mean another one elsewhere."""
        return self.questionnaire_version, self.statement_id

    @property
    def statement(self) -> str:
        """The statement that it serves, in words; empty if there is none."""
        return "" if self.statement_number is None else f"Aussage {self.statement_number}"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return is_open(self.state)


def is_open(state: MeasureState) -> bool:
    """Tell whether a measure still waits to be done."""
    return state in OPEN_STATES


def timing_of(state: MeasureState, due_on: date | None, *, today: date) -> Timing | None:
    """Tell whether a measure is overdue or due soon; None: neither, or ended, or without a day."""
    if due_on is None or not is_open(state):
        return None
    if due_on < today:
        return Timing.OVERDUE
    return Timing.DUE if due_on <= last_due_day(today) else None


def last_due_day(today: date) -> date:
    """Return the last day that counts as near."""
    return today + timedelta(days=DAYS_AHEAD)


def urgency(line: MeasureLine) -> tuple[int, date, int]:
    """Return the key of the usual order: overdue, then open, then ended; by day in each."""
    group = 0 if line.timing is Timing.OVERDUE else 1 if line.is_open else 2
    return group, line.due_on or date.max, line.id


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def announce(questionnaire: Questionnaire, answers: Answers, checked_on: date) -> list[Announced]:
    """Read the measures that a check announces in its texts, in printed order."""
    texts = visible_answers(questionnaire, answers).texts
    return [
        Announced(
            wording=line,
            follow_up_id=one.id,
            statement_id=one.below,
            due_on=months_later(checked_on, one.due_months) if one.due_months else None,
        )
        for one in questionnaire.follow_ups
        if one.announces
        for line in split_lines(texts.get(one.id, ""))
    ]


def split_lines(text: str) -> list[str]:
    """Read the measures in a free text: one in each line, without what marks it as an entry.

    Too long ones are cut at a word, and what is too much is left out: the text itself stays in
    the check.
    """
    return list(_lines_of(text))[:MOST_LINES]


def _lines_of(text: str) -> Iterator[str]:
    for line in text.splitlines():
        words = clean_line(line)
        bullet = BULLETS.match(words)
        words = words[bullet.end() :] if bullet else words
        says_something = any(character.isalnum() for character in words)
        if says_something and words.casefold().rstrip(" .!") not in NO_MEASURE:
            yield _shorten(words)


def clean_line(text: str) -> str:
    """Make one line of a text, without what no keyboard types."""
    words = " ".join(text.split())
    return " ".join("".join(one for one in words if one.isprintable()).split())


def _shorten(line: str) -> str:
    if len(line) <= MEASURE_LENGTH:
        return line
    room = MEASURE_LENGTH - 1
    start = line[:room]
    if line[room] != " " and " " in start:
        start = start.rpartition(" ")[0]
    return start.rstrip(" ,;:–-") + "…"
