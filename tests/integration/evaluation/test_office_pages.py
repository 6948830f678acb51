"""The office's part: the table, what stands behind it, ready, released, and what changes after."""

import re
from datetime import date
from html import unescape
from threading import Barrier, Thread

import pytest
from client import text_of
from factories import make_user
from integration.evaluation.conftest import Evaluation

from selfcheck.accounts.permissions import Role
from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db
from selfcheck.evaluation.models import Delivery
from selfcheck.evaluation.snapshot import digest
from selfcheck.evaluation.states import PartState
from selfcheck.organisation.models import Unit
from selfcheck.training.kinds import Area

CHANGED = "Die Tabelle hat sich geändert, seit Sie sie gesehen haben"


@pytest.fixture
def asked(evaluation: Evaluation) -> Evaluation:
    """A request to all; Max Öztürk has fulfilled the mandate, nobody else."""
    evaluation.office.train("0082", evidence=True)
    evaluation.office.train("0093", title="Leichte Sprache", area=Area.PLAIN_COMMUNICATION)
    evaluation.opened()
    return evaluation


def row_of(page: str, label: str) -> list[str]:
    """Return the numbers of a row of the first table of a page."""
    rows = re.findall(r"<tr.*?</tr>", page.split("<tbody", 1)[1], flags=re.DOTALL)
    row = next(row for row in rows if f'scope="row">{label}<' in row)
    without_hidden = re.sub(r'<span class="visually-hidden">.*?</span>', "", row)
    cells = re.findall(r"<td.*?</td>", without_hidden, flags=re.DOTALL)
    return [re.sub(r"<[^>]+>|\s", "", unescape(cell)) for cell in cells]


def test_the_office_sees_its_table_as_it_is_counted_now(asked: Evaluation):
    page = asked.office.browser().get(asked.url()).text

    assert row_of(page, "Führungskräfte") == ["1", "0", "1", "0", "0", "1", "1", "1", "0", "100,0%"]
    assert row_of(page, "Beschäftigte") == ["2", *["0"] * 6, "0", "2", "0,0%"]
    assert row_of(page, "Gesamt") == ["3", "0", "1", "0", "0", "1", "1", "1", "2", "33,3%"]


def test_an_office_without_staff_has_zeros_and_no_quota(asked: Evaluation):
    page = asked.office.browser("hr").get(asked.hr_url(number="1")).text

    assert row_of(page, "Gesamt") == [*["0"] * 9, "–"]


def test_every_number_leads_to_the_people_or_trainings_behind_it(asked: Evaluation):
    page = asked.office.browser().get(asked.url()).text
    links = [unescape(link) for link in re.findall(r'href="(/auswertung/\d+/dahinter[^"]*)"', page)]
    assert len(links) == 14  # one for each number above zero, and the gap

    people = asked.words(asked.url("/dahinter?gruppe=employees&spalte=unfulfilled"))
    assert "2 Personen" in people
    assert "Quandt, Erika" in people
    assert "Groß, Änne" in people
    assert "Öztürk" not in people
    trainings = asked.words(asked.url("/dahinter?spalte=intercultural"), by="head33")
    assert "1 Schulung" in trainings
    assert "Öztürk, Max" in trainings
    assert "Vielfalt im Amt" in trainings


def test_what_can_be_mended_is_told_and_listed(asked: Evaluation):
    assert "1 Schulung ohne Nachweis: ansehen" in asked.words(asked.url())
    listed = asked.words(asked.url("/dahinter?luecke=no-evidence"))
    assert "Groß, Änne" in listed
    assert "Leichte Sprache" in listed


def test_the_forecast_counts_today_the_day_and_the_best(asked: Evaluation):
    asked.office.train("0071", title="Geplant", first_day=date(2026, 12, 3), evidence=True)
    words = asked.words(asked.url())

    assert "Beschäftigte 0 von 2 1 von 2 2 von 2" in words
    assert "Führungskräfte 1 von 1 1 von 1 1 von 1" in words


def test_a_column_that_does_not_exist_is_not_found(asked: Evaluation):
    response = asked.office.browser().get(asked.url("/dahinter?spalte=__class__"))

    assert response.status_code == 404


def test_who_will_come_is_counted_but_not_named_before_the_day(asked: Evaluation):
    asked.office.move("5004", "33", date(2026, 12, 1))
    page = asked.office.browser().get(asked.url()).text
    behind = asked.words(asked.url("/dahinter?spalte=people"))

    assert row_of(page, "Beschäftigte")[0] == "3"
    assert "1 Person gehört heute nicht zu Ihren Einheiten" in behind
    assert "Geheim" not in behind
    asked.office.clock.move_to("2026-12-01T10:00:00+01:00")
    asked.office.forget_browsers()
    assert "Geheim, Gerda" in asked.words(asked.url("/dahinter?spalte=people"))


