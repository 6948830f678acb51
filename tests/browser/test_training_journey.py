"""A training officer gets rid of the Excel lists: roster, certificates, why something counts."""

import re
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import pytest
import typst
from axe import find_violations, scrolls_sideways
from playwright.sync_api import Page, expect

HEADER = (
    "Personalnummer\tNachname\tVorname\tOrganisationseinheit\tFührungskraft\tBürgerkontakt\t"
    "Medienarbeit\tGültig ab\tGültig bis\n"
)
LETTERS = str.maketrans("0123456789", "abcdefghij")


@pytest.fixture
def names() -> list[str]:
    """Ten last names that nobody else has."""
    word = uuid4().hex[:6].translate(LETTERS).capitalize()
    return [f"{word}{ending}" for ending in "aehiklmnop"]


def roster(names: Sequence[str], *, unit: str = "33.1") -> str:
    rows = (f"{name}\t{name}\tÄnne\t{unit}\tnein\tja\tnein\t\t\n" for name in names)
    return HEADER + "".join(rows)


def import_roster(page: Page, pasted: str) -> None:
    page.goto("/personal/import")
    page.get_by_label("Zeilen aus Excel").fill(pasted)
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_role("status").first).to_contain_text("Übernommen")


def make_certificates(folder: Path, names: Sequence[str]) -> list[Path]:
    files = []
    for name in names:
        text = (
            f"= Teilnahmebescheinigung\n\nFrau Änne {name}\n\n"
            "hat am 14.03.2024 an der Fortbildung\n\n"
            "„Interkulturelle Kommunikation“\n\nim Umfang von 8 UE teilgenommen.\n\n"
            "Veranstalter: Volkshochschule Elbtal e. V.\n"
        )
        file = folder / f"{name}.pdf"
        file.write_bytes(typst.compile(text.encode(), format="pdf"))
        files.append(file)
    return files


def fulfilled(page: Page) -> tuple[int, int]:
    """Return how many Beschäftigte have fulfilled the mandate, and of how many."""
    page.goto("/")
    words = page.locator("section", has_text="Beschäftigte").locator("p").first.inner_text()
    match = re.match(r"([\d.]+) von ([\d.]+)", words)
    assert match, words
    return int(match[1].replace(".", "")), int(match[2].replace(".", ""))


def open_person(page: Page, name: str) -> None:
    page.goto("/personal")
    page.get_by_label("Name oder Personalnummer").fill(name)
    page.get_by_role("button", name="Filtern").click()
    page.get_by_role("link", name=f"{name}, Änne").click()


