"""Forms of the units' pages."""

from __future__ import annotations

from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from selfcheck import clock
from selfcheck.form_base import DAY_FORMATS, FilterForm, GermanForm, choices, strip
from selfcheck.organisation.kinds import UnitKind
from selfcheck.organisation.limits import NAME_LENGTH, SHORT_NAME_LENGTH

KIND_CHOICES = [(kind.value, kind.value) for kind in UnitKind]


class UnitForm(GermanForm):
    """Rename a unit or change what it is."""

    name = StringField(
        "Bezeichnung",
        [
            DataRequired("Bitte geben Sie eine Bezeichnung an."),
            Length(
                max=NAME_LENGTH,
                message=f"Die Bezeichnung ist zu lang; möglich sind {NAME_LENGTH} Zeichen.",
            ),
        ],
        filters=[strip],
    )
    short_name = StringField(
        "Kürzel",
        [
            Optional(),
            Length(
                max=SHORT_NAME_LENGTH,
                message=f"Das Kürzel ist zu lang; möglich sind {SHORT_NAME_LENGTH} Zeichen.",
            ),
        ],
        filters=[strip],
    )
    kind = SelectField("Art", choices=choices(KIND_CHOICES))
    is_reporting = BooleanField("berichtspflichtig")


class MoveForm(GermanForm):
    """Hang a unit below another one."""

    parent = SelectField("Übergeordnete Einheit", [Optional()])


class CloseForm(GermanForm):
    """Close a unit."""

    last_day = DateField(
        "Letzter Tag", [InputRequired("Bitte geben Sie den letzten Tag an.")], format=DAY_FORMATS
    )

    def validate_last_day(self, field: DateField) -> None:
        """Refuse a day to come: until then the unit still works."""
        if field.data and field.data > clock.today():
            raise ValidationError("Dieser Tag kommt erst noch; bis dahin bleibt die Einheit offen.")


class UnitFilterForm(FilterForm):
    """What the list of units is narrowed to."""

    text = StringField("Nummer, Bezeichnung oder Kürzel", [Optional()], filters=[strip])
    kind = SelectField("Art", [Optional()], choices=choices([("", "alle"), *KIND_CHOICES]))
