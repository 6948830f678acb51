"""What the audit trail records, that it records nothing else, and that nobody can change it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from client import Client
from factories import PASSWORD, World, make_check
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from selfcheck.accounts import service as accounts
from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Role
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.checks.states import CheckState
from selfcheck.db import db

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)


def events_of(app: Flask) -> list[AuditEvent]:
    with app.app_context():
        return list(db.session.query(AuditEvent).order_by(AuditEvent.id))


def test_a_login_is_recorded_with_person_moment_and_address(
    app: Flask, client: Client, world: World
):
    form = {"email": world.email("head33"), "password": PASSWORD}
    with time_machine.travel(NOON, tick=False):
        client.send("/anmelden", form, environ_base={"REMOTE_ADDR": "192.0.2.7"})

    (event,) = events_of(app)
    assert (event.action, event.actor_id) == (Action.LOGIN, world.user_ids["head33"])
    assert (event.at, event.address) == (NOON, "192.0.2.7")


def test_a_failed_login_is_recorded_under_the_account_it_was_meant_for(
    app: Flask, client: Client, world: World
):
    client.log_in("HEAD33@stadt.example", "geheimer Satz")

    (event,) = events_of(app)
    assert (event.action, event.actor_id) == (Action.LOGIN_FAILED, None)
    assert event.subject == "Person head33 <head33@stadt.example>"


def test_what_was_typed_is_not_kept_where_no_account_fits(app: Flask, client: Client, world: World):
    """People type their password into the first field."""
    client.log_in("mein geheimes Passwort", "und noch eines")

    (event,) = events_of(app)
    assert (event.action, event.subject, event.details) == (
        Action.LOGIN_FAILED,
        "unbekanntes Konto",
        "",
    )


def test_being_slowed_down_is_recorded(app: Flask, client: Client, world: World):
    for _ in range(11):
        client.log_in(world.email("head33"), "falsch")

    actions = [event.action for event in events_of(app)]
    assert actions == [Action.LOGIN_FAILED] * 10 + [Action.LOGIN_THROTTLED]


def test_what_the_administration_does_is_recorded(
    app: Flask, client_of: Callable[[str], Client], world: World
):
    admin, address = client_of("admin"), f"/konten/{world.user_ids['hr']}"
    new = {"name": "Neu", "email": "neu@stadt.example", "role": "hr", "unit": ""}
    admin.send("/konten/neu", new)
    admin.send(address, {"name": "Anders", "email": "hr@stadt.example"})
    admin.send(f"{address}/einmalpasswort")
    admin.send(f"{address}/deaktivieren")
    admin.send(f"{address}/aktivieren")
    admin.send("/abmelden")

    recorded = [(event.action, event.actor_id) for event in events_of(app)]
    assert recorded == [
        (action, world.user_ids["admin"])
        for action in (
            Action.LOGIN,
            Action.USER_ADDED,
            Action.GRANT_ADDED,
            Action.USER_CHANGED,
            Action.ONE_TIME_PASSWORD_SET,
            Action.USER_DEACTIVATED,
            Action.USER_REACTIVATED,
            Action.LOGOUT,
        )
    ]


def test_doing_nothing_is_not_recorded(
    app: Flask, client_of: Callable[[str], Client], world: World
):
    admin = client_of("admin")
    admin.send(f"/konten/{world.user_ids['hr']}/aktivieren")  # is active already
    admin.send("/konten/neu", {"name": ""})
    admin.get("/konten")

    assert [event.action for event in events_of(app)] == [Action.LOGIN]


def test_a_command_is_recorded_without_person_and_address(app: Flask, world: World):
    with app.app_context():
        accounts.add_user(email="x@y.de", name="X", password="ein ganzer Satz", actor_id=None)
        db.session.commit()

    (event,) = events_of(app)
    assert (event.actor_id, event.address) == (None, "")


def test_an_error_after_recording_leaves_neither_the_event_nor_the_deed(app: Flask, world: World):
    def fail_before_the_commit() -> None:
        with app.app_context():
            user = db.session.get_one(User, world.user_ids["nobody"])
            accounts.add_grant(user, role=Role.HR, unit=None, actor_id=None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_before_the_commit()

    assert events_of(app) == []
    with app.app_context():
        assert db.session.get_one(User, world.user_ids["nobody"]).grants == []


def test_a_refused_command_leaves_no_event(
    app: Flask, client_of: Callable[[str], Client], world: World
):
    admin = client_of("admin")
    admin.send(f"/konten/{world.user_ids['admin']}/deaktivieren")  # the last one

    assert [event.action for event in events_of(app)] == [Action.LOGIN]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET details = 'anders'",
        "UPDATE audit_event SET at = '2020-01-01 00:00:00'",
        "DELETE FROM audit_event",
        "DELETE FROM audit_event WHERE id = 1",
    ],
)
def test_the_database_itself_refuses_changes(app: Flask, world: World, statement: str):
    with app.app_context():
        audit.record(Action.LOGIN, actor_id=world.user_ids["hr"], details="so war es")
        db.session.commit()
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()

    assert [event.details for event in events_of(app)] == ["so war es"]


def test_a_person_in_the_trail_cannot_be_deleted(app: Flask, world: World):
    with app.app_context():
        audit.record(Action.LOGIN, actor_id=world.user_ids["nobody"])
        db.session.commit()
        with pytest.raises(DatabaseError):
            db.session.execute(
                text("DELETE FROM user_account WHERE id = :id"), {"id": world.user_ids["nobody"]}
            )
        db.session.rollback()


def test_a_subject_that_is_too_long_is_cut_instead_of_failing(app: Flask, world: World):
    with app.app_context():
        audit.record(Action.UNITS_IMPORTED, actor_id=None, subject="ä" * 1000)
        db.session.commit()

    assert [event.subject for event in events_of(app)] == ["ä" * 400]


def test_a_submitted_check_is_recorded_without_its_points(
    app: Flask, client_of: Callable[[str], Client], world: World
):
    with app.app_context():
        draft_id = make_check(world, points=3, state=CheckState.DRAFT)
        questionnaire = next(iter(app.extensions["questionnaires"].values()))
    head = client_of("head33")
    form = {
        "unit": world.unit_ids["33"],
        "checked_on": "2026-03-02",
        "action": "submit",
        **{one.id: "3" for one in questionnaire.statements},
    }
    assert head.send(f"/selbstchecks/{draft_id}/bearbeiten", form).location.endswith(str(draft_id))

    (event,) = [one for one in events_of(app) if one.action == Action.CHECK_SUBMITTED]
    assert (event.subject, event.details) == ("33 Einheit 33, 02.03.2026", "")
    page = client_of("admin").get("/protokoll").text
    assert "33 Einheit 33, 02.03.2026" in page
    # Without the days and times, which may hold the digits of the total themselves.
    assert "24" not in re.sub(r"[\d.]{10}(, [\d:]{5} Uhr)?", "", page.split("<table")[1])
    assert "Punkt" not in page
