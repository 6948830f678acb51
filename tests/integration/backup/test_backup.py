"""A backup of SQLite is whole, of one moment, and never half there."""

import resource
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from console import Run
from flask import Flask
from sqlalchemy import select, text

from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.backup.file_service import load_manifest, open_file
from selfcheck.db import db
from selfcheck.training.models import Certificate

pytestmark = pytest.mark.slow


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond so many bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def query(file: Path, statement: str) -> list[tuple[object, ...]]:
    with open_file(file) as connection:
        return connection.execute(statement).fetchall()


def test_the_file_holds_everything_is_private_and_says_so(
    command: Run, city: Flask, database: Path, tmp_path: Path
) -> None:
    file = tmp_path / "stadt.backup"
    outcome = command("backup", file)
    assert outcome.code == 0
    assert "Personen 40, Selbstchecks 1, Zertifikate 12" in outcome.out
    assert outcome.err == ""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [file.name]
    with open_file(file) as backup:
        manifest = load_manifest(backup)
    assert manifest is not None
    assert manifest.sha256 in outcome.out
    assert manifest.counts["certificate"] == manifest.counts["certificate_content"] == 12
    assert manifest.counts["person"] == 40
    for name in manifest.counts:
        statement = f"SELECT * FROM {name} ORDER BY 1"
        now = [row for row in query(database, statement) if Action.DATABASE_BACKED_UP not in row]
        assert query(file, statement) == now
    with city.app_context():
        event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert (event.action, event.subject) == (Action.DATABASE_BACKED_UP, "stadt.backup")


def test_a_file_that_is_there_is_replaced_on_demand_only(
    command: Run, saved: Path, database: Path
) -> None:
    before = saved.read_bytes()
    refused = command("backup", saved)
    assert refused.code == 1
    assert "--overwrite" in refused.err
    assert saved.read_bytes() == before
    assert command("backup", saved, "--overwrite").code == 0
    assert saved.read_bytes() != before  # the event of the first backup is in it
    for target in (database, database.parent):
        assert command("backup", target, "--overwrite").code in {1, 2}
    assert command("verify").code == 0


def test_a_backup_during_writes_is_of_one_moment_and_holds_nobody_up(
    command: Run, city: Flask, tmp_path: Path
) -> None:
    """A writer changes two tables in each transaction; no backup may see one without the other."""
    stop, written = threading.Event(), 0

    def write() -> None:
        nonlocal written
        while not stop.is_set():
            with city.app_context(), db.engine.begin() as connection:
                connection.execute(text("UPDATE unit SET name = :name"), {"name": f"{written}"})
                connection.execute(text("UPDATE person SET last_name = :n"), {"n": f"{written}"})
            written += 1

    writer = threading.Thread(target=write)
    writer.start()
    moments = []
    try:
        for number in range(4):
            file = tmp_path / f"{number}.backup"
            before = written
            outcome = command("backup", file)
            assert outcome.code == 0, outcome.err
            assert written > before
            names = {
                *query(file, "SELECT name FROM unit"),
                *query(file, "SELECT last_name FROM person"),
            }
            assert len(names) == 1
            moments.append(int(str(names.pop()[0])))
    finally:
        stop.set()
        writer.join()
    assert moments == sorted(set(moments))


def test_a_full_disk_leaves_nothing_half_written(
    command: Run, saved: Path, tmp_path: Path, city: Flask
) -> None:
    before = saved.read_bytes()
    for target, option in ((tmp_path / "neu.backup", ""), (saved, "--overwrite")):
        with files_of_at_most(300_000):
            outcome = command("backup", target, *filter(None, [option]))
        assert outcome.code == 1
        assert "Die Sicherung ließ sich nicht schreiben" in outcome.err
        assert "Traceback" not in outcome.err
    assert [one.name for one in tmp_path.iterdir()] == [saved.name]
    assert saved.read_bytes() == before
    assert command("verify").code == 0


def test_what_is_wrong_with_the_data_is_told_and_kept_all_the_same(
    command: Run, city: Flask, tmp_path: Path
) -> None:
    with city.app_context():
        first = db.session.scalars(select(Certificate).order_by(Certificate.id)).first()
        number = first.id
        first.sha256 = "0" * 64
        db.session.commit()
        db.session.close()
        db.engine.dispose()
    file = tmp_path / "stadt.backup"
    outcome = command("backup", file)
    assert outcome.code == 1
    assert "Zertifikat" in outcome.err
    assert number.hex in outcome.err
    assert "Größe oder Prüfsumme stimmt nicht" in outcome.err
    assert file.exists()
    restored = command("restore", file, "--replace")
    assert restored.code == 1
    assert "Wiederhergestellt und geprüft" in restored.out
    assert number.hex in restored.err


@pytest.mark.parametrize("place", ["missing/folder.backup", "/dev/full", "."])
def test_impossible_places_are_refused(command: Run, tmp_path: Path, place: str) -> None:
    outcome = command("backup", tmp_path / place, "--overwrite")
    assert outcome.code in {1, 2}
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_none_of_ours_is_not_backed_up(run_at: Run, tmp_path: Path) -> None:
    outcome = run_at(f"sqlite:///{tmp_path / 'none.db'}", "backup", tmp_path / "x")
    assert outcome.code == 1
    assert "keine Datenbank" in outcome.err
    sqlite3.connect(tmp_path / "other.db").close()
    outcome = run_at(f"sqlite:///{tmp_path / 'other.db'}", "backup", tmp_path / "x")
    assert outcome.code == 1
    assert "selfcheck db upgrade" in outcome.err
    assert not (tmp_path / "x").exists()
    assert run_at("sqlite://", "backup", tmp_path / "x").code == 2