def test_ready_and_released_the_table_is_frozen_with_its_sum(asked: Evaluation):
    told = asked.office.words_after(asked.mark_ready(comment="Ein Nachweis kommt noch."))
    assert "Bereit gemeldet" in told
    assert asked.part().state is PartState.READY
    told = asked.office.words_after(asked.release(), by="head33")
    assert "die 1. Meldung ist abgegeben" in told

    (delivery,) = asked.deliveries()
    assert delivery.sha256 == digest(delivery.content)
    assert delivery.is_provisional
    assert '"comment":"Ein Nachweis kommt noch."' in delivery.content
    assert '"released_by":"Person head33"' in delivery.content
    assert '"ready_by":"Person officer33"' in delivery.content
    assert asked.part().state is PartState.DELIVERED


def test_later_changes_do_not_change_the_delivery_but_are_told(asked: Evaluation):
    asked.deliver()
    before = asked.deliveries()[0].content
    asked.office.train("0071", evidence=True)

    words = asked.words(asked.url())
    assert "Abweichung zur Meldung vom 24.11.2026, 10:00 Uhr" in words
    assert "Beschäftigte, Auftrag erfüllt: 0 → 1" in words
    assert "Gesamt, Auftrag nicht erfüllt: 2 → 1" in words
    assert asked.deliveries()[0].content == before
    delivery = asked.office.browser().get(f"/meldungen/{asked.deliveries()[0].id}").text
    assert row_of(delivery, "Beschäftigte")[7] == "0"


def test_nothing_is_marked_ready_unseen(asked: Evaluation):
    browser = asked.office.browser()
    shown = asked.office.fields(browser.get(asked.url())).to_dict()
    asked.office.train("0071", evidence=True)
    response = browser.send(asked.url(), shown | {"action": "ready", "comment": "Mein Text"})

    assert response.status_code == 409
    words = text_of(response)
    assert CHANGED in words
    assert "vorher 0" in words
    assert "Mein Text" in words
    assert asked.part().state is PartState.OPEN
    again = browser.send(asked.url(), asked.office.fields(response) | {"action": "ready"})
    assert again.status_code == 302


def test_nothing_is_released_unseen(asked: Evaluation):
    asked.mark_ready()
    browser = asked.office.browser("head33")
    url = asked.url("/freigeben")
    shown = asked.office.fields(browser.get(url)).to_dict()
    asked.office.train("0071", evidence=True)
    response = browser.send(url, shown)

    assert response.status_code == 409
    assert CHANGED in text_of(response)
    assert "vorher 0" in text_of(response)
    assert asked.deliveries() == []
    assert browser.send(url, asked.office.fields(response)).status_code == 302
    assert '"fulfilled":1,' in asked.deliveries()[0].content


def test_the_head_sees_what_has_changed_since_it_was_ready(asked: Evaluation):
    asked.mark_ready()
    asked.office.train("0071", evidence=True)

    words = asked.words(asked.url(), by="head33")
    assert "Seit der Bereitmeldung hat sich die Tabelle geändert" in words
    assert "Beschäftigte, interkulturelle Kompetenz: 0 → 1" in words


@pytest.mark.parametrize("sent", [{}, {"revision": "99"}, {"revision": "x"}, {"shown": ""}])
def test_a_form_that_was_tampered_with_changes_nothing(asked: Evaluation, sent):
    browser = asked.office.browser()
    shown = asked.office.fields(browser.get(asked.url())).to_dict() if sent else {}
    response = browser.send(asked.url(), shown | sent | {"action": "ready"})

    assert response.status_code == 409
    assert asked.part().state is PartState.OPEN


def test_a_second_tab_sees_that_the_first_one_was_faster(asked: Evaluation):
    browser = asked.office.browser()
    shown = asked.office.fields(browser.get(asked.url())).to_dict()
    first = browser.send(asked.url(), shown | {"action": "comment", "comment": "Eins"})
    second = browser.send(asked.url(), shown | {"action": "comment", "comment": "Zwei"})

    assert (first.status_code, second.status_code) == (302, 409)
    assert "Inzwischen hat jemand anderes" in text_of(second)
    assert "Zwei" in text_of(second)
    assert asked.part().comment == "Eins"


def test_a_comment_that_is_too_long_is_shown_again(asked: Evaluation):
    response = asked.office.fill_in(asked.url(), action="comment", comment="ä" * 5_001)

    asked.office.check_refused(response, "comment", "möglich sind 5000 Zeichen")
    assert asked.part().comment == ""


def test_the_head_gives_it_back_to_the_officer(asked: Evaluation):
    asked.mark_ready()
    browser, url = asked.office.browser("head33"), asked.url("/oeffnen")
    sent = {"revision": asked.part().revision, "reason": "Bitte die Gruppe B prüfen."}
    assert browser.send(url, sent | {"reason": "x" * 1_001}).status_code == 400
    assert browser.send(url, sent | {"revision": 1}).status_code == 409
    assert asked.part().state is PartState.READY
    assert browser.send(url, sent).status_code == 302
    assert asked.part().state is PartState.OPEN
    assert [login for login, *_ in asked.messages("not-ready")] == ["colleague33", "officer33"]
    assert browser.send(url, sent).status_code == 409


