"""A stack of certificates: what is taken, what is refused, and what each one seems to say."""

import io
import re
import zipfile
from functools import cache
from html import unescape

import pytest
from client import text_of
from factories import make_certificate
from unit_documents import make_changed_pdf, make_image, make_pdf, make_zip

from selfcheck import clock
from selfcheck.db import db
from selfcheck.training.models import Certificate, CertificateContent, TrainingRecord, WaitingText

STACK, UPLOAD = "/zertifikate", "/zertifikate/hochladen"
AS_THE_SCRIPT = {"Accept": "application/json"}
FILES = (Certificate, CertificateContent, WaitingText)
HIDDEN_PDF = make_changed_pdf()
PNG, JPEG = make_image("PNG"), make_image("JPEG")
CERTIFICATE = """
Volkshochschule Elbstadt

Teilnahmebescheinigung

{name}

hat am {day} an der Fortbildung

„{title}“

im Umfang von {amount} Unterrichtseinheiten teilgenommen.
"""


@cache
def certify(
    name="Frau Erika Quandt",
    day="14.03.2024",
    title="Interkulturelle Kompetenz in der Verwaltung",
    amount="8",
):
    return make_pdf(CERTIFICATE.format(name=name, day=day, title=title, amount=amount))


def many(count):
    return [(certify(day=f"{n + 1:02}.03.2024"), f"Zertifikat {n}.pdf") for n in range(count)]


def wait(office, count, by="officer33"):
    """Put as many certificates on somebody's stack as if they had been uploaded."""
    with office.app.app_context():
        for _ in range(count):
            certificate = make_certificate()
            certificate.is_waiting, certificate.uploaded_at = True, clock.now()
            certificate.uploaded_by_id = office.world.user_ids[by]
        db.session.commit()


def upload(office, *files, by="officer33", **options):
    return office.send(UPLOAD, None, *files, by=by, **options)


def values_on(office, page):
    """Return the fields of the only row by their short names."""
    fields = office.fields(page)
    prefix = fields["shown"] + "-"
    return {name.removeprefix(prefix): fields[name] for name in fields if prefix in name}


def badges_on(page):
    """Return the certainty that is said beside each field that stands open."""
    hints = re.findall(r'data-unsure>.*?-([a-z_]+)-hint">([^<]*)<', page.text, re.DOTALL)
    return {name: unescape(hint) for name, hint in hints}


def test_ten_certificates_are_read_and_wait(office):
    response = upload(office, *many(10))
    assert response.location == STACK
    words = office.words_after(response)
    assert "10 Zertifikate warten auf Ihre Zuordnung. Eingetragen ist noch nichts." in words
    for _, name in many(10):
        assert name in words
    assert office.count(*FILES, TrainingRecord) == [10, 10, 10, 0]
    page = office.browser().get(STACK)
    assert len(office.fields(page).getlist("shown")) == 10
    assert "Quandt" in office.rows(WaitingText.text)[0]


def test_what_is_surely_read_is_filled_in(office):
    words = office.words_after(upload(office, (certify(), "a.pdf")))
    page = office.browser().get(STACK)
    assert "a.pdf" in words
    assert values_on(office, page) == {
        "person": str(office.people["0071"]),
        "number": "",
        "title": "Interkulturelle Kompetenz in der Verwaltung",
        "provider": "Volkshochschule Elbstadt",
        "area": "interkulturelle Kompetenz",
        "format": "Präsenzschulung",
        "origin": "extern",
        "first_day": "2024-03-14",
        "last_day": "",
        "amount": "8",
        "length_unit": "UE",
    }
    assert not {"person", "title", "area", "first_day", "amount"} & badges_on(page).keys()
    assert "Quandt, Erika (0071)" in text_of(page).split("Sicher gelesen oder üblich")[1]


def test_what_is_not_sure_is_marked_beside_its_field(office):
    text = "Frau Quandt hat an „Umgang mit Vielfalt“ teilgenommen, etwa 8 Stunden"
    upload(office, (make_pdf(text), "a.pdf"))
    page = office.browser().get(STACK)
    badges = badges_on(page)
    assert badges["person"].startswith("bitte prüfen")
    assert badges["amount"].startswith("bitte prüfen")
    assert badges["first_day"].startswith("nicht lesbar")
    values = values_on(office, page)
    assert (values["person"], values["amount"]) == (str(office.people["0071"]), "8")
    assert values["first_day"] == ""


