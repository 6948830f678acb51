"""Prove a training later: files, an original that was seen, and taking a wrong proof away."""

from hashlib import sha256

import pytest
from client import text_of
from unit_documents import make_image, make_pdf

from selfcheck.documents import inspect
from selfcheck.training.kinds import EvidenceKind, RecordEvent
from selfcheck.training.models import (
    Certificate,
    CertificateContent,
    Evidence,
    TrainingEvent,
    TrainingRecord,
    WaitingText,
)
from selfcheck.training.standing import State

PDF = make_pdf("Zertifikat")
PNG = make_image("PNG")
NOTHING = "Bitte wählen Sie eine Datei, oder geben Sie an, wann Sie das Original gesehen haben."
KNOWN = "Dieser Nachweis liegt schon vor; es war nichts zu speichern."
NO_REASON = "Bitte geben Sie einen Grund an; er steht später in der Geschichte."
FILES = (Certificate, CertificateContent)
CHANGES = (TrainingEvent.kind, TrainingEvent.reason, TrainingEvent.changes)


def address(record_id):
    return f"/schulungen/{record_id}/nachweis"


def add(office, record_id, *files, by="officer33", **typed):
    return office.send(address(record_id), {"seen_on": "", **typed}, *files, by=by)


def remove(office, record_id, evidence_id, reason="Falsche Datei", by="officer33"):
    url = f"/schulungen/{record_id}/nachweise/{evidence_id}/entfernen"
    return office.browser(by).send(url, {"reason": reason})


def ask(office, record_id):
    sent = {"content": "Übungen", "question": "Zählt das?", "attaches_certificate": "y"}
    response = office.browser().send(f"/anerkennung/neu/{record_id}", sent)
    assert response.status_code == 302
    return response.location


def test_a_file_makes_a_training_count(office):
    record_id = office.train()
    assert office.state() is State.NO_EVIDENCE
    words = office.words_after(add(office, record_id, (PDF, "Scans/Änne.pdf")))
    assert "Der Nachweis für „Vielfalt im Amt“ ist gespeichert." in words
    assert "Zertifikat „Änne.pdf“ Herunterladen" in words
    assert office.rows(Certificate.filename, Certificate.sha256, Certificate.size_bytes) == [
        ("Änne.pdf", sha256(PDF).hexdigest(), len(PDF))
    ]
    assert office.rows(*CHANGES) == [
        (RecordEvent.EVIDENCE_ADDED, "", [["Nachweis", "", "Änne.pdf"]])
    ]
    assert office.rows(TrainingRecord.revision) == [2]
    assert office.state() is State.FULFILLED


def test_several_files_at_once_are_each_kept_once(office):
    record_id = office.train()
    files = [(PDF, "a.pdf"), (PNG, "b.png"), (PDF, "Kopie von a.pdf")]
    assert add(office, record_id, *files).status_code == 302
    assert sorted(office.rows(Certificate.filename)) == ["a.pdf", "b.png"]
    assert office.count(Evidence, TrainingEvent) == [2, 2]


def test_the_same_file_again_is_recognised(office):
    record_id = office.train()
    add(office, record_id, (PDF, "a.pdf"))
    stored = office.everything()
    page = add(office, record_id, (PDF, "unter anderem Namen.pdf"))
    office.check_refused(page, "files", KNOWN)
    assert office.everything() == stored


def test_the_same_file_for_a_colleague_is_stored_once(office):
    first, second = office.train("0071"), office.train("0082")
    add(office, first, (PDF, "Liste.pdf"))
    words = office.words_after(add(office, second, (PDF, "Nachweis.pdf"), by="colleague33"))
    assert "Zertifikat „Liste.pdf“" in words
    assert office.count(*FILES, Evidence) == [1, 1, 2]


def test_the_same_file_of_another_office_is_not_revealed_and_stored_anew(office):
    foreign, own = office.train("5004"), office.train("0071")
    add(office, foreign, (PDF, "Fremd.pdf"), by="officer50")
    (foreign_id,) = office.rows(Certificate.id)
    words = office.words_after(add(office, own, (PDF, "Eigen.pdf")))
    assert "Fremd" not in words
    assert office.count(*FILES, Evidence) == [2, 2, 2]
    assert office.browser().get(f"/zertifikate/{foreign_id}").status_code == 404


