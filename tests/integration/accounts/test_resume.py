"""A session that ends while somebody fills in a Selbstcheck: what was typed is not lost."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from client import Client, text_of
from factories import PASSWORD, World
from flask import Flask

from selfcheck.checks.models import SelfCheck
from selfcheck.db import db

TYPED = "Das Formular „Wohngeld“ fehlt.\nZeile 2 <script>alert(1)</script> & 100 %"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@pytest.fixture
def address() -> str:
    return f"/selbstchecks/{uuid4()}/bearbeiten"


@pytest.fixture
def filled_in(app: Flask, world: World) -> dict[str, str]:
    """A form in which one statement, one text and one tick are filled in."""
    questionnaire = next(iter(app.extensions["questionnaires"].values()))
    text_question = next(one for one in questionnaire.follow_ups if one.kind == "text")
    ticks = next(one for one in questionnaire.follow_ups if one.options)
    return {
        "unit": str(world.unit_ids["33.1"]),
        "checked_on": "2026-03-02",
        "action": "submit",
        questionnaire.statements[0].id: "4",
        text_question.id: TYPED,
        ticks.id: ticks.options[1].id,
    }


def carried(page: str) -> dict[str, str]:
    """Return the hidden fields of the page's own form."""
    found = HIDDEN.findall(page.split("<main")[1])
    return {html.unescape(name): html.unescape(value) for name, value in found}


def stored(app: Flask) -> list[SelfCheck]:
    with app.app_context():
        return list(db.session.query(SelfCheck))


def log_in_from(client: Client, page: str, login: str, password: str = PASSWORD) -> str:
    """Fill in the login on a page as a browser does, and return the next page."""
    fields = carried(page)
    next_field = re.search(r'name="next"[^>]*value="([^"]*)"', page)
    assert next_field
    form = {"email": f"{login}@stadt.example", "password": password, "next": next_field[1]}
    return client.send("/anmelden", fields | form).text


def go_on(client: Client, page: str) -> str:
    """Press „Weiter mit meinen Eingaben“ and return the form."""
    action = re.search(r'<form class="form" method="post" action="([^"]+)"', page)
    assert action
    response = client.post(action[1], data=carried(page))
    assert response.status_code == 200
    return response.text


def assert_is_filled_in(page: str, filled_in: dict[str, str]) -> None:
    assert "Ihre Eingaben sind wieder da, aber noch nicht gespeichert" in page
    assert "<script>alert" not in page
    assert html.escape(TYPED.split("\n")[1]) in page.replace("&#39;", "'")
    statement = next(name for name, value in filled_in.items() if value == "4")
    assert re.search(rf'name="{statement}" value="4"\s+checked', page)
    assert f'selected value="{filled_in["unit"]}"' in page
    assert "1 von 8 beantwortet" in page
    assert len(re.findall(r'<input[^>]*type="checkbox"[^>]*>', page)) > 1
    assert (
        len(
            [
                one
                for one in re.findall(r"<input[^>]*>", page)
                if "checkbox" in one and "checked" in one
            ]
        )
        == 1
    )


def test_an_expired_session_asks_to_log_in_and_goes_on_with_what_was_typed(
    app: Flask, client_of: Callable[[str], Client], address: str, filled_in: dict[str, str]
):
    with time_machine.travel("2026-03-02T07:00Z", tick=False) as clock:
        client = client_of("head33")
        clock.shift(timedelta(minutes=90))

        response = client.send(address, filled_in)
        assert response.status_code == 401
        assert "ist noch nicht gespeichert, aber auch nicht verloren" in text_of(response)
        resume_page = log_in_from(client, response.text, "head33")
        assert "Ihre Eingaben sind noch da" in resume_page
        form_page = go_on(client, resume_page)

        assert_is_filled_in(form_page, filled_in)
        assert stored(app) == []
        saved = client.send(address, filled_in | {"action": "save"})
        assert saved.status_code == 302

    (check,) = stored(app)
    assert f"/selbstchecks/{check.id}/bearbeiten" == address


def test_a_wrong_password_in_between_loses_nothing(
    client: Client, address: str, filled_in: dict[str, str]
):
    page = client.send(address, filled_in).text

    page = log_in_from(client, page, "head33", "falsch")
    assert "E-Mail-Adresse oder Passwort stimmen nicht." in page
    page = log_in_from(client, page, "head33")

    assert_is_filled_in(go_on(client, page), filled_in)


def test_only_what_was_typed_is_carried_along(
    client: Client, address: str, filled_in: dict[str, str]
):
    page = client.send(address, filled_in).text

    assert set(carried(page)) == {f"typed:{name}" for name in filled_in}
    resume_page = log_in_from(client, page, "head33")
    assert set(carried(resume_page)) == {*filled_in, "csrf_token", "resume"}
    assert PASSWORD not in resume_page


def test_a_token_of_an_earlier_login_offers_to_go_on(
    app: Flask, client_of: Callable[[str], Client], address: str, filled_in: dict[str, str]
):
    client = client_of("head33")
    old_token = client.token()
    client.log_in("head33@stadt.example")

    response = client.post(address, data=filled_in | {"csrf_token": old_token})

    assert response.status_code == 400
    assert "Das Formular gehörte zu einer früheren Anmeldung." in text_of(response)
    assert_is_filled_in(go_on(client, response.text), filled_in)
    assert stored(app) == []


def test_without_any_token_nothing_is_stored_either(
    app: Flask, client_of: Callable[[str], Client], address: str, filled_in: dict[str, str]
):
    response = client_of("head33").post(address, data=filled_in)

    assert response.status_code == 400
    assert "aber Ihre Eingaben sind noch da" in text_of(response)
    assert stored(app) == []


def test_going_on_needs_a_token_of_its_own(
    app: Flask, client_of: Callable[[str], Client], address: str, filled_in: dict[str, str]
):
    client = client_of("head33")

    response = client.post(address, data=filled_in | {"resume": "1"})

    assert response.status_code == 400
    assert stored(app) == []


def test_another_person_who_logs_in_gets_only_their_own_units(
    app: Flask, client: Client, address: str, filled_in: dict[str, str]
):
    page = client.send(address, filled_in).text

    form_page = go_on(client, log_in_from(client, page, "head50"))

    assert "50.1 Einheit 50.1" in form_page
    assert "33.1 Einheit 33.1" not in form_page
    assert client.send(address, filled_in | {"action": "save"}).status_code == 400
    assert stored(app) == []


def test_a_person_without_the_permission_gets_no_form(
    client: Client, address: str, filled_in: dict[str, str]
):
    resume_page = log_in_from(client, client.send(address, filled_in).text, "admin")

    assert client.post(address, data=carried(resume_page)).status_code == 403


def test_the_carried_text_cannot_lead_to_another_host(
    client: Client, world: World, filled_in: dict[str, str]
):
    """A page elsewhere could send this form; its text must not go back there."""
    form = {"email": world.email("head33"), "password": PASSWORD, "next": "//evil.example/x"}

    page = client.send("/anmelden", form | {"typed:unit": "1"}).text

    assert "evil" not in page
    assert 'method="post" action="/"' in page
