"""Assign a stack of certificates: all that was ticked or nothing, and nobody else's."""

from datetime import date, timedelta
from functools import cache
from html import unescape

import pytest
from client import text_of
from factories import make_certificate
from unit_documents import make_image, make_pdf

from selfcheck.accounts.models import User
from selfcheck.audit.models import AuditEvent
from selfcheck.clock import today
from selfcheck.db import db
from selfcheck.training.kinds import Area, EvidenceKind, LengthUnit
from selfcheck.training.limits import WAITING_DAYS
from selfcheck.training.mandates import CURRENT_MANDATE
from selfcheck.training.models import (
    Certificate,
    CertificateContent,
    Evidence,
    TrainingEvent,
    TrainingRecord,
    WaitingText,
)
from selfcheck.training.overview_service import list_standings
from selfcheck.training.standing import State, count_progress

STACK, UPLOAD, ASSIGN = "/zertifikate", "/zertifikate/hochladen", "/zertifikate/zuordnen"
TITLE = "Interkulturelle Kompetenz in der Verwaltung"
FILES = (Certificate, CertificateContent, WaitingText)
NAMES = {"0071": "Frau Erika Quandt", "0082": "Herr Max Öztürk", "0093": "Frau Änne Groß"}
OTHER_LENGTH = "Diese Schulung ist schon eingetragen, aber mit einem anderen Umfang."
NOT_THERE = "In Ihren Einheiten gibt es diese Personalnummer nicht."
NOTHING_TICKED = "Bitte kreuzen Sie an, was Sie geprüft haben. Eingetragen wurde nichts."
ALL_GONE = "Diese Zertifikate sind schon zugeordnet oder gelöscht."
OTHER_AREA = "Diese Schulung ist schon eingetragen, aber als „demokratische Kompetenz“."


@cache
def certify(name, day="14.03.2024"):
    return make_pdf(
        f"Volkshochschule Elbstadt\n\nTeilnahmebescheinigung\n\n{name}\n\n"
        f"hat am {day} an der Fortbildung\n\n„{TITLE}“\n\n"
        "im Umfang von 8 Unterrichtseinheiten teilgenommen."
    )


class Stack:
    """The officer's stack with a certificate for each of three people, and its form."""

    def __init__(self, office):
        self.office = office
        self.upload(*((certify(name), f"{number}.pdf") for number, name in NAMES.items()))

    def upload(self, *files):
        assert self.office.send(UPLOAD, None, *files).status_code == 302

    def id_of(self, number):
        """Return the id of the certificate that is named after a person's number."""
        rows = self.office.rows(Certificate.id, Certificate.filename)
        (found,) = [one for one, name in rows if name == f"{number}.pdf"]
        return found

    def open(self):
        page = self.office.browser().get(STACK)
        return self.office.fields(page).to_dict(flat=False)

    def ticked(self, *numbers, **typed):
        """Return the form with these ticked; ``typed`` by field and number: amount_0071."""
        sent = self.open()
        for number in numbers:
            sent[f"{self.id_of(number)}-confirmed"] = ["y"]
        for name, value in typed.items():
            field, _, number = name.rpartition("_")
            sent[f"{self.id_of(number)}-{field}"] = [value]
        return sent

    def assign(self, *numbers, **typed):
        return self.office.browser().send(ASSIGN, self.ticked(*numbers, **typed))


@pytest.fixture
def stack(office):
    return Stack(office)


def fulfilled(office):
    """Return how many people of the office have fulfilled the mandate."""
    with office.app.app_context():
        user = db.session.get_one(User, office.world.user_ids["officer33"])
        standings = list_standings(user, CURRENT_MANDATE, day=today())
        return sum(one.fulfilled for one in count_progress(standings).groups)


def test_all_that_are_ticked_become_trainings_with_their_proof(office, stack):
    assert fulfilled(office) == 0
    response = stack.assign(*NAMES)
    assert response.location == "/personal"
    assert "3 Zertifikate zugeordnet." in office.words_after(response)
    columns = (
        *(TrainingRecord.person_id, TrainingRecord.title, TrainingRecord.provider),
        *(TrainingRecord.area, TrainingRecord.first_day, TrainingRecord.last_day),
        *(TrainingRecord.duration_minutes, TrainingRecord.length_unit),
    )
    day = date(2024, 3, 14)
    assert sorted(office.rows(*columns)) == [
        (
            *(office.people[number], TITLE, "Volkshochschule Elbstadt", Area.INTERCULTURAL),
            *(day, day, 360, LengthUnit.LESSONS),
        )
        for number in NAMES
    ]
    assert office.count(*FILES, Evidence) == [3, 3, 0, 3]
    assert not any(office.rows(Certificate.is_waiting))
    assert fulfilled(office) == 3
    told = office.rows(AuditEvent.action, AuditEvent.details)
    assert ("certificates-uploaded", "3 Dateien") in told
    assert sum(action == "evidence-added" for action, _ in told) == 3


def test_nothing_counts_before_it_is_confirmed(office, stack):
    assert [office.state(number) for number in NAMES] == [State.NO_TRAINING] * 3
    assert office.count(TrainingRecord, Evidence) == [0, 0]


