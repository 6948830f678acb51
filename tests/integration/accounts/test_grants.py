"""Granting roles and taking them away; somebody always remains who can."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from client import Client, text_of
from factories import World, make_user
from flask import Flask

from selfcheck.accounts import service
from selfcheck.accounts.models import Grant, User
from selfcheck.accounts.permissions import Role
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db
from selfcheck.errors import ConflictError


@pytest.fixture
def admin(client_of: Callable[[str], Client]) -> Client:
    return client_of("admin")


def grants_of(app: Flask, world: World, login: str) -> list[tuple[str, str | None]]:
    with app.app_context():
        user = db.session.get_one(User, world.user_ids[login])
        return [(one.role.value, one.unit.number if one.unit else None) for one in user.grants]


def grant(admin: Client, world: World, login: str, role: str, unit: str = "") -> tuple[int, str]:
    unit_id = str(world.unit_ids.get(unit, unit))
    response = admin.send(
        f"/konten/{world.user_ids[login]}/rollen", {"grant-role": role, "grant-unit": unit_id}
    )
    return response.status_code, text_of(response)


def remove(admin: Client, app: Flask, world: World, login: str, role: Role) -> tuple[int, str]:
    with app.app_context():
        held = db.session.query(Grant).filter_by(user_id=world.user_ids[login], role=role).one()
        grant_id = held.id
    address = f"/konten/{world.user_ids[login]}/rollen/{grant_id}/entziehen"
    response = admin.send(address, follow_redirects=True)
    return response.status_code, text_of(response)


def test_one_person_may_hold_several_roles(app: Flask, admin: Client, world: World):
    grant(admin, world, "head33", "training-officer", "50")
    grant(admin, world, "head33", "unit-head", "50.1")
    grant(admin, world, "head33", "hr")

    assert grants_of(app, world, "head33") == [
        ("unit-head", "33"),
        ("training-officer", "50"),
        ("unit-head", "50.1"),
        ("hr", None),
    ]


def test_a_role_opens_its_pages_at_the_next_request(
    app: Flask, client_of: Callable[[str], Client], admin: Client, world: World
):
    client = client_of("nobody")
    assert "Ihrem Konto ist keine Rolle zugeordnet" in text_of(client.get("/"))

    grant(admin, world, "nobody", "unit-head", "33.1")

    assert client.get("/selbstchecks").status_code == 200
    assert client.get(f"/einheiten/{world.unit_ids['33.11']}").status_code == 200
    assert client.get(f"/einheiten/{world.unit_ids['33']}").status_code == 404


def test_both_are_recorded_with_role_and_unit(app: Flask, admin: Client, world: World):
    grant(admin, world, "nobody", "unit-head", "33.1")
    remove(admin, app, world, "nobody", Role.UNIT_HEAD)

    words = "Leitung einer Organisationseinheit (33.1 Einheit 33.1 und alles darunter)"
    with app.app_context():
        events = [
            (event.action, event.actor_id, event.subject, event.details)
            for event in db.session.query(AuditEvent).order_by(AuditEvent.id)
            if event.action.startswith("grant")
        ]
    subject, actor_id = "Person nobody <nobody@stadt.example>", world.user_ids["admin"]
    assert events == [
        ("grant-added", actor_id, subject, words),
        ("grant-removed", actor_id, subject, words),
    ]


@pytest.mark.parametrize(
    ("role", "unit", "message"),
    [
        ("unit-head", "", "gilt für eine Organisationseinheit; bitte geben Sie an, für welche."),
        ("training-officer", "", "bitte geben Sie an, für welche."),
        ("admin", "33", "gilt für die ganze Stadt; bitte lassen Sie die Organisationseinheit leer"),
        ("unit-head", "33", "Diese Rolle hat die Person schon."),
        ("king", "", "Keine gültige Auswahl."),
        ("unit-head", "999999", "Keine gültige Auswahl."),
        ("unit-head", "33 OR 1=1", "Keine gültige Auswahl."),
    ],
)
def test_a_role_that_cannot_be_is_refused_at_its_field(
    app: Flask, admin: Client, world: World, *, role: str, unit: str, message: str
):
    status, words = grant(admin, world, "head33", role, unit)

    assert status == 400
    assert message in words
    assert grants_of(app, world, "head33") == [("unit-head", "33")]


def test_a_city_wide_role_is_held_once(app: Flask, admin: Client, world: World):
    status, words = grant(admin, world, "hr", "hr")

    assert status == 400
    assert "Diese Rolle hat die Person schon." in words


def test_a_role_of_somebody_else_is_not_found(app: Flask, admin: Client, world: World):
    with app.app_context():
        (foreign,) = db.session.query(Grant).filter_by(user_id=world.user_ids["hr"])
        address = f"/konten/{world.user_ids['head33']}/rollen/{foreign.id}/entziehen"

    assert admin.send(address).status_code == 404
    assert grants_of(app, world, "hr") == [("hr", None)]


def test_taking_a_role_away_twice_is_not_found(app: Flask, admin: Client, world: World):
    with app.app_context():
        (held,) = db.session.query(Grant).filter_by(user_id=world.user_ids["hr"])
        address = f"/konten/{world.user_ids['hr']}/rollen/{held.id}/entziehen"

    statuses = [admin.send(address).status_code for _ in range(2)]

    assert statuses == [302, 404]


def test_the_last_administrator_keeps_the_role(app: Flask, admin: Client, world: World):
    with app.app_context():  # who cannot log in does not count
        make_user("former", Role.ADMIN, is_active=False)
        db.session.commit()

    status, words = remove(admin, app, world, "admin", Role.ADMIN)

    assert status == 409
    assert "Das ist das letzte Konto mit Administrationsrechten." in words
    assert admin.get("/konten").status_code == 200


def test_with_a_second_administrator_the_first_may_go(app: Flask, admin: Client, world: World):
    grant(admin, world, "hr", "admin")

    status, _ = remove(admin, app, world, "admin", Role.ADMIN)

    assert status == 403, "the page that follows is no longer hers"
    assert grants_of(app, world, "admin") == []


def test_two_administrators_cannot_shut_each_other_out_at_once(app: Flask, world: World):
    with app.app_context():
        ids = (world.user_ids["admin"], make_user("second", Role.ADMIN).id)
        db.session.commit()

    def shut_out(pair: tuple[int, int]) -> bool:
        actor_id, user_id = pair
        with app.app_context():
            try:
                service.deactivate_user(db.session.get_one(User, user_id), actor_id=actor_id)
                db.session.commit()
            except ConflictError:
                db.session.rollback()
                return False
            return True

    for _ in range(5):
        with ThreadPoolExecutor(max_workers=2) as threads:
            done = list(threads.map(shut_out, [ids, ids[::-1]]))
        assert sorted(done) == [False, True]
        with app.app_context():
            for user_id in ids:
                db.session.get_one(User, user_id).is_active = True
            db.session.commit()
