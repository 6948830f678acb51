"""Import of a roster by page: choose or paste, mend, preview, apply, take back."""

import re
from datetime import date
from io import BytesIO
from uuid import uuid4

import pytest
import time_machine
from check_pages import rows_of
from client import text_of
from factories import make_person, make_training
from sqlalchemy import func, select

from selfcheck.db import db
from selfcheck.organisation.models import Unit
from selfcheck.staff.models import Assignment, Person, StaffImport
from selfcheck.staff.periods import SINCE_ALWAYS
from selfcheck.uploads.models import Upload

PAGE, IMPORTS, LIST = "/personal/import", "/personal/importe", "/personal"
HEADER = (
    "Personalnummer;Nachname;Vorname;Organisationseinheit;Führungskraft;Bürgerkontakt;Medienarbeit;"
    "Gültig ab;Gültig bis"
)
# A new name and mark, a move, unchanged; somebody new with a zero in front.
LINES = (
    "1;Meier;Erika;33;nein;ja;nein;;",
    "2;Muster;Erika;33.1;nein;nein;nein;01.07.2026;",
    "3;Muster;Erika;33;nein;nein;nein;;",
    "007;Özdemir;Änne;33.11;ja;nein;nein;01.02.2024;31.12.2027",
)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-24T10:00:00+01:00") as traveller:
        yield traveller


@pytest.fixture
def officer(client_of):
    return client_of("officer33")


@pytest.fixture
def people(app, world):
    """Four in 33, and one in a foreign unit."""
    with app.app_context():
        for number in "1234":
            make_person(number, unit=world.unit_ids["33"])
        make_person("50", unit=world.unit_ids["50"], last_name="Geheim", first_name="Gerda")
        db.session.commit()


def as_csv(*lines):
    return "\r\n".join([HEADER, *lines]).encode()


def send_file(client, *lines, filename="personal.csv"):
    """Send a list as a file, and return the address of its preview."""
    data = {"file": (BytesIO(as_csv(*lines)), filename), "pasted": ""}
    response = client.send(PAGE, data, content_type="multipart/form-data")
    assert response.status_code == 302, text_of(response)
    return response.location


def paste(client, *lines):
    """Paste rows as Excel copies them, and return the address of their preview."""
    pasted = as_csv(*lines).decode().replace(";", "\t")
    response = client.send(PAGE, {"pasted": pasted})
    assert response.status_code == 302, text_of(response)
    return response.location


def shown_on(page):
    found = re.search(r'name="shown" type="hidden" value="(\w+)"', page.text)
    assert found, text_of(page)
    return found[1]


def apply(client, url):
    """Look at the preview, and press „Übernehmen“."""
    return client.send(url, {"shown": shown_on(client.get(url))})


def roster(app):
    names = (Person.number, Person.last_name)
    query = select(*names, Unit.number, Assignment.first_day, Assignment.last_day)
    query = query.select_from(Assignment).join(Assignment.person).join(Assignment.unit)
    with app.app_context():
        rows = db.session.execute(query.order_by(Person.number, Assignment.first_day))
        return [tuple(row) for row in rows]


def count(app, model):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model))


def change_names(app, number, last_name):
    with app.app_context():
        person = db.session.scalars(select(Person).where(Person.number == number)).one()
        person.last_name = last_name
        person.revision += 1
        db.session.commit()


