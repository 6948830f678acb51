"""The administration imports units and looks after accounts."""

from playwright.sync_api import expect


def test_import_with_an_error_mended_and_applied(visit):
    page = visit("admin", "/einheiten/import")
    header = "Nummer\tBezeichnung\tArt\tÜbergeordnet\tBerichtspflichtig\n"
    faulty = header + "77.1\tSachgebiet Äpfel\tSachgebiet\t77\tnein\n"
    page.get_by_label("Zeilen aus Excel").fill(faulty)
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    expect(page.get_by_text("Ein Fehler in der Liste")).to_be_visible()
    expect(page.locator("tbody")).to_contain_text("Übergeordnet")
    with page.expect_download() as download:
        page.get_by_role("link", name="Fehler herunterladen").click()
    assert download.value.suggested_filename == "fehler.csv"
    page.get_by_role("link", name="Andere Liste wählen").click()
    page.get_by_label("Datei").set_input_files(
        files=[
            {
                "name": "einheiten.csv",
                "mimeType": "text/csv",
                "buffer": (faulty + "77\tAmt für Obst\tAmt\tGB1\tja\n").encode("cp1252"),
            }
        ]
    )
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    expect(page.locator(".counts")).to_contain_text("2 neu")
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_role("status").first).to_contain_text("neu 2")
    page.get_by_label("Nummer, Bezeichnung oder Kürzel").fill("Äpfel")
    page.get_by_role("button", name="Filtern").click()
    expect(page.get_by_role("link", name="Sachgebiet Äpfel")).to_be_visible()


def test_a_file_that_is_far_too_large_gets_an_answer(visit, tmp_path):
    huge = tmp_path / "riesig.csv"
    huge.write_bytes(b"x" * 60 * 1024 * 1024)
    page = visit("admin", "/einheiten/import")
    page.get_by_label("Datei").set_input_files(huge)
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zu groß", timeout=30_000)


def test_a_new_account_changes_its_one_time_password_first(visit):
    page = visit("admin", "/konten/neu")
    page.get_by_label("Name", exact=True).fill("Zoë Müller-Lüdenscheidt")
    page.get_by_label("E-Mail-Adresse").fill("zoe@stadt.example")
    page.get_by_label("Organisationseinheit").select_option(label="51 Jugendamt")
    page.get_by_role("button", name="Konto anlegen").click()
    one_time = page.locator("dd").nth(1).inner_text()
    other = visit(None, "/anmelden")
    other.get_by_label("E-Mail-Adresse").fill("zoe@stadt.example")
    other.get_by_label("Passwort").fill(one_time)
    other.get_by_role("button", name="Anmelden").click()
    other.get_by_label("Bisheriges Passwort").fill(one_time)
    other.get_by_label("Neues Passwort", exact=True).fill("ein ganzer Satz 2026")
    other.get_by_label("Neues Passwort wiederholen").fill("ein ganzer Satz 2026")
    other.get_by_role("button", name="Passwort ändern").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Was ist zu tun?")
    other.locator("summary").click()
    other.get_by_role("button", name="Abmelden").click()
    expect(other.get_by_text("Sie sind abgemeldet.")).to_be_visible()
