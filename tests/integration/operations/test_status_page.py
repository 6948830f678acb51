"""The page „Systemstatus“: what it shows, and that nothing brings it down."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from client import Client, text_of
from factories import World, make_certificate, make_message
from flask import Flask
from queries import MAX_QUERIES, counted_queries
from sqlalchemy import text

from selfcheck import clock
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.config import MailServer
from selfcheck.db import db

from .conftest import Serve

PAGE = "/systemstatus"
MAIL_SERVER = MailServer(host="127.0.0.1", port=25, sender="a@b.de")


@contextmanager
def fake_clamd(answer: bytes | None) -> Iterator[str]:
    """Listen like clamd, and answer everything with these bytes; None: never."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = threading.Event()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(100)
                if answer is None:
                    done.wait(20)
                else:
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"tcp:127.0.0.1:{listener.getsockname()[1]}"
        done.set()
        thread.join()


def admin_of(real: Flask, world: World) -> Client:
    client: Client = real.test_client()
    client.enter(world.email("admin"))
    return client


@pytest.fixture
def admin(client_of: Callable[[str], Client]) -> Client:
    return client_of("admin")


def test_what_the_page_shows(app: Flask, admin: Client, backend: str):
    with app.app_context():
        make_certificate()
        audit.record(Action.REMINDERS_RUN, actor_id=None)
        db.session.commit()

    with counted_queries(app) as asked:
        page = text_of(admin.get(PAGE))

    assert len(asked) <= MAX_QUERIES
    assert "Version 0.1.0" in page
    assert "Zeitzone Europe/Berlin" in page
    kind = {"sqlite": "Art SQLite 3.", "postgresql": "Art PostgreSQL "}[backend]
    assert kind in page
    assert "auf dem Stand dieser Version (00" in page
    assert "Zertifikate 1 Datei, " in page
    assert "Erinnerungen zuletzt " in page
    assert "Löschfristen noch nie" in page
    assert "Die Erinnerungen sind" not in page
    assert "Die Löschfristen sind noch nie gelaufen." in page
    assert ("Die Sicherung ist noch nie gelaufen." in page) is (backend == "sqlite")
    assert ("pg_dump" in page) is (backend == "postgresql")
    assert "Mailserver nicht eingerichtet" in page


def test_mails_that_wait_and_that_were_given_up(serve: Serve, world: World):
    real = serve(mail_server=MAIL_SERVER)
    with real.app_context():
        now, hr = clock.now(), world.user_ids["hr"]
        make_message(hr, created_at=now, next_attempt_at=now - timedelta(hours=1), attempts=2)
        make_message(hr, created_at=now, next_attempt_at=None)
        make_message(hr, created_at=now, next_attempt_at=None, sent_at=now)
        db.session.commit()

    page = text_of(admin_of(real, world).get(PAGE))

    assert "Mailserver eingerichtet" in page
    assert "Wartende E-Mails 1, davon 1 schon einmal abgelehnt" in page
    assert "Nicht zustellbar 1 in den letzten vier Wochen" in page
    assert "Fällige E-Mails werden nicht gesendet." in page
    assert "waren E-Mails nicht zustellbar." in page
    assert "Zuletzt gesendet noch nie" not in page


def test_tables_that_are_behind(app: Flask, admin: Client):
    with app.app_context():
        before = db.session.scalar(text("SELECT version_num FROM alembic_version"))
        db.session.execute(text("UPDATE alembic_version SET version_num = '0015'"))
        db.session.commit()
    try:
        page = text_of(admin.get(PAGE))
    finally:
        with app.app_context():
            db.session.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": before})
            db.session.commit()

    assert "Die Datenbank ist nicht auf dem Stand dieser Version." in page
    assert "es fehlt 0016" in page
    assert "„selfcheck db upgrade“" in page


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (b"PONG\0", "antwortet"),
        (b"UNKNOWN COMMAND\0", "antwortet nicht"),
        (b"PONG", "antwortet nicht"),
    ],
)
def test_the_scanner_is_asked(serve: Serve, world: World, answer: bytes, shown: str):
    with fake_clamd(answer) as address:
        page = text_of(admin_of(serve(clamd=address), world).get(PAGE))

    assert f"Virenprüfung {shown} Mailserver" in page
    assert ("nimmt die Anwendung keine Zertifikate an" in page) is (shown != "antwortet")


@pytest.mark.parametrize(
    "address", ["tcp:127.0.0.1:1", "unix:/gibt/es/nicht", "nonsense", "tcp:x:y"]
)
def test_a_scanner_that_is_not_there(serve: Serve, world: World, address: str):
    response = admin_of(serve(clamd=address), world).get(PAGE)

    assert response.status_code == 200
    assert "Virenprüfung antwortet nicht." in text_of(response)


def test_a_scanner_that_hangs_is_not_waited_for(serve: Serve, world: World):
    with fake_clamd(None) as address:
        client = admin_of(serve(clamd=address), world)
        started_at = time.monotonic()
        response = client.get(PAGE)
        waited = time.monotonic() - started_at

    assert response.status_code == 200
    assert waited < 8
    assert "Virenprüfung antwortet nicht." in text_of(response)


@pytest.mark.parametrize("table", ["message", "audit_event", "certificate", "alembic_version"])
def test_what_cannot_be_asked_is_left_open(app: Flask, admin: Client, table: str):
    def rename(before: str, after: str) -> None:
        with app.app_context():
            db.session.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))
            db.session.commit()

    admin.get(PAGE)
    rename(table, "away")
    try:
        response = admin.get(PAGE)
    finally:
        rename("away", table)

    # Without messages no page can say how many are unread.
    assert response.status_code == (503 if table == "message" else 200)
    assert "Traceback" not in response.text
    if table in {"audit_event", "certificate"}:
        assert "nicht festzustellen" in response.text
