"""The commissioner's pages: units, colours, distribution, heat map, words, workbook."""

import re
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from check_pages import rows_of
from client import text_of
from factories import make_check
from office_measures import make_measure
from shares import share
from sqlalchemy import select

from selfcheck.audit.models import AuditEvent
from selfcheck.checks.sharing import ShareLevel
from selfcheck.checks.states import CheckState
from selfcheck.db import db
from selfcheck.organisation.models import Unit

OVERVIEW = "/ueberblick"


@pytest.fixture
def make(app, world):
    """Make a check, and share it if a level is given."""

    def make_in_app(level=None, **changes):
        with app.app_context():
            check_id = make_check(world, **changes)
            if level:
                share(check_id, ShareLevel(level))
            return check_id

    return make_in_app


@pytest.fixture
def measured(app, world):
    """Give office 50 a measure."""
    with app.app_context():
        return make_measure(world, unit="50", wording="Aushänge", responsible="Team 1")


@pytest.fixture
def commissioner(client_of):
    return client_of("commissioner")


def units_of(page):
    return [row[0] for row in rows_of(page)]


def test_without_checks_every_page_says_so(commissioner):
    for page, words in {
        "": "noch keiner",
        "/farben": "Noch teilt keine Organisationseinheit einen Selbstcheck.",
        "/verteilung": "hat keine Organisationseinheit Punkte je Aussage geteilt",
        "/einheiten-und-aussagen": "hat keine Organisationseinheit Punkte je Aussage geteilt",
        "/texte": "Noch teilt keine Organisationseinheit Texte oder Maßnahmen.",
    }.items():
        assert words in text_of(commissioner.get(f"{OVERVIEW}{page}"))


def test_of_unshared_checks_only_whether_there_is_one(make, commissioner):
    make(unit="33", points=5, checked_on=date(2026, 3, 2))
    make(unit="33.1", points=5, checked_on=date(2025, 3, 2))
    make("points", unit="50", points=2, checked_on=date(2026, 5, 4))
    make(unit="50", points=5, checked_on=date(2026, 6, 1))
    make(unit="33.11", state=CheckState.DRAFT)
    page = commissioner.get(OVERVIEW)
    assert rows_of(page) == [
        ["1 Einheit 1", "noch keiner", "–", "nicht geteilt", "–"],
        ["33 Einheit 33", "ja", "–", "nicht geteilt", "–"],
        ["33.1 Einheit 33.1", "nein, länger her", "–", "nicht geteilt", "–"],
        [
            "50 Einheit 50",
            "ja",
            "04.05.2026, 50 Einheit 50 ansehen",
            "Rot 16 von 40",
            "Farbe, Gesamtzahl und Punkte je Aussage",
        ],
    ]
    assert "2 von 4 Einheiten" in text_of(page)
    assert not re.search("02.03.202|01.06.2026|Grün", text_of(page).split("Zurücksetzen")[1])


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("text=EINHEIT 3", ["33 Einheit 33"]),
        ("activity=never", ["1 Einheit 1"]),
        ("activity=recent", ["33 Einheit 33", "50 Einheit 50"]),
        ("colour=green", ["33 Einheit 33"]),
        ("colour=not-shared", ["1 Einheit 1"]),
        ("colour=red&activity=never", []),
        ("sortierung=-punkte", ["33 Einheit 33", "50 Einheit 50", "1 Einheit 1"]),
        ("sortierung=datum", ["1 Einheit 1", "50 Einheit 50", "33 Einheit 33"]),
        ("sortierung=unfug&seite=99", ["1 Einheit 1", "33 Einheit 33", "50 Einheit 50"]),
        ("colour=%00", []),
    ],
)
def test_units_are_narrowed_and_sorted(make, commissioner, query, shown):
    make("colour", unit="33", points=5, checked_on=date(2026, 5, 1))
    make("colour", unit="50", points=1, checked_on=date(2026, 4, 1))
    page = commissioner.get(f"{OVERVIEW}?{query}")
    assert units_of(page) == shown
    if not shown:
        assert "Zu diesem Filter gibt es keine Organisationseinheit." in page.text


