"""selfcheck backup, restore and verify"""

from __future__ import annotations

import shlex
import sys
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import with_appcontext
from sqlalchemy import URL

from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.backup.backup_service import make_backup
from selfcheck.backup.restore_service import restore_backup
from selfcheck.backup.verify_service import known_revisions, verify_database
from selfcheck.db import db
from selfcheck.lists.messages import grouped

FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
PEOPLE, CHECKS, CERTIFICATES = "person", "self_check", "certificate"


@click.command("backup", help="Sichert die Datenbank in eine Datei (SQLite, im Betrieb).")
@FILE
@click.option("--overwrite", is_flag=True, help="Ersetzt eine Datei, die es schon gibt.")
@with_appcontext
def backup(file: Path, *, overwrite: bool) -> None:
    """Write a backup, check it, and say what is in it."""
    database = _database_file(f"pg_dump --format=custom --no-owner --file={shlex.quote(str(file))}")
    made = make_backup(database, file, version=version("selfcheck"), overwrite=overwrite)
    click.echo(
        f"Gesichert und geprüft: {file}, {_describe(dict(made.manifest.counts))}, "
        f"{grouped(made.size_bytes)} Bytes, Migration {made.manifest.revision}, "
        f"Prüfsumme {made.manifest.sha256}"
    )
    audit.record(Action.DATABASE_BACKED_UP, actor_id=None, subject=file.name)
    db.session.commit()
    _tell(made.faults)


@click.command("restore", help="Spielt eine Sicherung zurück (SQLite, bei ruhender Anwendung).")
@FILE
@click.option(
    "--replace", is_flag=True, help="Ersetzt vorhandene Daten; ihr Stand bleibt daneben liegen."
)
@with_appcontext
def restore(file: Path, *, replace: bool) -> None:
    """Put a backup back if it is whole, and say what is there now."""
    database = _database_file(
        "pg_restore --exit-on-error --single-transaction --no-owner", suffix=shlex.quote(str(file))
    )
    revisions = known_revisions()
    db.session.close()
    db.engine.dispose()  # this process, too, must not hold the file
    done = restore_backup(
        file, database, version=version("selfcheck"), revisions=revisions, replace=replace
    )
    click.echo(
        f"Wiederhergestellt und geprüft: {_describe(dict(done.manifest.counts))}, Stand vom "
        f"{done.manifest.made_at}, Prüfsumme {done.manifest.sha256}"
    )
    if done.kept is not None:
        click.echo(f"Der vorige Stand liegt in {done.kept}.")
    if done.manifest.revision != revisions[0]:
        click.echo(
            f"Die Sicherung steht auf Migration {done.manifest.revision}; vor dem Start der "
            "Anwendung ist „selfcheck db upgrade“ nötig."
        )
    audit.record(Action.DATABASE_RESTORED, actor_id=None, subject=file.name)
    db.session.commit()
    _tell(done.faults)


@click.command("verify", help="Prüft die Datenbank: Zahlen, Verweise und jedes Zertifikat.")
@with_appcontext
def verify() -> None:
    """Read the whole database, and say whether it is whole."""
    found = verify_database()
    db.session.rollback()
    click.echo(f"Migration {found.revision}, Prüfsumme {found.sha256}")
    for name, count in sorted(found.counts.items()):
        click.echo(f"  {name}: {grouped(count)}")
    _tell(found.faults)
    click.echo(
        f"In Ordnung: {_describe(found.counts)}; alle Verweise stimmen, und jedes Zertifikat ist "
        "lesbar und unverändert."
    )


def _describe(counts: dict[str, int]) -> str:
    named = {
        "Zeilen": sum(counts.values()),
        "Personen": counts.get(PEOPLE, 0),
        "Selbstchecks": counts.get(CHECKS, 0),
        "Zertifikate": counts.get(CERTIFICATES, 0),
    }
    return ", ".join(f"{name} {grouped(count)}" for name, count in named.items())


def _tell(faults: list[str]) -> None:
    """End with exit code 1 if something is wrong with the data."""
    if faults:
        click.echo("\n".join(["In den Daten ist etwas nicht in Ordnung:", *faults]), err=True)
        sys.exit(1)


def _database_file(command: str, suffix: str = "") -> Path:
    """Return the file of the database; without one, name the command that does it, and end."""
    url = db.engine.url
    if url.get_backend_name() != "sqlite":
        _refuse(
            "Dieser Befehl ist für SQLite. Eine PostgreSQL-Datenbank wird mit ihren eigenen "
            f"Werkzeugen gesichert und zurückgespielt:\n\n  {command} --dbname="
            f"{shlex.quote(_without_password(url))}{' ' + suffix if suffix else ''}\n\n"
            "Danach prüft „selfcheck verify“, ob alles da ist. Wie man auf einen beliebigen "
            "Zeitpunkt zurückgeht (PITR), steht in deploy/README.md."
        )
    if url.database in {None, "", ":memory:"}:
        _refuse("Diese Datenbank steht in keiner Datei.")
    return Path(str(url.database))


def _without_password(url: URL) -> str:
    shown = url.set(drivername="postgresql").difference_update_query(["password", "sslpassword"])
    return URL.create(
        shown.drivername, shown.username, None, shown.host, shown.port, shown.database, shown.query
    ).render_as_string()


def _refuse(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)
