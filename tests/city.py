"""The demo city, served by gunicorn as in the README, for browser tests."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from sqlalchemy import create_engine, make_url, text

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


@contextmanager
def serve_demo_city(database_url: str, log: Path) -> Iterator[str]:
    """Load the demo city into an empty database, serve it, and give its address."""
    for command in (["db", "upgrade"], ["demo"]):
        run_selfcheck(database_url, command)
    with serve_city(database_url, log) as url:
        yield url


def run_selfcheck(database_url: str, command: Sequence[str], *, typed: str = "") -> None:
    """Run a command of the console."""
    subprocess.run(
        [BIN / "selfcheck", *command],
        env=_environ(database_url, {}), input=typed.encode(), check=True, capture_output=True,
    )  # fmt: skip


@contextmanager
def serve_city(
    database_url: str, log: Path, settings: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Serve the city of a database, with some settings of its own, and give its address."""
    environ = _environ(database_url, settings or {})
    with socket.create_server(("127.0.0.1", 0)) as listener, log.open("wb") as output:
        server = subprocess.Popen(
            [BIN / "gunicorn", f"--bind=fd://{listener.fileno()}", "--worker-class=gthread",
             "--threads=8", "--no-control-socket", "wsgi:app"],
            cwd=ROOT, env=environ, pass_fds=[listener.fileno()], stdout=output, stderr=output,
        )  # fmt: skip
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            urlopen(f"{url}/anmelden", timeout=60).close()
            yield url
        finally:
            server.terminate()
            server.wait(timeout=30)


def _environ(database_url: str, settings: Mapping[str, str]) -> dict[str, str]:
    url = {"SELFCHECK_DATABASE_URL": database_url, "SELFCHECK_DEMO": "1"}
    return {**os.environ, **url, **settings}


@contextmanager
def empty_database(cluster_url: str | None, folder: Path) -> Iterator[str]:
    """Give the URL of a new database: in the cluster, or a SQLite file."""
    if cluster_url is None:
        yield f"sqlite:///{folder / 'city.db'}"
        return
    name = "".join(character for character in folder.name if character.isalnum())
    engine = create_engine(cluster_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    yield make_url(cluster_url).set(database=name).render_as_string(hide_password=False)
