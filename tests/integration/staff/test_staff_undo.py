"""Taking an import of a roster back, and what stands in the way."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from factories import World, make_person, make_training
from flask import Flask
from sqlalchemy import select

from selfcheck.audit.models import AuditEvent
from selfcheck.db import db
from selfcheck.errors import ConflictError, NotFoundError
from selfcheck.lists import read_list
from selfcheck.staff import import_service, service, undo_service
from selfcheck.staff.import_service import apply_plan, make_plan
from selfcheck.staff.importing import COLUMNS
from selfcheck.staff.inputs import AssignmentInput, Duties, PersonInput
from selfcheck.staff.models import Assignment, Person, StaffImport

HEADER = (
    "Personalnummer;Nachname;Vorname;Organisationseinheit;Führungskraft;Bürgerkontakt;Medienarbeit;"
    "Gültig ab;Gültig bis"
)
TODAY = date(2026, 11, 24)
Load = Callable[..., StaffImport]
LINES = (
    "1;Meier;Erika;33;;x;;;",  # another name, another mark
    "2;Muster;Erika;50;;;;01.07.2026;",  # a move
    "3;Neu;Nora;33.1;ja;;;01.01.2020;31.12.2023",  # new, with a history
    "3;Neu;Nora;33;ja;;;01.01.2024;",
    "4;Muster;Erika;33;;;;;",  # unchanged
)


@pytest.fixture
def load(app: Flask, world: World) -> Iterator[Load]:
    """Open an application context with three people, and apply lists in it."""

    def loaded(*lines: str, by: str | None = "officer33") -> StaffImport:
        read = read_list("\n".join([HEADER, *lines]).encode(), "personal.csv", COLUMNS)
        made = make_plan(read, within=None, on=TODAY, lock=True)
        assert made.errors == []
        actor_id = world.user_ids[by] if by else None
        one = apply_plan(made, filename="personal.csv", actor_id=actor_id)
        assert one is not None
        db.session.commit()
        return one

    with app.app_context():
        for number in ("1", "2", "4"):
            make_person(number, unit=world.unit_ids["33"])
        db.session.commit()
        yield loaded


def everything() -> list[tuple[object, ...]]:
    names = (Person.number, Person.last_name, Person.first_name, Person.sort_key)
    marks = (
        Assignment.is_manager,
        Assignment.has_citizen_contact,
        Assignment.does_media_work,
    )
    query = select(
        *names, Assignment.unit_id, *marks, Assignment.first_day, Assignment.last_day
    ).outerjoin(Assignment)
    return sorted(tuple(row) for row in db.session.execute(query))


def person(number: str) -> Person:
    return db.session.scalars(select(Person).where(Person.number == number)).one()


def take_back(one: StaffImport) -> None:
    undo_service.take_back(one, within=None, on=TODAY, actor_id=one.applied_by_id)
    db.session.commit()


def test_all_is_as_it_was_before(load: Load, world: World) -> None:
    before = everything()
    one = load(*LINES)
    assert undo_service.find_obstacles(one, within=None, on=TODAY) == []
    take_back(one)
    assert everything() == before
    assert one.taken_back_at is not None
    assert one.taken_back_by_id == world.user_ids["officer33"]
    revisions = {number: person(number).revision for number in ("1", "2", "4")}
    assert revisions == {"1": 3, "2": 3, "4": 1}, "open forms are outdated"
    last = list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)))[-1]
    assert (last.action, last.subject) == ("staff-import-taken-back", "personal.csv")
    assert last.details == one.summary


def test_what_was_taken_back_can_be_applied_again(load: Load) -> None:
    one = load(*LINES)
    after = everything()
    take_back(one)
    take_back(load(*LINES))
    load(*LINES)
    assert everything() == after


def test_small_chunks_take_back_the_same(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_service, "CHUNK", 2)
    monkeypatch.setattr(import_service, "WRITTEN_AT_ONCE", 2)
    before = everything()
    take_back(load(*LINES, *(f"9{n};Neu;Nina;33;;;;;" for n in range(5))))
    assert everything() == before


def duties(unit_id: int, first: date | None, last: date | None = None) -> AssignmentInput:
    flags = Duties(is_manager=False, has_citizen_contact=False, does_media_work=False)
    return AssignmentInput(unit_id=unit_id, duties=flags, first_day=first, last_day=last)


def rename(world: World) -> None:
    one = person("1")
    names = PersonInput(number="1", last_name="Schulz", first_name="Erika")
    service.change_person(one, names, revision=one.revision, actor_id=1)


def renumber(world: World) -> None:
    one = person("3")
    names = PersonInput(number="33333", last_name="Neu", first_name="Nora")
    service.change_person(one, names, revision=one.revision, actor_id=1)


def end(world: World) -> None:
    one = person("2")
    service.end_assignment(
        one, one.assignments[-1], last_day=TODAY, revision=one.revision, actor_id=1
    )


def mark(world: World) -> None:
    service.set_duties(
        [person("1")], day=TODAY, has_citizen_contact=None, does_media_work=True, actor_id=1
    )


def move(world: World) -> None:
    one = person("3")
    entered = duties(world.unit_ids["50"], date(2026, 12, 1))
    service.move_person(
        one, entered, own_unit_ids=set(world.unit_ids.values()), revision=one.revision, actor_id=1
    )


def add_past(world: World) -> None:
    one = person("3")
    entered = duties(world.unit_ids["50"], date(2019, 1, 1), date(2019, 6, 30))
    service.move_person(
        one, entered, own_unit_ids=set(world.unit_ids.values()), revision=one.revision, actor_id=1
    )


def remove_assignment(world: World) -> None:
    db.session.delete(person("2").assignments[-1])


def remove_person(world: World) -> None:
    db.session.delete(person("3"))


CHANGED = "wurde inzwischen geändert."


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (rename, [f"Meier, Erika (1): Personalnummer oder Name {CHANGED}"]),
        (renumber, [f"Neu, Nora (3): Personalnummer oder Name {CHANGED}"]),
        (end, [f"Muster, Erika (2): Die Zuordnung ab 01.07.2026 {CHANGED}"]),
        (mark, [f"Meier, Erika (1): Die Zuordnung {CHANGED}"]),
        (
            move,
            [
                f"Neu, Nora (3): Die Zuordnung ab 01.01.2024 {CHANGED}",
                "Neu, Nora (3): Die Person hat inzwischen eine weitere Zuordnung.",
            ],
        ),
        (add_past, ["Neu, Nora (3): Die Person hat inzwischen eine weitere Zuordnung."]),
        (
            remove_assignment,
            ["Muster, Erika (2): Die Zuordnung ab 01.07.2026 gibt es nicht mehr."],
        ),
        (
            remove_person,
            [
                "Neu, Nora (3): Die Person gibt es nicht mehr.",
                "Neu, Nora (3): Die Zuordnung ab 01.01.2020 gibt es nicht mehr.",
                "Neu, Nora (3): Die Zuordnung ab 01.01.2024 gibt es nicht mehr.",
            ],
        ),
    ],
    ids=lambda one: one.__name__ if callable(one) else "",
)
def test_whoever_worked_on_with_it_stands_in_the_way(
    load: Load, world: World, change: Callable[[World], None], expected: list[str]
) -> None:
    one = load(*LINES)
    change(world)
    db.session.commit()
    before = everything()
    assert undo_service.find_obstacles(one, within=None, on=TODAY) == expected
    with pytest.raises(ConflictError) as refused:
        take_back(one)
    assert refused.value.message.splitlines() == [
        "Der Import lässt sich nicht mehr zurücknehmen:",
        *expected,
    ]
    db.session.rollback()
    assert everything() == before
    assert one.taken_back_at is None


def test_people_whom_the_import_left_alone_may_change(load: Load) -> None:
    one = load(*LINES)
    other = person("4")
    service.end_assignment(
        other, other.assignments[0], last_day=TODAY, revision=other.revision, actor_id=1
    )
    db.session.commit()
    take_back(one)
    assert person("4").assignments[0].last_day == TODAY


def test_a_later_import_has_to_be_taken_back_first(load: Load) -> None:
    before = everything()
    first, second = load(*LINES), load("3;Neu;Nora;50;ja;;;01.10.2026;")
    assert undo_service.find_obstacles(first, within=None, on=TODAY) != []
    take_back(second)
    take_back(first)
    assert everything() == before


def test_a_person_to_whom_something_refers_stays(load: Load) -> None:
    one = load(*LINES)
    for number in ("1", "4"):  # they were there before, and stay
        make_training(person(number))
    db.session.commit()
    assert undo_service.find_obstacles(one, within=None, on=TODAY) == []
    make_training(person("3"))
    db.session.commit()
    assert undo_service.find_obstacles(one, within=None, on=TODAY) == [
        "Neu, Nora (3): Zu der Person ist inzwischen etwas eingetragen, z. B. eine Schulung."
    ]


def test_nothing_is_taken_back_twice(load: Load) -> None:
    one = load(*LINES)
    take_back(one)
    assert undo_service.find_obstacles(one, within=None, on=TODAY) == [
        "Dieser Import ist schon zurückgenommen."
    ]
    with pytest.raises(ConflictError, match="schon zurückgenommen"):
        take_back(one)


def test_at_most_ten_obstacles_are_named(load: Load) -> None:
    one = load(*[f"9{n:02};Neu;Nina;33;;;;;" for n in range(13)])
    for each in db.session.scalars(select(Person).where(Person.last_name == "Neu")):
        each.first_name = "Nora"
    db.session.commit()
    with pytest.raises(ConflictError) as refused:
        take_back(one)
    lines = refused.value.message.splitlines()
    assert len(lines) == 12
    assert lines[-1] == "… und 3 weitere"
    assert len(undo_service.find_obstacles(one, within=None, on=TODAY)) == 13


def test_only_the_own_imports_are_there(load: Load, world: World) -> None:
    mine, console = load(LINES[0]), load(LINES[1], by=None)
    me, other = world.user_ids["officer33"], world.user_ids["head50"]
    assert undo_service.list_imports(me) == [mine]
    assert undo_service.list_imports(other) == []
    assert set(undo_service.list_imports(None)) == {mine, console}
    assert undo_service.get_import(mine.id, me) is mine
    assert undo_service.get_import(mine.id, None) is mine
    for import_id, actor_id in ((mine.id, other), (console.id, me), (uuid4(), None)):
        with pytest.raises(NotFoundError):
            undo_service.get_import(import_id, actor_id)


def test_the_latest_twenty_are_listed_newest_first(load: Load, world: World) -> None:
    start = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
    for n in range(22):
        with time_machine.travel(start + timedelta(hours=n), tick=False):
            load(f"5{n:02};Neu;Nina;33;;;;;")
    found = undo_service.list_imports(world.user_ids["officer33"])
    assert [one.applied_at for one in found] == [
        start + timedelta(hours=n) for n in range(21, 1, -1)
    ]
