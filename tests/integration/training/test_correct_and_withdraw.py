"""Correct a training and withdraw it: what the history tells, and what the verdict becomes."""

from datetime import date
from html import unescape

import pytest
from client import text_of
from sqlalchemy import select
from unit_documents import make_pdf

from selfcheck.audit.models import AuditEvent
from selfcheck.db import db
from selfcheck.training.kinds import Area, Outcome, RecordEvent
from selfcheck.training.models import Evidence, RecognitionQuestion, TrainingEvent, TrainingRecord
from selfcheck.training.standing import State

REASON = "Tippfehler, laut Zertifikat"
NO_REASON = "Bitte geben Sie einen Grund an; er steht später in der Geschichte."
OUTDATED = "Jemand anderes hat diesen Eintrag inzwischen geändert. Es wurde nichts gespeichert"
WITHDRAWN = "Diese Schulung wurde zurückgezogen"
BOUND = "Titel, Anbieter und Kompetenz lassen sich nicht mehr ändern"
PAGES = ("berichtigen", "zurueckziehen")
HISTORY = (TrainingEvent.kind, TrainingEvent.reason, TrainingEvent.changes)


def address(record_id, page="berichtigen"):
    return f"/schulungen/{record_id}/{page}"


def ask(office, record_id):
    typed = {"content": "Vorträge und Übungen", "question": "Zählt das?"}
    assert office.fill_in(f"/anerkennung/neu/{record_id}", **typed).status_code == 302
    return office.rows(RecognitionQuestion.id)[-1]


def decide(office, question_id, **decision):
    url = f"/anerkennung/{question_id}"
    assert office.browser("commissioner").send(url, decision).status_code == 302


def outcomes(office):
    return office.rows(RecognitionQuestion.outcome)


def test_a_correction_stands_in_the_history_with_old_and_new(office):
    record_id = office.train(provider="VSH", duration_minutes=300, evidence=True)
    assert office.state() is State.TOO_SHORT
    page = office.browser().get(address(record_id))
    shown = office.fields(page).to_dict()
    assert shown.pop("revision") == "1"
    assert shown == {
        "title": "Vielfalt im Amt",
        "provider": "VSH",
        "area": "interkulturelle Kompetenz",
        "format": "Präsenzschulung",
        "origin": "extern",
        "first_day": "2024-03-14",
        "last_day": "2024-03-14",
        "amount": "5",
        "length_unit": "h",
        "reason": "",
    }
    changes = {
        "provider": "VHS",
        "area": "",
        "format": "E-Learning",
        "origin": "zentral",
        "last_day": "15.03.2024",
        "amount": "8",
        "length_unit": "UE",
    }
    words = office.words_after(office.fill_in(address(record_id), **changes, reason=REASON))
    assert "Berichtigt." in words
    assert office.rows(*HISTORY) == [
        (
            RecordEvent.CORRECTED,
            REASON,
            [
                ["Anbieter", "VSH", "VHS"],
                ["Kompetenz", "interkulturelle Kompetenz", "noch zu klären"],
                ["Format", "Präsenzschulung", "E-Learning"],
                ["Herkunft", "extern", "zentral"],
                ["Ende", "14.03.2024", "15.03.2024"],
                ["Umfang", "5 Std.", "8 UE = 6 Std."],
            ],
        )
    ]
    assert "berichtigt von Person officer33, „ Tippfehler, laut Zertifikat “" in words
    assert "Umfang: 5 Std. → 8 UE = 6 Std." in words
    assert office.rows(TrainingRecord.revision, TrainingRecord.duration_minutes) == [(2, 360)]
    assert office.state() is State.AREA_OPEN


def test_a_correction_can_make_a_training_count(office):
    record_id = office.train(duration_minutes=300, evidence=True)
    office.words_after(office.fill_in(address(record_id), amount="6", reason=REASON))
    assert office.state() is State.FULFILLED
    office.fill_in(address(record_id), first_day="2020-12-31", last_day="", reason=REASON)
    assert office.state() is State.OUTSIDE_PERIOD


def test_the_audit_trail_says_which_record_and_not_whose(office):
    record_id = office.train()
    office.fill_in(address(record_id), provider="Akademie", reason=REASON)
    office.fill_in(address(record_id, "zurueckziehen"), reason=REASON)
    subject = f"Vielfalt im Amt (Eintrag {record_id})"
    told = office.rows(AuditEvent.action, AuditEvent.subject, AuditEvent.details)
    assert told[-2:] == [
        ("training-corrected", subject, ""),
        ("training-withdrawn", subject, ""),
    ]