def test_the_headline_counts_what_its_filter_finds(app, make, commissioner, world):
    make("colour", unit="33", points=5, checked_on=date(2026, 5, 1))
    make("colour", unit="33.1", points=5, checked_on=date(2025, 11, 20))
    make("colour", unit="33.11", points=5, checked_on=date(2025, 11, 19))
    make(unit="33.11", points=5, checked_on=date(2026, 5, 1))
    make("colour", unit="50", points=1, checked_on=date(2026, 5, 1))
    make("colour", unit="50.1", points=5, checked_on=date(2026, 5, 1))
    with app.app_context():
        db.session.get_one(Unit, world.unit_ids["50.1"]).closed_on = date(2026, 6, 30)
        db.session.commit()
    words = text_of(commissioner.get(OVERVIEW))
    assert "4 von 5 Einheiten" in words
    assert "3 teilen ihn 1 Rot 0 Gelb 2 Grün 1 teilt nur einen, der älter ist" in words
    found = {
        "activity=recent": ["33", "33.1", "33.11", "50"],
        "colour=green": ["33", "33.1"],
        "colour=red": ["50"],
        "colour=yellow": [],
        "colour=older": ["33.11"],
        "colour=not-shared": ["1"],
        "colour=closed": ["50.1"],
    }
    for query, numbers in found.items():
        page = commissioner.get(f"{OVERVIEW}?{query}")
        assert [label.split()[0] for label in units_of(page)] == numbers, query
    (row,) = rows_of(commissioner.get(f"{OVERVIEW}?colour=older"))
    assert row[3] == "Grün, 40 von 40 älter als 12 Monate"
    answer = commissioner.get(f"{OVERVIEW}/selbstchecks.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(answer.data))["Einheiten"]
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert rows[0][-1] == "Zählt als"
    assert [row[-1] for row in rows[1:]] == [
        "nicht geteilt",
        "Grün",
        "Grün",
        "älter als 12 Monate",
        "Rot",
        "geschlossene Einheit",
    ]


def test_a_closed_unit_stays_with_what_it_shares(app, make, commissioner, world):
    make("colour", unit="50", points=5)
    with app.app_context():
        for number in ("33", "50"):
            db.session.get_one(Unit, world.unit_ids[number]).closed_on = date(2026, 6, 30)
        db.session.commit()
    page = commissioner.get(OVERVIEW)
    assert units_of(page) == ["1 Einheit 1", "50 Einheit 50 geschlossen"]
    assert "0 von 1 Einheiten" in text_of(page)


def test_a_closed_unit_is_counted_nowhere(app, make, commissioner, world):
    for number, points in (("33", 5), ("33.1", 1), ("50", 5)):
        make("points", unit=number, points=points, checked_on=date(2026, 5, 1))
    with app.app_context():
        db.session.get_one(Unit, world.unit_ids["50"]).closed_on = date(2026, 6, 30)
        db.session.commit()
    units = text_of(commissioner.get(OVERVIEW))
    assert "2 von 3 Einheiten" in units
    assert "2 teilen ihn 1 Rot 0 Gelb 1 Grün" in units
    words = text_of(commissioner.get("/"))
    assert "2 Organisationseinheiten teilen einen Selbstcheck" in words
    assert "Rot 1, Gelb 0, Grün 1" in words
    page = commissioner.get(f"{OVERVIEW}/verteilung")
    assert "2 Organisationseinheiten zählen mit" in text_of(page)
    assert rows_of(page)[0] == ["stimme voll zu (5)", "1", "50,0 %"]
    page = commissioner.get(f"{OVERVIEW}/einheiten-und-aussagen")
    assert units_of(page) == ["33 Einheit 33", "33.1 Einheit 33.1"]
    answer = commissioner.get(f"{OVERVIEW}/selbstchecks.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(answer.data))["Verteilung"]
    first = next(sheet.iter_rows(min_row=5, values_only=True))
    assert first[2:7] == (1, 0, 0, 0, 1)
    # What it shared stays to be read.
    assert rows_of(commissioner.get(f"{OVERVIEW}/farben"))[0][-1] == "3"


def test_the_colours_of_half_years_as_picture_and_table(make, commissioner):
    make("colour", points=1, checked_on=date(2025, 3, 1))
    make("all", points=5, checked_on=date(2026, 3, 1))
    make(points=5, checked_on=date(2026, 4, 1))
    page = commissioner.get(f"{OVERVIEW}/farben")
    assert rows_of(page) == [
        ["1. Halbjahr 2025", "1", "0", "0", "1"],
        ["2. Halbjahr 2025", "0", "0", "0", "0"],
        ["1. Halbjahr 2026", "0", "0", "1", "1"],
    ]
    assert "1. Halbjahr 2026: 0 Rot, 0 Gelb, 1 Grün." in text_of(page)


def test_the_distribution_counts_each_unit_once_with_full_text(make, commissioner):
    make("points", unit="33", points=5, checked_on=date(2026, 5, 1))
    make("points", unit="33", points=1, checked_on=date(2026, 2, 1))
    make("all", unit="50", points=4, checked_on=date(2026, 5, 1))
    make("colour", unit="33.1", points=1, checked_on=date(2026, 5, 1))
    make("all", unit="1", points=1, checked_on=date(2025, 11, 19))
    page = commissioner.get(f"{OVERVIEW}/verteilung")
    assert "2 Organisationseinheiten zählen mit" in text_of(page)
    assert rows_of(page)[:5] == [
        ["stimme voll zu (5)", "1", "50,0 %"],
        ["stimme eher zu (4)", "1", "50,0 %"],
        ["stimme teilweise zu (3)", "0", "0,0 %"],
        ["stimme eher nicht zu (2)", "0", "0,0 %"],
        ["stimme gar nicht zu (1)", "0", "0,0 %"],
    ]
    assert "7. Auftretende Beschwerden von Bürger*innen werden von uns ernst" in text_of(page)


def test_the_heat_map_shows_each_number_with_a_way_to_its_check(make, commissioner):
    points = {f"s{number}": 1 + number % 5 for number in range(1, 9)}
    check = make("points", unit="33", points=points)
    make("points", unit="50", points=5)
    page = commissioner.get(f"{OVERVIEW}/einheiten-und-aussagen?sortierung=-s1")
    assert [row[0] for row in rows_of(page)] == ["50 Einheit 50", "33 Einheit 33"]
    assert rows_of(page)[1][1:9] == [str(one) for one in points.values()]
    assert f'href="/ueberblick/selbstchecks/{check}"' in page.text
    assert 'title="Wir können mit ratsuchenden' in page.text
    assert 'href="/ueberblick/verteilung#aussage-8"' in page.text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Übersetzer*innen", "Schilder für Gäste", "Aushänge"]),
        ("text=ubersetzer", ["Übersetzer*innen"]),
        ("text=gaste SCHILD", ["Schilder für Gäste"]),
        ("text=Team", ["Aushänge"]),
        ("text=%25", []),
        ("question=measure", ["Aushänge"]),
        ("question=next_steps", ["Übersetzer*innen", "Schilder für Gäste"]),
        ("question=gibt-es-nicht", []),
    ],
)
def test_words_are_found(measured, make, commissioner, query, shown):
    assert measured
    make("all", unit="33", texts={"next_steps": "Übersetzer*innen"})
    make("points", unit="33.1", texts={"next_steps": "Übersetzer*innen"})
    make("all", unit="50", texts={"next_steps": "Schilder für Gäste"})
    page = commissioner.get(f"{OVERVIEW}/texte?{query}")
    assert [row[3].split(" geplant")[0] for row in rows_of(page)] == shown


