"""axe in a page of the browser, and whether it scrolls sideways."""

import json
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).parent.parent
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
COLOURS = ["color-contrast", "link-in-text-block"]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def find_violations(page: Page, *, colours_only: bool = False) -> list[str]:
    """Run axe in the page and return what it found, a line each.

    The other rules do not look at colours: a page that passed them in one scheme passes in all.
    """
    page.wait_for_load_state()
    page.evaluate(AXE)
    rules = {"type": "rule", "values": COLOURS} if colours_only else {"type": "tag", "values": TAGS}
    options = json.dumps({"runOnly": rules})
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
