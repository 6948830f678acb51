"""Do the migrations make the database that the models describe, from any version before?"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from city import empty_database
from flask import Flask
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from selfcheck import create_app
from selfcheck.config import PROJECT_ROOT, Config
from selfcheck.db import Base, alembic, db

MakeApp = Callable[[str], Flask]

# A few rows for the tables that are new in a version. Every further migration needs its own.
ROWS = {
    "0001": """
        INSERT INTO unit (id, number, name, short_name, kind, parent_id, is_reporting)
        VALUES (1, '33', 'Bürgeramt', '', 'Amt', NULL, true);
        INSERT INTO unit (id, number, name, short_name, kind, parent_id, is_reporting, closed_on)
        VALUES (2, '33.1', 'Bürgerservice', 'BS', 'Abteilung', 1, false, '2026-01-31');
        INSERT INTO user_account
        (id, email, name, sort_key, password_hash, one_time_until, is_active, created_at)
        VALUES (1, 'a@b.de', 'Ä', 'a', 'x', NULL, true, '2026-01-05 08:00:00');
        INSERT INTO grant_of_role (id, user_id, role, unit_id) VALUES (1, 1, 'unit-head', 2);
        INSERT INTO grant_of_role (id, user_id, role, unit_id) VALUES (2, 1, 'admin', NULL);
        INSERT INTO login_session (id, token_hash, user_id, started_at)
        VALUES (1, 'x', 1, '2026-01-05 08:00:00');
        INSERT INTO login_attempt (id, at, email, address, succeeded)
        VALUES (1, '2026-01-05 08:00:00', 'a@b.de', 'localhost', true)
    """,
    "0002": """
        INSERT INTO audit_event (id, at, action, actor_id, subject, details, address)
        VALUES (1, '2026-01-05 08:00:00', 'login', 1, '', '', 'localhost')
    """,
    "0003": """
        INSERT INTO self_check (id, unit_id, checked_on, questionnaire_version, state, revision,
        created_at, created_by_id, changed_at, changed_by_id)
        VALUES ('0123456789ab4cde8123456789abcdef', 2, '2026-01-05', '2025-05-07', 'draft', 1,
        '2026-01-05 08:00:00', 1, '2026-01-05 08:00:00', 1);
        INSERT INTO self_check_answer (check_id, question_id, points, text, option_ids)
        VALUES ('0123456789ab4cde8123456789abcdef', 's1', 3, '', '[]')
    """,
    "0004": """
        INSERT INTO upload (id, purpose, user_id, uploaded_at, filename, content)
        VALUES ('0123456789ab4cde8123456789abcdef', 'units', 1, '2026-01-05 08:00:00', 'x.csv', '')
    """,
    "0005": """
        INSERT INTO person (id, number, last_name, first_name, sort_key, revision)
        VALUES (1, '0042', 'Ä', 'B', 'a, b', 1);
        INSERT INTO assignment (id, person_id, unit_id, is_manager, has_citizen_contact,
        does_media_work, first_day) VALUES (1, 1, 2, true, false, false, '2026-01-05');
        INSERT INTO staff_import (id, filename, applied_at, applied_by_id, summary)
        VALUES ('0123456789ab4cde8123456789abcdef', 'x.csv', '2026-01-05 08:00:00', 1, 'neu 1');
        INSERT INTO staff_import_change (import_id, position, touched, object_id, before, after)
        VALUES ('0123456789ab4cde8123456789abcdef', 0, 'person', 1, NULL, '{}')
    """,
    "0006": """
        INSERT INTO certificate (id, sha256, filename, media_type, size_bytes, uploaded_at,
        is_waiting) VALUES ('0123456789ab4cde8123456789abcdef', 'x', 'x.pdf', 'application/pdf', 1,
        '2026-01-05 08:00:00', false);
        INSERT INTO certificate_content (certificate_id, content)
        VALUES ('0123456789ab4cde8123456789abcdef', '');
        INSERT INTO certificate_waiting_text (certificate_id, text)
        VALUES ('0123456789ab4cde8123456789abcdef', '');
        INSERT INTO recognition_question (id, unit_id, asked_at, asked_by_id, title, provider,
        format, duration_minutes, content, question, answer)
        VALUES (1, 2, '2026-01-05 08:00:00', 1, 'x', 'y', 'E-Learning', 360, 'c', 'q', '');
        INSERT INTO training_record (id, person_id, title, title_key, provider, format, origin,
        first_day, last_day, duration_minutes, length_unit, question_id, recorded_at, revision)
        VALUES (1, 1, 'X', 'x', 'y', 'E-Learning', 'extern', '2026-01-05', '2026-01-05', 360, 'h',
        1, '2026-01-05 08:00:00', 1);
        INSERT INTO training_event (id, record_id, at, kind, reason, changes)
        VALUES (1, 1, '2026-01-05 08:00:00', 'corrected', '', '[]');
        INSERT INTO evidence (id, record_id, kind, certificate_id, added_at)
        VALUES (1, 1, 'certificate', '0123456789ab4cde8123456789abcdef', '2026-01-05 08:00:00')
    """,
    "0007": """
        INSERT INTO evaluation_request (id, title, mandate_key, reference_date, deadline, text,
        opened_at, opened_by_id, revision)
        VALUES (1, 'X', '2026', '2026-12-31', '2026-12-15', '', '2026-10-05 08:00:00', 1, 1);
        INSERT INTO evaluation_part (id, request_id, unit_id, state, asked_at, comment,
        ready_figures, revision)
        VALUES (1, 1, 1, 'delivered', '2026-10-05 08:00:00', '', '', 3);
        INSERT INTO evaluation_delivery (id, part_id, number, content, sha256, released_at,
        released_by_id, is_provisional, return_reason)
        VALUES (1, 1, 1, '{}', 'x', '2026-11-05 08:00:00', 1, true, '')
    """,
    "0008": """
        INSERT INTO message (id, recipient_id, key, email, subject, body, path, created_at,
        attempts, last_error) VALUES ('0123456789ab4cde8123456789abcdef', 1, 'x', 'a@b.de', 'X',
        'Y', '/', '2026-10-05 08:00:00', 0, '')
    """,
    "0009": """
        UPDATE self_check_answer SET form_id = 'x'
    """,
    "0010": """
        INSERT INTO team_round (check_id, opened_at, opened_by_id)
        VALUES ('0123456789ab4cde8123456789abcdef', '2026-11-05 08:00:00', 1);
        INSERT INTO team_link (token_hash, check_id, voter_hash)
        VALUES ('x', '0123456789ab4cde8123456789abcdef', 'y');
        INSERT INTO team_vote (token_hash, statement_id, points) VALUES ('x', 's1', 3)
    """,
    "0011": """
        INSERT INTO measure (id, unit_id, wording, questionnaire_version, statement_id,
        responsible, state, announced_in_id, announced_under, announced_as, created_at,
        created_by_id, changed_at, changed_by_id, revision)
        VALUES (1, 1, 'X', '2025-05-07', 's1', '', 'planned', '0123456789ab4cde8123456789abcdef',
        'next_steps', 'X', '2026-11-05 08:00:00', 1, '2026-11-05 08:00:00', 1, 1);
        INSERT INTO measure_review (check_id, measure_id, outcome)
        VALUES ('0123456789ab4cde8123456789abcdef', 1, 'partly')
    """,
    "0012": """
        INSERT INTO self_check_share (check_id, level, shared_at, shared_by_id, measures)
        VALUES ('0123456789ab4cde8123456789abcdef', 'points', '2026-11-05 08:00:00', 1, '[]')
    """,
    "0013": """
        INSERT INTO support_request (id, unit_id, check_id, asked_at, asked_by_id)
        VALUES (1, 1, '0123456789ab4cde8123456789abcdef', '2026-11-05 08:00:00', 1);
        INSERT INTO support_message (id, request_id, at, author_id, is_answer, text)
        VALUES (1, 1, '2026-11-05 08:00:00', 1, false, 'X')
    """,
    "0014": """
        INSERT INTO check_round (id, title, text, begins_on, deadline, called_at, called_by_id,
        revision) VALUES (1, 'X', '', '2026-11-05', '2026-12-15', '2026-11-05 08:00:00', 1, 1);
        INSERT INTO check_round_unit (round_id, unit_id) VALUES (1, 1)
    """,
    "0015": """
        INSERT INTO second_factor (user_id, secret, begun_at, last_step)
        VALUES (1, 'X', '2026-11-05 08:00:00', 0);
        INSERT INTO recovery_code (id, user_id, code_hash) VALUES (1, 1, 'X')
    """,
    "0016": """
        INSERT INTO external_identity (issuer, subject, user_id, linked_at)
        VALUES ('X', 'X', 1, '2026-11-05 08:00:00')
    """,
    "0017": """
        DELETE FROM audit_event WHERE at < '2020-01-01'
    """,
}

GOOD_MIGRATION = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "{revision}", "{before}"
def upgrade():
    op.create_table("made_by_{revision}", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("UPDATE unit SET name = 'changed by {revision}'")
    {last}
"""


