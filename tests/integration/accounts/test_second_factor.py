"""The second factor: set up, asked for after the password, and in force at the next request."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from client import Client
from factories import PASSWORD, World
from factors import (
    CODE_PAGE,
    HALF_MINUTE,
    actions,
    code_of,
    is_in,
    make_factor,
    send_code,
    shown_codes,
    shown_secret,
)
from flask import Flask

from selfcheck.accounts.factor_models import RecoveryCode, SecondFactor
from selfcheck.accounts.models import Grant, LoginSession, User
from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
FACTOR_PAGE = "/konto/zweiter-faktor"
WRONG = "Der Code stimmt nicht oder wurde schon benutzt."


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


# --- setting it up


def test_it_is_set_up_with_a_code_and_shows_recovery_codes_once(
    app: Flask, world: World, client_of: Callable[[str], Client]
):
    client, other = client_of("head33"), client_of("head33")
    assert client.send(f"{FACTOR_PAGE}/einrichten").location == FACTOR_PAGE
    page = client.get(FACTOR_PAGE).text
    assert 'src="data:image/svg+xml' in page
    secret = shown_secret(page)

    confirmed = client.send(f"{FACTOR_PAGE}/bestaetigen", {"code": code_of(secret)})

    codes = shown_codes(confirmed.text)
    assert len(codes) == len(set(codes)) == 10
    after = client.get(FACTOR_PAGE).text
    assert "10 von 10 noch unbenutzt" in after
    assert secret not in after.replace(" ", "")
    assert not any(code in after for code in codes)
    assert is_in(client), "whoever set it up has just proved it"
    assert other.get("/konto").location == f"{CODE_PAGE}?next=/konto", "other browsers have not"
    assert Action.SECOND_FACTOR_SET in actions(app)


def test_nothing_readable_is_stored(app: Flask, world: World):
    with app.app_context():
        secret, codes = make_factor(world.user_ids["head33"])
        stored = db.session.get_one(SecondFactor, world.user_ids["head33"]).secret
        hashes = [one.code_hash for one in db.session.query(RecoveryCode)]
        subjects = [f"{one.subject} {one.details}" for one in db.session.query(AuditEvent)]

    assert secret not in stored
    for text in [*hashes, *subjects]:
        assert secret not in text
        assert not any(code.replace("-", "") in text or code in text for code in codes)


@pytest.mark.parametrize("code", ["000000", "12345", "abcdef", ""])
def test_a_wrong_code_sets_nothing_up(app: Flask, client_of: Callable[[str], Client], code: str):
    client = client_of("head33")
    client.send(f"{FACTOR_PAGE}/einrichten")
    secret = shown_secret(client.get(FACTOR_PAGE).text)
    assert code != code_of(secret)

    response = client.send(f"{FACTOR_PAGE}/bestaetigen", {"code": code})

    assert response.status_code == 400
    assert shown_secret(response.text) == secret, "the app need not scan again"
    with app.app_context():
        assert db.session.query(SecondFactor).one().confirmed_at is None
    client.send("/abmelden")
    assert client.log_in("head33@stadt.example").location == "/", "not in force yet"


def test_one_in_force_is_not_replaced_unasked(client_of: Callable[[str], Client], secret: str):
    client = client_of("head33")
    send_code(client, code_of(secret))

    assert client.send(f"{FACTOR_PAGE}/einrichten").status_code == 409
    assert client.send(f"{FACTOR_PAGE}/bestaetigen", {"code": code_of(secret)}).status_code == 409


# --- logging in


def test_after_the_password_only_the_code_opens_a_page(
    app: Flask, client: Client, world: World, secret: str
):
    response = client.send(
        "/anmelden", {"email": world.email("head33"), "password": PASSWORD, "next": "/einheiten"}
    )
    assert response.location == f"{CODE_PAGE}?next=/einheiten"
    for address in ("/", "/konto", "/konto/passwort", FACTOR_PAGE, "/selbstchecks", "/konten"):
        assert client.get(address).location.startswith(CODE_PAGE)
    for address in (f"{FACTOR_PAGE}/einrichten", f"{FACTOR_PAGE}/entfernen", "/konto/abmelden"):
        assert client.send(address).location.startswith(CODE_PAGE)
    page = client.get(f"{CODE_PAGE}?next=/einheiten").text
    assert "Hauptnavigation" not in page
    assert "Mein Konto" not in page
    assert Action.LOGIN not in actions(app), "half a login is none"

    response = client.send(CODE_PAGE, {"code": code_of(secret), "next": "/einheiten"})

    assert (response.status_code, response.location) == (302, "/einheiten")
    assert is_in(client)
    assert actions(app).count(Action.LOGIN) == 1
    assert client.get(CODE_PAGE).location == "/"


@pytest.mark.parametrize(
    ("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_counts_for_one_step_more_and_less(
    client_of: Callable[[str], Client], secret: str, steps: int, is_taken: bool
):
    client = client_of("head33")

    send_code(client, code_of(secret, later=steps * HALF_MINUTE))

    assert is_in(client) is is_taken


@pytest.mark.parametrize("shape", ["{0}{1}", "{0} {1}", " {0}-{1} "])
def test_blanks_in_a_code_do_not_matter(
    client_of: Callable[[str], Client], secret: str, shape: str
):
    client, code = client_of("head33"), code_of(secret)

    send_code(client, shape.format(code[:3], code[3:]))

    assert is_in(client)


def test_no_code_is_taken_twice(
    client_of: Callable[[str], Client], secret: str, frozen: time_machine.Traveller
):
    first, second = client_of("head33"), client_of("head33")
    send_code(first, code_of(secret))

    status, page = send_code(second, code_of(secret))
    assert (status, WRONG in page) == (400, True)
    assert not is_in(second)
    assert send_code(second, code_of(secret, later=-HALF_MINUTE))[0] == 400, "nor an older one"
    frozen.shift(HALF_MINUTE)
    send_code(second, code_of(secret))
    assert is_in(second)


def test_a_recovery_code_opens_once(app: Flask, world: World, client_of: Callable[[str], Client]):
    with app.app_context():
        _, codes = make_factor(world.user_ids["head33"])
    first, second = client_of("head33"), client_of("head33")

    send_code(first, codes[3].upper().replace("-", " "))
    status, page = send_code(second, codes[3])

    assert is_in(first)
    assert (status, WRONG in page) == (400, True)
    assert not is_in(second)
    assert Action.RECOVERY_CODE_USED in actions(app)
    assert "9 von 10 noch unbenutzt" in first.get(FACTOR_PAGE).text
    send_code(second, codes[4])
    assert is_in(second)


def test_nobody_gets_in_with_another_persons_codes(
    app: Flask, world: World, client_of: Callable[[str], Client], secret: str
):
    with app.app_context():
        foreign_secret, foreign_codes = make_factor(world.user_ids["head50"])
    client = client_of("head33")

    for code in (code_of(foreign_secret), foreign_codes[0]):
        assert send_code(client, code)[0] == 400
    assert not is_in(client)


def test_the_proof_brings_a_new_session(
    app: Flask, client_of: Callable[[str], Client], secret: str
):
    client = client_of("head33")
    cookie = client.get_cookie("selfcheck")
    assert cookie
    copy = app.test_client()
    copy.set_cookie("selfcheck", cookie.value)

    send_code(client, code_of(secret))

    assert is_in(client)
    assert copy.get("/konto").location.startswith("/anmelden?"), "the cookie from before is dead"


def test_the_proof_does_not_make_the_login_younger(
    client_of: Callable[[str], Client], secret: str, frozen: time_machine.Traveller
):
    client = client_of("head33")
    for _ in range(13):
        frozen.shift(timedelta(minutes=55))
        assert client.get(CODE_PAGE).status_code == 200
    send_code(client, code_of(secret))
    assert is_in(client)
    frozen.shift(timedelta(minutes=10))

    assert not is_in(client), "twelve hours after the password"


# --- guessing


def test_wrong_codes_are_slowed_down_also_between_right_passwords(
    app: Flask, world: World, secret: str, frozen: time_machine.Traveller
):
    client, statuses = app.test_client(), []
    for _ in range(11):
        client.log_in(world.email("head33"))
        statuses.append(send_code(client, "000000")[0])

    assert statuses == [400] * 10 + [429]
    assert send_code(client, code_of(secret))[0] == 429
    assert actions(app).count(Action.LOGIN_FAILED) == 10
    assert Action.LOGIN_THROTTLED in actions(app)
    frozen.shift(timedelta(minutes=16))
    send_code(client, code_of(secret))
    assert is_in(client)


def test_right_logins_count_as_no_failures(
    app: Flask, world: World, secret: str, frozen: time_machine.Traveller
):
    for _ in range(12):
        client = app.test_client()
        client.log_in(world.email("head33"))
        send_code(client, code_of(secret))
        assert is_in(client)
        frozen.shift(HALF_MINUTE)


# --- whoever is on the way in can be shut out


def test_a_deactivated_account_is_out_at_the_next_request_also_on_the_code_page(
    app: Flask, world: World, client_of: Callable[[str], Client], secret: str
):
    client = client_of("head33")
    assert client.get(CODE_PAGE).status_code == 200
    with app.app_context():
        db.session.get_one(User, world.user_ids["head33"]).is_active = False
        db.session.commit()

    assert client.get(CODE_PAGE).location.startswith("/anmelden?")
    assert client.send(CODE_PAGE, {"code": code_of(secret)}).location.startswith("/anmelden")
    assert not is_in(client)


def test_a_grant_withdrawn_while_the_code_is_asked_for_is_gone_after_it(
    app: Flask, world: World, client_of: Callable[[str], Client]
):
    with app.app_context():
        secret, _ = make_factor(world.user_ids["admin"])
    client = client_of("admin")
    with app.app_context():
        db.session.query(Grant).filter_by(user_id=world.user_ids["admin"]).delete()
        db.session.commit()

    send_code(client, code_of(secret))

    assert client.get("/konten").status_code == 403


def test_a_login_of_the_identity_provider_counts_as_proved(
    app: Flask, client_of: Callable[[str], Client], secret: str
):
    client = client_of("head33")
    assert not is_in(client)
    with app.app_context():
        db.session.query(LoginSession).one().is_external = True
        db.session.commit()

    assert is_in(client)


# --- on a page that is still open


def test_the_login_within_an_open_page_asks_for_the_code_as_second_step(
    client: Client, world: World, secret: str
):
    htmx = {"HX-Request": "true"}
    form = {"email": world.email("head33"), "password": PASSWORD}
    first = client.send("/anmelden/hier", form, headers=htmx)
    assert first.status_code == 200
    assert "Bestätigen Sie Ihre Anmeldung" in first.text
    assert 'hx-post="/anmelden/bestaetigen/hier"' in first.text
    assert "HX-Trigger" not in first.headers

    wrong = client.send("/anmelden/bestaetigen/hier", {"code": "000000"}, headers=htmx)
    assert (wrong.status_code, WRONG in wrong.text) == (400, True)
    right = client.send("/anmelden/bestaetigen/hier", {"code": code_of(secret)}, headers=htmx)

    assert (right.status_code, right.text) == (200, "")
    assert "token-renewed" in right.headers["HX-Trigger"]
    assert is_in(client)


def test_a_page_saving_itself_before_the_code_gets_the_second_step(
    client_of: Callable[[str], Client], secret: str
):
    client = client_of("head33")

    response = client.send("/konto/passwort", headers={"HX-Request": "true"})

    assert response.status_code == 401
    assert "Bestätigen Sie Ihre Anmeldung" in response.text
