"""Logging out at the identity provider too, and logging in without it."""

import html
import re
from collections.abc import Callable

import pytest
from client import Client, text_of
from factories import PASSWORD, World
from flask import Flask
from identity_provider import IdentityProvider, ProviderBrowser

from selfcheck.sso_config import LocalLogin

WRONG = "E-Mail-Adresse oder Passwort stimmen nicht."


def leads_to(page: str) -> str:
    found = re.search(r'<meta http-equiv="refresh" content="0;url=([^"]+)">', page)
    assert found
    return html.unescape(found[1])


@pytest.fixture
def break_glass(make_sso_app: Callable[..., Flask]) -> Client:
    """A browser before an application in which only administrators may use a password."""
    return make_sso_app(local_login=LocalLogin.ADMIN).test_client()


def test_logging_out_ends_the_session_at_the_provider(
    sso_app: Flask, provider: IdentityProvider, person: ProviderBrowser, enter: Callable
):
    client = sso_app.test_client()
    enter(client, "s-33")
    assert not person.is_asked_to_log_in(sso_app.test_client().get("/anmelden/sso").location)

    answer = client.send("/abmelden")
    assert (answer.status_code, answer.location) == (302, "/abmelden/sso")
    page = client.get(answer.location)
    url = leads_to(page.text)
    assert url.startswith(f"{provider.issuer}/session/end?")
    assert "id_token" not in url
    assert "Hier sind Sie abgemeldet" in text_of(page)
    assert client.get("/konto").status_code == 302  # so it is
    back = person.log_out(url)

    assert back.startswith("http://localhost/anmelden?state=")
    assert "Sie sind abgemeldet." in client.get(back).text
    assert person.is_asked_to_log_in(sso_app.test_client().get("/anmelden/sso").location)


def test_logging_out_everywhere_leads_there_too(sso_app: Flask, enter: Callable):
    client = sso_app.test_client()
    enter(client, "s-33")

    assert client.send("/konto/abmelden", {"bleiben": "1"}).location == "/konto"
    assert client.send("/konto/abmelden", {"bleiben": "0"}).location == "/abmelden/sso"


def test_the_own_account_says_where_its_password_is_kept(
    sso_app: Flask, world: World, enter: Callable
):
    external, local = sso_app.test_client(), sso_app.test_client()
    enter(external, "s-33")
    local.enter(world.email("head50"))

    pages = [client.get("/konto").text for client in (external, local)]
    assert ["Sie haben sich mit „Dienstkonto“ angemeldet" in page for page in pages] == [
        True,
        False,
    ]
    assert ['href="/konto/passwort"' in page for page in pages] == [False, True]


def test_no_form_leads_to_another_host(sso_app: Flask, enter: Callable):
    client = sso_app.test_client()
    enter(client, "s-33")

    for answer in (client.get("/konto"), client.send("/abmelden"), client.get("/abmelden/sso")):
        assert "form-action 'self';" in answer.headers["Content-Security-Policy"]


def test_whoever_used_a_password_logs_out_here_alone(sso_app: Flask, world: World):
    client: Client = sso_app.test_client()
    client.log_in(world.email("head33"))

    assert client.send("/abmelden").location == "/anmelden"


def test_a_provider_that_is_down_keeps_nobody_logged_in(
    make_sso_app: Callable[..., Flask], provider: IdentityProvider, enter: Callable
):
    client = make_sso_app().test_client()
    enter(client, "s-33")
    other = make_sso_app().test_client()  # has not asked the provider anything yet
    provider.stop()

    client.send("/abmelden")
    page = other.get("/abmelden/sso")

    assert page.status_code == 200
    assert "refresh" not in page.text
    assert "schließen Sie bitte alle Fenster des Browsers" in text_of(page)
    assert client.get("/konto").status_code == 302


def test_where_passwords_are_off_the_login_page_asks_for_none(break_glass: Client):
    page = break_glass.get("/anmelden?next=/konto")

    assert 'href="/anmelden/sso?next=/konto"' in page.text
    assert 'name="password"' not in page.text
    assert 'href="/anmelden?lokal=1&amp;next=/konto"' in page.text
    assert 'name="password"' in break_glass.get("/anmelden?lokal=1").text


@pytest.mark.parametrize("login", ["head33", "hr", "commissioner", "officer33", "nobody"])
def test_where_passwords_are_off_the_right_one_is_as_good_as_a_wrong_one(
    break_glass: Client, world: World, login: str
):
    for password in (PASSWORD, "falsches Passwort"):
        answer = break_glass.log_in(world.email(login), password)
        assert answer.status_code == 400
        assert WRONG in text_of(answer)
    form = {"email": world.email(login), "password": PASSWORD}
    assert break_glass.send("/anmelden/hier", form).status_code == 400
    assert break_glass.get("/konto").status_code == 302


def test_the_administrator_gets_in_when_the_provider_is_away(
    break_glass: Client, world: World, provider: IdentityProvider
):
    provider.stop()

    assert break_glass.log_in(world.email("admin"), "falsch").status_code == 400
    assert break_glass.log_in(world.email("admin")).status_code == 302
    assert break_glass.get("/konto").status_code == 200


def test_a_page_that_is_still_open_offers_the_provider_in_a_new_tab(
    break_glass: Client, sso_app: Flask, world: World
):
    dialogs = [
        client.get("/konto", headers={"HX-Request": "true"}).text
        for client in (break_glass, sso_app.test_client())
    ]

    assert all('href="/anmelden/sso" target="_blank"' in dialog for dialog in dialogs)
    assert ['name="password"' in dialog for dialog in dialogs] == [False, True]
