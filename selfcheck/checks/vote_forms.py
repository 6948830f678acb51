"""The forms of a team round: how many links, and which round was seen."""

from __future__ import annotations

from datetime import datetime

from wtforms import Form, HiddenField, IntegerField
from wtforms.validators import StopValidation

from selfcheck.checks.votes import LINKS_AT_ONCE
from selfcheck.form_base import GermanForm

HOW_MANY = f"Bitte geben Sie eine Zahl von 1 bis {LINKS_AT_ONCE} ein."


def refuse_other_numbers(_form: Form, field: IntegerField) -> None:
    """Refuse what is no such number, with one sentence for all of it (a validator)."""
    if field.data is None or not 1 <= field.data <= LINKS_AT_ONCE:
        field.errors = []
        raise StopValidation(HOW_MANY)


class LinksForm(GermanForm):
    """How many links are wanted, and how many there were when the form was shown."""

    number = IntegerField("Wie viele Links brauchen Sie?", [refuse_other_numbers])
    made = HiddenField()

    @property
    def seen_links(self) -> int | None:
        """How many links there were; None if that was not sent along."""
        text = self.made.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


class RoundForm(GermanForm):
    """A button below what a round looks like; it does nothing to another round."""

    opened_at = HiddenField()

    @property
    def seen_round(self) -> datetime | None:
        """When the round was opened that the page showed; None if that is no moment."""
        try:
            moment = datetime.fromisoformat(self.opened_at.data or "")
        except ValueError:
            return None
        return moment if moment.tzinfo else None
