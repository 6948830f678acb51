"""The filter of the audit trail."""

from __future__ import annotations

from datetime import date

from wtforms import DateField, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from selfcheck.audit.actions import Action
from selfcheck.form_base import DAY_FORMATS, FilterForm, choices, strip


class AuditFilterForm(FilterForm):
    """What the audit trail is narrowed to."""

    action = SelectField(
        "Vorgang",
        [Optional()],
        choices=choices([("", "alle"), *((action.value, action.label) for action in Action)]),
    )
    text = StringField("Name oder Text", [Optional()], filters=[strip])
    first_day = DateField("Von", [Optional()], format=DAY_FORMATS)
    last_day = DateField("Bis", [Optional()], format=DAY_FORMATS)

    def validate_last_day(self, field: DateField) -> None:
        """Refuse a span that cannot hold anything."""
        first: date | None = self.first_day.data
        if field.data and first and field.data < first:
            raise ValidationError("„Bis“ liegt vor „Von“.")
