"""The administration's page of the audit trail: filter and pages."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from client import Client, text_of
from factories import World
from flask import Flask
from queries import counted_queries

from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db

# Noon in the city is 11:00 in winter; the last one is on the 4th in Dresden, on the 3rd in UTC.
EVENTS = [
    (datetime(2026, 3, 2, 11, 0, tzinfo=UTC), Action.GRANT_ADDED, "hr", "alpha"),
    (datetime(2026, 3, 3, 11, 0, tzinfo=UTC), Action.GRANT_REMOVED, "hr", "beta 100%"),
    (datetime(2026, 3, 3, 22, 59, tzinfo=UTC), Action.UNIT_CLOSED, "commissioner", "gamma"),
    (datetime(2026, 3, 3, 23, 1, tzinfo=UTC), Action.UNIT_CLOSED, None, "delta"),
]


@pytest.fixture
def page_of(
    app: Flask, world: World, client_of: Callable[[str], Client]
) -> Callable[..., list[str]]:
    """Log in as admin and return the subjects that a filter shows."""
    with app.app_context():
        for moment, action, login, subject in EVENTS:
            with time_machine.travel(moment, tick=False):
                actor_id = world.user_ids[login] if login else None
                audit.record(action, actor_id=actor_id, subject=subject, details=f"d-{subject}")
        db.session.commit()
    admin = client_of("admin")

    def shown(**filters: str) -> list[str]:  # the admin's own login has no subject
        page = admin.get("/protokoll", query_string=filters)
        assert page.status_code == 200
        return re.findall(r'data-label="Betrifft">(\w+[^<]*)', page.text)

    return shown


@pytest.mark.parametrize(
    ("filters", "subjects"),
    [
        ({}, ["delta", "gamma", "beta 100%", "alpha"]),  # newest first
        ({"action": "grant-added"}, ["alpha"]),
        ({"action": "unit-closed"}, ["delta", "gamma"]),
        ({"action": "check-submitted"}, []),
        ({"text": "ALPHA"}, ["alpha"]),
        ({"text": "d-gamma"}, ["gamma"]),  # the details as well
        ({"text": "Person hr"}, ["beta 100%", "alpha"]),  # and who did it
        ({"text": "100%"}, ["beta 100%"]),  # no wildcard
        ({"text": "a%a"}, []),
        ({"text": "Person hr", "action": "grant-removed"}, ["beta 100%"]),
        ({"first_day": "2026-03-03"}, ["delta", "gamma", "beta 100%"]),
        ({"last_day": "2026-03-03"}, ["gamma", "beta 100%", "alpha"]),  # days of the city
        ({"first_day": "2026-03-03", "last_day": "2026-03-03"}, ["gamma", "beta 100%"]),
        ({"first_day": "2026-03-04"}, ["delta"]),
        ({"first_day": "0001-01-01"}, ["delta", "gamma", "beta 100%", "alpha"]),
        ({"last_day": "9999-12-31"}, ["delta", "gamma", "beta 100%", "alpha"]),
        ({"first_day": "9999-12-31"}, []),
        ({"last_day": "0001-01-01"}, []),
    ],
    ids=str,
)
def test_the_filter_narrows_the_list(
    page_of: Callable[..., list[str]], filters: dict[str, str], subjects: list[str]
):
    assert page_of(**filters) == subjects


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("first_day=2026-03-04&last_day=2026-03-03", "Bis: „Bis“ liegt vor „Von“."),
        ("first_day=gestern", "Von: Kein gültiges Datum."),
        ("action=quatsch", "Vorgang: Keine gültige Auswahl."),
    ],
)
def test_a_filter_that_cannot_be_is_explained(
    client_of: Callable[[str], Client], query: str, message: str
):
    assert message in text_of(client_of("admin").get(f"/protokoll?{query}"))


def test_an_empty_result_says_so(client_of: Callable[[str], Client]):
    page = text_of(client_of("admin").get("/protokoll?text=gibtesnicht"))

    assert "Zu diesem Filter gibt es keinen Eintrag." in page
    assert "0 Einträge" in page


def test_moments_are_those_of_the_city_and_deeds_have_german_names(
    page_of: Callable[..., list[str]], client_of: Callable[[str], Client]
):
    page = text_of(client_of("admin").get("/protokoll"))

    assert "04.03.2026, 00:01 Uhr" in page
    assert "Rolle entzogen" in page
    assert "niemand angemeldet" in page


def test_an_event_of_a_later_version_is_shown_all_the_same(
    app: Flask, client_of: Callable[[str], Client]
):
    with app.app_context():
        db.session.add(AuditEvent(at=datetime.now(UTC), action="from-the-future", subject="x"))
        db.session.commit()

    assert "from-the-future" in client_of("admin").get("/protokoll").text


def test_long_lists_have_pages_that_keep_the_filter(app: Flask, client_of: Callable[[str], Client]):
    with app.app_context():
        for number in range(120):
            audit.record(Action.UNIT_MOVED, actor_id=None, subject=f"Nr. {number}.")
        audit.record(Action.UNIT_CLOSED, actor_id=None, subject="Nr. 999.")
        db.session.commit()
    admin = client_of("admin")
    seen: list[str] = []
    url: str | None = "/protokoll?action=unit-moved&text=Nr"

    while url:
        page = admin.get(url).text
        assert "120 Einträge" in text_of(admin.get(url))
        seen += re.findall(r"Nr\. (\d+)\.", page.split("<table")[1])
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = following[1].replace("&amp;", "&") if following else None

    assert seen == [str(number) for number in reversed(range(120))]


@pytest.mark.parametrize("page", ["0", "-1", "4", "999999999999999999999", "x", ""])
def test_a_page_that_does_not_exist_shows_the_nearest(
    app: Flask, client_of: Callable[[str], Client], page: str
):
    response = client_of("admin").get(f"/protokoll?seite={page}")

    assert response.status_code == 200
    assert "Anmeldung" in response.text


def test_pages_need_few_queries_however_many_events(
    app: Flask, world: World, client_of: Callable[[str], Client]
):
    """Each event names its actor: that must not be a query for each row."""
    with app.app_context():
        for user_id in world.user_ids.values():
            audit.record(Action.LOGIN, actor_id=user_id)
        db.session.commit()
    admin = client_of("admin")
    with counted_queries(app) as asked:
        admin.get("/protokoll")

    assert len(asked) <= 4, asked
