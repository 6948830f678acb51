"""The second factor: who needs one, and how it is renewed, switched off and reset."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from client import Client, text_of
from factories import PASSWORD, World
from factors import (
    CODE_PAGE,
    actions,
    code_of,
    is_in,
    make_factor,
    send_code,
    shown_codes,
    shown_secret,
)
from flask import Flask

from selfcheck import create_app
from selfcheck.accounts.factor_models import RecoveryCode
from selfcheck.accounts.models import Grant, User
from selfcheck.audit.actions import Action
from selfcheck.db import db

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
FACTOR_PAGE = "/konto/zweiter-faktor"


@pytest.fixture(autouse=True)
def frozen() -> Iterator[time_machine.Traveller]:
    """Time stands still: a code counts for one step before and one after its own."""
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def secret(app: Flask, world: World) -> str:
    """head33 has a second factor."""
    with app.app_context():
        return make_factor(world.user_ids["head33"])[0]


@pytest.fixture
def strict_app(app: Flask) -> Iterator[Flask]:
    """The application where hr and admin need a second factor."""
    config = replace(app.extensions["selfcheck"], second_factor=frozenset({"hr", "admin"}))
    strict = create_app(config)
    strict.test_client_class = Client
    yield strict
    with strict.app_context():
        db.engine.dispose()


# --- whose role needs one


def test_whoever_needs_one_sets_it_up_first(strict_app: Flask, world: World):
    client: Client = strict_app.test_client()
    client.log_in(world.email("hr"))
    for address in ("/", "/konto", "/anforderungen", "/konto/passwort"):
        assert client.get(address).location == FACTOR_PAGE
    page = client.get(FACTOR_PAGE)
    assert "Bitte richten Sie zuerst einen zweiten Faktor ein" in text_of(page)
    assert "Hauptnavigation" not in page.text

    client.send(f"{FACTOR_PAGE}/einrichten")
    secret = shown_secret(client.get(FACTOR_PAGE).text)
    confirmed = client.send(f"{FACTOR_PAGE}/bestaetigen", {"code": code_of(secret)})

    assert "Hauptnavigation" in confirmed.text
    assert client.get("/anforderungen").status_code == 200
    removing = client.get(f"{FACTOR_PAGE}/entfernen").text
    assert "Zweiten Faktor auf einem anderen Gerät einrichten?" in removing


def test_a_forced_password_comes_before_the_factor(strict_app: Flask, world: World):
    with strict_app.app_context():
        user = db.session.get_one(User, world.user_ids["hr"])
        user.one_time_until = NOON + timedelta(days=1)
        db.session.commit()
    client: Client = strict_app.test_client()
    client.log_in(world.email("hr"))

    assert client.get("/").location == "/konto/passwort"
    assert client.get(FACTOR_PAGE).location == "/konto/passwort"
    new = {"current": PASSWORD, "new": "Elf Raben zählen Kies", "repeated": "Elf Raben zählen Kies"}
    client.send("/konto/passwort", new)
    assert client.get("/").location == FACTOR_PAGE


def test_others_need_none(strict_app: Flask, world: World):
    client: Client = strict_app.test_client()
    client.log_in(world.email("head33"))

    assert client.get("/").status_code == 200


def test_a_new_role_that_needs_one_leads_there_at_the_next_request(strict_app: Flask, world: World):
    client: Client = strict_app.test_client()
    client.enter(world.email("head33"))
    assert client.get("/").status_code == 200
    with strict_app.app_context():
        db.session.add(Grant(user_id=world.user_ids["head33"], role="hr"))
        db.session.commit()

    assert client.get("/").location == FACTOR_PAGE


def test_whoever_needs_one_moves_it_but_is_never_without(strict_app: Flask, world: World):
    with strict_app.app_context():
        secret, _ = make_factor(world.user_ids["hr"])
    client: Client = strict_app.test_client()
    client.enter(world.email("hr"))
    send_code(client, code_of(secret))

    response = client.send(f"{FACTOR_PAGE}/entfernen", {"password": PASSWORD})

    assert response.location == FACTOR_PAGE
    assert client.get("/").location == FACTOR_PAGE
    assert shown_secret(client.get(FACTOR_PAGE).text) != secret


# --- new codes, and switching it off


def test_new_codes_and_switching_off_ask_for_the_password(
    app: Flask, world: World, client_of: Callable[[str], Client], frozen: time_machine.Traveller
):
    with app.app_context():
        secret, old_codes = make_factor(world.user_ids["head33"])
    client = client_of("head33")
    send_code(client, code_of(secret))
    for address in (f"{FACTOR_PAGE}/codes", f"{FACTOR_PAGE}/entfernen"):
        refused = client.send(address, {"password": "falsch"})
        assert refused.status_code == 400
        assert "Das Passwort stimmt nicht." in text_of(refused)

    new_codes = shown_codes(client.send(f"{FACTOR_PAGE}/codes", {"password": PASSWORD}).text)

    assert len(new_codes) == 10
    assert not set(new_codes) & set(old_codes)
    other = client_of("head33")
    assert send_code(other, old_codes[0])[0] == 400
    send_code(other, new_codes[0])
    assert is_in(other)
    client.send(f"{FACTOR_PAGE}/entfernen", {"password": PASSWORD})
    assert is_in(client_of("head33")), "the password is enough again"
    with app.app_context():
        assert db.session.query(RecoveryCode).count() == 0
    recorded = actions(app)
    assert Action.RECOVERY_CODES_MADE in recorded
    assert Action.SECOND_FACTOR_REMOVED in recorded


def test_guessing_the_password_there_is_slowed_down(
    client_of: Callable[[str], Client], secret: str
):
    client = client_of("head33")
    send_code(client, code_of(secret))

    statuses = [client.send(f"{FACTOR_PAGE}/entfernen", {"password": "falsch"}) for _ in range(11)]

    assert "Zu viele Versuche" in text_of(statuses[-1])
    assert "Zu viele Versuche" not in text_of(statuses[9])
    refused = client.send(f"{FACTOR_PAGE}/entfernen", {"password": PASSWORD})
    assert "Zu viele Versuche" in text_of(refused)


def test_without_a_factor_there_are_neither_codes_nor_a_switch(client_of: Callable[[str], Client]):
    client = client_of("head33")

    for address in (f"{FACTOR_PAGE}/codes", f"{FACTOR_PAGE}/entfernen"):
        assert client.get(address).status_code == 409
        assert client.send(address, {"password": PASSWORD}).status_code == 409


# --- the administration helps


def test_the_administration_resets_it(
    app: Flask, world: World, client_of: Callable[[str], Client], secret: str
):
    client, admin = client_of("head33"), client_of("admin")
    send_code(client, code_of(secret))
    address = f"/konten/{world.user_ids['head33']}"
    assert "Zweiter Faktor: eingerichtet" in text_of(admin.get(address))
    assert (
        "Zweiten Faktor von Person head33 zurücksetzen?"
        in admin.get(f"{address}/zweiter-faktor").text
    )
    assert is_in(client), "asking changes nothing"

    page = admin.send(f"{address}/zweiter-faktor", follow_redirects=True)

    assert "Der zweite Faktor von Person head33 ist zurückgesetzt." in text_of(page)
    assert not is_in(client), "logged out everywhere"
    assert client.log_in(world.email("head33")).location == "/"
    assert Action.SECOND_FACTOR_RESET in actions(app)
    again = admin.send(f"{address}/zweiter-faktor", follow_redirects=True)
    assert "Person head33 hatte keinen zweiten Faktor." in text_of(again)


def test_a_changed_key_is_told_and_recovery_codes_still_open(
    app: Flask, world: World, caplog: pytest.LogCaptureFixture
):
    with app.app_context():
        secret, codes = make_factor(world.user_ids["head33"])
    other = create_app(replace(app.extensions["selfcheck"], secret_key="another key " * 4))
    other.test_client_class = Client
    client: Client = other.test_client()
    client.enter(world.email("head33"))

    response = client.send(CODE_PAGE, {"code": code_of(secret)})

    assert response.status_code == 400
    assert "bitten Sie die Administration, Ihren zweiten Faktor zurückzusetzen" in text_of(response)
    assert "selfcheck user reset-second-factor" in caplog.text
    assert world.email("head33") not in caplog.text
    send_code(client, codes[0])
    assert "Codes der App können nicht mehr geprüft werden" in client.get(FACTOR_PAGE).text
    with other.app_context():
        db.engine.dispose()