def test_a_file_that_waited_in_the_stack_waits_no_longer(office):
    office.send("/zertifikate/hochladen", None, (PDF, "Stapel.pdf"))
    assert office.count(WaitingText) == [1]
    add(office, office.train(), (PDF, "Nachweis.pdf"))
    assert office.rows(Certificate.is_waiting) == [False]
    assert office.count(WaitingText) == [0], "its text was only needed for reading it"


@pytest.mark.parametrize(
    ("seen_on", "shown"),
    [("2024-03-14", "14.03.2024"), ("2026-11-24", "24.11.2026"), ("20.03.2024", "20.03.2024")],
)
def test_an_original_seen_by_today_is_evidence(office, seen_on, shown):
    words = office.words_after(add(office, office.train(), seen_on=seen_on))
    assert f"Original gesehen am {shown} von Person officer33, nicht gespeichert" in words
    assert office.count(Certificate, Evidence) == [0, 1]
    assert office.state() is State.FULFILLED


def test_an_original_is_seen_once(office):
    record_id = office.train()
    add(office, record_id, seen_on="2024-03-20")
    stored = office.everything()
    page = add(office, record_id, seen_on="2024-03-21")
    office.check_refused(page, "seen_on", KNOWN)
    assert office.everything() == stored


def test_a_file_and_the_original_prove_together(office):
    add(office, office.train(), (PDF, "a.pdf"), seen_on="2024-03-20")
    assert office.rows(Evidence.kind) == [EvidenceKind.CERTIFICATE, EvidenceKind.SEEN]


@pytest.mark.parametrize(
    ("files", "seen_on", "field", "sentence"),
    [
        ([], "", "files", NOTHING),
        ([(b"", "leer.pdf")], "", "files", "Die Datei „leer.pdf“ ist leer"),
        ([(PDF, "a.pdf")], "2026-11-25", "seen_on", "Dieser Tag kommt erst noch."),
        ([(PDF, "a.pdf")], "2024-03-13", "seen_on", "erst nach dem Ende der Schulung (14.03.2024)"),
        ([(PDF, "a.pdf")], "30.02.2024", "seen_on", "Kein gültiges Datum."),
        ([(PDF, "a.pdf"), (PDF, "a.png")], "", "files", "endet auf „.png“"),
        (
            [(PDF, "a.pdf"), (PNG + bytes(10 * 1024**2), "groß.png")],
            "",
            "files",
            "Die Datei „groß.png“ ist größer als 10 MB",
        ),
    ],
    ids=["nothing", "empty", "to come", "too early", "no day", "one of two", "large"],
)
def test_what_proves_nothing_is_refused_and_nothing_kept(office, files, seen_on, field, sentence):
    record_id = office.train()
    before = office.everything()
    page = add(office, record_id, *files, seen_on=seen_on)
    office.check_refused(page, field, sentence)
    assert office.fields(page)["seen_on"] == seen_on
    assert office.everything() == before


def test_a_file_of_exactly_ten_megabytes_is_kept(office):
    content = PNG + bytes(10 * 1024**2 - len(PNG))
    assert add(office, office.train(), (content, "groß.png")).status_code == 302
    assert office.rows(CertificateContent.content) == [content]


def test_a_wrong_file_is_removed_with_a_reason_and_deleted_for_good(office):
    record_id = office.train()
    add(office, record_id, (PDF, "falsch.pdf"))
    (certificate_id,) = office.rows(Certificate.id)
    (evidence_id,) = office.rows(Evidence.id)
    url = f"/schulungen/{record_id}/nachweise/{evidence_id}/entfernen"
    assert "Zertifikat „falsch.pdf“." in text_of(office.browser().get(url))
    words = office.words_after(remove(office, record_id, evidence_id))
    assert "Der Nachweis ist entfernt." in words
    assert "Nachweis entfernt von Person officer33, „ Falsche Datei “" in words
    assert office.count(*FILES, Evidence) == [0, 0, 0]
    assert office.browser().get(f"/zertifikate/{certificate_id}").status_code == 404
    assert office.rows(*CHANGES)[-1] == (
        RecordEvent.EVIDENCE_REMOVED,
        "Falsche Datei",
        [["Nachweis", "Zertifikat „falsch.pdf“", "entfernt"]],
    )
    assert office.state() is State.NO_EVIDENCE


