"""The pages of the units: list, detail, change, move, close and open again."""

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from client import Client, text_of
from factories import World, make_unit
from flask import Flask

from selfcheck.db import db
from selfcheck.organisation.models import Unit

Address = Callable[..., str]


@pytest.fixture
def address(world: World) -> Address:
    return lambda number, page="": f"/einheiten/{world.unit_ids[number]}{page}"


def stored(app: Flask, world: World, number: str) -> Unit:
    with app.app_context():
        unit = db.session.get_one(Unit, world.unit_ids[number])
        assert unit.parent is None or unit.parent.number
        return unit


FORM = {"name": "Bürgeramt", "short_name": "BA", "kind": "Eigenbetrieb", "is_reporting": "y"}


def test_a_unit_is_renamed(app: Flask, world: World, admin: Client, address: Address) -> None:
    page = admin.get(address("33", "/bearbeiten"))
    assert 'value="Einheit 33"' in page.text
    assert '<option selected value="Amt">' in page.text
    response = admin.send(address("33", "/bearbeiten"), FORM | {"name": "  Bürgeramt "})
    assert response.location == address("33")
    assert "Gespeichert." in text_of(admin.get(response.location))
    unit = stored(app, world, "33")
    assert (unit.number, unit.name, unit.short_name) == ("33", "Bürgeramt", "BA")
    assert (unit.kind.value, unit.is_reporting) == ("Eigenbetrieb", True)


def test_saving_without_a_change_says_so(admin: Client, address: Address) -> None:
    same = {"name": "Einheit 33", "short_name": "", "kind": "Amt", "is_reporting": "y"}
    response = admin.send(address("33", "/bearbeiten"), same)
    assert "Es war nichts zu ändern." in text_of(admin.get(response.location))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "Bitte geben Sie eine Bezeichnung an."),
        ({"name": "   "}, "Bitte geben Sie eine Bezeichnung an."),
        ({"name": "x" * 301}, "Die Bezeichnung ist zu lang; möglich sind 300 Zeichen."),
        ({"short_name": "x" * 51}, "Das Kürzel ist zu lang; möglich sind 50 Zeichen."),
        ({"kind": "Ministerium"}, "Art: "),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_typed_is_lost(
    admin: Client, address: Address, changes: dict, message: str
) -> None:
    response = admin.send(address("33", "/bearbeiten"), {**FORM, "name": "Ämtchen", **changes})
    assert response.status_code == 400
    assert message in text_of(response)
    assert f'id="{next(iter(changes))}-error"' in response.text
    for name, value in FORM.items():
        if name in {"name", "short_name"} - changes.keys():
            assert f'value="{"Ämtchen" if name == "name" else value}"' in response.text
    assert "Einheit 33" in text_of(admin.get(address("33")))


def test_odd_characters_are_stored_and_shown_as_text(
    app: Flask, world: World, admin: Client, address: Address
) -> None:
    name = "<script>alert(1)</script> 🏛 שלום"
    admin.send(address("33", "/bearbeiten"), FORM | {"name": name})
    assert stored(app, world, "33").name == name
    for page in (address("33"), "/einheiten", address("33.1")):
        text = admin.get(page).text
        assert "&lt;script&gt;" in text
        assert "<script>alert" not in text


def test_a_unit_is_moved(app: Flask, world: World, admin: Client, address: Address) -> None:
    url = address("33.1", "/verschieben")
    assert f'<option selected value="{world.unit_ids["33"]}">' in admin.get(url).text
    response = admin.send(url, {"parent": world.unit_ids["50"]})
    assert "33.1 Einheit 33.1 steht jetzt unter 50 Einheit 50." in text_of(
        admin.get(response.location)
    )
    assert stored(app, world, "33.1").parent_id == world.unit_ids["50"]
    response = admin.send(url, {"parent": ""})
    assert "steht jetzt auf der obersten Ebene" in text_of(admin.get(response.location))
    response = admin.send(url, {"parent": ""})
    assert "steht schon auf der obersten Ebene" in text_of(admin.get(response.location))


def test_a_move_below_itself_is_refused_beside_the_field(
    app: Flask, world: World, admin: Client, address: Address
) -> None:
    response = admin.send(address("33", "/verschieben"), {"parent": world.unit_ids["33.11"]})
    assert response.status_code == 400
    assert "Die Einheit stünde damit unter sich selbst." in text_of(response)
    assert 'id="parent-error"' in response.text
    assert stored(app, world, "33").parent_id == world.unit_ids["1"]


@pytest.mark.parametrize("parent", ["4711", "x", "itself", "closed"])
def test_only_open_other_units_can_be_chosen(
    app: Flask, world: World, admin: Client, address: Address, parent: str
) -> None:
    with app.app_context():
        closed = make_unit("99", closed_on=date(2026, 1, 31))
        db.session.commit()
        values = {"itself": world.unit_ids["33"], "closed": closed.id}
    response = admin.send(address("33", "/verschieben"), {"parent": values.get(parent, parent)})
    assert response.status_code == 400
    assert 'id="parent-error"' in response.text
    assert stored(app, world, "33").parent_id == world.unit_ids["1"]


