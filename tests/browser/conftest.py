"""A running demo city and a real Chromium in front of it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from city import empty_database, serve_demo_city
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from selfcheck.demo.people import DOMAIN, PASSWORD

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def city_url(
    backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The demo city on a database of its own, served by real HTTP."""
    cluster = request.getfixturevalue("cluster_url") if backend == "postgresql" else None
    folder = tmp_path_factory.mktemp("city")
    with (
        empty_database(cluster, folder) as database_url,
        serve_demo_city(database_url, folder / "log") as url,
    ):
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, env={**os.environ, "LANGUAGE": "de"}
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(city_url: str, chromium: Browser) -> Iterator[Visit]:
    """Open a browser window, logged in as somebody of the demo city (or nobody).

    A test fails if a page writes to the console, breaks the content security policy or asks
    another host for anything.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def watch(request: Request) -> None:
        if not request.url.startswith((city_url, "data:")):
            complaints.append(f"asked another host: {request.url}")

    def open_page(login: str | None = None, path: str = "/", **options: object) -> Page:
        context = chromium.new_context(base_url=city_url, locale="de-DE", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("request", watch)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.extend(_worth_telling(message.text)))
        if login:
            log_in(page, login)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def log_in(page: Page, login: str) -> None:
    """Log in through the page."""
    page.goto("/anmelden")
    page.get_by_label("E-Mail-Adresse").fill(f"{login}@{DOMAIN}")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()


# What Chromium writes for every error page that a test asks for, and where a test was quicker than
# the page at giving the focus to a field.
KNOWN_WORDS = (
    "the server responded with a status of 4",
    "Autofocus processing was blocked",
    # What htmx writes when a test takes the network away.
    "htmx:sendError",
    "htmx:afterRequest",
    "net::ERR_INTERNET_DISCONNECTED",
)


def _worth_telling(text: str) -> list[str]:
    return [] if any(words in text for words in KNOWN_WORDS) else [text]
