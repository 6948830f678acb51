"""Logging in: who is let in, what the others are told, and where it goes from there."""

import re

import pytest
from client import Client, text_of
from factories import PASSWORD, World, make_user
from flask import Flask, session
from flask_login import current_user

from selfcheck.accounts import passwords
from selfcheck.accounts.models import LoginAttempt, LoginSession, User
from selfcheck.db import db

WRONG = "E-Mail-Adresse oder Passwort stimmen nicht."


def neutral(page: str, email: str) -> str:
    """Return a page without its token and without what was typed."""
    without_token = re.sub(r'(name="csrf_token"[^>]*value=")[^"]*', r"\1", page)
    assert without_token != page
    return without_token.replace(email, "E-MAIL")


def test_the_right_password_leads_to_the_first_page(client: Client, world: World):
    response = client.log_in(world.email("head33"))

    assert (response.status_code, response.location) == (302, "/")
    assert "Person head33" in client.get("/").text


@pytest.mark.parametrize("typed", ["  head33@stadt.example ", "HEAD33@Stadt.Example"])
def test_case_and_blanks_of_the_address_do_not_matter(client: Client, world: World, typed: str):
    assert client.log_in(typed).status_code == 302


@pytest.mark.parametrize("password", [PASSWORD + " ", PASSWORD.upper(), PASSWORD[:-1], "x" * 200])
def test_a_wrong_password_is_refused(client: Client, world: World, password: str):
    response = client.log_in(world.email("head33"), password)

    assert response.status_code == 400
    assert WRONG in text_of(response)
    assert client.get("/").status_code == 302


def test_an_unknown_account_gets_the_page_of_a_wrong_password(app: Flask, world: World):
    pages = []
    for email in (world.email("head33"), "unknown@stadt.example"):
        client = app.test_client()
        client.get("/anmelden")
        response = client.log_in(email, "falsches Passwort")
        pages.append((response.status_code, neutral(response.text, email)))

    assert pages[0] == pages[1]


def test_an_unknown_account_costs_a_hash_as_well(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
):
    hasher = passwords._hasher
    checked = []

    class Counting:
        def verify(self, stored: str, password: str) -> bool:
            checked.append(stored)
            return hasher.verify(stored, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())

    client.log_in("unknown@stadt.example")
    client.log_in(world.email("head33"), "falsches Passwort")

    assert len(checked) == 2
    parameters = {stored.rpartition("$")[0].rpartition("$")[0] for stored in checked}
    assert parameters == {"$argon2id$v=19$m=19456,t=2,p=1"}


def test_nobody_gets_in_with_the_password_of_the_unknown(client: Client, world: World):
    """The stand-in hash must not open anything, whatever it was made of."""
    assert not passwords.is_password("", None)
    assert client.log_in("unknown@stadt.example", "").status_code == 400


def test_a_deactivated_account_gets_the_page_of_a_wrong_password(app: Flask, world: World):
    with app.app_context():
        make_user("gone", is_active=False)
        db.session.commit()
    pages = []
    for email in ("gone@stadt.example", "unknown@stadt.example"):
        client = app.test_client()
        client.get("/anmelden")
        response = client.log_in(email)
        pages.append((response.status_code, neutral(response.text, email)))

    assert pages[0] == pages[1]
    assert WRONG in pages[0][1]


@pytest.mark.parametrize(
    ("email", "password", "messages"),
    [
        ("", "", ["Bitte geben Sie Ihre E-Mail-Adresse ein.", "Bitte geben Sie Ihr Passwort ein."]),
        ("head33@stadt.example", "", ["Bitte geben Sie Ihr Passwort ein."]),
        ("a" * 255, "x", ["E-Mail-Adresse: Feld kann nicht länger als 254 Zeichen sein."]),
        ("head33@stadt.example", "x" * 201, ["Passwort: Feld kann nicht länger als 200 Zeichen"]),
    ],
    ids=["nothing", "no password", "long address", "long password"],
)
def test_what_is_missing_or_too_long_is_named_at_its_field(
    app: Flask, client: Client, world: World, *, email: str, password: str, messages: list[str]
):
    response = client.log_in(email, password)

    assert response.status_code == 400
    assert all(message in text_of(response) for message in messages)
    with app.app_context():
        assert db.session.query(LoginAttempt).count() == 0


