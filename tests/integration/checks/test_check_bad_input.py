"""What no form of ours sends is refused in a sentence, and nothing is stored."""

import pytest
from check_pages import (
    address_of,
    close,
    continued,
    count_rows,
    fields_of,
    filled_in,
    find_stored,
    new_address,
    stored_answers,
)
from client import text_of
from factories import make_check

from selfcheck.checks.states import CheckState


@pytest.fixture
def client(client_of):
    return client_of("head33")


BAD_DATES = {
    "2026-11-21": "Das Datum liegt in der Zukunft.",  # tomorrow
    "31.12.2099": "Das Datum liegt in der Zukunft.",
    "1999-12-31": "Das Datum liegt vor dem 01.01.2000.",
    "0001-01-01": "Das Datum liegt vor dem 01.01.2000.",
    "2026-02-30": "Kein gültiges Datum.",
    "30.02.2026": "Kein gültiges Datum.",
    "gestern": "Kein gültiges Datum.",
    "2026-11-02T10:00": "Kein gültiges Datum.",
    "10000-01-01": "Kein gültiges Datum.",
    "": "Bitte geben Sie das Datum an, z. B. 31.12.2026.",
}


@pytest.mark.parametrize(("day", "message"), BAD_DATES.items())
def test_a_date_that_cannot_be_is_refused_and_still_shown(world, client, day, message):
    _, address = new_address()
    page = client.send(
        address, filled_in(world, checked_on=day, next_steps="bleibt", action="submit")
    )
    assert page.status_code == 400
    assert f'<a href="#checked_on">Datum: {message}</a>' in page.text
    assert 'id="checked_on-error"' in page.text
    assert fields_of(page).items() >= {"checked_on": day, "next_steps": "bleibt", "s1": "3"}.items()
    assert count_rows(client.application) == (0, 0)


@pytest.mark.parametrize(
    ("day", "stored"),
    [("2026-11-20", "2026-11-20"), ("2000-01-01", "2000-01-01"), ("29.02.2024", "2024-02-29")],
)
def test_the_first_and_the_last_possible_date_are_taken(app, world, client, day, stored):
    check_id, address = new_address()
    assert client.send(address, filled_in(world, checked_on=day)).status_code == 302
    assert f"{find_stored(app, check_id).checked_on}" == stored


@pytest.mark.parametrize("unit", ["50", "50.1", "1"])
def test_a_unit_that_the_user_does_not_head_is_refused(app, world, client, unit):
    _, address = new_address()
    page = client.send(address, filled_in(world, unit, action="submit"))
    assert page.status_code == 400
    assert 'href="#unit">Amt/Abteilung/Sachgebiet: ' in page.text
    assert fields_of(page)["s1"] == "3"
    assert count_rows(app) == (0, 0)


@pytest.mark.parametrize("value", ["", "abc", "0", "-1", "9" * 30, "None", "\x00"])
def test_a_unit_that_makes_no_sense_is_refused(app, world, client, value):
    _, address = new_address()
    page = client.send(address, filled_in(world, action="submit") | {"unit": value})
    assert page.status_code == 400
    assert 'id="unit-error"' in page.text
    assert count_rows(app) == (0, 0)


def test_no_unit_chosen_is_told_in_plain_words(world, client):
    _, address = new_address()
    words = text_of(client.send(address, filled_in(world) | {"unit": ""}))
    assert "Bitte wählen Sie Ihre Organisationseinheit." in words


def test_a_closed_unit_takes_no_new_check(app, world, client):
    close(app, "33.11")
    _, address = new_address()
    assert client.send(address, filled_in(world, "33.11", action="submit")).status_code == 400
    assert count_rows(app) == (0, 0)


@pytest.mark.parametrize("action", ["save", "submit"])
def test_a_draft_cannot_be_moved_to_a_foreign_unit(app, world, client, action):
    with app.app_context():
        check_id = make_check(world, state=CheckState.DRAFT)
    sent = continued(client, address_of(check_id), filled_in(world, "50", 5, action=action))
    assert client.send(address_of(check_id), sent).status_code == 400
    assert find_stored(app, check_id).unit_id == world.unit_ids["33"]
    assert set(stored_answers(app, check_id).points.values()) == {3}


