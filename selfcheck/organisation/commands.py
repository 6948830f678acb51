"""selfcheck import units …"""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from selfcheck.db import db
from selfcheck.errors import InvalidError
from selfcheck.lists import ListRefused, read_list
from selfcheck.organisation.import_service import apply_plan, describe_plan, make_plan
from selfcheck.organisation.importing import COLUMNS


@click.command("units", help="Liest die Organisationseinheiten.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Sagt nur, was geschehen würde.")
@with_appcontext
def import_units(file: Path, *, dry_run: bool) -> None:
    """Import units from a list; all or nothing."""
    try:
        read = read_list(file.read_bytes(), file.name, COLUMNS)
    except ListRefused as error:
        raise InvalidError(str(error)) from error
    plan = make_plan(read, lock=not dry_run)
    for warning in plan.warnings:
        click.echo(warning, err=True)
    if plan.errors:
        lines = [str(error) for error in plan.errors]
        raise InvalidError("\n".join([*lines, "Es wurde nichts übernommen."]))
    click.echo(describe_plan(plan))
    if dry_run:
        click.echo("Probelauf: Es wurde nichts übernommen.")
        return
    apply_plan(plan, filename=file.name, actor_id=None)
    db.session.commit()
