"""Forms of the requests for support."""

from __future__ import annotations

from wtforms import Field, Form, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional, ValidationError

from selfcheck.form_base import FilterForm, GermanForm, choices, clean_text, strip
from selfcheck.support.limits import MESSAGE_LENGTH
from selfcheck.support.states import OPEN, STATE_LABELS

CLOSED = "closed"


def check_length(_form: Form, field: Field) -> None:
    """Refuse a message that is too long (a validator); the browser shall not cut it."""
    if len(field.data or "") > MESSAGE_LENGTH:
        raise ValidationError(f"Das ist zu lang; möglich sind {MESSAGE_LENGTH} Zeichen.")


class AskForm(GermanForm):
    """A first message to the commissioner's office."""

    unit = SelectField(
        "Organisationseinheit",
        [DataRequired("Bitte wählen Sie, für welche Einheit Sie anfragen.")],
    )
    text = TextAreaField(
        "Nachricht",
        [DataRequired("Bitte schreiben Sie, wobei Sie Unterstützung brauchen."), check_length],
        filters=[clean_text],
    )
    # The result from which the page was opened.
    check = HiddenField(default="")


class MessageForm(GermanForm):
    """A further message; the form knows what its page showed of the thread."""

    text = TextAreaField("Nachricht", [check_length], filters=[clean_text])
    shown = HiddenField(default="")
    seen = HiddenField(default="0")

    def require_text(self) -> None:
        """Say that something is to be written."""
        self.text.errors = [*self.text.errors, "Bitte schreiben Sie eine Nachricht."]

    @property
    def seen_id(self) -> int:
        """The last message that the page showed; 0 if that was not sent along."""
        text = str(self.seen.data or "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0

    @property
    def shown_closed(self) -> bool:
        """Whether the page showed the request as closed."""
        return bool(self.shown.data == CLOSED)


class RequestFilterForm(FilterForm):
    """What the list of requests is narrowed to."""

    text = StringField("Suche in Nachrichten und Einheiten", [Optional()], filters=[strip])
    unit = SelectField("Organisationseinheit", [Optional()])
    state = SelectField(
        "Stand",
        [Optional()],
        choices=choices(
            [
                ("", "alle"),
                (OPEN, "offen"),
                *((state.value, label) for state, label in STATE_LABELS.items()),
            ]
        ),
    )
