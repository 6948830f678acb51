"""The console command as a whole: usage, settings, and what happens without a database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from console import Run, count
from factories import World
from flask import Flask

from selfcheck.accounts.models import User
from selfcheck.demo.commands import ORGANISATION

pytestmark = pytest.mark.slow


def test_help_lists_all_commands(run: Run) -> None:
    outcome = run("--help")
    assert outcome.code == 0
    for command in ("db", "demo", "import", "user"):
        assert f"\n  {command} " in outcome.out
    assert "units" in run("import", "--help").out
    for command in ("add", "grant"):
        assert command in run("user", "--help").out


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["import", "nonsense"],
        ["import", "units"],
        ["import", "units", "missing.csv"],
        ["import", "units", "."],  # a folder
        ["import", "units", __file__, "--nonsense"],
        ["user", "add", "a@b.de", "--role", "hr"],  # no name
        ["user", "add", "a@b.de", "--name", "X"],  # no role
        ["user", "add", "--name", "X", "--role", "hr"],  # no address
        ["user", "add", "a@b.de", "--name", "X", "--role", "king"],
        ["user", "grant", "head33@stadt.example", "--role", "king"],
        ["user", "grant", "head33@stadt.example"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_a_hint(
    app: Flask, world: World, run: Run, arguments: list[str]
) -> None:
    outcome = run(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert "Usage: selfcheck" in outcome.err
    assert "Error: " in outcome.err
    assert count(app, User) == len(world.user_ids)


@pytest.mark.parametrize(
    "arguments",
    [
        ["demo"],
        ["user", "grant", "a@b.de", "--role", "hr"],
        ["import", "units", str(ORGANISATION)],
        ["import", "units", str(ORGANISATION), "--dry-run"],
    ],
    ids=" ".join,
)
def test_a_database_that_is_not_migrated_is_a_sentence(
    run_at: Run, tmp_path: Path, arguments: list[str]
) -> None:
    outcome = run_at(f"sqlite:///{tmp_path / 'new.db'}", *arguments)
    assert (outcome.code, outcome.out) == (1, "")
    assert "selfcheck db upgrade" in outcome.err
    assert "Traceback" not in outcome.err


def test_a_database_that_is_away_is_a_sentence(run_at: Run, tmp_path: Path) -> None:
    outcome = run_at(f"postgresql://x@/x?host={tmp_path}", "demo")
    assert outcome.code == 1
    assert "Die Datenbank antwortet nicht" in outcome.err


def test_a_setting_that_is_wrong_is_named(run_at: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = run_at("mysql://somewhere/x", "demo")
    assert (outcome.code, outcome.out) == (2, "")
    assert "SELFCHECK_DATABASE_URL" in outcome.err


def test_a_database_newer_than_the_program_is_a_sentence(run_at: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert run_at(url, "db", "upgrade", "0001").code == 0
    outcome = run_at(url, "db", "upgrade", "9999")
    assert outcome.code == 1
    assert "Die Datenbank lässt sich nicht migrieren" in outcome.err


def in_a_process(
    *arguments: str, stdin: bytes = b"", **environ: str
) -> subprocess.CompletedProcess:
    """Run Python as a user does, without the settings of whoever runs the tests."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SELFCHECK_", "PYTHON"))}
    return subprocess.run(
        [sys.executable, *arguments],
        input=stdin,
        env=kept | environ,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        check=False,
        timeout=60,
    )


SELFCHECK = ("-W", "error", "-c", "from selfcheck.cli import main; main()")


def test_an_empty_machine_is_set_up_by_commands_alone(tmp_path: Path) -> None:
    """As a whole process, without a secret: folder, database, user."""
    url = f"sqlite:///{tmp_path / 'a' / 'b.db'}"
    upgraded = in_a_process(*SELFCHECK, "db", "upgrade", SELFCHECK_DATABASE_URL=url)
    assert upgraded.returncode == 0, upgraded.stderr.decode()
    words = ("user", "add", "a@b.de", "--name", "X", "--role", "admin", "--password-stdin")
    for password, code in (
        (b"f\xfcnfzehn Zeichen lang\n", 1),  # no UTF-8
        (b"ein langes Passwort\n", 0),
    ):
        done = in_a_process(*SELFCHECK, *words, stdin=password, SELFCHECK_DATABASE_URL=url)
        assert done.returncode == code, done.stderr.decode()
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("environ", "starts"),
    [
        ({}, False),
        ({"SELFCHECK_SECRET_KEY": "x" * 31}, False),
        ({"SELFCHECK_SECRET_KEY": "x" * 32}, True),
        ({"SELFCHECK_DEMO": "1"}, True),
    ],
    ids=["no secret", "short secret", "secret", "demo"],
)
def test_pages_are_not_served_without_a_secret(
    tmp_path: Path, environ: dict[str, str], starts: bool
) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    done = in_a_process("-c", "import wsgi", SELFCHECK_DATABASE_URL=url, **environ)
    assert (done.returncode == 0) is starts, done.stderr.decode()
    if not starts:
        last = done.stderr.decode().splitlines()[-1]
        assert "SELFCHECK_SECRET_KEY is missing or shorter than 32 characters" in last
