"""The central training unit confirms attendance, and sees nothing of the offices' registers."""

import re
from html import unescape
from uuid import uuid4

import pytest
from client import text_of
from unit_documents import make_pdf, make_zip
from unit_trainings import as_csv, line

from selfcheck.audit.models import AuditEvent
from selfcheck.training.kinds import EvidenceKind, Origin
from selfcheck.training.models import Certificate, Evidence, TrainingEvent, TrainingRecord
from selfcheck.training.standing import State

PAGE = "/zentrale-schulungen"
REGISTER = re.compile(
    r"Quandt|Erika|Öztürk|Groß|Geheim|Gerda|Anbieter Nord|Eigener Kurs|Einheit 33|Einheit 50"
)
# What „hr“ may not open, and what is there to be opened.
FOREIGN = (
    *("/personal", "/personal/liste.xlsx", "/personal/liste.csv", "/personal/{person}"),
    *("/schulungen/neu", "/schulungen/{record}/berichtigen", "/schulungen/{record}/nachweis"),
    *("/zertifikate", "/zertifikate/{certificate}", "/zertifikate/{certificate}/ansehen"),
    *("/zertifikate/{certificate}/seite.png", "/anerkennung", "/schulungen/import"),
)


def central(number, **cells):
    return line(Personalnummer=number, Herkunft="zentral", **cells)


def preview(office, *rows, files=None):
    """Send a central list; return the address of its preview."""
    archive = make_zip(files) if files else None
    response = office.send_list(as_csv(*rows), archive, url=PAGE, by="hr")
    assert response.status_code == 302, text_of(response)
    return response.location


def apply(office, url):
    shown = office.fields(office.browser("hr").get(url))["shown"]
    return office.browser("hr").send(url, {"shown": shown})


@pytest.fixture
def register(office):
    """Enter trainings in both offices: one that is on the central list, and others."""
    known = office.train("0071", title="Kurs A", provider="Anbieter Nord", duration_minutes=300)
    office.train("0071", title="Eigener Kurs", evidence=True, duration_minutes=300)
    office.train("5004", title="Eigener Kurs", evidence=True)
    return known


def test_a_central_list_confirms_people_of_all_offices(office):
    url = preview(office, central("0071"), central("0082"), central("5004"))
    words = text_of(office.browser("hr").get(url))
    assert "3 Teilnahmen zu bestätigen" in words
    assert "0 früher schon bestätigt" in words
    response = apply(office, url)
    assert response.location == PAGE
    words = office.words_after(response, "hr")
    assert "Übernommen: neu 3, geändert 0, unverändert 0." in words
    assert office.rows(TrainingRecord.origin) == [Origin.CENTRAL] * 3
    assert office.rows(Evidence.kind) == [EvidenceKind.CENTRAL] * 3
    assert office.state("0071") is State.FULFILLED
    assert office.state("5004", by="officer50") is State.FULFILLED
    assert "Teilnahme von der zentralen Fortbildung bestätigt" in text_of(office.page_of())
    told = office.rows(AuditEvent.action, AuditEvent.details)
    assert ("central-trainings-imported", "neu 3, geändert 0, unverändert 0") in told


def test_what_an_officer_had_entered_gets_the_confirmation(office, register):
    assert office.state() is State.TOO_SHORT
    apply(office, preview(office, central("0071")))
    rows = office.rows(TrainingRecord.id, TrainingRecord.provider, TrainingRecord.duration_minutes)
    assert (register, "VHS", 360) in rows
    assert len(rows) == 3
    kinds = dict(office.rows(Evidence.record_id, Evidence.kind))
    assert kinds[register] is EvidenceKind.CENTRAL
    assert office.state() is State.FULFILLED
    words = unescape(text_of(office.page_of()))
    assert "Anbieter: Anbieter Nord → VHS" in words
    assert "Bestätigung der zentralen Fortbildung" in words
    assert office.count(TrainingEvent) == [2]


def test_the_counts_are_those_of_the_list_whatever_the_offices_entered(office, register):
    url = preview(office, central("0071"), central("0082"))
    words = text_of(office.browser("hr").get(url))
    assert "2 Teilnahmen zu bestätigen" in words
    assert "0 früher schon bestätigt" in words
    assert "geändert" not in words.split("Vorschau:")[1]
    assert "Übernommen: neu 2, geändert 0, unverändert 0." in office.words_after(
        apply(office, url), "hr"
    )