def test_only_what_is_ready_can_be_released(asked: Evaluation):
    response = asked.release()

    assert response.status_code == 409
    assert "bereit gemeldet" in text_of(response)
    assert asked.deliveries() == []


def test_two_heads_release_at_once_and_one_delivery_results(asked: Evaluation):
    asked.mark_ready()
    url = asked.url("/freigeben")
    browsers = [asked.office.browser(login) for login in ("head33", "deputy33")]
    sent = [
        asked.office.fields(browser.get(url)).to_dict() | {"csrf_token": browser.token()}
        for browser in browsers
    ]
    barrier, codes = Barrier(2), []

    def press(index: int) -> None:
        barrier.wait()
        codes.append(browsers[index].post(url, data=sent[index]).status_code)

    threads = [Thread(target=press, args=[index]) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(codes) == [302, 409]
    assert len(asked.deliveries()) == 1


def test_a_double_click_does_it_once_and_says_so(asked: Evaluation):
    for url, by, typed in (
        (asked.url(), "officer33", {"action": "ready"}),
        (asked.url("/freigeben"), "head33", {}),
    ):
        browser = asked.office.browser(by)
        sent = asked.office.fields(browser.get(url)).to_dict() | typed
        assert [browser.send(url, sent).status_code for _ in range(2)] == [302, 302]

    assert len(asked.deliveries()) == 1
    assert len(asked.messages(f"evaluation-part-{asked.part_id()}-ready-")) == 2  # two heads
    assert len(asked.messages("released-to-hr")) == 1


def test_the_one_who_comes_second_is_told_who_was_first(asked: Evaluation):
    asked.mark_ready()
    shown = asked.office.fields(asked.office.browser("deputy33").get(asked.url("/freigeben")))
    asked.release()
    response = asked.office.browser("deputy33").send(asked.url("/freigeben"), shown.to_dict())

    assert response.status_code == 409
    assert "schon freigegeben, von Person head33" in text_of(response)


def test_a_returned_delivery_is_mended_and_delivered_a_second_time(asked: Evaluation):
    asked.deliver()
    assert asked.return_it().status_code == 302
    words = asked.words(asked.url())
    assert "zurückgegeben" in words
    assert "Bitte prüfen Sie die Führungskräfte." in words
    asked.office.train("0071", evidence=True)
    asked.deliver()

    first, second = asked.deliveries()
    assert (first.number, second.number) == (1, 2)
    assert first.returned_at is not None
    assert '"fulfilled":0' in first.content
    assert second.returned_at is None
    assert "1. Meldung" in asked.words(asked.url())


def test_what_was_returned_stays_returned_when_ready_is_taken_back(asked: Evaluation):
    asked.deliver()
    asked.return_it()
    asked.mark_ready()
    asked.office.browser().send(asked.url("/oeffnen"), {"revision": asked.part().revision})

    assert asked.part().state is PartState.RETURNED


def test_a_delivery_that_somebody_changed_in_the_database_is_not_shown(asked: Evaluation):
    asked.deliver()
    (delivery,) = asked.deliveries()
    with asked.app.app_context():
        stored = db.session.get_one(Delivery, delivery.id)
        stored.content = stored.content.replace('"fulfilled":1', '"fulfilled":0')
        db.session.commit()

    for url in (f"/meldungen/{delivery.id}", f"/meldungen/{delivery.id}/tabelle.xlsx"):
        response = asked.office.browser().get(url)
        assert response.status_code == 409
        assert "passt nicht zu ihrer Prüfsumme" in text_of(response)


def test_once_the_request_is_closed_nothing_can_be_done(asked: Evaluation):
    asked.mark_ready()
    request_id = asked.part().request_id
    asked.office.browser("hr").send(f"/anforderungen/{request_id}/schliessen")

    assert asked.release().status_code == 409
    assert asked.office.browser().send(asked.url("/oeffnen")).status_code == 409
    assert asked.office.fill_in(asked.url(), action="comment", comment="x").status_code == 409
    assert "geschlossen" in asked.words(asked.url())


def test_a_head_above_the_office_may_release(asked: Evaluation):
    with asked.app.app_context():
        top = db.session.get_one(Unit, asked.world.unit_ids["1"])
        asked.world.user_ids["mayor"] = make_user("mayor", Role.UNIT_HEAD, top).id
        db.session.commit()
    asked.mark_ready()

    assert asked.release(by="mayor").status_code == 302


def test_the_audit_trail_names_units_and_never_staff(asked: Evaluation):
    asked.deliver()
    asked.return_it()
    asked.office.browser().get(asked.url("/tabelle.csv"))
    with asked.app.app_context():
        wanted = [action.value for action in Action if action.value.startswith("evaluation")]
        events = db.session.query(AuditEvent).filter(AuditEvent.action.in_(wanted)).all()
        told = [f"{one.action} {one.subject} {one.details}" for one in events]

    actions = {line.split()[0] for line in told}
    assert {
        "evaluation-requested",
        "evaluation-ready",
        "evaluation-released",
        "evaluation-returned",
        "evaluation-exported",
    } <= actions
    assert not [line for line in told if re.search("Quandt|Öztürk|Groß", line)]