def test_one_fault_stores_nothing_of_the_others(office, stack):
    before = office.everything()
    typed = {"amount_0071": "abc", "title_0071": "Mein <b>Titel</b>", "provider_0082": "Geändert"}
    page = stack.assign("0071", "0082", **typed, title_0093="Noch offen")
    faulty = stack.id_of("0071")
    office.check_refused(page, f"{faulty}-amount", "Das ist keine Zahl; erwartet wird")
    words = unescape(text_of(page))
    assert "Eine Angabe fehlt oder stimmt noch nicht" in words
    assert "0071.pdf, Umfang: Das ist keine Zahl" in words
    shown = office.fields(page)
    for name, value in {**typed, "title_0093": "Noch offen"}.items():
        field, _, number = name.rpartition("_")
        assert shown[f"{stack.id_of(number)}-{field}"] == value
    ticked = [f"{stack.id_of(number)}-confirmed" in shown for number in NAMES]
    assert ticked == [True, True, False]
    assert office.everything() == before


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("person", "", "Bitte wählen Sie, für wen das Zertifikat gilt."),
        ("person", "4711", "Keine gültige Auswahl."),  # somebody who was not offered
        ("number", "9999", NOT_THERE),
        ("number", "5004", NOT_THERE),  # somebody of another office
        ("title", "", "Bitte geben Sie den Titel an."),
        ("provider", "x" * 201, "Das ist zu lang; möglich sind 200 Zeichen."),
        ("area", "Kochen", "Keine gültige Auswahl."),
        ("first_day", "", "Bitte geben Sie den ersten Tag an."),
        ("first_day", "30.02.2024", "Kein gültiges Datum."),
        ("last_day", "2024-03-13", "Das Ende liegt vor dem Beginn."),
        ("amount", "0", "Der Umfang muss größer als 0 sein."),
        ("amount", "1.234", "erwartet wird 1234 oder 1,234"),
        ("length_unit", "Tage", "Keine gültige Auswahl."),
    ],
)
def test_a_fault_stands_beside_its_field(office, stack, field, value, sentence):
    before = office.everything()
    page = stack.assign("0071", "0082", **{f"{field}_0071": value})
    office.check_refused(page, f"{stack.id_of('0071')}-{field}", sentence)
    assert office.everything() == before


def test_a_person_who_was_offered_and_left_the_office_meanwhile_is_refused(office, stack):
    sent = stack.ticked("0071", "0082")
    office.move("0071", "50", date(2026, 11, 1))
    before = office.everything()
    page = office.browser().send(ASSIGN, sent)
    assert page.status_code == 400
    assert "error-summary" in page.text
    summary = page.text.split("error-summary", 1)[1].split("</ul>")[0]
    assert "0071.pdf, Person: Keine gültige Auswahl." in unescape(summary)
    assert office.everything() == before


def test_what_was_not_ticked_stays_with_what_was_typed(office, stack):
    page = stack.assign("0071", title_0082="Von Hand", provider_0082="Akademie „Ost“")
    assert page.status_code == 200
    assert "1 Zertifikat zugeordnet, 2 warten noch." in text_of(page)
    shown = office.fields(page)
    assert set(shown.getlist("shown")) == {str(stack.id_of(one)) for one in ("0082", "0093")}
    prefix = f"{stack.id_of('0082')}-"
    assert shown[prefix + "title"] == "Von Hand"
    assert shown[prefix + "provider"] == "Akademie „Ost“"
    assert office.count(TrainingRecord, WaitingText) == [1, 2]
    assert [office.state(number) for number in NAMES] == [
        *(State.FULFILLED, State.NO_TRAINING, State.NO_TRAINING)
    ]


def test_without_a_tick_nothing_is_stored(office, stack):
    before = office.everything()
    page = stack.assign(title_0071="Von Hand")
    assert page.status_code == 400
    assert NOTHING_TICKED in text_of(page)
    assert office.fields(page)[f"{stack.id_of('0071')}-title"] == "Von Hand"
    assert office.everything() == before


def test_what_came_meanwhile_is_not_touched(office, stack):
    sent = stack.ticked(*NAMES)
    stack.upload((make_image("PNG"), "neu.png"))
    assert office.browser().send(ASSIGN, sent).status_code == 302
    assert office.rows(Certificate.filename, Certificate.is_waiting).count(("neu.png", True)) == 1
    assert office.count(TrainingRecord) == [3]


def test_somebody_elses_waiting_certificate_cannot_be_assigned(office, stack):
    before = office.everything()
    sent = stack.ticked(*NAMES)
    for login in ("colleague33", "officer50"):
        office.browser(login)
        page = office.browser(login).send(ASSIGN, sent)
        assert page.status_code == 400
        assert ALL_GONE in text_of(page)
        url = f"{STACK}/{stack.id_of('0071')}/verwerfen"
        assert office.browser(login).send(url).status_code == 404
    assert office.everything() == before