def test_a_form_sent_unchanged_changes_nothing(office):
    record_id = office.train(duration_minutes=382, last_day=date(2024, 3, 16))
    office.browser()
    before = office.everything()
    words = office.words_after(office.fill_in(address(record_id), reason=REASON))
    assert "Es war nichts zu ändern." in words
    assert office.everything() == before


def test_the_spelling_of_a_title_can_be_corrected(office):
    record_id = office.train(title="vielfalt im  amt")
    office.words_after(office.fill_in(address(record_id), title="Vielfalt im Amt", reason=REASON))
    assert office.rows(TrainingRecord.title, TrainingRecord.title_key) == [
        ("Vielfalt im Amt", "vielfalt im amt")
    ]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", NO_REASON),
        (" \r\n ", NO_REASON),
        ("x" * 1001, "Das ist zu lang; möglich sind 1.000 Zeichen."),
    ],
)
def test_a_reason_is_needed(office, page, reason, sentence):
    record_id = office.train()
    before = office.everything()
    response = office.fill_in(address(record_id, page), reason=reason)
    office.check_refused(response, "reason", sentence)
    assert office.everything() == before


def test_a_faulty_correction_keeps_what_was_typed(office):
    record_id = office.train()
    before = office.everything()
    typed = {"title": "Neu & „anders“", "amount": "abc", "first_day": "30.02.2024"}
    page = office.fill_in(address(record_id), **typed, reason=REASON)
    office.check_refused(page, "amount", "Das ist keine Zahl")
    office.check_refused(page, "first_day", "Kein gültiges Datum.")
    assert {**typed, "reason": REASON}.items() <= office.fields(page).to_dict().items()
    assert office.everything() == before


@pytest.mark.parametrize("page", PAGES)
def test_a_form_from_before_somebody_elses_change_is_refused(office, page):
    record_id = office.train()
    old_tab = office.fields(office.browser("colleague33").get(address(record_id, page))).to_dict()
    office.words_after(office.fill_in(address(record_id), provider="Akademie", reason=REASON))
    before = office.everything()
    sent = {**old_tab, "reason": "Mein Grund"} | ({"amount": "9"} if page == PAGES[0] else {})
    response = office.browser("colleague33").send(address(record_id, page), sent)
    assert response.status_code == 400
    assert OUTDATED in unescape(text_of(response))
    assert sent.items() <= office.fields(response).to_dict().items(), "what was typed is there"
    assert office.everything() == before


@pytest.mark.parametrize("revision", ["", "0", "x", "99999999999", "-1", "²"])
def test_a_made_up_revision_is_an_outdated_one(office, revision):
    record_id = office.train()
    response = office.fill_in(address(record_id), revision=revision, amount="9", reason=REASON)
    assert response.status_code == 400
    assert OUTDATED in unescape(text_of(response))


@pytest.mark.parametrize("page", PAGES)
def test_a_withdrawn_training_cannot_be_changed(office, page):
    record_id = office.train()
    open_tab = office.fields(office.browser().get(address(record_id, page))).to_dict()
    office.words_after(office.fill_in(address(record_id, "zurueckziehen"), reason=REASON))
    before = office.everything()
    for sent in (open_tab, {**open_tab, "revision": "2"}):
        response = office.browser().send(address(record_id, page), {**sent, "reason": REASON})
        assert response.status_code == 400
        assert WITHDRAWN in text_of(response)
    assert office.everything() == before


def test_a_withdrawn_training_takes_no_evidence(office):
    record_id = office.train(evidence=True)
    (evidence_id,) = office.rows(Evidence.id)
    office.words_after(office.fill_in(address(record_id, "zurueckziehen"), reason=REASON))
    before = office.everything()
    added = office.send(address(record_id, "nachweis"), {}, (make_pdf(), "spät.pdf"))
    removal = address(record_id, f"nachweise/{evidence_id}/entfernen")
    removed = office.browser().send(removal, {"reason": REASON})
    assert {added.status_code, removed.status_code} <= {400, 409}
    assert office.everything() == before


def test_a_correction_cannot_make_a_duplicate(office):
    first = office.train(title="Vielfalt im Amt")
    second = office.train(title="Vielfalt im Amt", first_day=date(2024, 3, 15))
    before = office.everything()
    page = office.fill_in(
        address(second), title="VIELFALT im amt", first_day="2024-03-14", last_day="", reason=REASON
    )
    office.check_refused(page, "title", "schon eingetragen")
    target = f"/personal/{office.people['0071']}#schulung-{first}"
    assert f'<a href="{target}">Den vorhandenen Eintrag von ' in page.text
    assert office.everything() == before


