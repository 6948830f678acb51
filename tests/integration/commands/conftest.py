"""Run ``selfcheck`` in this process, as if it were one of its own."""

import io
import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from console import Outcome, Run
from flask import Flask
from sqlalchemy import event
from sqlalchemy.pool import Pool

from selfcheck import cli


@pytest.fixture
def run_at(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``selfcheck`` on the database with this URL, and the settings that a test gives."""
    connections: list[Any] = []
    thread = threading.get_ident()

    def keep(connection: object, _record: object) -> None:
        if threading.get_ident() == thread:
            connections.append(connection)

    def run(
        url: str,
        *arguments: str | Path,
        stdin: str = "",
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> Outcome:
        for name in os.environ:
            if name.startswith("SELFCHECK_"):
                monkeypatch.delenv(name)
        monkeypatch.setenv("SELFCHECK_DATABASE_URL", url)
        for name, value in settings.items():
            monkeypatch.setenv(f"SELFCHECK_{name}", value)
        monkeypatch.setattr(sys, "argv", ["selfcheck", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        event.listen(Pool, "connect", keep)
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        event.remove(Pool, "connect", keep)
        while connections:  # a real process would end here
            connections.pop().close()
        return Outcome(stopped.value.code or 0, *capsys.readouterr())

    return run


@pytest.fixture
def run(app: Flask, run_at: Run) -> Run:
    """Run ``selfcheck`` on the database of the test."""
    url = app.config["SQLALCHEMY_ENGINES"]["default"]
    return lambda *arguments, **kwargs: run_at(url, *arguments, **kwargs)
