"""Who gets what? The table stands in access_table.txt; here every line of it is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from client import Client
from factories import World, make_check, make_unit, make_user
from flask import Flask, url_for
from werkzeug.test import TestResponse

from selfcheck.accounts.models import Grant
from selfcheck.accounts.permissions import Role
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.states import CheckState
from selfcheck.db import db
from selfcheck.organisation.models import Unit
from selfcheck.uploads.service import keep_upload

LOGINS = {  # column of the table -> login in the small city
    "h33": "head33",
    "h33.1": "head33.1",
    "h50": "head50",
    "o33": "officer33",
    "o33h50": "officer33.head50",
    "hr": "hr",
    "comm": "commissioner",
    "admin": "admin",
    "none": "nobody",
    "anon": None,
}
METHODS_OF_FLASK = {"HEAD", "OPTIONS"}
UNITS_CSV = "Nummer;Bezeichnung;Art;Übergeordnet;Berichtspflichtig\n7;Neu;Amt;;ja\n".encode()
MISSING_ID = 999_999


@dataclass(frozen=True)
class Line:
    page: str
    method: str
    thing: str
    answers: dict[str, str]


def read_table() -> list[Line]:
    text = (Path(__file__).parent / "access_table.txt").read_text(encoding="utf-8")
    rows = [row.split() for row in text.splitlines() if row and not row.startswith("#")]
    people = rows[0][3:]
    assert people == list(LOGINS)
    return [
        Line(page, method, thing, dict(zip(people, answers, strict=True)))
        for page, method, thing, *answers in rows[1:]
    ]


TABLE = read_table()


# What stands in the address, made afresh for each request: (world, login, object) -> arguments.


def nothing(_world: World, _login: str | None, _thing: str) -> dict[str, Any]:
    return {}


def a_unit(world: World, _login: str | None, thing: str) -> dict[str, Any]:
    return {"unit_id": world.unit_ids.get(thing, MISSING_ID)}


def somebody(_world: World, _login: str | None, thing: str) -> dict[str, Any]:
    if thing == "missing":
        return {"user_id": MISSING_ID}
    user = make_user(f"somebody-{uuid4()}", Role.HR)
    db.session.commit()
    return {"user_id": user.id, "grant_id": user.grants[0].id}


def a_list(world: World, login: str | None, thing: str) -> dict[str, Any]:
    owner = login if login and thing == "me" else "somebody"
    user_id = world.user_ids[owner]
    upload = keep_upload(purpose="units", user_id=user_id, filename="a.csv", content=UNITS_CSV)
    db.session.commit()
    return {"upload_id": upload.id}


def a_check(world: World, _login: str | None, thing: str) -> dict[str, Any]:
    number, _, state = thing.partition(":")
    if number == "missing" or state == "new":
        return {"check_id": uuid4()}
    state = CheckState(state.partition(">")[0])
    return {"check_id": make_check(world, unit=number, state=state)}


MAKERS: dict[str, Callable[[World, str | None, str], dict[str, Any]]] = {
    "static": lambda *_: {"filename": "favicon.svg"},
    "organisation": a_unit,
    "unit_import": a_list,
    "users": somebody,
    "checks": a_check,
}


def sent_check(world: World, thing: str) -> dict[str, Any]:
    sent_as = thing.replace(":draft>", ":").split(":")
    number = sent_as[1] if ">" in thing else sent_as[0]
    return {
        "unit": world.unit_ids[number],
        "checked_on": "2026-03-02",
        "revision": "0" if thing.endswith(":new") else "1",
        "action": "save",
    }


BODIES: dict[str, Callable[[World, str], dict[str, Any]]] = {
    "checks.edit_check": sent_check,
    "organisation.edit_unit": lambda *_: {"name": ""},
}


@pytest.fixture
def city(app: Flask, world: World) -> World:
    """The small city with a unit beside 33.1, and a person with two roles for two offices."""
    with app.app_context():
        office = db.session.get_one(Unit, world.unit_ids["33"])
        world.unit_ids["33.2"] = make_unit("33.2", parent=office).id
        both = make_user("officer33.head50", Role.TRAINING_OFFICER, office)
        both.grants.append(Grant(role=Role.UNIT_HEAD, unit_id=world.unit_ids["50"]))
        world.user_ids["officer33.head50"] = both.id
        world.user_ids["somebody"] = make_user("somebody").id
        db.session.commit()
    return world


def arguments_of(app: Flask, line: Line) -> set[str]:
    return set().union(*(rule.arguments for rule in app.url_map.iter_rules(line.page)))


def send(
    client: Client, city: World, login: str | None, line: Line, *, with_token: bool = True
) -> TestResponse:
    """Send a line of the table with an object of its own."""
    app = client.application
    maker = MAKERS.get(line.page.split(".")[0], nothing) if arguments_of(app, line) else nothing
    with app.app_context():
        made = maker(city, login, line.thing)
    with app.test_request_context():
        url = url_for(line.page, **{name: made[name] for name in arguments_of(app, line)})
    if line.method == "GET":
        return client.get(url, buffered=True)
    body = BODIES[line.page](city, line.thing) if line.page in BODIES else {}
    return client.send(url, body) if with_token else client.post(url, data=body)


def answer_of(response: TestResponse) -> str:
    if response.status_code == 302 and response.location.split("?")[0] == "/anmelden":
        return "login"
    return str(response.status_code)


def test_the_table_holds_every_page_and_nothing_else(app: Flask):
    pages = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - METHODS_OF_FLASK
    }
    lines = {(line.page, line.method) for line in TABLE}

    assert pages - lines == set(), "pages without a line in access_table.txt"
    assert lines - pages == set(), "lines of access_table.txt without a page"


def test_no_line_stands_there_twice():
    keys = [(line.page, line.method, line.thing) for line in TABLE]

    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("person", LOGINS)
def test_each_person_gets_what_the_table_says(app: Flask, city: World, person: str):
    login = LOGINS[person]
    client = app.test_client()
    wrong = []
    for line in TABLE:
        with client.session_transaction() as session:
            is_logged_in = "_user_id" in session
        if login and not is_logged_in:
            client.enter(city.email(login))
        answer = answer_of(send(client, city, login, line))
        if answer != line.answers[person]:
            expected = line.answers[person]
            wrong.append(f"{line.method} {line.page} {line.thing}: {answer}, not {expected}")

    assert wrong == []


def test_no_form_is_taken_without_its_token(app: Flask, city: World):
    clients: dict[str, Client] = {}
    taken = []
    for line in TABLE:
        let_in = [person for person, answer in line.answers.items() if answer not in {"403", "404"}]
        person, login = let_in[0], LOGINS[let_in[0]]
        if line.method == "GET" or login is None:  # nobody who is logged in gets there
            continue
        if person not in clients:
            clients[person] = app.test_client()
            clients[person].enter(city.email(login))
        response = send(clients[person], city, login, line, with_token=False)
        is_explained = "Das Formular war veraltet" in response.text or (
            "Das Formular gehörte zu einer früheren Anmeldung" in response.text
        )
        if response.status_code != 400 or not is_explained:
            taken.append(f"{line.page} {line.thing} by {person}: {response.status_code}")

    assert taken == []


def test_a_foreign_unit_gets_no_check_and_a_foreign_draft_stays_as_it_is(app: Flask, city: World):
    with app.app_context():
        draft_id = make_check(city, unit="33", state=CheckState.DRAFT)
    client = app.test_client()
    client.enter(city.email("head50"))
    form = sent_check(city, "33:draft")

    client.send(f"/selbstchecks/{uuid4()}/bearbeiten", form)
    client.send(f"/selbstchecks/{draft_id}/bearbeiten", form | {"unit": city.unit_ids["50"]})
    client.send(f"/selbstchecks/{draft_id}/verwerfen")

    with app.app_context():
        (check,) = db.session.query(SelfCheck)
        assert (check.id, check.revision, check.unit.number) == (draft_id, 1, "33")
        assert len(check.answers) == 8


ALL_NUMBERS = {"1", "33", "33.1", "33.11", "33.2", "50", "50.1"}


@pytest.mark.parametrize(
    ("login", "units", "checks"),
    [
        ("head33", {"33", "33.1", "33.11", "33.2"}, {"33", "33.1", "33.11", "33.2"}),
        ("head33.1", {"33.1", "33.11"}, {"33.1", "33.11"}),
        ("head50", {"50", "50.1"}, {"50", "50.1"}),
        ("officer33", {"33", "33.1", "33.11", "33.2"}, set()),
        # The reach of one role does not widen the other.
        ("officer33.head50", ALL_NUMBERS - {"1"}, {"50", "50.1"}),
        ("hr", ALL_NUMBERS, set()),
        ("admin", ALL_NUMBERS, set()),
    ],
)
def test_lists_filters_and_the_first_page_show_only_what_the_pages_behind_them_do(
    app: Flask, city: World, login: str, units: set[str], checks: set[str]
):
    with app.app_context():
        for unit in db.session.query(Unit):  # names that are found nowhere else
            unit.name = f"Amt-{unit.number}-"
        db.session.commit()
        for number in ALL_NUMBERS:
            make_check(city, unit=number)
    client = app.test_client()
    client.enter(city.email(login))

    def numbers_on(url: str) -> set[str]:
        page = client.get(url).text
        return {number for number in ALL_NUMBERS if f"Amt-{number}-" in page}

    assert numbers_on("/einheiten") == units | parents_shown(units)
    assert numbers_on("/selbstchecks") == checks
    assert numbers_on("/selbstchecks/neu") == checks
    assert numbers_on("/") <= checks


def parents_shown(units: set[str]) -> set[str]:
    """The list names the unit above each unit, also where that one lies out of reach."""
    parents = {"33": "1", "50": "1", "33.1": "33", "33.2": "33", "33.11": "33.1", "50.1": "50"}
    return {parents[number] for number in units if number in parents}