def test_a_roster_with_an_error_is_mended_applied_and_taken_back(visit, names):
    page = visit("fortbildung.33", "/personal/import")
    faulty = roster(names).replace("33.1\t", "33.99\t", 1)
    page.get_by_label("Zeilen aus Excel").fill(faulty)
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    expect(page.get_by_text("Ein Fehler in der Liste")).to_be_visible()
    expect(page.locator("tbody")).to_contain_text("Organisationseinheit")
    assert find_violations(page) == []
    page.get_by_role("link", name="Andere Liste wählen").click()
    page.get_by_label("Datei").set_input_files(
        files=[
            {
                "name": "Personal Bürgeramt.csv",
                "mimeType": "text/csv",
                "buffer": roster(names).replace("\t", ";").encode("cp1252"),
            }
        ]
    )
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    expect(page.locator(".counts")).to_contain_text("10 neu")
    assert find_violations(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert not scrolls_sideways(page)
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_role("status").first).to_contain_text("neu 10")
    page.get_by_role("link", name="Ansehen oder zurücknehmen").click()
    page.get_by_role("link", name="Zurücknehmen").first.click()
    assert find_violations(page) == []
    page.get_by_role("button", name="Import zurücknehmen").click()
    expect(page.get_by_text("ist zurückgenommen")).to_be_visible()
    page.goto(f"/personal?text={names[0]}")
    expect(page.get_by_text("Zu diesem Filter gibt es niemanden.")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_ten_certificates_are_dropped_confirmed_and_change_the_quota(
    visit, names, tmp_path, javascript
):
    page = visit("fortbildung.50", java_script_enabled=javascript)
    import_roster(page, roster(names, unit="50.1"))
    done, people = fulfilled(page)
    page.goto("/zertifikate")
    page.get_by_label("Zertifikate hierher ziehen").set_input_files(
        make_certificates(tmp_path, names)
    )
    page.get_by_role("button", name="Zertifikate lesen").click()
    expect(page.get_by_role("heading", name="10 Zertifikate warten")).to_be_visible(timeout=30_000)
    assert fulfilled(page) == (done, people), "nothing is stored before it is confirmed"

    page.goto("/zertifikate")
    rows = page.locator(".stack__row")
    expect(rows).to_have_count(10)
    expect(rows.first.locator("summary")).to_contain_text("14.03.2024 · ein Tag · 8 UE")
    for row in rows.all()[:9]:
        row.get_by_label("geprüft, so übernehmen").check()
    page.get_by_role("button", name="Angekreuzte übernehmen").click()
    expect(page.get_by_role("status").first).to_contain_text("9 Zertifikate zugeordnet")
    rows.first.get_by_label("geprüft, so übernehmen").check()
    page.get_by_role("button", name="Angekreuzte übernehmen").click()
    expect(page.get_by_role("status").first).to_contain_text("1 Zertifikat zugeordnet")
    assert fulfilled(page) == (done + 10, people)


def test_the_same_stack_again_is_recognised(visit, names, tmp_path):
    page = visit("fortbildung.33")
    files = make_certificates(tmp_path, names[:2])
    for told in ("2 Zertifikate warten", "übersprungen"):
        page.goto("/zertifikate")
        page.get_by_label("Zertifikate hierher ziehen").set_input_files(files)
        page.get_by_role("button", name="Zertifikate lesen").click()
        if told == "übersprungen":
            expect(page.locator("[data-stack-told]")).to_contain_text("2 schon vorhanden")
        else:
            expect(page.locator(".stack__row", has_text=files[1].name)).to_be_visible()
    page.goto("/zertifikate")
    for file in files:  # leave the table as it was
        page.get_by_role("link", name=re.compile(f"Löschen ?: {file.name}")).click()
        assert find_violations(page) == []
        page.get_by_role("button", name="Löschen").click()
        expect(page.get_by_text("ist gelöscht")).to_be_visible()


def test_why_a_training_does_not_count_is_said_mended_and_seen_to_count(visit, names, tmp_path):
    name = names[0]
    page = visit("fortbildung.33")
    import_roster(page, roster([name]))
    open_person(page, name)
    page.get_by_role("link", name="Schulung eintragen").first.click()
    page.get_by_label("Titel").fill("Spanisch für den Schalter")
    page.get_by_label("Anbieter").fill("Volkshochschule")
    page.get_by_label("Kompetenz").select_option("Mehrsprachigkeit")
    page.get_by_label("Beginn").fill("2024-05-06")
    page.get_by_label("Umfang").fill("7")
    page.get_by_label("UE (45 Minuten)").check()
    told = page.locator("[data-length-told]")
    expect(told).to_have_text("Das sind 5 Std. 15 Min.: weniger als die nötigen 6 Std.")
    page.locator("main").get_by_role("button", name="Schulung eintragen").click()

    reasons = page.locator(".reasons")
    expect(reasons).to_contain_text("Es fehlt ein Nachweis (Abschnitt 6).")
    expect(reasons).to_contain_text("dauerte 5 Std. 15 Min.; nötig sind mindestens 6 Stunden")
    expect(page.locator(".verdict")).to_contain_text("Noch nicht erfüllt.")
    page.get_by_role("link", name=re.compile("Berichtigen ?: Spanisch")).click()
    page.get_by_label("Umfang").fill("8")
    page.get_by_label("Begründung").fill("Auf dem Zertifikat stehen acht.")
    page.get_by_role("button", name="Berichtigen").click()
    expect(page.locator(".verdict")).to_contain_text("Es fehlt nur der Nachweis für „Spanisch")

    page.get_by_role("link", name="Nachweis eintragen").click()
    page.get_by_label("Zertifikat oder Teilnahmeliste").set_input_files(
        make_certificates(tmp_path, [name])
    )
    page.get_by_role("button", name="Nachweis speichern").click()
    expect(page.locator(".verdict")).to_contain_text("Auftrag erfüllt durch „Spanisch")
    page.locator("summary", has_text="Geschichte").click()
    expect(page.get_by_text("Auf dem Zertifikat stehen acht.")).to_be_visible()
    assert find_violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Herunterladen").click()
    assert download.value.suggested_filename == f"{name}.pdf"


def test_a_doubtful_training_counts_once_the_commissioner_says_so(visit, names):
    name = names[1]
    page = visit("fortbildung.33")
    import_roster(page, roster([name]))
    open_person(page, name)
    page.get_by_role("link", name="Schulung eintragen").first.click()
    page.get_by_label("Titel").fill(f"Stadtrundgang {name}s")
    page.get_by_label("Anbieter").fill("Weltladen")
    page.get_by_label("Beginn").fill("2025-05-06")
    page.get_by_label("Umfang").fill("6,5")
    page.get_by_label("Original gesehen am").fill("2025-06-01")
    page.locator("main").get_by_role("button", name="Schulung eintragen").click()
    page.get_by_role("link", name="Anerkennung anfragen").click()
    page.get_by_label("Inhalt der Schulung").fill("Spuren des Kolonialismus in der Stadt")
    page.get_by_label("Ihre Frage").fill("Ist das demokratische Kompetenz?")
    page.get_by_role("button", name="Anfrage stellen").click()
    expect(page.get_by_text("Die Anfrage ist gestellt.")).to_be_visible()

    other = visit("integration", "/anerkennung?stand=open")
    other.get_by_role("link", name=f"Stadtrundgang {name}s").click()
    expect(other.locator("main")).not_to_contain_text("Änne")
    other.get_by_label("anerkennen als demokratische Kompetenz").check()
    other.get_by_role("button", name="Entscheidung speichern").click()
    expect(other.get_by_text("Entschieden: anerkannt als")).to_be_visible()

    open_person(page, name)
    expect(page.locator(".verdict")).to_contain_text("Auftrag erfüllt durch „Stadtrundgang")


def test_the_central_list_confirms_and_shows_nothing_of_the_register(visit, names):
    name = names[2]
    officer = visit("fortbildung.33")
    import_roster(officer, roster([name]))
    page = visit("personal")
    page.get_by_role("link", name="Zentrale Schulungen").click()
    page.get_by_label("Zeilen aus Excel").fill(
        "Personalnummer\tTitel\tAnbieter\tKompetenz\tFormat\tHerkunft\tBeginn\tUmfang\tEinheit\n"
        f"{name}\tVielfalt\tSachgebiet Fortbildung\tinterkulturell\tOnline-Schulung\tzentral\t"
        "06.05.2025\t8\tUE\n"
    )
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    expect(page.locator(".counts")).to_contain_text("1 Teilnahmen zu bestätigen")
    expect(page.locator("main")).not_to_contain_text("Änne")
    assert find_violations(page) == []
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_role("status").first).to_contain_text("neu 1")
    open_person(officer, name)
    expect(officer.locator(".verdict")).to_contain_text("Auftrag erfüllt durch „Vielfalt“")


def test_ticked_people_get_a_mark_and_a_training_together(visit, names):
    page = visit("fortbildung.33")
    import_roster(page, roster(names[:3]).replace("\tja\t", "\tnein\t"))
    page.goto(f"/personal?text={names[0][:6]}")
    expect(page.locator(".bulk")).to_be_hidden()
    for name in names[:3]:
        page.get_by_label(f"{name}, Änne auswählen").check()
    expect(page.locator(".bulk")).to_contain_text("Für 3 angekreuzte Personen")
    assert find_violations(page) == []
    page.get_by_role("button", name="Bürgerkontakt setzen").click()
    expect(page.get_by_role("status").first).to_contain_text("3 Personen geändert")
    expect(page.locator("tbody").get_by_text("offen")).to_have_count(3)
    for name in names[:3]:
        page.get_by_label(f"{name}, Änne auswählen").check()
    page.locator(".bulk").get_by_role("button", name="Schulung eintragen").click()
    expect(page.get_by_text("3 Personen sind gewählt:")).to_be_visible()
