"""The Haupt- und Personalamt asks, watches, returns, reminds, has confirmed, and closes."""

import re
import zipfile
from datetime import date
from io import BytesIO

import pypdfium2
import pytest
from client import text_of
from evaluations import make_delivery
from integration.evaluation.conftest import END, Evaluation, requests, wall
from sqlalchemy import select
from werkzeug.test import TestResponse

from selfcheck.db import db
from selfcheck.evaluation.models import Part
from selfcheck.evaluation.snapshot import read_canonical
from selfcheck.evaluation.states import PartState
from selfcheck.organisation.models import Unit


def test_the_wall_shows_each_state_and_numbers_without_names(evaluation: Evaluation):
    evaluation.office.train("0082", evidence=True)
    evaluation.opened()
    evaluation.deliver()
    evaluation.office.train("0071", evidence=True)
    evaluation.mark_ready("50", "officer50")
    rows = wall(evaluation)

    assert rows["33"][0] == "abgegeben"
    assert rows["33"][1] == "24.11.2026, 10:00 Uhr Person head33 vorläufig"
    assert rows["33"][2:] == ["3", "33,3 %", "10 Zahlen seit der Meldung"]
    assert rows["50"] == ["bereit", "–", "1", "0,0 %", "–"]
    assert rows["1"] == ["offen", "–", "0", "–", "–"]


def test_the_wall_is_narrowed_and_sorted(evaluation: Evaluation):
    evaluation.opened()
    evaluation.deliver()

    assert list(wall(evaluation, "?state=delivered")) == ["33"]
    assert list(wall(evaluation, "?text=einheit+50")) == ["50"]
    assert list(wall(evaluation, "?state=overdue")) == []
    assert list(wall(evaluation, "?sortierung=-einheit")) == ["50", "33", "1"]
    assert list(wall(evaluation, "?sortierung=personen")) == ["1", "50", "33"]
    assert list(wall(evaluation, "?state=nonsense&sortierung=nonsense")) == []


def words_in(response: TestResponse) -> str:
    """Return all that stands in a page or file."""
    content = response.data
    if content.startswith(b"%PDF"):
        pdf = pypdfium2.PdfDocument(content)
        text = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
        pdf.close()
        return text
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as parts:
            return " ".join(parts.read(name).decode() for name in parts.namelist())
    return content.decode()


NAMES = ("Quandt", "Öztürk", "Groß", "Geheim", "0071", "0082", "0093", "5004")


def names_in(text: str) -> list[str]:
    """Return the names and numbers of people; within a longer number they are none."""
    return [name for name in NAMES if re.search(rf"\b{name}\b", text)]


def test_hr_reaches_no_name_by_any_page_file_or_message(evaluation: Evaluation):
    evaluation.office.train("0082", evidence=True)
    evaluation.opened()
    evaluation.deliver()
    evaluation.return_it()
    evaluation.deliver()
    request_id, browser = requests(evaluation)[0].id, evaluation.office.browser("hr")
    one, delivery = f"/anforderungen/{request_id}", evaluation.deliveries()[0].id
    seen = [
        browser.get(url, buffered=True)
        for url in (
            *("/anforderungen", one, evaluation.hr_url()),
            *(f"{one}/{page}" for page in ("aendern", "erinnern", "bestaetigen", "schliessen")),
            *(evaluation.hr_url(page) for page in ("/zurueckgeben", "/oeffnen")),
            f"/meldungen/{delivery}",
            *(f"{one}/stadt.{ending}?offene=mit" for ending in ("csv", "xlsx", "pdf")),
            f"/meldungen/{delivery}/tabelle.csv",
        )
    ]
    assert [response.status_code for response in seen] == [200] * len(seen)
    for response in seen:
        text = words_in(response)
        assert not names_in(text), response.request.path
        assert "/personal/" not in text
        assert "/dahinter" not in text
    for url in (evaluation.url(), evaluation.url("/dahinter"), evaluation.url("/tabelle.csv")):
        assert browser.get(url).status_code == 403
    bodies = " ".join(" ".join(one) for one in evaluation.messages("evaluation"))
    assert bodies
    assert not names_in(bodies)


