"""Who sees which questions? The commissioner never learns whose training it is."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from client import text_of
from unit_documents import make_pdf

from selfcheck.training.kinds import Area, EvidenceKind
from selfcheck.training.models import Certificate, RecognitionQuestion

LIST = "/anerkennung"
ASKED = {"content": "Übungen", "question": "Zählt das?"}
REJECT = {"decision": "reject", "answer": "Es fehlt der Bezug."}
PERSONAL = re.compile(r"\b(?:Quandt|Erika|0071|Öztürk|Max|0082|Geheim|Gerda|5004)\b")


def ask(office, number="0071", by="officer33", **changes):
    """Record a training and ask about it; return the address of the question."""
    record_id = office.train(number, evidence=True, **changes)
    return office.browser(by).send(f"{LIST}/neu/{record_id}", ASKED).location


def decide(office, url, decision):
    assert office.browser("commissioner").send(url, decision).status_code == 302


def titles_on(page):
    """Return the titles of the list, in its order."""
    return [unescape(one) for one in re.findall(r'scope="row"><a href="[^"]*">([^<]*)<', page.text)]


def test_the_pages_of_the_commissioner_name_nobody(office):
    record_id = office.train("0082")
    office.train("0071")
    office.send(f"/schulungen/{record_id}/nachweis", None, (make_pdf(), "Programm.pdf"))
    sent = ASKED | {"attaches_certificate": "y"}
    url = office.browser().send(f"{LIST}/neu/{record_id}", sent).location
    rejected = ask(office, "0071", title="Ein zweiter Kurs")
    decide(office, rejected, REJECT)
    (certificate_id,) = office.rows(Certificate.id)
    commissioner = office.browser("commissioner")
    for address in (
        *("/", LIST, f"{LIST}?stand=open", f"{LIST}?stand=decided", url, rejected),
        f"/zertifikate/{certificate_id}/ansehen",
    ):
        page = commissioner.get(address)
        assert page.status_code == 200
        assert PERSONAL.search(unescape(text_of(page))) is None, address
        assert not re.search(r"/personal|/schulungen|schulung-\d|/neu/\d", page.text), address
    page = commissioner.send(url, {"decision": "reject"})
    assert page.status_code == 400
    assert PERSONAL.search(unescape(text_of(page))) is None


def test_the_office_finds_the_question_from_the_person_and_back(office):
    url = ask(office)
    assert f'href="{url}"' in office.page_of().text
    page = office.browser().get(url)
    assert "Anfrage zurücknehmen" in text_of(page)
    assert "Entscheidung speichern" not in page.text


def test_an_officer_cannot_decide_and_the_commissioner_cannot_take_back(office):
    url = ask(office)
    office.browser("commissioner")
    before = office.everything()
    assert office.browser().send(url, {"decision": Area.DEMOCRATIC.value}).status_code == 403
    assert office.browser("commissioner").send(f"{url}/zuruecknehmen").status_code == 403
    assert "Anfrage zurücknehmen" not in text_of(office.browser("commissioner").get(url))
    assert office.everything() == before


def test_an_officer_of_another_office_finds_no_question(office):
    url = ask(office)
    record_id = office.train("0082")
    foreign = office.browser("officer50")
    before = office.everything()
    missing = foreign.get(f"{LIST}/4711")
    for response in (
        foreign.get(url),
        foreign.send(url, REJECT),
        foreign.send(f"{url}/zuruecknehmen"),
        foreign.get(f"{LIST}/neu/{record_id}"),
        foreign.send(f"{LIST}/neu/{record_id}", ASKED),
    ):
        assert response.status_code == 404
    assert text_of(foreign.get(url)) == text_of(missing)
    assert "Vielfalt im Amt" not in text_of(foreign.get(LIST))
    assert office.everything() == before


@pytest.mark.parametrize("login", ["hr", "admin", "nobody", "head33"])
def test_nobody_else_sees_questions(office, login):
    url = ask(office)
    for address in (url, LIST):
        assert office.browser(login).get(address).status_code == 403
    assert "Anfrage" not in text_of(office.browser(login).get("/"))


def test_a_question_moves_with_the_person(office):
    url = ask(office)
    office.move("0071", "50", date(2026, 11, 1))
    links = re.findall(rf'href="({LIST}/\d+)"', office.page_of(by="officer50").text)
    assert links == [url]
    assert office.browser("officer50").get(url).status_code == 200
    assert office.browser().get(url).status_code == 404
    assert office.browser("officer50").send(f"{url}/zuruecknehmen").status_code == 302


def test_a_question_about_people_of_two_offices_is_taken_back_by_neither_alone(office):
    office.train("0082", evidence=True)
    url = ask(office)
    office.move("0071", "50", date(2026, 11, 1))
    for login in ("officer33", "officer50"):
        page = office.browser(login).get(url)
        assert page.status_code == 200
        assert "Anfrage zurücknehmen" not in text_of(page)
        assert office.browser(login).send(f"{url}/zuruecknehmen").status_code == 403
    assert office.rows(RecognitionQuestion.outcome) == [None]


def test_lists_are_narrowed_and_counted(office):
    for day, title in enumerate(["Eins", "Zwei", "Drei", "Vier"], start=1):
        ask(office, title=title, first_day=date(2024, 3, day))
        office.clock.shift(timedelta(minutes=1))
    first, second, third, _ = [f"{LIST}/{one}" for one in office.rows(RecognitionQuestion.id)]
    decide(office, first, REJECT)
    office.clock.shift(timedelta(minutes=1))
    decide(office, second, {"decision": Area.DEMOCRATIC.value})
    office.browser().send(f"{third}/zuruecknehmen")
    for login, stand, titles in [
        ("commissioner", "", ["Vier", "Zwei", "Eins"]),
        ("commissioner", "open", ["Vier"]),
        ("commissioner", "decided", ["Zwei", "Eins"]),
        ("commissioner", "x", ["Vier", "Zwei", "Eins"]),
        ("officer33", "", ["Vier", "Drei", "Zwei", "Eins"]),
        ("officer33", "open", ["Vier"]),
        ("officer33", "decided", ["Zwei", "Eins"]),
        ("colleague33", "", ["Vier", "Drei", "Zwei", "Eins"]),
        ("officer50", "", []),
    ]:
        page = office.browser(login).get(f"{LIST}?stand={stand}")
        assert titles_on(page) == titles
        words = text_of(page)
        counted = {0: "keine", 1: "1 Anfrage ", 4: "4 Anfragen"}.get(
            len(titles), f"{len(titles)} Anfragen"
        )
        assert counted in words


def test_open_questions_come_in_the_order_in_which_they_were_asked(office):
    for day, title in enumerate(["Zuerst", "Danach"], start=1):
        ask(office, title=title, first_day=date(2024, 3, day))
        office.clock.shift(timedelta(minutes=1))
    assert titles_on(office.browser("commissioner").get(LIST)) == ["Zuerst", "Danach"]


def test_the_first_page_counts_what_waits_for_a_decision(office):
    commissioner = office.browser("commissioner")
    assert "auf Ihre Entscheidung" not in text_of(commissioner.get("/"))
    url = ask(office, title="Eins")
    assert "1 Anfrage zur Anerkennung wartet auf" in text_of(commissioner.get("/"))
    ask(office, "5004", by="officer50", title="Zwei")
    assert "2 Anfragen zur Anerkennung warten auf" in text_of(commissioner.get("/"))
    decide(office, url, REJECT)
    assert "1 Anfrage zur Anerkennung wartet auf" in text_of(commissioner.get("/"))


def test_a_long_list_has_pages(office):
    for day in range(26):
        ask(office, title=f"Kurs {day:02}", first_day=date(2024, 1, 1) + timedelta(days=day))
        office.clock.shift(timedelta(seconds=1))
    commissioner = office.browser("commissioner")
    first, second = commissioner.get(LIST), commissioner.get(f"{LIST}?seite=2")
    assert titles_on(first) == [f"Kurs {day:02}" for day in range(25)]
    assert titles_on(second) == ["Kurs 25"]
    assert "26 Anfragen" in text_of(second)


def test_a_correction_after_the_question_does_not_change_what_is_decided_on(office):
    url = ask(office, duration_minutes=400)
    (record,) = re.findall(r"/schulungen/(\d+)/berichtigen", office.page_of().text)
    office.fill_in(f"/schulungen/{record}/berichtigen", amount="10", reason="Länger")
    assert "6 Std. 40 Min." in text_of(office.browser("commissioner").get(url))


def test_central_confirmation_does_not_decide_a_question(office):
    record_id = office.train(evidence=EvidenceKind.CENTRAL)
    office.browser().send(f"{LIST}/neu/{record_id}", ASKED)
    assert "wartet" in text_of(office.browser().get("/personal?state=awaits-decision"))
    assert "1 Person" in text_of(office.browser().get("/personal?state=awaits-decision"))
