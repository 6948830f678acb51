"""A backup comes back whole or not at all, and what was there before is kept."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from backends import SqliteApp
from console import Run
from flask import Flask
from integration.backup.conftest import read_certificates
from sqlalchemy import func, select, text

from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.backup.file_service import MANIFEST, open_file
from selfcheck.db import alembic, db
from selfcheck.staff.models import Person

pytestmark = pytest.mark.slow


@pytest.fixture
def contents(city: Flask) -> dict[str, str]:
    """What the certificates held when the backup was made."""
    with city.app_context():
        return read_certificates()


def lose_everything(backend: SqliteApp, database: Path) -> None:
    backend.engine.dispose()
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()


def kept_of(database: Path) -> list[Path]:
    return sorted(database.parent.glob(f"{database.name}.before-restore-*"))


@pytest.fixture(autouse=True)
def _clean(database: Path):
    yield
    for file in kept_of(database):
        file.unlink()


def test_what_was_lost_is_there_again(
    contents: dict[str, str],
    saved: Path,
    command: Run,
    file_backend: SqliteApp,
    database: Path,
) -> None:
    lose_everything(file_backend, database)
    outcome = command("restore", saved)
    assert outcome.code == 0, outcome.err
    assert "Personen 40, Selbstchecks 1, Zertifikate 12" in outcome.out
    assert "db upgrade" not in outcome.out
    assert "vorige Stand" not in outcome.out
    with file_backend.app.app_context():
        assert read_certificates() == contents
        assert db.session.scalar(select(func.count(Person.id))) == 40
        event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert (event.action, event.subject) == (Action.DATABASE_RESTORED, "stadt.backup")
        assert MANIFEST not in {name for (name,) in db.session.execute(
            text("SELECT name FROM sqlite_master")
        )}  # fmt: skip
        with pytest.raises(Exception, match="append-only"):  # the triggers came back, too
            db.session.execute(text("DELETE FROM audit_event"))
    assert command("verify").code == 0


def test_data_are_replaced_on_demand_only_and_kept_beside(
    saved: Path, command: Run, file_backend: SqliteApp, database: Path
) -> None:
    with file_backend.app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE person SET last_name = 'Später'"))
    refused = command("restore", saved)
    assert refused.code == 1
    assert "--replace" in refused.err
    assert kept_of(database) == []
    file_backend.engine.dispose()  # the server is stopped
    outcome = command("restore", saved, "--replace")
    assert outcome.code == 0, outcome.err
    (kept,) = kept_of(database)
    assert str(kept) in outcome.out
    names = {
        path: {name for (name,) in connection.execute("SELECT last_name FROM person")}
        for path in (kept, database)
        for connection in [sqlite3.connect(path)]
    }
    assert names == {kept: {"Später"}, database: {"Muster"}}


def test_nothing_is_put_under_a_server_that_runs(
    saved: Path, command: Run, file_backend: SqliteApp, database: Path
) -> None:
    with file_backend.app.app_context(), db.engine.connect() as connection:
        connection.execute(text("SELECT 1 FROM unit"))
        outcome = command("restore", saved, "--replace")
    assert outcome.code == 1
    assert "Die Datenbank ist in Benutzung" in outcome.err
    assert kept_of(database) == []
    assert command("verify").code == 0


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 2 // 3])


def flip_in_a_certificate(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        (kept,) = connection.execute("SELECT content FROM certificate_content").fetchone()
    content = bytearray(file.read_bytes())
    content[content.index(kept[:100]) + 50] ^= 1
    file.write_bytes(content)


def overwrite_a_page(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[3 * 4096 : 4 * 4096] = b"\xff" * 4096
    file.write_bytes(content)


def change(statement: str):
    def damage(file: Path) -> None:
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute(statement)

    return damage


DAMAGES = {
    "cut off": cut,
    "one bit of a certificate": flip_in_a_certificate,
    "a page": overwrite_a_page,
    "a row less": change("DELETE FROM training_record WHERE id = 1"),
    "another word": change("UPDATE person SET last_name = 'Anders' WHERE id = 1"),
    "a trigger less": change("DROP TRIGGER audit_event_no_delete"),
    "no manifest": change(f"DROP TABLE {MANIFEST}"),
    "an empty manifest": change(f"UPDATE {MANIFEST} SET content = '{{}}'"),
    "text": lambda file: file.write_text("Das ist keine Sicherung."),
    "nothing": lambda file: file.write_bytes(b""),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_refused_and_nothing_changes(
    damage, saved: Path, command: Run, file_backend: SqliteApp, database: Path
) -> None:
    damage(saved)
    file_backend.engine.dispose()
    before = database.read_bytes()
    outcome = command("restore", saved, "--replace")
    assert outcome.code == 1
    assert "beschädigt" in outcome.err
    assert "Traceback" not in outcome.err
    assert database.read_bytes() == before
    assert kept_of(database) == []


@pytest.mark.parametrize("newer", [{"version": "99.0"}, {"revision": "9999"}], ids=str)
def test_a_backup_of_a_later_version_is_refused(
    newer: dict[str, str], saved: Path, command: Run
) -> None:
    with closing(sqlite3.connect(saved)) as connection, connection:
        (content,) = connection.execute(f"SELECT content FROM {MANIFEST}").fetchone()
        changed = json.dumps(json.loads(content) | newer)
        connection.execute(f"UPDATE {MANIFEST} SET content = ?", [changed])
    outcome = command("restore", saved, "--replace")
    assert outcome.code == 1
    assert "neueren Fassung" in outcome.err
    assert command("verify").code == 0


def test_a_backup_of_an_earlier_migration_says_what_to_do(run_at: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    assert run_at(url, "db", "upgrade", "0014").code == 0
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection, connection:
        connection.execute(
            "INSERT INTO unit (id, number, name, short_name, kind, is_reporting)"
            " VALUES (1, '33', 'Bürgeramt', '', 'Amt', true)"
        )
    assert run_at(url, "backup", tmp_path / "old.backup").code == 0
    outcome = run_at(url, "restore", tmp_path / "old.backup", "--replace")
    assert outcome.code == 0, outcome.err
    assert "Migration 0014" in outcome.out
    assert "selfcheck db upgrade" in outcome.out
    refused = run_at(url, "verify")
    assert refused.code == 1
    assert "selfcheck db upgrade" in refused.err
    assert run_at(url, "db", "upgrade").code == 0
    assert run_at(url, "verify").code == 0


def test_a_damaged_database_is_put_aside_with_its_log(
    saved: Path, command: Run, file_backend: SqliteApp, database: Path
) -> None:
    file_backend.engine.dispose()
    database.write_bytes(b"destroyed" * 1000)
    log = database.with_name(f"{database.name}-wal")
    log.write_bytes(b"Rest eines Protokolls")
    outcome = command("restore", saved, "--replace")
    assert outcome.code == 0, outcome.err
    assert kept_of(database)[0].read_bytes() == b"destroyed" * 1000
    assert not log.exists()
    assert command("verify").code == 0


def test_a_restored_database_can_be_read_by_whom_the_old_one_was(
    saved: Path, command: Run, file_backend: SqliteApp, database: Path
) -> None:
    file_backend.engine.dispose()
    database.chmod(0o640)
    assert command("restore", saved, "--replace").code == 0
    assert database.stat().st_mode & 0o777 == 0o640


def test_a_file_of_sqlite_is_also_a_backup_for_other_tools(saved: Path, tmp_path: Path) -> None:
    shutil.copy(saved, tmp_path / "copy.db")
    with open_file(tmp_path / "copy.db") as connection:
        assert connection.execute("SELECT count(*) FROM person").fetchone() == (40,)


def test_alembic_goes_on_from_a_restored_database(
    saved: Path, command: Run, file_backend: SqliteApp, database: Path
) -> None:
    lose_everything(file_backend, database)
    assert command("restore", saved).code == 0
    with file_backend.app.app_context():
        assert not alembic.needs_upgrade()
        assert alembic.compare_metadata() == []
