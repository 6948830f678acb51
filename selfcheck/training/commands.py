"""selfcheck import trainings …"""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from selfcheck import clock
from selfcheck.db import db
from selfcheck.documents import DocumentRefused
from selfcheck.errors import InvalidError
from selfcheck.lists import ListRefused, read_list
from selfcheck.progress import progress_of
from selfcheck.training.certificate_folder import CertificateFiles, open_archive, open_folder
from selfcheck.training.import_service import apply_plan, describe_plan, make_plan
from selfcheck.training.importing import COLUMNS


@click.command("trainings", help="Liest Schulungen und ihre Nachweise.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--files",
    "folder_or_zip",
    type=click.Path(exists=True, path_type=Path),
    help="Ordner oder ZIP-Archiv mit den Nachweisen; sonst liegen sie neben der Liste.",
)
@click.option(
    "--central",
    "is_central",
    is_flag=True,
    help="Die Liste kommt von der zentralen Fortbildung und bestätigt die Teilnahme.",
)
@click.option("--dry-run", is_flag=True, help="Sagt nur, was geschehen würde.")
@with_appcontext
def import_trainings(
    file: Path, *, folder_or_zip: Path | None, is_central: bool, dry_run: bool
) -> None:
    """Import trainings from a list; all or nothing."""
    try:
        read = read_list(file.read_bytes(), file.name, COLUMNS)
        files = _open_files(file, folder_or_zip)
    except (ListRefused, DocumentRefused) as error:
        raise InvalidError(str(error)) from error
    progress = progress_of(len(read.rows) + len(read.faulty_rows), "Schulungen")
    plan = make_plan(
        read,
        user=None,
        files=files,
        day=clock.today(),
        is_central=is_central,
        lock=not dry_run,
    )
    for warning in plan.warnings:
        click.echo(warning, err=True)
    if plan.errors:
        lines = [str(error) for error in plan.errors]
        raise InvalidError("\n".join([*lines, "Es wurde nichts übernommen."]))
    if dry_run:
        click.echo(describe_plan(plan))
        click.echo("Probelauf: Es wurde nichts übernommen.")
        return
    apply_plan(
        plan,
        filename=file.name,
        actor_id=None,
        is_central=is_central,
        progress=progress,
    )
    db.session.commit()
    click.echo(describe_plan(plan))


def _open_files(file: Path, folder_or_zip: Path | None) -> CertificateFiles:
    if folder_or_zip is None:
        return open_folder(file.parent, levels=1, without=file, names_unused=False)
    if folder_or_zip.is_dir():
        return open_folder(folder_or_zip, without=file)
    return open_archive(folder_or_zip.read_bytes(), folder_or_zip.name)
