"""selfcheck import staff …, selfcheck import undo-staff …"""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import IntegrityError

from selfcheck import clock
from selfcheck.db import db
from selfcheck.errors import ConflictError, InvalidError
from selfcheck.lists import ListRefused, read_list
from selfcheck.progress import progress_of
from selfcheck.staff import undo_service
from selfcheck.staff.import_service import apply_plan, describe_plan, make_plan
from selfcheck.staff.importing import COLUMNS

NOTHING_DONE = "Es wurde nichts übernommen."


@click.command("staff", help="Liest das Personal.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Sagt nur, was geschehen würde.")
@with_appcontext
def import_staff(file: Path, *, dry_run: bool) -> None:
    """Import a roster of the whole city; all or nothing."""
    try:
        read = read_list(file.read_bytes(), file.name, COLUMNS)
    except ListRefused as error:
        raise InvalidError(str(error)) from error
    rows = len(read.rows) + len(read.faulty_rows)
    progress = progress_of(rows, "Personen")
    plan = make_plan(read, within=None, on=clock.today(), lock=not dry_run)
    for warning in plan.warnings:
        click.echo(warning, err=True)
    if plan.errors:
        lines = [str(error) for error in plan.errors]
        raise InvalidError("\n".join([*lines, NOTHING_DONE]))
    if dry_run:
        click.echo(describe_plan(plan))
        click.echo(f"Probelauf: {NOTHING_DONE}")
        return
    try:
        applied = apply_plan(plan, filename=file.name, actor_id=None, progress=progress)
        db.session.commit()
    except IntegrityError as error:
        told = "Jemand anderes hat dieselben Personen inzwischen eingetragen."
        raise ConflictError(f"{told}\n{NOTHING_DONE}") from error
    click.echo(describe_plan(plan))
    if applied is not None:
        click.echo(f"Zurücknehmen: selfcheck import undo-staff {applied.id}")


@click.command("undo-staff", help="Nimmt den Import einer Personalliste zurück.")
@click.argument("import_id", metavar="ID", type=click.UUID)
@with_appcontext
def undo_staff(import_id: UUID) -> None:
    """Take an import back, whoever made it; all or nothing."""
    one = undo_service.get_import(import_id, actor_id=None)
    undo_service.take_back(one, within=None, on=clock.today(), actor_id=None)
    db.session.commit()
    click.echo(f"Zurückgenommen: {one.filename} ({one.summary})")
