"""Fixtures: an application on each database, a small city, and clients that log in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from backends import BackendApp, PostgresqlApp, SqliteApp
from client import Client
from factories import World
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from postgresql import running_cluster

DATABASES = ("sqlite", "postgresql")

# Many tests make an application of their own; it need not compile every template anew.
COMPILED_TEMPLATES = Path(__file__).parent.parent / ".pytest_cache" / "templates"
COMPILED_TEMPLATES.mkdir(parents=True, exist_ok=True)
Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(COMPILED_TEMPLATES))}


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
def backend_app(
    backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BackendApp]:
    """An application at the newest migration on this backend."""
    folder = tmp_path_factory.mktemp(backend)
    if backend == "postgresql":
        database: BackendApp = PostgresqlApp(request.getfixturevalue("cluster_url"))
    else:
        database = SqliteApp(folder)
    yield database
    database.engine.dispose()


@pytest.fixture
def app(backend_app: BackendApp) -> Flask:
    """The application with an empty database."""
    backend_app.reset()
    return backend_app.app


@pytest.fixture
def world(app: Flask, backend_app: BackendApp) -> World:
    """A small city with one login for each role."""
    return backend_app.make_world()


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser that is not logged in."""
    return app.test_client()


@pytest.fixture
def client_of(app: Flask, world: World) -> Callable[[str], Client]:
    """Open a new browser in which the named person of the small city is logged in."""

    def open_client(login: str) -> Client:
        client = app.test_client()
        client.enter(world.email(login))
        return client

    return open_client


@pytest.fixture
def project_root() -> Path:
    return Path(__file__).parent.parent
