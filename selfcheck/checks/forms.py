"""The form of a self-check, built from its questionnaire, and the filter of the list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from selfcheck import clock
from selfcheck.checks.inputs import CheckInput
from selfcheck.checks.limits import TEXT_LENGTH
from selfcheck.checks.questionnaire import FollowUp, Questionnaire, Statement
from selfcheck.checks.scoring import Answers, is_shown
from selfcheck.form_base import DAY_FORMATS, FilterForm, GermanForm, choices, clean_text

EARLIEST_DAY = date(2000, 1, 1)


def check_length(_form: GermanForm, field: TextAreaField) -> None:
    """Refuse a text that is too long.

    WTForms' Length would also tell the browser, which cuts pasted text off without a word.
    """
    length = len(field.data or "")
    if length > TEXT_LENGTH:
        message = f"Der Text hat {length:,} Zeichen; möglich sind {TEXT_LENGTH:,} Zeichen."
        raise ValidationError(message.replace(",", "."))


def read_revision(value: str | int | None) -> int:
    """Return the number of a saved draft; 0, which none has, for what is no number."""
    text = str(value)
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


class CheckForm(GermanForm):
    """Unit and date; ``make_check_form`` adds the questions."""

    unit = SelectField(validators=[InputRequired("Bitte wählen Sie Ihre Organisationseinheit.")])
    checked_on = DateField(
        validators=[InputRequired("Bitte geben Sie das Datum an, z. B. 31.12.2026.")],
        format=DAY_FORMATS,
    )
    revision = HiddenField(filters=[read_revision])
    resume = HiddenField()

    questionnaire: Questionnaire

    def validate_checked_on(self, field: DateField) -> None:
        """Refuse days that no check can have been made on."""
        if field.data is None:
            return
        if field.data > clock.today():
            raise ValidationError("Das Datum liegt in der Zukunft.")
        if field.data < EARLIEST_DAY:
            raise ValidationError(f"Das Datum liegt vor dem {EARLIEST_DAY:%d.%m.%Y}.")

    @property
    def entered(self) -> CheckInput:
        """What was entered, once the form is valid."""
        return CheckInput(
            unit_id=int(self.unit.data),
            checked_on=self.checked_on.data or clock.today(),
            answers=self.answers,
            revision=self.revision.data,
        )

    @property
    def answers(self) -> Answers:
        """The answers as the rules want them; what is not valid is left out."""
        questionnaire = self.questionnaire
        points = {one.id: self[one.id].data for one in questionnaire.statements}
        texts = {
            one.id: self[text_name(one)].data for one in questionnaire.follow_ups if has_text(one)
        }
        ticked = {one.id: self._ticked(one) for one in questionnaire.follow_ups if one.options}
        on_scale = {str(answer.points) for answer in questionnaire.scale}
        return Answers(
            points={key: int(value) for key, value in points.items() if value in on_scale},
            texts={key: value for key, value in texts.items() if value},
            choices={key: value for key, value in ticked.items() if value},
        )

    def _ticked(self, follow_up: FollowUp) -> tuple[str, ...]:
        sent = self[follow_up.id].data or ()
        return tuple(option.id for option in follow_up.options if option.id in sent)

    def refuse_loose_text(self) -> bool:
        """Mark words below „andere“ that is not ticked: a submission would drop them unseen."""
        answers = self.answers
        for follow_up in self.questionnaire.follow_ups:
            option = follow_up.free_text_option
            if option is None or not is_shown(follow_up, answers):
                continue
            field = self[text_name(follow_up)]
            if field.errors or not field.data:
                continue
            if option.id not in answers.choices.get(follow_up.id, ()):
                field.errors = [
                    f"Bitte kreuzen Sie auch „{option.text}“ an, oder leeren Sie dieses Feld."
                ]
                return True
        return False

    def show_missing(self, missing: tuple[Statement, ...]) -> None:
        """Mark the statements that a submission still needs."""
        for statement in missing:
            self[statement.id].errors = ["Bitte wählen Sie eine Antwort."]


def has_text(follow_up: FollowUp) -> bool:
    """Return whether a follow-up is answered in words, wholly or in part."""
    return follow_up.kind == "text" or follow_up.free_text_option is not None


def text_name(follow_up: FollowUp) -> str:
    """Return the name of the field for a follow-up's words."""
    return follow_up.id if follow_up.kind == "text" else f"{follow_up.id}_text"


def make_check_form(
    questionnaire: Questionnaire, *, units: list[tuple[str, str]], stored: Mapping[str, Any]
) -> CheckForm:
    """Return the form of a questionnaire, filled with what is stored unless it was just sent."""
    fields: dict[str, Any] = {"questionnaire": questionnaire}
    scale = [(str(answer.points), answer.label) for answer in questionnaire.scale]
    for statement in questionnaire.statements:
        fields[statement.id] = RadioField(
            f"Aussage {statement.number}",
            validators=[Optional()],
            choices=choices(scale),
            invalid_choice_message="Diese Antwort gibt es nicht; bitte wählen Sie eine andere.",
        )
    for follow_up in questionnaire.follow_ups:
        fields |= _follow_up_fields(follow_up)
    form_class = type("VersionedCheckForm", (CheckForm,), fields)
    form: CheckForm = form_class(data=stored)
    form.unit.label.text = questionnaire.unit_label.removesuffix(":")
    form.checked_on.label.text = questionnaire.date_label.removesuffix(":")
    form.unit.choices = choices(units)
    return form


def stored_fields(
    questionnaire: Questionnaire,
    *,
    unit_id: int | None,
    checked_on: date,
    revision: int,
    answers: Answers,
) -> dict[str, Any]:
    """Return a check's content under the names of the form's fields."""
    names = {one.id: text_name(one) for one in questionnaire.follow_ups}
    return {
        "unit": str(unit_id) if unit_id else None,
        "checked_on": checked_on,
        "revision": revision,
        **{statement_id: str(points) for statement_id, points in answers.points.items()},
        **{names[key]: value for key, value in answers.texts.items()},
        **{key: list(value) for key, value in answers.choices.items()},
    }


def _follow_up_fields(follow_up: FollowUp) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if follow_up.options:
        fields[follow_up.id] = SelectMultipleField(
            follow_up.text,
            validators=[Optional()],
            choices=choices((option.id, option.text) for option in follow_up.options),
            option_widget=CheckboxInput(),
            widget=ListWidget(prefix_label=False),
        )
    if has_text(follow_up):
        other = follow_up.free_text_option
        label = follow_up.text if other is None else other.text
        fields[text_name(follow_up)] = TextAreaField(
            label,
            validators=[Optional(), check_length],
            filters=[clean_text],
        )
    return fields


class CheckFilterForm(FilterForm):
    """What the list of checks is narrowed to."""

    unit = SelectField("Organisationseinheit", [Optional()])
    colour = SelectField("Ergebnis", [Optional()])
