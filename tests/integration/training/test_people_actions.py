"""What is done from the list of people: the workbook, marks for many, and how often it asks."""

import csv
import io
import re
from datetime import date
from html import unescape

import pytest
import time_machine
from check_pages import rows_of
from client import text_of
from factories import LONG_AGO, make_person, make_training, make_user
from openpyxl import load_workbook
from queries import MAX_QUERIES, counted_queries
from sqlalchemy import insert, select

from selfcheck.accounts.models import Grant
from selfcheck.accounts.permissions import Role
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db, german_sort_key
from selfcheck.organisation.models import Unit
from selfcheck.staff.models import Assignment, Person
from selfcheck.staff.periods import SINCE_ALWAYS
from selfcheck.training.kinds import Area, EvidenceKind, Format, LengthUnit, Origin
from selfcheck.training.models import Evidence, TrainingRecord

LIST, MARKS = "/personal", "/personal/merkmale"
EMPLOYEE = {"has_citizen_contact": True}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-24T10:00:00+01:00") as traveller:
        yield traveller


@pytest.fixture
def officer(client_of):
    return client_of("officer33")


@pytest.fixture
def put(app, world):
    """Make somebody, and a training if one is described."""

    def put_in_app(last_name, *, number=None, unit="33", training=None, **changes):
        with app.app_context():
            unit_id = world.unit_ids[unit]
            person = make_person(number or last_name, unit=unit_id, last_name=last_name, **changes)
            if training is not None:
                make_training(person, **training)
            db.session.commit()
            return person.id

    return put_in_app


def events(app, action):
    columns = (AuditEvent.actor_id, AuditEvent.subject, AuditEvent.details)
    with app.app_context():
        query = select(*columns).where(AuditEvent.action == action)
        return [tuple(row) for row in db.session.execute(query.order_by(AuditEvent.id))]


def workbook_behind(client, page):
    """Follow the link on a page of the list; return its subtitle and its rows of text."""
    link = re.search(r'href="(/personal/liste\.xlsx[^"]*)"', page.text)
    response = client.get(unescape(link[1]))
    assert response.status_code == 200
    assert response.headers["Content-Disposition"] == (
        "attachment; filename=personal-2026-11-24.xlsx"
    )
    sheet = load_workbook(io.BytesIO(response.data)).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    rows = [list(row) for row in sheet.iter_rows(min_row=5, values_only=True)]
    return sheet["A2"].value, rows


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?sortierung=-name",
        "?state=open&sortierung=nummer",
        "?text=n1&group=Führungskräfte",
        "?state=left",
        "?unit=33.1&seite=2&sortierung=-stand",
    ],
)
def test_the_workbook_holds_the_rows_of_all_pages_in_their_order(officer, put, world, query):
    for n in range(60):
        trained = {"training": {"evidence": n % 4 == 0}} if n % 2 else {}
        last_day = {"last_day": date(2026, 10, 31)} if n % 7 == 0 else {}
        flags = {"is_manager": n % 3 == 0, "has_citizen_contact": n % 5 > 0}
        unit = "33" if n % 11 == 0 else "33.1"
        put(f"N{n % 20}", number=f"{997 * n % 1009:04}", unit=unit, **flags, **trained, **last_day)
    put("Geheim", unit="50", **EMPLOYEE)
    query = query.replace("33.1", str(world.unit_ids["33.1"]))
    page = officer.get(f"{LIST}{query}")
    _, rows = workbook_behind(officer, page)
    shown = []
    while True:
        address = re.search(r'rel="prev" href="([^"]+)"', page.text)
        if not address:
            break
        page = officer.get(unescape(address[1]))
    while True:
        shown += rows_of(page)
        address = re.search(r'rel="next" href="([^"]+)"', page.text)
        if not address:
            break
        page = officer.get(unescape(address[1]))
    assert len(shown) > 1
    assert [(f"{row[0]}, {row[1]}", row[2], row[3]) for row in rows] == [
        (name, number, unit) for _, name, number, unit, *_ in shown
    ]
    assert [row[4] or "–" for row in rows] == [row[4] for row in shown]
    assert [row[6] or "–" for row in rows] == [row[6] for row in shown]


