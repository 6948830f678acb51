"""Forms about trainings and what proves them."""

from __future__ import annotations

import re
from decimal import Decimal

from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from selfcheck.form_base import (
    DAY_FORMATS,
    FilterForm,
    GermanForm,
    RevisionForm,
    choices,
    line_field,
    read_ids,
    refuse_strange_year,
    strip,
)
from selfcheck.lists import Unreadable, decimal
from selfcheck.training.inputs import QuestionInput, TrainingInput
from selfcheck.training.kinds import Area, Format, LengthUnit, Origin
from selfcheck.training.lengths import find_length_fault, minutes_of
from selfcheck.training.limits import (
    PROVIDER_LENGTH,
    QUESTION_LENGTH,
    REASON_LENGTH,
    TITLE_LENGTH,
)
from selfcheck.training.mandate import Group
from selfcheck.training.standing import Choice, State

ACCEPT = ".pdf,.png,.jpg,.jpeg"
AREA_CHOICES = [("", "noch zu klären"), *((area.value, area.value) for area in Area)]
UNIT_LABELS = {LengthUnit.HOURS: "Stunden (60 Minuten)", LengthUnit.LESSONS: "UE (45 Minuten)"}
STATE_CHOICES = [
    (Choice.PRESENT.value, "ohne Ausgeschiedene"),
    (Choice.OPEN.value, "offen"),
    *((state.value, state.label) for state in State),
    (Choice.TARGET.value, "Zielgruppe"),
]


def reason_field(label: str = "Begründung") -> TextAreaField:
    """Return a field for the reason of a change, which the history keeps."""
    too_long = f"Das ist zu lang; möglich sind {REASON_LENGTH:,} Zeichen.".replace(",", ".")
    return TextAreaField(
        label,
        [
            DataRequired("Bitte geben Sie einen Grund an; er steht später in der Geschichte."),
            Length(max=REASON_LENGTH, message=too_long),
        ],
        filters=[strip],
    )


class StaffFilterForm(FilterForm):
    """What the list of people is narrowed to."""

    text = StringField("Name oder Personalnummer", [Optional()], filters=[strip])
    unit = SelectField("Organisationseinheit", [Optional()])
    group = SelectField(
        "Gruppe",
        [Optional()],
        choices=choices([("", "alle"), *((group.value, group.value) for group in Group)]),
    )
    state = SelectField("Stand", [Optional()], choices=choices(STATE_CHOICES))


class TrainingMixin:
    """The fields of a training."""

    title = line_field("Titel", missing="Bitte geben Sie den Titel an.", length=TITLE_LENGTH)
    provider = line_field(
        "Anbieter", missing="Bitte geben Sie den Anbieter an.", length=PROVIDER_LENGTH
    )
    area = SelectField("Kompetenz", [Optional()], choices=choices(AREA_CHOICES))
    format = SelectField("Format", choices=choices((one.value, one.value) for one in Format))
    origin = SelectField("Herkunft", choices=choices((one.value, one.value) for one in Origin))
    first_day = DateField(
        "Beginn",
        [InputRequired("Bitte geben Sie den ersten Tag an."), refuse_strange_year],
        format=DAY_FORMATS,
    )
    last_day = DateField("Ende", [Optional(), refuse_strange_year], format=DAY_FORMATS)
    amount = StringField(
        "Umfang", [InputRequired("Bitte geben Sie den Umfang an.")], filters=[strip]
    )
    length_unit = RadioField(
        "Einheit",
        choices=choices((unit.value, label) for unit, label in UNIT_LABELS.items()),
        default=LengthUnit.HOURS.value,
    )

    def validate_last_day(self, field: DateField) -> None:
        """Refuse an end before the start."""
        if field.data and self.first_day.data and field.data < self.first_day.data:
            raise ValidationError("Das Ende liegt vor dem Beginn.")

    def validate_amount(self, field: StringField) -> None:
        """Refuse what is no number, and lengths that no training has."""
        if fault := find_length_fault(self._amount(field), self._unit):
            raise ValidationError(fault)

    @property
    def training(self) -> TrainingInput:
        """What a valid form says about the training."""
        first_day = self.first_day.data
        return TrainingInput(
            title=self.title.data or "",
            provider=self.provider.data or "",
            area=Area(self.area.data) if self.area.data else None,
            format=Format(self.format.data),
            origin=Origin(self.origin.data),
            first_day=first_day,
            last_day=self.last_day.data or first_day,
            duration_minutes=minutes_of(self._amount(self.amount), self._unit),
            length_unit=self._unit,
        )

    @property
    def _unit(self) -> LengthUnit:
        is_lessons = self.length_unit.data == LengthUnit.LESSONS.value
        return LengthUnit.LESSONS if is_lessons else LengthUnit.HOURS

    @staticmethod
    def _amount(field: StringField) -> Decimal:
        try:
            return decimal(field.data or "")
        except Unreadable as error:
            raise ValidationError(f"Das {error.problem}; erwartet wird {error.expected}.") from None


