"""Put a backup back into the place of a SQLite database."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from selfcheck import clock
from selfcheck.backup.file_service import (
    ITS_OWN_FILES,
    MANIFEST,
    VERSION_TABLE,
    count_rows,
    find_faults,
    load_manifest,
    open_file,
    part_beside,
    refuse_damage,
    sync_to_disk,
)
from selfcheck.backup.manifest import Manifest, is_from_the_future
from selfcheck.errors import ConflictError, InvalidError, NotFoundError

NO_BACKUP = "ist keine Sicherung dieser Anwendung, oder sie ist beschädigt"
LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


@dataclass(frozen=True)
class Restored:
    """What is in the database now, where its former state is kept, and what is wrong with it."""

    manifest: Manifest
    kept: Path | None
    faults: list[str]


def restore_backup(
    file: Path, database: Path, *, version: str, revisions: Sequence[str], replace: bool
) -> Restored:
    """Replace the database by a backup, wholly or not at all; nobody may be using it.

    ``revisions`` are the migrations that this version knows. Raises DomainError: the file is
    damaged or of a later version, or the database holds data and is not to be replaced.
    """
    try:
        manifest = _read_backup(file, version=version, revisions=revisions)
        is_filled = _holds_data(database)
        if is_filled and not replace:
            raise ConflictError(
                "Die Datenbank enthält schon Daten; es wurde nichts verändert. Mit --replace wird "
                "sie ersetzt, und der jetzige Stand bleibt daneben liegen."
            )
        with part_beside(database) as part:
            faults = _unpack(file, part, manifest)
            kept = _swap(part, database, is_filled=is_filled)
    except (sqlite3.Error, OSError) as error:
        raise InvalidError(
            f"Die Sicherung ließ sich nicht zurückspielen: {error}. Die Datenbank ist wie zuvor."
        ) from error
    return Restored(manifest, kept, faults)


def _read_backup(file: Path, *, version: str, revisions: Sequence[str]) -> Manifest:
    if not file.is_file():
        raise NotFoundError(f"{file} gibt es nicht.")
    try:
        with open_file(file) as backup:
            manifest = load_manifest(backup)
            if manifest is None:
                raise InvalidError(f"{file} {NO_BACKUP}.")
            if is_from_the_future(manifest, version=version, revisions=revisions):
                raise InvalidError(
                    f"Die Sicherung stammt aus der neueren Fassung {manifest.version} (Migration "
                    f"{manifest.revision}), hier läuft {version} (Migration {revisions[0]}). Bitte "
                    "installieren Sie zuerst die neuere Fassung."
                )
            refuse_damage(backup, manifest)
    except (sqlite3.Error, ValueError) as error:
        raise InvalidError(f"{file} {NO_BACKUP}: {error}.") from error
    return manifest


def _holds_data(database: Path) -> bool:
    """Return whether something would be lost; what cannot be read may be data."""
    if not database.exists() or not database.stat().st_size:
        return False
    try:
        with open_file(database, "rw") as connection:
            counts = count_rows(connection)
    except sqlite3.Error:
        return True
    return any(count for name, count in counts.items() if name != VERSION_TABLE)


def _unpack(file: Path, part: Path, manifest: Manifest) -> list[str]:
    shutil.copyfile(file, part)
    with open_file(part, "rw") as copy:
        copy.execute(f"DROP TABLE {MANIFEST}")
        refuse_damage(copy, manifest)
        faults = find_faults(copy)
    sync_to_disk(part)
    return faults


def _swap(part: Path, database: Path, *, is_filled: bool) -> Path | None:
    """Put the file into its place, and return where the former state is kept."""
    moment = clock.now().astimezone(clock.city_time_zone())
    kept = database.with_name(f"{database.name}.before-restore-{moment:%Y-%m-%d-%H%M%S}")
    if not database.exists():
        _put_aside(database, kept)
        part.replace(database)
        sync_to_disk(database.parent)
        return None
    _take_over_owner(database, part)
    try:
        with open_file(database, "rw") as old:
            # Both fail while somebody else has it open; afterwards all of it is in one file.
            old.execute("PRAGMA journal_mode = DELETE")
            old.execute("BEGIN EXCLUSIVE")
            if is_filled:
                kept.hardlink_to(database)
            part.replace(database)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in LOCKED:
            raise ConflictError(
                "Die Datenbank ist in Benutzung. Bitte halten Sie zuerst die Anwendung und ihre "
                "Timer an; es wurde nichts verändert."
            ) from error
        _put_aside(database, kept)
        part.replace(database)
    sync_to_disk(database.parent)
    return kept if kept.exists() else None


def _put_aside(database: Path, kept: Path) -> None:
    """Keep a database that cannot be read; what lies beside it must not meet the new one."""
    for suffix in ITS_OWN_FILES:
        with suppress(FileNotFoundError):
            database.with_name(database.name + suffix).rename(kept.with_name(kept.name + suffix))


def _take_over_owner(database: Path, part: Path) -> None:
    """Let the server read the new file as it read the old one, whoever restores it."""
    before = database.stat()
    part.chmod(before.st_mode & 0o777)
    with suppress(PermissionError):
        os.chown(part, before.st_uid, before.st_gid)