def test_a_row_of_the_workbook_says_what_is_missing(officer, put):
    put("Öhm", number="007", **EMPLOYEE | {"training": {"title": "Vielfalt"}})
    put("=1+1", number="0008", first_name="@x", training={"title": "{=2+2}", "evidence": True})
    put("Chef", number="+49", is_manager=True, training={"title": "=2+2", "evidence": True})
    subtitle, rows = workbook_behind(officer, officer.get(f"{LIST}?sortierung=-nummer"))
    missing = "Es fehlt nur der Nachweis für „Vielfalt“."
    unit = "33 Einheit 33"
    assert subtitle.endswith("· Stand 24.11.2026 · ohne Ausgeschiedene · 3 Personen")
    assert rows == [
        ["Öhm", "Erika", "007", unit, "Beschäftigte", *["Nachweis fehlt"] * 2, missing],
        ["=1+1", "@x", "0008", unit, None, "nicht in der Zielgruppe", None, None],
        ["Chef", "Erika", "+49", unit, "Führungskräfte", "erfüllt", "=2+2, 14.03.2024", None],
    ]
    subtitle, rows = workbook_behind(officer, officer.get(f"{LIST}?text=öhm&state=open"))
    assert subtitle.endswith("· offen, Suche „öhm“ · 1 Person")
    assert [row[0] for row in rows] == ["Öhm"]


@pytest.mark.parametrize("query", ["", "?text=1&state=outside", "?sortierung=-nummer"])
def test_the_csv_says_the_same_as_the_workbook_and_runs_nothing(officer, put, query):
    put("Öhm; Jr.", number="007", **EMPLOYEE | {"training": {"title": "Vielfalt"}})
    put("=1+1", number="+49", first_name="@x", training={"title": "=2+2", "evidence": True})
    page = officer.get(f"{LIST}{query}")
    _, in_workbook = workbook_behind(officer, page)
    link = re.search(r'href="(/personal/liste\.csv[^"]*)"', page.text)[1]
    response = officer.get(unescape(link))
    headings, *rows = csv.reader(io.StringIO(response.data.decode("utf-8-sig")), delimiter=";")
    assert headings[:3] == ["Nachname", "Vorname", "Personalnummer"]
    assert rows == [
        [f"'{cell}" if (cell or "").startswith(("=", "+", "@")) else cell or "" for cell in row]
        for row in in_workbook
    ]
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == (
        "attachment; filename=personal-2026-11-24.csv"
    )


def test_the_export_is_in_the_audit_trail_without_names(app, world, client_of, put):
    put("Geheimnis", number="4711", **EMPLOYEE)
    put("Anders", **EMPLOYEE)
    head = client_of("head33")
    workbook_behind(head, head.get(f"{LIST}?text=geheimnis"))
    workbook_behind(head, head.get(LIST))
    head.get(f"{LIST}/liste.csv?text=anders")
    actor = world.user_ids["head33"]
    told = ["1 Person", "2 Personen", "1 Person"]
    assert events(app, "staff-exported") == [(actor, "", details) for details in told]


def marks_of(app):
    """Return both marks of everybody, by number; of several assignments, in their order."""
    flags = (Assignment.has_citizen_contact, Assignment.does_media_work)
    query = select(Person.number, *flags).join(Assignment)
    with app.app_context():
        rows = db.session.execute(query.order_by(Person.number, Assignment.first_day))
        return [(number, contact, media) for number, contact, media in rows]