def test_a_file_with_another_use_is_kept(office):
    first, second = office.train("0071"), office.train("0082")
    for record_id in (first, second):
        add(office, record_id, (PDF, "Liste.pdf"))
    evidence = dict(office.rows(Evidence.record_id, Evidence.id))
    remove(office, first, evidence[first])
    assert office.count(*FILES, Evidence) == [1, 1, 1]
    assert office.state("0082") is State.FULFILLED
    remove(office, second, evidence[second])
    assert office.count(*FILES, Evidence) == [0, 0, 0]


def test_a_file_that_is_wrong_here_is_wrong_for_the_commissioner_too(office):
    record_id = office.train()
    add(office, record_id, (PDF, "Falsche Person.pdf"))
    (certificate_id,) = office.rows(Certificate.id)
    url = ask(office, record_id)
    remove(office, record_id, *office.rows(Evidence.id))
    assert office.count(*FILES, Evidence) == [0, 0, 0]
    commissioner = office.browser("commissioner")
    assert commissioner.get(f"/zertifikate/{certificate_id}").status_code == 404
    assert "Zertifikat ansehen" not in text_of(commissioner.get(url))


def test_a_file_that_a_colleague_still_needs_stays_with_the_commissioner(office):
    first, second = office.train("0071"), office.train("0082")
    for record_id in (first, second):
        add(office, record_id, (PDF, "Programm.pdf"))
    url = ask(office, first)
    remove(office, first, office.rows(Evidence.id)[0])
    assert office.count(*FILES) == [1, 1]
    assert "Zertifikat ansehen" in text_of(office.browser("commissioner").get(url))


def test_a_file_of_a_question_taken_back_is_deleted_with_its_last_use(office):
    record_id = office.train()
    add(office, record_id, (PDF, "Programm.pdf"))
    office.browser().send(f"{ask(office, record_id)}/zuruecknehmen")
    remove(office, record_id, *office.rows(Evidence.id))
    assert office.count(*FILES) == [0, 0], "nobody could ever open or delete it"


def test_removing_what_was_seen_leaves_the_files(office):
    record_id = office.train(evidence=True)
    add(office, record_id, (PDF, "a.pdf"))
    remove(office, record_id, office.rows(Evidence.id)[0])
    assert office.rows(Evidence.kind) == [EvidenceKind.CERTIFICATE]
    assert office.count(*FILES) == [1, 1]
    assert office.state() is State.FULFILLED


@pytest.mark.parametrize("reason", ["", " \r\n"])
def test_removing_needs_a_reason(office, reason):
    record_id = office.train(evidence=EvidenceKind.CERTIFICATE)
    before = office.everything()
    page = remove(office, record_id, *office.rows(Evidence.id), reason=reason)
    office.check_refused(page, "reason", NO_REASON)
    assert office.everything() == before


def test_the_central_confirmation_cannot_be_removed(office):
    record_id = office.train(evidence=EvidenceKind.CENTRAL)
    before = office.everything()
    (evidence_id,) = office.rows(Evidence.id)
    assert f"/nachweise/{evidence_id}/entfernen" not in office.page_of().text
    page = remove(office, record_id, evidence_id)
    assert page.status_code == 409
    assert "Bestätigung der zentralen Fortbildung lässt sich nicht entfernen" in text_of(page)
    assert office.everything() == before
    assert office.state() is State.FULFILLED


def test_evidence_is_removed_once(office):
    record_id = office.train(evidence=True)
    (evidence_id,) = office.rows(Evidence.id)
    remove(office, record_id, evidence_id)
    stored = office.everything()
    assert remove(office, record_id, evidence_id).status_code == 404
    assert office.everything() == stored


def test_evidence_is_found_only_under_its_own_record(office):
    own, foreign = office.train("0071", evidence=True), office.train("5004", evidence=True)
    evidence = dict(office.rows(Evidence.record_id, Evidence.id))
    before = office.everything()
    assert remove(office, own, evidence[foreign]).status_code == 404
    assert remove(office, foreign, evidence[foreign]).status_code == 404
    assert office.everything() == before


def test_what_is_stored_would_be_taken_again(office):
    for content, name in [(PDF, "a.pdf"), (PNG, "b.png"), (make_image("JPEG"), "c.jpeg")]:
        add(office, office.train(title=name), (content, name))
    stored = dict(office.rows(Certificate.id, Certificate.sha256))
    for certificate_id, content in office.rows(
        CertificateContent.certificate_id, CertificateContent.content
    ):
        assert inspect(content, "").sha256 == stored[certificate_id]