def test_two_people_of_one_name_are_both_offered_and_neither_is_sure(office):
    twin = office.put("0172", "33", last_name="Quandt", has_citizen_contact=True)
    upload(office, (certify(), "a.pdf"))
    page = office.browser().get(STACK)
    assert badges_on(page)["person"].startswith("bitte prüfen")
    select = page.text.split("<select", 1)[1].split("</select>")[0]
    assert '-person"' in select
    for person_id, number in [(office.people["0071"], "0071"), (twin, "0172")]:
        assert f'value="{person_id}"' in select
        assert f"Quandt, Erika ({number})" in select


def test_nobody_of_another_office_is_offered(office):
    words = office.words_after(upload(office, (certify("Frau Gerda Geheim"), "a.pdf")))
    page = office.browser().get(STACK)
    assert values_on(office, page)["person"] == ""
    assert badges_on(page)["person"].startswith("nicht lesbar")
    assert "5004" not in words
    assert "Geheim, Gerda" not in words


@pytest.mark.parametrize(
    ("content", "name"), [(HIDDEN_PDF, "scan.pdf"), (PNG, "foto.png"), (JPEG, "foto.jpg")]
)
def test_without_text_everything_is_left_to_the_officer(office, content, name):
    words = office.words_after(upload(office, (content, name)))
    assert f"{name} nicht lesbar" in words
    page = office.browser().get(STACK)
    essential = {"person", "title", "provider", "area", "first_day", "last_day", "amount"}
    assert badges_on(page).keys() == essential
    values = values_on(office, page)
    assert {values[one] for one in essential} == {""}
    certificate_id = office.fields(page)["shown"]
    picture = office.browser().get(f"{STACK}/{certificate_id}/seite.png")
    assert picture.mimetype == "image/png"


def test_a_zip_counts_as_the_files_in_it(office):
    files = {f"Ordner/{name}": content for content, name in many(3)}
    hidden = {"__MACOSX/a.pdf": b"x", "Ordner/.DS_Store": b"x", "Ordner/": b""}
    words = office.words_after(upload(office, (make_zip(files | hidden), "Stapel.zip")))
    assert "3 Zertifikate warten" in words
    assert sorted(office.rows(Certificate.filename)) == [name for _, name in many(3)]


def make_bomb():
    return make_zip({f"{n}.pdf": bytes(11 * 1024**2) for n in range(20)})


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: make_zip({"b.pdf": PNG, "a.zip": make_zip({"a.pdf": PNG})}), "selbst ein ZIP"),
        (lambda: make_zip({"b.pdf": PNG, "../a.pdf": HIDDEN_PDF}), "einen unzulässigen Eintrag"),
        (lambda: make_zip({"b.pdf": PNG, "/etc/a.pdf": PNG}), "einen unzulässigen Eintrag"),
        (
            lambda: make_zip({f"{n}.pdf": b"" for n in range(10_000)}, zipfile.ZIP_STORED),
            "enthält mehr als 500 Dateien",
        ),
        (make_bomb, "ist entpackt größer als 200 MB"),
        (lambda: make_zip({"a.pdf": HIDDEN_PDF})[:-30], "ist kein lesbares ZIP-Archiv"),
    ],
    ids=["zip in zip", "dots", "root", "many", "bomb", "cut off"],
)
def test_a_bad_archive_is_refused_as_a_whole_and_named(office, make, sentence):
    page = upload(office, (make(), "böse.zip"), (certify(), "gut.pdf"))
    assert page.status_code == 400
    box = unescape(page.text).split("error-summary", 1)[1].split("</ul>")[0]
    assert "Die Datei „böse.zip“" in box
    assert sentence in box
    assert office.rows(Certificate.filename) == ["gut.pdf"]


def test_good_files_are_kept_and_bad_ones_named(office):
    page = upload(
        office,
        (certify(), "gut.pdf"),
        (b"", "leer.pdf"),
        (b"PK\x03\x04" + bytes(26) + b"word/document.xml", "brief.docx"),
        (make_zip({"auch gut.png": PNG, "bild.gif": b"GIF89a"}), "Stapel.zip"),
    )
    assert page.status_code == 400
    words = text_of(page)
    assert "3 Dateien wurden nicht angenommen" in words
    for part in (
        "Die Datei „leer.pdf“ ist leer",
        "Die Datei „brief.docx“ ist ein Word-Dokument",
        "Die Datei „bild.gif“ ist ein Bild im Format GIF",
        "2 Zertifikate warten auf Ihre Zuordnung.",
    ):
        assert part in words
    assert sorted(office.rows(Certificate.filename)) == ["auch gut.png", "gut.pdf"]


