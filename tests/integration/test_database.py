"""What does the database promise, on SQLite and PostgreSQL?"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta, timezone
from inspect import iscoroutinefunction
from pathlib import Path
from threading import Event

import pytest
from factories import World, make_unit, make_user
from flask import Flask
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from selfcheck import clock, create_app
from selfcheck.accounts.models import User
from selfcheck.config import Config
from selfcheck.db import Base, alembic, db
from selfcheck.organisation.models import Unit

PATIENCE_SECONDS = 30


@pytest.fixture
def sqlite_app(tmp_path: Path) -> Iterator[Flask]:
    """An application with a SQLite file of its own, whichever databases are tested."""
    url = f"sqlite:///{tmp_path / 'folder' / 'that is missing' / 'own.db'}"
    app = create_app(Config(database_url=url, testing=True))
    with app.app_context():
        alembic.upgrade()
        make_unit("33", short_name="0")
        db.session.commit()
    yield app
    with app.app_context():
        db.engine.dispose()


def test_every_sqlite_connection_is_safe_and_patient(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        connections = [db.engine.connect() for _ in range(3)]
        for connection in connections:
            pragmas = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
            assert pragmas == {
                "journal_mode": "wal",
                "synchronous": 2,  # FULL
                "foreign_keys": 1,
                "busy_timeout": 15_000,
            }
            connection.close()


def test_sqlite_writers_that_read_first_lose_nothing(sqlite_app: Flask) -> None:
    def count_one_up(_: int) -> None:
        with sqlite_app.app_context():
            unit = db.session.scalars(select(Unit)).one()
            unit.short_name = str(int(unit.short_name) + 1)
            db.session.commit()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count_one_up, range(40)))
    with sqlite_app.app_context():
        assert db.session.scalars(select(Unit.short_name)).one() == "40"


@pytest.mark.parametrize(
    ("method", "statement"),
    [("GET", "BEGIN"), ("HEAD", "BEGIN"), ("POST", "BEGIN IMMEDIATE"), (None, "BEGIN IMMEDIATE")],
)
def test_on_sqlite_only_pages_that_read_go_without_the_write_lock(
    sqlite_app: Flask, method: str | None, statement: str
) -> None:
    seen: list[str] = []
    context = sqlite_app.test_request_context(method=method) if method else sqlite_app.app_context()
    with context:

        @event.listens_for(db.engine, "before_cursor_execute")
        def note(_connection: object, _cursor: object, sql: str, *_: object) -> None:
            seen.append(sql)

        db.session.scalars(select(Unit)).all()
    assert seen[0] == statement


def test_a_second_writer_waits_for_the_first(app: Flask, world: World) -> None:
    holding, released = Event(), Event()

    def rename(name: str, before_commit: Callable[[], object]) -> None:
        with app.app_context():
            db.session.get_one(Unit, world.unit_ids["33"]).name = name
            db.session.flush()
            before_commit()
            db.session.commit()

    def hold() -> None:
        holding.set()
        assert released.wait(PATIENCE_SECONDS)

    with ThreadPoolExecutor(2) as pool:
        first: Future[None] = pool.submit(rename, "erster", hold)
        assert holding.wait(PATIENCE_SECONDS)
        second = pool.submit(rename, "zweiter", lambda: None)
        still_waiting = wait([second], timeout=0.2).not_done
        released.set()
        first.result(PATIENCE_SECONDS)
        second.result(PATIENCE_SECONDS)
    assert still_waiting, "it neither failed nor overtook the first"
    with app.app_context():
        assert db.session.get_one(Unit, world.unit_ids["33"]).name == "zweiter"


def test_a_page_is_not_held_up_by_a_writer(app: Flask, world: World) -> None:
    def count_units() -> int | None:
        with app.test_request_context("/einheiten"):
            return db.session.scalar(select(func.count(Unit.id)))

    with ThreadPoolExecutor(1) as pool, app.app_context():
        make_unit("99")
        count = pool.submit(count_units).result(PATIENCE_SECONDS)
    assert count == len(world.unit_ids), "what is not committed is not seen"


def test_a_moment_comes_back_aware_and_in_utc(app: Flask) -> None:
    summer = timezone(timedelta(hours=2))
    with app.app_context():
        user = make_user("a", created_at=datetime(2026, 7, 1, 0, 30, 15, 123456, tzinfo=summer))
        db.session.commit()
        stored = db.session.scalars(select(User.created_at)).one()
        assert stored == user.created_at == datetime(2026, 6, 30, 22, 30, 15, 123456, tzinfo=UTC)
        assert stored.tzinfo is UTC
        assert user.one_time_until is None


def test_moments_compare_in_the_database(app: Flask) -> None:
    with app.app_context():
        make_user("a", created_at=datetime(2026, 7, 1, 0, 30, tzinfo=timezone(timedelta(hours=2))))
        midnight = datetime(2026, 7, 1, 0, 0, tzinfo=UTC)
        before = select(func.count(User.id)).where(User.created_at < midnight)
        assert db.session.scalar(before) == 1


def test_a_moment_without_a_zone_is_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(StatementError, match="needs a time zone"):
        make_user("a", created_at=datetime(2026, 7, 1))  # noqa: DTZ001


UNIT_COLUMNS = "number, name, short_name, kind, parent_id, is_reporting"
CHECK_COLUMNS = (
    "id, unit_id, checked_on, questionnaire_version, state, created_at, created_by_id, "
    "changed_at, changed_by_id, submitted_at, submitted_by_id, total_points"
)
NEW_CHECK = (
    "INSERT INTO self_check ({columns}) SELECT '{id}', min(unit.id), '2026-03-02', 'v', '{state}', "
    "'2026-03-02', min(user_account.id), '2026-03-02', min(user_account.id), {submitted} "
    "FROM unit, user_account"
)


def new_check(*, state: str, submitted: str) -> str:
    id_ = "00000000000040008000000000000001"
    return NEW_CHECK.format(columns=CHECK_COLUMNS, id=id_, state=state, submitted=submitted)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE unit SET parent_id = id", id="a unit below itself"),
        pytest.param("UPDATE unit SET kind = 'Ministerium'", id="an unknown kind"),
        pytest.param("UPDATE unit SET kind = 'OFFICE'", id="a kind by its English name"),
        pytest.param("UPDATE unit SET parent_id = 4711", id="a parent that is not there"),
        pytest.param("DELETE FROM unit WHERE number = '1'", id="a unit that others hang below"),
        pytest.param(
            f"INSERT INTO unit ({UNIT_COLUMNS}) VALUES ('33', 'x', '', 'Amt', NULL, true)",
            id="a number twice",
        ),
        pytest.param(
            f"INSERT INTO unit ({UNIT_COLUMNS}) VALUES ('34', NULL, '', 'Amt', NULL, true)",
            id="a unit without a name",
        ),
        pytest.param(
            "UPDATE user_account SET email = 'hr@stadt.example'", id="an address for two people"
        ),
        pytest.param("UPDATE grant_of_role SET role = 'king'", id="an unknown role"),
        pytest.param("UPDATE grant_of_role SET unit_id = NULL", id="a head of nothing"),
        pytest.param(
            "UPDATE grant_of_role SET unit_id = (SELECT min(id) FROM unit)", id="HR of one office"
        ),
        pytest.param(
            "INSERT INTO grant_of_role (user_id, role, unit_id) "
            "SELECT user_id, role, unit_id FROM grant_of_role WHERE role = 'admin'",
            id="a role for the city twice",
        ),
        pytest.param(
            "INSERT INTO grant_of_role (user_id, role, unit_id) "
            "SELECT user_id, role, unit_id FROM grant_of_role WHERE role = 'unit-head'",
            id="a role for a unit twice",
        ),
        pytest.param(new_check(state="lost", submitted="NULL, NULL, NULL"), id="an unknown state"),
        pytest.param(
            new_check(state="submitted", submitted="NULL, NULL, NULL"),
            id="submitted, but not when or by whom",
        ),
        pytest.param(
            new_check(state="submitted", submitted="'2026-03-02', min(user_account.id), NULL"),
            id="submitted without a total",
        ),
        pytest.param(
            new_check(state="draft", submitted="NULL, NULL, 12"), id="a draft with a total"
        ),
    ],
)
def test_the_database_itself_refuses(app: Flask, world: World, statement: str) -> None:
    with app.app_context(), pytest.raises(IntegrityError):
        db.session.execute(text(statement))


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_the_database_takes_a_check_that_is_whole(app: Flask, world: World, state: str) -> None:
    """The refusals above are due to the one thing that each has wrong."""
    values = {"draft": "NULL, NULL, NULL", "submitted": "'2026-03-02', min(user_account.id), 12"}
    with app.app_context():
        db.session.execute(text(new_check(state=state, submitted=values[state])))


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET details = 'x'", "DELETE FROM audit_event"]
)
def test_the_audit_trail_can_only_grow(app: Flask, world: World, statement: str) -> None:
    with app.app_context():
        db.session.execute(
            text(
                "INSERT INTO audit_event (at, action, subject, details, address) "
                f"VALUES ('{clock.now():%Y-%m-%d %H:%M:%S}', 'login', '', '', '')"
            )
        )
        db.session.commit()
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(statement))


def test_all_constraints_have_names_that_a_migration_can_use() -> None:
    unnamed = [
        (table.name, constraint)
        for table in Base.metadata.sorted_tables
        for constraint in table.constraints
        if not constraint.name
    ]
    assert not unnamed


def test_no_request_starts_an_event_loop(app: Flask) -> None:
    assert app.teardown_appcontext_funcs
    assert not any(map(iscoroutinefunction, app.teardown_appcontext_funcs))
