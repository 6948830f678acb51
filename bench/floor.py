"""The least that the same work can cost: each figure of the bench stands beside one of these.

Nothing here knows the application; it is what one would write by hand who needed only this.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook
from sqlalchemy import (
    Column,
    Connection,
    Date,
    Engine,
    Float,
    MetaData,
    String,
    Table,
    TextClause,
    bindparam,
    create_engine,
    delete,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from xlsxwriter import Workbook

from bench.files import Files
from bench.task import Task

# Parameters of the aggregate: days, and lists of the areas that fulfil the mandate.
DAYS, AREAS = ("first_day", "until", "on"), ("of_managers", "of_employees")
MARKS = ("a.is_manager", "a.has_citizen_contact", "a.does_media_work")
AREA_NAMES = ("democratic", "intercultural", "multilingual", "plain_communication")
AGGREGATE = f"""
WITH RECURSIVE reports (unit_id, office_id) AS (
    SELECT id, id FROM unit WHERE is_reporting
    UNION ALL
    SELECT unit.id, reports.office_id
    FROM unit JOIN reports ON unit.parent_id = reports.unit_id WHERE NOT unit.is_reporting
),
trained AS (
    SELECT
        t.person_id,
        {
    ", ".join(f"sum(CASE WHEN t.area = :{name} THEN 1 ELSE 0 END) {name}" for name in AREA_NAMES)
},
        count(*) trainings,
        max(CASE WHEN t.area IN :of_managers THEN 1 ELSE 0 END) for_managers,
        max(CASE WHEN t.area IN :of_employees THEN 1 ELSE 0 END) for_employees
    FROM training_record t LEFT JOIN recognition_question q ON q.id = t.question_id
    WHERE t.withdrawn_at IS NULL AND t.area IS NOT NULL
        AND t.last_day BETWEEN :first_day AND :until AND t.duration_minutes >= :minutes
        AND (q.outcome IS NULL OR q.outcome <> 'rejected')
        AND EXISTS (SELECT 1 FROM evidence e WHERE e.record_id = t.id)
    GROUP BY t.person_id
)
SELECT
    r.office_id,
    a.is_manager,
    count(*),
    {", ".join(f"coalesce(sum(t.{name}), 0)" for name in (*AREA_NAMES, "trainings"))},
    count(t.person_id),
    coalesce(sum(CASE WHEN a.is_manager THEN t.for_managers ELSE t.for_employees END), 0)
FROM assignment a
JOIN reports r ON r.unit_id = a.unit_id
LEFT JOIN trained t ON t.person_id = a.person_id
WHERE a.first_day <= :on AND (a.last_day IS NULL OR a.last_day >= :on)
    AND ({" OR ".join(MARKS)})
GROUP BY r.office_id, a.is_manager
"""

metadata = MetaData()
ROSTER = Table(
    "bench_roster",
    metadata,
    Column("number", String, primary_key=True),
    *(Column(name, String) for name in ("last", "first", "unit", "manager", "contact", "media")),
    *(Column(name, Date) for name in ("first_day", "last_day")),
)
TRAININGS = Table(
    "bench_training",
    metadata,
    *(Column(name, String, primary_key=True) for name in ("number", "title")),
    *(Column(name, String) for name in ("provider", "area", "format", "origin")),
    Column("first_day", Date, primary_key=True),
    Column("amount", Float),
    Column("unit", String),
)
SUBMISSION = Table(
    "bench_submission", metadata, Column("id", String, primary_key=True), Column("sent", String)
)
INSERTS: Mapping[str, Callable[..., Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def select_figures() -> TextClause:
    """Return the evaluation as one statement, people and trainings grouped by the database."""
    days = (bindparam(name, type_=Date) for name in DAYS)
    areas = (bindparam(name, type_=String, expanding=True) for name in AREAS)
    return text(AGGREGATE).bindparams(*days, *areas)


def count_figures(
    connection: Connection, parameters: Mapping[str, Any]
) -> dict[tuple[int, bool], tuple[int, ...]]:
    """Return the figures of the table's rows in their order, by office and „is manager“."""
    rows = connection.execute(select_figures(), parameters)
    return {
        (office_id, bool(is_manager)): _row(*map(int, values))
        for office_id, is_manager, *values in rows
    }


