"""Import of an office's trainings by page: the list, certificates beside it, errors, mending."""

import re
from html import unescape
from io import BytesIO

import pytest
from client import text_of
from unit_documents import make_image, make_pdf, make_zip
from unit_trainings import as_csv, as_xlsx, line

from selfcheck.audit.models import AuditEvent
from selfcheck.training.kinds import Area, EvidenceKind
from selfcheck.training.models import Certificate, CertificateContent, Evidence, TrainingRecord
from selfcheck.training.standing import State
from selfcheck.uploads.models import Upload

PAGE = "/schulungen/import"
PDF, PNG = make_pdf("Teilnahmeliste"), make_image("PNG")
ROWS = (
    line(Personalnummer="0071", Nachweis="Liste.pdf"),
    line(Personalnummer="0082", Nachweis="liste.PDF"),
    line(Personalnummer="0093", Nachweis="Foto.png", Umfang="5"),
)
ARCHIVE = {"Ordner/Liste.pdf": PDF, "Ordner/Foto.png": PNG}
NOT_YOURS = "gehört nicht zu Ihren Einheiten"


def preview(office, *rows, files=None):
    """Send a list; return the address of its preview."""
    archive = make_zip(files) if files else None
    response = office.send_list(as_csv(*rows), archive)
    assert response.status_code == 302, text_of(response)
    return response.location


def apply(office, url):
    """Look at the preview, and press „Übernehmen“."""
    shown = office.fields(office.browser().get(url))["shown"]
    return office.browser().send(url, {"shown": shown})


def errors_on(page):
    """Return row, column, value and sentence of each error."""
    body = page.text.split("<tbody", 1)[1].split("</tbody>")[0]
    cells = [unescape(one).strip() for one in re.findall(r">([^<>]+)</t[hd]>", body)]
    return [tuple(cells[start : start + 4]) for start in range(0, len(cells), 4)]


def test_a_list_with_its_certificates_goes_through_preview_and_is_applied(office):
    office.browser()
    before = office.everything()
    url = preview(office, *ROWS, files=ARCHIVE)
    words = text_of(office.browser().get(url))
    for part in (
        *("Vorschau: schulungen.csv", "3 neu", "0 geändert", "0 unverändert"),
        "0071 Kurs A interkulturelle Kompetenz 14.03.2024 8 UE = 6 Std. Liste.pdf",
        "0093 Kurs A interkulturelle Kompetenz 14.03.2024 5 UE = 3 Std. 45 Min. Foto.png",
    ):
        assert part in words
    assert office.everything() == before, "a preview changes nothing"

    response = apply(office, url)
    assert response.location == "/personal"
    words = office.words_after(response)
    assert "Übernommen: neu 3, geändert 0, unverändert 0." in words
    assert office.count(Certificate, Evidence, Upload) == [2, 3, 0]
    assert sorted(office.rows(CertificateContent.content)) == sorted([PDF, PNG])
    states = [office.state(number) for number in ("0071", "0082", "0093")]
    assert states == [State.FULFILLED, State.FULFILLED, State.TOO_SHORT]
    assert office.rows(AuditEvent.action, AuditEvent.subject, AuditEvent.details)[-1] == (
        "trainings-imported",
        "schulungen.csv",
        "neu 3, geändert 0, unverändert 0",
    )


def test_a_workbook_is_read_as_well(office):
    response = office.send_list(as_xlsx(*ROWS), make_zip(ARCHIVE))
    apply(office, response.location)
    assert office.count(TrainingRecord, Evidence) == [3, 3]


def test_rows_copied_in_excel_can_be_sent_with_a_zip(office):
    sent = {
        "pasted": as_csv(*ROWS, delimiter="\t").decode(),
        "files": (BytesIO(make_zip(ARCHIVE)), "Nachweise.zip"),
    }
    response = office.browser().send(PAGE, sent, content_type="multipart/form-data")
    apply(office, response.location)
    assert office.count(TrainingRecord, Evidence) == [3, 3]


