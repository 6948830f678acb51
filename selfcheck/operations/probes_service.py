"""Questions to what the application depends on, each with an answer in short time or none."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import column, make_url, select, table, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from selfcheck.config import Config
from selfcheck.db import READS_ONLY, alembic, db
from selfcheck.documents.scanning import answers_ping
from selfcheck.mail.service import select_unsent_count
from selfcheck.operations.bounded import Bounded
from selfcheck.operations.status import Disk

PROBE_SECONDS = 2.0


@dataclass(frozen=True)
class DatabaseAnswer:
    """What the database said; ``revisions`` is empty where no migration ever ran."""

    revisions: frozenset[str]
    mails_waiting: int


class Probes:
    """The questions of one application."""

    def __init__(self, app: Flask, config: Config) -> None:
        self._app = app
        self.ask_database = Bounded(self._ask_database, seconds=PROBE_SECONDS)
        self.ask_scanner = Bounded(
            lambda: answers_ping(config.clamd, seconds=PROBE_SECONDS), seconds=PROBE_SECONDS
        )
        self.ask_disk = Bounded(lambda: _ask_disk(config.database_url), seconds=PROBE_SECONDS)

    @cached_property
    def heads(self) -> frozenset[str]:
        """The revisions at which this version of the program finds its tables."""
        with self._app.app_context():
            return frozenset(alembic.script_directory.get_heads())

    @cached_property
    def known_revisions(self) -> tuple[str, ...]:
        """All revisions that this version knows, the oldest first."""
        with self._app.app_context():
            scripts = alembic.script_directory.walk_revisions()
            return tuple(reversed([script.revision for script in scripts]))

    def _ask_database(self) -> DatabaseAnswer:
        with self._app.app_context():
            engine = db.engine
        with engine.connect().execution_options(**{READS_ONLY: True}) as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"SET LOCAL statement_timeout = {PROBE_SECONDS:.0f}000"))
            return _ask_tables(connection)


def init_app(app: Flask, config: Config) -> None:
    """Get the questions ready; nothing is asked yet."""
    app.extensions["probes"] = Probes(app, config)


def current_probes() -> Probes:
    """Return the questions of the running application."""
    probes: Probes = current_app.extensions["probes"]
    return probes


def _ask_tables(connection: Connection) -> DatabaseAnswer:
    """Return the revisions of the tables and how many mails wait; none where there are none."""
    waiting = select_unsent_count().scalar_subquery()
    query = select(column("version_num"), waiting).select_from(table("alembic_version"))
    try:
        rows = connection.execute(query).all()
    except DBAPIError:
        connection.rollback()
        connection.execute(text("SELECT 1"))  # it answers, but has not the tables that it should
        return DatabaseAnswer(frozenset(), 0)
    return DatabaseAnswer(
        frozenset(row[0] for row in rows), max((row[1] for row in rows), default=0)
    )


def _ask_disk(database_url: str) -> Disk | None:
    """Return the space around an SQLite file; of a server's disks nothing is known here."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    usage = shutil.disk_usage(Path(str(url.database)).parent)
    return Disk(free=usage.free, total=usage.total)
