"""Nothing typed is lost: the network fails, the session expires, two people write one draft."""

import re

import pytest
from playwright.sync_api import Page, expect

from selfcheck.demo.people import DOMAIN, PASSWORD

OFFICE = "33 Bürgeramt"
SAVED = re.compile("zuletzt gespeichert")


def begin(page: Page) -> None:
    """Open an empty form for the office and let it be saved for the first time."""
    page.goto("/selbstchecks/neu")
    page.get_by_label("Amt/Abteilung/Sachgebiet").select_option(label=OFFICE)
    expect(page.locator("#saved")).to_have_text(SAVED)
    expect(page).to_have_url(re.compile("/bearbeiten$"))


def choose(page: Page, statement: str, points: int) -> None:
    page.locator(f'label.answer:has(input[name="{statement}"][value="{points}"])').click()


def points_of(page: Page, statement: str) -> str:
    return page.locator(f'input[name="{statement}"]:checked').input_value()


def test_a_lost_network_and_an_expired_session_lose_no_answer(visit):
    page = visit("leitung.33")
    begin(page)
    choose(page, "s1", 4)
    expect(page.locator("#saved")).to_have_text("Änderungen noch nicht gespeichert")
    expect(page.locator("#saved")).to_have_text(SAVED)
    # The network goes in the middle of typing.
    steps = page.get_by_label("Was sind Ihre nächsten Schritte")
    steps.press_sequentially("Schilder ")
    page.context.set_offline(True)
    steps.press_sequentially("übersetzen")
    choose(page, "s2", 2)
    expect(page.locator("#saved")).to_contain_text("Keine Verbindung")
    steps.press_sequentially(" und aufhängen")
    page.get_by_role("button", name="Zwischenspeichern").click()  # leads nowhere now, so it stays
    expect(page.locator("#saved")).to_contain_text("Keine Verbindung")
    expect(steps).to_have_value("Schilder übersetzen und aufhängen")
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_have_text(SAVED)
    # The session expires.
    page.context.clear_cookies()
    choose(page, "s3", 5)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Ihre Sitzung ist abgelaufen")
    dialog.get_by_label("E-Mail-Adresse").fill(f"leitung.33@{DOMAIN}")
    dialog.get_by_label("Passwort").fill("falsch geraten")
    dialog.get_by_role("button", name="Anmelden").click()
    expect(dialog).to_contain_text("stimmen nicht")
    dialog.get_by_label("Passwort").fill(PASSWORD)
    dialog.get_by_role("button", name="Anmelden").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#saved")).to_have_text(SAVED)
    # Everything is there, here and on another device.
    other = visit("leitung.33", page.url)
    for one in (page, other):
        one.reload()
        assert [points_of(one, f"s{number}") for number in (1, 2, 3)] == ["4", "2", "5"]
        field = one.get_by_label("Was sind Ihre nächsten Schritte")
        expect(field).to_have_value("Schilder übersetzen und aufhängen")
    # The page's other forms have the new token as well.
    page.locator("header summary").click()
    page.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_text("Sie sind abgemeldet.")).to_be_visible()


def test_two_browsers_in_one_draft_lose_no_value(visit):
    mine = visit("leitung.33")
    begin(mine)
    theirs = visit("leitung.33", mine.url)
    choose(theirs, "s1", 5)
    choose(theirs, "s2", 1)
    expect(theirs.locator("#saved")).to_have_text(SAVED)
    # Another answer to the same statement, and one of my own elsewhere.
    choose(mine, "s1", 2)
    choose(mine, "s3", 3)
    note = mine.locator("#change-s1")
    expect(note).to_contain_text("anders geantwortet: stimme voll zu (5)")
    expect(mine.locator("#change-s2")).to_contain_text("stimme gar nicht zu (1)")
    expect(mine.locator("#saved")).to_contain_text("eine Antwort wartet auf Ihre Wahl")
    assert points_of(mine, "s1") == "2"
    note.get_by_label("Die andere Antwort gilt").check()
    expect(note).to_be_empty()
    assert points_of(mine, "s1") == "5"
    assert mine.evaluate("document.activeElement.name") == "s1", "the focus stays at the answer"
    mine.locator("#change-s2").get_by_label("Die andere Antwort gilt").check()
    expect(mine.locator("#saved")).to_have_text(SAVED)
    theirs.reload()
    assert [points_of(theirs, f"s{number}") for number in (1, 2, 3)] == ["5", "1", "3"]
    # Whoever presses „Auswerten“ sees first what came from elsewhere.
    for number in range(4, 9):
        choose(mine, f"s{number}", 4)
    expect(mine.locator("#saved")).to_have_text(SAVED)
    theirs.get_by_role("button", name="Zwischenspeichern").click()
    for number in range(4, 9):
        assert points_of(theirs, f"s{number}") == "4"


