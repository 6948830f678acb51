"""A throw-away PostgreSQL cluster: real, local, gone after the tests."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


@contextmanager
def running_cluster(settings: Mapping[str, str] = SETTINGS) -> Iterator[str]:
    """Start a cluster that listens on a socket only, and give its SQLAlchemy URL."""
    binaries = max(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
    )
    folder = Path(mkdtemp(prefix="selfcheck-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    _run(
        binaries / "initdb", "--pgdata", data, "--username=postgres", "--auth=trust",
        "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
    )  # fmt: skip
    _run(
        binaries / "pg_ctl", "--pgdata", data, "--wait", "--log", folder / "log",
        "--options", f"{options} -k {folder}", "start",
    )  # fmt: skip
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        _run(binaries / "pg_ctl", "--pgdata", data, "--mode=immediate", "stop")
        shutil.rmtree(folder)


def _run(*command: str | Path) -> None:
    """Run a server command; PostgreSQL refuses to be run by root."""
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *words]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd="/")
