"""Is the database whole? Read all of it, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import ForeignKeyConstraint, Table, and_, func, select, text

from selfcheck.backup.file_service import VERSION_TABLE, certificate_faults
from selfcheck.db import Base, alembic, db, read_consistently
from selfcheck.errors import InvalidError
from selfcheck.training.models import Certificate, CertificateContent

ROWS_AT_ONCE = 50  # a certificate has up to 10 MB


@dataclass(frozen=True)
class Verified:
    """What was found: rows by table, a digest over every row, and what is wrong.

    The digest of a database is the same after it was dumped and restored.
    """

    revision: str
    counts: dict[str, int]
    certificates: int
    sha256: str
    faults: list[str]


def verify_database() -> Verified:
    """Read the whole database as it is at one moment.

    Raises InvalidError if it is not at the newest migration.
    """
    read_consistently()  # and hold no writer up; Alembic itself would
    revision = db.session.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608
    if revision != known_revisions()[0]:
        raise InvalidError(
            f"Die Datenbank steht auf Migration {revision or '(keine)'}, gebraucht wird "
            f"{known_revisions()[0]}: Bitte rufen Sie zuerst „selfcheck db upgrade“ auf."
        )
    tables = Base.metadata.sorted_tables
    counts = {table.name: _count(table) for table in tables}
    faults = [*_find_broken_pages(), *_find_orphans(), *_find_broken_certificates()]
    digest = sha256()
    for table in sorted(tables, key=lambda one: one.name):
        digest.update(table.name.encode())
        for row in _rows(table):
            digest.update(row)
    certificates = counts[Certificate.__tablename__]
    return Verified(revision, counts, certificates, digest.hexdigest(), faults)


def known_revisions() -> list[str]:
    """Return the migrations that this version knows, newest first."""
    return [script.revision for script in alembic.script_directory.walk_revisions()]


def _count(table: Table) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def _rows(table: Table) -> Iterator[bytes]:
    query = select(table).order_by(*table.primary_key.columns)
    for row in db.session.execute(query.execution_options(yield_per=ROWS_AT_ONCE)):
        plain = [sha256(one).digest() if isinstance(one, bytes) else one for one in row]
        yield repr(plain).encode()


def _find_broken_pages() -> list[str]:
    if db.engine.dialect.name != "sqlite":
        return []
    state = db.session.connection().exec_driver_sql("PRAGMA integrity_check(1)").scalar()
    return [] if state == "ok" else [f"Die Datei der Datenbank ist beschädigt: {state}."]


def _find_orphans() -> list[str]:
    return [
        f"Tabelle {table.name}: {count} Zeilen verweisen auf {key.referred_table.name}, wo es sie "
        "nicht gibt."
        for table in Base.metadata.sorted_tables
        for key in sorted(table.foreign_key_constraints, key=lambda one: str(one.name))
        if (count := _count_orphans(table, key))
    ]


def _count_orphans(table: Table, key: ForeignKeyConstraint) -> int:
    parent = key.referred_table.alias()
    pairs = [(one.parent, parent.c[one.column.name]) for one in key.elements]
    there = select(1).where(and_(*(column == other for column, other in pairs))).exists()
    names_one = and_(*(column.is_not(None) for column, _ in pairs))
    query = select(func.count()).select_from(table).where(names_one, ~there)
    return db.session.scalar(query) or 0


def _find_broken_certificates() -> Iterator[str]:
    query = (
        select(
            Certificate.id,
            Certificate.sha256,
            Certificate.size_bytes,
            CertificateContent.content,
        )
        .outerjoin(CertificateContent, CertificateContent.certificate_id == Certificate.id)
        .order_by(Certificate.id)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for number, digest, size, content in db.session.execute(query):
        yield from certificate_faults(str(number), digest, size, content)
