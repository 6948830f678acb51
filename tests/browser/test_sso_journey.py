"""Somebody logs in at the city's identity provider, and out again; on a bad day, without it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe import find_violations, scrolls_sideways
from city import empty_database, run_selfcheck, serve_city
from factories import PASSWORD
from identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

CLAIMS = {"email": "amt@stadt.example", "email_verified": True, "name": "Ada Amt"}
EXPECTED = "the server responded with a status of"  # the error pages that are asked for


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityProvider]:
    provider = IdentityProvider(tmp_path_factory.mktemp("provider"))
    provider.tell({"ada": CLAIMS, "fremd": {**CLAIMS, "email": "fremd@stadt.example"}})
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture(scope="module")
def trusting_url(
    provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A city with two accounts, in which only administrators may use a password."""
    folder: Path = tmp_path_factory.mktemp("sso")
    settings = {
        "SELFCHECK_OIDC_ISSUER": provider.issuer,
        "SELFCHECK_OIDC_CLIENT_ID": CLIENT_ID,
        "SELFCHECK_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "SELFCHECK_OIDC_NAME": "Stadtkonto",
        "SELFCHECK_LOCAL_LOGIN": "admin",
    }
    with empty_database(None, folder) as database_url:
        run_selfcheck(database_url, ["db", "upgrade"])
        for email, name, role in (
            ("amt@stadt.example", "Ada Amt", "hr"),
            ("admin@stadt.example", "Adam Admin", "admin"),
        ):
            words = ["user", "add", email, "--name", name, "--role", role, "--password-stdin"]
            run_selfcheck(database_url, words, typed=PASSWORD)
        with serve_city(database_url, folder / "log", settings) as url:
            yield url


@pytest.fixture
def page(chromium: Browser, trusting_url: str) -> Iterator[Page]:
    """A window before the login page; our own pages must not complain in the console."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if EXPECTED not in message.text and trusting_url in message.location.get("url", ""):
            complaints.append(message.text)

    context = chromium.new_context(base_url=trusting_url, locale="de-DE")
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("console", hear)
    page.goto("/anmelden")
    yield page
    context.close()
    assert complaints == []


def log_in_there(page: Page, subject: str) -> None:
    page.locator("input[name=login]").fill(subject)
    page.locator("input[name=password]").fill("egal")
    page.get_by_role("button", name="Sign-in").click()


def assert_well_made(page: Page) -> None:
    assert find_violations(page) == []
    assert not scrolls_sideways(page)


def test_in_and_out_with_the_account_of_the_city(page: Page):
    assert_well_made(page)
    page.goto("/konto")  # leads to the login, and from there on to where one wanted to go
    page.get_by_role("link", name="Mit „Stadtkonto“ anmelden").click()
    log_in_there(page, "ada")

    expect(page.get_by_role("heading", level=1)).to_have_text("Mein Konto")
    expect(page.locator(".user-menu__name")).to_have_text("Ada Amt")
    page.locator("summary").first.click()
    page.get_by_role("button", name="Abmelden", exact=True).click()
    page.get_by_role("button", name="Yes, sign me out").click()

    expect(page.get_by_text("Sie sind abgemeldet.")).to_be_visible()
    page.get_by_role("link", name="Mit „Stadtkonto“ anmelden").click()
    expect(page.locator("input[name=login]")).to_be_visible()  # asked again: the session is over
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Die Anmeldung wurde abgebrochen")
    assert_well_made(page)


def test_whoever_has_no_account_here_leaves_the_provider_again(page: Page):
    page.get_by_role("link", name="Mit „Stadtkonto“ anmelden").click()
    log_in_there(page, "fremd")

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Für Sie ist hier kein Konto freigeschaltet"
    )
    assert_well_made(page)
    page.get_by_role("link", name="Bei „Stadtkonto“ abmelden").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmelden")


def test_the_administrator_gets_in_while_the_provider_is_down(
    page: Page, provider: IdentityProvider
):
    provider.stop()
    page.goto("/anmelden?lokal=1")
    assert_well_made(page)
    page.get_by_label("E-Mail-Adresse").fill("amt@stadt.example")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_text("E-Mail-Adresse oder Passwort stimmen nicht.")).to_be_visible()
    page.get_by_label("E-Mail-Adresse").fill("admin@stadt.example")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()

    expect(page.locator(".user-menu__name")).to_have_text("Adam Admin")
    provider.start()
