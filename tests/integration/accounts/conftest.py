"""A running identity provider, and the application that trusts it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from client import Client, watch_for_uncommitted_changes
from factories import World
from flask import Flask
from identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, ProviderBrowser
from werkzeug.test import TestResponse

from selfcheck import create_app
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db
from selfcheck.sso_config import IdentityProvider as Settings
from selfcheck.sso_config import LocalLogin

HEAD_33 = {"email": "head33@stadt.example", "email_verified": True, "name": "Wer auch immer"}


@pytest.fixture(scope="session")
def provider_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityProvider]:
    provider = IdentityProvider(tmp_path_factory.mktemp("provider"))
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture
def provider(provider_process: IdentityProvider) -> Iterator[IdentityProvider]:
    """The provider with one account, which belongs to the head of 33."""
    if provider_process.process is None:  # the test before stopped it
        provider_process.start()
    provider_process.tell({"s-33": HEAD_33})
    return provider_process


@pytest.fixture
def person() -> Iterator[ProviderBrowser]:
    """A browser at the provider."""
    browser = ProviderBrowser()
    yield browser
    browser.close()


@pytest.fixture
def make_sso_app(
    app: Flask, world: World, provider: IdentityProvider
) -> Iterator[Callable[..., Flask]]:
    """Build the application on the small city's database, with settings of single sign-on."""
    made = []

    def make(*, local_login: LocalLogin = LocalLogin.ALL, **changes: Any) -> Flask:
        settings = {
            "issuer": provider.issuer,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            **changes,
        }
        config = replace(
            app.extensions["selfcheck"],
            identity_provider=Settings(**settings),
            local_login=local_login,
        )
        trusting = create_app(config)
        trusting.test_client_class = Client
        watch_for_uncommitted_changes(trusting)
        made.append(trusting)
        return trusting

    yield make
    for trusting in made:
        with trusting.app_context():
            db.engine.dispose()


@pytest.fixture
def sso_app(make_sso_app: Callable[..., Flask]) -> Flask:
    return make_sso_app()


@pytest.fixture
def enter(person: ProviderBrowser) -> Callable[..., TestResponse]:
    """Log in at the provider as somebody, and come back to the application."""

    def enter_as(client: Client, subject: str, *, target: str = "") -> TestResponse:
        begun = client.get("/anmelden/sso", query_string={"next": target} if target else None)
        assert begun.status_code == 302, begun.text
        return client.get(person.log_in(begun.location, subject))

    return enter_as


@pytest.fixture
def recorded(app: Flask) -> Callable[[], list[tuple[str, str, str]]]:
    """Return what the audit trail holds: action, subject and details."""

    def read() -> list[tuple[str, str, str]]:
        with app.app_context():
            events = db.session.query(AuditEvent).order_by(AuditEvent.id)
            return [(event.action, event.subject, event.details) for event in events]

    return read
