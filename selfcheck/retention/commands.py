"""selfcheck retention run"""

from __future__ import annotations

import click
from flask.cli import AppGroup, with_appcontext

from selfcheck import clock
from selfcheck.db import db, read_consistently
from selfcheck.retention.due_service import At, at, count_due
from selfcheck.retention.kinds import Kind
from selfcheck.retention.run_service import delete_due, record_run

retention_commands = AppGroup("retention", help="Löschfristen.")
KEPT = "(nur gezählt)"


@retention_commands.command("run", help="Zeigt, was fällig ist; mit --yes löscht es.")
@click.option("--yes", "is_meant", is_flag=True, help="Wirklich löschen.")
@with_appcontext
def run(*, is_meant: bool) -> None:
    """Say what is due, or delete it; every kind in a transaction of its own."""
    when = at(clock.now())
    if not is_meant:
        read_consistently()
        _print_table(when, count_due(when), "fällig")
        click.echo("Probelauf: Es wurde nichts gelöscht. Löschen: selfcheck retention run --yes")
        return
    numbers = {}
    for kind in Kind:
        if kind.is_deleted:
            numbers[kind] = delete_due(kind, when)
            db.session.commit()
    record_run(numbers)
    db.session.commit()
    _print_table(when, numbers, "gelöscht")


def _print_table(when: At, numbers: dict[Kind, int], heading: str) -> None:
    rows = [
        (kind.label, number, when.periods[kind].label, "" if kind.is_deleted else KEPT)
        for kind, number in numbers.items()
    ]
    width = max(len(label) for label, *_ in rows)
    click.echo(f"{'Daten':{width}}  {heading:>9}  Frist")
    for label, number, period, remark in rows:
        click.echo(f"{label:{width}}  {number:>9}  {period} {remark}".rstrip())
