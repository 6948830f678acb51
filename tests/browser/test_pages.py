"""Every page: axe finds nothing, in light, dark and high contrast; nothing scrolls sideways."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

ROOT = Path(__file__).parent.parent.parent
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# How a page looks does not depend on the database.
pytestmark = pytest.mark.one_database

# A new page joins with one line: who opens it, and where.
PAGES = [
    (None, "/anmelden"),
    (None, "/hilfe"),
    (None, "/datenschutz"),
    (None, "/barrierefreiheit"),
    (None, "/gibt-es-nicht"),
    ("leitung.33", "/"),
    ("leitung.33", "/konto"),
    ("leitung.33", "/konto/passwort"),
    ("leitung.33", "/selbstchecks"),
    ("leitung.33", "/selbstchecks?colour=red"),
    ("leitung.33", "/selbstchecks/neu"),
    ("leitung.33", "/selbstchecks?colour=draft -> table a"),
    ("leitung.33", "/selbstchecks?colour=draft -> table a -> text=Entwurf verwerfen"),
    ("leitung.33", "/selbstchecks?colour=yellow -> table a"),
    ("leitung.33", "/einheiten"),
    ("leitung.33", "/einheiten -> table a"),
    ("leitung.33", "/protokoll"),
    ("fortbildung.33", "/"),
    ("personal", "/"),
    ("integration", "/"),
    ("admin", "/"),
    ("admin", "/konten"),
    ("admin", "/konten?text=gibt-es-nicht"),
    ("admin", "/konten/neu"),
    ("admin", "/konten -> table a"),
    ("admin", "/konten -> table a -> text=Einmalpasswort setzen"),
    ("admin", "/konten -> table a -> text=Deaktivieren"),
    ("admin", "/konten -> table a -> text=Entziehen"),
    ("admin", "/einheiten?text=Jugend"),
    ("admin", "/einheiten -> table a"),
    ("admin", "/einheiten -> table a -> text=Bearbeiten"),
    ("admin", "/einheiten -> table a -> text=Verschieben"),
    ("admin", "/einheiten -> table a -> text=Schließen"),
    ("admin", "/einheiten/import"),
    ("admin", "/protokoll"),
    ("admin", "/protokoll?first_day=2026-02-01&last_day=2026-01-01"),
]


def follow(page: Page, way: str) -> None:
    """Open an address and click what stands behind the arrows."""
    path, *clicks = way.split(" -> ")
    page.goto(path)
    for selector in clicks:
        page.locator("main").locator(selector).first.click()


def find_violations(page: Page) -> list[str]:
    """Run axe in the page and return what it found, a line each."""
    page.evaluate(AXE)
    options = json.dumps({"runOnly": {"type": "tag", "values": TAGS}})
    violations = page.evaluate(f"axe.run(document, {options}).then(result => result.violations)")
    return [
        f"{violation['id']}: {node['html']} ({node['failureSummary']})"
        for violation in violations
        for node in violation["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    return page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


@pytest.mark.parametrize(("login", "way"), PAGES)
def test_axe_finds_nothing(visit, login, way):
    page = visit(login)
    follow(page, way)
    for scheme, contrast in (
        ("light", "no-preference"),
        ("dark", "no-preference"),
        ("light", "more"),
    ):
        page.emulate_media(color_scheme=scheme, contrast=contrast)
        assert find_violations(page) == [], f"{scheme}, contrast {contrast}"
    page.set_viewport_size({"width": 320, "height": 800})
    assert find_violations(page) == [], "320 px"
    assert not scrolls_sideways(page)


def test_axe_finds_what_is_wrong(visit):
    page = visit(None, "/hilfe")
    page.evaluate("document.querySelector('main').innerHTML += '<img src=\"data:,\">'")
    assert any("image-alt" in violation for violation in find_violations(page))
