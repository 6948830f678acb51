"""Every page: axe finds nothing, in light, dark and high contrast; nothing scrolls sideways."""

import pytest
from axe import find_violations, scrolls_sideways
from playwright.sync_api import Page

# How a page looks does not depend on the database.
pytestmark = pytest.mark.one_database

# A new page joins with one line: who opens it, and where.
PAGES = [
    (None, "/anmelden"),
    (None, "/hilfe"),
    (None, "/datenschutz"),
    (None, "/barrierefreiheit"),
    (None, "/gibt-es-nicht"),
    (None, "/team/vorfuehrung-33-1-6"),
    (None, "/team/vorfuehrung-33-1-6 -> button"),  # nothing is ticked
    (None, "/team/vorfuehrung-33-1-4"),  # was used
    (None, "/team/vorfuehrung-50-1"),  # the round is over
    (None, "/team/gibt-es-nicht"),
    ("leitung.33", "/"),
    ("leitung.33", "/konto"),
    ("leitung.33", "/konto/passwort"),
    ("leitung.33", "/konto/zweiter-faktor"),
    ("leitung.33", "/selbstchecks"),
    ("leitung.33", "/selbstchecks?colour=red"),
    ("leitung.33", "/selbstchecks/neu"),
    ("leitung.33", "/selbstchecks?colour=draft -> table a"),
    ("leitung.33", "/selbstchecks?colour=draft -> table a -> text=Entwurf verwerfen"),
    ("leitung.33", "/selbstchecks?colour=draft -> table a -> text=Als Team"),
    (
        "leitung.33",
        (
            "/selbstchecks?colour=draft -> tr:has-text('Käßler') a -> text=Als Team"
            " -> a >> text=beenden"
        ),
    ),
    ("leitung.33", "/selbstchecks?colour=yellow -> table a"),
    ("leitung.50", "/selbstchecks?colour=draft -> table a -> text=Als Team"),
    ("leitung.50", "/selbstchecks?colour=draft -> table a -> text=Als Team -> text=Von vorn"),
    ("leitung.33", "/selbstchecks -> tbody a:has-text('Verlauf')"),
    ("leitung.33", "/selbstchecks -> tbody a:has-text('Verlauf') -> form >> button"),
    ("leitung.33", "/massnahmen"),
    ("leitung.33", "/massnahmen?due=overdue&sortierung=-einheit"),
    ("leitung.33", "/massnahmen?state=dropped&due=overdue"),  # none
    ("leitung.33", "/massnahmen/neu"),
    ("leitung.33", "/massnahmen/neu -> form >> button"),  # with all its errors
    ("leitung.33", "/massnahmen -> tbody a"),
    ("leitung.33", "/massnahmen -> tbody a -> text=Maßnahme löschen"),
    ("leitung.33", "/unterstuetzung"),
    ("leitung.33", "/unterstuetzung/neu"),
    ("leitung.33", "/unterstuetzung/neu -> form >> button"),  # with all its errors
    ("leitung.33", "/unterstuetzung/3"),
    ("leitung.61", "/unterstuetzung/1"),  # closed
    ("leitung.33", "/einheiten"),
    ("leitung.33", "/einheiten -> table a"),
    ("leitung.33", "/protokoll"),
    ("leitung.33", "/personal"),
    ("leitung.33", "/personal?state=no-evidence -> tbody a"),
    ("fortbildung.33", "/"),
    ("fortbildung.33", "/personal"),
    ("fortbildung.33", "/personal?text=gibt-es-nicht"),
    ("fortbildung.33", "/personal?state=fulfilled -> tbody a"),
    ("fortbildung.33", "/personal?state=awaits-decision -> tbody a"),
    ("fortbildung.33", "/personal?state=left -> tbody a"),
    ("fortbildung.33", "/personal?state=no-training -> tbody a -> text=Auskunft"),
    ("fortbildung.33", "/personal?state=left -> tbody a -> text=Auskunft -> text=Person löschen"),
    (
        "fortbildung.33",  # not yet
        "/personal?state=no-training -> tbody a -> text=Auskunft -> text=Person löschen",
    ),
    ("fortbildung.33", "/personal?state=no-training -> tbody a"),
    ("fortbildung.33", "/personal?state=no-training -> tbody a -> text=Umsetzen"),
    ("fortbildung.33", "/personal?state=no-training -> tbody a -> text=Angaben bearbeiten"),
    ("fortbildung.33", "/personal?state=no-training -> tbody a -> .history a"),
    ("fortbildung.33", "/personal?state=no-training -> tbody a -> text=Ende eintragen"),
    ("fortbildung.33", "/personal?state=no-evidence -> tbody a -> text=Nachweis eintragen"),
    ("fortbildung.33", "/personal?state=no-evidence -> tbody a -> .training >> text=Berichtigen"),
    ("fortbildung.33", "/personal?state=no-evidence -> tbody a -> text=Zurückziehen"),
    ("fortbildung.33", "/personal?state=no-evidence -> tbody a -> text=Anerkennung anfragen"),
    ("fortbildung.33", "/personal/neu"),
    ("fortbildung.33", "/personal/neu -> button"),  # with all its errors
    ("fortbildung.33", "/personal/import"),
    ("fortbildung.33", "/personal/importe"),
    ("fortbildung.33", "/schulungen/neu"),
    ("fortbildung.33", "/schulungen/neu -> form >> button"),
    ("fortbildung.33", "/schulungen/import"),
    ("fortbildung.33", "/zertifikate"),
    ("fortbildung.33", "/anerkennung"),
    ("fortbildung.33", "/anerkennung -> tbody a"),
    ("fortbildung.33", "/anerkennung -> tbody a -> text=Zertifikat ansehen"),
    ("fortbildung.33", "/nachrichten"),
    ("fortbildung.33", "/nachrichten -> tbody a"),
    ("fortbildung.50", "/zertifikate"),  # nothing waits here
    ("personal", "/"),
    ("personal", "/zentrale-schulungen"),
    ("personal", "/anforderungen"),
    ("personal", "/anforderungen/neu"),
    ("personal", "/anforderungen/1"),
    ("personal", "/anforderungen/1 -> text=Ändern"),
    ("personal", "/anforderungen/1 -> text=Erinnern"),
    ("personal", "/anforderungen/1 -> text=Anforderung schließen"),
    ("personal", "/anforderungen/1?state=delivered&sortierung=-quote"),
    ("personal", "/anforderungen/1?text=gibt-es-nicht"),
    ("personal", "/anforderungen/1/bestaetigen"),
    ("personal", "/anforderungen/1 -> text=50 Sozialamt"),
    ("personal", "/anforderungen/1 -> text=50 Sozialamt -> text=Zurückgeben"),
    ("personal", "/anforderungen/1 -> text=50 Sozialamt -> text=Wieder öffnen"),
    ("personal", "/anforderungen/1 -> text=50 Sozialamt -> text=1. Meldung"),
    ("personal", "/anforderungen/1 -> text=10 Haupt- und Personalamt -> text=Frist verlängern"),
    ("leitung.32", "/auswertung"),
    ("leitung.32", "/auswertung -> tbody a"),
    ("leitung.32", "/auswertung -> tbody a -> a:has-text('Freigeben')"),
    ("leitung.50", "/auswertung -> tbody a"),
    ("leitung.50", "/auswertung -> tbody a -> text=2. Meldung"),
    ("fortbildung.42", "/auswertung -> tbody a -> .figures a"),
    ("fortbildung.42", "/auswertung -> tbody a -> .figures td:nth-child(3) a"),
    ("leitung.40", "/auswertung -> tbody a"),
    ("leitung.33", "/selbstchecks?colour=green -> table a -> #teilen a"),
    ("leitung.33", "/selbstchecks?colour=yellow -> table a -> #teilen a"),
    ("leitung.33", "/selbstchecks?colour=yellow -> table a -> #teilen a -> text=Nicht mehr teilen"),
    ("integration", "/ueberblick"),
    ("integration", "/ueberblick?text=gibt-es-nicht"),
    ("integration", "/ueberblick/farben"),
    ("integration", "/ueberblick/verteilung"),
    ("integration", "/ueberblick/einheiten-und-aussagen"),
    ("integration", "/ueberblick/einheiten-und-aussagen -> tbody a"),
    ("integration", "/ueberblick/texte"),
    ("integration", "/"),
    ("integration", "/unterstuetzung"),
    ("integration", "/unterstuetzung?text=gibt-es-nicht"),
    ("integration", "/unterstuetzung/5 -> button[value=send]"),  # with an error
    ("integration", "/runden"),
    ("integration", "/runden/neu"),
    ("integration", "/runden/neu -> form >> button"),
    ("integration", "/runden/1?sortierung=-geteilt"),
    ("integration", "/runden/2"),
    ("integration", "/runden/2?text=gibt-es-nicht"),
    ("integration", "/runden/2/aendern"),
    ("integration", "/runden/2/erinnern"),
    ("integration", "/runden/2 -> tbody a[href$=erinnern]"),
    ("integration", "/runden/2/beenden"),
    ("integration", "/anerkennung"),
    ("integration", "/anerkennung -> tbody a"),
    ("integration", "/anerkennung -> tbody a -> text=Entscheidung speichern"),
    ("integration", "/anerkennung?stand=decided -> tbody a"),
    ("admin", "/"),
    ("admin", "/nachrichten"),  # none for this person
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
    ("admin", "/loeschfristen"),
    ("admin", "/protokoll?first_day=2026-02-01&last_day=2026-01-01"),
    ("admin", "/systemstatus"),
]


