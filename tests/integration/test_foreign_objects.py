"""Whoever knows the id of another office's thing gets nothing by it, not even that it is there."""

import re
from collections import defaultdict
from typing import Any
from uuid import UUID, uuid4

import pytest
from client import Client
from crowd import PURPOSES, Crowd, address_of, make_crowd
from factories import World, make_user
from flask import Flask, url_for
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from selfcheck.accounts.models import Grant
from selfcheck.accounts.permissions import Role
from selfcheck.db import db
from selfcheck.organisation.models import Unit

NO_THING = {"ending", "filename"}  # parts of addresses that name nothing of an office
OF_NOBODY = {"token"}  # a link belongs to whoever holds it
# The first save of a new check brings its id: to somebody else, a foreign id is a new one.
MADE_BY_ADDRESS = {"checks.edit_check", "checks.save_answers"}
NO_ID = 2**31 - 2
METHODS_OF_FLASK = {"HEAD", "OPTIONS"}
ALL_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE")


@pytest.fixture
def crowd(app: Flask, world: World) -> Crowd:
    """A city with much of everything in office 33, and a person who is all there is in 50."""
    with app.app_context():
        office = db.session.get_one(Unit, world.unit_ids["50"])
        person = make_user("all50", Role.UNIT_HEAD, office)
        person.grants.append(Grant(role=Role.TRAINING_OFFICER, unit=office))
        world.user_ids["all50"] = person.id
        return make_crowd(world)


def rules_with_things(app: Flask) -> list[Rule]:
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.arguments - NO_THING and not rule.arguments & OF_NOBODY
    ]
    assert rules
    return rules


def missing_address(rule: Rule, crowd: Crowd) -> str:
    """Return the same address for a thing that there is nowhere."""
    ids = {name: crowd.ids.get(name, uuid4()) for name in rule.arguments}
    ids |= {name: NO_ID for name, one in ids.items() if isinstance(one, int)}
    ids |= {name: uuid4() for name, one in ids.items() if isinstance(one, UUID)}
    if rule.endpoint == "check_history.compare_checks":
        ids |= {"a": uuid4(), "b": uuid4()}
    if rule.endpoint == "trainings.record_training":
        ids |= {"person": [NO_ID]}
    return url_for(rule.endpoint, **ids)


def send(client: Client, method: str, address: str) -> TestResponse:
    if method == "POST":
        return client.send(address)
    return client.open(address, method=method, buffered=True)


def words_of(response: TestResponse) -> tuple[int, str]:
    """Return status and page without what differs from one request to the next."""
    page = re.sub(r'value="[^"]{20,}"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', "", response.text)
    return response.status_code, re.sub(r"Vorgangsnummer:?\s*(<[^>]+>)*\s*[\w-]+", "", page)


def foreign_and_missing(app: Flask, crowd: Crowd, rule: Rule) -> tuple[str, str]:
    with app.test_request_context():
        return address_of(rule, crowd, "everything"), missing_address(rule, crowd)


def test_a_thing_of_another_office_is_as_if_it_were_not_there(
    app: Flask, world: World, crowd: Crowd
):
    client = app.test_client()
    client.enter(world.email("all50"))
    got: list[Any] = []
    for rule in rules_with_things(app):
        foreign, missing = foreign_and_missing(app, crowd, rule)
        for method in sorted(rule.methods - METHODS_OF_FLASK):
            answer = send(client, method, foreign)
            nothing = send(client, method, missing)
            refusals = (
                {400} if rule.endpoint in MADE_BY_ADDRESS and method == "POST" else {403, 404}
            )
            if answer.status_code not in refusals or words_of(answer) != words_of(nothing):
                got.append((method, rule.endpoint, answer.status_code, nothing.status_code))
    assert not got, got


def test_there_are_things_behind_those_addresses(app: Flask, world: World, crowd: Crowd):
    """The test above would prove nothing if the addresses led nowhere."""
    seen, names = set(), set()
    for login in ("everything", "head33", "officer33", "commissioner"):
        client = app.test_client()
        client.enter(world.email(login))
        for rule in rules_with_things(app):
            if "GET" in rule.methods:
                with app.test_request_context():
                    address = address_of(rule, crowd, login)
                names.add(rule.endpoint)
                if client.get(address).status_code in {200, 302}:
                    seen.add(rule.endpoint)
    assert names - seen == set()
    assert PURPOSES.keys() <= {name.split(".")[0] for name in names}


@pytest.mark.parametrize("login", ["all50", None])
def test_no_page_answers_to_a_method_that_it_does_not_know(
    app: Flask, world: World, crowd: Crowd, login: str | None
):
    client = app.test_client()
    if login:
        client.enter(world.email(login))
    rules = list(app.url_map.iter_rules())
    known: dict[str, set[str]] = defaultdict(set)
    for rule in rules:
        known[rule.rule] |= rule.methods
    got = []
    for rule in rules:
        with app.test_request_context():
            address = address_of(rule, crowd, "everything")
        got += [
            (method, rule.endpoint)
            for method in set(ALL_METHODS) - known[rule.rule]
            if client.open(address, method=method).status_code != 405
        ]
    assert not got, got
