"""The first page of a head: what is to be done, and the latest results."""

import re
from datetime import date
from html import unescape

import pytest
from check_pages import close
from check_rounds import make_check_round
from client import text_of
from evaluations import make_part, make_request
from factories import make_check, make_person
from office_measures import make_measure

from selfcheck.checks.states import CheckState
from selfcheck.checks.work import months_between
from selfcheck.db import db


@pytest.fixture
def make(app, world):
    def make_in_app(points=3, **changes):
        with app.app_context():
            return make_check(world, points=points, **changes)

    return make_in_app


@pytest.fixture
def start_page(client_of):
    return lambda login: unescape(text_of(client_of(login).get("/")))


def test_a_unit_without_any_check_is_due(client_of, world):
    page = client_of("head33").get("/")
    assert "33 Einheit 33: Es gibt noch keinen Selbstcheck." in text_of(page)
    assert f'href="/selbstchecks/neu?einheit={world.unit_ids["33"]}"' in page.text
    assert "33.1 Einheit" not in page.text  # has a head of its own


@pytest.mark.parametrize(
    ("last_on", "months"),
    [
        (date(2025, 11, 21), None),  # a day short of twelve months
        (date(2025, 11, 20), 12),
        (date(2025, 9, 20), 14),
        (date(2020, 1, 1), 82),
        (date(2026, 11, 20), None),
    ],
)
def test_a_check_is_due_again_after_twelve_months(make, start_page, last_on, months):
    make(checked_on=date(2019, 1, 1))
    make(checked_on=last_on)
    words = start_page("head33")
    due = re.search(r"Der letzte Selbstcheck ist (\d+) Monate her \(([\d.]+)\)", words)
    assert (due and due.groups()) == (months and (str(months), f"{last_on:%d.%m.%Y}"))
    assert (
        "Zurzeit liegt nichts an: Ihre Selbstchecks sind nicht älter als zwölf Monate" in words
    ) == (not months)


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), 0),
        (date(2026, 1, 31), date(2026, 3, 1), 1),
        (date(2024, 2, 29), date(2025, 2, 28), 11),
        (date(2024, 2, 29), date(2025, 3, 1), 12),
        (date(2025, 12, 31), date(2026, 12, 30), 11),
        (date(2025, 12, 31), date(2026, 12, 31), 12),
        (date(2026, 5, 5), date(2026, 5, 5), 0),
    ],
)
def test_whole_months(earlier, later, months):
    assert months_between(earlier, later) == months


def test_drafts_and_checks_of_other_units_do_not_count(make, start_page):
    make(state=CheckState.DRAFT, checked_on=date(2026, 11, 1))
    make(unit="33.1", checked_on=date(2026, 11, 1))
    make(unit="1", checked_on=date(2026, 11, 1))
    assert "33 Einheit 33: Es gibt noch keinen Selbstcheck." in start_page("head33")


def test_a_closed_unit_is_not_due(app, start_page):
    for number in ("33.11", "33.1"):
        close(app, number)
    assert "Es gibt noch keinen Selbstcheck" not in start_page("head33.1")


def test_drafts_are_offered_with_their_progress(make, client_of):
    draft = make({"s1": 5, "s2": 4}, unit="33.1", state=CheckState.DRAFT)
    make({"s1": 5}, unit="50", state=CheckState.DRAFT)
    page = client_of("head33").get("/")
    assert "Entwurf vom 02.03.2026 weiterschreiben (33.1 Einheit 33.1, 2 von 8)" in text_of(page)
    assert f'href="/selbstchecks/{draft}/bearbeiten"' in page.text
    assert page.text.count("weiterschreiben") == 1


def test_the_latest_three_results_newest_first(make, client_of):
    for month, points in ((1, 1), (2, 2), (3, 3), (4, 5)):
        latest = make(points, checked_on=date(2026, month, 1))
    make(unit="50", checked_on=date(2026, 5, 1))
    page = client_of("head33").get("/")
    words = text_of(page)
    found = re.findall(r"(Rot|Gelb|Grün) 33 Einheit 33, ([\d.]+) : (\d+) von 40 Punkten", words)
    assert found == [
        ("Grün", "01.04.2026", "40"),
        ("Gelb", "01.03.2026", "24"),
        ("Rot", "01.02.2026", "16"),
    ]
    assert f'href="/selbstchecks/{latest}"' in page.text
    assert "50 Einheit" not in page.text