def test_the_same_list_twice_changes_nothing(office):
    apply(office, preview(office, *ROWS, files=ARCHIVE))
    stored = office.everything()
    url = preview(office, *ROWS, files=ARCHIVE)
    page = office.browser().get(url)
    assert "Alles steht schon so da; es gibt nichts zu übernehmen." in text_of(page)
    assert "3 unverändert" in text_of(page)
    assert office.browser().send(url, {"shown": "made up"}).status_code == 409
    assert office.everything() == stored


def test_a_double_click_applies_once(office):
    url = preview(office, *ROWS, files=ARCHIVE)
    shown = office.fields(office.browser().get(url))["shown"]
    first = office.browser().send(url, {"shown": shown})
    stored = office.everything()
    second = office.browser().send(url, {"shown": shown})
    assert (first.status_code, second.status_code) == (302, 404)
    assert office.everything() == stored


def test_what_somebody_entered_meanwhile_is_shown_before_it_is_applied(office):
    url = preview(office, *ROWS, files=ARCHIVE)
    shown = office.fields(office.browser().get(url))["shown"]
    office.train(title="Kurs A", provider="Andere")
    before = office.everything()
    page = office.browser().send(url, {"shown": shown})
    assert page.status_code == 409
    words = text_of(page)
    assert "Inzwischen hat sich etwas geändert" in words
    assert "2 neu" in words
    assert "Anbieter: Andere → VHS" in words
    assert office.everything() == before
    assert apply(office, url).status_code == 302
    assert office.count(TrainingRecord) == [3]


def test_a_known_training_is_corrected_and_proved(office):
    office.train(title="Kurs A", provider="Andere", duration_minutes=300)
    url = preview(office, ROWS[0], files={"Liste.pdf": PDF})
    words = text_of(office.browser().get(url))
    assert "1 geändert" in words
    assert "Umfang: 5 Std. → 8 UE = 6 Std." in words
    assert "Nachweis: leer → Liste.pdf" in words
    apply(office, url)
    assert office.rows(TrainingRecord.provider, TrainingRecord.duration_minutes) == [("VHS", 360)]
    assert office.rows(Evidence.kind) == [EvidenceKind.CERTIFICATE]
    assert office.state() is State.FULFILLED


@pytest.mark.parametrize(
    ("archive", "sentence"),
    [
        (PDF, "ist kein lesbares ZIP-Archiv"),
        (b"", "ist kein lesbares ZIP-Archiv"),
        (make_zip(ARCHIVE)[:-40], "ist kein lesbares ZIP-Archiv"),
        (make_zip({"../Liste.pdf": PDF}), "einen unzulässigen Eintrag"),
        (make_zip({"innen.zip": make_zip(ARCHIVE)}), "enthält selbst ein ZIP-Archiv"),
    ],
    ids=["pdf", "empty", "cut off", "dots", "zip in zip"],
)
def test_a_bad_zip_is_named_beside_its_own_field(office, archive, sentence):
    page = office.send_list(as_csv(*ROWS), archive)
    office.check_refused(page, "files", sentence)
    assert 'id="file-error"' not in page.text
    assert office.count(Upload) == [0]


def test_a_bad_list_and_a_bad_zip_are_both_named(office):
    page = office.send_list(b"Personalnummer;Titel\r\n1;A\r\n", b"PK\x03\x04 broken")
    office.check_refused(page, "files", "ist kein lesbares ZIP-Archiv")
    office.check_refused(page, "file", "gefunden wurde „Personalnummer“")
    assert "2 Angaben fehlen oder stimmen noch nicht" in text_of(page)


