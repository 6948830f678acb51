"""Units in their tree: find them, and change them one at a time."""

from collections.abc import Callable
from datetime import date

import pytest
from factories import World, make_unit
from sqlalchemy import select

from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db
from selfcheck.errors import ConflictError, InvalidError, NotFoundError
from selfcheck.organisation import service
from selfcheck.organisation.kinds import UnitKind
from selfcheck.organisation.models import Unit

GetUnit = Callable[[str], Unit]
LAST_DAY = date(2026, 6, 30)


def numbers(units: list[Unit]) -> list[str]:
    return [unit.number for unit in units]


def events() -> list[tuple[str, str, str]]:
    found = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    return [(one.action, one.subject, one.details) for one in found]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param({}, ["1", "33", "33.1", "33.11", "50", "50.1", "100"], id="by number"),
        pytest.param({"with_closed": False}, ["1", "33", "33.1", "33.11", "50", "50.1"], id="open"),
        pytest.param({"text": "33.1"}, ["33.1", "33.11"], id="part of a number"),
        pytest.param({"text": "EINHEIT 50"}, ["50", "50.1"], id="part of a name, in any case"),
        pytest.param({"text": "ämter"}, ["100"], id="umlauts in any case"),
        pytest.param({"text": "Amter"}, ["100"], id="umlauts typed without their dots"),
        pytest.param({"text": "100 Ämterhaus"}, ["100"], id="number and name, as it is shown"),
        pytest.param({"text": "äh"}, ["100"], id="part of a short name"),
        pytest.param({"text": "%"}, [], id="no pattern"),
        pytest.param({"text": "3_"}, [], id="no pattern either"),
        pytest.param({"kind": UnitKind.DEPARTMENT}, ["33.1", "50.1"], id="by kind"),
        pytest.param({"kind": UnitKind.DEPARTMENT, "text": "50"}, ["50.1"], id="kind and text"),
        pytest.param({"kind": UnitKind.STAFF_UNIT}, [], id="a kind that nobody is"),
        pytest.param({"within": set()}, [], id="within nothing"),
    ],
)
def test_the_list_is_narrowed_and_in_natural_order(
    unit: GetUnit, filters: dict, expected: list[str]
) -> None:
    make_unit("100", name="Ämterhaus", short_name="ÄH", closed_on=LAST_DAY)
    assert numbers(service.list_units(**filters)) == expected


def test_the_list_keeps_within_what_the_user_may_see(unit: GetUnit) -> None:
    below = service.list_ids_at_or_below([unit("33").id])
    assert numbers(service.list_units(within=below)) == ["33", "33.1", "33.11"]
    assert numbers(service.list_units(within=below, text="50")) == []


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        ([], set()),
        (["33.11"], {"33.11"}),
        (["33"], {"33", "33.1", "33.11"}),
        (["33", "33.1"], {"33", "33.1", "33.11"}),  # one within the other
        (["33.1", "50"], {"33.1", "33.11", "50", "50.1"}),
        (["1"], {"1", "33", "33.1", "33.11", "50", "50.1"}),
    ],
)
def test_everything_below_is_found(unit: GetUnit, starts: list[str], expected: set[str]) -> None:
    ids = service.list_ids_at_or_below([unit(number).id for number in starts])
    assert ids == {unit(number).id for number in expected}


def test_the_path_leads_from_the_top(unit: GetUnit) -> None:
    assert numbers(service.list_path(unit("33.11"))) == ["1", "33", "33.1", "33.11"]
    assert numbers(service.list_path(unit("1"))) == ["1"]


def test_children_are_in_natural_order_and_direct(unit: GetUnit) -> None:
    for number in ("33.10", "33.2"):
        make_unit(number, parent=unit("33"))
    assert numbers(service.list_children(unit("33"))) == ["33.1", "33.2", "33.10"]
    assert service.list_children(unit("33.11")) == []


def test_parents_are_labelled_where_there_are_any(unit: GetUnit) -> None:
    labels = service.label_parents([unit("1"), unit("33"), unit("50.1")])
    assert labels == {unit("33").id: "1 Einheit 1", unit("50.1").id: "50 Einheit 50"}
    assert service.label_parents([]) == {}


def test_units_are_found_by_number(unit: GetUnit) -> None:
    assert service.find_unit_by_number(" 33.1 ") is unit("33.1")
    assert service.find_unit_by_number("34") is None
    with pytest.raises(NotFoundError, match="gibt es nicht"):
        service.get_unit(4711)


def change(unit: Unit, **changes: object) -> bool:
    fields = {
        "name": unit.name,
        "short_name": unit.short_name,
        "kind": unit.kind,
        "is_reporting": unit.is_reporting,
        "actor_id": None,
    }
    return service.change_unit(unit, **{**fields, **changes})


def test_a_unit_is_renamed_and_the_trail_says_what_it_was(unit: GetUnit) -> None:
    assert change(unit("33"), name=" Bürgeramt ", short_name=" BA ", is_reporting=False)
    db.session.flush()
    db.session.expire_all()
    renamed = unit("33")
    assert (renamed.name, renamed.short_name, renamed.is_reporting) == ("Bürgeramt", "BA", False)
    details = "vorher: Einheit 33, ohne Kürzel, Amt, berichtspflichtig"
    assert events() == [(Action.UNIT_CHANGED, "33 Bürgeramt", details)]


