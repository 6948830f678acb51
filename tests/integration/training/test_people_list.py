"""The list of people: who is found, in which order, on which page."""

import re
from datetime import date
from html import unescape
from urllib.parse import quote

import pytest
import time_machine
from access_things import make_question
from check_pages import rows_of
from client import text_of
from factories import LONG_AGO, make_person, make_training, make_unit

from selfcheck.db import db
from selfcheck.staff.models import Person
from selfcheck.training.kinds import Area, Outcome
from selfcheck.training.standing import STATE_LABELS, State

LIST = "/personal"
EMPLOYEE = {"has_citizen_contact": True}
MANAGER = {"is_manager": True}


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

    def put_in_app(last_name, *, number=None, unit="33", training=None, question=None, **changes):
        with app.app_context():
            unit_id = world.unit_ids.get(unit, unit)
            number = number or last_name
            person = make_person(number, unit=unit_id, last_name=last_name, **changes)
            if training is not None:
                record = make_training(person, **{"evidence": True} | training)
                if question is not None:
                    record.question = make_question(world, "33")
                    record.question.outcome = question
                    record.question.decided_at = LONG_AGO if question else None
            db.session.commit()
            return person.id

    return put_in_app


CASES = {
    State.NO_TRAINING: EMPLOYEE,
    State.NO_EVIDENCE: EMPLOYEE | {"training": {"evidence": False}},
    State.AREA_OPEN: EMPLOYEE | {"training": {"area": None}},
    State.PLANNED: EMPLOYEE | {"training": {"first_day": date(2026, 12, 10)}},
    State.TOO_SHORT: EMPLOYEE | {"training": {"duration_minutes": 315}},
    State.OUTSIDE_PERIOD: EMPLOYEE | {"training": {"first_day": date(2020, 12, 31)}},
    State.REJECTED: EMPLOYEE | {"training": {}, "question": Outcome.REJECTED},
    State.OTHER_AREA: MANAGER | {"training": {"area": Area.MULTILINGUAL}},
    State.FULFILLED: MANAGER | {"training": {}},
    State.OUTSIDE: {"training": {}},
    State.TO_COME: EMPLOYEE | {"first_day": date(2026, 11, 25)},
    State.LEFT: EMPLOYEE | {"last_day": date(2026, 11, 23)},
}
OPEN = list(State)[:9]


@pytest.fixture
def one_of_each(app, world, put):
    """Make somebody in every state, who is named by it; the names run against the order."""
    for state, case in CASES.items():
        put(state.value, **case)
    put(State.AWAITS_DECISION.value, **EMPLOYEE)
    with app.app_context():
        record = make_training(find(State.AWAITS_DECISION.value), area=None, evidence=True)
        record.question = make_question(world, "33")
        db.session.commit()


def find(number):
    return db.session.query(Person).filter_by(number=number).one()


def names_on(page):
    return [row[1].split(",")[0] for row in rows_of(page)]


@pytest.mark.usefixtures("one_of_each")
def test_the_states_are_all_there_and_say_why(officer):
    page = officer.get(LIST)
    shown = {row[1].split(",")[0]: row[4:] for row in rows_of(page)}
    assert shown == {
        "no-training": ["Beschäftigte", "offen", "keine Schulung eingetragen"],
        "no-evidence": ["Beschäftigte", "offen", "Nachweis fehlt"],
        "awaits-decision": ["Beschäftigte", "offen", "wartet auf Entscheidung"],
        "area-open": ["Beschäftigte", "offen", "Kompetenzbereich offen"],
        "planned": ["Beschäftigte", "offen", "geplant bis 10.12.2026"],
        "too-short": ["Beschäftigte", "offen", "5,25 von 6 Stunden"],
        "outside-period": ["Beschäftigte", "offen", "vor dem 01.01.2021 abgeschlossen"],
        "rejected": ["Beschäftigte", "offen", "nicht anerkannt"],
        "other-area": ["Führungskräfte", "offen", "anderer Bereich nötig"],
        "fulfilled": ["Führungskräfte", "erfüllt", "Interkulturelle Kommunikation, 14.03.2024"],
        "outside": ["–", "nicht in der Zielgruppe", "–"],
        "to-come": ["Beschäftigte", "zurzeit nicht hier", "–"],
    }
    assert "12 Personen" in text_of(page), "without those who left"


@pytest.mark.usefixtures("one_of_each")
def test_those_with_something_to_do_come_first(officer, put):
    put("Öz", **EMPLOYEE)
    put("Zander", **EMPLOYEE)
    put("Abel", **EMPLOYEE | {"training": {}})
    expected = ["no-training", "Öz", "Zander", *(state.value for state in OPEN[1:])]
    expected += ["Abel", "fulfilled", "outside", "to-come"]
    assert names_on(officer.get(LIST)) == expected


