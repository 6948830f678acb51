"""Forms of the evaluation: the office's steps, and the Haupt- und Personalamt's."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import (
    DateField,
    Field,
    Form,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from selfcheck.evaluation.limits import REASON_LENGTH, TEXT_LENGTH, TITLE_LENGTH
from selfcheck.evaluation.states import STATE_LABELS
from selfcheck.form_base import (
    DAY_FORMATS,
    FilterForm,
    GermanForm,
    RevisionForm,
    choices,
    clean_text,
    line_field,
    refuse_strange_year,
    strip,
)

ALL, CHOSEN = "all", "chosen"


def text_field(label: str, *, length: int, missing: str = "") -> TextAreaField:
    """Return a field for several lines; optional unless ``missing`` says what is missing."""

    def check_length(_form: Form, field: Field) -> None:
        # WTForms' Length would also tell the browser, which cuts pasted text without a word.
        if len(field.data or "") > length:
            raise ValidationError(f"Das ist zu lang; möglich sind {length} Zeichen.")

    needed = DataRequired(missing) if missing else Optional()
    return TextAreaField(label, [needed, check_length], filters=[clean_text])


def deadline_field() -> DateField:
    """Return the field for the day until which the offices deliver."""
    return DateField(
        "Frist",
        [InputRequired("Bitte geben Sie an, bis wann abzugeben ist."), refuse_strange_year],
        format=DAY_FORMATS,
    )


class ShownForm(RevisionForm):
    """A form that knows which figures it was shown with."""

    shown = HiddenField(default="")


class PrepareForm(ShownForm):
    """The officer's step: a comment, and the word that the table is checked."""

    comment = text_field("Kommentar an das Haupt- und Personalamt", length=TEXT_LENGTH)


class ReleaseForm(ShownForm):
    """The head's step."""


class ReasonForm(GermanForm):
    """Why something goes back to somebody."""

    reason = text_field(
        "Begründung", length=REASON_LENGTH, missing="Bitte schreiben Sie, was zu ändern ist."
    )


class ReturnForm(ReasonForm):
    """Give a delivery back; the form knows which one was shown."""

    deadline = deadline_field()
    delivery = HiddenField(default="")

    @property
    def delivery_id(self) -> int:
        """The delivery that the form showed; 0, which is none, if it was not sent along."""
        text = str(self.delivery.raw_data[0]) if self.delivery.raw_data else ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


class DeadlineForm(GermanForm):
    """Until when an office, or all of them, shall deliver."""

    deadline = deadline_field()


class NoteForm(GermanForm):
    """An optional word to the office."""

    reason = text_field("Hinweis an die Organisationseinheit", length=REASON_LENGTH)


class TakeBackForm(RevisionForm):
    """Open the table again before it is released."""

    reason = text_field("Hinweis an die Fortbildungsbeauftragten", length=REASON_LENGTH)


class ReopenForm(NoteForm, DeadlineForm):
    """Let an office deliver once more."""


class RequestForm(RevisionForm):
    """What is asked of which offices, until when."""

    title = line_field(
        "Titel", missing="Bitte geben Sie der Anforderung einen Titel.", length=TITLE_LENGTH
    )
    reference_date = DateField(
        "Stichtag",
        [InputRequired("Bitte geben Sie den Stichtag an."), refuse_strange_year],
        format=DAY_FORMATS,
    )
    deadline = deadline_field()
    text = text_field("Text an die Organisationseinheiten", length=TEXT_LENGTH)
    scope = SelectField(
        "Wer wird gefragt?",
        choices=choices(
            [(ALL, "alle berichtspflichtigen Einheiten"), (CHOSEN, "nur die angekreuzten")]
        ),
        default=ALL,
    )
    unit_ids = SelectMultipleField(
        "Organisationseinheiten",
        coerce=int,
        validate_choice=False,  # the service knows which units report
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def validate_unit_ids(self, field: SelectMultipleField) -> None:
        """Refuse ticks that would have no effect."""
        if self.scope is not None and self.scope.data == ALL and field.data:
            raise ValidationError(
                "Sie haben Einheiten angekreuzt, fragen aber alle. Wählen Sie oben „nur die "
                "angekreuzten“, oder entfernen Sie die Häkchen."
            )

    def offer(self, units: Sequence[tuple[int, str]]) -> None:
        """Offer these units, as ids and labels."""
        self.unit_ids.choices = list(units)

    @property
    def chosen_ids(self) -> list[int]:
        """The units that a valid form asks."""
        if self.scope is not None and self.scope.data == ALL:
            return [int(value) for value, _ in self.unit_ids.choices]
        return list(self.unit_ids.data or [])


class RequestChangeForm(RequestForm):
    """What can be changed of a request: not its reference date; further units can be asked."""

    reference_date = None
    scope = None


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