def test_a_change_that_changes_nothing_is_not_recorded(unit: GetUnit) -> None:
    assert not change(unit("33"), name=" Einheit 33 ")
    assert events() == []


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name": "  "}, "name", "Bitte geben Sie eine Bezeichnung an."),
        ({"name": "x" * 301}, "name", "möglich sind 300 Zeichen"),
        ({"short_name": "x" * 51}, "short_name", "möglich sind 50 Zeichen"),
    ],
)
def test_a_name_that_does_not_fit_is_refused(
    unit: GetUnit, changes: dict, field: str, message: str
) -> None:
    with pytest.raises(InvalidError, match=message) as caught:
        change(unit("33"), **changes)
    assert caught.value.field == field


def test_the_longest_names_fit(unit: GetUnit) -> None:
    assert change(unit("33"), name="ß" * 300, short_name="Ä" * 50)
    db.session.flush()


@pytest.mark.parametrize(
    ("number", "parent", "details"),
    [
        ("33.1", "50", "von 33 Einheit 33 nach 50 Einheit 50"),
        ("33.1", None, "von 33 Einheit 33 nach oberste Ebene"),
        ("50", "33.11", "von 1 Einheit 1 nach 33.11 Einheit 33.11"),
    ],
)
def test_a_unit_moves_with_everything_below_it(
    unit: GetUnit, number: str, parent: str | None, details: str
) -> None:
    below = service.list_ids_at_or_below([unit(number).id])
    target = unit(parent) if parent else None
    assert service.move_unit(unit(number), parent=target, actor_id=None)
    db.session.flush()
    db.session.expire_all()
    path = [*service.list_path(unit(parent)), unit(number)] if parent else [unit(number)]
    assert service.list_path(unit(number)) == path
    assert service.list_ids_at_or_below([unit(number).id]) == below
    assert events() == [(Action.UNIT_MOVED, unit(number).label, details)]


@pytest.mark.parametrize("parent", ["33", "33.1", "33.11"])
def test_no_unit_moves_below_itself(unit: GetUnit, parent: str) -> None:
    with pytest.raises(InvalidError, match="unter sich selbst") as caught:
        service.move_unit(unit("33"), parent=unit(parent), actor_id=None)
    assert caught.value.field == "parent"
    assert unit("33").parent is unit("1")
    assert events() == []


def test_no_unit_moves_below_a_closed_one(unit: GetUnit) -> None:
    unit("50.1").closed_on = LAST_DAY
    with pytest.raises(InvalidError, match=r"50\.1 Einheit 50\.1 ist geschlossen"):
        service.move_unit(unit("33"), parent=unit("50.1"), actor_id=None)


@pytest.mark.parametrize(("number", "parent"), [("33", "1"), ("1", None)])
def test_a_move_to_where_it_is_already_changes_nothing(
    unit: GetUnit, number: str, parent: str | None
) -> None:
    target = unit(parent) if parent else None
    assert not service.move_unit(unit(number), parent=target, actor_id=None)
    assert events() == []


def test_a_unit_without_open_children_closes(unit: GetUnit) -> None:
    service.close_unit(unit("33.11"), last_day=LAST_DAY, actor_id=None)
    service.close_unit(unit("33.1"), last_day=LAST_DAY, actor_id=None)
    assert unit("33.1").closed_on == LAST_DAY
    assert events()[1] == (
        Action.UNIT_CLOSED,
        "33.1 Einheit 33.1",
        "letzter Tag 30.06.2026",
    )


def test_open_children_are_named_when_a_unit_cannot_close(unit: GetUnit) -> None:
    make_unit("33.2", parent=unit("33"), closed_on=LAST_DAY)
    with pytest.raises(ConflictError) as caught:
        service.close_unit(unit("33"), last_day=LAST_DAY, actor_id=None)
    assert caught.value.message.endswith("schließen Sie zuerst: 33.1 Einheit 33.1.")
    assert unit("33").closed_on is None
    assert events() == []


def test_a_closed_unit_does_not_close_again(unit: GetUnit) -> None:
    service.close_unit(unit("33.11"), last_day=LAST_DAY, actor_id=None)
    with pytest.raises(ConflictError, match="ist schon geschlossen"):
        service.close_unit(unit("33.11"), last_day=date(2026, 7, 1), actor_id=None)
    assert unit("33.11").closed_on == LAST_DAY


def test_a_closed_unit_opens_again(unit: GetUnit, world: World) -> None:
    service.close_unit(unit("33.11"), last_day=LAST_DAY, actor_id=None)
    service.reopen_unit(unit("33.11"), actor_id=world.user_ids["admin"])
    assert unit("33.11").closed_on is None
    assert events()[-1] == (Action.UNIT_REOPENED, "33.11 Einheit 33.11", "")


def test_opening_an_open_unit_is_harmless(unit: GetUnit) -> None:
    service.reopen_unit(unit("33"), actor_id=None)
    assert events() == []


def test_no_unit_opens_below_a_closed_one(unit: GetUnit) -> None:
    for number in ("33.11", "33.1"):
        service.close_unit(unit(number), last_day=LAST_DAY, actor_id=None)
    with pytest.raises(ConflictError, match=r"solange 33\.1 Einheit 33\.1 geschlossen ist"):
        service.reopen_unit(unit("33.11"), actor_id=None)