def test_errors_are_named_mended_and_then_applied(office):
    office.browser()
    before = office.everything()
    rows = (
        line(Personalnummer="0071", Nachweis="Liste.pdf"),
        line(Personalnummer="9999"),
        line(Personalnummer="5004"),
        line(Personalnummer="0082", Beginn="30.02.2024"),
        line(Personalnummer="0082", Ende="13.03.2024"),
        line(Personalnummer="0082", Umfang="0"),
        line(Personalnummer="0082", Umfang="1.234"),
        line(Personalnummer="0093", Nachweis="fehlt.pdf"),
        line(Personalnummer="0093", Titel="B", Nachweis="Seite.pdf"),
        line(Personalnummer="0071"),
    )
    url = preview(office, *rows, files={"Liste.pdf": PDF, "Seite.pdf": b"<!doctype html>"})
    page = office.browser().get(url)
    errors = [(row, column, sentence) for row, column, _, sentence in errors_on(page)]
    for row, column, part in [
        ("3", "Personalnummer", NOT_YOURS),
        ("4", "Personalnummer", NOT_YOURS),
        ("5", "Beginn", "ist kein Datum"),
        ("6", "Ende", "liegt vor dem Beginn (14.03.2024)"),
        ("7", "Umfang", "ist nicht möglich"),
        ("8", "Umfang", "ist mehrdeutig; erwartet wird 1234 oder 1,234"),
        ("9", "Nachweis", "liegt der Liste nicht bei"),
        ("10", "Nachweis", "ist eine Webseite (HTML)"),
        ("11", "Titel", "steht schon in Zeile 2"),
    ]:
        found = [one for one in errors if one[:2] == (row, column)]
        assert len(found) == 1, (row, errors)
        assert part in found[0][2]
    assert office.browser().send(url, {"shown": "made up"}).status_code == 409
    assert office.everything() == before
    lines = office.browser().get(f"{url}/fehler.csv").data.decode("utf-8-sig").splitlines()
    assert len(lines) == len(errors) + 1
    assert lines[1].startswith("3;Personalnummer;9999;")

    apply(office, preview(office, *ROWS, files=ARCHIVE))
    assert office.count(TrainingRecord, Evidence) == [3, 3]


def test_unknown_and_foreign_people_are_refused_in_the_same_words(office):
    office.train("5004", title="Kurs A")
    sentences = []
    for number in ("9999", "5004"):
        page = office.browser().get(preview(office, line(Personalnummer=number)))
        (error,) = errors_on(page)
        sentences.append(error[3])
        assert "Geheim" not in page.text
    assert sentences[0] == sentences[1]


def test_files_that_no_row_names_are_mentioned_and_not_kept(office):
    url = preview(office, ROWS[0], files={"Liste.pdf": PDF, "übrig.png": PNG, ".versteckt": b"x"})
    words = text_of(office.browser().get(url))
    assert "1 Datei wird in der Liste nicht genannt und nicht übernommen: „übrig.png“." in words
    assert "„.versteckt“ wurde ausgelassen" in words
    apply(office, url)
    assert office.rows(Certificate.filename) == ["Liste.pdf"]


def test_what_the_commissioner_was_asked_about_cannot_be_decided_by_a_list(office):
    record_id = office.train(title="Kurs A", provider="VHS", evidence=True)
    sent = {"content": "Übungen", "question": "Zählt das?"}
    office.browser().send(f"/anerkennung/neu/{record_id}", sent)
    row = line(Personalnummer="0071", Kompetenz="interkulturell")
    ((number, column, *_),) = errors_on(office.browser().get(preview(office, row)))
    assert (number, column) == ("2", "Kompetenz")
    url = preview(office, line(Personalnummer="0071", Kompetenz="", Umfang="10"))
    apply(office, url)
    assert office.rows(TrainingRecord.area, TrainingRecord.duration_minutes) == [(None, 450)]
    assert office.state() is State.AWAITS_DECISION


def test_a_list_that_waits_is_its_senders_alone(office):
    url = preview(office, *ROWS, files=ARCHIVE)
    for login in ("colleague33", "officer50"):
        for address in (url, f"{url}/fehler.csv"):
            assert office.browser(login).get(address).status_code == 404
        assert office.browser(login).send(url, {"shown": "x"}).status_code == 404
        assert office.browser(login).send(f"{url}/verwerfen").status_code == 404
    words = office.words_after(office.browser().send(f"{url}/verwerfen"))
    assert "Die Liste ist verworfen; es wurde nichts übernommen." in words
    assert office.count(Upload, TrainingRecord) == [0, 0]


def test_an_area_in_short_is_understood(office):
    areas = ("demokratisch", "bürgernah", "mehrsprachig", "")
    rows = [line(Personalnummer="0071", Titel=f"Kurs {one}", Kompetenz=one) for one in areas]
    apply(office, preview(office, *rows))
    assert set(office.rows(TrainingRecord.area)) == {
        *(Area.DEMOCRATIC, Area.PLAIN_COMMUNICATION, Area.MULTILINGUAL, None)
    }
