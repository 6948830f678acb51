"""The evaluation from request to workbook: HR, officer, head, and HR again."""

import re
from datetime import date, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from axe import find_violations, scrolls_sideways
from playwright.sync_api import Page, expect

REASON = "Bitte prüfen Sie die Zahl der Führungskräfte noch einmal."


def open_wall(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name=re.compile("abgegeben")).first.click()
    expect(page.get_by_role("heading", name="Auswertung Schulungsauftrag 2026")).to_be_visible()


def state_of(page: Page, unit: str) -> str:
    """Return what the wall says of a unit."""
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=unit, exact=True))
    return row.get_by_role("cell").first.inner_text().strip()


def download_city(page: Page) -> dict[tuple[str, str], tuple[object, ...]]:
    """Take the city's workbook; returns the flat rows by number and group."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Stadttabelle herunterladen").click()
    assert download.value.suggested_filename == "Auswertung-Stadt-2026-12-31.xlsx"
    book = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes()), data_only=True)
    rows = book["Daten"].iter_rows(min_row=2, values_only=True)
    return {(row[0], row[2]): row[3:] for row in rows}


def gaps(page: Page) -> int:
    """Return how many trainings of the office lack evidence."""
    link = page.get_by_role("link", name=re.compile("ohne Nachweis: ansehen"))
    return int(link.inner_text().split()[0])


def clock_day() -> date:
    return datetime.now(ZoneInfo("Europe/Berlin")).date()


def prove_first(page: Page) -> None:
    """Open the first training without evidence, and enter that the original was seen."""
    page.get_by_role("link", name=re.compile("ohne Nachweis: ansehen")).click()
    page.locator("tbody a").first.click()
    anchor = page.url.rsplit("#", 1)[1]
    page.locator(f"#{anchor}").get_by_role("link", name="Nachweis eintragen").click()
    page.get_by_label("Original gesehen am").fill(clock_day().isoformat())
    page.get_by_role("button", name="Nachweis speichern").click()
    expect(page.get_by_role("status").first).to_be_visible()


def test_from_the_wall_to_the_workbook(visit):
    unit = "33 Bürgeramt"
    hr = visit("personal")
    open_wall(hr)
    assert find_violations(hr) == []
    assert state_of(hr, unit) == "offen"
    before = download_city(hr)
    assert before["33", "Beschäftigte"][-1] == "vorläufig"

    hr.get_by_role("link", name="51 Jugendamt").click()
    hr.get_by_role("link", name="Zurückgeben").click()
    assert find_violations(hr) == []
    hr.get_by_role("button", name="Zurückgeben").click()
    expect(hr.get_by_text("Bitte schreiben Sie, was zu ändern ist").first).to_be_visible()
    hr.get_by_label("Begründung").fill(REASON)
    hr.get_by_role("button", name="Zurückgeben").click()
    expect(hr.get_by_role("status").first).to_contain_text("Zurückgegeben an 51 Jugendamt")
    assert state_of(hr, "51 Jugendamt") == "zurückgegeben"

    officer = visit("fortbildung.33")
    officer.get_by_role("link", name="Auswertung an das Haupt- und Personalamt").click()
    missing = gaps(officer)
    for _ in range(2):
        prove_first(officer)
        officer.goto("/auswertung")
        officer.get_by_role("link", name=unit).click()
    assert gaps(officer) == missing - 2
    officer.get_by_label("Kommentar").fill("Zwei Nachweise sind nachgetragen.")
    officer.get_by_role("button", name="Bereit melden").click()
    expect(officer.get_by_role("status").first).to_contain_text("Bereit gemeldet")

    head = visit("leitung.33")
    head.get_by_role("link", name="Auswertung an das Haupt- und Personalamt").click()
    head.get_by_role("link", name="Freigeben").click()
    assert find_violations(head) == []
    head.set_viewport_size({"width": 320, "height": 800})
    assert not scrolls_sideways(head)
    head.get_by_role("button", name="Freigeben").click()
    expect(head.get_by_role("status").first).to_contain_text("die 1. Meldung ist abgegeben")
    assert find_violations(head) == []

    open_wall(hr)
    assert state_of(hr, unit) == "abgegeben"
    after = download_city(hr)
    assert after["33", "Beschäftigte"][-1] == "abgegeben, vorläufig"
    trainings = sum(after["33", group][5] for group in ("Führungskräfte", "Beschäftigte"))
    had = sum(before["33", group][5] for group in ("Führungskräfte", "Beschäftigte"))
    assert trainings == had + 2
    assert {key: row for key, row in after.items() if key[0] not in {"33", "51"}} == {
        key: row for key, row in before.items() if key[0] not in {"33", "51"}
    }


def test_the_office_that_got_it_back_reads_why(visit):
    page = visit("leitung.40", "/auswertung")
    page.locator("tbody a").first.click()
    expect(
        page.get_by_text("Bei den Führungskräften sind weniger Personen gemeldet")
    ).to_have_count(2)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_request_with_a_mistake_is_mended_and_opened(visit, javascript):
    page = visit("personal", "/anforderungen/neu", java_script_enabled=javascript)
    page.get_by_label("Frist").fill("2026-11-01")
    page.get_by_label("Titel").fill("Zweite Auswertung")
    page.get_by_label("Stichtag").fill("2026-06-30")
    page.get_by_label("Wer wird gefragt?").select_option("nur die angekreuzten")
    page.get_by_text("Einheiten einzeln wählen").click()
    page.get_by_label("GPR Gesamtpersonalrat").check()
    page.get_by_role("button", name="Anfordern").click()
    expect(page.get_by_text("Die Frist ist schon vorbei").first).to_be_visible()
    assert find_violations(page) == [] if javascript else True
    expect(page.get_by_label("GPR Gesamtpersonalrat")).to_be_checked()
    page.get_by_label("Frist").fill("2099-01-31")
    page.get_by_role("button", name="Anfordern").click()
    expect(page.get_by_text("„Zweite Auswertung“ ist geöffnet")).to_be_visible()
    expect(page.get_by_text("0 von 1 abgegeben")).to_be_visible()
    page.get_by_role("link", name="Anforderung schließen").click()
    page.get_by_role("button", name="Schließen").click()
    expect(page.get_by_role("button", name="Wieder öffnen")).to_be_visible()