def test_nobody_else_sees_checks_on_the_first_page(make, start_page):
    make()
    make(state=CheckState.DRAFT)
    for login in ("officer33", "hr", "commissioner", "admin", "nobody", "head50"):
        words = start_page(login)
        assert "33 Einheit 33" not in words
        assert "Letzte Ergebnisse" not in words


def lines_of(page):
    """Return the lines of the list of what is to be done, in words."""
    (block,) = re.findall(r'<ul class="tasks" id="aufgaben">(.*?)</ul>', page.text, re.DOTALL)
    return [
        " ".join(unescape(re.sub(r"<[^>]+>", "", one)).split())
        for one in re.findall(r"<li>(.*?)</li>", block, re.DOTALL)
    ]


def test_the_most_urgent_stand_there_each_with_its_day_and_a_line_for_the_rest(
    app, world, make, client_of
):
    make(state=CheckState.DRAFT, unit="33.11")
    with app.app_context():
        make_measure(world, due_on=date(2026, 11, 1))
        make_measure(world, due_on=date(2026, 12, 3))
        make_person("1", unit=world.unit_ids["33"], does_media_work=True)
        make_check_round(world, units=["33"], deadline=date(2026, 11, 18))
        make_part(world, "33", deadline=date(2026, 11, 20))
        db.session.commit()
    client = client_of("head33")
    page = client.get("/")
    urgent = [
        "1 Maßnahme überfällig, Termin war der 1. November 2026",
        (
            "Runde „Runde 2026“: seit 2 Tagen überfällig (Frist 18. November 2026), Selbstcheck "
            "für 33 Einheit 33 beginnen"
        ),
        (
            "Auswertung an das Haupt- und Personalamt (33 Einheit 33): heute, am 20. November "
            "2026, ist der letzte Tag, noch nicht bereit gemeldet"
        ),
        "Schulungsauftrag 2026: noch 41 Tage bis zum 31. Dezember 2026, 1 Person offen",
    ]
    assert lines_of(page) == [*urgent, "und 2 weitere"]
    link = re.search(r'<a href="([^"]+)">und 2 weitere</a>', page.text)[1]
    assert lines_of(client.get(link)) == [
        *urgent,
        "1 Maßnahme bald fällig (in den nächsten 30 Tagen), Termin ist der 3. Dezember 2026",
        "Entwurf vom 02.03.2026 weiterschreiben (33.11 Einheit 33.11, 8 von 8)",
    ], "the round asks for the self-check of unit 33 already"


def test_five_lines_need_no_line_for_the_rest(app, world, client_of):
    with app.app_context():
        for day in (1, 2, 3, 4):
            make_check_round(world, units=["33"], title=str(day), deadline=date(2026, 12, day))
        make_person("1", unit=world.unit_ids["33"], does_media_work=True)
        db.session.commit()
    lines = lines_of(client_of("head33").get("/"))
    assert [line[:9] for line in lines] == [*(f"Runde „{day}“" for day in "1234"), "Schulungs"]


def test_many_offices_share_a_line_and_each_is_behind_its_link(app, world, client_of):
    with app.app_context():
        make_request(world, units=["33", "33.1", "33.11"], deadline=date(2026, 12, 1))
        db.session.commit()
    page = client_of("head33").get("/")
    told = (
        "Auswertung an das Haupt- und Personalamt: noch 11 Tage bis zum 1. Dezember 2026, "
        "3 Einheiten haben noch nicht abgegeben"
    )
    assert lines_of(page)[0] == told
    listed = text_of(client_of("head33").get("/auswertung"))
    assert all(f"{number} Einheit {number}" in listed for number in ("33", "33.1", "33.11"))