class EvidenceMixin:
    """What proves a training: files, or the day on which the original was seen."""

    files = MultipleFileField(
        "Zertifikat oder Teilnahmeliste", [Optional()], render_kw={"accept": ACCEPT}
    )
    seen_on = DateField("Original gesehen am", [Optional()], format=DAY_FORMATS)


class NewTrainingForm(TrainingMixin, EvidenceMixin, GermanForm):
    """Record a training for one person, or for many at once."""

    people = HiddenField()
    numbers = TextAreaField("Weitere Personen", [Optional()])

    @property
    def person_ids(self) -> list[int]:
        """The people that were chosen before."""
        return read_ids((self.people.data or "").split())

    @property
    def listed_numbers(self) -> list[str]:
        """The Personalnummern that were typed, each once."""
        words = re.split(r"[\s,;]+", self.numbers.data or "")
        return [word for word in dict.fromkeys(words) if word]


class CorrectTrainingForm(TrainingMixin, RevisionForm):
    """Correct a record, with a reason."""

    reason = reason_field()


class WithdrawForm(RevisionForm):
    """Withdraw a record, with a reason."""

    reason = reason_field()


class EvidenceForm(EvidenceMixin, GermanForm):
    """Add what proves a training."""


class RemoveEvidenceForm(GermanForm):
    """Take a wrong proof away, with a reason."""

    reason = reason_field()


class QuestionForm(GermanForm):
    """Put a doubtful training to the commissioner."""

    content = TextAreaField(
        "Inhalt der Schulung",
        [
            DataRequired("Bitte beschreiben Sie den Inhalt; darüber wird entschieden."),
            Length(max=QUESTION_LENGTH, message="Das ist zu lang; möglich sind 4.000 Zeichen."),
        ],
        filters=[strip],
    )
    question = TextAreaField(
        "Ihre Frage",
        [
            DataRequired("Bitte stellen Sie Ihre Frage."),
            Length(max=QUESTION_LENGTH, message="Das ist zu lang; möglich sind 4.000 Zeichen."),
        ],
        filters=[strip],
    )
    attaches_certificate = BooleanField("Zertifikat anhängen")

    @property
    def asked(self) -> QuestionInput:
        """What a valid form says."""
        return QuestionInput(
            content=self.content.data or "",
            question=self.question.data or "",
            attaches_certificate=self.attaches_certificate.data,
        )


REJECT = "reject"


class DecisionForm(GermanForm):
    """Recognise a training in an area, or not."""

    shown = HiddenField()

    decision = RadioField(
        "Entscheidung",
        [InputRequired("Bitte wählen Sie, wie Sie entscheiden.")],
        choices=choices(
            [
                *((area.value, f"anerkennen als {area.value}") for area in Area),
                (REJECT, "nicht anerkennen"),
            ]
        ),
    )
    answer = TextAreaField(
        "Begründung",
        [
            Optional(),
            Length(max=QUESTION_LENGTH, message="Das ist zu lang; möglich sind 4.000 Zeichen."),
        ],
        filters=[strip],
    )

    @property
    def area(self) -> Area | None:
        """The area of a recognition; None: not recognised."""
        return None if self.decision.data == REJECT else Area(self.decision.data)
