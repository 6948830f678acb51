"""Who is written to: those nearest to a unit, and those who hold a role for the city."""

from collections.abc import Iterator

import pytest
from factories import World, make_user
from flask import Flask
from queries import counted_queries

from selfcheck.accounts.holders_service import list_city_holders, list_nearest_holders
from selfcheck.accounts.models import Grant, User
from selfcheck.accounts.permissions import Role
from selfcheck.db import db
from selfcheck.organisation.models import Unit

HEAD, OFFICER = Role.UNIT_HEAD, Role.TRAINING_OFFICER


@pytest.fixture
def city(app: Flask, world: World) -> Iterator[World]:
    with app.app_context():
        yield world


def logins(users: list[User]) -> list[str]:
    return [user.email.removesuffix("@stadt.example") for user in users]


def nearest(city: World, role: Role, number: str) -> list[str]:
    unit_id = city.unit_ids[number]
    return logins(list_nearest_holders(role, [unit_id])[unit_id])


@pytest.mark.parametrize(
    ("role", "number", "expected"),
    [
        (HEAD, "33", ["head33"]),
        (HEAD, "33.1", ["head33.1"]),
        (HEAD, "33.11", ["head33.1"]),  # none of its own
        (HEAD, "1", []),  # those below are not meant
        (HEAD, "50.1", ["head50"]),
        (OFFICER, "33.11", ["officer33"]),  # past a head of 33.1
        (OFFICER, "50", []),
    ],
)
def test_those_of_the_unit_itself_come_before_those_above(
    city: World, role: Role, number: str, expected: list[str]
):
    assert nearest(city, role, number) == expected


def test_whoever_is_deactivated_stands_in_nobodys_way(city: World):
    db.session.get_one(User, city.user_ids["head33.1"]).is_active = False
    db.session.flush()
    assert nearest(city, HEAD, "33.11") == ["head33"]


def test_all_who_hold_the_role_at_the_nearest_unit_are_meant(city: World):
    unit = db.session.get_one(Unit, city.unit_ids["33"])
    make_user("second", OFFICER, unit)
    head = db.session.get_one(User, city.user_ids["head33"])
    head.grants.append(Grant(role=OFFICER, unit=unit))
    db.session.flush()
    assert sorted(nearest(city, OFFICER, "33.1")) == ["head33", "officer33", "second"]


def test_many_units_are_asked_for_with_two_queries(app: Flask, city: World):
    ids = list(city.unit_ids.values())
    with counted_queries(app) as asked:
        found = list_nearest_holders(HEAD, ids)
    assert len(asked) == 2
    assert set(found) == set(ids)
    assert logins(found[city.unit_ids["50.1"]]) == ["head50"]


def test_a_role_for_the_city_is_held_by_those_who_are_active(city: World):
    make_user("hr2", Role.HR)
    make_user("hr3", Role.HR, is_active=False)
    assert logins(list_city_holders(Role.HR)) == ["hr", "hr2"]
    assert logins(list_city_holders(Role.COMMISSIONER)) == ["commissioner"]
