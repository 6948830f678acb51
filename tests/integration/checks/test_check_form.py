"""The empty form is the official paper form."""

import re
from html import unescape

import pytest
from check_pages import STATEMENTS, close, count_rows, fields_of
from client import text_of
from factories import make_unit

from selfcheck.checks.questionnaire import newest
from selfcheck.db import db
from selfcheck.organisation.service import find_unit_by_number

CONDITION = "Wenn mindestens „teilweise“ zugestimmt wurde:"


@pytest.fixture
def questionnaire(app):
    return newest(app.extensions["questionnaires"])


def words_of(page):
    return unescape(text_of(page))


def option_labels(page):
    select = re.search(r'<select[^>]*name="unit".*?</select>', page.text, re.DOTALL)
    return re.findall(r"<option[^>]*>([^<]+)</option>", select[0])


def test_the_official_wording_stands_on_the_page_in_the_printed_order(client_of, questionnaire):
    words = words_of(client_of("head33").get("/selbstchecks/neu"))
    printed = [questionnaire.title, questionnaire.instruction]
    for category in questionnaire.categories:
        printed.append(category.title)
        for statement in category.statements:
            printed.append(f"{statement.number}. {statement.text}")
            for condition, follow_ups in questionnaire.follow_up_blocks_below(statement.id):
                printed.append(condition.wording)
                for follow_up in follow_ups:
                    printed += [follow_up.text, *(option.text for option in follow_up.options)]
    printed += [follow_up.text for follow_up in questionnaire.follow_ups_at_end]
    place = 0
    for text in printed:
        found = words.find(text, place)
        assert found >= 0, f"missing, or out of order: {text}"
        place = found + len(text)


def test_some_of_the_official_words_letter_by_letter(client_of):
    """Against a questionnaire file that was changed by accident."""
    words = words_of(client_of("head33").get("/selbstchecks/neu"))
    assert (
        "8. Unsere Organisationseinheit kennt in Dresden ansässige Migrant*innenorganisationen "
        "und arbeitet regelmäßig mit ihnen zusammen." in words
    )
    assert "Bitte kreuzen Sie an, inwiefern die folgenden Aussagen auf Ihr Amt/" in words
    assert "Amt/Abteilung/Sachgebiet" in words
    assert words.count(CONDITION) == 2


def test_each_statement_offers_five_answers_with_their_points_five_first(client_of):
    page = client_of("head33").get("/selbstchecks/neu").text
    for statement in STATEMENTS:
        block = re.search(rf'data-statement="{statement}".*?</fieldset>', page, re.DOTALL)[0]
        radios = re.findall(
            r'type="radio" id="(\w+-\d)" name="(\w+)" value="(\d)">'
            r'.*?answer__label">([^<]+)<.*?answer__points">([^<]+)<',
            block,
            re.DOTALL,
        )
        assert radios == [
            (f"{statement}-0", statement, "5", "stimme voll zu", "5 Punkte"),
            (f"{statement}-1", statement, "4", "stimme eher zu", "4 Punkte"),
            (f"{statement}-2", statement, "3", "stimme teilweise zu", "3 Punkte"),
            (f"{statement}-3", statement, "2", "stimme eher nicht zu", "2 Punkte"),
            (f"{statement}-4", statement, "1", "stimme gar nicht zu", "1 Punkt"),
        ]


def test_the_empty_form_says_that_nothing_is_answered_or_saved(client_of, app):
    words = words_of(client_of("head33").get("/selbstchecks/neu"))
    assert "0 von 8 beantwortet bisher 0 Punkte noch nicht gespeichert" in words
    assert "Entwurf verwerfen" not in words
    assert "Als Team ausfüllen" not in words
    assert count_rows(app) == (0, 0)


def test_the_date_is_that_of_the_city_today(client_of, today):
    today.move_to("2026-11-19T23:30:00+00:00")  # half past midnight in the city
    assert fields_of(client_of("head33").get("/selbstchecks/neu"))["checked_on"] == "2026-11-20"


def test_each_empty_form_has_an_id_of_its_own(client_of):
    client = client_of("head33")
    pages = [client.get("/selbstchecks/neu").text for _ in range(2)]
    first, second = (
        re.search(r"/selbstchecks/([-0-9a-f]{36})/bearbeiten", one)[1] for one in pages
    )
    assert first != second


@pytest.mark.parametrize(
    ("login", "units"),
    [
        ("head33", ["33 Einheit 33", "33.1 Einheit 33.1", "33.11 Einheit 33.11"]),
        ("head33.1", ["33.1 Einheit 33.1", "33.11 Einheit 33.11"]),
        ("head50", ["50 Einheit 50", "50.1 Einheit 50.1"]),
    ],
)
def test_the_units_to_choose_from_are_the_own_ones_and_those_below(client_of, login, units):
    page = client_of(login).get("/selbstchecks/neu")
    assert option_labels(page) == ["Bitte wählen", *units]
    assert fields_of(page)["unit"] == ""


def test_a_single_unit_is_chosen_already(app, world, client_of):
    for number in ("33.11", "33.1"):
        close(app, number)
    page = client_of("head33").get("/selbstchecks/neu")
    assert option_labels(page) == ["33 Einheit 33"]
    assert fields_of(page)["unit"] == str(world.unit_ids["33"])


@pytest.mark.parametrize(
    ("unit", "chosen"),
    [("33.1", "33.1"), ("33", "33"), ("50", None), ("1", None)],  # the last two are foreign
)
def test_the_address_may_name_the_unit(client_of, world, unit, chosen):
    page = client_of("head33").get(f"/selbstchecks/neu?einheit={world.unit_ids[unit]}")
    assert fields_of(page)["unit"] == (str(world.unit_ids[chosen]) if chosen else "")


@pytest.mark.parametrize("value", ["", "abc", "-1", "0", "9" * 40, "%00"])
def test_a_unit_that_makes_no_sense_is_passed_over(client_of, value):
    page = client_of("head33").get(f"/selbstchecks/neu?einheit={value}")
    assert page.status_code == 200
    assert fields_of(page)["unit"] == ""


def test_a_unit_added_below_is_offered_at_once(app, client_of):
    client = client_of("head33.1")
    with app.app_context():
        make_unit("33.12", parent=find_unit_by_number("33.1"))
        db.session.commit()
    assert "33.12 Einheit 33.12" in option_labels(client.get("/selbstchecks/neu"))
