"""Where a virus scanner is configured, nothing is kept that it did not call clean."""

import socket

import pytest
from client import text_of
from unit_documents import EICAR, make_image, make_pdf, make_zip
from unit_trainings import as_csv, line

from selfcheck.training.models import Certificate, Evidence

PDF = make_pdf("Zertifikat")
INFECTED = make_image("PNG") + EICAR
FOUND = "enthält Schadsoftware (Test.Eicar"
AWAY = "Die Virenprüfung ist zurzeit nicht erreichbar; es wurde nichts gespeichert."
ADDRESSES = ("infected", "nobody there")


@pytest.fixture(params=ADDRESSES)
def refusal(request, office, monkeypatch):
    """Configure the real scanner, or an address where nobody listens; return what is said."""
    if request.param == "infected":
        office.scan_with(f"unix:{request.getfixturevalue('clamd')}", monkeypatch)
        return FOUND
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    office.scan_with(f"tcp:127.0.0.1:{port}", monkeypatch)
    return AWAY


def test_a_clean_file_passes_the_scanner(office, clamd, monkeypatch):
    office.scan_with(clamd, monkeypatch)
    assert office.record((PDF, "a.pdf"), (make_image("JPEG"), "b.jpg")).status_code == 302
    office.send("/zertifikate/hochladen", None, (make_image("PNG"), "c.png"))
    assert office.count(Certificate, Evidence) == [3, 2]


def test_without_a_scanner_nothing_is_scanned(office):
    assert office.record((INFECTED, "a.png")).status_code == 302


def test_a_new_training_is_not_recorded_with_such_a_file(office, refusal):
    before = office.everything()
    page = office.record((PDF, "gut.pdf"), (INFECTED, "böse.png"), numbers="0071 0082")
    office.check_refused(page, "files", refusal)
    assert office.fields(page)["numbers"] == "0071 0082"
    assert office.everything() == before


def test_such_a_file_proves_nothing_later(office, refusal):
    record_id = office.train()
    before = office.everything()
    page = office.send(f"/schulungen/{record_id}/nachweis", None, (INFECTED, "böse.png"))
    office.check_refused(page, "files", refusal)
    assert office.everything() == before


def test_such_a_file_does_not_wait_in_the_stack(office, refusal):
    before = office.everything()
    page = office.send("/zertifikate/hochladen", None, (INFECTED, "böse.png"))
    assert page.status_code == 400
    assert refusal in text_of(page)
    assert office.everything() == before


def test_a_list_with_such_a_file_is_refused_as_a_whole(office, refusal):
    before = office.everything()
    rows = as_csv(line(Personalnummer="0071", Nachweis="böse.png"), line(Personalnummer="0082"))
    archive = make_zip({"böse.png": INFECTED})
    response = office.send_list(rows, archive)
    words = text_of(office.browser().get(response.location))
    assert "Ein Fehler in der Liste" in words
    assert refusal.removesuffix(".") in words
    sent = office.browser().send(response.location, {"shown": "made up"})
    assert "Ein Fehler in der Liste" in text_of(sent)
    assert office.everything() == before


def test_the_good_files_of_a_stack_are_kept_beside_a_bad_one(office, clamd, monkeypatch):
    office.scan_with(clamd, monkeypatch)
    archive = make_zip({"gut.pdf": PDF, "böse.png": INFECTED})
    page = office.send("/zertifikate/hochladen", None, (archive, "Stapel.zip"))
    assert page.status_code == 400
    assert "Die Datei „böse.png“ enthält Schadsoftware" in text_of(page)
    assert office.rows(Certificate.filename) == ["gut.pdf"]
