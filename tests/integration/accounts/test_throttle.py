"""Guessing passwords is slowed down, for each account and for each address."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from client import Client, text_of
from factories import PASSWORD, World
from flask import Flask

from selfcheck import create_app
from selfcheck.accounts import login, throttle
from selfcheck.accounts.models import LoginAttempt
from selfcheck.accounts.throttle import Limits
from selfcheck.config import Config
from selfcheck.db import db

pytestmark = pytest.mark.slow

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
THROTTLED = "Zu viele Versuche in kurzer Zeit. Bitte warten Sie eine Viertelstunde"
LIMITS = Limits(window=15 * MINUTE, per_account=10, per_address=100)


def guess(app: Flask, email: str, password: str = "falsch", address: str = "192.0.2.1") -> int:
    client: Client = app.test_client()
    form = {"email": email, "password": password}
    response = client.send("/anmelden", form, environ_base={"REMOTE_ADDR": address})
    return response.status_code


def fail_before(app: Flask, count: int, *, email: str = "", address: str = "192.0.2.1") -> None:
    """Store failed attempts, each for another account or all for one."""
    with app.app_context():
        for number in range(count):
            one = email or f"person{number}@stadt.example"
            throttle.add_attempt(email=one, address=address, at=datetime.now(UTC))
        db.session.commit()


@pytest.mark.parametrize("login_name", ["head33", "unknown"])
def test_ten_wrong_passwords_are_let_through_and_no_eleventh(
    app: Flask, world: World, login_name: str
):
    """An unknown account behaves like a known one, or it could be told apart."""
    statuses = [guess(app, world.email(login_name)) for _ in range(12)]

    assert statuses == [400] * 10 + [429] * 2


def test_the_right_password_is_refused_as_well_while_slowed_down(
    app: Flask, client: Client, world: World
):
    fail_before(app, 10, email=world.email("head33"))

    response = client.log_in(world.email("head33"))

    assert response.status_code == 429
    assert THROTTLED in text_of(response)
    assert client.get("/").status_code == 302


def test_case_and_blanks_do_not_make_another_account(app: Flask, world: World):
    fail_before(app, 10, email=world.email("head33"))

    assert guess(app, "  HEAD33@stadt.example ", PASSWORD) == 429


def test_another_account_is_not_slowed_down(app: Flask, world: World):
    fail_before(app, 10, email=world.email("head33"))

    assert guess(app, world.email("hr"), PASSWORD) == 302


def test_a_hundred_wrong_passwords_from_one_address_are_the_limit(app: Flask, world: World):
    fail_before(app, 99)

    assert guess(app, world.email("hr")) == 400
    assert guess(app, world.email("admin"), PASSWORD) == 429
    assert guess(app, world.email("admin"), PASSWORD, address="192.0.2.2") == 302


def test_another_address_does_not_help_against_the_limit_of_an_account(app: Flask, world: World):
    fail_before(app, 10, email=world.email("head33"))

    assert guess(app, world.email("head33"), PASSWORD, address="192.0.2.2") == 429


@pytest.mark.parametrize(
    ("proxy_count", "status"),
    [
        (0, 429),  # nobody gets around the limit by claiming another address
        (1, 302),  # behind a proxy it is the proxy's word that counts
    ],
)
def test_the_address_is_that_of_the_browser_as_the_proxy_saw_it(
    app: Flask, world: World, proxy_count: int, status: int
):
    fail_before(app, 100, address="192.0.2.1")
    server = create_app(replace(app.extensions["selfcheck"], proxy_count=proxy_count))
    server.test_client_class = Client
    form = {"email": world.email("hr"), "password": PASSWORD}

    response = server.test_client().send(
        "/anmelden",
        form,
        environ_base={"REMOTE_ADDR": "192.0.2.1"},
        headers={"X-Forwarded-For": "192.0.2.1, 198.51.100.7"},
    )

    assert response.status_code == status
    with server.app_context():
        db.engine.dispose()


def test_a_success_clears_the_count_of_the_account(app: Flask, world: World):
    fail_before(app, 9, email=world.email("head33"))
    assert guess(app, world.email("head33"), PASSWORD) == 302

    statuses = [guess(app, world.email("head33")) for _ in range(11)]

    assert statuses == [400] * 10 + [429]


def test_a_success_does_not_clear_the_count_of_the_address(app: Flask, world: World):
    """Or one known password would let an attacker guess all the others."""
    fail_before(app, 100)
    assert guess(app, world.email("hr"), PASSWORD) == 429
    with app.app_context():
        db.session.query(LoginAttempt).delete()
        db.session.commit()
    fail_before(app, 99)
    assert guess(app, world.email("hr"), PASSWORD) == 302

    assert guess(app, world.email("head33")) == 400
    assert guess(app, world.email("head50")) == 429


def test_successes_are_no_failures(app: Flask, world: World):
    assert [guess(app, world.email("hr"), PASSWORD) for _ in range(12)] == [302] * 12


@pytest.mark.parametrize(("minutes", "status"), [(14, 429), (16, 302)])
def test_after_a_quarter_of_an_hour_it_works_again(
    app: Flask, world: World, minutes: int, status: int
):
    with time_machine.travel(NOON, tick=False) as clock:
        fail_before(app, 10, email=world.email("head33"))
        clock.shift(minutes * MINUTE)

        assert guess(app, world.email("head33"), PASSWORD) == status


def test_attempts_of_yesterday_are_swept_out(app: Flask, world: World):
    with time_machine.travel(NOON, tick=False) as clock:
        fail_before(app, 3)
        clock.shift(timedelta(days=1, minutes=1))
        guess(app, world.email("hr"))
    with app.app_context():
        assert db.session.query(LoginAttempt).count() == 1


def test_two_servers_on_one_database_count_together(app: Flask, world: World):
    config: Config = app.extensions["selfcheck"]
    second = create_app(
        Config(database_url=config.database_url, secret_key="another secret", testing=True)
    )
    second.test_client_class = Client

    statuses = [guess(one, world.email("head33")) for _ in range(6) for one in (app, second)]

    assert statuses == [400] * 10 + [429] * 2
    with second.app_context():
        db.engine.dispose()


def test_attempts_at_the_same_time_do_not_slip_through(app: Flask, world: World):
    """Thirty at once: each is counted before the first password is looked at."""

    def attempt(_number: int) -> bool:
        with app.app_context():
            counted = login.count_attempt(email=world.email("head33"), address="192.0.2.1")
            db.session.commit()
            outcome = login.check_password(counted, password="falsch", limits=LIMITS)
            db.session.rollback()
            return outcome is login.Refusal.WRONG

    with ThreadPoolExecutor(max_workers=8) as threads:
        passed = list(threads.map(attempt, range(30)))

    assert 1 <= sum(passed) <= 10


def test_the_page_of_the_slowed_down_names_no_account(app: Flask, world: World):
    pages = []
    for name in ("head33", "unknown"):
        fail_before(app, 10, email=world.email(name))
        client: Client = app.test_client()
        page = text_of(client.log_in(world.email(name)))
        pages.append(page)

    assert pages[0] == pages[1]
    assert 'lang="de"' in client.get("/anmelden").text