def test_returning_needs_a_reason_and_shows_the_mail(evaluation: Evaluation):
    evaluation.opened()
    evaluation.deliver()
    page = evaluation.words(evaluation.hr_url("/zurueckgeben"), by="hr")
    assert "Diese Nachricht geht heraus" in page
    refused = evaluation.return_it(reason=" ")
    evaluation.office.check_refused(refused, "reason", "Bitte schreiben Sie, was zu ändern ist")
    told = evaluation.office.words_after(evaluation.return_it("Zahl stimmt nicht."), by="hr")

    assert "Zurückgegeben an 33 Einheit 33" in told
    assert wall(evaluation)["33"][0] == "zurückgegeben"
    letters = evaluation.messages("returned")
    assert {login for login, *_ in letters} == {"officer33", "colleague33", "head33", "deputy33"}
    assert all("Zahl stimmt nicht." in body for *_, body in letters)


def test_only_the_delivery_that_was_shown_is_returned(evaluation: Evaluation):
    evaluation.opened()
    evaluation.deliver()
    url, browser = evaluation.hr_url("/zurueckgeben"), evaluation.office.browser("hr")
    shown = evaluation.office.fields(browser.get(url)).to_dict()
    evaluation.return_it()
    evaluation.deliver()
    response = browser.send(url, shown | {"reason": "Noch einmal"})

    assert response.status_code == 400
    assert "Inzwischen hat jemand anderes" in text_of(response)
    assert evaluation.deliveries()[1].returned_at is None


def test_a_reopened_office_delivers_again_and_the_first_counts_until_then(evaluation: Evaluation):
    evaluation.opened()
    evaluation.deliver()
    response = evaluation.office.fill_in(evaluation.hr_url("/oeffnen"), by="hr", reason="Gern.")
    assert response.status_code == 302
    assert wall(evaluation)["33"][0] == "offen"
    assert "Person head33" in wall(evaluation)["33"][1]
    evaluation.deliver()

    assert [one.returned_at for one in evaluation.deliveries()] == [None, None]
    assert "(2. Meldung)" in wall(evaluation)["33"][1]
    assert [body for *_, body in evaluation.messages("reopened") if "Gern." in body]


def test_an_office_that_has_not_delivered_has_nothing_to_return_or_reopen(evaluation: Evaluation):
    evaluation.opened()
    for page in ("/zurueckgeben", "/oeffnen"):
        sent = {"reason": "x", "deadline": "2026-12-20"}
        response = evaluation.office.browser("hr").send(evaluation.hr_url(page), sent)
        assert response.status_code == 400
    assert evaluation.part().state is PartState.OPEN


def test_one_office_gets_more_time_than_the_others(evaluation: Evaluation):
    evaluation.opened()
    url = evaluation.hr_url("/frist", "50")
    granted = evaluation.office.fill_in(url, by="hr", deadline="2026-12-22")

    assert "hat Zeit bis zum 22.12.2026" in evaluation.office.words_after(granted, by="hr")
    assert "22. Dezember 2026" in evaluation.words(evaluation.url(number="50"), by="officer50")
    assert {login for login, *_ in evaluation.messages("deadline")} == {"officer50", "head50"}
    evaluation.office.clock.move_to("2026-12-16T10:00:00+01:00")
    evaluation.office.forget_browsers()
    assert wall(evaluation)["50"][0] == "offen"
    assert wall(evaluation)["33"][0] == "überfällig"


@pytest.mark.parametrize(
    ("deadline", "sentence"),
    [
        ("", "bis wann abzugeben ist"),
        ("2026-11-23", "schon vorbei"),
        ("2026-12-15", "Die Frist ist schon der 15.12.2026"),
    ],
)
def test_more_time_is_later_than_that_of_all(evaluation: Evaluation, deadline, sentence):
    evaluation.opened()
    response = evaluation.office.fill_in(evaluation.hr_url("/frist"), by="hr", deadline=deadline)

    evaluation.office.check_refused(response, "deadline", sentence)