@pytest.mark.parametrize("value", ["0", "6", "-3", "5.0", "٣", "3 ", "fünf", "9" * 30, "\x00"])
def test_an_answer_that_is_not_on_the_scale_is_refused(app, world, client, value):
    _, address = new_address()
    page = client.send(address, filled_in(world, s4=value, next_steps="bleibt", action="submit"))
    assert page.status_code == 400
    assert 'href="#s4-0">Aussage 4: ' in page.text
    assert 'id="s4-error"' in page.text
    assert fields_of(page).items() >= {"s3": "3", "next_steps": "bleibt"}.items()
    assert "s4" not in fields_of(page)
    assert count_rows(app) == (0, 0)


@pytest.mark.parametrize("value", ["unknown", "", "s1", "9" * 100, "<b>", "\x00", "%(value)s"])
def test_an_option_that_does_not_exist_is_refused(app, world, client, value):
    _, address = new_address()
    sent = filled_in(world, cooperation=["events", value], action="submit")
    page = client.send(address, sent)
    assert page.status_code == 400
    assert 'href="#cooperation-0"' in page.text
    assert "<b>" not in page.text
    assert fields_of(page)["cooperation"] == ["events"]
    assert count_rows(app) == (0, 0)


@pytest.mark.parametrize(
    "unknown", ["s9", "s0", "measures", "state", "total_points", "submitted_at"]
)
def test_what_the_questionnaire_does_not_ask_is_not_stored(app, world, client, unknown):
    check_id, address = new_address()
    client.send(address, filled_in(world, action="submit", **{unknown: "5"}))
    stored = find_stored(app, check_id)
    assert stored.total_points == 24
    assert len(stored.answers) == 8


def test_an_answer_sent_twice_counts_once(app, world, client):
    check_id, address = new_address()
    client.send(address, filled_in(world, s1=["5", "1"], cooperation=["events"] * 3))
    answers = stored_answers(app, check_id)
    assert answers.points["s1"] == 5
    assert answers.choices == {"cooperation": ("events",)}


@pytest.mark.parametrize("form_id", ["", "abc", "-1", "g" * 36, "9" * 400, "\x00", "٣" * 36])
def test_a_form_that_remembers_nothing_begins_a_draft_but_overwrites_none(
    app, world, client, form_id
):
    check_id, address = new_address()
    assert client.send(address, filled_in(world, form_id=form_id)).status_code == 302
    page = client.send(address, filled_in(world, points=5, form_id=form_id))
    assert page.status_code == 409
    assert set(stored_answers(app, check_id).points.values()) == {3}


@pytest.mark.parametrize("version", ["", "1999-01-01", "../../etc/passwd"])
def test_a_version_that_does_not_exist_means_the_newest(app, world, client, version):
    check_id, address = new_address()
    client.send(address, filled_in(world, version=version))
    assert find_stored(app, check_id).questionnaire_version == "2025-05-07"


@pytest.mark.parametrize("action", ["", "delete", "SUBMIT"])
def test_an_unknown_button_only_saves(app, world, client, action):
    check_id, address = new_address()
    assert client.send(address, filled_in(world, action=action)).location == address
    assert find_stored(app, check_id).state is CheckState.DRAFT


@pytest.mark.parametrize("address", ["abc", "1", "0" * 36, "00000000"])
def test_an_address_that_is_no_id_is_not_found(world, client, address):
    assert client.get(f"/selbstchecks/{address}").status_code == 404
    assert client.send(f"/selbstchecks/{address}/bearbeiten", filled_in(world)).status_code == 404


def test_nobody_without_a_unit_begins_a_check(app, world, client_of):
    for login in ("officer33", "hr", "commissioner", "admin", "nobody"):
        client = client_of(login)
        _, address = new_address()
        assert client.get("/selbstchecks/neu").status_code == 403
        assert client.send(address, filled_in(world, action="submit")).status_code == 403
    assert count_rows(app) == (0, 0)
