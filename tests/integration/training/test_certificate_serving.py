"""Open certificates: as what they are sent, who may, and what the audit trail says."""

import io
from datetime import date
from hashlib import sha256
from uuid import UUID, uuid4

import pikepdf
import pytest
from client import text_of
from PIL import Image
from sqlalchemy import update
from unit_documents import make_changed_pdf, make_image, make_pdf
from werkzeug.http import parse_options_header

from selfcheck.audit.models import AuditEvent
from selfcheck.db import db
from selfcheck.training.models import Certificate, RecognitionQuestion, TrainingRecord

PDF = make_pdf("Zertifikat für Erika Quandt")
PAGES = ("", "/ansehen", "/seite.png")
ENDPOINTS = (
    *("/schulungen/neu", "/schulungen/1/berichtigen", "/schulungen/1/zurueckziehen"),
    *("/schulungen/1/nachweis", "/schulungen/1/nachweise/1/entfernen"),
    *("/zertifikate", "/anerkennung", "/anerkennung/1", "/anerkennung/neu/1"),
    *("/schulungen/import", "/zentrale-schulungen"),
)


def prove(office, content=PDF, name="Zertifikat.pdf", number="0071", by="officer33"):
    """Prove a training; return the certificate's id."""
    known = set(office.rows(Certificate.id))
    record_id = office.train(number, title=f"Schulung {uuid4()}")
    office.send(f"/schulungen/{record_id}/nachweis", None, (content, name), by=by)
    (new,) = set(office.rows(Certificate.id)) - known
    return new


def wait(office, content=PDF, by="officer33"):
    """Put a file on somebody's stack; return its id."""
    known = set(office.rows(Certificate.id))
    office.send("/zertifikate/hochladen", None, (content, "Stapel.pdf"), by=by)
    (new,) = set(office.rows(Certificate.id)) - known
    return new


def statuses(office, certificate_id, by):
    """Return how the pages of a certificate answer somebody."""
    browser = office.browser(by)
    return {browser.get(f"/zertifikate/{certificate_id}{page}").status_code for page in PAGES}


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PDF, "Änne Groß – Zertifikat.pdf", "application/pdf"),
        (make_image("PNG"), "Änne Groß – Zertifikat.png", "image/png"),
        (make_image("JPEG"), "Änne Groß – Zertifikat.jpeg", "image/jpeg"),
        (PDF, "Änne Groß – Zertifikat.PDF", "application/pdf"),
    ],
)
def test_a_download_is_the_very_file_and_never_a_page_of_ours(office, content, name, media_type):
    certificate_id = prove(office, content, name)
    response = office.browser().get(f"/zertifikate/{certificate_id}")
    assert response.data == content
    assert office.rows(Certificate.sha256) == [sha256(content).hexdigest()]
    assert response.mimetype == media_type
    headers = response.headers
    disposition = headers["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    ending = name.rpartition(".")[2]
    encoded = f"%C3%84nne%20Gro%C3%9F%20%E2%80%93%20Zertifikat.{ending}"
    assert f"filename*=UTF-8''{encoded}" in disposition
    assert headers.getlist("Content-Security-Policy") == ["default-src 'none'; sandbox"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in headers["Cache-Control"]


@pytest.mark.parametrize("name", ['a"; filename=x.html; b="ä.pdf', "a;b=c, d.pdf", "a\\b'%41.pdf"])
def test_a_name_made_to_break_the_header_stays_a_name(office, name):
    certificate_id = prove(office)
    with office.app.app_context():
        db.session.execute(update(Certificate).values(filename=name))
        db.session.commit()
    headers = office.browser().get(f"/zertifikate/{certificate_id}").headers
    kind, options = parse_options_header(headers["Content-Disposition"])
    assert (kind, options["filename"]) == ("attachment", name)
    assert headers["Content-Disposition"].isascii(), "a server refuses to send other letters"
    assert office.browser().get(f"/zertifikate/{certificate_id}/ansehen").status_code == 200


def test_the_audit_trail_says_which_certificate_and_not_whose(office):
    certificate_id = prove(office, name="Erika Quandt.pdf")
    for page in ("", "/ansehen"):
        office.browser("head33").get(f"/zertifikate/{certificate_id}{page}")
    columns = (AuditEvent.action, AuditEvent.actor_id, AuditEvent.subject, AuditEvent.details)
    actor_id = office.world.user_ids["head33"]
    opened = ("certificate-opened", actor_id, f"Zertifikat {certificate_id}", "")
    assert office.rows(*columns)[-2:] == [opened, opened]
    told = " ".join(" ".join(row) for row in office.rows(AuditEvent.subject, AuditEvent.details))
    assert "Quandt" not in told
    assert "0071" not in told


def test_a_refused_download_leaves_no_trace(office):
    certificate_id = prove(office)
    office.browser("officer50")
    before = office.everything()
    assert statuses(office, certificate_id, "officer50") == {404}
    assert office.everything() == before


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PDF, "a.pdf"),
        (make_image("PNG", (900, 700)), "a.png"),
        (make_image("JPEG", (2000, 500)), "a.jpg"),
    ],
)
def test_the_first_page_is_shown_as_a_picture_that_was_drawn_here(office, content, name):
    certificate_id = prove(office, content, name)
    url = f"/zertifikate/{certificate_id}"
    page = office.browser().get(f"{url}/ansehen")
    assert f'src="{url}/seite.png?gross=1"' in page.text
    assert f'href="{url}"' in page.text
    widths = []
    for query in ("", "?gross=1"):
        response = office.browser().get(f"{url}/seite.png{query}")
        assert response.mimetype == "image/png"
        assert "no-store" in response.headers["Cache-Control"]
        with Image.open(io.BytesIO(response.data)) as picture:
            assert picture.format == "PNG"
            widths.append(picture.width)
    assert widths[0] <= 360 < widths[1] <= 1200


