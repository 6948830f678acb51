"""The form that shares what a preview showed."""

from __future__ import annotations

from wtforms import HiddenField

from selfcheck.checks.sharing import ShareLevel
from selfcheck.form_base import GermanForm

MISSING_LEVEL = "Bitte wählen Sie, wie viel Sie teilen möchten."


def read_level(text: str) -> ShareLevel | None:
    """Return the level that an address or a form names."""
    return next((level for level in ShareLevel if level.value == text), None)


class ShareForm(GermanForm):
    """Which preview was seen: its level, its fingerprint, and what was shared then."""

    level = HiddenField()
    digest = HiddenField()
    shown_state = HiddenField()
