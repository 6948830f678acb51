"""The first page of an office: how far the mandate is, and where each number leads."""

import io
import re
from datetime import date
from html import unescape

import pytest
import time_machine
from access_things import make_question
from check_pages import rows_of
from client import text_of
from factories import make_certificate, make_person, make_training
from openpyxl import load_workbook

from selfcheck.db import db
from selfcheck.training.kinds import Area

NOW = "2026-11-24T10:00:00+01:00"
EMPLOYEE, MANAGER = {"does_media_work": True}, {"is_manager": True}
DONE = {"evidence": True}
TITLE = "Schulungsauftrag 2026"
LOGINS = ("officer33", "head33")
CASES = [
    *[(EMPLOYEE, DONE)] * 2,
    *[(EMPLOYEE, None)] * 3,
    *[(EMPLOYEE, {"evidence": False})] * 2,
    (EMPLOYEE, DONE | {"duration_minutes": 315}),
    (MANAGER, DONE),
    *[(MANAGER, DONE | {"area": Area.MULTILINGUAL})] * 2,
    (MANAGER | EMPLOYEE, None),  # counted once
    ({}, DONE),  # outside
    (EMPLOYEE | {"last_day": date(2026, 10, 31)}, None),  # left
    (EMPLOYEE | {"first_day": date(2027, 1, 1)}, DONE),  # to come
]


@pytest.fixture
def clock():
    with time_machine.travel(NOW) as traveller:
        yield traveller


@pytest.fixture
def put(app, world):
    """Make people, each with a training or none."""

    def put_in_app(*cases, unit="33"):
        with app.app_context():
            for number, (changes, training) in enumerate(cases):
                person = make_person(f"{unit}-{number}", unit=world.unit_ids[unit], **changes)
                if training is not None:
                    make_training(person, **training)
            db.session.commit()

    return put_in_app


def words_on(client):
    return unescape(text_of(client.get("/")))


def numbers_on(page):
    """Return every number of people that stands in or beside a link, with its address."""
    links = re.findall(
        r'<a href="(/personal\?[^"]+)">\s*([\d.]+) (?:Person|Personen|Platz|Plätze)\b', page.text
    )
    links += re.findall(
        r'<a href="(/personal\?[^"]+)">[^<]+</a></th>\s*<td[^>]*>([\d.]+)</td>', page.text
    )
    return [(unescape(address), int(number.replace(".", ""))) for address, number in links]


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.usefixtures("clock")
def test_numbers_shares_and_what_stands_in_the_way(client_of, put, login):
    put(*CASES)
    put((EMPLOYEE, None), (MANAGER, None), unit="50")
    page = client_of(login).get("/")
    words = unescape(text_of(page))
    assert f"{TITLE}: noch 37 Tage bis zum 31. Dezember 2026, 9 Personen offen" in words
    assert "Führungskräfte 1 von 4 erfüllt, 25 %" in words
    assert "Beschäftigte 2 von 8 erfüllt, 25 %" in words
    areas = "demokratische Kompetenz oder interkulturelle Kompetenz"
    assert f"Noch nötig: 3 Plätze ({areas})" in words
    assert re.search(r"Noch nötig: 6 Plätze \(.*Mehrsprachigkeit oder bürgernahe", words)
    bars = re.findall(r'<progress[^>]*value="(\d+)" max="(\d+)" aria-label="([^"]+)"', page.text)
    assert bars == [
        ("1", "4", "Führungskräfte: 1 von 4 erfüllt"),
        ("2", "8", "Beschäftigte: 2 von 8 erfüllt"),
    ]
    assert rows_of(page) == [
        ["ohne Schulung", "4"],
        ["Nachweis fehlt", "2"],
        ["Schulung zu kurz", "1"],
        ["anderer Bereich nötig", "2"],
    ]
    assert re.search(r"<tfoot>.*Offen.*>9</td>", page.text)


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.usefixtures("clock")
def test_each_number_leads_to_a_list_of_exactly_that_many(client_of, put, login):
    put(*CASES)
    put(*CASES, unit="33.1")
    put((EMPLOYEE, None), unit="50")
    client = client_of(login)
    numbers = numbers_on(client.get("/"))
    assert [number for _, number in numbers] == [18, 6, 12, 8, 4, 2, 4]
    for address, number in numbers:
        page = client.get(address)
        assert f"{number} Personen" in text_of(page)
        assert len(rows_of(page)) == number
    link = re.search(r'href="(/personal/liste\.xlsx\?[^"]+)"', client.get("/").text)
    content = client.get(unescape(link[1])).data
    sheet = load_workbook(io.BytesIO(content)).active
    assert len(list(sheet.iter_rows(min_row=5))) == 18


@pytest.mark.usefixtures("clock")
def test_one_is_told_in_the_singular(client_of, put):
    put((EMPLOYEE, None))
    words = words_on(client_of("officer33"))
    assert "1 Person offen" in words
    assert "Noch nötig: 1 Platz" in words
    assert "Führungskräfte Niemand gehört zu dieser Gruppe." in words
    assert "Beschäftigte 0 von 1 erfüllt, 0 %" in words


@pytest.mark.one_database
@pytest.mark.usefixtures("clock")
def test_a_share_is_never_rounded_up_to_all(client_of, put):
    put(*[(EMPLOYEE, DONE)] * 199, (EMPLOYEE, None))
    assert "199 von 200 erfüllt, 99 %" in words_on(client_of("officer33"))