@pytest.fixture
def make_app(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeApp]:
    """Make an application with an empty database of its own."""
    cluster_url = request.getfixturevalue("cluster_url") if backend == "postgresql" else None
    apps: list[Flask] = []
    with ExitStack() as stack:

        def make(name: str) -> Flask:
            folder = tmp_path / f"{tmp_path.name}{name}"  # also the name of the database
            folder.mkdir()
            url = stack.enter_context(empty_database(cluster_url, folder))
            apps.append(create_app(Config(database_url=url, testing=True)))
            return apps[-1]

        yield make
        for app in apps:
            with app.app_context():
                db.engine.dispose()


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    return make_app("own")


def upgrade(app: Flask, target: str = "heads") -> None:
    with app.app_context():
        alembic.upgrade(target)


def current(app: Flask) -> list[str]:
    with app.app_context():
        return [script.revision for script in alembic.current()]


def engine_of(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


def tables_of(app: Flask) -> set[str]:
    return set(inspect(engine_of(app)).get_table_names())


def counts_of(app: Flask) -> dict[str, int]:
    with engine_of(app).connect() as connection:
        return {
            name: connection.scalar(text(f"SELECT count(*) FROM {name}"))
            for name in sorted(tables_of(app) - {"alembic_version"})
        }


def values_of(app: Flask, query: str) -> set[Any]:
    with engine_of(app).connect() as connection:
        return set(connection.scalars(text(query)))


def all_revisions(app: Flask) -> list[str]:
    with app.app_context():
        scripts = alembic.script_directory.walk_revisions()
        return [script.revision for script in scripts][::-1]


def fill(app: Flask, revision: str) -> None:
    with engine_of(app).begin() as connection:
        for statement in ROWS[revision].split(";"):
            connection.execute(text(statement))


def shape_of(app: Flask) -> dict[str, dict[str, Any]]:
    """Return everything that the database says about its tables, in a form that compares."""
    inspector = inspect(engine_of(app))

    def sorted_by_name(items: list[Any]) -> list[dict[str, Any]]:
        return sorted((dict(item) for item in items), key=lambda item: item["name"])

    return {
        table: {
            "columns": [
                {**column, "type": str(column["type"])} for column in inspector.get_columns(table)
            ],
            "primary key": inspector.get_pk_constraint(table),
            "foreign keys": sorted_by_name(inspector.get_foreign_keys(table)),
            "unique": sorted_by_name(inspector.get_unique_constraints(table)),
            "indexes": [
                {**index, "dialect_options": {k: str(v) for k, v in options.items()}}
                for index in sorted_by_name(inspector.get_indexes(table))
                for options in [index.get("dialect_options", {})]
            ],
            "checks": sorted_by_name(inspector.get_check_constraints(table)),
        }
        for table in sorted(inspector.get_table_names())
        if table != "alembic_version"
    }


def test_migrations_are_numbered_in_one_line(app: Flask) -> None:
    revisions = all_revisions(app)
    assert revisions == [f"{index:04}" for index in range(1, len(revisions) + 1)]
    with app.app_context():
        assert [script.revision for script in alembic.heads()] == [revisions[-1]]
    files = sorted(path.name[:4] for path in (PROJECT_ROOT / "migrations").glob("[0-9]*.py"))
    assert files == revisions


def test_migrations_import_no_models() -> None:
    for path in (PROJECT_ROOT / "migrations").glob("*.py"):
        assert "selfcheck" not in path.read_text(encoding="utf-8")


def test_alembic_finds_no_difference_to_the_models(app: Flask) -> None:
    upgrade(app)
    with app.app_context():
        assert alembic.compare_metadata() == []
        assert not alembic.needs_upgrade()


def test_the_database_is_the_same_as_if_made_from_the_models(make_app: MakeApp) -> None:
    """Also in what Alembic does not compare: CHECK constraints, conditions of indexes, names."""
    migrated, made = make_app("migrated"), make_app("made")
    upgrade(migrated)
    Base.metadata.create_all(engine_of(made))
    shape = shape_of(made)
    assert shape_of(migrated) == shape
    assert all(table["primary key"]["name"] for table in shape.values())
    found = {check["name"] for table in shape.values() for check in table["checks"]}
    assert found >= {
        "ck_unit_not_its_own_parent",
        "ck_unit_unitkind_known",
        "ck_grant_of_role_role_known",
        "ck_grant_of_role_unit_if_role_needs_one",
        "ck_self_check_checkstate_known",
        "ck_self_check_submitted_in_full",
        "ck_self_check_answer_points_not_negative",
        "ck_assignment_ends_after_its_start",
        "ck_training_record_ends_after_its_start",
        "ck_training_record_lasts",
        "ck_evidence_complete_for_its_kind",
        "ck_recognition_question_decided_in_full",
        "ck_team_vote_points_not_negative",
        "ck_support_request_closed_in_full",
        "ck_check_round_begins_before_its_deadline",
    }


def test_a_filled_database_comes_up_step_by_step_and_keeps_every_row(app: Flask) -> None:
    expected: dict[str, int] = {}
    for revision in all_revisions(app):
        upgrade(app, revision)
        assert current(app) == [revision]
        before = counts_of(app)
        assert {name: number for name, number in before.items() if number} == expected
        fill(app, revision)
        expected = {name: number for name, number in counts_of(app).items() if number}
        assert set(before) == set(expected), "every table has at least one row"
    with app.app_context():
        assert alembic.compare_metadata() == []


def test_a_filled_database_goes_down_step_by_step_and_up_again(app: Flask) -> None:
    revisions = all_revisions(app)
    tables = []
    for revision in revisions:
        upgrade(app, revision)
        fill(app, revision)
        tables.append(tables_of(app))
    for index in reversed(range(len(revisions))):
        with app.app_context():
            alembic.downgrade(revisions[index - 1] if index else "base")
        left = tables[index - 1] if index else {"alembic_version"}
        assert tables_of(app) == left
    assert current(app) == []
    upgrade(app)
    assert current(app) == [revisions[-1]]
    assert tables_of(app) == tables[-1]


def test_a_second_upgrade_changes_nothing(app: Flask) -> None:
    upgrade(app)
    fill(app, "0001")
    before = counts_of(app), shape_of(app)
    upgrade(app)
    assert (counts_of(app), shape_of(app)) == before


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET details = ''", "DELETE FROM unit"])
def test_the_rules_of_the_database_hold_after_migrating(app: Flask, statement: str) -> None:
    """The trigger of the audit trail, and foreign keys, are there in a migrated database."""
    for revision in all_revisions(app):
        upgrade(app, revision)
        fill(app, revision)
    with engine_of(app).connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(statement))


