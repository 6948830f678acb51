"""A list between its preview and „Übernehmen“: whose is it, for how long, and is it still true?"""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from client import Client, text_of
from factories import World, make_user
from flask import Flask
from sqlalchemy import func, select
from unit_lists import as_csv

from selfcheck.accounts.permissions import Role
from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db
from selfcheck.errors import NotFoundError
from selfcheck.organisation.models import Unit
from selfcheck.organisation.service import find_unit_by_number
from selfcheck.uploads.models import Upload
from selfcheck.uploads.service import LIFETIME, drop_upload, get_upload, keep_upload

NEW_OFFICE = "51;Jugendamt;;Amt;1;ja"
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def send_list(client: Client, *rows: str) -> str:
    """Send a list, and return the address of its preview."""
    pasted = as_csv(*rows).decode()
    response = client.send("/einheiten/import", {"pasted": pasted})
    assert response.status_code == 302, text_of(response)
    return response.location


def fingerprint_on(text: str) -> str:
    match = re.search(r'name="shown" type="hidden" value="(\w*)"', text)
    assert match, text
    return match[1]


def shown_at(client: Client, url: str) -> str:
    return fingerprint_on(client.get(url).text)


def count_imports(app: Flask) -> int | None:
    with app.app_context():
        query = select(func.count(AuditEvent.id))
        return db.session.scalar(query.where(AuditEvent.action == Action.UNITS_IMPORTED))


def change(app: Flask, changed: str, **changes: object) -> None:
    with app.app_context():
        unit = find_unit_by_number(changed)
        assert unit is not None
        for name, value in changes.items():
            setattr(unit, name, value)
        db.session.commit()


def test_applying_twice_changes_something_once(app: Flask, admin: Client) -> None:
    url = send_list(admin, NEW_OFFICE)
    shown = shown_at(admin, url)
    assert admin.send(url, {"shown": shown}).status_code == 302
    again = admin.send(url, {"shown": shown})
    assert again.status_code == 404
    assert "Sie wurde schon übernommen" in text_of(again)
    assert count_imports(app) == 1


def test_the_same_list_sent_twice_can_be_applied_once(app: Flask, admin: Client) -> None:
    """Two tabs: the second says that nothing is left to do."""
    first, second = send_list(admin, NEW_OFFICE), send_list(admin, NEW_OFFICE)
    shown = shown_at(admin, second)
    admin.send(first, {"shown": shown_at(admin, first)})
    response = admin.send(second, {"shown": shown})
    assert response.status_code == 409
    assert "es gibt nichts zu übernehmen" in text_of(response)
    assert count_imports(app) == 1


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        ("33", {"name": "Bürgerbüro"}),  # the list would change it back
        ("33", {"is_reporting": False}),
        ("33", {"parent_id": None}),
        ("33.1", {"number": "51"}),  # no longer new
    ],
)
def test_an_outdated_preview_is_shown_again_and_nothing_is_applied(
    app: Flask, admin: Client, number: str, changes: dict
) -> None:
    url = send_list(admin, "33;Einheit 33;;Amt;1;ja", NEW_OFFICE)
    shown = shown_at(admin, url)
    change(app, number, **changes)

    response = admin.send(url, {"shown": shown})
    assert response.status_code == 409
    words = text_of(response)
    assert "Seit die Vorschau angezeigt wurde, hat jemand die Organisationseinheiten" in words
    assert count_imports(app) == 0

    renewed = fingerprint_on(response.text)
    assert renewed != shown
    assert admin.send(url, {"shown": renewed}).status_code == 302
    assert count_imports(app) == 1


def test_a_list_that_has_become_wrong_shows_its_errors(app: Flask, admin: Client) -> None:
    url = send_list(admin, "50.2;Neu;;Abteilung;50.1;nein")
    shown = shown_at(admin, url)
    change(app, "50.1", closed_on=NOON.date())
    response = admin.send(url, {"shown": shown})
    assert response.status_code == 409
    assert "2 Übergeordnet 50.1 ist geschlossen" in text_of(response)
    assert count_imports(app) == 0


def test_a_change_that_the_list_does_not_touch_is_no_hindrance(app: Flask, admin: Client) -> None:
    url = send_list(admin, NEW_OFFICE)
    shown = shown_at(admin, url)
    change(app, "50", name="Sozialamt")
    assert admin.send(url, {"shown": shown}).status_code == 302


