"""selfcheck delete-old-votes"""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from selfcheck import clock
from selfcheck.checks import vote_service
from selfcheck.checks.votes import VOTES_KEPT_DAYS
from selfcheck.db import db


@click.command(
    "delete-old-votes",
    help=f"Löscht Teamrunden, die vor {VOTES_KEPT_DAYS} Tagen begannen (täglich aufrufen).",
)
@with_appcontext
def delete_old_votes() -> None:
    """Delete team rounds that are too old, with their links and votes."""
    deleted = vote_service.delete_old_votes(clock.now())
    db.session.commit()
    click.echo(f"Gelöschte Teamrunden: {deleted}")
