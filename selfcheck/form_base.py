"""The form that all others derive from: German messages, and errors that services found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, Form, HiddenField, SelectChoice, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from selfcheck.errors import DomainError

# What a browser's date field sends, and what people type where there is none.
DAY_FORMATS = ["%Y-%m-%d", "%d.%m.%Y"]


EARLIEST_YEAR, LATEST_YEAR = 1900, 2100  # as in lists
# Sent along by the page that offers what was typed before a session expired.
RESUMED = "resume"


# What no keyboard types; PostgreSQL refuses the first of them.
INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def clean_text(value: str | None) -> str | None:
    """Drop what no keyboard types, and outer blanks (a filter for texts of several lines)."""
    if value is None:
        return None
    return INVISIBLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def strip(value: str | None) -> str | None:
    """Drop the blanks around what was typed (a filter for text fields)."""
    return value.strip() if value else value


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Return values and labels as WTForms wants the choices of a field."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


def line_field(label: str, *, missing: str, length: int) -> StringField:
    """Return a field for a line of text that is needed."""
    too_long = f"Das ist zu lang; möglich sind {length} Zeichen."
    return StringField(
        label,
        [DataRequired(missing), Length(max=length, message=too_long), refuse_invisible],
        filters=[strip],
    )


def refuse_invisible(_form: Form, field: Field) -> None:
    """Refuse line breaks and control characters, which no name has (a validator)."""
    if field.data and not field.data.isprintable():
        raise ValidationError("Hier stehen unsichtbare Zeichen; bitte neu eintippen.")


def refuse_strange_year(_form: Form, field: Field) -> None:
    """Refuse years that only a slip of the finger can mean (a validator)."""
    if field.data and not EARLIEST_YEAR <= field.data.year <= LATEST_YEAR:
        raise ValidationError(f"Das Jahr {field.data.year} kann nicht stimmen.")


def read_ids(words: Iterable[str]) -> list[int]:
    """Return the numbers among words that may be ids; what was tampered with is left out."""
    return [int(word) for word in words if word.isascii() and word.isdecimal() and len(word) < 10]


class GermanForm(FlaskForm):
    """A form whose built-in messages are German."""

    class Meta(FlaskForm.Meta):
        """WTForms brings the translations along."""

        locales = ("de_DE", "de")

    def is_submitted(self) -> bool:
        """Return whether the form was sent to be stored.

        One that is shown again after a session has expired is filled in, and waits for its button.
        """
        return bool(super().is_submitted()) and RESUMED not in request.form

    @property
    def status(self) -> int:
        """The status of a page that shows the form: 400 once it was sent and not taken."""
        return 400 if self.is_submitted() else 200

    def show_error(self, error: DomainError) -> None:
        """Put a refusal of a service beside the field it names, or above the form."""
        field = self._fields.get(error.field or "")
        if isinstance(field, Field):
            field.errors = [*field.errors, error.message]
        else:
            self.form_errors.append(error.message)


class RevisionForm(GermanForm):
    """A form that knows which state of a thing it was opened with."""

    revision = HiddenField(default="0")

    @property
    def shown_revision(self) -> int:
        """The state that the form showed; 0, which fits none, if it was not sent along."""
        text = str(self.revision.raw_data[0]) if self.revision.raw_data else ""
        return int(text) if text.isdecimal() and len(text) < 10 else 0


class FilterForm(GermanForm):
    """A form that narrows a list: sent by GET, so that the result can be bookmarked."""

    class Meta(GermanForm.Meta):
        """Nothing is changed by a filter, so there is nothing to protect."""

        csrf = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        for field in self:
            field.flags.optional = False  # all are: no need to say so at each
