"""The list of measures: overdue ones first, narrowed, sorted, and as a workbook."""

import re
from datetime import date
from io import BytesIO

import pytest
from check_pages import close, rows_of
from client import text_of
from office_measures import make_measure
from openpyxl import load_workbook

from selfcheck.checks.measures import MeasureState

LIST = "/massnahmen"


@pytest.fixture
def make(app, world):
    def make_in_app(**changes):
        with app.app_context():
            return make_measure(world, **changes)

    return make_in_app


@pytest.fixture
def several(make):
    """Measures of 33 and below, named after what they are on 20.11.2026."""
    make(wording="ohne Tag", statement_id=None)
    make(wording="fern", due_on=date(2027, 3, 1), responsible="Zoll")
    make(wording="fällig", due_on=date(2026, 12, 20), state=MeasureState.STARTED, unit="33.1")
    make(wording="überfällig", due_on=date(2026, 11, 19), unit="33.11", responsible="Ämter")
    make(wording="lange her", due_on=date(2026, 1, 1), statement_id="s2", responsible="Amt")
    make(wording="fertig", due_on=date(2026, 2, 1), state=MeasureState.DONE)


def read_xlsx(content):
    sheet = load_workbook(BytesIO(content)).active
    return [[value or "" for value in row] for row in sheet.iter_rows(values_only=True)]


def wordings_of(page):
    return [row[0] for row in rows_of(page)]


def test_what_a_row_says(make, client_of):
    measure_id = make(
        due_on=date(2026, 11, 19), responsible="Sachgebiet 33.11", state=MeasureState.STARTED
    )
    page = client_of("head33").get(LIST)
    (row,) = rows_of(page)
    assert row[:4] == ["Aushänge überarbeiten", "33 Einheit 33", "Aussage 5", "Sachgebiet 33.11"]
    assert row[4].split() == ["19.11.2026", "überfällig"]
    assert row[5].startswith("begonnen ")
    assert re.search(r'value="started" selected', page.text)
    assert f'href="/massnahmen/{measure_id}/bearbeiten"' in page.text
    assert "1 Maßnahme " in text_of(page)


def test_overdue_ones_come_first_and_ended_ones_last(several, client_of):
    found = wordings_of(client_of("head33").get(LIST))
    assert found == ["lange her", "überfällig", "fällig", "fern", "ohne Tag", "fertig"]


@pytest.mark.parametrize(
    ("query", "wordings"),
    [
        ("?due=overdue", ["lange her", "überfällig"]),
        ("?due=due", ["fällig"]),
        ("?state=open", ["lange her", "überfällig", "fällig", "fern", "ohne Tag"]),
        ("?state=done", ["fertig"]),
        ("?state=dropped", []),
        ("?statement=2025-05-07/s2", ["lange her"]),
        ("?statement=2025-05-07/s5&due=overdue", ["überfällig"]),
        ("?state=unheard-of", []),
        ("?unit=999999", []),
        ("?sortierung=massnahme", ["fällig", "fern", "fertig", "lange her", "ohne Tag"]),
        ("?sortierung=-aussage", ["ohne Tag", "überfällig", "fällig", "fern", "fertig"]),
    ],
)
def test_narrowed_and_sorted(several, client_of, query, wordings):
    page = client_of("head33").get(LIST + query)
    found = [one for one in wordings_of(page) if one in wordings or "sortierung" not in query]
    assert found == wordings
    if not wordings:
        assert "Zu diesem Filter gibt es keine Maßnahme." in text_of(page)


@pytest.mark.parametrize(
    ("column", "first", "last"),
    [
        ("einheit", "lange her", "überfällig"),
        ("verantwortlich", "fällig", "fern"),
        ("termin", "lange her", "ohne Tag"),
        ("stand", "lange her", "fertig"),
        ("-termin", "ohne Tag", "lange her"),
    ],
)
def test_sorted_by_each_column(several, client_of, column, first, last):
    found = wordings_of(client_of("head33").get(f"{LIST}?sortierung={column}"))
    assert (found[0], found[-1]) == (first, last)


def test_umlauts_stand_where_din_5007_has_them(several, client_of):
    rows = rows_of(client_of("head33").get(f"{LIST}?sortierung=verantwortlich"))
    assert [row[3] for row in rows][3:] == ["Amt", "Ämter", "Zoll"]


