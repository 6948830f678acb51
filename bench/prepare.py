"""Fill a database for the bench, and lay down what the floors are given ready.

Run as ``python -m bench.prepare URL FOLDER PEOPLE --lists``.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from bench import floor
from bench.city import write_city, write_lists
from bench.files import Files
from bench.subject import DAY, evaluation, list_everybody, open_application
from selfcheck.db import alembic, db
from selfcheck.evaluation.figures import AREA_COLUMNS
from selfcheck.evaluation.table import Table
from selfcheck.evaluation.table_service import count_table
from selfcheck.training.mandate import Group, Mandate
from selfcheck.training.mandates import CURRENT_MANDATE


def prepare(url: str, files: Files, people: int, *, with_lists: bool) -> None:
    """Fill the database and the folder; raises ValueError if the floor counts other figures."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    app = open_application(url)
    parameters = aggregate_parameters(CURRENT_MANDATE, DAY)
    files.parameters.write_text(json.dumps(parameters, default=str), encoding="utf-8")
    with app.app_context():
        alembic.upgrade()
        floor.metadata.create_all(db.engine)
        write_city(people)
        if db.engine.dialect.name == "postgresql":
            db.session.connection().exec_driver_sql("ANALYZE")
            db.session.commit()
        found = floor.count_figures(db.session.connection(), parameters)
        if found != figures_of(count_table(CURRENT_MANDATE, DAY)):
            raise ValueError("The floor counts other figures than the application.")
        db.session.rollback()
        if with_lists:
            write_lists(people, roster=files.roster, trainings=files.trainings)
    evaluation(app, files).run()
    cells = _read_cells(files.evaluation.read_bytes())
    files.cells.write_text(json.dumps(cells), encoding="utf-8")
    if with_lists:
        text = list_everybody(app, as_csv=True).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), delimiter=";"))
        files.rows.write_text(json.dumps(rows), encoding="utf-8")


def aggregate_parameters(mandate: Mandate, on: date) -> dict[str, Any]:
    """Return a mandate and a reference date as ``floor.count_figures`` wants them."""
    areas = {column: area.value for area, column in AREA_COLUMNS.items()}
    groups = {Group.MANAGERS: "of_managers", Group.EMPLOYEES: "of_employees"}
    return {
        **areas,
        **{name: sorted(mandate.areas[group]) for group, name in groups.items()},
        "first_day": mandate.first_day,
        "until": min(on, mandate.last_day),
        "on": on,
        "minutes": mandate.minimum_minutes,
    }


def figures_of(table: Table) -> dict[tuple[int, bool], tuple[int, ...]]:
    """Return a table as ``floor.count_figures`` returns it: without rows of zeros."""
    return {
        (office.unit.id, group is Group.MANAGERS): tuple(figures)
        for office in table.offices
        for group, figures in office.rows.items()
        if any(figures)
    }


def _read_cells(content: bytes) -> Mapping[str, list[tuple[int, int, Any]]]:
    """Return the cells of a workbook by its sheets; rows and columns count from 0."""
    return {
        sheet.title: [
            (cell.row - 1, cell.column - 1, _plain(cell.value))
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        ]
        for sheet in load_workbook(io.BytesIO(content)).worksheets
    }


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float) else str(value)


if __name__ == "__main__":
    _, database_url, folder, count, *options = sys.argv
    prepare(database_url, Files(Path(folder)), int(count), with_lists="--lists" in options)
