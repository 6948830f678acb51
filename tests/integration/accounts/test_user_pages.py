"""The administration's pages: list, add, change, deactivate."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from client import Client, text_of
from factories import World, make_user
from flask import Flask

from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Role
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db
from selfcheck.organisation.models import Unit

ONE_TIME = re.compile(r"\b[a-z2-9]{4}(?:-[a-z2-9]{4}){3}\b")


@pytest.fixture
def admin(client_of: Callable[[str], Client]) -> Client:
    return client_of("admin")


def new_user(**changes: object) -> dict[str, object]:
    form = {"name": "Jana Öztürk", "email": "jana@stadt.example", "role": "hr", "unit": ""}
    return form | changes


def emails(app: Flask) -> set[str]:
    with app.app_context():
        return {user.email.removesuffix("@stadt.example") for user in db.session.query(User)}


def names_on(page: str) -> list[str]:
    return re.findall(r'scope="row"><a href="/konten/\d+">([^<]*)</a>', page)


def test_a_new_account_gets_a_role_and_a_one_time_password(app: Flask, admin: Client, world: World):
    form = new_user(role="unit-head", unit=world.unit_ids["33"], email="  Jana@Stadt.Example ")

    page = text_of(admin.send("/konten/neu", form))

    (password,) = ONE_TIME.findall(page)
    assert "Dieses Passwort wird nur jetzt angezeigt" in page
    client: Client = app.test_client()
    assert client.log_in("jana@stadt.example", password).status_code == 302
    assert client.get("/").location == "/konto/passwort"
    with app.app_context():
        user = db.session.query(User).filter_by(email="jana@stadt.example").one()
        assert [(grant.role, grant.unit and grant.unit.number) for grant in user.grants] == [
            (Role.UNIT_HEAD, "33")
        ]
        recorded = [(event.action, event.actor_id) for event in db.session.query(AuditEvent)]
        admin_id = world.user_ids["admin"]
        assert {("user-added", admin_id), ("grant-added", admin_id)} <= set(recorded)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "Name: Bitte geben Sie einen Namen an."),
        ({"name": "   "}, "Name: Bitte geben Sie einen Namen an."),
        ({"name": "N" * 500}, "Name: Feld kann nicht länger als 200 Zeichen sein."),
        ({"name": "Jana\x00Öztürk"}, "Name: Der Name enthält unsichtbare Zeichen."),
        ({"name": "Jana\u202eÖztürk"}, "Name: Der Name enthält unsichtbare Zeichen."),
        ({"email": ""}, "E-Mail-Adresse: Bitte geben Sie eine E-Mail-Adresse an."),
        ({"email": "jana"}, "E-Mail-Adresse: Das ist keine E-Mail-Adresse"),
        ({"email": "jana@stadt@example"}, "E-Mail-Adresse: Das ist keine E-Mail-Adresse"),
        ({"email": "ja na@stadt.example"}, "E-Mail-Adresse: Das ist keine E-Mail-Adresse"),
        ({"email": "j\x00@stadt.example"}, "E-Mail-Adresse: Das ist keine E-Mail-Adresse"),
        ({"email": "j" * 250 + "@s.de"}, "E-Mail-Adresse: Feld kann nicht länger als 254 Zeichen"),
        ({"email": "HR@stadt.example"}, "Für hr@stadt.example gibt es schon ein Konto."),
        ({"role": "unit-head"}, "Organisationseinheit: Die Rolle „Leitung einer"),
        ({"role": "training-officer"}, "bitte geben Sie an, für welche."),
        ({"role": "king"}, "Rolle: Keine gültige Auswahl."),
        ({"role": "hr", "unit": "33"}, "bitte lassen Sie die Organisationseinheit leer."),
        ({"role": "unit-head", "unit": "999999"}, "Organisationseinheit: Keine gültige Auswahl."),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else "",
)
def test_what_is_wrong_is_named_at_its_field_and_nothing_typed_is_lost(
    app: Flask, admin: Client, world: World, changes: dict[str, str], message: str
):
    if changes.get("unit") == "33":
        changes = changes | {"unit": str(world.unit_ids["33"])}
    before = emails(app)
    form = new_user(**changes)

    response = admin.send("/konten/neu", form)

    assert response.status_code == 400
    assert message in text_of(response)
    assert emails(app) == before
    for name in {"name", "email"} - changes.keys():
        assert f'value="{form[name]}"' in response.text
    if changes.get("role") in set(Role):
        assert f'<option selected value="{changes["role"]}">' in response.text


def test_an_unused_account_is_not_left_behind_when_its_role_is_refused(app: Flask, admin: Client):
    admin.send("/konten/neu", new_user(role="unit-head", unit=""))

    assert "jana" not in emails(app)
    with app.app_context():
        assert db.session.query(AuditEvent).filter_by(action="user-added").count() == 0


def test_umlauts_and_markup_in_names_are_shown_as_text(app: Flask, admin: Client):
    name = "<script>alert(1)</script> Ärmel & Söhne"
    admin.send("/konten/neu", new_user(name=name))
    with app.app_context():
        user = db.session.query(User).filter_by(email="jana@stadt.example").one()
        assert user.name == name
        user_id = user.id

    for url in ("/konten", f"/konten/{user_id}", f"/konten/{user_id}/deaktivieren", "/protokoll"):
        page = admin.get(url).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; Ärmel &amp; Söhne" in page


def test_the_list_sorts_like_a_german_telephone_book(app: Flask, admin: Client, world: World):
    with app.app_context():
        for login, name in [("a", "Zeh"), ("b", "Özil"), ("c", "Ofen"), ("d", "Opa"), ("e", "öl")]:
            make_user(login, name=name)
        make_user("f", name="Aal", is_active=False)
        db.session.commit()

    names = names_on(admin.get("/konten").text)

    own = [name for name in names if not name.startswith("Person")]
    assert own == ["Ofen", "öl", "Opa", "Özil", "Zeh", "Aal"], "those deactivated come last"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("text=head33", ["Person head33", "Person head33.1"]),
        ("text=HEAD33.1", ["Person head33.1"]),
        ("text=head50%40stadt", ["Person head50"]),  # the address as well
        ("text=%25", []),  # no wildcards
        ("text=_", []),
        ("role=hr", ["Person hr"]),
        ("role=unit-head", ["Person head33", "Person head33.1", "Person head50"]),
        ("role=unit-head&text=50", ["Person head50"]),
        ("text=niemand", []),
    ],
)
def test_the_list_is_narrowed_by_words_and_role(admin: Client, query: str, names: list[str]):
    response = admin.get(f"/konten?{query}")

    assert names_on(response.text) == names
    count = f"{len(names)} {'Konto' if len(names) == 1 else 'Konten'}"
    assert count in text_of(response)


def test_names_are_found_whatever_the_case_of_their_umlauts(app: Flask, admin: Client):
    with app.app_context():
        make_user("o", name="Jana Öztürk")
        db.session.commit()

    for words in ("öztürk", "ÖZTÜRK", "ozturk"):
        assert names_on(admin.get("/konten", query_string={"text": words}).text) == ["Jana Öztürk"]


def test_name_and_address_can_be_changed(app: Flask, admin: Client, world: World):
    address = f"/konten/{world.user_ids['hr']}"

    page = admin.send(
        address, {"name": "Ute Groß", "email": "ute@stadt.example"}, follow_redirects=True
    )

    assert "Gespeichert." in text_of(page)
    assert {"ute"} == emails(app) - world.user_ids.keys()
    with app.app_context():
        (event,) = db.session.query(AuditEvent).filter_by(action="user-changed")
        assert event.subject == "Ute Groß <ute@stadt.example>"
        assert event.details == "vorher Person hr <hr@stadt.example>"
    assert app.test_client().log_in("ute@stadt.example").status_code == 302


def test_saving_without_a_change_says_so_and_records_nothing(
    app: Flask, admin: Client, world: World
):
    form = {"name": "Person hr", "email": "hr@stadt.example"}

    page = admin.send(f"/konten/{world.user_ids['hr']}", form, follow_redirects=True)

    assert "Es war nichts zu ändern." in text_of(page)
    with app.app_context():
        assert db.session.query(AuditEvent).filter_by(action="user-changed").count() == 0


def test_the_address_of_another_account_is_refused_and_what_was_typed_stays(
    app: Flask, admin: Client, world: World
):
    form = {"name": "Neuer Name", "email": "admin@stadt.example"}

    response = admin.send(f"/konten/{world.user_ids['hr']}", form)

    assert response.status_code == 400
    assert "Für admin@stadt.example gibt es schon ein Konto." in text_of(response)
    assert 'value="Neuer Name"' in response.text
    assert "<h1>Person hr</h1>" in response.text
    assert "hr" in emails(app)


def test_a_deactivated_account_cannot_log_in_until_it_is_taken_back(
    app: Flask, client_of: Callable[[str], Client], admin: Client, world: World
):
    address = f"/konten/{world.user_ids['hr']}"
    hr = client_of("hr")
    assert "Person hr wird sofort abgemeldet" in text_of(admin.get(f"{address}/deaktivieren"))
    assert hr.get("/konto").status_code == 200, "asking is not doing"

    page = admin.send(f"{address}/deaktivieren", follow_redirects=True)

    assert "Person hr kann sich nicht mehr anmelden." in text_of(page)
    assert hr.get("/konto").status_code == 302
    assert app.test_client().log_in(world.email("hr")).status_code == 400
    page = admin.send(f"{address}/aktivieren", follow_redirects=True)
    assert "Person hr kann sich wieder anmelden." in text_of(page)
    assert hr.get("/konto").status_code == 302, "the old login stays ended"
    assert app.test_client().log_in(world.email("hr")).status_code == 302


def test_nobody_shuts_out_themselves(app: Flask, admin: Client, world: World):
    with app.app_context():
        make_user("second", Role.ADMIN)
        db.session.commit()

    response = admin.send(f"/konten/{world.user_ids['admin']}/deaktivieren")

    assert response.status_code == 409
    assert "Sie können Ihr eigenes Konto nicht deaktivieren." in text_of(response)
    assert admin.get("/konten").status_code == 200


def test_an_account_that_does_not_exist_is_not_found(admin: Client):
    for address in ("/konten/999999", "/konten/3000000000", f"/konten/{10**30}"):
        assert admin.get(address).status_code == 404


def test_closed_units_are_not_offered(app: Flask, admin: Client, world: World):
    with app.app_context():
        db.session.get_one(Unit, world.unit_ids["50.1"]).closed_on = date(2026, 1, 31)
        db.session.commit()

    page = admin.get("/konten/neu").text

    assert "33.11 Einheit 33.11" in page
    assert "50.1 Einheit 50.1" not in page
