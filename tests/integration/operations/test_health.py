"""What machines ask: is it alive, can it serve, and how does it do?"""

import re
import time
from collections.abc import Iterator

import pytest
from client import Client
from factories import World
from flask import Flask
from queries import counted_queries
from sqlalchemy import text

from selfcheck.accounts.models import User
from selfcheck.db import db
from selfcheck.mail import service as mail

from .conftest import Serve

TOKEN = "t" * 40
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"  # nobody listens on port 1


@pytest.fixture
def at_revision(app: Flask) -> Iterator[None]:
    """Put the revision of the tables back."""
    with app.app_context():
        before = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    yield
    set_revision(app, before)


def set_revision(app: Flask, revision: str) -> None:
    with app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
        db.session.commit()


def numbers_of(client: Client) -> dict[str, float]:
    response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    assert response.content_type.startswith("text/plain; version=")
    lines = [line for line in response.text.splitlines() if not line.startswith("#")]
    return {name: float(number) for name, _, number in (line.rpartition(" ") for line in lines)}


def grown(before: dict[str, float], after: dict[str, float], name: str) -> float:
    return after.get(name, 0) - before.get(name, 0)


def test_the_process_answers_without_asking_anything(app: Flask, client: Client):
    with counted_queries(app) as asked:
        response = client.get("/healthz")

    assert (response.status_code, response.text, asked) == (200, "ok\n", [])
    assert response.content_type == "text/plain; charset=utf-8"
    assert "Set-Cookie" not in response.headers


def test_ready_when_the_database_has_the_tables(client: Client, world: World):
    response = client.get("/readyz")

    assert (response.status_code, response.text) == (200, "ok\n")


@pytest.mark.parametrize("revision", ["0016", "9999"])
def test_not_ready_before_or_behind_the_tables(
    app: Flask, client: Client, at_revision: None, revision: str
):
    set_revision(app, revision)

    response = client.get("/readyz")

    assert (response.status_code, response.text) == (503, "migrations\n")


def test_alive_but_not_ready_while_the_database_is_away(serve: Serve):
    client = serve(database_url=NOWHERE).test_client()

    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert (response.status_code, response.text) == (503, "database\n")


def test_a_writer_who_takes_his_time_makes_nobody_unready(app: Flask, client: Client, world: World):
    with app.app_context(), db.engine.connect() as connection:
        connection.execute(text("UPDATE user_account SET name = 'x'"))

        started_at = time.monotonic()
        assert client.get("/readyz").status_code == 200

        assert time.monotonic() - started_at < 2
        connection.rollback()


def test_without_a_token_set_there_are_no_numbers(client: Client):
    response = client.get("/metrics", headers={"Authorization": "Bearer "})

    assert response.status_code == 404
    assert "Seite nicht gefunden" in response.text


@pytest.mark.parametrize(
    "told", [None, "", "Bearer", "Bearer ", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ä"]
)
def test_numbers_are_for_who_holds_the_token(serve: Serve, told: str | None):
    client = serve(metrics_token=TOKEN).test_client()

    response = client.get("/metrics", headers={} if told is None else {"Authorization": told})

    assert (response.status_code, response.text) == (401, "token\n")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_requests_are_counted_by_the_names_of_pages(serve: Serve, world: World):
    client = serve(metrics_token=TOKEN).test_client()
    before = numbers_of(client)
    client.get("/anmelden")
    client.get("/anmelden?next=/personal")
    client.get("/personal/17")
    client.get("/gibt/es/nicht")
    client.open("/hilfe", method="SEARCH")

    after = numbers_of(client)

    def requests(endpoint: str, method: str, status: str) -> float:
        name = f'endpoint="{endpoint}",method="{method}",status="{status}"'
        return grown(before, after, f"selfcheck_requests_total{{{name}}}")

    assert requests("accounts.log_in", "GET", "2xx") == 2
    assert requests("people.show_person", "GET", "3xx") == 1
    assert requests("none", "GET", "4xx") == 1
    assert requests("none", "other", "4xx") == 1
    timed = 'selfcheck_request_seconds_count{endpoint="accounts.log_in"}'
    assert grown(before, after, timed) == 2
    assert after['selfcheck_info{version="0.1.0"}'] == 1
    assert not [name for name in after if "/" in name]


def test_logins_are_counted_by_what_became_of_them(serve: Serve, world: World):
    client = serve(metrics_token=TOKEN, throttle_per_account=1).test_client()
    before = numbers_of(client)
    client.send("/anmelden", {"email": world.email("hr"), "password": "falsch"})
    client.send("/anmelden", {"email": world.email("hr"), "password": "falsch"})
    client.log_in(world.email("head33"))

    after = numbers_of(client)

    for outcome in ("accepted", "refused", "throttled"):
        name = f'selfcheck_logins_total{{outcome="{outcome}"}}'
        assert grown(before, after, name) == 1, outcome
    assert not re.search("head33|stadt", " ".join(after))


def test_mails_that_wait_are_counted_when_asked(serve: Serve, world: World):
    real = serve(metrics_token=TOKEN)
    client = real.test_client()
    assert numbers_of(client)["selfcheck_mails_waiting"] == 0
    with real.app_context():
        users = [db.session.get_one(User, world.user_ids[login]) for login in ("hr", "admin")]
        mail.put(users, key="x", subject="X", body="X", path="")
        db.session.commit()

    assert numbers_of(client)["selfcheck_mails_waiting"] == 2


def test_errors_of_the_database_are_counted_also_while_it_is_away(serve: Serve):
    client = serve(metrics_token=TOKEN, database_url=NOWHERE).test_client()
    before = numbers_of(client)
    assert before["selfcheck_database_up"] == 0
    assert "selfcheck_mails_waiting" not in before

    client.get("/readyz")
    after = numbers_of(client)

    assert grown(before, after, 'selfcheck_database_errors_total{kind="OperationalError"}') >= 1
