"""The official questionnaire, word for word and number for number."""

from datetime import date
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import pytest

from selfcheck.checks import questionnaire
from selfcheck.checks.questionnaire import load_questionnaires, newest

FOLDER = Path(questionnaire.__file__).parent / "questionnaires"
OFFICIAL = load_questionnaires(FOLDER)["2025-05-07"]


def all_wording() -> str:
    """Everything that the form and the result show of the official text, in printed order."""
    lines = [OFFICIAL.title, OFFICIAL.unit_label, OFFICIAL.date_label, OFFICIAL.instruction]
    lines += [answer.label for answer in OFFICIAL.scale]
    for category in OFFICIAL.categories:
        lines += [category.title, *(f"{one.number}. {one.text}" for one in category.statements)]
    for follow_up in OFFICIAL.follow_ups:
        lines += [follow_up.condition.wording] if follow_up.condition else []
        lines += [follow_up.text, *(option.text for option in follow_up.options)]
    lines += [OFFICIAL.evaluation_instruction]
    for colour in OFFICIAL.colours:
        lines += [colour.label, colour.advice]
    return "\n".join([*lines, OFFICIAL.thanks])


def test_the_wording_is_the_one_that_was_compared_with_the_publication():
    # Compared letter by letter with Anlage 3 when the file was written. The city's text does not
    # change; a new text is a new version with a file of its own.
    digest = sha256(all_wording().encode()).hexdigest()
    assert digest == "be689863321f3c3f2c4773649c0a0b85535c50428ced53f6ef8df0bd77105186"


def test_the_head_of_the_form():
    assert OFFICIAL.published_on == date(2025, 5, 7)
    assert OFFICIAL.title == (
        "Selbstcheck – Zugang von Migrant*innen zu den Angeboten und Dienstleistungen "
        "der Stadtverwaltung Dresden"
    )
    assert OFFICIAL.unit_label == "Amt/Abteilung/Sachgebiet:"
    assert OFFICIAL.instruction == (
        "Bitte kreuzen Sie an, inwiefern die folgenden Aussagen auf Ihr Amt/Ihre Abteilung/"
        "Ihr Sachgebiet zutreffen:"
    )
    assert OFFICIAL.thanks == "Vielen Dank!"


def test_the_answers_stand_in_printed_order():
    assert [(answer.points, answer.label) for answer in OFFICIAL.scale] == [
        (5, "stimme voll zu"),
        (4, "stimme eher zu"),
        (3, "stimme teilweise zu"),
        (2, "stimme eher nicht zu"),
        (1, "stimme gar nicht zu"),
    ]


def test_the_categories_and_their_statements():
    assert [
        (one.id, one.title, [statement.id for statement in one.statements])
        for one in OFFICIAL.categories
    ] == [
        ("language", "Sprache/Kommunikation", ["s1", "s2", "s3"]),
        ("organisation", "Organisation/Behörde", ["s4", "s5"]),
        ("sensitivity", "Interkulturelle Sensibilität/Menschenbilder", ["s6", "s7", "s8"]),
    ]
    assert [statement.number for statement in OFFICIAL.statements] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert OFFICIAL.statements[7].text == (
        "Unsere Organisationseinheit kennt in Dresden ansässige Migrant*innenorganisationen "
        "und arbeitet regelmäßig mit ihnen zusammen."
    )


def test_the_follow_ups_stand_where_the_paper_has_them():
    below = {
        one.id: [f.id for f in OFFICIAL.follow_ups_below(one.id)] for one in OFFICIAL.statements
    }
    assert {statement: ids for statement, ids in below.items() if ids} == {
        "s5": ["measures_past", "measures_planned"],
        "s8": ["cooperation"],
    }
    assert [one.id for one in OFFICIAL.follow_ups_at_end] == ["next_steps"]


def test_the_conditions_are_about_the_statement_above_and_say_partly():
    conditional = [one for one in OFFICIAL.follow_ups if one.condition]
    assert [one.id for one in conditional] == ["measures_past", "measures_planned", "cooperation"]
    for follow_up in conditional:
        assert follow_up.condition.statement_id == follow_up.below
        assert follow_up.condition.minimum == 3
        assert follow_up.condition.wording == "Wenn mindestens „teilweise“ zugestimmt wurde:"


def test_the_fields_of_cooperation():
    cooperation = OFFICIAL.follow_ups_below("s8")[0]
    assert [option.id for option in cooperation.options] == [
        "recruitment",
        "committees",
        "exchange",
        "outreach",
        "opening",
        "events",
        "other",
    ]
    assert cooperation.free_text_option.text == "andere, und zwar …"
    assert [one.kind for one in OFFICIAL.follow_ups] == ["text", "text", "choices", "text"]


def test_what_is_said_about_measures():
    announcing = [(one.id, one.due_months) for one in OFFICIAL.follow_ups if one.announces]
    assert announcing == [("measures_planned", 12), ("next_steps", None)]
    assert OFFICIAL.review_question.id == "measures_past"


def test_totals_and_subtotals_have_the_printed_bounds():
    assert (OFFICIAL.minimum, OFFICIAL.maximum) == (8, 40)
    assert [
        (OFFICIAL.minimum_of(one), OFFICIAL.maximum_of(one)) for one in OFFICIAL.categories
    ] == [(3, 15), (2, 10), (3, 15)]


COLOUR_OF_TOTAL = (
    dict.fromkeys(range(8, 19), "Rot")
    | dict.fromkeys(range(19, 30), "Gelb")
    | dict.fromkeys(range(30, 41), "Grün")
)


def test_the_table_of_totals_is_complete():
    assert len(COLOUR_OF_TOTAL) == 33


@pytest.mark.parametrize(("total", "label"), COLOUR_OF_TOTAL.items())
def test_colour_of_each_total(total, label):
    assert OFFICIAL.colour_of(total).label == label


@pytest.mark.parametrize("total", [-1, 0, 7, 41])
def test_an_impossible_total_has_no_colour(total):
    with pytest.raises(ValueError, match=f"a total of {total} is not between 8 and 40"):
        OFFICIAL.colour_of(total)


def test_the_next_colour():
    red, yellow, green = OFFICIAL.colours
    assert OFFICIAL.colour_after(red) is yellow
    assert OFFICIAL.colour_after(yellow) is green
    assert OFFICIAL.colour_after(green) is None


@pytest.mark.parametrize(
    ("total", "position"), [(8, 0), (16, Fraction(1, 4)), (24, Fraction(1, 2)), (40, 1)]
)
def test_the_place_on_the_scale(total, position):
    assert OFFICIAL.position_of(total) == position


def test_new_checks_use_the_newest_version():
    # Grows with every version; the older ones stay for the checks that name them.
    assert newest(load_questionnaires(FOLDER)) == OFFICIAL
