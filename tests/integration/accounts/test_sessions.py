"""How long a login holds, what ends it, and what its cookie looks like."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from client import Client, text_of
from factories import World
from flask import Flask

from selfcheck import create_app
from selfcheck.accounts.models import Grant, LoginSession, User
from selfcheck.config import Config
from selfcheck.db import db

MORNING = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def is_in(client: Client) -> bool:
    return client.get("/konto").status_code == 200


def copy_of(client: Client) -> Client:
    cookie = client.get_cookie("selfcheck")
    assert cookie
    copy: Client = client.application.test_client()
    copy.set_cookie("selfcheck", cookie.value)
    return copy


@pytest.mark.parametrize(("minutes", "holds"), [(59, True), (60, True), (61, False)])
def test_an_idle_session_ends_after_an_hour(
    client_of: Callable[[str], Client], minutes: int, holds: bool
):
    with time_machine.travel(MORNING, tick=False) as clock:
        client = client_of("head33")
        clock.shift(minutes * MINUTE)

        assert is_in(client) is holds


def test_whoever_works_stays_in(client_of: Callable[[str], Client]):
    with time_machine.travel(MORNING, tick=False) as clock:
        client = client_of("head33")
        for _ in range(5):
            clock.shift(50 * MINUTE)
            assert is_in(client)


@pytest.mark.parametrize(("hours", "holds"), [(11.9, True), (12.1, False)])
def test_the_longest_session_ends_after_half_a_day(
    client_of: Callable[[str], Client], hours: float, holds: bool
):
    with time_machine.travel(MORNING, tick=False) as clock:
        client = client_of("head33")
        for _ in range(14):  # at work until 11:40 hours have passed
            clock.shift(50 * MINUTE)
            assert is_in(client)
        clock.move_to(MORNING + timedelta(hours=hours), tick=False)

        assert is_in(client) is holds


def test_the_page_says_that_the_session_is_over(client_of: Callable[[str], Client]):
    with time_machine.travel(MORNING, tick=False) as clock:
        client = client_of("admin")
        clock.shift(61 * MINUTE)

        read = client.get("/konten", follow_redirects=True)
        clock.shift(MINUTE)
        lost = client.send("/konten/neu", {"name": "Neu"}, follow_redirects=True)

    assert "Ihre Sitzung ist abgelaufen" in text_of(read)
    assert "Die letzte Eingabe wurde nicht gespeichert" not in text_of(read)
    assert "Die letzte Eingabe wurde nicht gespeichert" in text_of(lost)


def test_a_guest_is_not_told_of_a_session_that_never_was(client: Client, world: World):
    assert "abgelaufen" not in client.get("/konto", follow_redirects=True).text


def test_logging_out_ends_the_session_on_the_server(app: Flask, client_of: Callable[[str], Client]):
    client = client_of("head33")
    copy = copy_of(client)
    assert is_in(copy)

    page = client.send("/abmelden", follow_redirects=True)

    assert "Sie sind abgemeldet." in text_of(page)
    assert not is_in(client)
    assert not is_in(copy)
    with app.app_context():
        assert db.session.query(LoginSession).count() == 0


def test_logging_out_here_leaves_other_browsers_alone(client_of: Callable[[str], Client]):
    here, there = client_of("head33"), client_of("head33")

    here.send("/abmelden")

    assert not is_in(here)
    assert is_in(there)


def test_a_link_cannot_log_anybody_out(client_of: Callable[[str], Client]):
    client = client_of("head33")

    assert client.get("/abmelden").status_code == 405
    assert is_in(client)


def test_logins_of_long_ago_are_swept_out(app: Flask, client_of: Callable[[str], Client]):
    with time_machine.travel(MORNING, tick=False) as clock:
        client_of("head33")
        clock.shift(timedelta(hours=13))
        client_of("head33")
    with app.app_context():
        assert db.session.query(LoginSession).count() == 1


def test_deactivating_works_at_the_next_request_without_any_help(
    app: Flask, world: World, client_of: Callable[[str], Client]
):
    """Also when the account was deactivated in the database and its sessions are still there."""
    client = client_of("head33")
    with app.app_context():
        db.session.get_one(User, world.user_ids["head33"]).is_active = False
        db.session.commit()

    assert not is_in(client)


def test_a_role_that_was_taken_away_is_gone_at_the_next_request(
    app: Flask, world: World, client_of: Callable[[str], Client]
):
    client = client_of("admin")
    assert client.get("/konten").status_code == 200
    with app.app_context():
        db.session.query(Grant).filter_by(user_id=world.user_ids["admin"]).delete()
        db.session.commit()

    assert client.get("/konten").status_code == 403


def test_a_forged_cookie_opens_nothing(app: Flask, client_of: Callable[[str], Client]):
    client = client_of("admin")
    cookie = client.get_cookie("selfcheck")
    assert cookie
    payload, _, signature = cookie.value.rpartition(".")
    for value in (payload + "." + signature[::-1], payload, "eyJfdXNlcl9pZCI6IjEifQ", ""):
        forger = app.test_client()
        forger.set_cookie("selfcheck", value)
        assert not is_in(forger)


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(client: Client, world: World):
    header = client.log_in(world.email("head33")).headers["Set-Cookie"]

    assert header.startswith("selfcheck=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(header.split("; "))
    assert "Secure" not in header, "the demo and the tests run without TLS"
    assert "Expires" not in header, "the cookie ends with the browser"


@pytest.mark.parametrize(
    ("demo", "name", "is_secure"), [(False, "__Host-selfcheck", True), (True, "selfcheck", False)]
)
def test_outside_demo_and_tests_the_cookie_needs_tls(
    app: Flask, demo: bool, name: str, is_secure: bool
):
    config: Config = app.extensions["selfcheck"]
    real = create_app(Config(database_url=config.database_url, secret_key="s" * 32, demo=demo))

    response = real.test_client().get("/anmelden", base_url="https://selbstcheck.example")

    parts = response.headers["Set-Cookie"].split("; ")
    assert parts[0].startswith(f"{name}=")
    assert ("Secure" in parts) is is_secure
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(parts)
    assert not any(part.startswith("Domain") for part in parts), "__Host- forbids it"
    assert ("Strict-Transport-Security" in response.headers) is is_secure