@pytest.mark.usefixtures("clock")
def test_when_all_have_done_it_the_page_says_so(client_of, put):
    put((EMPLOYEE, DONE), (MANAGER, DONE))
    page = client_of("officer33").get("/")
    words = unescape(text_of(page))
    assert "alle haben ihn erfüllt" in words
    assert words.count("Es ist nichts mehr nötig.") == 2
    assert words.count("1 von 1 erfüllt, 100 %") == 2
    assert "Was noch im Weg steht" not in words
    assert numbers_on(page) == []


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2026-01-01T00:00:30+01:00", "noch 364 Tage bis zum 31. Dezember 2026"),
        ("2026-12-29T12:00:00+01:00", "noch 2 Tage bis"),
        ("2026-12-30T12:00:00+01:00", "noch 1 Tag bis"),
        ("2026-12-29T23:30:00Z", "noch 1 Tag bis"),  # in the city it is the 30th
        ("2027-01-01T00:00:30+01:00", "der Zeitraum ist am 31. Dezember 2026 abgelaufen"),
        ("2028-02-29T12:00:00+01:00", "der Zeitraum ist am 31. Dezember 2026 abgelaufen"),
    ],
)
def test_the_days_that_are_left(client_of, put, now, told):
    put((EMPLOYEE, None))
    with time_machine.travel(now):
        for login in LOGINS:
            assert told in words_on(client_of(login))


def test_on_its_last_day_the_mandate_is_not_over_yet(client_of, put):
    put((EMPLOYEE, None), (EMPLOYEE, DONE | {"first_day": date(2026, 12, 31)}))
    with time_machine.travel("2026-12-31T23:59:00+01:00"):
        words = words_on(client_of("officer33"))
    assert "1 Person offen" in words
    assert "1 von 2 erfüllt" in words, "what is completed today counts"
    assert "31. Dezember 2026" in words
    assert "abgelaufen" not in words


def test_after_the_mandate_what_is_completed_late_does_not_count(client_of, put):
    put((EMPLOYEE, DONE | {"first_day": date(2027, 1, 4)}), (EMPLOYEE, DONE))
    with time_machine.travel("2027-01-05T12:00:00+01:00"):
        client = client_of("officer33")
        page = client.get("/")
        assert rows_of(page) == [["außerhalb des Zeitraums", "1"]]
        assert "1 von 2 erfüllt" in text_of(page)


@pytest.mark.usefixtures("clock")
def test_certificates_that_wait_are_the_officers_own(app, world, client_of):
    def wait(login, count):
        with app.app_context():
            for number in range(count):
                certificate = make_certificate(f"{login}-{number}.pdf")
                certificate.is_waiting = True
                certificate.uploaded_by_id = world.user_ids[login]
            db.session.commit()

    wait("head50", 5)
    client = client_of("officer33")
    assert "auf Ihre Zuordnung" not in words_on(client)
    wait("officer33", 1)
    assert "1 Zertifikat wartet auf Ihre Zuordnung" in words_on(client), "though nobody is there"
    wait("officer33", 2)
    page = client.get("/")
    link = re.search(r'<a href="([^"]+)">3 Zertifikate warten auf Ihre Zuordnung</a>', page.text)
    assert link
    stack = client.get(link[1]).text
    assert stack.count("officer33-0.pdf") > 1
    assert "officer33-1.pdf" in stack
    assert "head50-" not in stack
    wait("head33", 1)
    assert "Zuordnung" not in words_on(client_of("head33")), "a head assigns nothing"


@pytest.mark.parametrize(("count", "told"), [(1, "1 Anfrage"), (3, "3 Anfragen")])
@pytest.mark.usefixtures("clock")
def test_the_commissioner_sees_how_many_questions_are_open(app, world, client_of, count, told):
    client = client_of("commissioner")
    assert "auf Ihre Entscheidung" not in words_on(client)
    with app.app_context():
        make_question(world, "33", is_taken_back=True)
        for number in range(count):
            make_question(world, ("33", "50")[number % 2])
        db.session.commit()
    page = client.get("/")
    assert f"{told} zur Anerkennung {'wartet' if count == 1 else 'warten'} auf Ihre" in (
        unescape(text_of(page))
    )
    link = re.search(rf'<a href="([^"]+)">{told} zur Anerkennung</a>', page.text)
    assert len(rows_of(client.get(link[1]))) == count
    for login in ("officer33", "head33", "hr", "admin"):
        assert "auf Ihre Entscheidung" not in words_on(client_of(login))


@pytest.mark.usefixtures("clock")
def test_without_staff_the_officer_is_led_to_the_import(client_of, put):
    put((EMPLOYEE, None), unit="50")
    put(({}, None), unit="33")  # nobody of the target group
    page = client_of("officer33").get("/")
    assert "Noch ist niemand aus der Zielgruppe eingetragen." in text_of(page)
    assert 'href="/personal/import"' in page.text
    head = client_of("head33").get("/")
    assert head.status_code == 200
    for own in (page, head):
        assert "erfüllt" not in text_of(own)
        assert "bis zum 31. Dezember" not in text_of(own)
        assert "<progress" not in own.text
    assert 'href="/personal/import"' not in head.text


@pytest.mark.parametrize("login", ["hr", "admin", "commissioner", "nobody"])
@pytest.mark.usefixtures("clock")
def test_others_see_no_numbers_of_staff(client_of, put, login):
    put(*CASES)
    page = client_of(login).get("/")
    assert page.status_code == 200
    for word in (TITLE, "Führungskräfte", "Plätze", "offen</a>", "/personal", "<progress"):
        assert word not in page.text