def _row(people: int, *counted: int) -> tuple[int, ...]:
    return people, *counted, people - counted[-1]


def write_cells(sheets: Mapping[str, Sequence[tuple[int, int, Any]]]) -> bytes:
    """Write the cells of a workbook, each by the method of XlsxWriter for its kind."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as workbook:
        for name, cells in sheets.items():
            sheet = workbook.add_worksheet(name)
            for row, column, value in cells:
                if not isinstance(value, str):
                    sheet.write_number(row, column, value)
                elif value.startswith("="):
                    sheet.write_formula(row, column, value)
                else:
                    sheet.write_string(row, column, value)
    return out.getvalue()


def write_rows(rows: Sequence[Sequence[str]]) -> bytes:
    """Write a list of texts as a workbook."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write_string(number, column, value)
    return out.getvalue()


def write_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Write a list of texts as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode()


def import_list(engine: Engine, table: Table, path: Path) -> None:
    """Read a list and put its rows into a table, in one statement and one transaction."""
    _, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    names = [column.name for column in table.columns]
    values = [dict(zip(names, [cell or None for cell in row], strict=True)) for row in rows]
    query = INSERTS[engine.dialect.name](table)
    changed = {name: query.excluded[name] for name in names if name not in table.primary_key}
    query = query.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed)
    with engine.begin() as connection:
        connection.execute(query, values)


def read_parameters(path: Path) -> dict[str, Any]:
    """Return what the aggregate asks for, as ``prepare`` kept it."""
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return stored | {name: date.fromisoformat(stored[name]) for name in DAYS}


def open_database(url: str) -> Engine:
    """Return an engine with its driver's defaults; SQLite waits for other writers."""
    arguments = {"timeout": 15} if url.startswith("sqlite") else {}
    return create_engine(url, connect_args=arguments)


def evaluation(engine: Engine, files: Files) -> Task:
    """Count the city's figures, and write the cells of its workbook."""
    parameters = read_parameters(files.parameters)
    sheets = json.loads(files.cells.read_text(encoding="utf-8"))

    def run() -> None:
        with engine.connect() as connection:
            count_figures(connection, parameters)
        files.evaluation.with_stem("floor").write_bytes(write_cells(sheets))

    return Task(run)


def people_xlsx(_engine: Engine, files: Files) -> Task:
    """Write the ready rows of the list of all people as a workbook."""
    rows = json.loads(files.rows.read_text(encoding="utf-8"))
    return Task(lambda: write_rows(rows))


def people_csv(_engine: Engine, files: Files) -> Task:
    """Write the same rows as CSV."""
    rows = json.loads(files.rows.read_text(encoding="utf-8"))
    return Task(lambda: write_csv(rows))


def roster(engine: Engine, files: Files) -> Task:
    """Put the rows of a roster into an empty table."""
    return Task(partial(import_list, engine, ROSTER, files.roster), partial(empty, engine, ROSTER))


def trainings(engine: Engine, files: Files) -> Task:
    """Put the rows of a list of trainings into an empty table."""
    run = partial(import_list, engine, TRAININGS, files.trainings)
    return Task(run, partial(empty, engine, TRAININGS))


def empty(engine: Engine, table: Table) -> None:
    """Delete all rows of a table."""
    with engine.begin() as connection:
        connection.execute(delete(table))


TASKS = {
    **{task.__name__: task for task in (evaluation, people_xlsx, people_csv, trainings, roster)},
    "written_xlsx": people_xlsx,
    "written_csv": people_csv,
}
