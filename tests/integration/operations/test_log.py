"""One line for each request, and nothing in it about anybody."""

import io
import json
import re
from typing import Any

import pytest
from client import Client, text_of
from factories import PASSWORD, World, make_check, make_person
from flask import Flask
from operations_places import add_places_that_fail
from team_rounds import make_round

from selfcheck.checks.states import CheckState
from selfcheck.db import db
from selfcheck.organisation.models import Unit

from .conftest import Serve

LIST = (
    "Personalnummer;Nachname;Vorname;Organisationseinheit;Führungskraft;Bürgerkontakt;Medienarbeit"
    "\n4711-08;Wunderlich;Adelheid;33;ja;nein;nein\n4711-09;Kauz;Baldur;99;vielleicht;nein;nein"
)


def lines_of(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_each_request_leaves_one_line(serve: Serve, world: World, log: io.StringIO):
    client = serve().test_client()

    response = client.get("/anmelden?next=/personal")

    (line,) = lines_of(log)
    assert line["message"] == "request"
    assert (line["method"], line["endpoint"], line["status"]) == ("GET", "accounts.log_in", 200)
    assert line["request_id"] == response.headers["X-Request-ID"]
    assert 0 < line["duration_ms"] < 60_000
    assert line["time"].endswith("+00:00")


def test_what_comes_with_every_page_or_every_minute_is_not_logged(
    serve: Serve, world: World, log: io.StringIO
):
    client = serve().test_client()

    for url in ("/healthz", "/readyz", "/static/favicon.svg"):
        assert client.get(url, buffered=True).status_code == 200
    client.get("/static/gibt-es-nicht.css")

    assert [line["status"] for line in lines_of(log)] == [404]


@pytest.mark.parametrize(("proxies", "is_kept"), [(0, False), (1, True)])
def test_only_a_trusted_proxy_numbers_the_requests(serve: Serve, proxies: int, *, is_kept: bool):
    number = "4f0ec6a53c4db3c3f4b1e1d2a6a0b1c2"
    client = serve(proxy_count=proxies).test_client()

    response = client.get("/hilfe", headers={"X-Request-ID": number})

    assert (response.headers["X-Request-ID"] == number) is is_kept


def test_who_tells_of_an_error_can_name_its_number(serve: Serve, world: World, log: io.StringIO):
    real = serve()
    add_places_that_fail(real)
    client = real.test_client()

    response = client.get("/_wert/Adelheid")

    number = response.headers["X-Request-ID"]
    assert response.status_code == 500
    assert f"Vorgangsnummer (nennen Sie sie bitte, wenn Sie den Fehler melden): {number}" in (
        text_of(response)
    )
    failed, request = lines_of(log)
    assert failed["request_id"] == request["request_id"] == number
    assert failed["exception"] == "ValueError"
    assert any("fail_on_value" in place for place in failed["trace"])


def test_a_page_that_is_not_there_shows_no_number(serve: Serve, world: World):
    assert "Vorgangsnummer" not in serve().test_client().get("/gibt-es-nicht").text


def test_nothing_about_anybody_gets_into_the_log(serve: Serve, world: World, log: io.StringIO):
    real = serve()
    add_places_that_fail(real)
    with real.app_context():
        check_id = make_check(world, state=CheckState.DRAFT)
        (token,) = make_round(world, check_id, [{}])
        person = make_person(
            "4711-07",
            unit=db.session.get_one(Unit, world.unit_ids["33"]),
            last_name="Seltsam",
            first_name="Kunigunde",
        )
        person_id = person.id
        db.session.commit()

    ask_for_much(real, world, token, person_id)

    text = re.sub(r"\b[0-9a-f]{32}\b", "", log.getvalue())  # request ids are drawn by lot
    assert len(lines_of(log)) > 25
    endpoints = {line["endpoint"] for line in lines_of(log)}
    assert {"accounts.log_in", "people.list_people", "team.vote", "people.show_person"} <= endpoints
    assert {500, 409, 404, 400, 302, 200} <= {line.get("status") for line in lines_of(log)}
    for secret in (
        *("Seltsam", "Kunigunde", "Wunderlich", "Adelheid", "Kauz", "Baldur"),
        *("4711", "stadt.example", "boese.example", "Person head33", "officer33", PASSWORD),
        *(
            token,
            "/team",
            "/personal",
            "geheim",
            "127.0.0.1",
            "csrf_token",
            "INSERT INTO",
            "nächster Schritt",
        ),
    ):
        assert secret.lower() not in text.lower(), secret
    assert not re.search(r"[^\s\"]+@[^\s\"]+", text)


def ask_for_much(real: Flask, world: World, token: str, person_id: int) -> None:
    """Log in rightly and wrongly, look for people, send lists and answers, and let pages fail."""
    guest: Client = real.test_client()
    guest.send("/anmelden", {"email": "adelheid@boese.example", "password": "geheim-1"})
    guest.send("/anmelden", {"email": world.email("officer33"), "password": "geheim-2"})
    guest.post("/anmelden", data={"email": world.email("hr"), "password": PASSWORD})  # no token
    guest.get("/personal?text=Kunigunde")
    guest.get(f"/team/{token}")
    guest.post(f"/team/{token}", data={"s1": "geheim"})
    guest.get("/team/geheimer-link")
    guest.get("/gibt-es-nicht/Kunigunde?name=Seltsam")
    guest.open("/hilfe", method="GEHEIM")
    officer: Client = real.test_client()
    officer.log_in(world.email("officer33"))
    officer.get("/personal?text=Seltsam")
    officer.get("/personal?text=4711-07&state=open")
    officer.get(f"/personal/{person_id}")
    officer.get("/personal/999999")
    officer.get("/konten?text=head33@stadt.example")
    sent = {"file": (io.BytesIO(LIST.encode()), "Liste Wunderlich 4711.csv")}
    officer.send("/personal/import", sent, content_type="multipart/form-data")
    officer.send("/personal/import", {"pasted": LIST})
    officer.send("/personal/neu", {"number": "4711-07", "last_name": "Kauz\0", "first_name": "B"})
    officer.send("/personal/neu", {"number": "4711-07", "last_name": "Kauz", "first_name": "B"})
    officer.get("/personal/liste.csv?text=Kunigunde", buffered=True)
    for place in ("wert", "refused", "doppelt", "verboten", "warnung", "datenbank", "schluessel"):
        officer.get(f"/_{place}/Kunigunde Seltsam 4711-07 geheim@stadt.example")
    head: Client = real.test_client()
    head.log_in(world.email("head33"))
    head.send("/selbstchecks/neu", {"unit": "geheim", "checked_on": "nächster Schritt"})
    head.send("/abmelden")
