"""Find out how the system does. What cannot be found out in time is left open."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Select, func, make_url, select, text
from sqlalchemy.exc import DBAPIError

from selfcheck import clock
from selfcheck.audit.models import AuditEvent
from selfcheck.config import Config
from selfcheck.db import db
from selfcheck.mail.answers import MAX_AGE as MAILS_KEPT
from selfcheck.mail.models import Message
from selfcheck.operations.probes_service import PROBE_SECONDS, Probes, current_probes
from selfcheck.operations.status import (
    Database,
    Mails,
    Migrations,
    Scanner,
    SystemStatus,
    Task,
)
from selfcheck.training.models import Certificate


def find_status(config: Config) -> SystemStatus:
    """Ask everything that the page shows; raises nothing where something does not answer."""
    probes = current_probes()
    now = clock.now()
    is_configured = bool(config.clamd)
    return SystemStatus(
        now=now,
        is_demo=config.demo,
        database=_find_database(config),
        migrations=_find_migrations(probes),
        certificates=_find_certificates(),
        scanner=Scanner(
            is_configured=is_configured,
            answers=is_configured and probes.ask_scanner() is True,
        ),
        mails=_find_mails(config, now),
        disk=probes.ask_disk(),
        last_runs=_find_last_runs(),
    )


def _find_database(config: Config) -> Database:
    url = make_url(config.database_url)
    if url.get_backend_name() == "sqlite":
        kind = f"SQLite {sqlite3.sqlite_version}"
        return Database(kind=kind, is_file=True, size_bytes=_size_of_file(str(url.database)))
    row = _ask(
        select(
            func.pg_database_size(func.current_database()),
            func.clock_timestamp(),
            func.current_setting("server_version"),
        )
    )
    if row is None:
        return Database(kind="PostgreSQL", is_file=False, size_bytes=None)
    size, its_time, version = row[0]
    return Database(
        kind=f"PostgreSQL {version}",
        is_file=False,
        size_bytes=size,
        clock_ahead=its_time.astimezone(UTC) - clock.now(),
    )


def _size_of_file(name: str) -> int | None:
    """Return the size of an SQLite database with what is not merged into its file yet."""
    try:
        return sum(one.stat().st_size for one in map(Path, (name, f"{name}-wal")) if one.exists())
    except OSError:
        return None


def _find_migrations(probes: Probes) -> Migrations | None:
    answer = probes.ask_database()
    if answer is None:
        return None
    known, found = probes.known_revisions, answer.revisions
    done = max((known.index(one) + 1 for one in found if one in known), default=0)
    return Migrations(
        found=found,
        needed=probes.heads,
        missing=known[done:],
        is_newer=not found <= set(known),
    )


def _find_certificates() -> tuple[int, int] | None:
    query = select(func.count(Certificate.id), func.coalesce(func.sum(Certificate.size_bytes), 0))
    rows = _ask(query)
    return None if rows is None else (int(rows[0][0]), int(rows[0][1]))


def _find_mails(config: Config, now: datetime) -> Mails | None:
    waits = Message.next_attempt_at.is_not(None)
    is_recent = Message.created_at > now - 2 * MAILS_KEPT  # given up after so long
    is_given_up = Message.next_attempt_at.is_(None) & Message.sent_at.is_(None) & is_recent
    rows = _ask(
        select(
            func.max(Message.sent_at),
            func.count(Message.id).filter(waits),
            func.count(Message.id).filter(waits, Message.attempts > 0),
            func.min(Message.next_attempt_at),
            func.count(Message.id).filter(is_given_up),
        )
    )
    if rows is None:
        return None
    last_sent_at, waiting, troubled, due_since, given_up = rows[0]
    return Mails(
        is_configured=config.mail_server is not None,
        has_links=bool(config.base_url),
        last_sent_at=last_sent_at,
        waiting=waiting,
        troubled=troubled,
        due_since=due_since,
        given_up=given_up,
    )


def _find_last_runs() -> dict[Task, datetime | None] | None:
    rows = _ask(
        select(AuditEvent.action, func.max(AuditEvent.at))
        .where(AuditEvent.action.in_([task.value for task in Task]))
        .group_by(AuditEvent.action)
    )
    if rows is None:
        return None
    found: dict[str, datetime] = {row[0]: row[1] for row in rows}
    return {task: found.get(task.value) for task in Task}


def _ask(query: Select[*tuple[Any, ...]]) -> Sequence[Row[*tuple[Any, ...]]] | None:
    """Return what the database answers within some seconds; None: it does not."""
    try:
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text(f"SET LOCAL statement_timeout = {PROBE_SECONDS:.0f}000"))
        return db.session.execute(query).all()
    except DBAPIError:
        db.session.rollback()
        return None
