"""A server that is killed and started again, on the same port and the same database."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from typing import IO

from bench.serving import ROOT, START_SECONDS, THREADS, WORKERS


class CrashServer:
    """A gunicorn with two workers. Whoever knocks while it is away waits in the queue."""

    def __init__(
        self, database_url: str, listener: socket.socket, output: IO[bytes], folder: Path
    ) -> None:
        environ = {
            **os.environ,
            "SELFCHECK_DATABASE_URL": database_url,
            "SELFCHECK_DEMO": "1",  # cookies without TLS
            "SELFCHECK_SECRET_KEY": secrets.token_hex(32),  # the same after each start
        }
        descriptor = listener.fileno()
        self.address = f"127.0.0.1:{listener.getsockname()[1]}"
        self._starter = subprocess.Popen(
            [sys.executable, "-m", "bench.crash_starter", str(folder), f"--bind=fd://{descriptor}",
             "--worker-class=gthread", f"--workers={WORKERS}", f"--threads={THREADS}",
             "--no-control-socket", "wsgi:app"],
            cwd=ROOT, env=environ, pass_fds=[descriptor], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=output,
        )  # fmt: skip
        self._pid = self._start()

    def _start(self) -> int:
        assert self._starter.stdin is not None
        assert self._starter.stdout is not None
        print("start", file=self._starter.stdin, flush=True)
        return int(self._starter.stdout.readline())

    def wait(self) -> None:
        """Wait until it answers."""
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                connection = HTTPConnection(self.address, timeout=START_SECONDS)
                connection.request("GET", "/anmelden")
                connection.getresponse().read()
                connection.close()
            except (OSError, HTTPException):
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
            else:
                return

    def kill(self) -> None:
        """Kill all its processes at once, and start it anew."""
        os.killpg(self._pid, signal.SIGKILL)
        self._pid = self._start()

    def kill_worker(self, random: Random) -> None:
        """Kill one of its workers; the other goes on, and a new one takes its place."""
        children = (
            Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text(encoding="utf-8").split()
        )
        if children:
            os.kill(int(random.choice(children)), signal.SIGKILL)

    def stop(self) -> None:
        """End it in order."""
        os.kill(self._pid, signal.SIGTERM)
        try:
            self._starter.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(self._pid, signal.SIGKILL)
            self._starter.communicate()


@contextmanager
def open_server(database_url: str, log: Path) -> Iterator[CrashServer]:
    """Serve the application on a database."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener, log.open("wb") as output:
        server = CrashServer(database_url, listener, output, log.parent)
        try:
            server.wait()
            yield server
        finally:
            server.stop()
