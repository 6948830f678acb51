"""Fixtures: an application on each database, a small city, and clients that log in."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from client import Client, watch_for_uncommitted_changes
from factories import World, make_world
from flask import Flask
from postgresql import running_cluster
from sqlalchemy import text

from selfcheck import create_app
from selfcheck.config import Config
from selfcheck.db import Base, alembic, db

DATABASES = ("sqlite", "postgresql")
SECRET = "for tests only, and long enough to be taken"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", action="append", choices=DATABASES, help="only on this one (default: both)"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "backend" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database") or DATABASES
        if metafunc.definition.get_closest_marker("one_database"):
            chosen = chosen[:1]
        metafunc.parametrize("backend", chosen, scope="session")


@pytest.fixture(scope="session")
def cluster_url() -> Iterator[str]:
    with running_cluster() as url:
        yield url


@pytest.fixture(scope="session")
def migrated_app(
    backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, Callable[[], None]]]:
    """An application at the newest migration, and a function that empties its database."""
    folder = tmp_path_factory.mktemp(backend)
    if backend == "postgresql":
        url = request.getfixturevalue("cluster_url")
    else:
        url = f"sqlite:///{folder / 'test.db'}"
    app = create_app(Config(database_url=url, secret_key=SECRET, testing=True))
    with app.app_context():
        alembic.upgrade()
        db.session.close()
        engine = db.engine
    watch_for_uncommitted_changes(app)
    app.test_client_class = Client
    engine.dispose()
    empty = folder / "empty.db"
    if backend == "sqlite":
        shutil.copy(folder / "test.db", empty)

    def reset() -> None:
        if backend == "sqlite":
            engine.dispose()
            for leftover in folder.glob("test.db*"):
                leftover.unlink()
            shutil.copy(empty, folder / "test.db")
        else:
            names = ", ".join(table.name for table in Base.metadata.sorted_tables)
            with engine.begin() as connection:
                connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))

    yield app, reset
    engine.dispose()


@pytest.fixture
def app(migrated_app: tuple[Flask, Callable[[], None]]) -> Flask:
    """The application with an empty database."""
    app, reset = migrated_app
    reset()
    return app


@pytest.fixture
def world(app: Flask) -> World:
    """A small city with one login for each role."""
    with app.app_context():
        return make_world()


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser that is not logged in."""
    return app.test_client()


@pytest.fixture
def client_of(app: Flask, world: World) -> Callable[[str], Client]:
    """Open a new browser in which the named person of the small city is logged in."""

    def open_client(login: str) -> Client:
        client = app.test_client()
        client.log_in(world.email(login))
        return client

    return open_client


@pytest.fixture
def project_root() -> Path:
    return Path(__file__).parent.parent
