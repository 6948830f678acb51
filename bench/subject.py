"""What is measured: the application's own commands and exports, as people use them."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import delete, select

from bench.files import Files
from bench.logins import EVERYBODY
from bench.task import Task
from selfcheck import create_app
from selfcheck.accounts.models import User
from selfcheck.config import Config
from selfcheck.db import Base, db
from selfcheck.organisation.service import list_units
from selfcheck.staff.models import Assignment, Person, StaffImport, StaffImportChange
from selfcheck.training.mandates import CURRENT_MANDATE
from selfcheck.training.models import (
    Evidence,
    RecognitionQuestion,
    TrainingEvent,
    TrainingRecord,
)
from selfcheck.training.overview_service import list_standings
from selfcheck.training.standing import Standing
from selfcheck.training.workbook import write_standings, write_standings_as_csv

DAY = date(2026, 12, 31)
People = tuple[list[Standing], dict[int, str]]
OF_TRAININGS: tuple[type[Base], ...] = (
    Evidence,
    TrainingEvent,
    TrainingRecord,
    RecognitionQuestion,
)
OF_STAFF: tuple[type[Base], ...] = (
    *OF_TRAININGS,
    StaffImportChange,
    StaffImport,
    Assignment,
    Person,
)


def open_application(url: str) -> Flask:
    """Return the application on a database."""
    return create_app(Config(database_url=url, testing=True))


def evaluation(app: Flask, files: Files) -> Task:
    """Export the city's evaluation as a workbook."""
    words = ["evaluation", "export", "--as-of", DAY.isoformat(), "--output", str(files.evaluation)]
    return Task(lambda: call(app, *words))


def people_xlsx(app: Flask, _files: Files) -> Task:
    """Write the list of all people with their verdict as a workbook."""
    return Task(lambda: list_everybody(app, as_csv=False))


def people_csv(app: Flask, _files: Files) -> Task:
    """Write the same list as CSV."""
    return Task(lambda: list_everybody(app, as_csv=True))


def written_xlsx(app: Flask, _files: Files) -> Task:
    """Write that workbook when all people are read and judged already."""
    with app.app_context():
        people = read_everybody()
    return Task(lambda: write_everybody(people, as_csv=False))


def written_csv(app: Flask, _files: Files) -> Task:
    """Write that CSV when all people are read and judged already."""
    with app.app_context():
        people = read_everybody()
    return Task(lambda: write_everybody(people, as_csv=True))


def roster(app: Flask, files: Files) -> Task:
    """Import a roster into a city without people."""
    path = str(files.roster)
    return Task(lambda: call(app, "import", "staff", path), lambda: empty(app, OF_STAFF))


def trainings(app: Flask, files: Files) -> Task:
    """Import a list of trainings into a city without trainings."""
    path = str(files.trainings)
    return Task(lambda: call(app, "import", "trainings", path), lambda: empty(app, OF_TRAININGS))


TASKS = {
    task.__name__: task
    for task in (
        *(evaluation, people_xlsx, written_xlsx, people_csv, written_csv),
        *(trainings, roster),
    )
}


def call(app: Flask, *words: str) -> None:
    """Run a command of the application; fails with what it says if it does not succeed."""
    result = app.test_cli_runner(catch_exceptions=False).invoke(args=words)
    if result.exit_code:
        raise RuntimeError(result.output)


def list_everybody(app: Flask, *, as_csv: bool) -> bytes:
    """Return the list of the whole city as a file."""
    with app.app_context():
        return write_everybody(read_everybody(), as_csv=as_csv)


def read_everybody() -> People:
    """Return all people of the city with their verdict, and the labels of the units."""
    user = db.session.scalars(select(User).where(User.email == EVERYBODY)).one()
    units = {unit.id: unit.label for unit in list_units()}
    return list_standings(user, CURRENT_MANDATE, day=DAY), units


def write_everybody(people: People, *, as_csv: bool) -> bytes:
    """Return the list of these people as a file."""
    standings, units = people
    if as_csv:
        return write_standings_as_csv(standings, units, CURRENT_MANDATE)
    return write_standings(standings, units, CURRENT_MANDATE, day=DAY, chosen="alle", city="Stadt")


def empty(app: Flask, models: tuple[type[Base], ...]) -> None:
    """Delete all rows of these tables, in their order."""
    with app.app_context():
        for model in models:
            db.session.execute(delete(Base.metadata.tables[model.__tablename__]))
        db.session.commit()
