"""Verify reads all of a database; PostgreSQL comes back from pg_dump as it was."""

import subprocess
from pathlib import Path

import pytest
from console import Run
from factories import World
from flask import Flask
from integration.backup.conftest import fill, read_certificates
from sqlalchemy import create_engine, make_url, text

from selfcheck import create_app
from selfcheck.config import Config
from selfcheck.db import db

pytestmark = pytest.mark.slow


@pytest.fixture
def url(app: Flask, world: World) -> str:
    """The URL of a filled database."""
    with app.app_context():
        fill(world)
    return str(app.config["SQLALCHEMY_ENGINES"]["default"])


def digest_of(out: str) -> str:
    return out.partition("Prüfsumme ")[2].split()[0]


def test_a_whole_database_is_told_by_its_numbers(url: str, run_at: Run, app: Flask) -> None:
    outcome = run_at(url, "verify")
    assert outcome.code == 0, outcome.err
    assert "\n  person: 40\n" in outcome.out
    assert "Personen 40, Selbstchecks 1, Zertifikate 12; alle Verweise stimmen" in outcome.out
    assert digest_of(run_at(url, "verify").out) == digest_of(outcome.out)
    with app.app_context():
        db.session.execute(text("UPDATE person SET last_name = 'X' WHERE number = '0007'"))
        db.session.commit()
    assert digest_of(run_at(url, "verify").out) != digest_of(outcome.out)


FAULTS = {
    "DELETE FROM certificate_content": "Der Inhalt fehlt",
    "UPDATE certificate SET sha256 = 'x'": "Größe oder Prüfsumme stimmt nicht",
    "UPDATE certificate SET size_bytes = 1": "Größe oder Prüfsumme stimmt nicht",
    "DELETE FROM person": "Tabelle assignment: 40 Zeilen verweisen auf person",
}


@pytest.mark.parametrize("statement", FAULTS)
def test_what_is_missing_or_changed_is_named(
    statement: str, url: str, run_at: Run, app: Flask
) -> None:
    with app.app_context(), db.engine.connect() as connection:
        if db.engine.dialect.name == "sqlite":
            connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        else:  # as a restore with disabled triggers does
            connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text(statement))
        connection.commit()
        connection.invalidate()
    outcome = run_at(url, "verify")
    assert outcome.code == 1
    assert FAULTS[statement] in outcome.err
    assert "Muster" not in outcome.err + outcome.out
    assert "In Ordnung" not in outcome.out


def test_postgresql_comes_back_from_its_own_dump(
    backend: str, url: str, run_at: Run, app: Flask, tmp_path: Path
) -> None:
    """On SQLite the same way leads over ``backup``; the numbers must be the same on both."""
    with app.app_context():
        contents = read_certificates()
    before = run_at(url, "verify").out
    file = tmp_path / "stadt.dump"
    if backend == "postgresql":
        copy = restore_dump(url, file)
    else:
        assert run_at(url, "backup", file).code == 0
        copy = f"sqlite:///{tmp_path / 'copy.db'}"
        assert run_at(copy, "restore", file).code == 0
        with create_engine(copy).begin() as connection:  # the events of both commands
            connection.execute(text("DROP TRIGGER audit_event_no_delete"))
            connection.execute(text("DELETE FROM audit_event WHERE action LIKE 'database-%'"))
    outcome = run_at(copy, "verify")
    assert outcome.code == 0, outcome.err
    assert digest_of(outcome.out) == digest_of(before)
    other = create_app(Config(database_url=copy, testing=True))
    with other.app_context():
        assert read_certificates() == contents
        db.session.close()
        db.engine.dispose()


def restore_dump(url: str, file: Path) -> str:
    """Dump a database and restore it as another one, as the commands say it."""
    plain = make_url(url).set(drivername="postgresql")
    copy = plain.set(database="copy_of_it")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS copy_of_it"))
        connection.execute(text("CREATE DATABASE copy_of_it"))
    admin.dispose()
    source, target = (one.render_as_string(hide_password=False) for one in (plain, copy))
    subprocess.run(
        ["pg_dump", "--format=custom", "--no-owner", f"--file={file}", f"--dbname={source}"],
        check=True,
    )
    subprocess.run(
        ["pg_restore", "--exit-on-error", "--single-transaction", "--no-owner",
         f"--dbname={target}", file],
        check=True,
    )  # fmt: skip
    return copy.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


@pytest.mark.parametrize("words", ["backup", "restore"])
def test_for_postgresql_the_commands_name_its_own_tools_without_a_password(
    words: str, run_at: Run, tmp_path: Path
) -> None:
    url = "postgresql://selfcheck:geheim@db.stadt.example:5433/stadt?password=auch-geheim"
    outcome = run_at(url, words, tmp_path / "die Stadt.dump")
    assert outcome.code == 2
    assert {"backup": "pg_dump ", "restore": "pg_restore "}[words] in outcome.err
    assert "postgresql://selfcheck@db.stadt.example:5433/stadt" in outcome.err
    assert f"'{tmp_path / 'die Stadt.dump'}'" in outcome.err
    assert "deploy/README.md" in outcome.err
    assert "selfcheck verify" in outcome.err
    assert "geheim" not in outcome.err
