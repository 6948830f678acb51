"""A server for the bench: gunicorn with two workers, as the README starts it."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
WORKERS, THREADS = 2, 8
START_SECONDS = 60
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running gunicorn."""

    address: str
    pid: int

    @property
    def cpu_seconds(self) -> float:
        """What its workers have used so far."""
        return sum(
            sum(map(int, _read(pid, "stat").rpartition(")")[2].split()[11:13])) / TICKS
            for pid in self._workers
        )

    @property
    def memory_mb(self) -> float:
        """The peak of its largest worker."""
        peaks = [
            int(line.split()[1]) / 1024
            for pid in self._workers
            for line in _read(pid, "status").splitlines()
            if line.startswith("VmHWM")
        ]
        return max(peaks)

    @property
    def _workers(self) -> list[int]:
        return [int(pid) for pid in _read(self.pid, f"task/{self.pid}/children").split()]


@contextmanager
def serve(site: str, database_url: str, log: Path) -> Iterator[Server]:
    """Serve a function of ``bench.site`` on a database."""
    environ = {
        **os.environ,
        "SELFCHECK_DATABASE_URL": database_url,
        "SELFCHECK_DEMO": "1",  # cookies without TLS
        "SELFCHECK_SECRET_KEY": secrets.token_hex(32),
    }
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener, log.open("wb") as output:
        server = subprocess.Popen(
            [BIN / "gunicorn", f"--bind=fd://{listener.fileno()}", "--worker-class=gthread",
             f"--workers={WORKERS}", f"--threads={THREADS}", "--no-control-socket",
             f"bench.site:{site}()"],
            cwd=ROOT, env=environ, pass_fds=[listener.fileno()], stdout=output, stderr=output,
        )  # fmt: skip
        try:
            address = f"127.0.0.1:{listener.getsockname()[1]}"
            _wait_for(address)
            yield Server(address, server.pid)
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_for(address: str) -> None:
    """Wait until something answers, whatever it says."""
    connection = HTTPConnection(address, timeout=START_SECONDS)
    connection.request("GET", "/anmelden")
    connection.getresponse().read()
    connection.close()
    time.sleep(1)  # the other worker may still be loading


def _read(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8")