@pytest.mark.parametrize(
    ("mark", "told", "after"),
    [
        ("contact:on", "Bürgerkontakt gesetzt: 1 Person geändert, 1 unverändert.", (True, True)),
        ("contact:off", "Bürgerkontakt entfernt: 1 Person geändert, 1 unverändert.", (False,) * 2),
        ("media:on", "Medienarbeit gesetzt: 2 Personen geändert, 0 unverändert.", (True, False)),
        ("media:off", "Medienarbeit entfernt: 0 Personen geändert, 2 unverändert.", (True, False)),
    ],
)
def test_marks_are_set_for_those_who_were_ticked(app, world, officer, put, *, mark, told, after):
    people = [put("A", **EMPLOYEE), put("B")]
    put("C")
    query = "text=%C3%A4&state=open&sortierung=-name"
    sent = {"person": people, "mark": mark, "query": query}
    response = officer.send(MARKS, sent)
    assert response.location == f"{LIST}?{query}", "back to the same list"
    assert told in text_of(officer.get(response.location))
    contact = mark.startswith("contact")
    assert [one[1 if contact else 2] for one in marks_of(app)[:2]] == (
        list(after) if contact else [mark == "media:on"] * 2
    )
    assert [one[2 if contact else 1] for one in marks_of(app)[:2]] == (
        [False, False] if contact else [True, False]
    )
    assert marks_of(app)[2] == ("C", False, False), "nobody else"
    changed = int(re.search(r": (\d)", told)[1])
    details = "1 Person" if changed == 1 else f"{changed} Personen"
    expected = [(world.user_ids["officer33"], "", details)] if changed else []
    assert events(app, "duties-changed") == expected


@pytest.mark.parametrize(
    "sent",
    [
        {"mark": "contact:on"},
        {"mark": "contact:on", "person": ""},
        {"mark": "contact:on", "person": "x"},
        {"mark": "contact:on", "person": [-1, 2**31, 10**20, "\u0661"]},  # nobody's
    ],
)
def test_without_a_tick_nothing_happens(app, officer, put, sent):
    put("A")
    response = officer.send(MARKS, sent | {"query": "state=open"})
    assert response.location == f"{LIST}?state=open"
    assert "Bitte kreuzen Sie zuerst Personen an." in text_of(officer.get(LIST))
    assert marks_of(app) == [("A", False, False)]


@pytest.mark.parametrize(
    "mark", ["", "contact", "contact:", "contact:vielleicht", "media", "media:0", "manager:on"]
)
def test_an_unknown_mark_changes_nothing(app, officer, put, mark):
    person = put("A", has_citizen_contact=True, does_media_work=True)
    response = officer.send(MARKS, {"person": person, "mark": mark})
    assert response.status_code in {302, 400}
    assert marks_of(app) == [("A", True, True)]
    assert events(app, "duties-changed") == []


@pytest.mark.parametrize("foreign", ["foreign", 999_999])
def test_one_foreign_person_among_them_and_nothing_is_changed(app, officer, put, foreign):
    own, other = put("A"), put("B", unit="50")
    ids = [own, other if foreign == "foreign" else foreign]
    assert officer.send(MARKS, {"person": ids, "mark": "contact:on"}).status_code == 404
    assert marks_of(app) == [("A", False, False), ("B", False, False)]


def test_a_head_of_one_unit_and_officer_of_another_marks_only_the_latters(
    app, world, client_of, put
):
    with app.app_context():
        user = make_user("both", Role.TRAINING_OFFICER, db.session.get(Unit, world.unit_ids["33"]))
        user.grants.append(Grant(role=Role.UNIT_HEAD, unit_id=world.unit_ids["50"]))
        db.session.commit()
    own, other = put("A"), put("B", unit="50")
    client = client_of("both")
    assert len(rows_of(client.get(LIST))) == 2
    sent = {"mark": "media:on", "person": [own, other]}
    assert client.send(MARKS, sent).status_code == 404
    assert client.send(MARKS, sent | {"person": own}).status_code == 302
    assert marks_of(app) == [("A", False, True), ("B", False, False)]


def test_whoever_does_not_work_here_today_is_left_alone(app, world, officer, put):
    left = put("A", last_day=date(2026, 11, 23))
    to_come = put("B", first_day=date(2026, 11, 25))
    moved = put("C", last_day=date(2026, 11, 23))
    with app.app_context():
        unit_id = world.unit_ids["33.1"]
        days = {"first_day": date(2026, 11, 24), "last_day": date(2026, 11, 24)}
        db.session.add(Assignment(person_id=moved, unit_id=unit_id, **days))
        db.session.commit()
    people = [left, to_come, moved, moved]
    response = officer.send(MARKS, {"person": people, "mark": "contact:on"})
    told = "Bürgerkontakt gesetzt: 1 Person geändert, 2 unverändert."
    assert told in text_of(officer.get(response.location))
    assert marks_of(app) == [
        ("A", False, False),
        ("B", False, False),
        ("C", False, False),
        ("C", True, False),
    ]