def test_a_migration_that_fails_in_the_middle_leaves_the_version_before(
    app: Flask, tmp_path: Path
) -> None:
    upgrade(app)
    fill(app, "0001")
    (last,) = current(app)
    folder = tmp_path / "migrations"
    shutil.copytree(PROJECT_ROOT / "migrations", folder, ignore=shutil.ignore_patterns("__py*"))
    good = GOOD_MIGRATION.format(revision="9001", before=last, last="")
    (folder / "9001.py").write_text(good)
    broken = GOOD_MIGRATION.format(
        revision="9002", before="9001", last='op.execute("INSERT INTO nowhere VALUES (1)")'
    )
    (folder / "9002.py").write_text(broken)

    def try_again() -> None:
        """Upgrade as a new process would."""
        later = create_app(app.extensions["selfcheck"])
        later.config["ALEMBIC"]["script_location"] = str(folder)
        try:
            upgrade(later)
        finally:
            engine_of(later).dispose()

    with pytest.raises(DBAPIError, match="nowhere"):
        try_again()
    assert {"made_by_9001", "made_by_9002"} & tables_of(app) == {"made_by_9001"}
    assert values_of(app, "SELECT version_num FROM alembic_version") == {"9001"}
    assert values_of(app, "SELECT name FROM unit") == {"changed by 9001"}

    (folder / "9002.py").write_text(broken.replace("nowhere", "made_by_9001"))
    try_again()
    assert values_of(app, "SELECT version_num FROM alembic_version") == {"9002"}
    assert values_of(app, "SELECT name FROM unit") == {"changed by 9002"}
    assert "made_by_9002" in tables_of(app)