@pytest.mark.one_database
@pytest.mark.parametrize("state", State)
@pytest.mark.usefixtures("one_of_each")
def test_the_filter_finds_each_state(officer, state):
    page = officer.get(f"{LIST}?state={state.value}")
    assert names_on(page) == [state.value]
    option = f'<option selected value="{state.value}">{STATE_LABELS[state]}</option>'
    assert option in page.text
    assert "1 Person" in text_of(page)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("state=open", OPEN),
        ("state=target", [*OPEN, State.FULFILLED]),
        ("group=Führungskräfte", [State.OTHER_AREA, State.FULFILLED]),
        ("group=Führungskräfte&state=open", [State.OTHER_AREA]),
        ("group=Beschäftigte&state=fulfilled", []),
        ("group=Beschäftigte&state=open", OPEN[:8]),
        ("group=Beschäftigte&state=left", [State.LEFT]),
        ("text=open&state=open", [State.AREA_OPEN]),
    ],
)
@pytest.mark.usefixtures("one_of_each")
def test_filters_are_combined(officer, query, shown):
    page = officer.get(f"{LIST}?{query}")
    assert names_on(page) == [state.value for state in shown]
    if not shown:
        assert "Zu diesem Filter gibt es niemanden." in page.text
        assert "Diese Liste als XLSX" not in page.text


@pytest.fixture
def four(app, world, put):
    """Four people in units whose numbers sort 33, 33.1, 33.2, 33.11."""
    with app.app_context():
        unit = make_unit("33.2")
        unit.parent_id = world.unit_ids["33"]
        db.session.commit()
        second = unit.id
    put("Zander", number="0010", unit="33.11", **MANAGER)
    put("Ähren", number="0009", first_name="Jörg", **EMPLOYEE | {"training": {}})
    put("Abel-Groß", number="0100", unit=second)
    put("Öhm", number="0002", unit="33.1", **EMPLOYEE | {"training": {"evidence": False}})
    put("Geheim", number="0050", unit="50", **EMPLOYEE)
    return second


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ähren", ["Ähren"]),
        ("Ahren", ["Ähren"]),
        ("ÖHM", ["Öhm"]),
        ("hm", ["Öhm"]),
        ("gross", ["Abel-Groß"]),
        ("GROẞ", ["Abel-Groß"]),
        ("jorg", ["Ähren"]),
        ("Jörg Ähren", ["Ähren"]),
        ("ähren  jörg", ["Ähren"]),  # in any order
        ("Erika Jörg", []),  # each word must be there
        ("Öhm 0002", ["Öhm"]),
        ("0009", ["Ähren"]),
        ("00", ["Zander", "Öhm", "Ähren", "Abel-Groß"]),
        (" öhm ", ["Öhm"]),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("Geheim", []),  # works in a foreign unit
        ("0050", []),
        ("\x00", []),
        ("x" * 3000, []),
    ],
)
@pytest.mark.usefixtures("four")
def test_people_are_found_by_name_and_number(officer, text, shown):
    page = officer.get(f"{LIST}?text={quote(text)}")
    assert page.status_code == 200
    assert names_on(page) == shown


def test_the_unit_filter_means_just_this_unit(officer, world, four):
    for unit, name in ((world.unit_ids["33"], "Ähren"), (four, "Abel-Groß")):
        assert names_on(officer.get(f"{LIST}?unit={unit}")) == [name]


@pytest.mark.parametrize(
    "query",
    ["unit=50", "unit=x", "unit=%00", f"unit={'9' * 40}", "group=Alle", "state=Unsinn"],
)
@pytest.mark.usefixtures("four")
def test_a_filter_that_makes_no_sense_shows_nobody_and_says_so(officer, world, query):
    query = query.replace("unit=50", f"unit={world.unit_ids['50']}")
    page = officer.get(f"{LIST}?{query}")
    assert names_on(page) == []
    assert "Keine gültige Auswahl." in text_of(page)
    assert "Zu diesem Filter gibt es niemanden." in text_of(page)
    for kind in ("xlsx", "csv"):
        assert officer.get(f"{LIST}/liste.{kind}?{query}").status_code == 200


@pytest.mark.parametrize("query", ["seite=x", "sortierung=x"])
@pytest.mark.usefixtures("four")
def test_an_order_that_makes_no_sense_is_as_good_as_none(officer, query):
    page = officer.get(f"{LIST}?{query}")
    assert names_on(page) == ["Zander", "Öhm", "Ähren", "Abel-Groß"]
    assert "Geheim" not in page.text


