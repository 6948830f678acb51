"""A throw-away PostgreSQL cluster: real, local, gone after the tests."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


@dataclass(frozen=True)
class Cluster:
    """A cluster that listens on a socket in its own folder only."""

    folder: Path
    settings: Mapping[str, str]

    @property
    def url(self) -> str:
        """Its URL for SQLAlchemy."""
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    @property
    def data(self) -> Path:
        """Where its files are."""
        return self.folder / "data"

    def start(self) -> None:
        """Start it, also after it was killed."""
        options = " ".join(f"-c {name}='{value}'" for name, value in self.settings.items())
        _run(
            _binaries() / "pg_ctl", "--pgdata", self.data, "--wait", "--log", self.folder / "log",
            "--options", f"{options} -k {self.folder}", "start",
        )  # fmt: skip

    def stop(self) -> None:
        """Stop it as if the power failed: without writing what is in memory."""
        _run(_binaries() / "pg_ctl", "--pgdata", self.data, "--mode=immediate", "stop")

    def kill(self) -> None:
        """Kill its first process, and wait until those that it has started are gone, too."""
        pid = int((self.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        others = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
        os.kill(pid, signal.SIGKILL)
        while any(Path(f"/proc/{one}/cmdline").exists() for one in [pid, *others]):
            time.sleep(0.05)


@contextmanager
def open_cluster(settings: Mapping[str, str] = SETTINGS) -> Iterator[Cluster]:
    """Start a cluster of one's own; it may be stopped and started."""
    folder = Path(mkdtemp(prefix="selfcheck-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    cluster = Cluster(folder, settings)
    _run(
        _binaries() / "initdb", "--pgdata", cluster.data, "--username=postgres", "--auth=trust",
        "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
    )  # fmt: skip
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)


@contextmanager
def running_cluster(settings: Mapping[str, str] = SETTINGS) -> Iterator[str]:
    """Start a cluster, and give its URL."""
    with open_cluster(settings) as cluster:
        yield cluster.url


def _binaries() -> Path:
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


def _run(*command: str | Path) -> None:
    """Run a server command; PostgreSQL refuses to be run by root."""
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *words]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd="/")
