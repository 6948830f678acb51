"""The demo city is complete: people, checks, colours. These tests only read."""

from collections import Counter
from datetime import date

import pytest
from backends import BackendApp
from client import Client, text_of
from flask import Flask
from sqlalchemy import func, select

from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Role
from selfcheck.audit.models import AuditEvent
from selfcheck.checks.measure_models import Measure, MeasureReview
from selfcheck.checks.measures import MeasureState, Outcome, Timing, is_open, timing_of
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.questionnaire import newest
from selfcheck.checks.scoring import check_answers, progress, visible_answers
from selfcheck.checks.service import answers_of, result_of
from selfcheck.checks.states import CheckState
from selfcheck.db import db
from selfcheck.demo.checks import LAST_DAY
from selfcheck.demo.people import LOGINS, PASSWORD, PEOPLE
from selfcheck.organisation.models import Unit

pytestmark = pytest.mark.slow


def load(app: Flask, *options: str) -> str:
    result = app.test_cli_runner().invoke(args=["demo", *options], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def demo(backend_app: BackendApp) -> Flask:
    """The demo city, loaded once for all tests here."""
    backend_app.reset()
    load(backend_app.app)
    return backend_app.app


def test_there_is_one_login_per_role_and_two_offices_have_their_own(demo: Flask) -> None:
    assert Counter(login.role for login in LOGINS) == {
        Role.UNIT_HEAD: 2,
        Role.TRAINING_OFFICER: 2,
        Role.HR: 1,
        Role.COMMISSIONER: 1,
        Role.ADMIN: 1,
    }
    offices = {login.role: set() for login in LOGINS if login.unit}
    for login in LOGINS:
        if login.unit:
            offices[login.role].add(login.unit)
    assert offices == {Role.UNIT_HEAD: {"33", "50"}, Role.TRAINING_OFFICER: {"33", "50"}}


@pytest.mark.parametrize("login", LOGINS, ids=lambda login: login.login)
def test_every_printed_login_gets_in(demo: Flask, login) -> None:
    client: Client = demo.test_client()
    assert client.log_in(login.email, PASSWORD).status_code == 302
    page = client.get("/")
    assert page.status_code == 200
    assert login.name in text_of(page)


def test_people_and_addresses_are_all_different(demo: Flask) -> None:
    assert len({person.email for person in PEOPLE}) == len(PEOPLE)
    assert len({person.name for person in PEOPLE}) == len(PEOPLE)
    assert {person.email.rpartition("@")[2] for person in PEOPLE} == {"stadt.example"}
    with demo.app_context():
        assert db.session.scalar(select(func.count(User.id))) == len(PEOPLE)


def test_measures_are_due_overdue_done_and_dropped(demo: Flask) -> None:
    with demo.app_context():
        measures = list(db.session.scalars(select(Measure)))
        outcomes = set(db.session.scalars(select(MeasureReview.outcome).distinct()))
        numbers = {one.unit.number for one in measures}
        office = {
            timing_of(one.state, one.due_on, today=LAST_DAY)
            for one in measures
            if one.unit.number == "33"
        }
    assert {one.state for one in measures} == set(MeasureState)
    assert outcomes == set(Outcome)
    assert office == {Timing.OVERDUE, Timing.DUE, None}
    assert {"33", "33.1", "50"} <= numbers
    assert all((one.closed_on is None) is is_open(one.state) for one in measures)
    assert {one.announced_in_id is None for one in measures} == {True, False}


def test_sixty_checks_over_three_years_in_all_colours(demo: Flask) -> None:
    versions = demo.extensions["questionnaires"]
    with demo.app_context():
        query = select(SelfCheck).where(SelfCheck.state == CheckState.SUBMITTED)
        checks = list(db.session.scalars(query))
        assert len(checks) == 60
        assert {check.checked_on.year for check in checks} == {2024, 2025, 2026}
        colours: Counter[str] = Counter()
        for check in checks:
            questionnaire = versions[check.questionnaire_version]
            answers = answers_of(check)
            check_answers(questionnaire, answers)
            assert visible_answers(questionnaire, answers) == answers, "nothing hidden is stored"
            result = result_of(check, questionnaire)
            assert result.total == check.total_points
            colours[result.colour.id] += 1
        assert colours.keys() == {band.id for band in newest(versions).colours}
        assert min(colours.values()) >= 5, "of each colour enough to look at"


def test_there_are_a_few_drafts_that_are_not_complete(demo: Flask) -> None:
    questionnaire = newest(demo.extensions["questionnaires"])
    with demo.app_context():
        drafts = db.session.scalars(select(SelfCheck).where(SelfCheck.state == CheckState.DRAFT))
        answered = [progress(questionnaire, answers_of(draft)).answered for draft in drafts]
    assert len(answered) == 3
    assert all(0 < number < 8 for number in answered)


def test_every_check_belongs_to_the_head_of_its_unit_and_to_the_past(demo: Flask) -> None:
    with demo.app_context():
        heads = {
            grant.unit_id: user.id
            for user in db.session.scalars(select(User))
            for grant in user.grants
            if grant.role is Role.UNIT_HEAD
        }
        for check in db.session.scalars(select(SelfCheck)):
            assert check.created_by_id == heads[check.unit_id]
            assert check.checked_on <= date(2026, 11, 22)
            assert check.created_at.date() == check.checked_on


def test_the_demo_is_in_the_audit_trail(demo: Flask) -> None:
    with demo.app_context():
        actions = Counter(db.session.scalars(select(AuditEvent.action)))
    del actions["login"]  # by the test of the logins
    people = len(PEOPLE)
    evaluation = {name: actions.pop(name) for name in list(actions) if "evaluation" in name}
    shares = {name: actions.pop(name) for name in list(actions) if "check-share" in name}
    assert shares == {"check-shared": 48, "check-share-withdrawn": 1}
    assert actions == {"units-imported": 1, "user-added": people, "grant-added": people}
    assert evaluation.keys() == {
        "evaluation-requested",
        "evaluation-request-changed",
        "evaluation-commented",
        "evaluation-ready",
        "evaluation-released",
        "evaluation-returned",
    }


def test_the_units_are_those_of_the_list(demo: Flask) -> None:
    with demo.app_context():
        numbers = set(db.session.scalars(select(Unit.number)))
    assert {person.unit for person in PEOPLE if person.unit} < numbers
    assert len(numbers) == 55