@pytest.mark.parametrize("shown", [None, "", "made up", "\0", "ä" * 1000])
def test_a_made_up_fingerprint_applies_nothing(
    app: Flask, admin: Client, shown: str | None
) -> None:
    url = send_list(admin, NEW_OFFICE)
    response = admin.send(url, {} if shown is None else {"shown": shown})
    assert response.status_code == 409
    assert count_imports(app) == 0


@pytest.fixture
def other_admin(app: Flask, world: World) -> Client:
    with app.app_context():
        make_user("admin2", Role.ADMIN)
        db.session.commit()
    client = app.test_client()
    client.log_in("admin2@stadt.example")
    return client


def test_a_list_is_nobody_elses(app: Flask, admin: Client, other_admin: Client) -> None:
    url = send_list(admin, NEW_OFFICE)
    shown = shown_at(admin, url)
    assert other_admin.get(url).status_code == 404
    assert other_admin.get(f"{url}/fehler.csv").status_code == 404
    assert other_admin.send(url, {"shown": shown}).status_code == 404
    assert other_admin.send(f"{url}/verwerfen").status_code == 404
    assert count_imports(app) == 0
    assert admin.get(url).status_code == 200, "it is still there"


def test_a_list_can_be_dropped(app: Flask, admin: Client) -> None:
    url = send_list(admin, NEW_OFFICE)
    response = admin.send(f"{url}/verwerfen")
    assert response.location == "/einheiten/import"
    assert "Die Liste ist verworfen" in text_of(admin.get(response.location))
    for address in (url, f"{url}/fehler.csv"):
        assert admin.get(address).status_code == 404
    with app.app_context():
        assert db.session.scalars(select(Upload)).all() == []


def test_a_list_that_never_was_is_not_found(admin: Client) -> None:
    assert admin.get(f"/einheiten/import/{uuid4()}").status_code == 404
    assert admin.get("/einheiten/import/4711").status_code == 404


def keep(user_id: int, *, purpose: str = "units", filename: str = "x.csv") -> Upload:
    return keep_upload(purpose=purpose, user_id=user_id, filename=filename, content=b"x")


def test_a_list_is_gone_after_a_day(app: Flask, world: World) -> None:
    user_id = world.user_ids["admin"]
    with app.app_context():
        with time_machine.travel(NOON, tick=False):
            upload_id = keep(user_id).id
            db.session.commit()
        with time_machine.travel(NOON + LIFETIME, tick=False):
            assert get_upload(upload_id, purpose="units", user_id=user_id)
        late = NOON + LIFETIME + timedelta(seconds=1)
        with time_machine.travel(late, tick=False):
            with pytest.raises(NotFoundError, match="älter als einen Tag"):
                get_upload(upload_id, purpose="units", user_id=user_id)
            assert db.session.get(Upload, upload_id), "until the next list is sent"
            kept = keep(world.user_ids["hr"])
            assert db.session.scalars(select(Upload.id)).all() == [kept.id]


def test_a_list_is_found_for_its_purpose_and_its_user_only(app: Flask, world: World) -> None:
    user_id = world.user_ids["admin"]
    with app.app_context():
        kept = keep(user_id, purpose="units")
        assert get_upload(kept.id, purpose="units", user_id=user_id) is kept
        for other in ({"purpose": "staff"}, {"user_id": world.user_ids["hr"]}):
            with pytest.raises(NotFoundError):
                get_upload(kept.id, **{"purpose": "units", "user_id": user_id, **other})
        drop_upload(kept)
        with pytest.raises(NotFoundError):
            get_upload(kept.id, purpose="units", user_id=user_id)


def test_a_very_long_filename_is_cut(app: Flask, world: World) -> None:
    with app.app_context():
        kept = keep(world.user_ids["admin"], filename="ä" * 300 + ".csv")
        assert kept.filename == "ä" * 255


def test_lists_of_thousands_of_units_go_through(app: Flask, admin: Client) -> None:
    rows = [f"7.{index};Schule {index};;Sachgebiet;50;nein" for index in range(3000)]
    url = send_list(admin, *rows)
    assert admin.send(url, {"shown": shown_at(admin, url)}).status_code == 302
    with app.app_context():
        assert db.session.scalar(select(func.count(Unit.id))) == 3006
