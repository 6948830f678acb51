"""The application behind gunicorn, with the settings of deploy/."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from flask import Flask

TOKEN = "t" * 40
BIN = Path(sys.executable).parent
REQUESTS = 24


@contextmanager
def served(app: Flask, root: Path, folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve the application's database by two workers on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listener, (folder / "log").open("wb") as log:
        environ = {
            **{name: text for name, text in os.environ.items() if not name.startswith("SELFCHECK")},
            "SELFCHECK_DATABASE_URL": app.extensions["selfcheck"].database_url,
            "SELFCHECK_SECRET_KEY": "s" * 40,
            "SELFCHECK_METRICS_TOKEN": TOKEN,
            "SELFCHECK_BIND": f"fd://{listener.fileno()}",
            "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
        }
        server = subprocess.Popen(
            [BIN / "gunicorn", f"--config={root / 'deploy' / 'gunicorn.conf.py'}"],
            cwd=root, env=environ, pass_fds=[listener.fileno()], stdout=log, stderr=log,
        )  # fmt: skip
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", server
        finally:
            server.kill()
            server.wait(timeout=30)


def ask(url: str, *, token: str = "") -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with urlopen(Request(url, headers=headers), timeout=60) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def count_alive(url: str) -> float:
    status, text = ask(f"{url}/metrics", token=TOKEN)
    assert status == 200
    name = 'selfcheck_requests_total{endpoint="health.tell_alive",method="GET",status="2xx"} '
    (line,) = [line for line in text.splitlines() if line.startswith(name)]
    return float(line.removeprefix(name))


def workers_of(server: subprocess.Popen[bytes]) -> set[int]:
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
    return {int(pid) for pid in children.split()}


def lines_of(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "log").read_text().splitlines()]


@pytest.mark.slow
def test_two_workers_answer_count_together_and_stop_when_told(
    app: Flask, project_root: Path, tmp_path: Path
):
    with served(app, project_root, tmp_path) as (url, server):
        for _ in range(REQUESTS):
            assert ask(f"{url}/healthz") == (200, "ok\n")
        assert ask(f"{url}/readyz") == (200, "ok\n")
        assert ask(f"{url}/metrics")[0] == 401
        assert ask(f"{url}/gibt/es/nicht?name=geheim")[0] == 404
        assert count_alive(url) == REQUESTS
        assert len(workers_of(server)) == 2
        for worker in workers_of(server):  # new ones take their places, and go on counting
            os.kill(worker, signal.SIGTERM)
        assert ask(f"{url}/healthz") == (200, "ok\n")
        assert count_alive(url) == REQUESTS + 1
        files = sorted(path.name for path in (tmp_path / "metrics").glob("counter_*"))

        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0

    assert files == ["counter_0.db", "counter_1.db"]
    assert not (tmp_path / "metrics").exists()
    lines = lines_of(tmp_path)
    # One line for what was refused, none for the questions of the monitoring.
    statuses = [line["status"] for line in lines if line["message"] == "request"]
    assert statuses == [401, 404]
    assert "geheim" not in (tmp_path / "log").read_text()
    assert {line["level"].lower() for line in lines} <= {"info"}
