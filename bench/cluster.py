"""Databases for the bench: files of SQLite, and a PostgreSQL cluster as a city runs one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from city import empty_database
from postgresql import running_cluster

# Other than in the tests, a commit is on the disk.
SETTINGS = {"listen_addresses": ""}
NAMES = ("sqlite", "postgresql")


@contextmanager
def opened_cluster(databases: list[str]) -> Iterator[str | None]:
    """Start PostgreSQL if it is among the databases, and give its URL."""
    if "postgresql" not in databases:
        yield None
        return
    with running_cluster(SETTINGS) as url:
        yield url


@contextmanager
def new_database(name: str, cluster_url: str | None, folder: Path) -> Iterator[str]:
    """Give the URL of an empty database; the folder's name must be another each time."""
    with empty_database(cluster_url if name == "postgresql" else None, folder) as url:
        yield url