@pytest.mark.parametrize(
    ("send", "name"), [(send_file, "personal.csv"), (paste, "aus der Zwischenablage")]
)
@pytest.mark.usefixtures("people")
def test_a_roster_goes_through_preview_and_is_applied(app, officer, send, name):
    before = roster(app)
    url = send(officer, *LINES)
    words = text_of(officer.get(url))
    assert f"Vorschau: {name}" in words
    for part in ("1 neu", "1 geändert", "1 Wechsel", "1 unverändert", "1 fehlt in der Datei"):
        assert part in words
    assert "1 Meier, Erika Nachname: Muster → Meier Bürgerkontakt: nein → ja" in words
    assert "Organisationseinheit: 33 → 33.1 Gültig ab: leer → 01.07.2026" in words
    assert "2 Muster, Erika Gültig bis: leer → 30.06.2026" in words, "ends by the move"
    assert "007 Özdemir, Änne 33.11 Führungskraft ab 01.02.2024 bis 31.12.2027" in words
    assert "stehen aber nicht in der Liste" in words
    assert "Muster, Erika (4)" in words
    assert "Geheim" not in words
    assert roster(app) == before, "a preview changes nothing"

    response = apply(officer, url)
    assert response.location == LIST
    page = officer.get(response.location)
    told = "Übernommen: neu 1, geändert 1, Wechsel 1, unverändert 1, fehlt in der Datei 1."
    assert told in text_of(page)
    assert f'<a href="{IMPORTS}">Ansehen oder zurücknehmen</a>' in page.text
    assert roster(app) == [
        ("007", "Özdemir", "33.11", date(2024, 2, 1), date(2027, 12, 31)),
        ("1", "Meier", "33", SINCE_ALWAYS, None),
        ("2", "Muster", "33", SINCE_ALWAYS, date(2026, 6, 30)),
        ("2", "Muster", "33.1", date(2026, 7, 1), None),
        ("3", "Muster", "33", SINCE_ALWAYS, None),
        ("4", "Muster", "33", SINCE_ALWAYS, None),
        ("50", "Geheim", "50", SINCE_ALWAYS, None),
    ]
    assert count(app, Upload) == 0


BAD = (
    "8;Neu;Nora;404;;;;;",
    "9;Neu;Nina;33;vielleicht;;;;",
    "10;Neu;Norbert;33;;;;30.02.2026;",
    "11;;Nele;33;;;;;",
    "12;<b>Neu</b>;Nico;33;;;;01.01.2026;31.12.2025",
)


@pytest.mark.usefixtures("people")
def test_errors_are_shown_by_row_and_column_and_can_be_mended(app, officer):
    before = roster(app)
    url = send_file(officer, *LINES, *BAD)
    page = officer.get(url)
    words = text_of(page)
    assert "5 Fehler in der Liste" in words
    assert [row[:3] for row in rows_of(page)] == [
        ["6", "Organisationseinheit", "404"],
        ["7", "Führungskraft", "vielleicht"],
        ["8", "Gültig ab", "30.02.2026"],
        ["9", "Nachname", "leer"],
        ["10", "Gültig bis", "31.12.2025"],
    ]
    assert "<b>Neu" not in page.text
    assert "Wechsel" not in words, "no plan beside the errors"
    assert 'name="shown"' not in page.text
    assert officer.send(url, {"shown": "made up"}).status_code in {200, 409}
    assert roster(app) == before

    errors = officer.get(f"{url}/fehler.csv")
    assert "attachment" in errors.headers["Content-Disposition"]
    lines = errors.data.decode("utf-8-sig").splitlines()
    assert lines[0] == "Zeile;Spalte;Wert;Fehler;Erwartet wird"
    assert len(lines) == 6
    assert lines[1].startswith("6;Organisationseinheit;404;gibt es nicht;")

    assert f'href="{PAGE}"' in page.text
    mended = send_file(officer, *LINES, "8;Neu;Nora;33;;;;;")
    apply(officer, mended)
    assert [row[0] for row in roster(app)] == ["007", "1", "2", "2", "3", "4", "50", "8"]


