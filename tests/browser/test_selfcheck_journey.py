"""An office head fills in the Selbstcheck: by mouse, by keyboard, without JavaScript."""

import re
import subprocess

import pytest
from playwright.sync_api import Page, expect

from selfcheck.demo.people import DOMAIN, PASSWORD

OFFICE = "50 Sozialamt"
SECTION = "50.1 Abteilung Interner Service/Grundsatz/Sozialplanung"


def answer(page: Page, number: int, label: str) -> None:
    """Choose an answer by its words."""
    statement = page.locator(f'[data-statement="s{number}"]')
    statement.get_by_text(label, exact=True).click()


def choose_unit(page: Page, label: str) -> None:
    page.get_by_label("Amt/Abteilung/Sachgebiet").select_option(label=label)


def fill_in(page: Page, labels: list[str]) -> None:
    for number, label in enumerate(labels, start=1):
        answer(page, number, label)


AGREE, RATHER, PARTLY, RATHER_NOT = (
    "stimme voll zu",
    "stimme eher zu",
    "stimme teilweise zu",
    "stimme eher nicht zu",
)


@pytest.mark.parametrize("javascript", [True, False])
def test_fill_in_submit_and_see_the_result(visit, javascript):
    page = visit("leitung.50", java_script_enabled=javascript)
    page.get_by_role("link", name="Selbstcheck beginnen").click()
    choose_unit(page, OFFICE)
    fill_in(page, [AGREE, RATHER, PARTLY, RATHER, RATHER, PARTLY, RATHER, RATHER_NOT])
    page.get_by_label("in den vergangenen 12 Monaten").fill("Videodolmetschen eingeführt ✓")
    page.get_by_label("Was sind Ihre nächsten Schritte").fill("Kurse „Leichte Sprache“")
    page.get_by_role("button", name="Auswerten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("29 von 40 Punkten: Gelb")
    expect(page.get_by_text("Noch 1 Punkt bis Grün.")).to_be_visible()
    expect(page.get_by_text("Videodolmetschen eingeführt ✓")).to_be_visible()


def test_the_keyboard_alone_is_enough(visit):
    page = visit(None, "/anmelden")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Zum Inhalt springen")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(f"leitung.50@{DOMAIN}")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/$"))
    press_until(page, "Selbstcheck beginnen", "Enter")
    expect(page).to_have_url(re.compile("/neu$"))
    press_until(page, "unit", "ArrowDown")
    while page.evaluate("document.activeElement.selectedOptions[0].text") != OFFICE:
        page.keyboard.press("ArrowDown")
    for number in range(1, 9):
        press_until(page, f"s{number}", "Space")  # the first answer: 5 points
    page.keyboard.press("ArrowRight")  # the second answer to the last statement
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # the first area of cooperation
    press_until(page, "next_steps", "W")
    press_until(page, "Auswerten", "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("39 von 40 Punkten: Grün")


def press_until(page: Page, target: str, key: str) -> None:
    """Walk with Tab to what has this name or these words, see that it shows, and press a key."""
    for _ in range(80):
        page.keyboard.press("Tab")
        name, words, is_seen = page.evaluate(
            "(({name, innerText, outerHTML}) => [name, innerText.trim(), "
            "document.activeElement.matches(':focus-visible')])(document.activeElement)"
        )
        if target in (name, words):
            assert is_seen
            page.keyboard.press(key)
            return
    raise AssertionError(f"Tab never reaches {target!r}")


def test_progress_and_follow_ups_go_along(visit):
    page = visit("leitung.33", "/selbstchecks/neu")
    line = page.locator("[data-status-line]")
    condition = page.get_by_text("Wenn mindestens „teilweise“ zugestimmt wurde:")
    expect(line).to_contain_text("0 von 8 beantwortet")
    expect(condition.first).to_be_hidden()
    answer(page, 5, PARTLY)
    expect(line).to_contain_text("1 von 8 beantwortet")
    expect(line).to_contain_text("bisher 3 Punkte")
    expect(condition.first).to_be_visible()
    page.get_by_label("in den folgenden 12 Monaten").fill("bleibt")
    answer(page, 5, RATHER_NOT)
    expect(condition.first).to_be_hidden()
    answer(page, 5, AGREE)
    expect(page.get_by_label("in den folgenden 12 Monaten")).to_have_value("bleibt")


def test_without_javascript_the_condition_stands_there_in_words(visit):
    page = visit("leitung.33", "/selbstchecks/neu", java_script_enabled=False)
    condition = page.get_by_text("Wenn mindestens „teilweise“ zugestimmt wurde:")
    assert condition.count() == 2
    expect(condition.first).to_be_visible()


def test_missing_answers_are_listed_with_links_and_nothing_is_lost(visit):
    page = visit("leitung.50", "/selbstchecks/neu")
    choose_unit(page, OFFICE)
    answer(page, 1, AGREE)
    page.get_by_label("Was sind Ihre nächsten Schritte").fill("noch da")
    page.get_by_role("button", name="Auswerten").click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(7)
    summary.get_by_role("link", name="Aussage 2").click()
    expect(page.locator("#s2-0")).to_be_focused()
    expect(page.locator('input[name="s1"]:checked')).to_have_value("5")
    expect(page.get_by_label("Was sind Ihre nächsten Schritte")).to_have_value("noch da")


def test_a_draft_goes_on_at_another_device_and_can_be_discarded(visit):
    page = visit("leitung.50", "/selbstchecks/neu")
    choose_unit(page, "50.3 Abteilung Wohnungsfürsorge")
    answer(page, 1, RATHER)
    page.get_by_role("button", name="Zwischenspeichern").click()
    expect(page.get_by_role("status").first).to_contain_text("Zwischengespeichert")
    other = visit("leitung.50", viewport={"width": 390, "height": 800})
    other.get_by_role("link", name="Entwurf vom").filter(visible=True).first.click()
    expect(other.locator('input[name="s1"]:checked')).to_have_value("4")
    other.get_by_role("link", name="Entwurf verwerfen").click()
    expect(other.get_by_text("1 von 8 Antworten")).to_be_visible()
    other.get_by_role("button", name="Entwurf verwerfen").click()
    expect(other.get_by_text("Der Entwurf ist verworfen.")).to_be_visible()
    page.get_by_role("button", name="Auswerten").click()
    expect(page.locator(".error-summary")).to_be_visible()  # what was typed here is still here


def test_a_double_click_makes_one_check(visit):
    page = visit("leitung.50", "/selbstchecks/neu")
    choose_unit(page, SECTION)
    fill_in(page, [PARTLY] * 8)
    page.get_by_role("button", name="Auswerten").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("24 von 40 Punkten: Gelb")
    page.get_by_role("link", name="Selbstchecks", exact=True).first.click()
    page.get_by_label("Organisationseinheit").select_option(label=SECTION)
    page.get_by_role("button", name="Filtern").click()
    expect(page.get_by_text("1 Selbstcheck", exact=True)).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_an_expired_session_loses_nothing(visit, javascript):
    page = visit("leitung.33", "/selbstchecks/neu", java_script_enabled=javascript)
    choose_unit(page, "33 Bürgeramt")
    answer(page, 3, AGREE)
    page.get_by_label("Was sind Ihre nächsten Schritte").fill("Zeile 1\nZeile 2: <b>& „ü“")
    page.context.clear_cookies()
    if javascript:  # asks on the spot, and need not be obeyed
        page.get_by_label("Datum").press("ArrowDown")
        page.get_by_role("dialog").get_by_role("button", name="Später").click()
    page.get_by_role("button", name="Zwischenspeichern").click()
    expect(page.get_by_text("Ihre Sitzung ist abgelaufen")).to_be_visible()
    page.get_by_label("E-Mail-Adresse").fill(f"leitung.33@{DOMAIN}")
    page.get_by_label("Passwort").fill("falsch geraten")
    page.get_by_role("button", name="Anmelden").click()
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    page.get_by_role("button", name="Weiter mit meinen Eingaben").click()
    expect(page.get_by_text("noch nicht gespeichert").first).to_be_visible()
    expect(page.locator('input[name="s3"]:checked')).to_have_value("5")
    steps = page.get_by_label("Was sind Ihre nächsten Schritte")
    expect(steps).to_have_value("Zeile 1\nZeile 2: <b>& „ü“")
    page.get_by_role("button", name="Zwischenspeichern").click()
    expect(page.get_by_role("status").first).to_contain_text("Zwischengespeichert")


@pytest.mark.parametrize("answer_to_all", [AGREE, RATHER, PARTLY, RATHER_NOT])
def test_the_result_prints_on_two_pages(visit, tmp_path, answer_to_all):
    page = visit("leitung.50", "/selbstchecks/neu")
    choose_unit(page, "50.2 Abteilung Migration")
    fill_in(page, [answer_to_all] * 8)
    page.get_by_label("Was sind Ihre nächsten Schritte").fill("Wir laden zum Austausch ein.")
    page.get_by_role("button", name="Auswerten").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("von 40 Punkten")
    paper = tmp_path / "result.pdf"
    page.pdf(path=paper, format="A4", prefer_css_page_size=True)
    words = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, check=True)
    first, second, rest = words.stdout.decode().split("\f")
    assert rest == ""
    assert (first.count("Gesamtzahl der Punkte"), second.count("Gesamtzahl der Punkte")) == (1, 0)
    assert first.index("Frage 8") < first.index("Gesamtzahl der Punkte")


def test_with_all_follow_ups_open_nothing_scrolls_sideways_on_a_phone(visit):
    page = visit("leitung.33", "/selbstchecks/neu", viewport={"width": 320, "height": 700})
    fill_in(page, [AGREE] * 8)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.evaluate("document.documentElement.clientWidth")


def test_leaving_after_a_refused_save_asks_first(visit):
    page = visit("leitung.33", "/selbstchecks/neu")
    choose_unit(page, "33 Bürgeramt")
    answer(page, 1, AGREE)
    page.get_by_role("button", name="Auswerten").click()
    expect(page.locator("[data-saved]")).to_have_text("Änderungen noch nicht gespeichert")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Was sind Ihre nächsten Schritte").click()  # asked only after a click
    page.get_by_role("link", name="Start", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Was ist zu tun?")
    assert asked == ["beforeunload"]
