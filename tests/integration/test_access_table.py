"""Who gets what? The table stands in access_table.txt; here every line of it is sent."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from access_things import make_thing, sent_check
from client import Client
from factories import World, make_check, make_unit, make_user
from flask import Flask, url_for
from queries import MAX_QUERIES, counted_queries
from werkzeug.test import TestResponse

from selfcheck.accounts.models import Grant
from selfcheck.accounts.permissions import Role
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.states import CheckState
from selfcheck.db import db
from selfcheck.organisation.models import Unit

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
# Only who knows its address can send this form, which is all that a token would prove.
PROTECTED_BY_ADDRESS = {"team.vote"}


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
) -> tuple[TestResponse, int]:
    """Send a line of the table with an object of its own; return also the number of queries."""
    url, body = request_of(client.application, city, login, line)
    with counted_queries(client.application) as asked:
        if line.method == "GET":
            response = client.get(url, buffered=True)
        else:
            response = client.send(url, body) if with_token else client.post(url, data=body)
    return response, len(asked)


def request_of(
    app: Flask, city: World, login: str | None, line: Line
) -> tuple[str, dict[str, Any]]:
    """Make the object that a line speaks of, and return the address and what is sent there."""
    with app.app_context():
        made = make_thing(city, login, line.page, line.thing)
    with app.test_request_context():
        arguments = {name: made.address[name] for name in arguments_of(app, line)}
        return url_for(line.page, **arguments, **made.query), made.body


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
def test_each_person_gets_what_the_table_says_at_few_queries(app: Flask, city: World, person: str):
    login = LOGINS[person]
    client = app.test_client()
    wrong, dear = [], []
    for line in TABLE:
        with client.session_transaction() as session:
            is_logged_in = "_user_id" in session
        if login and not is_logged_in:
            client.enter(city.email(login))
        response, queries = send(client, city, login, line)
        answer = answer_of(response)
        if answer != line.answers[person]:
            expected = line.answers[person]
            wrong.append(f"{line.method} {line.page} {line.thing}: {answer}, not {expected}")
        if line.method == "GET" and queries > MAX_QUERIES:
            dear.append(f"{line.page} {line.thing}: {queries} queries")

    assert (wrong, dear) == ([], [])


def test_no_form_is_taken_without_its_token(app: Flask, city: World):
    clients: dict[str, Client] = {}
    taken = []
    for line in TABLE:
        if line.method == "GET" or line.page in PROTECTED_BY_ADDRESS:
            continue
        let_in = [person for person, answer in line.answers.items() if answer not in {"403", "404"}]
        person, login = let_in[0], LOGINS[let_in[0]]
        if login is None:  # nobody who is logged in gets there
            continue
        if person not in clients:
            clients[person] = app.test_client()
            clients[person].enter(city.email(login))
        response, _ = send(clients[person], city, login, line, with_token=False)
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
        assert (check.id, check.unit.number) == (draft_id, "33")
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