@pytest.mark.parametrize("is_decided", [False, True])
def test_what_was_asked_about_is_locked_and_the_rest_is_not(office, is_decided):
    record_id = office.train(evidence=True)
    question_id = ask(office, record_id)
    if is_decided:
        decide(office, question_id, decision=Area.DEMOCRATIC.value)
    before = office.everything()
    assert "bleiben deshalb, wie sie sind" in text_of(office.browser().get(address(record_id)))
    for typed in (
        {"title": "Anders"},
        {"provider": "Anders"},
        {"area": Area.MULTILINGUAL.value},
    ):
        page = office.fill_in(address(record_id), **typed, reason=REASON)
        office.check_refused(page, "title", BOUND)
        assert typed.items() <= office.fields(page).to_dict().items()
    assert office.everything() == before
    changes = {"first_day": "2024-03-15", "last_day": "2024-03-16", "amount": "9"}
    assert "Berichtigt." in office.words_after(
        office.fill_in(address(record_id), **changes, reason=REASON)
    )
    area = Area.DEMOCRATIC if is_decided else None
    assert office.rows(
        TrainingRecord.area, TrainingRecord.first_day, TrainingRecord.duration_minutes
    ) == [(area, date(2024, 3, 15), 540)]
    assert office.rows(RecognitionQuestion.duration_minutes) == [360], "what was decided on stays"


def test_a_question_that_was_taken_back_locks_nothing(office):
    record_id = office.train(evidence=True)
    question_id = ask(office, record_id)
    office.browser().send(f"/anerkennung/{question_id}/zuruecknehmen")
    words = office.words_after(office.fill_in(address(record_id), title="Anders", reason=REASON))
    assert "Berichtigt." in words


def test_a_withdrawn_training_counts_no_more_and_stays_in_the_history(office):
    record_id = office.train(evidence=True)
    assert office.state() is State.FULFILLED
    words = office.words_after(office.fill_in(address(record_id, "zurueckziehen"), reason=REASON))
    assert "„Vielfalt im Amt“ ist zurückgezogen und zählt nicht mehr." in words
    assert "zurückgezogen von Person officer33, „ Tippfehler, laut Zertifikat “" in words
    assert office.state() is State.NO_TRAINING
    assert office.rows(*HISTORY) == [(RecordEvent.WITHDRAWN, REASON, [])]
    page = office.page_of()
    assert address(record_id) not in page.text
    assert "Original gesehen" in page.text


def test_withdrawing_the_last_record_closes_its_open_question(office):
    first = office.train("0071", evidence=True)
    second = office.train("0082", evidence=True)
    question_id = ask(office, first)
    commissioner = office.browser("commissioner")
    office.words_after(office.fill_in(address(first, "zurueckziehen"), reason=REASON))
    assert outcomes(office) == [None]
    assert commissioner.get(f"/anerkennung/{question_id}").status_code == 200
    office.words_after(office.fill_in(address(second, "zurueckziehen"), reason=REASON))
    assert outcomes(office) == [Outcome.WITHDRAWN]
    assert commissioner.get(f"/anerkennung/{question_id}").status_code == 404
    with office.app.app_context():
        question = db.session.scalars(select(RecognitionQuestion)).one()
        assert question.decided_by_id == office.world.user_ids["officer33"]
        assert question.decided_at is not None


def test_withdrawing_a_decided_training_leaves_the_decision(office):
    record_id = office.train(evidence=True)
    decide(office, ask(office, record_id), decision=Area.INTERCULTURAL.value)
    office.words_after(office.fill_in(address(record_id, "zurueckziehen"), reason=REASON))
    assert outcomes(office) == [Outcome.RECOGNISED]


@pytest.mark.parametrize("page", [*PAGES, "nachweis"])
def test_an_officer_of_another_office_finds_no_record(office, page):
    record_id = office.train()
    before = office.everything()
    foreign = office.browser("officer50")
    missing = foreign.get(address(4711, page))
    found = foreign.get(address(record_id, page))
    assert (found.status_code, missing.status_code) == (404, 404)
    assert text_of(found) == text_of(missing)
    sent = {"revision": "1", "reason": REASON, "seen_on": "2024-03-20"}
    assert foreign.send(address(record_id, page), sent).status_code == 404
    assert office.everything() == before
