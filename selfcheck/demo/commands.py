"""selfcheck demo"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from selfcheck import clock
from selfcheck.accounts import service as accounts
from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Role
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.questionnaire import newest
from selfcheck.checks.states import CheckState
from selfcheck.db import db
from selfcheck.demo.aims import make_aims
from selfcheck.demo.certificates import make_certificates, make_waiting_certificates
from selfcheck.demo.checks import make_checks
from selfcheck.demo.courses import make_courses
from selfcheck.demo.evaluations import make_evaluation
from selfcheck.demo.measures import make_measures
from selfcheck.demo.messages import make_messages
from selfcheck.demo.people import LOGINS, PASSWORD, PEOPLE, DemoPerson
from selfcheck.demo.questions import make_questions, read_questions, states_needed
from selfcheck.demo.rounds import make_rounds
from selfcheck.demo.shares import make_shares
from selfcheck.demo.staff import make_staff
from selfcheck.demo.support import make_support
from selfcheck.demo.trainings import SEED, make_trainings, open_desk
from selfcheck.demo.votes import make_team_rounds
from selfcheck.errors import ConflictError
from selfcheck.lists import read_list
from selfcheck.organisation.import_service import apply_plan, make_plan
from selfcheck.organisation.importing import COLUMNS
from selfcheck.organisation.models import Unit

ORGANISATION = Path(__file__).with_name("organisation.csv")


@click.command("demo", help="Lädt die Demo-Stadt in eine leere Datenbank.")
@click.option("--if-empty", is_flag=True, help="Lässt eine gefüllte Datenbank, wie sie ist.")
@with_appcontext
def load_demo(*, if_empty: bool) -> None:
    """Load the demo city; refused unless the database is empty."""
    if not _is_empty():
        if not if_empty:
            raise ConflictError(
                "Die Datenbank ist nicht leer. Die Demo-Stadt wird nur in eine leere geladen."
            )
        click.echo("Die Datenbank ist schon gefüllt; sie bleibt, wie sie ist.")
    else:
        _load()
        db.session.commit()
        click.echo("Die Demo-Stadt ist geladen; alle Personen sind erfunden.")
    _print_logins()


def _is_empty() -> bool:
    has_units = db.session.scalar(select(Unit.id).limit(1)) is not None
    return not has_units and db.session.scalar(select(User.id).limit(1)) is None


def _load() -> None:
    plan = make_plan(read_list(ORGANISATION.read_bytes(), ORGANISATION.name, COLUMNS))
    apply_plan(plan, filename=ORGANISATION.name, actor_id=None)
    units = {unit.number: unit for unit in db.session.scalars(select(Unit).order_by(Unit.id))}
    users = {person: _add_user(person, units) for person in PEOPLE}
    heads = {one.unit: users[one] for one in PEOPLE if one.unit and one.role is Role.UNIT_HEAD}
    questionnaire = newest(current_app.extensions["questionnaires"])
    db.session.add_all(make_checks(units, heads, questionnaire))
    _let_teams_vote()
    make_measures(questionnaire)
    make_shares(current_app.extensions["questionnaires"])
    _train(units, users)
    db.session.flush()
    make_evaluation(Random(SEED), users)  # noqa: S311 - not for secrets
    commissioner = next(users[one] for one in PEOPLE if one.role is Role.COMMISSIONER)
    make_rounds(units, heads, commissioner)
    checks = db.session.scalars(select(SelfCheck))
    db.session.add_all(make_support(units, heads, commissioner, checks))


def _let_teams_vote() -> None:
    drafts = db.session.scalars(select(SelfCheck).where(SelfCheck.state == CheckState.DRAFT))
    by_unit = {draft.unit.number: draft for draft in drafts}
    for row in make_team_rounds(by_unit, now=clock.now()):
        db.session.add(row)
        db.session.flush()


def _add_user(person: DemoPerson, units: Mapping[str, Unit]) -> User:
    user, _ = accounts.add_user(
        email=person.email, name=person.name, password=PASSWORD, actor_id=None
    )
    unit = units[person.unit] if person.unit else None
    accounts.add_grant(user, role=person.role, unit=unit, actor_id=None)
    return user


def _train(units: Mapping[str, Unit], users: Mapping[DemoPerson, User]) -> None:
    """Add staff, trainings, certificates and questions."""
    random = Random(SEED)  # noqa: S311 - not for secrets
    desk = open_desk(random, users)
    people, asked, courses = make_staff(units), read_questions(), make_courses(random)
    aims = make_aims(random, people, states_needed(asked))
    trainings = make_trainings(desk, aims, courses)
    kept = make_certificates(desk, trainings)
    questions, attached = make_questions(desk, asked, aims, units)
    waiting = make_waiting_certificates(desk, aims, trainings)
    kept += [*attached, *waiting]
    db.session.add_all(people)
    db.session.add_all(one.certificate for one in kept)
    # Questions before their records, and certificates before their bytes.
    db.session.flush()
    db.session.add_all([*questions, *trainings.records])
    for one in kept:
        db.session.add_all(one.contents())
    db.session.flush()
    db.session.add_all(make_messages(random, questions))


def _print_logins() -> None:
    click.echo(f"\nAnmeldungen der Demo-Stadt (Passwort für alle: {PASSWORD}):")
    for person in LOGINS:
        where = f" {person.unit}" if person.unit else ""
        click.echo(f"  {person.email:28} {person.role.value}{where}")
