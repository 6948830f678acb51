"""What the groups at the identity provider bring here: roles, and accounts for who has one."""

from collections.abc import Callable
from typing import Any

import pytest
from factories import make_user
from flask import Flask
from identity_provider import IdentityProvider

from selfcheck.accounts.permissions import Role
from selfcheck.accounts.service import find_user_by_email
from selfcheck.db import db
from selfcheck.sso_config import MappedGroup

MAP = (
    MappedGroup("hr", None, "grp-personal"),
    MappedGroup("unit-head", "33", "grp-33"),
    MappedGroup("unit-head", "50", "grp-50"),
    MappedGroup("training-officer", "77", "grp-33"),  # a unit that is yet to be imported
    MappedGroup("admin", None, "grp-admin"),
)
BY_GROUP = ", laut Gruppe im Dienstkonto"
HEAD_OF_33 = "Leitung einer Organisationseinheit (33 Einheit 33 und alles darunter)"
HEAD_OF_50 = "Leitung einer Organisationseinheit (50 Einheit 50 und alles darunter)"


@pytest.fixture
def mapping_app(make_sso_app: Callable[..., Flask]) -> Flask:
    return make_sso_app(role_claim="groups", role_map=MAP, scopes="openid profile email groups")


def claims(login: str, *groups: str) -> dict[str, Any]:
    return {
        "email": f"{login}@stadt.example",
        "email_verified": True,
        "name": "Zoë Neu",
        "groups": list(groups),
    }


def grants_of(app: Flask, login: str) -> set[tuple[str, str | None]]:
    with app.app_context():
        user = find_user_by_email(f"{login}@stadt.example")
        assert user is not None
        return {(grant.role.value, grant.unit and grant.unit.number) for grant in user.grants}


def test_each_login_grants_and_takes_away_what_the_map_speaks_of(
    mapping_app: Flask, provider: IdentityProvider, enter: Callable, recorded: Callable
):
    provider.tell({"s-33": claims("head33", "grp-50", "grp-other")})

    enter(mapping_app.test_client(), "s-33")

    subject = "Person head33 <head33@stadt.example>"
    assert grants_of(mapping_app, "head33") == {("unit-head", "50")}
    assert [one for one in recorded() if one[0].startswith("grant")] == [
        ("grant-removed", subject, HEAD_OF_33 + BY_GROUP),
        ("grant-added", subject, HEAD_OF_50 + BY_GROUP),
    ]
    provider.tell({"s-33": claims("head33", "grp-33", "grp-50", "grp-personal")})
    enter(mapping_app.test_client(), "s-33")
    everything = {("unit-head", "33"), ("unit-head", "50"), ("hr", None)}
    assert grants_of(mapping_app, "head33") == everything
    before = len(recorded())
    enter(mapping_app.test_client(), "s-33")
    assert [one[0] for one in recorded()[before:]] == ["sso-login"]  # nothing to change


def test_roles_that_the_map_does_not_name_stay(
    mapping_app: Flask, provider: IdentityProvider, enter: Callable
):
    provider.tell({"s-1": claims("officer33")})

    enter(mapping_app.test_client(), "s-1")
    assert grants_of(mapping_app, "officer33") == {("training-officer", "33")}


@pytest.mark.parametrize("groups", [{}, {"groups": None}, {"groups": []}, {"groups": "grp-other"}])
def test_whoever_has_no_group_any_more_holds_no_mapped_role(
    mapping_app: Flask, provider: IdentityProvider, enter: Callable, groups: dict[str, Any]
):
    told = claims("head33")
    del told["groups"]
    provider.tell({"s-33": told | groups})

    enter(mapping_app.test_client(), "s-33")

    assert grants_of(mapping_app, "head33") == set()


def test_a_single_group_may_be_told_as_a_word(
    mapping_app: Flask, provider: IdentityProvider, enter: Callable
):
    provider.tell({"s-33": {**claims("head33"), "groups": "grp-personal"}})

    enter(mapping_app.test_client(), "s-33")

    assert grants_of(mapping_app, "head33") == {("hr", None)}


def test_the_last_administrator_stays_one(
    mapping_app: Flask, provider: IdentityProvider, enter: Callable
):
    provider.tell({"s-1": claims("admin")})

    assert enter(mapping_app.test_client(), "s-1").status_code == 302
    assert grants_of(mapping_app, "admin") == {("admin", None)}
    with mapping_app.app_context():
        make_user("second", Role.ADMIN)
        db.session.commit()
    assert enter(mapping_app.test_client(), "s-1").status_code == 302
    assert grants_of(mapping_app, "admin") == set()


def test_without_a_map_groups_count_for_nothing(
    sso_app: Flask, provider: IdentityProvider, enter: Callable
):
    provider.tell({"s-33": claims("head33", "grp-50")})

    enter(sso_app.test_client(), "s-33")

    assert grants_of(sso_app, "head33") == {("unit-head", "33")}


def test_an_account_is_made_for_whom_a_group_brings_a_role(
    mapping_app: Flask, provider: IdentityProvider, enter: Callable, recorded: Callable
):
    provider.tell({"s-1": claims("neu", "grp-50")})
    client = mapping_app.test_client()

    assert enter(client, "s-1").status_code == 302

    assert "Zoë Neu" in client.get("/konto").text
    assert grants_of(mapping_app, "neu") == {("unit-head", "50")}
    subject = "Zoë Neu <neu@stadt.example>"
    assert recorded() == [
        ("user-added", subject, ""),
        ("identity-linked", subject, ""),
        ("grant-added", subject, HEAD_OF_50 + BY_GROUP),
        ("sso-login", "", ""),
    ]


@pytest.mark.parametrize(
    "told",
    [
        claims("neu"),
        claims("neu", "grp-other"),
        {**claims("neu", "grp-50"), "email_verified": False},
        {**claims("neu", "grp-50"), "email": "keine Adresse"},
        {**claims("neu", "grp-50"), "name": "x" * 300},
    ],
    ids=["no group", "no mapped group", "unverified", "no address", "endless name"],
)
def test_no_account_is_made_for_anybody_else(
    mapping_app: Flask, provider: IdentityProvider, enter: Callable, told: dict[str, Any]
):
    provider.tell({"s-1": told})

    assert enter(mapping_app.test_client(), "s-1").status_code == 403
    with mapping_app.app_context():
        assert find_user_by_email("neu@stadt.example") is None


def test_accounts_without_a_role_are_made_only_where_that_is_wanted(
    make_sso_app: Callable[..., Flask], provider: IdentityProvider, enter: Callable
):
    app = make_sso_app(creates_accounts=True)
    provider.tell({"s-1": {**claims("neu"), "name": ""}})
    client = app.test_client()

    assert enter(client, "s-1").status_code == 302

    assert grants_of(app, "neu") == set()
    assert "neu@stadt.example" in client.get("/konto").text  # stands for the name, too
    assert client.get("/selbstchecks").status_code == 403
