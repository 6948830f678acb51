"""Logging in at the city's identity provider: who gets in, and as whom."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from client import Client, text_of
from factories import LONG_AGO, World
from flask import Flask
from identity_provider import IdentityProvider, ProviderBrowser

from selfcheck.accounts import sso_service
from selfcheck.accounts.identity_models import ExternalIdentity
from selfcheck.accounts.models import LoginSession, User
from selfcheck.accounts.service import find_user_by_email
from selfcheck.db import db

HEAD = "Person head33 <head33@stadt.example>"
UNVERIFIED = "Ihre E-Mail-Adresse ist nicht bestätigt"
UNVERIFIED_ENTRY = "E-Mail-Adresse nicht bestätigt"
NO_ACCOUNT = "Für Sie ist hier kein Konto freigeschaltet"


def change(app: Flask, login: str, **values: object) -> None:
    with app.app_context():
        user = find_user_by_email(f"{login}@stadt.example")
        for name, value in values.items():
            setattr(user, name, value)
        db.session.commit()


def links(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        query = db.session.query(ExternalIdentity.subject, User.email)
        return [
            tuple(row)
            for row in query.join(User, User.id == ExternalIdentity.user_id).order_by(User.email)
        ]


def test_the_login_page_offers_the_provider_before_the_password(sso_app: Flask):
    page = sso_app.test_client().get("/anmelden?next=/konto").text

    assert page.index('href="/anmelden/sso?next=/konto"') < page.index('name="password"')
    assert "Mit „Dienstkonto“ anmelden" in page


def test_the_request_to_the_provider_has_state_nonce_and_a_challenge(
    sso_app: Flask, provider: IdentityProvider
):
    location = sso_app.test_client().get("/anmelden/sso").location

    asked = {name: value[0] for name, value in parse_qs(urlsplit(location).query).items()}
    assert location.startswith(f"{provider.issuer}/auth?")
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["scope"] == "openid profile email"
    assert asked["redirect_uri"] == "http://localhost/anmelden/sso/rueckkehr"
    assert min(map(len, (asked["state"], asked["nonce"], asked["code_challenge"]))) >= 20


def test_a_verified_address_opens_the_account_and_links_it(
    sso_app: Flask, enter: Callable, recorded: Callable
):
    client = sso_app.test_client()

    answer = enter(client, "s-33", target="/konto")

    assert (answer.status_code, answer.location) == (302, "/konto")
    assert "Person head33" in client.get("/konto").text
    assert links(sso_app) == [("s-33", "head33@stadt.example")]
    assert recorded() == [("identity-linked", HEAD, ""), ("sso-login", "", "")]
    with sso_app.app_context():
        assert [one.is_external for one in db.session.query(LoginSession)] == [True]


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "neuer.name@stadt.example", "email_verified": False},
        {"email": "head50@stadt.example", "email_verified": True},
        {},
    ],
    ids=["unverified", "somebody else's", "none"],
)
def test_once_linked_the_subject_counts_whatever_the_address_is(
    sso_app: Flask, provider: IdentityProvider, enter: Callable, claims: dict
):
    enter(sso_app.test_client(), "s-33")
    provider.tell({"s-33": claims})
    client = sso_app.test_client()

    assert enter(client, "s-33").status_code == 302
    assert "Person head33" in client.get("/konto").text
    assert links(sso_app) == [("s-33", "head33@stadt.example")]


def test_case_of_the_address_does_not_matter(
    sso_app: Flask, provider: IdentityProvider, enter: Callable
):
    provider.tell({"s-33": {"email": "Head33@STADT.example", "email_verified": True}})

    assert enter(sso_app.test_client(), "s-33").status_code == 302


def test_claims_are_asked_for_where_the_token_does_not_hold_them(
    sso_app: Flask, provider: IdentityProvider, enter: Callable
):
    claims = {"email": "head33@stadt.example", "email_verified": True}
    provider.tell({"s-33": claims}, claims_in_id_token=False)
    provider.restart()

    assert enter(sso_app.test_client(), "s-33").status_code == 302
    provider.tell({"s-33": claims})
    provider.restart()


@pytest.mark.parametrize(
    ("claims", "told", "entry"),
    [
        (
            {"email": "fremd@stadt.example", "email_verified": True},
            NO_ACCOUNT,
            ("sso-refused", "unbekanntes Konto", "kein Konto"),
        ),
        ({}, UNVERIFIED, ("sso-refused", "unbekanntes Konto", UNVERIFIED_ENTRY)),
        (
            {"email_verified": True},
            NO_ACCOUNT,
            ("sso-refused", "unbekanntes Konto", "kein Konto"),
        ),
        (
            {"email": "head33@stadt.example", "email_verified": False},
            UNVERIFIED,
            ("sso-refused", HEAD, UNVERIFIED_ENTRY),
        ),
        (
            {"email": "head33@stadt.example"},
            UNVERIFIED,
            ("sso-refused", HEAD, UNVERIFIED_ENTRY),
        ),
    ],
    ids=["unknown", "no claims", "no address", "unverified", "not said"],
)
def test_whoever_has_no_account_for_sure_reads_what_to_do(
    sso_app: Flask,
    provider: IdentityProvider,
    enter: Callable,
    recorded: Callable,
    *,
    claims: dict,
    told: str,
    entry: tuple[str, str, str],
):
    provider.tell({"s-1": claims})
    client = sso_app.test_client()

    answer = enter(client, "s-1")

    assert answer.status_code == 403
    assert f"<h1>{told}</h1>" in answer.text
    assert "Administration um ein Konto" in answer.text or "IT-Betreuung" in answer.text
    assert client.get("/konto").status_code == 302
    assert links(sso_app) == []
    assert recorded() == [entry]


@pytest.mark.parametrize("is_linked", [True, False])
def test_a_deactivated_account_stays_shut(
    sso_app: Flask, enter: Callable, recorded: Callable, *, is_linked: bool
):
    if is_linked:
        enter(sso_app.test_client(), "s-33")
    change(sso_app, "head33", is_active=False)

    answer = enter(sso_app.test_client(), "s-33")

    assert answer.status_code == 403
    assert NO_ACCOUNT in answer.text
    assert recorded()[-1] == ("sso-refused", HEAD, "Konto deaktiviert")


def test_an_address_that_was_given_to_somebody_else_opens_nothing_before_the_link_is_cut(
    sso_app: Flask, provider: IdentityProvider, person: ProviderBrowser, enter: Callable
):
    enter(sso_app.test_client(), "s-33")
    provider.tell({"s-new": {"email": "head33@stadt.example", "email_verified": True}})
    person.http.cookies.clear()

    refused = enter(sso_app.test_client(), "s-new")

    assert refused.status_code == 403
    assert "schon mit einer anderen Kennung" in text_of(refused)
    cut = sso_app.test_cli_runner().invoke(args=["user", "unlink", "head33@stadt.example"])
    assert cut.output == "head33@stadt.example ist mit keinem Dienstkonto mehr verknüpft.\n"
    assert enter(sso_app.test_client(), "s-new").status_code == 302
    assert links(sso_app) == [("s-new", "head33@stadt.example")]


def test_a_link_of_another_provider_counts_for_nothing_here(sso_app: Flask, enter: Callable):
    with sso_app.app_context():
        other = find_user_by_email("admin@stadt.example")
        db.session.add(
            ExternalIdentity(
                issuer="https://other.example", subject="s-33", user_id=other.id, linked_at=LONG_AGO
            )
        )
        db.session.commit()
    client = sso_app.test_client()

    enter(client, "s-33")

    assert "Person head33" in client.get("/konto").text
    with sso_app.app_context():
        assert sso_service.unlink(find_user_by_email("admin@stadt.example")) == 1


def test_a_one_time_password_need_not_be_changed_by_who_needs_none(sso_app: Flask, enter: Callable):
    change(sso_app, "head33", one_time_until=LONG_AGO)
    client = sso_app.test_client()

    enter(client, "s-33")

    assert client.get("/konto").status_code == 200


def test_the_provider_vouches_for_the_second_factor_too(
    sso_app: Flask, provider: IdentityProvider, enter: Callable
):
    provider.tell({"s-admin": {"email": "admin@stadt.example", "email_verified": True}})
    client = sso_app.test_client()

    enter(client, "s-admin")

    assert client.get("/konten").status_code == 200


def test_nothing_of_the_session_before_survives(sso_app: Flask, enter: Callable):
    client = sso_app.test_client()
    client.get("/anmelden")
    client.get("/anmelden/sso")
    with client.session_transaction() as session:
        session["planted"] = "before"
        token_before = session["csrf_token"]

    enter(client, "s-33")

    client.get("/konto")
    with client.session_transaction() as session:
        assert "planted" not in session
        assert not [name for name in session if name.startswith("_state")]
        assert session["csrf_token"] != token_before


def test_another_login_in_the_same_browser_ends_the_first(
    sso_app: Flask, world: World, enter: Callable
):
    client = sso_app.test_client()
    client.enter(world.email("head50"))

    enter(client, "s-33")

    with sso_app.app_context():
        (login,) = db.session.query(LoginSession)
        assert login.user_id == world.user_ids["head33"]


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil", "/" + "x" * 600]
)
def test_the_login_leads_nowhere_else(sso_app: Flask, enter: Callable, target: str):
    assert enter(sso_app.test_client(), "s-33", target=target).location == "/"


def test_a_login_begun_again_and_again_fits_into_the_cookie(
    sso_app: Flask, person: ProviderBrowser
):
    client = sso_app.test_client()
    for _ in range(9):
        begun = client.get("/anmelden/sso", query_string={"next": "/" + "x" * 490})

    assert len(client.get_cookie("selfcheck").value) < 3500
    assert client.get(person.log_in(begun.location, "s-33")).status_code == 302


def test_what_was_typed_waits_while_one_logs_in_at_the_provider(
    sso_app: Flask, world: World, enter: Callable
):
    client: Client = sso_app.test_client()
    address = f"/selbstchecks/{uuid4()}/bearbeiten"
    form = {"unit": str(world.unit_ids["33"]), "checked_on": "2026-03-02", "action": "save"}
    asked = client.send(address, form)
    assert asked.status_code == 401
    assert 'href="/anmelden/sso" target="_blank"' in asked.text
    assert f'<form method="post" action="{address}">' in asked.text
    assert f'<input type="hidden" name="unit" value="{form["unit"]}">' in asked.text
    stale = client.token()

    enter(client, "s-33")
    going_on = client.post(address, data={**form, "csrf_token": stale})

    assert "Ihre Eingaben sind noch da" in going_on.text
