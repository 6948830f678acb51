"""Write a backup of a SQLite database while people go on working."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from selfcheck import clock
from selfcheck.backup.file_service import (
    MANIFEST,
    find_faults,
    open_file,
    part_beside,
    read_contents,
    read_revision,
    refuse_damage,
    sync_to_disk,
)
from selfcheck.backup.manifest import Manifest
from selfcheck.errors import ConflictError, DomainError, InvalidError, NotFoundError


@dataclass(frozen=True)
class Backup:
    """A backup that was written and read again, and what is wrong with the data in it."""

    manifest: Manifest
    size_bytes: int
    faults: list[str]


def make_backup(database: Path, target: Path, *, version: str, overwrite: bool) -> Backup:
    """Write a backup and check it; either the whole file appears under its name, or none.

    Raises DomainError: the target is there already, the disk is full, the copy is not whole.
    """
    _refuse_target(database, target, overwrite=overwrite)
    try:
        with part_beside(target) as part:
            manifest = _copy(database, part, version)
            faults = _check(part, manifest)
            size = part.stat().st_size
            _publish(part, target, overwrite=overwrite)
    except (sqlite3.Error, OSError) as error:
        raise InvalidError(
            f"Die Sicherung ließ sich nicht schreiben: {error}. Es bleibt keine halbe Datei zurück."
        ) from error
    return Backup(manifest, size, faults)


def _refuse_target(database: Path, target: Path, *, overwrite: bool) -> None:
    if not database.is_file():
        raise NotFoundError("Es gibt noch keine Datenbank, die man sichern könnte.")
    if not target.parent.is_dir():
        raise NotFoundError(f"Den Ordner {target.parent} gibt es nicht.")
    if not target.exists():
        return
    if not target.is_file() or target.samefile(database):
        raise InvalidError(f"{target} lässt sich nicht als Sicherung verwenden.")
    if not overwrite:
        raise _already_there(target)


def _already_there(target: Path) -> DomainError:
    return ConflictError(
        f"{target} gibt es schon und bleibt, wie sie ist. Mit --overwrite wird sie ersetzt."
    )


def _copy(database: Path, part: Path, version: str) -> Manifest:
    """Copy the database as it is at one moment; who writes meanwhile does not wait."""
    with open_file(database, "rw") as source, open_file(part, "rw") as copy:
        # What is half written is thrown away; the whole is synchronised once, at the end.
        copy.execute("PRAGMA synchronous = OFF")
        source.execute("BEGIN")
        revision = read_revision(source)
        if not revision:
            raise InvalidError("Das ist keine Datenbank dieser Anwendung (selfcheck db upgrade).")
        contents = read_contents(source)
        source.backup(copy)  # all pages in one step, of the same moment
        source.execute("ROLLBACK")
        manifest = Manifest(
            made_at=clock.now().isoformat(timespec="seconds"),
            version=version,
            revision=revision,
            counts=contents.counts,
            sha256=contents.sha256,
        )
        copy.execute("PRAGMA journal_mode = DELETE")  # nothing beside the one file
        copy.execute(f"CREATE TABLE {MANIFEST} (content TEXT NOT NULL)")
        copy.execute(f"INSERT INTO {MANIFEST} VALUES (?)", [manifest.to_json()])  # noqa: S608
    sync_to_disk(part)
    return manifest


def _check(part: Path, manifest: Manifest) -> list[str]:
    with open_file(part) as copy:
        refuse_damage(copy, manifest)
        return find_faults(copy)


def _publish(part: Path, target: Path, *, overwrite: bool) -> None:
    """Give the file its name; a link, other than a renaming, never replaces another file."""
    if overwrite:
        part.replace(target)
    else:
        try:
            target.hardlink_to(part)
        except FileExistsError as error:
            raise _already_there(target) from error
        except OSError:  # a file system without links, as of a network drive
            if target.exists():
                raise _already_there(target) from None
            part.rename(target)
    sync_to_disk(target.parent)
