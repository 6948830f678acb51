"""What people see while something is away or wrong, and that nothing is lost by it."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from random import Random

import pytest
import time_machine
from client import Client, text_of
from factories import World, make_certificate, make_check
from flask import Flask
from integration.checks.test_check_faults import damage
from postgresql import open_cluster
from sqlalchemy import func, select

from bench.clients import ANSWERS
from bench.cluster import SETTINGS
from bench.crash import fill_city
from bench.crash_clients import CHECK, Browser, NoAnswerError, head_of, hidden
from bench.crash_server import open_server
from bench.logins import EVERYBODY, HEAD
from selfcheck import clock
from selfcheck.accounts.models import User
from selfcheck.checks.states import CheckState
from selfcheck.db import db
from selfcheck.staff.models import Person
from selfcheck.training.models import Certificate
from selfcheck.uploads.models import Upload

__all__ = ["damage"]
HEADERS = (
    "Personalnummer\tNachname\tVorname\tOrganisationseinheit\tFührungskraft\tBürgerkontakt"
    "\tMedienarbeit"
)
PEOPLE = 400  # more than fit into the last page of a file
ROSTER = "\n".join([HEADERS, *(f"{n:04}\tÖz\tÄnne\t33\tnein\tja\tnein" for n in range(PEOPLE))])


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.slow
@pytest.mark.xdist_group("crash")
def test_a_database_that_goes_away_is_told_and_comes_back_without_a_restart(tmp_path: Path) -> None:
    """The same browser goes on where it was, as soon as the database is back."""
    with open_cluster(SETTINGS) as cluster:
        fill_city(cluster.url)
        with open_server(cluster.url, tmp_path / "log") as server:
            browser = Browser(server.address)
            browser.log_in(HEAD.format(0))
            form = browser.get("/selbstchecks/neu")
            cluster.stop()
            for path in ("/selbstchecks", "/"):
                status, page = fetch(server.address, path, browser.cookies)
                assert status == 503
                assert "Die Datenbank nimmt gerade nichts an" in page
                assert "Traceback" not in page
            cluster.start()
            assert "/selbstchecks" in browser.get("/")
            found = CHECK.search(form)
            fields = hidden(form) | ANSWERS | head_of(form) | {"action": "submit"}
            assert browser.send(found[1], fields).status == 302
            assert "Auswertung" in browser.get(f"/selbstchecks/{found[2]}")


@pytest.mark.slow
@pytest.mark.xdist_group("crash")
def test_a_worker_that_dies_in_an_export_leaves_no_half_file_and_no_lock(tmp_path: Path) -> None:
    """The browser is told that the connection broke; the next try brings the whole list."""
    url = f"sqlite:///{tmp_path / 'city.db'}"
    fill_city(url, PEOPLE * 10)
    random, broken = Random(1), 0
    with open_server(url, tmp_path / "log") as server, ThreadPoolExecutor(1) as pool:
        browser = Browser(server.address)
        browser.log_in(EVERYBODY)
        whole = browser.get("/personal/liste.csv")
        assert len(whole.splitlines()) == PEOPLE * 10 + 1
        for _ in range(30):
            asked = pool.submit(browser.get, "/personal/liste.csv")
            time.sleep(random.uniform(0.05, 0.3))
            server.kill_worker(random)
            try:
                assert asked.result() == whole
            except NoAnswerError:
                broken += 1
                assert browser.get("/personal/liste.csv") == whole
            if broken >= 2:
                break
        assert broken
        found = CHECK.search(form := browser.get("/selbstchecks/neu"))
        fields = hidden(form) | ANSWERS | head_of(form) | {"action": "submit"}
        assert browser.send(found[1], fields).status == 302


def fetch(address: str, path: str, cookies: dict[str, str]) -> tuple[int, str]:
    """Return status and text of a page, whatever they are."""
    connection = HTTPConnection(address, timeout=60)
    cookie = "; ".join(f"{name}={one}" for name, one in cookies.items())
    connection.request("GET", path, headers={"Cookie": cookie})
    response = connection.getresponse()
    page = response.read().decode()
    connection.close()
    return response.status, page


def test_a_roster_is_not_imported_by_halves_into_a_full_database(
    app: Flask, world: World, backend: str, client_of: Callable[[str], Client], damage
) -> None:
    break_down, mend = damage
    client = client_of("officer33")
    shown = client.send("/personal/import", {"pasted": ROSTER})
    assert shown.status_code == 302
    page = client.get(shown.location)
    fingerprint = page.text.partition('name="shown"')[2].partition('value="')[2].partition('"')[0]
    assert fingerprint
    break_down("full" if backend == "sqlite" else "read-only")
    refused = client.send(shown.location, {"shown": fingerprint})
    assert refused.status_code == 503
    assert "Ihre letzte Eingabe wurde nicht gespeichert" in text_of(refused)
    mend()
    assert (count(app, Person), count(app, Upload)) == (0, 1)
    # What was uploaded still waits, and goes through.
    assert client.send(shown.location, {"shown": fingerprint}).status_code == 302
    assert (count(app, Person), count(app, Upload)) == (PEOPLE, 0)


@pytest.mark.parametrize(
    "jump",
    [timedelta(days=-1), timedelta(days=-9_000), timedelta(hours=2), timedelta(days=9_000)],
    ids=str,
)
def test_a_clock_that_jumps_stops_nobody_from_logging_in_again(
    app: Flask, world: World, jump: timedelta
) -> None:
    """A session may end by it; no page breaks, no deadline and no standing."""
    with app.app_context():
        make_check(world)
        make_check(world, state=CheckState.DRAFT)
        make_certificate()
        one_time = db.session.scalars(select(User).where(User.email.startswith("nobody"))).one()
        one_time.one_time_until = clock.now() + timedelta(days=14)
        db.session.commit()
    browsers = {login: app.test_client() for login in ("head33", "officer33")}
    for login, client in browsers.items():
        client.enter(world.email(login))
    before = count(app, Certificate)
    with time_machine.travel(clock.now() + jump, tick=False):
        for login, client in browsers.items():
            for url in ("/", "/selbstchecks", "/personal", "/auswertung", "/nachrichten", "/konto"):
                assert client.get(url).status_code < 500, (login, url)
            client.send("/abmelden")
            assert client.log_in(world.email(login)).status_code == 302
            assert client.get("/").status_code == 200
        assert app.test_client().log_in(world.email("nobody")).status_code < 500
    assert count(app, Certificate) == before
