"""What can go wrong between here and the identity provider: a German page, and nobody gets in."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from client import Client
from flask import Flask
from identity_provider import IdentityProvider, ProviderBrowser
from werkzeug.test import TestResponse

from selfcheck import clock
from selfcheck.accounts import sso_client
from selfcheck.accounts.models import LoginSession
from selfcheck.config import ConfigError
from selfcheck.db import db
from selfcheck.sso_config import MappedGroup

NOT_NOW = "Die Anmeldung mit „Dienstkonto“ geht gerade nicht"
NO_ANSWER = "Der Anmeldedienst der Stadt antwortet nicht."
BADLY_SET_UP = "Die Verbindung zum Anmeldedienst der Stadt ist nicht richtig eingerichtet."
PAST = "Diese Anmeldung gilt nicht mehr"
EXPIRED = "Diese Anmeldung ist abgelaufen"
CANCELLED = "Die Anmeldung wurde abgebrochen"
NOT_CHECKED = "Die Anmeldung ließ sich nicht prüfen"


def asked(url: str) -> dict[str, str]:
    return {name: value[0] for name, value in parse_qs(urlsplit(url).query).items()}


def begin(client: Client) -> str:
    location: str = client.get("/anmelden/sso").location
    return location


@pytest.fixture
def client(sso_app: Flask) -> Client:
    return sso_app.test_client()


@pytest.fixture
def refused(sso_app: Flask) -> Callable[[TestResponse, int, str], None]:
    """Check that an answer says what happened, offers the way back, and lets nobody in."""

    def check(answer: TestResponse, status: int, words: str) -> None:
        assert answer.status_code == status
        assert words in answer.text
        assert 'href="/anmelden"' in answer.text
        with sso_app.app_context():
            assert db.session.query(LoginSession).count() == 0

    return check


def test_a_state_of_another_browser_is_refused(
    sso_app: Flask, client: Client, person: ProviderBrowser, refused: Callable
):
    back = person.log_in(begin(client), "s-33")

    refused(sso_app.test_client().get(back), 400, PAST)
    refused(client.get(back.replace("state=", "state=x")), 400, PAST)
    refused(client.get("/anmelden/sso/rueckkehr"), 400, PAST)
    refused(client.get("/anmelden/sso/rueckkehr?error=access_denied"), 400, PAST)


def test_an_answer_is_good_for_one_login(client: Client, person: ProviderBrowser):
    back = person.log_in(begin(client), "s-33")
    assert client.get(back).status_code == 302

    again = client.get(back)

    assert again.status_code == 400
    assert PAST in again.text


def test_a_code_is_good_for_one_login(
    sso_app: Flask, client: Client, person: ProviderBrowser, refused: Callable
):
    used = asked(person.log_in(begin(client), "s-33"))
    client.get("/anmelden/sso/rueckkehr", query_string=used)
    client.send("/abmelden")
    state = asked(begin(client))["state"]

    refused(
        client.get("/anmelden/sso/rueckkehr", query_string={**used, "state": state}), 400, EXPIRED
    )


def test_a_code_of_another_browser_does_not_fit_the_challenge(
    sso_app: Flask, client: Client, person: ProviderBrowser, refused: Callable
):
    stolen = asked(person.log_in(begin(client), "s-33"))
    thief = sso_app.test_client()
    state = asked(begin(thief))["state"]

    refused(
        thief.get("/anmelden/sso/rueckkehr", query_string={**stolen, "state": state}), 400, EXPIRED
    )


def test_a_code_that_is_too_old_is_refused(
    client: Client, provider: IdentityProvider, person: ProviderBrowser, refused: Callable
):
    provider.tell({"s-33": {"email": "head33@stadt.example", "email_verified": True}}, code_ttl=1)
    back = person.log_in(begin(client), "s-33")
    time.sleep(2.1)

    refused(client.get(back), 400, EXPIRED)


def test_a_token_with_another_nonce_is_refused(
    client: Client, person: ProviderBrowser, refused: Callable
):
    back = person.log_in(begin(client), "s-33")
    with client.session_transaction() as session:
        (name,) = [name for name in session if name.startswith(sso_client.STATE)]
        session[name] = {**session[name], "data": {**session[name]["data"], "nonce": "another"}}

    refused(client.get(back), 400, NOT_CHECKED)


def test_an_answer_that_names_another_issuer_is_refused(
    client: Client, person: ProviderBrowser, refused: Callable
):
    back = asked(person.log_in(begin(client), "s-33"))

    other = {**back, "iss": "https://evil.example"}
    refused(client.get("/anmelden/sso/rueckkehr", query_string=other), 400, NOT_CHECKED)


def test_whoever_cancels_there_can_begin_again(
    client: Client, person: ProviderBrowser, refused: Callable
):
    back = person.abort(begin(client))

    assert asked(back)["error"] == "access_denied"
    refused(client.get(back), 400, CANCELLED)
    assert client.get(person.log_in(begin(client), "s-33")).status_code == 302


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        ("temporarily_unavailable", 503, NO_ANSWER),
        ("invalid_scope", 503, BADLY_SET_UP),
        ("<script>alert(1)</script>", 503, BADLY_SET_UP),
    ],
)
def test_what_the_provider_reports_is_answered_in_german(
    client: Client, refused: Callable, error: str, status: int, words: str
):
    query = {"state": asked(begin(client))["state"], "error": error, "error_description": "<b>x"}

    answer = client.get("/anmelden/sso/rueckkehr", query_string=query)

    refused(answer, status, words)
    assert error not in answer.text
    assert "<b>x" not in answer.text


@pytest.mark.parametrize("minutes", [-10, 90])
def test_clocks_that_differ_too_much_are_named(
    client: Client, person: ProviderBrowser, refused: Callable, minutes: int
):
    here = timedelta(minutes=minutes)
    with time_machine.travel(clock.now() + here):
        location = begin(client)
    back = person.log_in(location, "s-33")

    with time_machine.travel(clock.now() + here):
        refused(client.get(back), 503, "Die Uhr dieses Servers und die des Anmeldedienstes")


@pytest.mark.parametrize("seconds", [-90, 90])
def test_clocks_that_differ_a_little_do_not_matter(
    client: Client, person: ProviderBrowser, seconds: int
):
    with time_machine.travel(clock.now() + timedelta(seconds=seconds)):
        back = person.log_in(begin(client), "s-33")
        assert client.get(back).status_code == 302


def test_a_provider_that_is_down_is_said_to_be(
    client: Client, provider: IdentityProvider, person: ProviderBrowser, refused: Callable
):
    back = person.log_in(begin(client), "s-33")
    provider.stop()

    refused(client.get(back), 503, NO_ANSWER)  # it went down in the middle


def test_a_provider_that_was_never_up_is_said_to_be(
    client: Client, provider: IdentityProvider, refused: Callable
):
    provider.stop()
    refused(client.get("/anmelden/sso"), 503, NOT_NOW)
    assert client.get("/anmelden").status_code == 200

    provider.start()
    assert client.get("/anmelden/sso").status_code == 302


def test_the_key_may_change_between_two_logins(
    sso_app: Flask, provider: IdentityProvider, enter: Callable
):
    assert enter(sso_app.test_client(), "s-33").status_code == 302
    kept = sso_app.extensions["sso"].server_metadata["jwks"]["keys"][0]["kid"]

    provider.restart()

    assert enter(sso_app.test_client(), "s-33").status_code == 302
    assert sso_app.extensions["sso"].server_metadata["jwks"]["keys"][0]["kid"] != kept


def test_a_key_may_be_replaced_under_its_old_name(
    sso_app: Flask, provider: IdentityProvider, enter: Callable
):
    assert enter(sso_app.test_client(), "s-33").status_code == 302
    kept = sso_app.extensions["sso"].server_metadata["jwks"]["keys"][0]
    provider.restart()
    client = sso_app.test_client()
    fresh = sso_app.extensions["sso"].fetch_jwk_set(force=True)["keys"][0]
    sso_app.extensions["sso"].server_metadata["jwks"] = {"keys": [{**kept, "kid": fresh["kid"]}]}

    assert enter(client, "s-33").status_code == 302


def test_a_foreign_key_signs_nothing(
    sso_app: Flask, client: Client, person: ProviderBrowser, refused: Callable,
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    """Keys that stay wrong, fetched again or not: the signature is really checked."""
    begin(client)
    provider_client = sso_app.extensions["sso"]
    right = provider_client.fetch_jwk_set()["keys"][0]
    wrong = {"keys": [{**right, "n": right["n"][:-8] + "AAAAAAAA"}]}
    monkeypatch.setattr(provider_client, "fetch_jwk_set", lambda **_: wrong)

    refused(client.get(person.log_in(begin(client), "s-33")), 400, NOT_CHECKED)


def test_what_the_provider_says_of_itself_is_kept_for_an_hour_only(
    client: Client, provider: IdentityProvider
):
    begin(client)
    provider.stop()

    assert client.get("/anmelden/sso").status_code == 302
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        assert client.get("/anmelden/sso").status_code == 503


@pytest.mark.parametrize(
    "changes", [{"client_secret": "falsch"}, {"client_id": "other"}], ids=["secret", "client"]
)
def test_a_wrong_secret_is_no_fault_of_the_person(
    make_sso_app: Callable, person: ProviderBrowser, changes: dict[str, str]
):
    client = make_sso_app(**changes).test_client()
    location = begin(client)
    if "client_id" in changes:  # the provider itself refuses it
        assert person.http.get(location, timeout=20).status_code == 400
        return

    answer = client.get(person.log_in(location, "s-33"))

    assert answer.status_code == 503
    assert BADLY_SET_UP in answer.text


def test_metadata_of_another_issuer_is_refused(make_sso_app: Callable, provider: IdentityProvider):
    app = make_sso_app(issuer=provider.issuer.replace("127.0.0.1", "localhost"))

    answer = app.test_client().get("/anmelden/sso")

    assert answer.status_code == 503
    assert BADLY_SET_UP in answer.text


def test_neither_logs_nor_pages_hold_what_only_provider_and_browser_know(
    client: Client,
    provider: IdentityProvider,
    person: ProviderBrowser,
    caplog: pytest.LogCaptureFixture,
):
    provider.tell({"s-33": {"email": "fremd@stadt.example", "email_verified": True}})
    pages = []
    with caplog.at_level(logging.INFO):
        back = person.log_in(begin(client), "s-33")
        first = asked(back)
        pages.append(client.get(back).text)  # nobody's account
        back = person.log_in(begin(client), "s-33")
        second = asked(back)
        with time_machine.travel(clock.now() + timedelta(minutes=90)):
            pages.append(client.get(back).text)
        pages.append(client.get(back).text)
    assert "Single sign-on failed" in caplog.text
    secrets = [answer[name] for answer in (first, second) for name in ("code", "state")]
    for told in (*secrets, "s-33", "fremd@stadt.example", "eyJ"):
        assert told not in caplog.text
        assert not any(told in page for page in pages)


def test_a_map_of_roles_that_cannot_work_stops_the_start(make_sso_app: Callable):
    with pytest.raises(ConfigError, match="SELFCHECK_OIDC_ROLE_MAP: 'boss' is no role"):
        make_sso_app(role_claim="groups", role_map=(MappedGroup("boss", None, "grp"),))
