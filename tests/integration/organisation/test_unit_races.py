"""Two people change the tree at the same time; it stays a tree, without open ends."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date
from threading import Event

import pytest
from factories import World
from flask import Flask
from unit_lists import as_csv

from selfcheck.db import db
from selfcheck.errors import ConflictError, DomainError, InvalidError
from selfcheck.lists import read_list
from selfcheck.organisation import service
from selfcheck.organisation.import_service import apply_plan, describe_plan, make_plan
from selfcheck.organisation.importing import COLUMNS
from selfcheck.organisation.models import Unit

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 30
GetUnit = Callable[[str], Unit]
Change = Callable[[GetUnit], object]


def move(number: str, below: str) -> Change:
    return lambda unit: service.move_unit(unit(number), parent=unit(below), actor_id=None)


def close(number: str) -> Change:
    return lambda unit: service.close_unit(unit(number), last_day=date(2026, 6, 30), actor_id=None)


def reopen(number: str) -> Change:
    return lambda unit: service.reopen_unit(unit(number), actor_id=None)


def load(*rows: str) -> Change:
    def change(unit: GetUnit) -> str:
        unit("33")  # as a page does, which has loaded the user's units
        plan = make_plan(read_list(as_csv(*rows), "x.csv", COLUMNS), lock=True)
        if plan.errors:
            raise InvalidError("\n".join(str(error) for error in plan.errors))
        apply_plan(plan, filename="x.csv", actor_id=None)
        return describe_plan(plan)

    return change


def run_at_once(app: Flask, world: World, first: Change, second: Change) -> object:
    """Run the second change while the first is made but not committed; return its outcome."""
    holding, released = Event(), Event()

    def run(change: Change, before_commit: Callable[[], object]) -> object:
        with app.app_context():
            units = {number: db.session.get(Unit, id_) for number, id_ in world.unit_ids.items()}
            result = change(units.__getitem__)
            db.session.flush()
            before_commit()
            db.session.commit()
            return result

    def hold() -> None:
        holding.set()
        assert released.wait(PATIENCE_SECONDS)

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(run, first, hold)
        assert holding.wait(PATIENCE_SECONDS)
        two = pool.submit(run, second, lambda: None)
        waited = bool(wait([two], timeout=0.2).not_done)
        released.set()
        one.result(PATIENCE_SECONDS)
        assert waited, "the second did not wait for the first"
        return two.result(PATIENCE_SECONDS)


@pytest.mark.parametrize(
    ("before", "changes", "refusal", "message"),
    [
        pytest.param(
            None, (move("33", "50"), move("50", "33.1")), InvalidError, "unter sich selbst",
            id="two moves that would close a circle",
        ),
        pytest.param(
            None, (close("50.1"), move("33", "50.1")), InvalidError, "ist geschlossen",
            id="a move below a unit that is being closed",
        ),
        pytest.param(
            None, (move("33", "50.1"), close("50.1")), ConflictError, "33 Einheit 33",
            id="a unit is closed while another one moves below it",
        ),
        pytest.param(
            None, (load("50.2;Neu;;Abteilung;50.1;nein"), close("50.1")), ConflictError, "50.2 Neu",
            id="a unit is closed while an import adds one below it",
        ),
        pytest.param(
            None, (close("50.1"), load("50.2;Neu;;Abteilung;50.1;nein")), InvalidError,
            "„50.1“ ist geschlossen", id="an import below a unit that is being closed",
        ),
        pytest.param(
            None, (move("50", "33"), load("33;Einheit 33;;Amt;50;ja")), InvalidError,
            "33 → 50 → 33", id="an import that would close a circle with a move",
        ),
        pytest.param(
            close("33.11"), (close("33.1"), reopen("33.11")), ConflictError, "solange 33.1",
            id="a unit is opened while the one above is being closed",
        ),
        pytest.param(
            None, (close("50.1"), close("50.1")), ConflictError, "ist schon geschlossen",
            id="closed by two people",
        ),
    ],
)  # fmt: skip
def test_the_slower_change_is_made_to_what_the_faster_left(  # noqa: PLR0917 - a table
    app: Flask,
    world: World,
    before: Change | None,
    changes: tuple[Change, Change],
    refusal: type[DomainError],
    message: str,
) -> None:
    if before is not None:
        with app.app_context():
            before(lambda number: db.session.get_one(Unit, world.unit_ids[number]))
            db.session.commit()
    with pytest.raises(refusal) as caught:
        run_at_once(app, world, *changes)
    assert message in caught.value.message


def test_the_same_list_imported_by_two_people_makes_each_unit_once(
    app: Flask, world: World
) -> None:
    rows = ["50;Sozialamt;;Amt;1;ja", "51;Jugendamt;;Amt;1;ja"]
    second = run_at_once(app, world, load(*rows), load(*rows))
    assert second == "neu 0, geändert 0, verschoben 0, unverändert 2, fehlt in der Datei 5"