def test_a_choice_is_not_made_for_whoever_goes_on_writing(visit):
    mine = visit("leitung.33")
    begin(mine)
    theirs = visit("leitung.33", mine.url)
    theirs.get_by_label("Was sind Ihre nächsten Schritte").fill("von ihnen")
    expect(theirs.locator("#saved")).to_have_text(SAVED)
    steps = mine.get_by_label("Was sind Ihre nächsten Schritte")
    steps.fill("von mir")
    note = mine.locator("#change-next_steps")
    expect(note).to_contain_text("von ihnen")
    note.get_by_label("Die andere Antwort gilt").check()
    steps.press_sequentially(" und von ihnen")
    expect(mine.locator("#saved")).to_contain_text("wartet auf Ihre Wahl")
    expect(steps).to_have_value("von mir und von ihnen")
    # Leaving now would lose it: the browser asks.
    asked = []
    mine.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    mine.evaluate("location.href = '/'")
    mine.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    note.get_by_label("Meine Antwort gilt").check()
    expect(mine.locator("#saved")).to_have_text(SAVED)
    theirs.reload()
    expect(theirs.get_by_label("Was sind Ihre nächsten Schritte")).to_have_value(
        "von mir und von ihnen"
    )


def test_without_javascript_a_conflict_is_a_page_with_a_choice(visit):
    mine = visit("leitung.33")
    begin(mine)
    address = mine.url
    plain = [visit("leitung.33", address, java_script_enabled=False) for _ in range(2)]
    for page, points in zip(plain, (5, 2), strict=True):
        choose(page, "s1", points)
        page.get_by_role("button", name="Zwischenspeichern").click()
    late = plain[1]
    expect(late.locator(".error-summary")).to_contain_text("an anderer Stelle geändert")
    assert points_of(late, "s1") == "2"
    late.get_by_label("Meine Antwort gilt").check()
    late.get_by_role("button", name="Zwischenspeichern").click()
    expect(late.get_by_role("status").first).to_contain_text("Zwischengespeichert")
    plain[0].reload()
    assert points_of(plain[0], "s1") == "2"


@pytest.mark.parametrize("javascript", [True, False])
def test_what_still_holds_is_confirmed_one_by_one(visit, javascript):
    page = visit("leitung.33", java_script_enabled=javascript)
    page.goto("/selbstchecks/neu")
    unit = page.get_by_label("Amt/Abteilung/Sachgebiet")
    value = unit.locator("option", has_text=OFFICE).first.get_attribute("value")
    page.goto(f"/selbstchecks/neu?einheit={value}")
    before = page.locator('[data-statement="s1"] .before strong').inner_text()
    page.locator("#keep-s1").check()
    if not javascript:
        page.get_by_role("button", name="Zwischenspeichern").click()
    steps = page.get_by_label("Was sind Ihre nächsten Schritte")
    steps.fill("Neues")
    page.locator("#keep-next_steps").check()
    if not javascript:
        page.get_by_role("button", name="Zwischenspeichern").click()
    expect(steps).to_have_value(re.compile("^Neues\n.+"))
    chosen = page.locator('input[name="s1"]:checked')
    expect(chosen).to_have_count(1)
    assert f"({chosen.input_value()})" in before
    expect(page.locator('input[name="s2"]:checked')).to_have_count(0)
