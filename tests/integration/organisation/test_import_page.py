"""Import of units by page: choose or paste, preview, apply."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from client import Client, text_of
from flask import Flask
from sqlalchemy import func, select
from unit_lists import HEADERS, as_csv, as_xlsx
from werkzeug.test import TestResponse

from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db
from selfcheck.organisation.models import Unit
from selfcheck.uploads.models import Upload

PAGE = "/einheiten/import"
GetUnit = Callable[[str], Unit]
PURE_WORLD = [
    "1;Einheit 1;;Geschäftsbereich;;ja",
    "33;Einheit 33;;Amt;1;ja",
    "33.1;Einheit 33.1;;Abteilung;33;nein",
    "33.11;Einheit 33.11;;Sachgebiet;33.1;nein",
    "50;Einheit 50;;Amt;1;ja",
    "50.1;Einheit 50.1;;Abteilung;50;nein",
]


def upload(client: Client, content: bytes, filename: str = "einheiten.csv") -> TestResponse:
    response = client.send(
        PAGE,
        {"file": (BytesIO(content), filename), "pasted": ""},
        content_type="multipart/form-data",
    )
    response.request.environ["wsgi.input"].close()  # the test client leaves a large one open
    return response


def preview_of(client: Client, *rows: str) -> str:
    """Upload a list, and return the address of its preview."""
    response = upload(client, as_csv(*rows))
    assert response.status_code == 302, text_of(response)
    return response.location


def fingerprint_on(page: TestResponse) -> str:
    match = re.search(r'name="shown" type="hidden" value="(\w*)"', page.text)
    assert match, text_of(page)
    return match[1]


def apply(client: Client, url: str) -> TestResponse:
    """Look at the preview, and press „Übernehmen“."""
    page = client.get(url)
    assert "Übernehmen</" in page.text or "Übernehmen\n" in page.text
    return client.send(url, {"shown": fingerprint_on(page)})


def count(app: Flask, model: type) -> int | None:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model))


def unit_rows(app: Flask) -> list[tuple[object, ...]]:
    with app.app_context():
        units = db.session.scalars(select(Unit).order_by(Unit.number))
        return [
            (
                one.number,
                one.name,
                one.short_name,
                one.kind,
                one.parent and one.parent.number,
                one.is_reporting,
            )
            for one in units
        ]


def test_a_list_goes_through_preview_and_is_applied(app: Flask, admin: Client) -> None:
    before = unit_rows(app)
    url = preview_of(
        admin,
        "33;Bürgeramt;BA;Amt;1;ja",
        "33.1;Einheit 33.1;;Abteilung;50;nein",
        "51;Jugendamt;;Amt;1;ja",
        "50;Einheit 50;;Amt;1;ja",
    )
    page = admin.get(url)
    words = text_of(page)
    assert "Vorschau: einheiten.csv" in words
    for part in ("1 neu", "1 geändert", "1 verschoben", "1 unverändert", "3 fehlen in der Datei"):
        assert part in words
    assert "Bezeichnung: Einheit 33 → Bürgeramt Kürzel: leer → BA" in words
    assert "Übergeordnet: 33 → 50" in words
    assert "bleiben, wie sie sind: 1, 33.11, 50.1" in words
    assert unit_rows(app) == before, "a preview changes nothing"

    response = apply(admin, url)
    assert response.status_code == 302
    assert "neu 1, geändert 1, verschoben 1" in text_of(admin.get(response.location))
    changed = {row[0]: row[1:] for row in unit_rows(app)}
    assert changed["33"] == ("Bürgeramt", "BA", "Amt", "1", True)
    assert changed["33.1"] == ("Einheit 33.1", "", "Abteilung", "50", False)
    assert changed["51"] == ("Jugendamt", "", "Amt", "1", True)
    assert len(changed) == len(before) + 1
    assert count(app, Upload) == 0


def test_an_import_is_in_the_audit_trail(app: Flask, admin: Client, world) -> None:
    apply(admin, preview_of(admin, "51;Jugendamt;;Amt;1;ja"))
    with app.app_context():
        event = db.session.scalars(
            select(AuditEvent).where(AuditEvent.action == Action.UNITS_IMPORTED)
        ).one()
        assert event.actor_id == world.user_ids["admin"]
        assert event.subject == "einheiten.csv"
        assert event.details == (
            "neu 1, geändert 0, verschoben 0, unverändert 0, fehlt in der Datei 6"
        )


UMLAUTS = ["51;Jugend- & Bürgerämter „groß“;JÄ;Amt;1;ja", "51.1;Über;;Abteilung;51;nein"]


@pytest.mark.parametrize(
    ("content", "filename"),
    [
        (as_csv(*UMLAUTS), "liste.csv"),
        (as_csv(*UMLAUTS, encoding="utf-8-sig"), "liste.csv"),
        (as_csv(*UMLAUTS, encoding="cp1252"), "liste.csv"),
        (as_csv(*UMLAUTS, delimiter=","), "liste.csv"),
        (as_csv(*UMLAUTS, delimiter="\t", encoding="cp1252"), "liste.txt"),
        (as_xlsx(*UMLAUTS), "liste.xlsx"),
        (as_xlsx(*UMLAUTS), "liste.csv"),  # the name does not matter
        (as_csv(*UMLAUTS), "aus der Zwischenablage"),  # as pasted rows are called
    ],
    ids=["utf-8", "bom", "windows-1252", "comma", "tab", "xlsx", "misnamed", "odd name"],
)
def test_every_format_gives_the_same_units(
    app: Flask, admin: Client, content: bytes, filename: str
) -> None:
    response = upload(admin, content, filename)
    apply(admin, response.location)
    rows = {row[0]: row[1:] for row in unit_rows(app)}
    assert rows["51"] == ("Jugend- & Bürgerämter „groß“", "JÄ", "Amt", "1", True)
    assert rows["51.1"] == ("Über", "", "Abteilung", "51", False)


def test_a_workbook_named_like_pasted_rows_is_refused(admin: Client) -> None:
    response = upload(admin, as_xlsx(*UMLAUTS), "aus der Zwischenablage")
    assert response.status_code == 400


def test_rows_copied_in_excel_can_be_pasted(app: Flask, admin: Client) -> None:
    pasted = as_csv(*UMLAUTS, delimiter="\t").decode()
    response = admin.send(PAGE, {"pasted": pasted})
    assert "Vorschau: aus der Zwischenablage" in text_of(admin.get(response.location))
    apply(admin, response.location)
    assert [row[0] for row in unit_rows(app)][-2:] == ["51", "51.1"]


def test_units_change_places_in_one_list(app: Flask, admin: Client) -> None:
    url = preview_of(
        admin,
        "33;Einheit 33;;Amt;33.11;ja",
        "33.1;Einheit 33.1;;Abteilung;;nein",
        "33.11;Einheit 33.11;;Sachgebiet;33.1;nein",
        "1;Einheit 1;;Geschäftsbereich;33;ja",
    )
    assert apply(admin, url).status_code == 302
    parents = {row[0]: row[4] for row in unit_rows(app)}
    assert parents == {
        "33.1": None,
        "33.11": "33.1",
        "33": "33.11",
        "1": "33",
        "50": "1",
        "50.1": "50",
    }


def test_a_list_that_changes_nothing_offers_nothing_to_apply(app: Flask, admin: Client) -> None:
    page = admin.get(preview_of(admin, *PURE_WORLD))
    assert "es gibt nichts zu übernehmen" in text_of(page)
    assert 'name="shown"' not in page.text
    assert "6 unverändert" in text_of(page)


def test_applying_a_list_without_changes_leaves_no_trace(app: Flask, admin: Client) -> None:
    before = unit_rows(app)
    url = preview_of(admin, *PURE_WORLD)
    admin.send(url, {"shown": "made up"})
    events = count(app, AuditEvent)
    assert unit_rows(app) == before
    assert count(app, AuditEvent) == events


def test_errors_stand_alone_on_the_page_with_row_and_column(app: Flask, admin: Client) -> None:
    before = unit_rows(app)
    url = preview_of(
        admin,
        "51;Jugendamt;;Amt;1;ja",
        "52;Sport;;Behörde;1;ja",
        "51;Noch eins;;Amt;1;ja",
        "53;<script>alert(1)</script>;;Amt;99;ja",
    )
    page = admin.get(url)
    words = text_of(page)
    assert page.status_code == 200
    assert "3 Fehler in der Liste" in words
    assert "3 Art Behörde ist kein zulässiger Wert" in words
    assert "4 Nummer 51 steht schon in Zeile 2" in words
    assert "5 Übergeordnet 99 gibt es nicht" in words
    assert 'name="shown"' not in page.text
    assert "<script>alert" not in page.text
    for word in ("unverändert", "fehlt in der Datei"):
        assert word not in words, "no plan beside the errors"

    sent = admin.send(url, {"shown": "made up"})
    assert sent.status_code in {200, 409}
    assert "3 Fehler in der Liste" in text_of(sent)
    assert unit_rows(app) == before


def test_only_the_first_errors_are_shown_and_all_can_be_downloaded(admin: Client) -> None:
    rows = [f"{number};Amt;;Amt;nirgends;ja" for number in range(1000, 1250)]
    url = preview_of(admin, *rows)
    words = text_of(admin.get(url))
    assert "250 Fehler in der Liste" in words
    assert "und 50 weitere" in words

    response = admin.get(f"{url}/fehler.csv")
    assert response.mimetype == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]
    assert response.data.startswith(b"\xef\xbb\xbf")
    lines = response.data.decode("utf-8-sig").splitlines()
    assert lines[0] == "Zeile;Spalte;Wert;Fehler;Erwartet wird"
    assert len(lines) == 251
    assert lines[250].startswith("251;Übergeordnet;nirgends;gibt es nicht;")


def test_the_downloaded_errors_hold_no_formula(admin: Client) -> None:
    url = preview_of(admin, "51;Jugendamt;;=1+1;1;ja")
    lines = admin.get(f"{url}/fehler.csv").data.decode("utf-8-sig").splitlines()
    assert lines[1].startswith("2;Art;'=1+1;")


def test_unknown_columns_are_named_in_the_preview(admin: Client) -> None:
    content = as_csv("51;Jugendamt;;Amt;1;ja").replace(b"Nummer", b"Haus;Nummer")
    content = content.replace(b"\r\n51", b"\r\nRathaus;51")
    response = upload(admin, content)
    assert "Nicht gelesen werden unbekannte Spalten: „Haus“." in text_of(
        admin.get(response.location)
    )


@pytest.mark.parametrize(
    ("content", "filename", "sentence"),
    [
        (b"", "leer.csv", "Die Datei „leer.csv“ ist leer"),
        (b"%PDF-1.7", "liste.xlsx", "Die Datei „liste.xlsx“ ist eine PDF-Datei"),
        (b"Nummer;Art\r\n1;Amt\r\n", "kurz.csv", "es fehlt „Bezeichnung“"),
        (as_csv(), "kopf.csv", "enthält keine Zeilen"),
        (b"PK\x03\x04 broken", "kaputt.xlsx", "„kaputt.xlsx“ ist beschädigt"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_its_field(
    app: Flask, admin: Client, content: bytes, filename: str, sentence: str
) -> None:
    response = upload(admin, content, filename)
    assert response.status_code == 400
    assert sentence in text_of(response)
    field = response.text.split('name="pasted"')[0]
    assert 'id="file-error"' in field
    assert count(app, Upload) == 0


def test_something_must_be_sent(app: Flask, admin: Client) -> None:
    for data in ({}, {"pasted": ""}, {"pasted": " \r\n "}):
        response = admin.send(PAGE, data)
        assert response.status_code == 400
        assert "Bitte wählen Sie eine Datei, oder fügen Sie Zeilen" in text_of(response)
    assert upload(admin, b"", filename="").status_code == 400
    assert count(app, Upload) == 0


def test_pasted_text_is_still_there_after_an_error(admin: Client) -> None:
    response = admin.send(PAGE, {"pasted": 'Nummer\tName\r\n1\tÄmter & "mehr" <b>'})
    assert response.status_code == 400
    assert "Der eingefügte Text braucht eine Kopfzeile" in text_of(response)
    area = response.text.split("<textarea")[1].split("</textarea>")[0]
    assert "Nummer\tName\r\n1\tÄmter &amp; &#34;mehr&#34; &lt;b&gt;" in area


def test_a_file_and_pasted_rows_at_once_are_refused(admin: Client) -> None:
    response = admin.send(
        PAGE,
        {"file": (BytesIO(as_csv("51;Jugendamt;;Amt;1;ja")), "datei.csv"), "pasted": "Unsinn"},
        content_type="multipart/form-data",
    )
    assert response.status_code == 400
    assert "Bitte wählen Sie entweder eine Datei, oder fügen Sie Zeilen ein." in text_of(response)


def test_a_body_beyond_the_limit_gets_a_page_that_says_so(app: Flask, admin: Client) -> None:
    response = upload(admin, b"x" * (26 * 1024 * 1024))
    assert response.status_code == 413
    assert "Listen dürfen höchstens 20 MB groß sein" in text_of(response)
    assert "<nav" in response.text, "with the layout of all pages"
    assert count(app, Upload) == 0


def test_a_file_between_both_limits_is_refused_in_a_sentence(admin: Client) -> None:
    response = upload(admin, b"x" * (21 * 1024 * 1024))
    assert response.status_code == 400
    assert "ist größer als 20 MB" in text_of(response)


def test_the_page_names_all_columns_and_kinds(admin: Client) -> None:
    words = text_of(admin.get(PAGE))
    for header in HEADERS:
        assert header in words
    assert "Kürzel (kann fehlen)" in words
    assert "Mitarbeitervertretung" in words