def test_the_same_file_is_kept_once(office):
    twice = [(certify(), "a.pdf"), (certify(), "Kopie.pdf"), (certify(day="01.04.2024"), "b.pdf")]
    words = office.words_after(upload(office, *twice))
    assert "2 Zertifikate warten" in words
    assert "Schon vorhanden und deshalb übersprungen: „Kopie.pdf“ (wartet schon)." in words
    words = office.words_after(upload(office, (certify(), "später.pdf")))
    assert "übersprungen: „später.pdf“" in words
    assert office.count(*FILES) == [2, 2, 2]


def test_what_proves_something_already_is_not_read_again(office):
    office.record((certify(), "a.pdf"))
    words = office.words_after(
        upload(office, (certify(), "b.pdf"), by="colleague33"), "colleague33"
    )
    assert "übersprungen: „b.pdf“ (Nachweis für Quandt, Erika)." in words
    assert office.count(*FILES) == [1, 1, 0]


def test_the_same_file_may_wait_for_two_officers_who_do_not_know_of_each_other(office):
    upload(office, (certify(), "a.pdf"))
    words = office.words_after(upload(office, (certify(), "b.pdf"), by="officer50"), "officer50")
    assert "1 Zertifikat wartet" in words
    assert office.count(Certificate) == [2]


def test_no_more_than_a_hundred_wait(office):
    wait(office, 99)
    wait(office, 5, by="colleague33")
    page = upload(office, *many(3))
    assert page.status_code == 400
    words = text_of(page)
    assert "Es können 100 Zertifikate auf ihre Zuordnung warten; 2 weitere wurden nicht" in words
    mine = office.world.user_ids["officer33"]
    assert office.rows(Certificate.uploaded_by_id).count(mine) == 100
    assert "100 Zertifikate warten auf Ihre Zuordnung" in text_of(office.browser().get(STACK))


def test_more_than_a_hundred_files_at_once_are_refused(office):
    page = upload(office, *[(PNG, f"{n}.png") for n in range(101)])
    assert page.status_code == 400
    assert "Bitte höchstens 100 Dateien auf einmal." in text_of(page)
    assert office.count(Certificate) == [0]


def test_something_must_be_sent(office):
    page = upload(office)
    assert page.status_code == 400
    assert "Bitte wählen Sie Dateien aus." in text_of(page)


def test_the_script_gets_counts_and_names(office):
    def answer(*files):
        response = upload(office, *files, headers=AS_THE_SCRIPT)
        assert response.status_code == 200
        assert response.mimetype == "application/json"
        return response.json

    assert answer((certify(), "a.pdf")) == {"kept": 1, "known": [], "refused": []}
    assert answer((certify(), "b.pdf")) == {
        "kept": 0,
        "known": ["„b.pdf“ (wartet schon)"],
        "refused": [],
    }
    refused = answer((b"", "leer.pdf"))
    assert (refused["kept"], refused["known"]) == (0, [])
    (sentence,) = refused["refused"]
    assert "Die Datei „leer.pdf“ ist leer" in sentence
    page = office.browser().get(STACK)
    assert f'action="{UPLOAD}"' in page.text
    assert f'data-done="{STACK}"' in page.text
    assert "wartet auf Ihre Zuordnung. Eingetragen" not in text_of(page), "the script told it"


def test_the_script_is_told_when_the_session_is_over(office):
    browser = office.app.test_client()
    sent = {"files": (io.BytesIO(certify()), "a.pdf")}
    response = browser.send(UPLOAD, sent, headers=AS_THE_SCRIPT)
    assert response.mimetype != "application/json"
    assert office.count(Certificate) == [0]


def test_only_the_first_rows_are_shown_and_the_number_of_all(office):
    wait(office, 30)
    page = office.browser().get(STACK)
    words = text_of(page)
    assert "30 Zertifikate warten auf Ihre Zuordnung" in words
    assert "Hier stehen die ersten 25; die übrigen kommen danach." in words
    assert len(office.fields(page).getlist("shown")) == 25