@pytest.mark.parametrize(
    ("line", "column", "value", "problem"),
    [
        ("8;Neu;Nora;50;;;;;", "Organisationseinheit", "50", "gehört nicht zu Ihren Einheiten"),
        ("8;Neu;Nora;1;;;;;", "Organisationseinheit", "1", "gehört nicht zu Ihren Einheiten"),
        (
            "50;Neu;Nora;33;;;;;",  # somebody else's person, whatever name stands in the list
            "Personalnummer",
            "50",
            "gehört zurzeit nicht zu Ihren Einheiten",
        ),
        (
            "50;Neu;Nora;33;;;;01.12.2026;",
            "Personalnummer",
            "50",
            "gehört zurzeit nicht zu Ihren Einheiten",
        ),
    ],
)
@pytest.mark.usefixtures("people")
def test_foreign_units_and_people_stay_out_of_reach(app, officer, *, line, column, value, problem):
    before = roster(app)
    url = send_file(officer, line)
    page = officer.get(url)
    (row,) = rows_of(page)
    assert row[:3] == ["2", column, value]
    assert row[3].startswith(problem)
    errors = officer.get(f"{url}/fehler.csv").data.decode("utf-8-sig")
    for secret in ("Geheim", "Gerda", "Einheit 50"):
        assert secret not in page.text
        assert secret not in errors
    assert roster(app) == before


@pytest.mark.usefixtures("people")
def test_a_list_is_applied_once(app, officer):
    url = send_file(officer, *LINES)
    shown = shown_on(officer.get(url))
    assert officer.send(url, {"shown": shown}).status_code == 302
    after = roster(app)
    for again in (officer.send(url, {"shown": shown}), officer.get(url)):
        assert again.status_code == 404
        assert "Sie wurde schon übernommen" in text_of(again)
    assert roster(app) == after
    assert count(app, StaffImport) == 1


@pytest.mark.usefixtures("people")
def test_the_same_list_again_changes_nothing(app, officer):
    apply(officer, send_file(officer, *LINES))
    page = officer.get(paste(officer, *LINES))
    assert "es gibt nichts zu übernehmen" in text_of(page)
    assert "4 unverändert" in text_of(page)
    assert 'name="shown"' not in page.text


@pytest.mark.usefixtures("people")
def test_a_preview_from_before_somebody_elses_change_is_not_applied(app, officer):
    url = send_file(officer, *LINES)
    shown = shown_on(officer.get(url))
    change_names(app, "1", "Schulz")
    before = roster(app)
    page = officer.send(url, {"shown": shown})
    assert page.status_code == 409
    words = text_of(page)
    assert "jemand das Personal geändert" in words
    assert "Nachname: Schulz → Meier" in words, "the preview as it is now"
    assert roster(app) == before
    assert shown_on(page) != shown
    assert officer.send(url, {"shown": shown_on(page)}).status_code == 302
    assert count(app, StaffImport) == 1


@pytest.mark.parametrize("shown", [None, "", "made up"])
@pytest.mark.usefixtures("people")
def test_without_the_preview_nothing_is_applied(app, officer, shown):
    before = roster(app)
    sent = {} if shown is None else {"shown": shown}
    assert officer.send(send_file(officer, *LINES), sent).status_code == 409
    assert roster(app) == before


def test_a_list_can_be_dropped(app, officer):
    url = send_file(officer, *LINES)
    response = officer.send(f"{url}/verwerfen")
    assert response.location == PAGE
    assert "es wurde nichts übernommen" in text_of(officer.get(PAGE))
    assert officer.get(url).status_code == 404
    assert roster(app) == []


def test_of_250_people_200_are_shown_and_all_are_written(app, officer):
    url = send_file(officer, *(f"{n:04};Neu;Nr{n};33;;;;;" for n in range(250)))
    page = officer.get(url)
    assert "250 neu" in text_of(page)
    assert "… und 50 weitere." in text_of(page)
    assert len(rows_of(page)) == 200
    apply(officer, url)
    assert len(roster(app)) == 250

    words = text_of(officer.get(send_file(officer, "x;Neu;Nr;33;;;;;")))
    assert "250 fehlen in der Datei" in words
    assert words.count("Neu, Nr") == 201, "200 who are missing, and the new one"
    assert "… und 50 weitere." in words


