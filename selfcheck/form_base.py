"""The form that all others derive from: German messages, and errors that services found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, SelectChoice

from selfcheck.errors import DomainError

# What a browser's date field sends, and what people type where there is none.
DAY_FORMATS = ["%Y-%m-%d", "%d.%m.%Y"]


def strip(value: str | None) -> str | None:
    """Drop the blanks around what was typed (a filter for text fields)."""
    return value.strip() if value else value


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Return values and labels as WTForms wants the choices of a field."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


class GermanForm(FlaskForm):
    """A form whose built-in messages are German."""

    class Meta(FlaskForm.Meta):
        """WTForms brings the translations along."""

        locales = ("de_DE", "de")

    def show_error(self, error: DomainError) -> None:
        """Put a refusal of a service beside the field it names, or above the form."""
        field = self._fields.get(error.field or "")
        if isinstance(field, Field):
            field.errors = [*field.errors, error.message]
        else:
            self.form_errors.append(error.message)


class FilterForm(GermanForm):
    """A form that narrows a list: sent by GET, so that the result can be bookmarked."""

    class Meta(GermanForm.Meta):
        """Nothing is changed by a filter, so there is nothing to protect."""

        csrf = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        for field in self:
            field.flags.optional = False  # all are: no need to say so at each