@time_machine.travel("2026-11-02T23:30:00Z", tick=False)
def test_a_unit_is_closed_and_opened_again(
    app: Flask, world: World, client: Client, address: Address
) -> None:
    admin = client
    admin.log_in(world.email("admin"))
    page = admin.get(address("50.1", "/schliessen"))
    assert 'value="2026-11-03"' in page.text, "today, as the city counts"
    response = admin.send(address("50.1", "/schliessen"), {"last_day": "31.10.2026"})
    words = text_of(admin.get(response.location))
    assert "50.1 Einheit 50.1 ist geschlossen." in words
    assert "Letzter Tag war der 31. Oktober 2026." in words
    assert stored(app, world, "50.1").closed_on == date(2026, 10, 31)
    assert "geschlossen" in text_of(admin.get(address("50")))

    response = admin.send(address("50.1", "/oeffnen"))
    assert "ist wieder geöffnet" in text_of(admin.get(response.location))
    assert stored(app, world, "50.1").closed_on is None


@pytest.mark.parametrize("last_day", ["", "31.02.2026", "2026-02-30", "bald", "2999-01-01"])
def test_the_last_day_must_be_a_day(
    app: Flask, world: World, admin: Client, address: Address, last_day: str
) -> None:
    response = admin.send(address("50.1", "/schliessen"), {"last_day": last_day})
    assert response.status_code == 400
    assert 'id="last_day-error"' in response.text
    assert stored(app, world, "50.1").closed_on is None


def test_open_children_are_named_and_the_unit_stays_open(
    app: Flask, world: World, admin: Client, address: Address
) -> None:
    response = admin.send(address("50", "/schliessen"), {"last_day": "31.10.2026"})
    assert response.status_code == 400
    assert "schließen Sie zuerst: 50.1 Einheit 50.1." in text_of(response)
    assert stored(app, world, "50").closed_on is None


def test_opening_below_a_closed_unit_is_a_page_that_explains_it(
    app: Flask, world: World, admin: Client, address: Address
) -> None:
    for number in ("50.1", "50"):
        admin.send(address(number, "/schliessen"), {"last_day": "31.10.2026"})
    response = admin.send(address("50.1", "/oeffnen"))
    assert response.status_code == 409
    assert "solange 50 Einheit 50 geschlossen ist" in text_of(response)


def test_the_detail_shows_where_the_unit_stands(admin: Client, address: Address) -> None:
    words = text_of(admin.get(address("33.1")))
    assert "1 Einheit 1 › 33 Einheit 33" in words
    assert "33.11 Einheit 33.11" in words
    assert "oberste Ebene" in text_of(admin.get(address("1")))


def test_the_list_is_in_natural_order_and_paged(app: Flask, admin: Client) -> None:
    with app.app_context():
        for index in range(60):
            make_unit(f"70.{index}")
        db.session.commit()
    first = admin.get("/einheiten").text
    second = admin.get("/einheiten?seite=2").text
    assert "66 Organisationseinheiten" in text_of(admin.get("/einheiten"))
    order = ["Einheit 50.1<", "Einheit 70.2<", "Einheit 70.10<"]
    places = [first.index(name) for name in order]
    assert places == sorted(places)
    assert "Einheit 70.59<" in second
    assert "Einheit 70.2<" not in second
    assert "/einheiten?seite=2" in first


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("text=33.1", {"33.1", "33.11"}),
        ("kind=Abteilung", {"33.1", "50.1"}),
        ("kind=Abteilung&text=50", {"50.1"}),
        ("text=+33+", {"33", "33.1", "33.11"}),
        ("kind=Unsinn", {"1", "33", "33.1", "33.11", "50", "50.1"}),
        ("text=%00", set()),
        ("seite=99", {"1", "33", "33.1", "33.11", "50", "50.1"}),
    ],
)
def test_the_list_is_filtered(
    admin: Client, world: World, address: Address, query: str, shown: set[str]
) -> None:
    page = admin.get(f"/einheiten?{query}")
    assert page.status_code == 200
    assert {number for number in world.unit_ids if f'"{address(number)}"' in page.text} == shown


def test_heads_see_their_own_units_and_change_nothing(
    client_of: Callable[[str], Client], world: World, address: Address
) -> None:
    head = client_of("head33")
    page = head.get("/einheiten")
    seen = {number for number in world.unit_ids if f'"{address(number)}"' in page.text}
    assert seen == {"33", "33.1", "33.11"}
    assert "Liste importieren" not in page.text
    assert head.get(address("50")).status_code == 404
    assert "Bearbeiten" not in head.get(address("33")).text
