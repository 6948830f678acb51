"""The database: base class, naming convention, shared column types and the session."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from enum import StrEnum
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

from flask import Flask, has_request_context, request
from flask_alembic import Alembic
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, Enum, MetaData, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
BUSY_TIMEOUT_MS = 15_000
READS_ONLY = "selfcheck_reads_only"  # an execution option; see read_consistently
WRITES = "selfcheck_writes"  # an execution option; see prepare_to_write


class Base(DeclarativeBase):
    """Base of all tables; every constraint gets a name that a migration can refer to."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# What people wrote, and how they voted, belongs into the database and into no log.
db = SQLAlchemy(engine_options={"pool_pre_ping": True, "hide_parameters": True})
alembic = Alembic(metadatas=Base.metadata, run_mkdir=False)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database. Naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Store UTC; SQLite drops the zone, PostgreSQL keeps it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A stored moment needs a time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return an aware moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_column(members: type[StrEnum], constraint: str = "") -> Enum:
    """Return a column type that stores the members' values, and nothing else.

    ``constraint`` names the check where a table has two columns of one kind.
    """
    return Enum(
        members,
        values_callable=lambda kind: [member.value for member in kind],
        native_enum=False,
        create_constraint=True,
        length=40,
        name=constraint or f"{members.__name__.lower()}_known",
    )


# Letters that no decomposition turns into one of the alphabet.
PLAIN_LETTERS = str.maketrans(
    {"ß": "ss", "đ": "d", "ð": "d", "ł": "l", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


def german_sort_key(text: str) -> str:
    """Return the key under which DIN 5007-1 sorts a word: ä like a, ß like ss, case ignored.

    It is stored, because SQLite and PostgreSQL sort umlauts differently.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(PLAIN_LETTERS))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def init_app(app: Flask) -> None:
    """Connect the application to its database and migrations."""
    url = make_url(app.config["SQLALCHEMY_ENGINES"]["default"])
    if url.get_backend_name() == "sqlite" and url.database not in {None, "", ":memory:"}:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    # There are no asynchronous sessions; closing none would start an event loop, and a thread
    # for it, with each request.
    app.teardown_appcontext_funcs = [
        function for function in app.teardown_appcontext_funcs if not iscoroutinefunction(function)
    ]
    alembic.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine)
        event.listen(db.engine, "handle_error", _hide_values)


def _hide_values(context: ExceptionContext) -> None:
    """Shorten what PostgreSQL says about a refusal, whose details may quote the whole row."""
    original, wrapped = context.original_exception, context.sqlalchemy_exception
    said = getattr(getattr(original, "diag", None), "message_primary", None)
    if said:
        original.args = (said,)
        if wrapped is not None:
            wrapped.args = (f"({type(original).__name__}) {said}",)


def _prepare_sqlite(engine: Engine) -> None:
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _set_pragmas(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver must not open transactions by itself; see _begin.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Take the write lock at once where something will be written.

    A transaction that reads first and writes later fails under load without waiting, because
    SQLite cannot upgrade an outdated snapshot. Pages that only read never wait for a writer.
    """
    options = connection.get_execution_options()
    reads_only = (has_request_context() and request.method in SAFE_METHODS) or (
        options.get(READS_ONLY)
    )
    writes = options.get(WRITES) or not reads_only
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def prepare_to_write() -> None:
    """Take the lock for writing although the request is a GET; see _begin.

    Ends the transaction so far. For the few addresses at which others make the browser arrive.
    """
    db.session.rollback()
    db.session.connection(execution_options={WRITES: True})


def read_consistently() -> None:
    """Let all that is read from here on show the database as it is at one moment.

    Ends the transaction so far. What is read by several queries, such as a table that goes into
    a file, must not hold half of an import; and it shall not wait until the import is through.
    """
    db.session.rollback()
    options: dict[str, Any] = {READS_ONLY: True}
    if db.engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    db.session.connection(execution_options=options)


type_annotation_map: dict[Any, Any] = {datetime: UtcDateTime}
Base.registry.update_type_annotation_map(type_annotation_map)
