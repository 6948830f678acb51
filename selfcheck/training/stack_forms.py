"""The table in which a stack of certificates is confirmed: one small form for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Optional

from selfcheck.form_base import GermanForm, choices, strip
from selfcheck.training.forms import TrainingMixin
from selfcheck.training.kinds import Area, Format, LengthUnit, Origin
from selfcheck.training.reading.certificate import Reading
from selfcheck.training.reading.guess import Certainty, Guess
from selfcheck.training.reading.people import Match

# Without these a certificate cannot be confirmed unread; the rest has usual values.
ESSENTIAL = ("person", "title", "provider", "area", "first_day", "last_day", "amount")


class StackRowForm(TrainingMixin, GermanForm):
    """What one certificate of the stack says, as it was read or corrected."""

    class Meta(GermanForm.Meta):
        """The table as a whole carries the token."""

        csrf = False

    person = SelectField("Person", [Optional()])
    number = StringField("andere Person: Personalnummer", [Optional()], filters=[strip])
    confirmed = BooleanField("geprüft, so übernehmen")

    def offer(self, matches: Sequence[Match]) -> None:
        """Let the officer choose between the people that the certificate seems to name."""
        people = [match.person for match in matches]
        self.person.choices = choices(
            [
                ("", "Bitte wählen"),
                *(
                    (str(one.person_id), f"{one.last_name}, {one.first_name} ({one.number})")
                    for one in people
                ),
            ]
        )


def proposed_values(reading: Reading, matches: Sequence[Match]) -> dict[str, Any]:
    """Return what the fields of a row begin with."""
    best = matches[0] if matches else None
    amount = reading.amount.value
    return {
        "person": str(best.person.person_id) if best else "",
        "title": reading.title.value or "",
        "provider": reading.provider.value or "",
        "area": _word(reading.area.value),
        "first_day": reading.first_day.value,
        "last_day": _end(reading.first_day, reading.last_day),
        "amount": f"{amount.normalize():f}".replace(".", ",") if amount is not None else "",
        "length_unit": (reading.unit.value or LengthUnit.HOURS).value,
        "format": (reading.format.value or Format.ON_SITE).value,
        "origin": Origin.EXTERNAL.value,
    }


def certainties(reading: Reading, matches: Sequence[Match]) -> dict[str, Certainty]:
    """Return how sure the value of each essential field is."""
    return {
        "person": matches[0].certainty if matches else Certainty.NONE,
        "title": reading.title.certainty,
        "provider": reading.provider.certainty,
        "area": reading.area.certainty,
        "first_day": reading.first_day.certainty,
        "last_day": reading.last_day.certainty,
        "amount": min(
            (reading.amount.certainty, reading.unit.certainty), key=list(Certainty)[::-1].index
        ),
    }


def overall(sure: dict[str, Certainty]) -> Certainty:
    """Return how sure a row is as a whole."""
    values = set(sure.values())
    if values == {Certainty.SURE}:
        return Certainty.SURE
    return Certainty.NONE if values == {Certainty.NONE} else Certainty.CHECK


def _word(area: Area | None) -> str:
    return area.value if area else ""


def _end(first: Guess[date], last: Guess[date]) -> date | None:
    return last.value if last.value != first.value else None
