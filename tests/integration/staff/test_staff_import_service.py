"""A roster against the database: reach, what is written, and with how many statements."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date
from threading import Event

import pytest
from factories import World, make_person
from flask import Flask
from queries import counted_queries
from sqlalchemy import Select, func, select

from selfcheck.audit.models import AuditEvent
from selfcheck.db import db, german_sort_key
from selfcheck.lists import read_list
from selfcheck.organisation.models import Unit
from selfcheck.organisation.service import select_ids_at_or_below
from selfcheck.staff import import_service
from selfcheck.staff.import_service import apply_plan, describe_plan, fingerprint, make_plan
from selfcheck.staff.importing import COLUMNS, StaffPlan
from selfcheck.staff.kinds import Touched
from selfcheck.staff.models import Assignment, Person, StaffImport, StaffImportChange
from selfcheck.staff.periods import SINCE_ALWAYS

HEADER = (
    "Personalnummer;Nachname;Vorname;Organisationseinheit;Führungskraft;Bürgerkontakt;Medienarbeit;"
    "Gültig ab;Gültig bis"
)
TODAY = date(2026, 11, 24)
PATIENCE_SECONDS = 30
Plan = Callable[..., StaffPlan]


@pytest.fixture
def plan(app: Flask, world: World) -> Iterator[Plan]:
    """Open an application context, and plan lists in it: for the city, or below one unit."""

    def planned(*lines: str, within: str | None = None) -> StaffPlan:
        read = read_list("\n".join([HEADER, *lines]).encode(), "personal.csv", COLUMNS)
        return make_plan(read, within=own_units(world, within), on=TODAY, lock=True)

    with app.app_context():
        yield planned


def own_units(world: World, number: str | None) -> Select[int] | None:
    return select_ids_at_or_below([world.unit_ids[number]]) if number else None


def apply(made: StaffPlan) -> StaffImport | None:
    assert made.errors == []
    one = apply_plan(made, filename="personal.csv", actor_id=None)
    db.session.commit()
    return one


def roster() -> list[tuple[object, ...]]:
    """Return number, unit and days of everybody."""
    query = select(Person.number, Unit.number, Assignment.first_day, Assignment.last_day)
    query = query.select_from(Assignment).join(Assignment.person).join(Assignment.unit)
    return [tuple(row) for row in db.session.execute(query.order_by(Person.number, "first_day"))]


def test_new_people_are_stored_as_the_list_says(plan: Plan, world: World) -> None:
    one = apply(
        plan("007;Özdemir;Änne;33.1;ja;nein;x;01.02.2024;31.12.2026", "8;Muster;Max;33;;;;;")
    )
    person = db.session.scalars(select(Person).where(Person.number == "007")).one()
    assert (person.name, person.revision) == ("Özdemir, Änne", 1)
    assert person.sort_key == german_sort_key("Özdemir, Änne")
    (assignment,) = person.assignments
    assert assignment.unit_id == world.unit_ids["33.1"]
    assert (assignment.is_manager, assignment.has_citizen_contact) == (True, False)
    assert assignment.does_media_work is True
    assert (assignment.first_day, assignment.last_day) == (date(2024, 2, 1), date(2026, 12, 31))
    assert one is not None
    assert one.summary == "neu 2, geändert 0, Wechsel 0, unverändert 0, fehlt in der Datei 0"


def test_a_move_ends_what_ran_and_raises_the_revision(plan: Plan, world: World) -> None:
    person = make_person("7", unit=world.unit_ids["33"])
    stays = make_person("8", unit=world.unit_ids["33"])
    made = plan("7;Muster;Erika;50;;;;01.07.2026;", "8;Muster;Erika;33;;;;;")
    assert describe_plan(made) == (
        "neu 0, geändert 0, Wechsel 1, unverändert 1, fehlt in der Datei 0"
    )
    apply(made)
    assert roster() == [
        ("7", "33", SINCE_ALWAYS, date(2026, 6, 30)),
        ("7", "50", date(2026, 7, 1), None),
        ("8", "33", SINCE_ALWAYS, None),
    ]
    assert (person.revision, stays.revision) == (2, 1)


def test_the_same_file_and_an_older_copy_change_nothing(plan: Plan, world: World) -> None:
    make_person("7", unit=world.unit_ids["33"])
    old, new = "7;Muster;Erika;33;;;;;", "7;Muster;Erika;50;;;;01.07.2026;"
    apply(plan(new))
    for lines in ([new], [old], [old, new]):
        made = plan(*lines)
        assert (made.errors, made.changes_something) == ([], False)
        assert apply(made) is None
    assert db.session.scalar(select(func.count(StaffImport.id))) == 1
    assert db.session.scalar(select(func.count(AuditEvent.id))) == 1


def test_two_people_may_have_the_same_name(plan: Plan) -> None:
    apply(plan("7;Muster;Erika;33;;;;;", "8;Muster;Erika;33;;;;;", "07;Muster;Erika;33;;;;;"))
    assert [row[0] for row in roster()] == ["07", "7", "8"]


def test_a_new_name_is_written_with_its_sort_key(plan: Plan, world: World) -> None:
    person = make_person("7", unit=world.unit_ids["33"])
    made = plan("7;Äkin;Erika;33;;;;;")
    assert [one.differences for one in made.changed] == [[("Nachname", "Muster", "Äkin")]]
    apply(made)
    assert (person.last_name, person.sort_key, person.revision) == ("Äkin", "akin, erika", 2)


def test_errors_write_nothing(plan: Plan, world: World) -> None:
    made = plan("7;Muster;Erika;33;;;;;", "8;Muster;Max;404;;;;;")
    assert [str(one) for one in made.errors] == [
        (
            "Zeile 3, Spalte „Organisationseinheit“: „404“ gibt es nicht; erwartet wird die Nummer "
            "einer Organisationseinheit."
        )
    ]
    with pytest.raises(ValueError, match="never applied"):
        apply_plan(made, filename="personal.csv", actor_id=None)
    assert roster() == []


def test_the_trail_names_the_file_and_the_counts_and_nobody(plan: Plan, world: World) -> None:
    made = plan("7;Geheim;Gerda;33;;;;;")
    apply_plan(made, filename="personal.csv", actor_id=world.user_ids["officer33"])
    db.session.commit()
    event_ = db.session.scalars(select(AuditEvent)).one()
    assert (event_.action, event_.subject) == ("staff-imported", "personal.csv")
    assert event_.details == describe_plan(made)
    assert event_.actor_id == world.user_ids["officer33"]
    assert "Geheim" not in event_.subject + event_.details


def test_what_was_there_before_is_kept(plan: Plan, world: World) -> None:
    person = make_person("7", unit=world.unit_ids["33"])
    apply(plan("7;Muster;Erika;50;;;;01.07.2026;"))
    changes = list(db.session.scalars(select(StaffImportChange).order_by("position")))
    assert [one.touched for one in changes] == [
        Touched.PERSON,
        Touched.ASSIGNMENT,
        Touched.ASSIGNMENT,
    ]
    names = {"number": "7", "last_name": "Muster", "first_name": "Erika"}
    assert (changes[0].object_id, changes[0].before, changes[0].after) == (person.id, names, names)
    ended, made = changes[1:]
    assert ended.before == {**ended.after, "last_day": None}
    assert (ended.after["first_day"], ended.after["last_day"]) == ("1800-01-01", "2026-06-30")
    assert made.before is None
    assert made.after == {
        "person_id": person.id,
        "unit_id": world.unit_ids["50"],
        "is_manager": False,
        "has_citizen_contact": False,
        "does_media_work": False,
        "first_day": "2026-07-01",
        "last_day": None,
    }


def test_an_officer_reaches_the_own_units_only(plan: Plan, world: World) -> None:
    make_person("1", unit=world.unit_ids["33.11"])
    make_person("2", unit=world.unit_ids["50"], last_name="Geheim", first_name="Gerda")
    made = plan(
        "1;Muster;Erika;33;;;;;", "2;Geheim;Gerda;33;;;;;", "3;Neu;Nora;50;;;;;", within="33"
    )
    assert [(one.row, one.column) for one in made.errors] == [
        (3, "Personalnummer"),
        (4, "Organisationseinheit"),
    ]
    assert "Geheim" not in "".join(map(str, made.errors))
    made = plan("1;Muster;Erika;33;;;;;", within="33")
    assert describe_plan(made).startswith("neu 0, geändert 1, Wechsel 0")


def test_whoever_was_handed_over_is_out_of_reach_from_that_day(plan: Plan, world: World) -> None:
    person = make_person("1", unit=world.unit_ids["33"], last_day=date(2026, 11, 23))
    person.assignments.append(Assignment(unit_id=world.unit_ids["50"], first_day=TODAY))
    db.session.flush()
    assert plan("1;Muster;Erika;33;;;;;", within="33").unchanged, "an old copy"
    assert plan("1;Muster;Erika;33;;x;;;", within="33").errors
    assert plan("1;Muster;Erika;50;;x;;24.11.2026;", within="50").changed


def test_people_who_are_not_in_the_file_are_named_as_far_as_the_reach_goes(
    plan: Plan, world: World
) -> None:
    make_person("1", unit=world.unit_ids["33"])
    make_person("2", unit=world.unit_ids["33"], last_name="Özil")
    make_person("3", unit=world.unit_ids["33"], last_day=date(2026, 11, 23))
    make_person("4", unit=world.unit_ids["33"], first_day=date(2026, 11, 25))
    make_person("5", unit=world.unit_ids["33.1"])
    make_person("6", unit=world.unit_ids["50"])
    made = plan("1;Muster;Erika;33;;;;;", within="33")
    assert [(one.number, one.last_name) for one in made.missing] == [("2", "Özil")]
    made = plan("1;Muster;Erika;33;;;;;", "7;Neu;Nora;50;;;;;", within="33.1")
    assert made.missing == []


def test_the_fingerprint_tells_whether_the_plan_would_do_the_same(plan: Plan, world: World) -> None:
    lines = ["7;Muster;Erika;33;;;;;", "8;Muster;Max;33;;;;;"]
    first = fingerprint(plan(*lines))
    assert fingerprint(plan(*lines)) == first
    make_person("8", unit=world.unit_ids["33"], first_name="Max")
    assert fingerprint(plan(*lines)) != first


def test_ten_times_the_rows_need_no_more_statements(app: Flask, plan: Plan) -> None:
    counts = []
    for size in (30, 300):
        lines = [f"{size}-{n};Muster;Erika;33;;;;;" for n in range(size)]
        moves = [f"{size}-{n};Muster;Erika;50;;;;01.07.2026;" for n in range(size)]
        with counted_queries(app) as statements:
            for list_ in (lines, lines, moves):
                made = plan(*list_, within="1")
                apply_plan(made, filename="x.csv", actor_id=None)
        counts.append(len(statements))
        db.session.commit()
    assert counts[0] == counts[1]
    assert counts[0] < 70


def test_chunks_change_nothing(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_service, "CHUNK", 3)
    monkeypatch.setattr(import_service, "WRITTEN_AT_ONCE", 3)
    told: list[tuple[int, int]] = []
    for unit, first in (("33", ""), ("50", "01.07.2026")):
        made = plan(*[f"{n:02};Muster;Erika;{unit};;;;{first};" for n in range(8)])
        apply_plan(
            made,
            filename="x.csv",
            actor_id=None,
            progress=lambda done, total: told.append((done, total)),
        )
        db.session.commit()
    assert told == [(3, 8), (6, 8), (8, 8)] * 2
    assert len(roster()) == 16
    assert len(set(roster())) == 16
    positions = db.session.scalars(select(StaffImportChange.position)).all()
    assert sorted(positions) == sorted([*range(1, 17), *range(1, 25)])


@pytest.mark.slow
def test_of_two_imports_at_once_the_second_sees_the_first(app: Flask, world: World) -> None:
    with app.app_context():
        make_person("7", unit=world.unit_ids["33"])
        db.session.commit()
    content = f"{HEADER}\n7;Muster;Erika;50;;;;01.07.2026;".encode()
    holding, released = Event(), Event()

    def load(before_commit: Callable[[], object]) -> str:
        with app.app_context():
            read = read_list(content, "personal.csv", COLUMNS)
            made = make_plan(read, within=None, on=TODAY, lock=True)
            apply_plan(made, filename="personal.csv", actor_id=None)
            before_commit()
            db.session.commit()
            return describe_plan(made)

    def hold() -> None:
        holding.set()
        assert released.wait(PATIENCE_SECONDS)

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(load, hold)
        assert holding.wait(PATIENCE_SECONDS)
        two = pool.submit(load, lambda: None)
        assert wait([two], timeout=0.2).not_done, "the second did not wait for the first"
        released.set()
        assert one.result(PATIENCE_SECONDS).startswith("neu 0, geändert 0, Wechsel 1")
        assert two.result(PATIENCE_SECONDS).startswith(
            "neu 0, geändert 0, Wechsel 0, unverändert 1"
        )