@pytest.mark.usefixtures("four")
def test_a_state_that_does_not_exist_gives_a_normal_page(officer):
    for state in ("Unsinn", "%00", "present"):
        assert officer.get(f"{LIST}?state={state}").status_code == 200


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("column", "up", "down"),
    [
        ("name", "Abel-Groß Ähren Öhm Zander Zander2", "Zander2 Zander Öhm Ähren Abel-Groß"),
        ("nummer", "Öhm Ähren Zander Zander2 Abel-Groß", "Abel-Groß Zander2 Zander Ähren Öhm"),
        # What is alike stays by name, whatever the direction.
        ("einheit", "Ähren Öhm Abel-Groß Zander Zander2", "Zander Zander2 Abel-Groß Öhm Ähren"),
        ("gruppe", "Ähren Öhm Zander Zander2 Abel-Groß", "Abel-Groß Zander Zander2 Ähren Öhm"),
        ("stand", "Zander Zander2 Öhm Ähren Abel-Groß", "Abel-Groß Ähren Öhm Zander Zander2"),
    ],
)
@pytest.mark.usefixtures("four")
def test_each_header_sorts_in_both_directions(officer, put, column, up, down):
    put("Zander2", number="0011", unit="33.11", **MANAGER)
    link = re.compile(rf'href="(/personal\?[^"]*sortierung=-?{column})"')
    first = officer.get(unescape(link.search(officer.get(f"{LIST}?text=00").text)[1]))
    assert names_on(first) == up.split()
    assert first.text.count('aria-sort="ascending"') == 1
    second = officer.get(unescape(link.search(first.text)[1]))
    assert names_on(second) == down.split()
    assert second.text.count('aria-sort="descending"') == 1
    third = officer.get(unescape(link.search(second.text)[1]))
    assert names_on(third) == up.split()
    assert 'value="00"' in third.text, "the search is kept"


def link_on(page, rel):
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page.text)
    assert found, text_of(page)
    return unescape(found[1])


def test_a_page_holds_25_and_keeps_filter_and_order(officer, put, world):
    for number in range(52):
        put(f"N{number:02}", **EMPLOYEE)
    put("fertig", **EMPLOYEE | {"training": {}})
    chosen = f"?text=n&unit={world.unit_ids['33']}&group=Beschäftigte&state=open"
    first = officer.get(f"{LIST}{chosen}&sortierung=-name")
    assert "52 Personen" in text_of(first)
    assert "Seite 1 von 3" in first.text
    second = officer.get(link_on(first, "next"))
    third = officer.get(link_on(second, "next"))
    names = [names_on(page) for page in (first, second, third)]
    assert [len(one) for one in names] == [25, 25, 2]
    assert [name for page in names for name in page] == [
        f"N{number:02}" for number in range(51, -1, -1)
    ]
    assert 'rel="next"' not in third.text
    assert names_on(officer.get(link_on(third, "prev"))) == names[1]
    turned = re.search(r'href="([^"]*sortierung=name)"', third.text)
    page = officer.get(unescape(turned[1]))
    assert names_on(page) == [f"N{number:02}" for number in range(25)], "from the first page on"
    assert "52 Personen" in text_of(page)
    assert names_on(officer.get(f"{LIST}{chosen}&sortierung=-name&seite=99")) == names[2]


@pytest.mark.one_database
@pytest.mark.parametrize(("number", "pages"), [(25, 1), (26, 2)])
def test_25_people_need_one_page(officer, put, number, pages):
    for index in range(number):
        put(f"N{index:02}")
    assert ("Seite 1 von" in officer.get(LIST).text) == (pages > 1)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("login", "query", "told", "link"),
    [
        ("officer33", "", "Noch ist niemand eingetragen.", "Personalliste importieren"),
        ("head33", "", "Das übernehmen die Fortbildungsbeauftragten.", None),
        ("officer33", "?text=x", "Zu diesem Filter gibt es niemanden.", "Alle zeigen"),
        ("head33", "?state=open", "Zu diesem Filter gibt es niemanden.", "Alle zeigen"),
        ("officer33", "?text=&unit=&group=&state=", "Noch ist niemand eingetragen.", "Personal"),
    ],
)
def test_an_empty_list_says_why(client_of, *, login, query, told, link):
    page = client_of(login).get(f"{LIST}{query}")
    state = page.text.split('class="empty-state"')[1].split("</div>")[0]
    assert told in state
    assert ("<a " in state) == (link is not None)
    assert link is None or link in state
    assert "<tbody" not in page.text


@pytest.mark.usefixtures("four")
def test_a_head_sees_the_same_rows_and_has_no_buttons(client_of, officer):
    page = client_of("head33").get(LIST)
    assert rows_of(page) == [row[1:] for row in rows_of(officer.get(LIST))]
    for word in (
        "Schulung eintragen",
        "Person anlegen",
        "importieren",
        "kontakt setzen",
        "checkbox",
    ):
        assert word not in page.text
    assert "Diese Liste als XLSX" in page.text


@pytest.mark.one_database
def test_a_name_is_text_and_nothing_else(officer, put):
    put("<b>Fett</b>", number="<i>1", first_name='"onclick="x', **EMPLOYEE)
    page = officer.get(LIST)
    assert "&lt;b&gt;Fett&lt;/b&gt;" in page.text
    assert "<b>Fett" not in page.text
    assert "<i>1" not in page.text
    assert '"onclick="x' not in page.text