def test_a_returned_delivery_has_a_deadline_of_its_own(evaluation: Evaluation):
    evaluation.opened(deadline="2026-11-25")
    evaluation.deliver()
    evaluation.return_it()

    assert evaluation.part().own_deadline == date(2026, 12, 1)  # a week, if nothing is chosen
    evaluation.office.clock.move_to("2026-11-28T10:00:00+01:00")
    evaluation.office.forget_browsers()
    assert wall(evaluation)["33"][0] == "zurückgegeben"
    assert wall(evaluation)["50"][0] == "überfällig"


def test_reminders_go_to_those_who_have_not_delivered_once_a_day(evaluation: Evaluation):
    request_id = evaluation.opened()
    evaluation.deliver()
    url = f"/anforderungen/{request_id}/erinnern"
    preview = evaluation.words(url, by="hr")
    assert "50 Einheit 50" in preview
    assert "in 21 Tagen abzugeben" in preview

    browser = evaluation.office.browser("hr")
    assert "2 Nachrichten gehen heraus" in evaluation.office.words_after(browser.send(url), by="hr")
    again = evaluation.office.words_after(browser.send(url), by="hr")
    assert "Heute wurde schon erinnert" in again
    assert {login for login, *_ in evaluation.messages("reminder")} == {"officer50", "head50"}
    browser.send(evaluation.hr_url("/erinnern", "50"))
    assert len(evaluation.messages("reminder")) == 2


def test_a_changed_deadline_is_told_to_those_who_have_not_delivered(evaluation: Evaluation):
    request_id = evaluation.opened()
    evaluation.deliver()
    url = f"/anforderungen/{request_id}/aendern"
    changed = evaluation.office.fill_in(url, by="hr", deadline="2026-12-20", title="Neu")

    assert "Die Anforderung ist geändert" in evaluation.office.words_after(changed, by="hr")
    (request,) = requests(evaluation)
    assert (request.title, request.deadline, request.reference_date) == (
        "Neu",
        date(2026, 12, 20),
        END,
    )
    assert {login for login, *_ in evaluation.messages("changed")} == {"officer50", "head50"}
    unchanged = evaluation.office.fill_in(url, by="hr")
    assert "nichts zu ändern" in evaluation.office.words_after(unchanged, by="hr")
    past = evaluation.office.fill_in(url, by="hr", deadline="2026-11-01")
    evaluation.office.check_refused(past, "deadline", "schon vorbei")


def test_the_second_who_changes_a_request_sees_that_it_was_changed(evaluation: Evaluation):
    url = f"/anforderungen/{evaluation.opened()}/aendern"
    browser = evaluation.office.browser("hr")
    shown = evaluation.office.fields(browser.get(url)).to_dict()
    browser.send(url, shown | {"title": "Eins"})
    response = browser.send(url, shown | {"title": "Zwei"})

    assert response.status_code == 400
    assert "Inzwischen hat jemand anderes" in text_of(response)
    assert requests(evaluation)[0].title == "Eins"


def test_further_units_can_be_asked(evaluation: Evaluation):
    ids = evaluation.world.unit_ids
    request_id = evaluation.opened(scope="chosen", unit_ids=[ids["50"]])
    url = f"/anforderungen/{request_id}/aendern"
    browser = evaluation.office.browser("hr")
    shown = evaluation.office.fields(browser.get(url)).to_dict()
    browser.send(url, shown | {"unit_ids": [ids["33"]]})

    assert list(wall(evaluation)) == ["33", "50"]
    assert {login for login, *_ in evaluation.messages("opened")} >= {"head33", "head50"}