def test_the_preview_is_the_same_with_and_without_a_known_training(office):
    url = preview(office, central("0071"))

    def look():
        page = office.browser("hr").get(url)
        return text_of(page), office.fields(page)

    without = look()
    office.train("0071", title="Kurs A", provider="Anbieter Nord", duration_minutes=300)
    assert look() == without


def test_the_same_central_list_again_changes_nothing(office, register):
    apply(office, preview(office, central("0071"), central("0082")))
    stored = office.everything()
    url = preview(office, central("0071"), central("0082"))
    words = text_of(office.browser("hr").get(url))
    assert "2 früher schon bestätigt" in words
    assert "Alles steht schon so da; es gibt nichts zu übernehmen." in words
    assert office.browser("hr").send(url, {"shown": "made up"}).status_code == 409
    assert office.everything() == stored


def test_certificates_of_a_central_list_belong_to_the_offices(office):
    url = preview(office, central("0071", Nachweis="a.pdf"), files={"a.pdf": make_pdf()})
    apply(office, url)
    (certificate_id,) = office.rows(Certificate.id)
    assert office.browser("hr").get(f"/zertifikate/{certificate_id}").status_code == 403
    assert office.browser().get(f"/zertifikate/{certificate_id}").status_code == 200
    assert set(office.rows(Evidence.kind)) == {EvidenceKind.CERTIFICATE, EvidenceKind.CENTRAL}


def test_no_page_of_hr_shows_anything_of_the_register(office, register):
    browser = office.browser("hr")
    url = preview(office, central("0071"), central("0082"), central("5004"))
    faulty = preview(office, central("0071", Umfang="0"), central("9999"), central("5004"))
    pages = [browser.get(one) for one in ("/", PAGE, url, faulty, f"{faulty}/fehler.csv")]
    pages.append(browser.send(url, {"shown": "outdated"}))
    pages.append(browser.get(apply(office, url).location))
    pages.append(browser.get(preview(office, central("0071"))))
    statuses = [page.status_code for page in pages]
    assert statuses == [200, 200, 200, 200, 200, 409, 200, 200]
    for page in pages:
        found = REGISTER.search(unescape(page.text))
        assert found is None, f"{page.request.path}: {found}"


@pytest.mark.parametrize("address", FOREIGN)
def test_hr_opens_neither_people_nor_trainings_nor_certificates(office, register, address):
    office.send(f"/schulungen/{register}/nachweis", None, (make_pdf(), "a.pdf"))
    values = {
        "person": office.people["0071"],
        "record": register,
        "certificate": office.rows(Certificate.id)[0],
    }
    browser = office.browser("hr")
    page = browser.get(address.format(**values))
    assert page.status_code == 403
    assert REGISTER.search(unescape(text_of(page))) is None
    navigation = browser.get("/").text
    assert f'href="{address}"' not in navigation


def test_an_officer_does_not_confirm_centrally(office):
    for login in ("officer33", "head33", "admin", "commissioner"):
        assert office.browser(login).get(PAGE).status_code == 403
        response = office.send_list(as_csv(central("0071")), url=PAGE, by=login)
        assert response.status_code == 403
    assert office.count(TrainingRecord) == [0]


def test_lists_of_officers_and_of_the_central_unit_are_kept_apart(office):
    own = office.send_list(as_csv(central("0071"))).location
    number = own.rsplit("/", 1)[1]
    assert office.browser("hr").get(f"{PAGE}/{number}").status_code == 404
    theirs = preview(office, central("0071")).rsplit("/", 1)[1]
    assert office.browser().get(f"/schulungen/import/{theirs}").status_code == 404
    assert office.browser("hr").get(f"{PAGE}/{uuid4()}").status_code == 404


def test_a_question_that_is_open_stays_open(office, register):
    sent = {"content": "Übungen", "question": "Zählt das?"}
    office.browser().send(f"/anerkennung/neu/{register}", sent)
    apply(office, preview(office, central("0071")))
    areas = dict(office.rows(TrainingRecord.id, TrainingRecord.area))
    assert areas[register] is None
    assert office.state() is State.AWAITS_DECISION
