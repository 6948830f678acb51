"""Points, colour and advice: the examples. The laws are in `test_scoring_properties.py`."""

from fractions import Fraction
from pathlib import Path

import pytest

from selfcheck.checks import questionnaire
from selfcheck.checks.questionnaire import load_questionnaires
from selfcheck.checks.scoring import (
    Answers,
    AnswersInvalid,
    IncompleteAnswers,
    is_shown,
    progress,
    score,
    visible_answers,
)

FOLDER = Path(questionnaire.__file__).parent / "questionnaires"
OFFICIAL = load_questionnaires(FOLDER)["2025-05-07"]
FOLLOW_UPS = {one.id: one for one in OFFICIAL.follow_ups}


def make_answers(*points, texts=None, choices=None):
    """Answer the statements in printed order; None leaves one out."""
    answered = {f"s{number}": one for number, one in enumerate(points, start=1) if one is not None}
    return Answers(points=answered, texts=texts or {}, choices=choices or {})


def make_result(*points):
    return score(OFFICIAL, make_answers(*points))


def points_with_total(total):
    """Spread a total over eight statements, as evenly as it goes."""
    return [total // 8 + (position < total % 8) for position in range(8)]


# Result


@pytest.mark.parametrize("total", range(8, 41))
def test_every_total_has_its_colour(total):
    result = make_result(*points_with_total(total))
    expected = "Rot" if total <= 18 else "Gelb" if total <= 29 else "Grün"
    assert (result.total, result.colour.label) == (total, expected)


# total, colour, next colour, points to it
NEXT_COLOURS = [
    (8, "red", "yellow", 11),
    (18, "red", "yellow", 1),  # the last red
    (19, "yellow", "green", 11),  # the first yellow
    (27, "yellow", "green", 3),
    (29, "yellow", "green", 1),  # the last yellow
    (30, "green", None, None),  # the first green: nothing better to reach
    (40, "green", None, None),
]


@pytest.mark.parametrize(("total", "colour", "next_colour", "points"), NEXT_COLOURS)
def test_the_way_to_the_next_colour(total, colour, next_colour, points):
    result = make_result(*points_with_total(total))
    assert result.colour.id == colour
    assert (result.next_colour and result.next_colour.id) == next_colour
    assert result.points_to_next_colour == points


def test_the_table_of_the_paper_form():
    result = make_result(5, 4, 3, 2, 1, 5, 4, 3)
    assert [
        (subtotal.category.id, subtotal.points, subtotal.maximum, subtotal.share)
        for subtotal in result.subtotals
    ] == [
        ("language", 12, 15, Fraction(4, 5)),
        ("organisation", 3, 10, Fraction(3, 10)),
        ("sensitivity", 12, 15, Fraction(4, 5)),
    ]
    assert [(one.statement.number, one.points) for one in result.statements] == list(
        enumerate([5, 4, 3, 2, 1, 5, 4, 3], start=1)
    )
    assert result.total == 27
    assert result.position == Fraction(19, 32)


# points, weakest statements, weakest categories
WEAKEST = [
    # red and yellow: the lowest, ties included
    ([3, 3, 3, 3, 1, 3, 3, 3], ["s5"], ["organisation"]),
    ([1, 3, 3, 3, 1, 3, 3, 3], ["s1", "s5"], ["organisation"]),  # 7 of 15 is more than 4 of 10
    ([2, 2, 2, 5, 5, 2, 2, 2], ["s1", "s2", "s3", "s6", "s7", "s8"], ["language", "sensitivity"]),
    # Shares count: 6 of 10 points are more than 8 of 15, though they are fewer points.
    ([3, 3, 2, 3, 3, 5, 5, 5], ["s3"], ["language"]),
    # All equal and below the highest: all of them.
    ([3] * 8, [f"s{n}" for n in range(1, 9)], ["language", "organisation", "sensitivity"]),
    ([1] * 8, [f"s{n}" for n in range(1, 9)], ["language", "organisation", "sensitivity"]),
    # 9 of 15 and 6 of 10 are the same share, exactly.
    ([5, 3, 1, 3, 3, 5, 3, 4], ["s3"], ["language", "organisation"]),
    # green: everything below the highest, weak or not
    ([5, 5, 5, 4, 5, 5, 5, 1], ["s4", "s8"], ["organisation", "sensitivity"]),
    ([5, 5, 5, 5, 5, 5, 4, 5], ["s7"], ["sensitivity"]),
    ([4] * 8, [f"s{n}" for n in range(1, 9)], ["language", "organisation", "sensitivity"]),
    ([5] * 8, [], []),  # nothing left to look at
]


@pytest.mark.parametrize(("points", "statements", "categories"), WEAKEST)
def test_what_to_look_at(points, statements, categories):
    result = make_result(*points)
    assert [one.statement.id for one in result.weakest_statements] == statements
    assert [one.category.id for one in result.weakest_categories] == categories


def test_an_incomplete_check_has_no_result():
    with pytest.raises(IncompleteAnswers, match="no answer to s2, s8") as raised:
        make_result(5, None, 5, 5, 5, 5, 5)
    assert [one.number for one in raised.value.missing] == [2, 8]


# Drafts


def test_progress_of_a_draft():
    draft = progress(OFFICIAL, make_answers(5, None, 4, None, 3))
    assert (draft.answered, draft.of, draft.points_so_far) == (3, 8, 12)
    assert [one.number for one in draft.missing] == [2, 4, 6, 7, 8]


def test_progress_of_an_empty_draft():
    draft = progress(OFFICIAL, Answers())
    assert (draft.answered, draft.of, draft.points_so_far) == (0, 8, 0)
    assert draft.missing == OFFICIAL.statements


def test_progress_of_a_complete_draft():
    assert progress(OFFICIAL, make_answers(*[2] * 8)).missing == ()


# Follow-ups

# statement, points, whether its follow-ups are shown
SHOWN = [
    (None, False),  # not answered yet
    (1, False),
    (2, False),  # „stimme eher nicht zu“
    (3, True),  # „stimme teilweise zu“: „mindestens teilweise“ begins here
    (4, True),
    (5, True),
]


@pytest.mark.parametrize(("points", "shown"), SHOWN)
@pytest.mark.parametrize(
    ("follow_up", "statement"),
    [("measures_past", "s5"), ("measures_planned", "s5"), ("cooperation", "s8")],
)
def test_a_follow_up_is_shown_from_partly_on(follow_up, statement, points, shown):
    # The other statement's answer is the opposite, and must not matter.
    answers = {"s5": 1 if shown else 5, "s8": 1 if shown else 5, statement: points}
    answers = {key: value for key, value in answers.items() if value is not None}
    assert is_shown(FOLLOW_UPS[follow_up], Answers(points=answers)) is shown


def test_the_next_steps_are_always_asked():
    assert is_shown(FOLLOW_UPS["next_steps"], Answers())


EVERYTHING = {
    "texts": {
        "measures_past": "Kurs",
        "measures_planned": "Plakat",
        "cooperation": "Chor",
        "next_steps": "Anrufen",
    },
    "choices": {"cooperation": ("other", "events")},
}


def test_answers_that_are_asked_for_stay_and_ticks_come_in_printed_order():
    visible = visible_answers(OFFICIAL, make_answers(*[3] * 8, **EVERYTHING))
    assert visible.texts == EVERYTHING["texts"]
    assert visible.choices == {"cooperation": ("events", "other")}


def test_answers_to_hidden_follow_ups_do_not_count():
    visible = visible_answers(OFFICIAL, make_answers(*[2] * 8, **EVERYTHING))
    assert visible.texts == {"next_steps": "Anrufen"}
    assert visible.choices == {}


def test_they_come_back_when_the_condition_holds_again():
    draft = make_answers(*[2] * 8, **EVERYTHING)
    visible_answers(OFFICIAL, draft)
    again = Answers(points=draft.points | {"s5": 3}, texts=draft.texts, choices=draft.choices)
    assert list(visible_answers(OFFICIAL, again).texts) == [
        "measures_past",
        "measures_planned",
        "next_steps",
    ]


def test_the_words_for_other_need_the_tick_at_other():
    answers = make_answers(
        *[5] * 8, texts={"cooperation": "Chor"}, choices={"cooperation": ("events",)}
    )
    visible = visible_answers(OFFICIAL, answers)
    assert visible.texts == {}
    assert visible.choices == {"cooperation": ("events",)}


def test_points_are_never_hidden():
    answers = make_answers(1, 2, 3, 4, 5)
    assert visible_answers(OFFICIAL, answers).points == answers.points


# Answers that no form sends

INVALID = [
    (Answers(points={"s9": 3}), "version 2025-05-07 has no statement s9"),
    (Answers(points={"s1": 0}), "s1: 0 points are not on the scale"),
    (Answers(points={"s1": 6}), "s1: 6 points are not on the scale"),
    (Answers(points={"s1": -1}), "s1: -1 points are not on the scale"),
    (Answers(texts={"s1": "Hallo"}), "version 2025-05-07 has no follow-up s1"),
    (Answers(choices={"areas": ("events",)}), "version 2025-05-07 has no follow-up areas"),
    (Answers(choices={"cooperation": ("sport",)}), "cooperation: there is no option sport"),
    (Answers(choices={"next_steps": ("events",)}), "next_steps: there is no option events"),
]


@pytest.mark.parametrize(("answers", "message"), INVALID)
@pytest.mark.parametrize("question", [progress, score, visible_answers])
def test_foreign_answers_are_refused(question, answers, message):
    with pytest.raises(AnswersInvalid, match=message):
        question(OFFICIAL, answers)