def test_a_nul_in_the_address_lets_nobody_in_and_breaks_nothing(client: Client, world: World):
    assert client.log_in("head33\x00@stadt.example").status_code == 400


def test_a_typed_address_comes_back_as_text_and_the_password_never(client: Client, world: World):
    page = client.log_in('"><script>alert(1)</script>', "geheimer Satz").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "geheimer Satz" not in page


@pytest.mark.parametrize("target", ["/einheiten", "/selbstchecks?colour=red&seite=2", "/konto"])
def test_after_login_it_goes_on_where_one_wanted_to_go(client: Client, world: World, target: str):
    asked = client.get(target)
    assert asked.location.startswith("/anmelden?next=")
    page = client.get(asked.location).text
    carried = re.search(r'name="next"[^>]*value="([^"]*)"', page)
    assert carried
    next_page = carried[1].replace("&amp;", "&")

    response = client.send(
        "/anmelden", {"email": world.email("head33"), "password": PASSWORD, "next": next_page}
    )

    assert response.location == target


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/\t/evil.example",  # browsers drop tabs and line breaks before they read an address
        "/\n/evil.example",
        "/\r\n/evil.example",
        "\t//evil.example",
        "/einheiten\r\nSet-Cookie: a=b",
        "/einheiten\\@evil.example",
    ],
)
def test_nobody_is_sent_to_another_host(client: Client, world: World, target: str):
    form = {"email": world.email("head33"), "password": PASSWORD, "next": target}

    response = client.send("/anmelden", form)

    assert (response.status_code, response.location) == (302, "/")


def test_what_was_sent_too_late_is_not_repeated_by_an_address(client: Client, world: World):
    """Only pages are gone back to: a redirect to a button's address would be an error page."""
    response = client.send("/abmelden")

    assert response.location in {"/anmelden", "/anmelden?next="}


def test_a_login_has_a_session_of_its_own(app: Flask, world: World):
    """Session fixation: neither cookie nor token from before the login is worth anything after."""
    client = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/anmelden").text)
    cookie = client.get_cookie("selfcheck")
    assert token
    assert cookie
    client.post(
        "/anmelden",
        data={"csrf_token": token[1], "email": world.email("admin"), "password": PASSWORD},
    )
    assert client.get("/konten").status_code == 200

    with_old_token = client.post("/konten/neu", data={"csrf_token": token[1]})
    attacker = app.test_client()
    attacker.set_cookie("selfcheck", cookie.value)

    assert with_old_token.status_code == 400
    assert "Das Formular war veraltet" in text_of(with_old_token)
    assert attacker.get("/konten").status_code == 302


def test_logging_in_over_another_login_ends_that_one(app: Flask, world: World):
    client = app.test_client()
    client.log_in(world.email("admin"))
    cookie = client.get_cookie("selfcheck")
    assert cookie

    client.log_in(world.email("head33"))

    copy = app.test_client()
    copy.set_cookie("selfcheck", cookie.value)
    assert copy.get("/konten").status_code == 302
    with app.app_context():
        (login,) = db.session.query(LoginSession)
        assert login.user_id == world.user_ids["head33"]


def test_the_database_holds_no_token_that_a_browser_could_send(app: Flask, world: World):
    client = app.test_client()
    with client:
        client.log_in(world.email("head33"))
        token = session["_user_id"]
        assert current_user.login_token == token
    with app.app_context():
        (login,) = db.session.query(LoginSession)
        assert token not in login.token_hash
        stored = db.session.get_one(User, world.user_ids["head33"]).password_hash
        assert stored.startswith("$argon2id$")