def test_the_way_back_stays_in_this_application(officer, put):
    sent = {"person": put("A"), "mark": "contact:on", "query": "a\r\nSet-Cookie: x=1//evil.example"}
    response = officer.send(MARKS, sent)
    assert response.location.startswith(LIST)
    assert not any(one.startswith("x=1") for one in response.headers.getlist("Set-Cookie"))
    assert officer.get(response.location).status_code == 200


def fill(app, world, number):
    """Put people and trainings, three for two of them, straight into the tables."""
    units = [world.unit_ids[one] for one in ("33", "33.1", "33.11")]
    with app.app_context():
        start = (db.session.scalar(select(Person.id).order_by(Person.id.desc()).limit(1)) or 0) + 1
        ids = range(start, start + number)
        people = [
            {
                "id": n,
                "number": f"{n:05}",
                "last_name": f"N{n * 7919 % 10007}",
                "first_name": "Erika",
                "sort_key": german_sort_key(f"N{n * 7919 % 10007}, Erika"),
                "revision": 1,
            }
            for n in ids
        ]
        times = [
            {
                "person_id": n,
                "unit_id": units[n % 3],
                "is_manager": n % 9 == 0,
                "has_citizen_contact": n % 4 > 0,
                "does_media_work": n % 5 == 0,
                "first_day": SINCE_ALWAYS,
            }
            for n in ids
        ]
        records = [
            {
                "id": 2 * n + part,
                "person_id": n,
                "title": f"Schulung {part}",
                "title_key": f"schulung {part}",
                "provider": "VHS",
                "area": tuple(Area)[n % 4],
                "format": Format.ON_SITE,
                "origin": Origin.EXTERNAL,
                "first_day": date(2024, 3, 14),
                "last_day": date(2024, 3, 14),
                "duration_minutes": 360 if n % 6 else 300,
                "length_unit": LengthUnit.HOURS,
                "recorded_at": LONG_AGO,
                "revision": 1,
            }
            for n in ids
            for part in range(1 + n % 2)
        ]
        proofs = [
            {
                "record_id": one["id"],
                "kind": EvidenceKind.SEEN,
                "seen_on": date(2024, 3, 14),
                "added_at": LONG_AGO,
            }
            for one in records
            if one["id"] % 3
        ]
        tables = (Person, people), (Assignment, times), (TrainingRecord, records)
        for model, rows in (*tables, (Evidence, proofs)):
            db.session.execute(insert(model.__table__), rows)
        db.session.commit()
        return ids[0], len(records)


def test_10000_people_are_asked_for_as_often_as_30(app, world, client_of):
    officer, head = client_of("officer33"), client_of("head33")
    first, _ = fill(app, world, 30)
    pages = {
        "list": (officer, f"{LIST}?sortierung=stand"),
        "turned": (head, f"{LIST}?sortierung=-stand&state=open&group=Beschäftigte&text=n"),
        "person": (officer, f"/personal/{first + 1}"),
        "start": (officer, "/"),
    }
    counts = {}
    for size in (30, 10_000):
        if size > 30:
            _, trainings = fill(app, world, size - 30)
            assert trainings > 14_900
        for name, (client, address) in pages.items():
            with counted_queries(app) as asked:
                page = client.get(address)
            assert page.status_code == 200
            counts[name, size] = len(asked)
            assert len(asked) <= MAX_QUERIES, "\n\n".join(asked)
    assert len(rows_of(officer.get(f"{LIST}?sortierung=stand"))) == 25
    assert "10000 Personen" in text_of(officer.get(LIST)).replace(".", "")
    for name in pages:
        assert counts[name, 30] == counts[name, 10_000]
