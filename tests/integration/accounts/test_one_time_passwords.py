"""One-time passwords, and setting a password of one's own."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from client import Client, text_of
from factories import PASSWORD, World
from flask import Flask

from selfcheck.accounts import service
from selfcheck.accounts.models import User
from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
OWN = "vier Esel tragen Säcke"


@pytest.fixture
def one_time(client_of: Callable[[str], Client], world: World) -> str:
    """A one-time password that the admin has just set for head33."""
    page = client_of("admin").send(f"/konten/{world.user_ids['head33']}/einmalpasswort").text
    found = re.search(r"\b[a-z2-9]{4}(-[a-z2-9]{4}){3}\b", page)
    assert found
    return found[0]


def change(client: Client, current: str, new: str, repeated: str | None = None) -> tuple[int, str]:
    form = {"current": current, "new": new, "repeated": new if repeated is None else repeated}
    response = client.send("/konto/passwort", form)
    return response.status_code, text_of(response)


def test_it_replaces_the_old_password(client: Client, world: World, one_time: str):
    assert client.log_in(world.email("head33"), PASSWORD).status_code == 400
    assert client.log_in(world.email("head33"), one_time).status_code == 302


def test_it_is_not_shown_a_second_time_and_not_stored(
    app: Flask, client_of: Callable[[str], Client], world: World, one_time: str
):
    admin = client_of("admin")

    pages = [admin.get(f"/konten/{world.user_ids['head33']}").text, admin.get("/protokoll").text]

    assert all(one_time not in page for page in pages)
    assert "Gültig bis" in pages[0]
    with app.app_context():
        assert one_time not in db.session.get_one(User, world.user_ids["head33"]).password_hash


def test_setting_it_ends_the_logins_of_that_person(
    client_of: Callable[[str], Client], world: World
):
    client, bystander = client_of("head33"), client_of("hr")

    client_of("admin").send(f"/konten/{world.user_ids['head33']}/einmalpasswort")

    assert client.get("/konto").status_code == 302
    assert bystander.get("/konto").status_code == 200


@pytest.mark.parametrize(
    "url", ["/", "/konto", "/selbstchecks", "/selbstchecks/neu", "/einheiten", "/konten"]
)
def test_nothing_opens_before_an_own_password_is_set(
    client: Client, world: World, one_time: str, url: str
):
    client.log_in(world.email("head33"), one_time)

    response = client.get(url)

    assert (response.status_code, response.location) == (302, "/konto/passwort")


def test_nothing_can_be_sent_before_an_own_password_is_set(
    client: Client, world: World, one_time: str
):
    client.log_in(world.email("head33"), one_time)
    address = "/selbstchecks/6d6b2c1e-8a54-4d0e-9d3e-5f0d6c1b7a11/bearbeiten"

    assert client.send(address, {"action": "save"}).location == "/konto/passwort"


def test_the_page_says_why_and_shows_no_navigation(client: Client, world: World, one_time: str):
    client.log_in(world.email("head33"), one_time)

    page = client.get("/konto/passwort").text

    assert "Bitte wählen Sie zuerst ein eigenes Passwort" in page
    assert "Hauptnavigation" not in page
    assert "Abbrechen" not in page


def test_help_and_logging_out_work_all_the_same(client: Client, world: World, one_time: str):
    client.log_in(world.email("head33"), one_time)

    assert client.get("/hilfe").status_code == 200
    assert client.send("/abmelden").location == "/anmelden"


def test_after_the_change_everything_opens_with_the_new_password_only(
    app: Flask, client: Client, world: World, one_time: str
):
    client.log_in(world.email("head33"), one_time)

    status, _ = change(client, one_time, OWN)

    assert status == 302
    assert "Ihr neues Passwort gilt ab sofort." in text_of(client.get("/"))
    assert app.test_client().log_in(world.email("head33"), one_time).status_code == 400
    assert app.test_client().log_in(world.email("head33"), OWN).location == "/"
    with app.app_context():
        actions = [event.action for event in db.session.query(AuditEvent)]
        assert actions.count(Action.ONE_TIME_PASSWORD_SET) == 1
        assert actions.count(Action.PASSWORD_CHANGED) == 1


@pytest.mark.parametrize(
    ("later", "status"),
    [
        (timedelta(days=14) - timedelta(minutes=1), 302),
        (timedelta(days=14) + timedelta(minutes=1), 400),
    ],
    ids=["within 14 days", "after 14 days"],
)
def test_it_expires_after_14_days(
    app: Flask, client: Client, world: World, later: timedelta, status: int
):
    with time_machine.travel(NOON, tick=False) as clock:
        with app.app_context():
            user = db.session.get_one(User, world.user_ids["head33"])
            password = service.set_one_time_password(user, actor_id=world.user_ids["admin"])
            db.session.commit()
        clock.shift(later)

        assert client.log_in(world.email("head33"), password).status_code == status


def test_the_one_time_password_is_no_password_of_ones_own(
    client: Client, world: World, one_time: str
):
    client.log_in(world.email("head33"), one_time)

    status, words = change(client, one_time, one_time)

    assert status == 400
    assert "Das neue Passwort muss ein anderes sein als das bisherige." in words
    assert client.get("/").location == "/konto/passwort"


@pytest.mark.parametrize(
    ("current", "new", "repeated", "message"),
    [
        ("falsch", OWN, OWN, "Das bisherige Passwort stimmt nicht."),
        ("", OWN, OWN, "Bitte geben Sie Ihr bisheriges Passwort ein."),
        (PASSWORD, "", "", "Bitte geben Sie ein neues Passwort ein."),
        (PASSWORD, "elf Zeichen", "elf Zeichen", "nötig sind mindestens 12 Zeichen."),
        (PASSWORD, "x" * 201, "x" * 201, "möglich sind höchstens 200 Zeichen."),
        (PASSWORD, "a" * 12, "a" * 12, "Das Passwort ist zu leicht zu erraten"),
        (PASSWORD, "Head33@stadt.example", "Head33@stadt.example", "den Anfang der E-Mail-Adresse"),
        (PASSWORD, "Passwort 2026!", "Passwort 2026!", "ist zu leicht zu erraten"),
        (PASSWORD, "An der Elbe in Dresden", "An der Elbe in Dresden", "enthält „Dresden“"),
        (PASSWORD, "für den Selbst-Check", "für den Selbst-Check", "enthält „Selbstcheck“"),
        (PASSWORD, OWN, OWN + "!", "Die beiden neuen Passwörter sind verschieden."),
        (PASSWORD, OWN, "", "Bitte geben Sie das neue Passwort ein zweites Mal ein."),
        (PASSWORD, PASSWORD, PASSWORD, "muss ein anderes sein als das bisherige."),
    ],
    ids=lambda value: value if len(value) < 30 else value[:12],
)
def test_a_password_that_will_not_do_is_refused_in_a_sentence(
    app: Flask,
    client_of: Callable[[str], Client],
    world: World,
    *,
    current: str,
    new: str,
    repeated: str,
    message: str,
):
    client = client_of("head33")

    status, words = change(client, current, new, repeated)

    assert status == 400
    assert message in words
    assert app.test_client().log_in(world.email("head33")).status_code == 302


def test_changing_the_password_logs_out_all_other_browsers(client_of: Callable[[str], Client]):
    here, there, somebody = client_of("head33"), client_of("head33"), client_of("hr")

    status, _ = change(here, PASSWORD, OWN)

    assert status == 302
    assert here.get("/konto").status_code == 200
    assert there.get("/konto").status_code == 302
    assert somebody.get("/konto").status_code == 200


def test_typed_passwords_never_come_back(client_of: Callable[[str], Client]):
    response = client_of("head33").send(
        "/konto/passwort", {"current": PASSWORD, "new": OWN, "repeated": "anders getippt"}
    )

    assert not any(typed in response.text for typed in (PASSWORD, OWN, "anders getippt"))
