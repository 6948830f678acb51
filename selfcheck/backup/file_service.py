"""Look into a file of SQLite, of any migration, without the models of this version."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp
from urllib.parse import quote

from selfcheck.backup.manifest import Manifest, read_manifest
from selfcheck.db import BUSY_TIMEOUT_MS
from selfcheck.errors import InvalidError

MANIFEST = "backup_manifest"
VERSION_TABLE = "alembic_version"
ITS_OWN_FILES = ("", "-wal", "-shm", "-journal")  # that SQLite lays beside a database


@dataclass(frozen=True)
class Contents:
    """What is in a database: rows by table, and a digest over all of it."""

    counts: Mapping[str, int]
    sha256: str


@contextmanager
def open_file(path: Path, mode: str = "ro") -> Iterator[sqlite3.Connection]:
    """Open a file that exists, in autocommit mode; ``mode`` is that of a SQLite URI."""
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        yield connection


def list_tables(connection: sqlite3.Connection) -> list[str]:
    """Return the names of the application's tables, without the manifest."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    names = [str(name) for (name,) in connection.execute(query)]
    return [name for name in names if name != MANIFEST and not name.startswith("sqlite_")]


def count_rows(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for name in list_tables(connection)
    }


def read_contents(connection: sqlite3.Connection) -> Contents:
    """Read every row of every table. Raises sqlite3.Error if one cannot be read."""
    digest = sha256()
    query = "SELECT type, name, sql FROM sqlite_master WHERE name != ? ORDER BY type, name"
    for row in connection.execute(query, [MANIFEST]):
        digest.update(repr(row).encode())
    for name in list_tables(connection):
        digest.update(name.encode())
        columns = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
        order = ", ".join(f'"{column[1]}"' for column in columns if column[5]) or "rowid"
        for row in connection.execute(f'SELECT * FROM "{name}" ORDER BY {order}'):  # noqa: S608
            plain = [sha256(one).digest() if isinstance(one, bytes) else one for one in row]
            digest.update(repr(plain).encode())
    return Contents(count_rows(connection), digest.hexdigest())


def read_revision(connection: sqlite3.Connection) -> str:
    """Return the migration that the database is at; empty: it is none of this application."""
    if VERSION_TABLE not in list_tables(connection):
        return ""
    row = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608
    return str(row[0]) if row else ""


def load_manifest(connection: sqlite3.Connection) -> Manifest | None:
    """Return what a backup says of itself; None: the file is no backup."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = ?"
    if connection.execute(query, [MANIFEST]).fetchone() is None:
        return None
    row = connection.execute(f"SELECT content FROM {MANIFEST}").fetchone()  # noqa: S608
    return read_manifest(row[0] if row else "")


def refuse_damage(connection: sqlite3.Connection, manifest: Manifest) -> None:
    """Compare a copy with what was in the database; raises InvalidError, naming the damage."""
    (state,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if state != "ok":
        raise InvalidError(f"Die Sicherung ist beschädigt (integrity_check: {state}).")
    found = read_contents(connection)
    other = sorted(
        name
        for name in {*found.counts, *manifest.counts}
        if found.counts.get(name) != manifest.counts.get(name)
    )
    if other:
        raise InvalidError(
            f"Die Sicherung ist beschädigt: andere Zahl von Zeilen in {', '.join(other)}."
        )
    if found.sha256 != manifest.sha256:
        raise InvalidError("Die Sicherung ist beschädigt: Die Prüfsumme stimmt nicht.")


def find_faults(connection: sqlite3.Connection) -> list[str]:
    """Return what is wrong with the data themselves: orphans, and certificates that are not whole.

    A faithful copy of a faulty database has the same faults; it is still worth keeping.
    """
    faults = [
        f"Tabelle {table}: eine Zeile verweist auf {parent}, wo es sie nicht gibt."
        for table, _row, parent, _key in connection.execute("PRAGMA foreign_key_check")
    ]
    if "certificate" in list_tables(connection):
        rows = connection.execute(
            "SELECT c.id, c.sha256, c.size_bytes, k.content FROM certificate AS c"
            " LEFT JOIN certificate_content AS k ON k.certificate_id = c.id ORDER BY c.id"
        )
        for number, digest, size, content in rows:
            faults += certificate_faults(str(number), digest, size, content)
    return faults


def certificate_faults(
    number: str, digest: str, size_bytes: int, content: bytes | None
) -> list[str]:
    """Return what is wrong with one certificate: at most one sentence, naming only its id."""
    if content is None:
        return [f"Zertifikat {number}: Der Inhalt fehlt."]
    if len(content) != size_bytes or sha256(content).hexdigest() != digest:
        return [f"Zertifikat {number}: Größe oder Prüfsumme stimmt nicht."]
    return []


def sync_to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def part_beside(target: Path) -> Iterator[Path]:
    """Give an empty file that nobody else can read, and delete it if it is still there.

    It lies in the folder of its target: renaming must not copy.
    """
    descriptor, name = mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    os.close(descriptor)
    part = Path(name)
    try:
        yield part
    finally:
        delete_with_its_own(part)


def delete_with_its_own(path: Path) -> None:
    """Delete a database and what SQLite laid beside it."""
    for suffix in ITS_OWN_FILES:
        path.with_name(path.name + suffix).unlink(missing_ok=True)