def follow(page: Page, way: str) -> None:
    """Open an address and click what stands behind the arrows."""
    path, *clicks = way.split(" -> ")
    page.goto(path)
    for selector in clicks:
        page.locator("main").locator(selector).first.click()
        page.wait_for_load_state()


@pytest.fixture(scope="module")
def logged_in() -> dict[str, object]:
    """The cookies of everybody who logged in once: the pages, not the login, are looked at."""
    return {}


@pytest.mark.parametrize(("login", "way"), PAGES)
def test_axe_finds_nothing(visit, logged_in, login, way):
    if login in logged_in:
        page = visit(None, storage_state=logged_in[login])
    else:
        page = visit(login)
        logged_in[login] = page.context.storage_state()
    follow(page, way)
    assert find_violations(page) == []
    for scheme, contrast in (("dark", "no-preference"), ("light", "more")):
        page.emulate_media(color_scheme=scheme, contrast=contrast)
        found = find_violations(page, colours_only=True)
        assert found == [], f"{scheme}, contrast {contrast}"
    page.emulate_media(color_scheme="light", contrast="no-preference")
    page.set_viewport_size({"width": 320, "height": 800})
    assert find_violations(page) == [], "320 px"
    assert not scrolls_sideways(page)


def test_axe_finds_what_is_wrong(visit):
    page = visit(None, "/hilfe")
    page.evaluate("document.querySelector('main').innerHTML += '<img src=\"data:,\">'")
    assert any("image-alt" in violation for violation in find_violations(page))