def test_only_measures_of_the_own_units_and_below_are_there(several, make, client_of, world):
    make(unit="50", by="head50", wording="fremd")
    assert "fremd" not in wordings_of(client_of("head33").get(LIST))
    assert set(wordings_of(client_of("head33.1").get(LIST))) == {"fällig", "überfällig"}
    assert wordings_of(client_of("head50").get(LIST)) == ["fremd"]
    foreign = f"{LIST}?unit={world.unit_ids['50']}"
    assert wordings_of(client_of("head33").get(foreign)) == []


def test_a_closed_unit_keeps_its_measures(app, several, client_of, world):
    close(app, "33.11")
    page = client_of("head33").get(f"{LIST}?unit={world.unit_ids['33.11']}")
    assert wordings_of(page) == ["überfällig"]


def test_the_workbook_holds_exactly_what_the_list_shows(several, client_of):
    client = client_of("head33")
    response = client.get(f"{LIST}/liste.xlsx?due=overdue&sortierung=-massnahme")
    assert response.headers["Content-Disposition"].endswith("massnahmen-2026-11-20.xlsx")
    rows = read_xlsx(response.data)
    assert rows[0][0] == "Maßnahmen aus dem Selbstcheck"
    assert "Termin: überfällig · 2 Maßnahmen" in rows[1][0]
    assert rows[-2:] == [
        ["überfällig", "33.11 Einheit 33.11", "Aussage 5", "Ämter", "19.11.2026", "geplant",
         "überfällig"],
        ["lange her", "33 Einheit 33", "Aussage 2", "Amt", "01.01.2026", "geplant", "überfällig"],
    ]  # fmt: skip


def test_formulas_and_markup_stay_text(make, client_of):
    make(wording='=HYPERLINK("x") <b>fett</b>')
    client = client_of("head33")
    assert "<b>fett</b>" not in client.get(LIST).text
    assert read_xlsx(client.get(f"{LIST}/liste.xlsx").data)[-1][0] == '=HYPERLINK("x") <b>fett</b>'


def test_a_long_list_has_pages_and_keeps_its_filter(make, client_of):
    for number in range(27):
        make(wording=f"Nummer {number}")
    client = client_of("head33")
    page = client.get(f"{LIST}?state=planned")
    assert len(rows_of(page)) == 25
    assert "27 Maßnahmen" in text_of(page)
    following = re.search(r'rel="next" href="([^"]+)"', page.text)[1].replace("&amp;", "&")
    assert len(rows_of(client.get(following))) == 2


def test_where_there_is_nothing_the_way_to_a_first_measure_is_shown(client_of):
    page = client_of("head33").get(LIST)
    assert "Noch ist keine Maßnahme eingetragen." in text_of(page)
    assert page.text.count('href="/massnahmen/neu"') == 2


def test_the_entry_of_the_navigation_is_that_of_the_checks(client_of):
    page = client_of("head33").get(LIST).text
    assert re.search(r'href="/selbstchecks" aria-current="page"', page)


def test_the_first_page_counts_what_is_overdue_and_due(several, make, client_of):
    make(unit="50", by="head50", due_on=date(2026, 1, 1))
    client = client_of("head33")
    page = client.get("/")
    words = text_of(page)
    assert "2 Maßnahmen überfällig , der früheste Termin war der 1. Januar 2026" in words
    due = "1 Maßnahme bald fällig (in den nächsten 30 Tagen), Termin ist der 20. Dezember 2026"
    assert due in words
    assert words.index("überfällig") < words.index("bald fällig")
    for link, count in re.findall(r'href="(/massnahmen\?[^"]+)">(\d+) ', page.text):
        assert len(rows_of(client.get(link))) == int(count)
    assert "Maßnahme" not in text_of(client_of("hr").get("/"))


def test_the_page_of_a_unit_shows_what_is_due(several, client_of, world):
    unit_id = world.unit_ids["33"]
    page = client_of("head33").get(f"/einheiten/{unit_id}")
    assert wordings_of(page) == ["lange her"]
    assert f'href="/massnahmen?unit={unit_id}"' in page.text
    assert "Maßnahme" not in text_of(client_of("hr").get(f"/einheiten/{unit_id}"))
