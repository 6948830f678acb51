"""The list of checks: newest first, only the own ones, narrowed by unit and colour."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from check_pages import STATEMENTS, continued, filled_in, new_address, rows_of
from client import text_of
from factories import make_check
from queries import MAX_QUERIES, counted_queries

from selfcheck.checks.states import CheckState

LIST = "/selbstchecks"


@pytest.fixture
def make(app, world):
    def make_in_app(points=3, **changes):
        with app.app_context():
            return make_check(world, points=points, **changes)

    return make_in_app


def days_of(page):
    return [row[1] for row in rows_of(page)]


def test_what_a_row_says(make, client_of):
    make(5, unit="33.1", by="head33.1", checked_on=date(2026, 5, 4))
    make({"s1": 1, "s2": 1}, state=CheckState.DRAFT, checked_on=date(2026, 6, 1))
    page = client_of("head33").get(LIST)
    assert [row[:6] for row in rows_of(page)] == [
        ["33 Einheit 33", "01.06.2026", "Person head33", "–", "2 von 8 beantwortet", "Entwurf"],
        ["33.1 Einheit 33.1", "04.05.2026", "Person head33.1", "40", "Grün", "ausgewertet"],
    ]
    assert rows_of(page)[1][6] == "Verlauf von 33.1 Einheit 33.1"
    assert "2 Selbstchecks" in text_of(page)


def test_a_row_leads_to_the_form_or_the_result(make, client_of):
    draft, check = make(state=CheckState.DRAFT), make()
    page = client_of("head33").get(LIST).text
    assert f'href="/selbstchecks/{draft}/bearbeiten"' in page
    assert f'href="/selbstchecks/{check}"' in page


def test_the_newest_come_first(make, client_of):
    for month in (3, 1, 7, 5):
        make(checked_on=date(2026, month, 1))
    days = days_of(client_of("head33").get(LIST))
    assert days == ["01.07.2026", "01.05.2026", "01.03.2026", "01.01.2026"]


@pytest.mark.parametrize(
    ("login", "units"),
    [("head33", {"33", "33.1", "33.11"}), ("head33.1", {"33.1", "33.11"}), ("head50", {"50"})],
)
def test_only_checks_of_the_own_units_and_below_are_there(make, client_of, login, units):
    for unit in ("1", "33", "33.1", "33.11", "50"):
        make(unit=unit)
    page = client_of(login).get(LIST)
    assert {row[0].split()[0] for row in rows_of(page)} == units
    assert f"{len(units)} Selbstcheck" in text_of(page)


COLOURS = {"red": "Rot", "yellow": "Gelb", "green": "Grün"}
ALL = {"Rot", "Gelb", "Grün", "Entwurf"}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ALL),
        ("colour=red", {"Rot"}),
        ("colour=yellow", {"Gelb"}),
        ("colour=green", {"Grün"}),
        ("colour=draft", {"Entwurf"}),
        ("colour=", ALL),
        ("unit=33.1&colour=green", {"Grün"}),
        ("unit=33.1", {"Grün"}),
        ("unit=33.1&colour=red", set()),
        ("unit=33.11", set()),
    ],
)
def test_the_filter(make, world, client_of, query, shown):
    for total in (8, 18, 19, 29):  # both ends of a colour
        make(with_total(total))
    for total in (30, 40):
        make(with_total(total), unit="33.1")
    make(state=CheckState.DRAFT)
    query = re.sub(r"unit=([\d.]+)", lambda found: f"unit={world.unit_ids[found[1]]}", query)
    page = client_of("head33").get(f"{LIST}?{query}")
    kinds = [row[5] if row[5] == "Entwurf" else row[4] for row in rows_of(page)]
    assert set(kinds) == shown
    assert all(kinds.count(colour) == 2 for colour in shown - {"Entwurf"})
    if not shown:
        assert "Zu diesem Filter gibt es keinen Selbstcheck." in page.text


def with_total(total):
    """Return points of all statements that add up."""
    each, rest = divmod(total, 8)
    return {one: each + (index < rest) for index, one in enumerate(STATEMENTS)}


@pytest.mark.parametrize(
    "query",
    [
        "unit=abc",
        "unit=-1",
        f"unit={'9' * 40}",
        "unit=%00",
        "unit=foreign",
        "colour=blue",
        "colour=%00",
        "colour=red' OR 1=1 --",
        "seite=-1",
        "seite=0",
        "seite=abc",
        f"seite={'9' * 40}",
        "seite=%00",
        "seite=1&seite=2",
        "unknown=1",
        "unit=&colour=&seite=",
    ],
)
def test_a_filter_that_makes_no_sense_gives_a_normal_page(make, world, client_of, query):
    make()
    make(unit="50")
    query = query.replace("foreign", str(world.unit_ids["50"]))
    page = client_of("head33").get(f"{LIST}?{query}")
    assert page.status_code == 200
    assert [row[0] for row in rows_of(page)] == ["33 Einheit 33"]


def test_a_page_holds_25_and_the_next_one_keeps_the_filter(make, client_of, world):
    for number in range(27):
        make(1, checked_on=date(2026, 1, 1) + timedelta(days=number))
    make(5)
    client = client_of("head33")
    address = f"{LIST}?unit={world.unit_ids['33']}&colour=red"
    first = client.get(address)
    assert len(rows_of(first)) == 25
    assert "27 Selbstchecks" in text_of(first)
    assert "Seite 1 von 2" in first.text
    next_address = unescape(re.search(r'rel="next" href="([^"]+)"', first.text)[1])
    assert next_address == f"{address}&seite=2"
    second = client.get(next_address)
    assert days_of(second) == ["02.01.2026", "01.01.2026"]
    assert {row[4] for row in rows_of(second)} == {"Rot"}
    previous = unescape(re.search(r'rel="prev" href="([^"]+)"', second.text)[1])
    assert days_of(client.get(previous)) == days_of(first)
    assert not set(days_of(first)) & set(days_of(second))
    assert days_of(client.get(f"{address}&seite=99")) == days_of(second)


@pytest.mark.parametrize(("number", "pages"), [(25, 1), (26, 2)])
def test_25_checks_need_one_page(make, client_of, number, pages):
    for _ in range(number):
        make()
    page = client_of("head33").get(LIST)
    assert ("Seite 1 von" in page.text) == (pages > 1)


def test_checks_of_one_day_and_moment_are_shown_once_each(make, client_of):
    made = {str(make()) for _ in range(30)}
    client = client_of("head33")
    pages = [client.get(f"{LIST}?seite={number}").text for number in (1, 2)]
    shown = re.findall(r'href="/selbstchecks/([-0-9a-f]{36})"', "".join(pages))
    assert sorted(shown) == sorted(made)


def test_an_empty_list_says_why_and_offers_the_next_step(client_of):
    page = client_of("head33").get(LIST)
    assert "gibt es noch keinen Selbstcheck" in page.text
    assert 'href="/selbstchecks/neu"' in page.text


@pytest.mark.parametrize("page", ["list", "filtered", "new", "draft", "result", "start"])
def test_a_page_asks_the_database_as_often_for_100_checks_as_for_5(app, make, client_of, page):
    client = client_of("head33")
    draft, check = make({"s1": 2}, state=CheckState.DRAFT), make(texts={"next_steps": "x"})
    address = {
        "list": LIST,
        "filtered": f"{LIST}?colour=yellow&seite=1",
        "new": f"{LIST}/neu",
        "draft": f"{LIST}/{draft}/bearbeiten",
        "result": f"{LIST}/{check}",
        "start": "/",
    }[page]
    counts = []
    for number in (3, 95):
        make_many(make, number)
        with counted_queries(app) as asked:
            assert client.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= MAX_QUERIES, "\n\n".join(asked)


def make_many(make, number):
    for index in range(number):
        unit = ("33", "33.1", "33.11")[index % 3]
        by = ("head33", "head33.1")[index % 2]
        make(unit=unit, by=by, state=tuple(CheckState)[index % 4 > 0])


def test_saving_asks_the_database_a_bounded_number_of_times(app, world, client_of):
    client = client_of("head33")
    _, address = new_address()
    client.send(address, filled_in(world, points={"s1": 1}))
    sent = continued(client, address, filled_in(world, next_steps="x", action="submit"))
    with counted_queries(app) as asked:
        assert client.send(address, sent).status_code == 302
    assert len(asked) <= 22, "\n\n".join(asked)
