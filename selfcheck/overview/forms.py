"""The filters of the commissioner's lists."""

from __future__ import annotations

from wtforms import SelectField, StringField
from wtforms.validators import Optional

from selfcheck.form_base import FilterForm, choices, strip
from selfcheck.overview.figures import Activity

ACTIVITY_CHOICES = [("", "alle"), *((one.value, one.label) for one in Activity)]


class UnitRowFilterForm(FilterForm):
    """Narrow the units; the colours are set by the view."""

    text = StringField("Organisationseinheit", [Optional()], filters=[strip])
    activity = SelectField(
        "Selbstcheck in den letzten 12 Monaten", [Optional()], choices=choices(ACTIVITY_CHOICES)
    )
    colour = SelectField("Geteiltes Ergebnis", [Optional()])


class EntryFilterForm(FilterForm):
    """Narrow texts and measures; questions and units are set by the view."""

    text = StringField("Suche im Text", [Optional()], filters=[strip])
    question = SelectField("Frage", [Optional()])
    unit = SelectField("Organisationseinheit", [Optional()])
