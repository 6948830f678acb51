"""Loading the demo city: the same every time, and never over real data."""

from typing import Any

import pytest
from backends import BackendApp
from factories import make_unit, make_user
from flask import Flask
from sqlalchemy import select

from selfcheck.db import Base, db
from selfcheck.demo.people import LOGINS, OFFICERS, PASSWORD
from selfcheck.errors import ConflictError

pytestmark = pytest.mark.slow

# What differs between two loads: salts, and when it was loaded.
OF_THE_MOMENT = {
    "user_account": {"password_hash", "created_at"},
    "audit_event": {"at"},
    "team_round": {"opened_at", "closed_at"},
}


def load(app: Flask, *options: str) -> str:
    result = app.test_cli_runner().invoke(args=["demo", *options], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def content_of(app: Flask) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all tables, without what belongs to the moment."""
    content = {}
    with app.app_context():
        for table in Base.metadata.sorted_tables:
            rows = db.session.execute(select(table).order_by(*table.primary_key)).mappings()
            skipped = OF_THE_MOMENT.get(table.name, set())
            content[table.name] = [
                {name: value for name, value in row.items() if name not in skipped} for row in rows
            ]
    return content


def test_two_loads_give_the_same_city(backend_app: BackendApp) -> None:
    contents = []
    for _ in range(2):
        backend_app.reset()
        load(backend_app.app)
        contents.append(content_of(backend_app.app))
    assert contents[0] == contents[1]
    assert {name for name, rows in contents[0].items() if rows} == {
        "unit",
        "user_account",
        "grant_of_role",
        "audit_event",
        "self_check",
        "self_check_answer",
        "self_check_share",
        "team_round",
        "team_link",
        "team_vote",
        "measure",
        "measure_review",
        "check_round",
        "check_round_unit",
        "support_request",
        "support_message",
        "person",
        "assignment",
        "training_record",
        "training_event",
        "evidence",
        "recognition_question",
        "message",
        "evaluation_request",
        "evaluation_part",
        "evaluation_delivery",
        "certificate",
        "certificate_content",
        "certificate_waiting_text",
    }


@pytest.mark.parametrize("there", ["a unit", "a user"])
def test_a_database_that_is_not_empty_is_refused(app: Flask, there: str) -> None:
    with app.app_context():
        if there == "a unit":
            make_unit("1")
        else:
            make_user("somebody")
        db.session.commit()
    before = content_of(app)
    result = app.test_cli_runner().invoke(args=["demo"])
    assert isinstance(result.exception, ConflictError)
    assert "Die Datenbank ist nicht leer." in result.exception.message
    assert content_of(app) == before


def test_logins_are_printed_and_a_second_load_may_only_find_the_first(app: Flask) -> None:
    output = load(app)
    assert PASSWORD in output
    assert all(f"{login.email} " in output for login in LOGINS)
    assert not any(f"{officer.email} " in output for officer in OFFICERS)
    before = content_of(app)
    assert isinstance(app.test_cli_runner().invoke(args=["demo"]).exception, ConflictError)
    output = load(app, "--if-empty")
    assert "Die Datenbank ist schon gefüllt; sie bleibt, wie sie ist." in output
    assert LOGINS[0].email in output
    assert content_of(app) == before
