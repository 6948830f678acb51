"""Record a training for one person or many: what is stored, and what is proved."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from hashlib import sha256

import pytest
from client import text_of
from unit_documents import make_image, make_pdf

from selfcheck.audit.models import AuditEvent
from selfcheck.training.kinds import Area, EvidenceKind, Format, LengthUnit, Origin
from selfcheck.training.models import (
    Certificate,
    CertificateContent,
    Evidence,
    TrainingEvent,
    TrainingRecord,
)
from selfcheck.training.standing import State

NEW = "/schulungen/neu"
PDF = make_pdf("Teilnahmeliste")
NO_EVIDENCE = "Es fehlt noch der Nachweis."


def test_a_training_with_its_certificate_is_recorded_for_one_person(office):
    assert office.state() is State.NO_TRAINING
    person_id = office.people["0071"]
    page = office.browser().get(f"{NEW}?person={person_id}")
    assert "1 Person ist gewählt: Quandt, Erika (0071)" in text_of(page)
    assert office.fields(page)["people"] == str(person_id)

    response = office.record((PDF, "Nachweis.pdf"), people=str(person_id), numbers="")
    assert response.location == f"/personal/{person_id}"
    words = office.words_after(response)
    assert "„Vielfalt im Amt“ ist für Quandt, Erika eingetragen." in words
    assert NO_EVIDENCE not in words
    assert "VHS · 14.03.2024 · 8 UE = 6 Std." in words
    assert "Zertifikat „Nachweis.pdf“" in words
    assert office.rows(
        *(TrainingRecord.person_id, TrainingRecord.title, TrainingRecord.provider),
        *(TrainingRecord.area, TrainingRecord.format, TrainingRecord.origin),
        *(TrainingRecord.first_day, TrainingRecord.last_day),
        *(TrainingRecord.duration_minutes, TrainingRecord.length_unit),
        *(TrainingRecord.recorded_by_id, TrainingRecord.withdrawn_at),
    ) == [
        (
            *(person_id, "Vielfalt im Amt", "VHS"),
            *(Area.INTERCULTURAL, Format.ON_SITE, Origin.EXTERNAL),
            *(date(2024, 3, 14), date(2024, 3, 14), 360, LengthUnit.LESSONS),
            *(office.world.user_ids["officer33"], None),
        )
    ]
    assert office.rows(Certificate.sha256, Certificate.is_waiting) == [
        (sha256(PDF).hexdigest(), False)
    ]
    assert office.rows(CertificateContent.content) == [PDF]
    assert office.state() is State.FULFILLED


@pytest.mark.parametrize(
    "numbers",
    [
        "0082,0093",
        "0071 0082 0093 0071",  # the first one is chosen as well
        "0093\r\n0082",
        " 0082 ;\t0093;; 0082,\r\n\r\n",
    ],
)
def test_one_list_of_participants_serves_all_who_are_chosen_or_typed(office, numbers):
    chosen = str(office.people["0071"])
    response = office.record(
        (PDF, "Liste.pdf"), people=f"{chosen} {chosen}", numbers=numbers, title="Gruppenschulung"
    )
    assert response.location == "/personal"
    assert "„Gruppenschulung“ ist für 3 Personen eingetragen." in office.words_after(response)
    recorded = office.rows(TrainingRecord.person_id)
    assert sorted(recorded) == sorted(office.people[one] for one in ("0071", "0082", "0093"))
    assert office.count(Certificate, CertificateContent, Evidence) == [1, 1, 3]
    told = [row for row in office.rows(AuditEvent.action, AuditEvent.details) if row[1]]
    assert ("trainings-recorded", "3 Personen") in told
    assert [office.state(number) for number in ("0071", "0082", "0093")] == [State.FULFILLED] * 3


def test_several_files_prove_the_training_of_several_people(office):
    office.record((PDF, "Liste.pdf"), (make_image("PNG"), "Foto.png"), numbers="0071 0082")
    assert sorted(office.rows(Certificate.filename)) == ["Foto.png", "Liste.pdf"]
    assert office.count(Evidence) == [4]


def test_an_original_that_was_seen_is_evidence_without_a_copy(office):
    words = office.words_after(office.record(seen_on="2024-03-20"))
    assert "Original gesehen am 20.03.2024 von Person officer33, nicht gespeichert" in words
    assert office.rows(Evidence.kind, Evidence.seen_on, Evidence.added_by_id) == [
        (EvidenceKind.SEEN, date(2024, 3, 20), office.world.user_ids["officer33"])
    ]
    assert office.count(Certificate) == [0]
    assert office.state() is State.FULFILLED


def test_a_training_without_evidence_is_kept_and_does_not_count(office):
    assert NO_EVIDENCE in office.words_after(office.record())
    assert office.count(TrainingRecord, Evidence) == [1, 0]
    assert office.state() is State.NO_EVIDENCE


def test_a_training_without_an_area_waits_for_it(office):
    office.words_after(office.record(area="", seen_on="2024-03-14"))
    assert office.rows(TrainingRecord.area) == [None]
    assert office.state() is State.AREA_OPEN


@pytest.mark.parametrize(
    ("amount", "unit", "minutes", "shown"),
    [
        ("6", "h", 360, "6 Std."),
        ("7,5", "h", 450, "7 Std. 30 Min."),
        ("7.5", "h", 450, "7 Std. 30 Min."),
        (" 8 ", "UE", 360, "8 UE = 6 Std."),
        ("8,5", "UE", 382, "8,5 UE = 6 Std. 22 Min."),
        ("5,99", "h", 359, "5 Std. 59 Min."),  # nobody reaches six by rounding
        ("7", "UE", 315, "7 UE = 5 Std. 15 Min."),
        ("1.500,0", "h", 90_000, "1.500 Std."),  # a point and a comma are clear
        ("2000", "h", 120_000, "2.000 Std."),
    ],
)
def test_hours_and_lessons_are_kept_as_minutes(office, amount, unit, minutes, shown):
    words = office.words_after(office.record(amount=amount, length_unit=unit, seen_on="2024-03-14"))
    assert office.rows(TrainingRecord.duration_minutes) == [minutes]
    assert f"14.03.2024 · {shown} " in words
    assert office.state() is (State.FULFILLED if minutes >= 360 else State.TOO_SHORT)


@pytest.mark.parametrize("last_day", ["15.03.2024", "2024-03-15"])
def test_days_are_taken_as_browsers_and_as_people_write_them(office, last_day):
    words = office.words_after(office.record(first_day="14.03.2024", last_day=last_day))
    assert "14.03.2024 bis 15.03.2024" in words


def test_a_training_to_come_is_kept_as_planned_and_counts_once_it_is_over(office):
    office.words_after(office.record((PDF, "a.pdf"), first_day="2026-12-01"))
    assert office.count(TrainingRecord) == [1]
    assert office.state() is State.PLANNED
    assert "1 Person " in text_of(office.browser().get("/personal?state=planned"))
    assert "Noch nicht erfüllt." in text_of(office.page_of())
    office.clock.move_to(datetime.fromisoformat("2026-12-01T09:00:00+01:00"))
    assert office.state() is State.FULFILLED


def test_the_same_training_again_is_refused_with_a_link_to_the_first(office):
    record_id = office.train("0082", title="Vielfalt im Amt", first_day=date(2024, 3, 14))
    before = office.everything()
    page = office.record((PDF, "a.pdf"), numbers="0071 0082", title="  VIELFALT   im  amt ")
    sentence = "„Vielfalt im Amt“ ist mit denselben Tagen schon eingetragen für Öztürk, Max."
    office.check_refused(page, "title", sentence)
    target = f"/personal/{office.people['0082']}#schulung-{record_id}"
    assert f'<a href="{target}">Den vorhandenen Eintrag von Öztürk, Max ansehen</a>' in page.text
    assert f'id="schulung-{record_id}"' in office.page_of("0082").text
    assert office.everything() == before


@pytest.mark.parametrize(
    "changes",
    [{"first_day": "2024-03-15"}, {"last_day": "2024-03-15"}, {"title": "Vielfalt im Amt II"}],
)
def test_another_day_or_title_is_another_training(office, changes):
    office.record()
    assert office.record(**changes).status_code == 302
    assert office.count(TrainingRecord) == [2]


def test_a_withdrawn_training_may_be_recorded_again(office):
    record_id = office.train(first_day=date(2024, 3, 14))
    office.fill_in(f"/schulungen/{record_id}/zurueckziehen", reason="Falsche Angaben")
    assert office.record(seen_on="2024-03-14").status_code == 302
    assert [one is None for one in office.rows(TrainingRecord.withdrawn_at)] == [False, True]
    assert office.state() is State.FULFILLED


def test_a_form_that_is_sent_twice_is_stored_once(office):
    first = office.record((PDF, "a.pdf"))
    stored = office.everything()
    second = office.record((PDF, "a.pdf"))
    assert (first.status_code, second.status_code) == (302, 400)
    assert office.everything() == stored


def test_a_double_click_records_once(office):
    """Two requests pass the same checks at the same time; the database lets one of them win."""
    browsers = [office.browser("officer33"), office.browser("colleague33")]
    sent = [one.token() for one in browsers]

    def click(browser, token):
        data = office.typed(numbers="0071 0082 0093", csrf_token=token, seen_on="2024-03-14")
        return browser.post(NEW, data=data).status_code

    with ThreadPoolExecutor() as pool:
        answers = sorted(pool.map(click, browsers, sent))
    assert answers[0] == 302
    assert answers[1] in {400, 409}
    assert office.count(TrainingRecord, Evidence, TrainingEvent) == [3, 3, 3]


def test_a_person_of_another_office_cannot_be_chosen(office):
    before = office.everything()
    foreign, missing = office.people["5004"], 4711
    for chosen in (foreign, missing):
        assert office.browser().get(f"{NEW}?person={chosen}").status_code == 404
        assert office.record(people=str(chosen)).status_code == 404
    assert office.everything() == before


def test_an_officer_records_for_the_own_office_only(office):
    assert office.record(numbers="5004", by="officer50").status_code == 302
    assert office.rows(TrainingRecord.person_id) == [office.people["5004"]]