def test_a_training_that_is_recorded_gets_the_proof(office, stack):
    office.train("0071", title=TITLE.upper(), provider="VHS")
    assert office.state() is State.NO_EVIDENCE
    stack.assign("0071")
    assert office.rows(TrainingRecord.title, TrainingRecord.provider) == [(TITLE.upper(), "VHS")]
    assert office.rows(Evidence.kind) == [EvidenceKind.CERTIFICATE]
    assert office.count(TrainingEvent) == [1]
    assert office.state() is State.FULFILLED


def test_an_area_that_was_open_is_filled_in_with_the_proof(office, stack):
    office.train("0071", title=TITLE, area=None)
    stack.assign("0071")
    assert office.rows(TrainingRecord.area) == [Area.INTERCULTURAL]
    assert "Kompetenz: noch zu klären → interkulturelle Kompetenz" in text_of(office.page_of())
    assert office.state() is State.FULFILLED


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"duration_minutes": 300}, "amount", OTHER_LENGTH),
        ({"area": Area.DEMOCRATIC}, "area", OTHER_AREA),
    ],
)
def test_a_training_that_is_recorded_otherwise_is_not_proved(
    office, stack, changes, field, sentence
):
    office.train("0071", title=TITLE, **changes)
    before = office.everything()
    page = stack.assign("0071", "0082")
    office.check_refused(page, f"{stack.id_of('0071')}-{field}", sentence)
    assert office.everything() == before


def test_two_certificates_of_one_training_prove_it_together(office, stack):
    stack.upload((certify("Erika Quandt, Verwaltung"), "zweites.pdf"))
    stack.assign("0071", "zweites", person_zweites=str(office.people["0071"]))
    assert office.count(TrainingRecord, Evidence) == [1, 2]


def test_a_certificate_can_be_assigned_to_somebody_else_by_number(office, stack):
    assert stack.assign("0071", number_0071=" 0093 ").status_code == 200
    assert office.rows(TrainingRecord.person_id) == [office.people["0093"]]


def test_a_form_that_is_sent_twice_is_stored_once(office, stack):
    sent = stack.ticked(*NAMES)
    assert office.browser().send(ASSIGN, sent).status_code == 302
    stored = office.everything()
    again = office.browser().send(ASSIGN, sent)
    assert again.status_code == 400
    assert ALL_GONE in text_of(again)
    assert office.everything() == stored


def test_a_form_without_its_certificates_stores_nothing(office, stack):
    before = office.everything()
    browser = office.browser()
    for sent in ({}, {"shown": "x"}, {"shown": str(stack.id_of("0071"))}):
        assert browser.send(ASSIGN, sent).status_code == 400
    assert office.everything() == before


def test_what_is_not_needed_is_deleted(office, stack):
    certificate_id = stack.id_of("0071")
    url = f"{STACK}/{certificate_id}/verwerfen"
    assert f'href="{url}"' in office.browser().get(STACK).text
    assert "0071.pdf" in text_of(office.browser().get(url)), "it is asked before"
    words = office.words_after(office.browser().send(url))
    assert "„0071.pdf“ ist gelöscht." in words
    assert "2 Zertifikate warten" in words
    assert office.count(*FILES) == [2, 2, 2]
    assert office.browser().send(url).status_code == 404
    assert office.browser().get(f"{STACK}/{certificate_id}").status_code == 404


def test_what_proves_a_training_cannot_be_deleted_from_the_stack(office, stack):
    stack.assign("0071")
    stored = office.everything()
    url = f"{STACK}/{stack.id_of('0071')}/verwerfen"
    assert office.browser().send(url).status_code == 404
    assert office.everything() == stored


def test_what_nobody_assigned_for_long_is_deleted(office, stack):
    stack.assign("0071")
    office.clock.shift(timedelta(days=WAITING_DAYS - 1))
    office.forget_browsers()
    stack.upload((make_image("PNG"), "jung.png"))
    assert office.count(*FILES) == [4, 4, 3]
    office.clock.shift(timedelta(days=1, minutes=1))
    office.forget_browsers()
    office.send(UPLOAD, None, (make_image("JPEG"), "neu.jpg"), by="officer50")
    assert sorted(office.rows(Certificate.filename)) == ["0071.pdf", "jung.png", "neu.jpg"]
    assert office.count(*FILES) == [3, 3, 2]


def test_after_the_first_rows_the_next_ones_come(office):
    with office.app.app_context():
        for _ in range(27):
            certificate = make_certificate()
            certificate.is_waiting = True
            certificate.uploaded_by_id = office.world.user_ids["officer33"]
        db.session.commit()
    sent = office.fields(office.browser().get(STACK)).to_dict(flat=False)
    values = {"number": "0071", "provider": "VHS", "first_day": "2024-03-14", "amount": "6"}
    for place, one in enumerate(sent["shown"]):
        sent |= {f"{one}-{name}": [value] for name, value in values.items()}
        sent |= {f"{one}-title": [f"Kurs {place}"], f"{one}-confirmed": ["y"]}
    response = office.browser().send(ASSIGN, sent)
    assert office.count(TrainingRecord) == [25]
    assert response.location == STACK, "two more wait"
