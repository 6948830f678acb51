"""Forms of the rounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wtforms import (
    DateField,
    Field,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from selfcheck.form_base import (
    DAY_FORMATS,
    FilterForm,
    RevisionForm,
    choices,
    clean_text,
    line_field,
    refuse_strange_year,
    strip,
)
from selfcheck.rounds.choosing import Scope
from selfcheck.rounds.limits import TEXT_LENGTH, TITLE_LENGTH
from selfcheck.rounds.states import STATE_LABELS

SCOPE_LABELS = {
    Scope.REPORTING: "alle berichtspflichtigen Einheiten",
    Scope.OFFICES: "alle Ämter",
    Scope.CHOSEN: "nur die angekreuzten",
}


def check_length(_form: Form, field: Field) -> None:
    """Refuse a text that is too long (a validator); the browser shall not cut it."""
    if len(field.data or "") > TEXT_LENGTH:
        raise ValidationError(f"Das ist zu lang; möglich sind {TEXT_LENGTH} Zeichen.")


def day_field(label: str, missing: str) -> DateField:
    """Return the field for a day."""
    return DateField(label, [InputRequired(missing), refuse_strange_year], format=DAY_FORMATS)


class RoundChangeForm(RevisionForm):
    """What can be changed of a round, its units included: not its first day."""

    title = line_field(
        "Titel", missing="Bitte geben Sie der Runde einen Titel.", length=TITLE_LENGTH
    )
    text = TextAreaField(
        "Text an die Organisationseinheiten", [Optional(), check_length], filters=[clean_text]
    )
    deadline = day_field("Frist", "Bitte geben Sie an, bis wann der Selbstcheck erbeten ist.")
    unit_ids = SelectMultipleField(
        "Organisationseinheiten",
        coerce=int,
        validate_choice=False,  # the service knows which units there are
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def offer(self, units: Sequence[tuple[int, str]]) -> None:
        """Offer these units, as ids and labels."""
        self.unit_ids.choices = list(units)


class RoundForm(RoundChangeForm):
    """A round that is to be called."""

    begins_on = day_field("Ab wann zählt ein Selbstcheck?", "Bitte geben Sie den ersten Tag an.")
    scope = RadioField("Wer wird gefragt?", default=Scope.REPORTING.value)

    def offer_scopes(self, counts: Mapping[Scope, int]) -> None:
        """Offer the quick choices, each with the number of its units."""
        self.scope.choices = choices(
            (scope.value, f"{label} ({counts[scope]})" if scope in counts else label)
            for scope, label in SCOPE_LABELS.items()
        )

    def validate_unit_ids(self, field: SelectMultipleField) -> None:
        """Refuse ticks that would have no effect."""
        if self.scope.data != Scope.CHOSEN and field.data:
            raise ValidationError(
                "Sie haben Einheiten angekreuzt, fragen aber andere. Wählen Sie oben „nur die "
                "angekreuzten“, oder entfernen Sie die Häkchen."
            )


class WallFilterForm(FilterForm):
    """What the wall is narrowed to."""

    text = StringField("Nummer oder Bezeichnung", [Optional()], filters=[strip])
    state = SelectField(
        "Stand",
        [Optional()],
        choices=choices(
            [("", "alle"), *((state.value, label) for state, label in STATE_LABELS.items())]
        ),
    )