def test_words_of_one_unit(make, world, commissioner):
    for unit in ("33", "50"):
        make("all", unit=unit, texts={"next_steps": f"von {unit}"})
    page = commissioner.get(f"{OVERVIEW}/texte?unit={world.unit_ids['50']}")
    assert [row[3] for row in rows_of(page)] == ["von 50"]
    page = commissioner.get(f"{OVERVIEW}/texte?unit={world.unit_ids['33.1']}")
    assert rows_of(page) == []


def test_the_workbook_is_what_the_pages_show_and_is_recorded(app, make, commissioner):
    make("all", unit="33", points=4, texts={"next_steps": "=1+1"})
    make(unit="50", points=1)
    answer = commissioner.get(f"{OVERVIEW}/selbstchecks.xlsx")
    name = "selbstchecks-2026-11-20.xlsx"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert answer.headers["Content-Type"] == kind
    workbook = openpyxl.load_workbook(BytesIO(answer.data))
    rows = [row[:2] for row in workbook["Einheiten"].iter_rows(min_row=5, values_only=True)]
    assert rows == [
        ("1 Einheit 1", "noch keiner"),
        ("33 Einheit 33", "ja"),
        ("50 Einheit 50", "ja"),
    ]
    (text,) = workbook["Texte"].iter_rows(min_row=5)
    assert (text[4].value, text[4].data_type) == ("=1+1", "s")
    with app.app_context():
        actions = list(db.session.scalars(select(AuditEvent.action)))
    assert actions.count("shared-checks-exported") == 1


def test_the_first_page_counts_what_is_shared(make, commissioner, client_of):
    make("colour", unit="33", points=5, checked_on=date(2026, 5, 1))
    make("all", unit="50", points=1, checked_on=date(2026, 5, 1))
    make("all", unit="1", points=1, checked_on=date(2024, 5, 1))
    words = text_of(commissioner.get("/"))
    assert "2 Organisationseinheiten teilen einen Selbstcheck der letzten 12 Monate" in words
    assert "Rot 1, Gelb 0, Grün 1" in words
    assert "Geteilte Selbstchecks" not in text_of(client_of("head33").get("/"))


def test_the_way_to_these_pages_is_the_commissioners_alone(client_of):
    for login in ("commissioner", "head33", "hr", "admin"):
        has_entry = "Selbstchecks der Stadt" in client_of(login).get("/hilfe").text
        assert has_entry == (login == "commissioner")