def test_a_page_without_a_size_is_drawn_as_well(office):
    def make_flat(pdf):
        pdf.pages[0].MediaBox = pikepdf.Array([0, 0, 0, 0])

    certificate_id = prove(office, make_changed_pdf(make_flat))
    picture = office.browser().get(f"/zertifikate/{certificate_id}/seite.png")
    assert (picture.status_code, picture.mimetype) == (200, "image/png")


@pytest.mark.parametrize("login", ["officer33", "colleague33", "head33", "head33.1"])
def test_whoever_sees_the_person_sees_the_certificate(office, login):
    assert statuses(office, prove(office), login) == {200}


@pytest.mark.parametrize(
    ("login", "status"),
    [
        ("officer50", 404),
        ("head50", 404),
        ("commissioner", 404),
        ("hr", 403),
        ("admin", 403),
        ("nobody", 403),
    ],
)
def test_nobody_else_learns_that_it_is_there(office, login, status):
    assert statuses(office, prove(office), login) == {status}
    assert statuses(office, uuid4(), login) == {status}


def test_a_certificate_follows_a_person_who_moves(office):
    certificate_id = prove(office)
    office.move("0071", "50", date(2026, 11, 25))
    assert statuses(office, certificate_id, "officer33") == {200}, "until the last day"
    assert statuses(office, certificate_id, "officer50") == {404}
    office.clock.shift(24 * 3600)
    office.forget_browsers()
    assert statuses(office, certificate_id, "officer33") == {404}
    assert statuses(office, certificate_id, "officer50") == {200}


def test_a_list_of_participants_stays_with_those_who_remain(office):
    office.record((PDF, "Liste.pdf"), numbers="0071 0082")
    (certificate_id,) = office.rows(Certificate.id)
    office.move("0071", "50", date(2026, 11, 1))
    assert statuses(office, certificate_id, "officer33") == {200}
    assert statuses(office, certificate_id, "officer50") == {200}


def test_a_waiting_certificate_is_its_uploaders_alone(office):
    certificate_id = wait(office)
    assert statuses(office, certificate_id, "officer33") == {200}
    for login in ("colleague33", "head33", "officer50", "commissioner"):
        assert statuses(office, certificate_id, login) == {404}
        assert str(certificate_id) not in office.browser(login).get("/zertifikate").text


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (None, 200),
        ({"decision": "Mehrsprachigkeit"}, 200),
        ({"decision": "reject", "answer": "Zu kurz"}, 200),
        ("taken back", 404),
    ],
)
def test_the_commissioner_sees_what_is_attached_to_a_question(office, answer, status):
    certificate_id = prove(office)
    (record_id,) = office.rows(TrainingRecord.id)
    sent = {"content": "Übungen", "question": "Zählt das?", "attaches_certificate": "y"}
    url = office.browser().send(f"/anerkennung/neu/{record_id}", sent).location
    if answer == "taken back":
        office.browser().send(f"{url}/zuruecknehmen")
    elif answer:
        office.browser("commissioner").send(url, answer)
    assert statuses(office, certificate_id, "commissioner") == {status}


def test_the_commissioner_does_not_see_what_was_not_attached(office):
    certificate_id = prove(office)
    (record_id,) = office.rows(TrainingRecord.id)
    sent = {"content": "Übungen", "question": "Zählt das?"}
    office.browser().send(f"/anerkennung/neu/{record_id}", sent)
    assert office.rows(RecognitionQuestion.certificate_id) == [None]
    assert statuses(office, certificate_id, "commissioner") == {404}


def test_ids_cannot_be_guessed(office):
    ids = [prove(office, make_pdf(f"Zertifikat {n}")) for n in range(3)]
    assert all(isinstance(one, UUID) and one.version == 4 for one in ids)
    for guess in ("1", str(ids[0].int), "../1", f"{ids[0]}x"):
        assert office.browser().get(f"/zertifikate/{guess}").status_code == 404


def test_what_the_file_is_was_decided_when_it_was_taken(office):
    """Nothing is sniffed while serving: a type that is stored is one of three."""
    certificate_id = prove(office)
    with office.app.app_context():
        db.session.execute(update(Certificate).values(filename="Seite.html"))
        db.session.commit()
    response = office.browser().get(f"/zertifikate/{certificate_id}")
    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"] == "attachment; filename=Seite.html"


def test_nothing_is_reachable_without_login(office, client):
    certificate_id = prove(office)
    before = office.everything()
    addresses = [*ENDPOINTS, *(f"/zertifikate/{certificate_id}{page}" for page in PAGES)]
    for url in addresses:
        response = client.get(url)
        assert response.status_code == 302, url
        assert response.location.startswith("/anmelden")
    for url in (*ENDPOINTS, "/zertifikate/hochladen", "/zertifikate/zuordnen"):
        answer = client.send(url, {"reason": "x", "seen_on": "2024-03-20"})
        assert answer.status_code in {302, 401, 405}
        assert "Quandt" not in text_of(answer)
    assert office.everything() == before


def test_a_photo_keeps_none_of_its_hidden_data_in_the_picture(office):
    exif = Image.Exif()
    exif[0x010E] = "Erika Quandt, privat"
    content = make_image("JPEG", exif=exif)
    certificate_id = prove(office, content, "a.jpg")
    picture = office.browser().get(f"/zertifikate/{certificate_id}/seite.png").data
    assert b"privat" in content
    assert b"privat" not in picture
