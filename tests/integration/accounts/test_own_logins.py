"""Where one is logged in, and how to end that everywhere."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from client import Client, text_of
from factories import World
from flask import Flask

from selfcheck.accounts.models import LoginSession
from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db

MORNING = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


def is_in(client: Client) -> bool:
    return client.get("/konto").status_code == 200


def test_the_own_page_says_since_when_one_is_logged_in(client_of: Callable[[str], Client]):
    with time_machine.travel(MORNING, tick=False) as clock:
        client_of("head33")
        client_of("hr")
        clock.shift(timedelta(minutes=5))
        here = client_of("head33")
        words = text_of(here.get("/konto"))

    assert "seit 02.03.2026, 08:05 Uhr – dieser Browser" in words
    assert words.count("seit 02.03.2026, 08:00 Uhr") == 1
    assert words.count("dieser Browser") == 1


@pytest.mark.parametrize(
    ("others", "told"),
    [
        (0, "Andere Anmeldungen gab es nicht."),
        (1, "Eine andere Anmeldung wurde beendet."),
        (3, "3 andere Anmeldungen wurden beendet."),
    ],
)
def test_all_but_this_login_are_ended_and_counted(
    app: Flask, world: World, client_of: Callable[[str], Client], others: int, told: str
):
    here, elsewhere = client_of("head33"), [client_of("head33") for _ in range(others)]
    somebody = client_of("hr")

    page = here.send("/konto/abmelden", {"bleiben": "1"}, follow_redirects=True)

    assert f"{told} Hier bleiben Sie angemeldet." in text_of(page)
    assert is_in(here)
    assert not any(map(is_in, elsewhere))
    assert is_in(somebody)
    with app.app_context():
        (event,) = db.session.query(AuditEvent).filter_by(action=Action.LOGGED_OUT_EVERYWHERE)
        assert (event.actor_id, event.details) == (
            world.user_ids["head33"],
            f"andere Anmeldungen: {others}",
        )


def test_everywhere_may_mean_here_as_well(app: Flask, client_of: Callable[[str], Client]):
    here, there = client_of("head33"), client_of("head33")

    page = here.send("/konto/abmelden", {"bleiben": "0"}, follow_redirects=True)

    assert "Sie sind überall abgemeldet. Eine andere Anmeldung wurde beendet." in text_of(page)
    assert not is_in(here)
    assert not is_in(there)
    with app.app_context():
        assert db.session.query(LoginSession).count() == 0


def test_a_login_that_is_over_is_neither_shown_nor_counted(client_of: Callable[[str], Client]):
    with time_machine.travel(MORNING, tick=False) as clock:
        client_of("head33")
        clock.shift(timedelta(hours=11))
        here = client_of("head33")
        assert "08:00 Uhr" in text_of(here.get("/konto"))
        clock.shift(timedelta(minutes=55))
        assert is_in(here)
        clock.shift(timedelta(minutes=10))

        assert "08:00 Uhr" not in text_of(here.get("/konto"))
        page = here.send("/konto/abmelden", {"bleiben": "1"}, follow_redirects=True)
        assert "Andere Anmeldungen gab es nicht." in text_of(page)
