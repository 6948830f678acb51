"""Forms about people and where they work."""

from __future__ import annotations

from wtforms import BooleanField, DateField, SelectField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from selfcheck.form_base import DAY_FORMATS, RevisionForm, line_field, refuse_strange_year
from selfcheck.staff.inputs import AssignmentInput, Duties, PersonInput
from selfcheck.staff.limits import PERSON_NAME_LENGTH, PERSON_NUMBER_LENGTH


class NamesForm(RevisionForm):
    """Number and names of a person."""

    number = line_field(
        "Personalnummer",
        missing="Bitte geben Sie die Personalnummer an.",
        length=PERSON_NUMBER_LENGTH,
    )
    last_name = line_field(
        "Nachname", missing="Bitte geben Sie den Nachnamen an.", length=PERSON_NAME_LENGTH
    )
    first_name = line_field(
        "Vorname", missing="Bitte geben Sie den Vornamen an.", length=PERSON_NAME_LENGTH
    )

    @property
    def names(self) -> PersonInput:
        """What a valid form says about the person."""
        return PersonInput(
            number=self.number.data or "",
            last_name=self.last_name.data or "",
            first_name=self.first_name.data or "",
        )


class DutiesMixin:
    """The three marks that decide about the group."""

    is_manager = BooleanField("Führungskraft (ab Sachgebietsleitung)")
    has_citizen_contact = BooleanField("Bürgerkontakt")
    does_media_work = BooleanField("Medien- und Öffentlichkeitsarbeit")


class AssignmentMixin(DutiesMixin):
    """Where somebody works, and from when to when."""

    unit = SelectField(
        "Organisationseinheit", [DataRequired("Bitte wählen Sie eine Organisationseinheit.")]
    )
    first_day = DateField("Gültig ab", [Optional(), refuse_strange_year], format=DAY_FORMATS)
    last_day = DateField("Gültig bis", [Optional(), refuse_strange_year], format=DAY_FORMATS)

    def validate_last_day(self, field: DateField) -> None:
        """Refuse an end before the start."""
        if field.data and self.first_day.data and field.data < self.first_day.data:
            raise ValidationError("Der letzte Tag liegt vor dem ersten.")

    @property
    def assignment(self) -> AssignmentInput:
        """What a valid form says about the assignment."""
        return AssignmentInput(
            unit_id=int(self.unit.data),
            duties=Duties(
                is_manager=self.is_manager.data,
                has_citizen_contact=self.has_citizen_contact.data,
                does_media_work=self.does_media_work.data,
            ),
            first_day=self.first_day.data,
            last_day=self.last_day.data,
        )


class NewPersonForm(AssignmentMixin, NamesForm):
    """Add a person."""


class AssignmentForm(AssignmentMixin, RevisionForm):
    """Correct an assignment."""


class MoveForm(AssignmentMixin, RevisionForm):
    """Let a person work somewhere else from a day on."""

    first_day = DateField(
        "Erster Tag dort",
        [InputRequired("Bitte geben Sie den ersten Tag an."), refuse_strange_year],
        format=DAY_FORMATS,
    )


class EndForm(RevisionForm):
    """Set or clear the last day of an assignment."""

    last_day = DateField("Letzter Tag", [Optional(), refuse_strange_year], format=DAY_FORMATS)
