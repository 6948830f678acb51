"""Measures: what a free text announces, and when something is due."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcheck.checks import questionnaire
from selfcheck.checks.limits import MEASURE_LENGTH
from selfcheck.checks.measures import (
    MOST_LINES,
    STATE_AFTER,
    Announced,
    MeasureLine,
    MeasureState,
    Outcome,
    Timing,
    announce,
    is_open,
    months_later,
    split_lines,
    timing_of,
    urgency,
)
from selfcheck.checks.questionnaire import load_questionnaires
from selfcheck.checks.scoring import Answers

FOLDER = Path(questionnaire.__file__).parent / "questionnaires"
OFFICIAL = load_questionnaires(FOLDER)["2025-05-07"]
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("Aushänge überarbeiten", ["Aushänge überarbeiten"]),
        ("- eins\n– zwei\n• drei\n* vier\n  -fünf", ["eins", "zwei", "drei", "vier", "fünf"]),
        ("1. eins\n2) zwei\na) drei\n10.  vier", ["eins", "zwei", "drei", "vier"]),
        ("\n \n-\n…\n---\neins\n\n", ["eins"]),
        ("eins\r\nzwei\u2028drei", ["eins", "zwei", "drei"]),
        ("- • eins", ["eins"]),
        ("Migrant*innen  einladen\tund\u00a0hören", ["Migrant*innen einladen und hören"]),
        # What is said where there is nothing to say.
        ("keine\nEntfällt.\n-\nKeine Formulare mehr", ["Keine Formulare mehr"]),
    ],
)
def test_the_lines_of_a_text(text, lines):
    assert split_lines(text) == lines


@pytest.mark.parametrize(
    "line",
    [
        "12. Mai: Fest",
        "3. Etage beschildern",
        "1. Quartal: Kurs",
        "24.12. Fest",
        "1.1 Konzept",
        "2027 fortsetzen",
        "z. B. Piktogramme",
    ],
)
def test_what_looks_like_the_number_of_an_entry_and_is_none(line):
    assert split_lines(line) == [line]


def test_a_long_line_is_cut_at_a_word():
    (line,) = split_lines("Wort " * 200)
    assert line.endswith("Wort…")
    assert MEASURE_LENGTH - 5 < len(line) <= MEASURE_LENGTH


def test_a_long_word_is_cut_where_the_room_ends():
    (line,) = split_lines("ä" * 600)
    assert line == "ä" * (MEASURE_LENGTH - 1) + "…"


def test_a_line_that_just_fits_stays_whole():
    assert split_lines("x" * MEASURE_LENGTH) == ["x" * MEASURE_LENGTH]


def test_there_are_at_most_fifty():
    assert split_lines("\n".join(f"Schritt {n}" for n in range(60)))[-1] == "Schritt 49"


@given(st.text(max_size=3_000))
def test_every_line_can_be_stored_and_typed_again(text):
    lines = split_lines(text)
    assert len(lines) <= MOST_LINES
    for line in lines:
        assert 0 < len(line) <= MEASURE_LENGTH
        assert line.isprintable()
        assert line == " ".join(line.split())
        assert any(character.isalnum() for character in line)


@given(st.lists(st.text("abc ÄÖü*.,", min_size=1, max_size=80), max_size=60))
def test_entries_are_found_whatever_stands_before_them(wordings):
    wordings = [f"Maßnahme {' '.join(one.split())}".strip() for one in wordings]
    marks = ("", "- ", "•", "1. ", "12) ", "b) ", "  * ")
    text = "\n".join(marks[n % len(marks)] + one for n, one in enumerate(wordings))
    assert split_lines(text) == wordings[:MOST_LINES]


def test_which_states_are_open():
    assert [state for state in MeasureState if is_open(state)] == ["planned", "started"]


def test_everything_has_a_german_label():
    assert [state.label for state in MeasureState] == [
        "geplant",
        "begonnen",
        "umgesetzt",
        "zum Teil umgesetzt",
        "verworfen",
    ]
    assert [outcome.label for outcome in Outcome] == [
        "umgesetzt",
        "zum Teil umgesetzt",
        "nicht umgesetzt",
    ]
    assert [timing.label for timing in Timing] == ["überfällig", "bald fällig"]


def test_what_an_outcome_makes_of_a_measure():
    assert STATE_AFTER == {
        Outcome.DONE: MeasureState.DONE,
        Outcome.PARTLY: MeasureState.PARTLY_DONE,
        Outcome.NOT: None,
    }


@pytest.mark.parametrize(
    ("days", "timing"),
    [
        (-400, Timing.OVERDUE),
        (-1, Timing.OVERDUE),
        (0, Timing.DUE),
        (30, Timing.DUE),
        (31, None),
    ],
)
def test_when_something_is_due(days, timing):
    day = TODAY + timedelta(days=days)
    assert timing_of(MeasureState.PLANNED, day, today=TODAY) is timing
    assert timing_of(MeasureState.STARTED, day, today=TODAY) is timing
    for state in set(MeasureState) - {MeasureState.PLANNED, MeasureState.STARTED}:
        assert timing_of(state, day, today=TODAY) is None


def test_what_has_no_day_is_never_due():
    assert timing_of(MeasureState.PLANNED, None, today=TODAY) is None


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 20), 12, date(2027, 11, 20)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 1), 120, date(2036, 1, 1)),
    ],
)
def test_months_later(day, months, later):
    assert months_later(day, months) == later


def make_line(number, due_on=None, state=MeasureState.PLANNED):
    timing = timing_of(state, due_on, today=TODAY)
    said = (1, 1, "33", "X", None, None, "", due_on, state, timing)
    return MeasureLine(number, *said, "2025-05-07", TODAY)


def test_the_usual_order():
    lines = [
        make_line(1, TODAY - timedelta(days=400), MeasureState.DONE),
        make_line(2),
        make_line(3, TODAY + timedelta(days=90)),
        make_line(4, TODAY - timedelta(days=2)),
        make_line(5, TODAY + timedelta(days=3)),
        make_line(6, TODAY - timedelta(days=9)),
    ]
    assert [one.id for one in sorted(lines, key=urgency)] == [6, 4, 5, 3, 2, 1]


def answers(points, **texts):
    return Answers(points={one.id: points for one in OFFICIAL.statements}, texts=texts)


def test_what_a_check_announces():
    given_answers = answers(
        3, measures_past="- war", measures_planned="- eins\n- zwei", next_steps="drei"
    )
    day = date(2026, 3, 2)
    assert announce(OFFICIAL, given_answers, day) == [
        Announced("eins", "measures_planned", "s5", date(2027, 3, 2)),
        Announced("zwei", "measures_planned", "s5", date(2027, 3, 2)),
        Announced("drei", "next_steps", None, None),
    ]


def test_what_is_not_asked_announces_nothing():
    given_answers = answers(2, measures_planned="eins", next_steps="drei")
    announced = announce(OFFICIAL, given_answers, date(2026, 3, 2))
    assert [one.wording for one in announced] == ["drei"]