def test_the_list_of_imports_is_the_users_own(app, officer, client_of):
    assert "Sie haben noch keine Personalliste importiert." in text_of(officer.get(IMPORTS))
    apply(officer, send_file(officer, "8;Neu;Nora;33;;;;;", filename="März <1>.csv"))
    with app.app_context():
        mine = db.session.scalars(select(StaffImport)).one()
        other = StaffImport(id=uuid4(), filename="fremd.csv", summary="neu 0")
        other.applied_at, other.applied_by_id = mine.applied_at, None
        db.session.add(other)
        db.session.commit()
    page = officer.get(IMPORTS)
    summary = "neu 1, geändert 0, Wechsel 0, unverändert 0, fehlt in der Datei 0"
    (row,) = rows_of(page)
    assert row[0] == "März <1>.csv"
    assert row[1].startswith("24.11.2026")
    assert row[2:] == [summary, "Zurücknehmen: März <1>.csv"]
    assert client_of("head33").get(IMPORTS).status_code == 403


def take_back_address(page):
    (address,) = re.findall(rf'href="({IMPORTS}/[-0-9a-f]+/zuruecknehmen)"', page.text)
    return address


@pytest.mark.usefixtures("people")
def test_an_import_is_taken_back_after_a_question(app, officer):
    before = roster(app)
    apply(officer, send_file(officer, *LINES))
    after = roster(app)
    url = take_back_address(officer.get(IMPORTS))
    question = text_of(officer.get(url))
    assert "Übernommen am 24.11.2026" in question
    assert "neu 1, geändert 1, Wechsel 1, unverändert 1, fehlt in der Datei 1." in question
    assert "Neu angelegte Personen werden gelöscht." in question
    assert roster(app) == after, "asking changes nothing"

    response = officer.send(url)
    assert response.location == IMPORTS
    page = officer.get(IMPORTS)
    assert "Der Import von „personal.csv“ ist zurückgenommen." in text_of(page)
    assert rows_of(page)[0][3] == "zurückgenommen"
    assert roster(app) == before
    assert officer.send(url).status_code == 409
    assert "Dieser Import ist schon zurückgenommen." in text_of(officer.get(url))


def test_what_stands_in_the_way_is_named_and_nothing_is_taken_back(app, officer):
    apply(officer, send_file(officer, "8;Neu;Nora;33;;;;;", "9;Neu;Nils;33;;;;;"))
    change_names(app, "8", "Alt")
    with app.app_context():
        make_training(db.session.scalars(select(Person).where(Person.number == "9")).one())
        db.session.commit()
    before = roster(app)
    url = take_back_address(officer.get(IMPORTS))
    page = officer.get(url)
    refused = officer.send(url)
    assert (page.status_code, refused.status_code) == (200, 409)
    assert "Das geht nicht mehr" in text_of(page)
    assert not re.search(r'<form method="post">', page.text), "no button"
    for answer in (page, refused):
        words = text_of(answer)
        assert "Neu, Nora (8): Personalnummer oder Name wurde inzwischen geändert." in words
        assert "Neu, Nils (9): Zu der Person ist inzwischen etwas eingetragen" in words
    assert roster(app) == before


@pytest.mark.usefixtures("people")
def test_somebody_elses_import_and_list_are_not_found(app, officer):
    waiting = send_file(officer, "11;Neu;Nele;33;;;;;")
    apply(officer, send_file(officer, "8;Neu;Nora;33;;;;;"))
    url = take_back_address(officer.get(IMPORTS))
    with app.app_context():
        db.session.scalars(select(StaffImport)).one().applied_by_id = None
        db.session.scalars(select(Upload)).one().user_id = 1
        db.session.commit()
    before = roster(app)
    for address in (url, f"{IMPORTS}/{uuid4()}/zuruecknehmen", waiting):
        assert officer.get(address).status_code == 404
        assert officer.send(address, {"shown": "x"}).status_code == 404
    assert officer.get(f"{waiting}/fehler.csv").status_code == 404
    assert officer.send(f"{waiting}/verwerfen").status_code == 404
    assert roster(app) == before
    assert count(app, Upload) == 1
