"""The demo city shows rounds and requests for support in every state. These tests only read."""

from collections import Counter
from collections.abc import Callable

import pytest
import time_machine
from backends import BackendApp
from client import Client, text_of
from flask import Flask

from selfcheck.demo.people import LOGINS, PASSWORD
from selfcheck.support.states import STATE_LABELS

pytestmark = pytest.mark.slow

NOW = "2026-11-24T10:00:00+01:00"


@pytest.fixture(scope="module")
def demo(backend_app: BackendApp) -> Flask:
    """The demo city, loaded once for all tests here."""
    backend_app.reset()
    result = backend_app.app.test_cli_runner().invoke(args=["demo"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return backend_app.app


@pytest.fixture
def browser(demo: Flask):
    def open_browser(name: str) -> Client:
        client: Client = demo.test_client()
        login = next(one for one in LOGINS if one.login == name)
        assert client.log_in(login.email, PASSWORD).status_code == 302
        return client

    with time_machine.travel(NOW):
        yield open_browser


Open = Callable[[str], Client]


def test_one_round_runs_with_most_units_done_and_one_is_over(browser: Open):
    client = browser("integration")
    words = text_of(client.get("/runden"))

    assert "Selbstcheck 2026 16.03.2026 11.12.2026 18 von 23 läuft" in words
    assert "Selbstcheck 2025 03.03.2025 30.06.2025 20 von 23 beendet" in words
    tiles = text_of(client.get("/runden/1"))
    assert "14 erledigt 6 nach der Frist erledigt 0 offen 3 überfällig" in tiles
    assert "18 von 23 erledigt" in text_of(client.get("/"))


def test_the_logins_of_the_demo_have_something_to_do_in_the_round(browser: Open):
    words = text_of(browser("leitung.33").get("/"))
    assert "Runde „Selbstcheck 2026“: noch 17 Tage" in words
    assert "Selbstcheck für 33 Bürgeramt beginnen" in words
    assert "für 50 Sozialamt beginnen" in text_of(browser("leitung.50").get("/"))


def test_three_requests_wait_two_are_answered_two_closed(browser: Open):
    client = browser("integration")
    words = text_of(client.get("/unterstuetzung"))
    table = words.split("Letzte Nachricht")[1]

    counts = Counter({label: table.count(label) for label in STATE_LABELS.values()})
    assert counts == {"wartet auf Antwort": 3, "beantwortet": 2, "abgeschlossen": 2}
    assert "7 Anfragen" in words
    assert "3 Anfragen um Unterstützung warten" in text_of(client.get("/"))
    assert "1 Anfrage um Unterstützung ist beantwortet" in text_of(browser("leitung.33").get("/"))
    assert "Rahmenvertrag" in text_of(client.get("/unterstuetzung/3"))
