"""selfcheck evaluation export …, selfcheck remind"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from selfcheck import clock
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db, read_consistently
from selfcheck.errors import InvalidError
from selfcheck.evaluation import reminder_service
from selfcheck.evaluation.flat import write_flat
from selfcheck.evaluation.office_service import count_office
from selfcheck.evaluation.part_service import valid_delivery
from selfcheck.evaluation.pdf import write_pdf
from selfcheck.evaluation.report import Report
from selfcheck.evaluation.report_service import (
    check_reference_date,
    report_city,
    report_delivery,
    report_live_office,
    report_unit,
)
from selfcheck.evaluation.request_service import find_part, find_request_for
from selfcheck.evaluation.workbook import write_evaluation
from selfcheck.organisation.service import find_unit_by_number
from selfcheck.training.mandates import CURRENT_MANDATE

evaluation_commands = AppGroup("evaluation", help="Die Auswertungstabelle.")

WRITERS = {".xlsx": write_evaluation, ".pdf": write_pdf, ".csv": write_flat}


@evaluation_commands.command("export", help="Schreibt die Auswertungstabelle (XLSX, PDF, CSV).")
@click.option(
    "--as-of",
    required=True,
    type=click.DateTime(["%Y-%m-%d", "%d.%m.%Y"]),
    metavar="TAG",
    help="Der Stichtag, zum Beispiel 2026-12-31.",
)
@click.option("--unit", metavar="NUMMER", help="Nur diese berichtspflichtige Einheit.")
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="DATEI",
    help="Die Endung entscheidet: .xlsx, .pdf oder .csv.",
)
@with_appcontext
def export(as_of: datetime, unit: str | None, output: Path) -> None:
    """Write the table of a reference date.

    Offices that delivered for this date stand there as they delivered, the others as counted now.
    """
    write = WRITERS.get(output.suffix.lower())
    if write is None:
        raise click.UsageError("--output: Die Datei muss auf .xlsx, .pdf oder .csv enden.")
    on = as_of.date()
    check_reference_date(on, CURRENT_MANDATE)
    read_consistently()
    if unit is None:
        request = find_request_for(on)
        report = report_city(CURRENT_MANDATE, on, request, with_live=True)
    else:
        report = _report_unit(unit, on)
    content = write(report)
    try:
        output.write_bytes(content)
    except OSError as error:
        raise InvalidError(f"{output} lässt sich nicht schreiben: {error.strerror}") from error
    offices = len(report.lines)
    click.echo(f"{output}: {offices} Organisationseinheit{'' if offices == 1 else 'en'}")


@click.command("remind", help="Legt fällige Erinnerungen in den Postausgang (täglich aufrufen).")
@with_appcontext
def remind() -> None:
    """Put what is due today into the outbox; a second run on the same day adds nothing."""
    today = clock.today()
    reminders = reminder_service.remind_of_deadlines(today=today)
    monthly = reminder_service.tell_what_is_open(today=today)
    # The page of the system's state tells from it whether the timer runs.
    audit.record(Action.REMINDERS_RUN, actor_id=None)
    db.session.commit()
    click.echo(f"Erinnerungen an Fristen: {reminders}, monatliche Übersichten: {monthly}")


def _report_unit(number: str, on: date) -> Report:
    unit = find_unit_by_number(number)
    if unit is None:
        raise InvalidError(f"Die Organisationseinheit {number} gibt es nicht.")
    if not unit.is_reporting:
        raise InvalidError(f"{unit.label} ist nicht berichtspflichtig und hat keine Tabelle.")
    request = find_request_for(on)
    part = find_part(request, unit) if request else None
    delivery = valid_delivery(part.deliveries) if part else None
    if delivery is not None:
        return report_delivery(delivery)
    count = count_office(unit.id, CURRENT_MANDATE, on)
    if part is not None:
        return report_live_office(part, count)
    return report_unit(unit, CURRENT_MANDATE, count)
