"""A second factor from setting it up to switching it off, with codes as an app computes them."""

import re
from datetime import UTC, datetime

import pytest
from axe import find_violations, scrolls_sideways
from factors import HALF_MINUTE, code_at
from playwright.sync_api import Page, expect

from selfcheck.demo.people import DOMAIN, PASSWORD

# Codes and browsers do not depend on the database.
pytestmark = pytest.mark.one_database

HEAD = "leitung.33.1"
WRONG = "Der Code stimmt nicht oder wurde schon benutzt."


def look_at(page: Page) -> None:
    """Let axe look at the page, which is not reached without a factor, also in dark mode."""
    assert find_violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert find_violations(page, colours_only=True) == []
    page.emulate_media(color_scheme="light")
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 800})
    assert not scrolls_sideways(page)
    page.set_viewport_size(size)


def log_out(page: Page) -> None:
    page.locator("header summary").click()
    page.get_by_role("banner").get_by_role("button", name="Abmelden").click()
    expect(page.get_by_text("Sie sind abgemeldet.")).to_be_visible()


def enter_password(page: Page) -> None:
    page.goto("/anmelden")
    page.get_by_label("E-Mail-Adresse").fill(f"{HEAD}@{DOMAIN}")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("heading", name="Anmeldung bestätigen")).to_be_visible()


def enter_code(page: Page, code: str) -> None:
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Bestätigen").click()


def set_up(page: Page) -> tuple[str, list[str]]:
    """Set the factor up; return its secret and the recovery codes."""
    page.goto("/konto")
    page.get_by_role("link", name="Zweiter Faktor").click()
    look_at(page)
    page.get_by_role("button", name="Einrichten").click()
    picture = page.get_by_role("img", name=re.compile("QR-Code"))
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 100")
    look_at(page)
    secret = page.locator(".typed-code").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(code_at(secret, datetime.now(UTC)))
    page.get_by_role("button", name="Einrichten").click()
    expect(page.get_by_role("heading", name="Ihre Wiederherstellungscodes")).to_be_visible()
    look_at(page)
    return secret, page.locator(".typed-code").all_inner_texts()


def test_it_is_set_up_used_and_switched_off(visit):
    page = visit(HEAD)
    secret, codes = set_up(page)
    assert len(codes) == 10
    page.get_by_role("link", name="Fertig").click()
    expect(page).to_have_url(re.compile(r"/$"))
    log_out(page)

    # With the next code of the app; no other page opens before.
    enter_password(page)
    look_at(page)
    page.goto("/selbstchecks")
    expect(page.get_by_role("heading", name="Anmeldung bestätigen")).to_be_visible()
    code = code_at(secret, datetime.now(UTC) + HALF_MINUTE)
    enter_code(page, code)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Selbstchecks")
    log_out(page)

    # The same code again, then a recovery code.
    enter_password(page)
    enter_code(page, code)
    expect(page.get_by_text(WRONG).first).to_be_visible()
    enter_code(page, codes[0].upper())
    expect(page).to_have_url(re.compile(r"/$"))
    log_out(page)
    enter_password(page)
    enter_code(page, codes[0])
    expect(page.get_by_text(WRONG).first).to_be_visible()
    enter_code(page, codes[1])
    expect(page).to_have_url(re.compile(r"/$"))

    # The login expires while a form is open: password and code on the spot.
    page.goto("/selbstchecks/neu")
    page.get_by_label("Was sind Ihre nächsten Schritte").fill("Schilder")
    expect(page.locator("#saved")).to_have_text(re.compile("zuletzt gespeichert"))
    page.context.clear_cookies()
    page.get_by_label("Was sind Ihre nächsten Schritte").fill("Schilder übersetzen")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-Mail-Adresse").fill(f"{HEAD}@{DOMAIN}")
    dialog.get_by_label("Passwort").fill(PASSWORD)
    dialog.get_by_role("button", name="Anmelden").click()
    expect(dialog).to_contain_text("Bestätigen Sie Ihre Anmeldung")
    expect(dialog.get_by_label("Code")).to_be_focused()
    assert find_violations(page) == []
    dialog.get_by_label("Code").fill("000000")
    dialog.get_by_role("button", name="Bestätigen").click()
    expect(dialog).to_contain_text(WRONG)
    dialog.get_by_label("Code").fill(codes[2])
    dialog.get_by_role("button", name="Bestätigen").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#saved")).to_have_text(re.compile("zuletzt gespeichert"))
    page.reload()
    expect(page.get_by_label("Was sind Ihre nächsten Schritte")).to_have_value(
        "Schilder übersetzen"
    )

    # New codes, the administration's page, and off.
    page.goto("/konto/zweiter-faktor")
    expect(page.get_by_text("7 von 10 noch unbenutzt")).to_be_visible()
    look_at(page)
    page.get_by_role("link", name="Neue Wiederherstellungscodes").click()
    look_at(page)
    page.get_by_label("Ihr Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Neue Codes erzeugen").click()
    assert not set(page.locator(".typed-code").all_inner_texts()) & set(codes)
    admin = visit("admin", f"/konten?text={HEAD}")
    admin.locator("tbody a").click()
    admin.get_by_role("link", name="Zweiten Faktor zurücksetzen").click()
    look_at(admin)
    page.goto("/konto/zweiter-faktor")
    page.get_by_role("link", name="Ausschalten").click()
    look_at(page)
    page.get_by_label("Ihr Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Ausschalten").click()
    expect(page.get_by_text("Der bisherige zweite Faktor gilt nicht mehr.")).to_be_visible()
    log_out(page)
    again = visit(HEAD, "/konto")
    expect(again.get_by_role("heading", name="Mein Konto")).to_be_visible()
