"""The console command ``selfcheck``. Exit codes: 0 done, 1 input rejected, 2 wrong usage."""

from __future__ import annotations

import os
import sys

import click
from alembic.util import CommandError
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError, ProgrammingError

import selfcheck
from selfcheck.config import Config, ConfigError
from selfcheck.errors import DomainError

# The features' own imports hang in this group.
import_commands = AppGroup("import", help="Listen einlesen (XLSX oder CSV).")


def main() -> None:
    """Run a command of the application that the environment describes."""
    try:
        app = selfcheck.create_app(Config.from_environ(os.environ, needs_secret=False))
    except (ConfigError, ValueError, OSError) as error:
        _fail(str(error), exit_code=2)
    app.cli.help = "Selbstcheck und Schulungsauftrag."
    try:
        with app.app_context():
            app.cli.main(prog_name="selfcheck")
    except DomainError as error:
        _fail(error.message, exit_code=1)
    except UnicodeError:
        _fail("Die Eingabe ist kein gültiges UTF-8.", exit_code=1)
    except CommandError as error:
        _fail(f"Die Datenbank lässt sich nicht migrieren: {error}", exit_code=1)
    except (OperationalError, ProgrammingError) as error:
        _fail(
            "Die Datenbank antwortet nicht oder ist nicht auf dem neuesten Stand "
            f"(selfcheck db upgrade): {error.orig}",
            exit_code=1,
        )


def _fail(message: str, *, exit_code: int) -> None:
    click.echo(message, err=True)
    sys.exit(exit_code)