def test_provisional_figures_are_confirmed_after_the_day_and_changes_are_told(
    evaluation: Evaluation,
):
    request_id = evaluation.opened()
    evaluation.deliver()
    url = f"/anforderungen/{request_id}/bestaetigen"
    early = evaluation.office.browser("hr").send(url, {"deadline": "2027-01-15"})
    assert early.status_code == 400
    assert "noch nicht gekommen" in evaluation.words(url, by="hr")
    evaluation.office.train("0071", evidence=True)
    evaluation.office.clock.move_to("2027-01-04T10:00:00+01:00")
    evaluation.office.forget_browsers()

    assert "Um Bestätigung bitten" in evaluation.words(f"/anforderungen/{request_id}", by="hr")
    done = evaluation.office.fill_in(url, by="hr", deadline="2027-01-15")
    assert "1 Einheit ist um Bestätigung gebeten" in evaluation.office.words_after(done, by="hr")
    assert wall(evaluation)["33"][0] == "offen"
    assert "Bitte bestätigen Sie die Zahlen" in evaluation.words(evaluation.url())
    evaluation.deliver()

    first, second = evaluation.deliveries()
    assert (first.is_provisional, second.is_provisional) == (True, False)
    assert "mit der Bestätigung geändert" in wall(evaluation)["33"][-1]
    assert "Beschäftigte, Auftrag erfüllt: 0 → 1" in evaluation.words(evaluation.hr_url(), by="hr")
    nothing = evaluation.office.browser("hr").send(url, {"deadline": "2027-01-20"})
    assert nothing.status_code == 400


def test_a_closed_request_can_be_opened_again(evaluation: Evaluation):
    request_id = evaluation.opened()
    url, browser = f"/anforderungen/{request_id}", evaluation.office.browser("hr")
    assert "3 Einheiten haben" in evaluation.words(f"{url}/schliessen", by="hr")
    browser.send(f"{url}/schliessen")
    assert browser.send(f"{url}/schliessen").status_code == 302  # a double click
    assert browser.send(f"{url}/erinnern").status_code == 409
    assert evaluation.office.fill_in(f"{url}/aendern", by="hr", title="Neu").status_code == 400
    browser.send(f"{url}/oeffnen")
    browser.send(f"{url}/oeffnen")

    assert requests(evaluation)[0].closed_at is None
    evaluation.deliver()


def test_a_part_belongs_to_its_request(evaluation: Evaluation):
    evaluation.opened()
    other = evaluation.opened(title="Zweite", reference_date="2026-06-30")
    with evaluation.app.app_context():
        part_id = db.session.scalars(select(Part.id).where(Part.request_id != other)).first()

    url = f"/anforderungen/{other}/einheiten/{part_id}"
    assert evaluation.office.browser("hr").get(url).status_code == 404


def test_a_delivery_keeps_the_name_that_the_unit_had(evaluation: Evaluation):
    evaluation.opened()
    evaluation.deliver()
    with evaluation.app.app_context():
        db.session.get_one(Unit, evaluation.world.unit_ids["33"]).name = "Ganz anders"
        db.session.commit()
    (delivery,) = evaluation.deliveries()

    assert read_canonical(delivery.content, delivery.sha256).unit_name == "Einheit 33"
    assert "33 Einheit 33" in evaluation.words(f"/meldungen/{delivery.id}", by="hr")


def test_a_unit_that_was_closed_or_reports_no_longer_stays_on_the_wall(evaluation: Evaluation):
    evaluation.opened()
    with evaluation.app.app_context():
        part = db.session.scalars(
            select(Part).where(Part.unit_id == evaluation.world.unit_ids["33"])
        ).one()
        make_delivery(evaluation.world, part)
        unit = db.session.get_one(Unit, evaluation.world.unit_ids["33"])
        unit.is_reporting, unit.closed_on = False, date(2026, 11, 1)
        db.session.commit()

    assert wall(evaluation)["33"][0] == "abgegeben"
    request_id = requests(evaluation)[0].id
    csv = evaluation.office.browser("hr").get(f"/anforderungen/{request_id}/stadt.csv").text
    assert csv.count("33;Einheit 33;") == 2
