"""The form of a self-check, built from its questionnaire, and the filter of the list."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict
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
from selfcheck.checks.inputs import DAY, REVIEW, CheckInput
from selfcheck.checks.limits import TEXT_LENGTH
from selfcheck.checks.measures import MeasureLine, Outcome
from selfcheck.checks.merging import NO_ANSWER, AnswerValue, FormMemory, Values, split_answers
from selfcheck.checks.questionnaire import FollowUp, Questionnaire, Statement
from selfcheck.checks.scoring import Answers, is_shown
from selfcheck.form_base import DAY_FORMATS, FilterForm, GermanForm, choices, clean_text

EARLIEST_DAY = date(2000, 1, 1)
FORM_ID = re.compile(r"[0-9a-f-]{36}")
# Before a question's id: the digest that the form was opened with, and what a person decided.
BASE, DECISION = "base-", "decision-"
NO_SUCH_ANSWER = "Diese Antwort gibt es nicht; bitte wählen Sie eine andere."


def check_length(_form: GermanForm, field: TextAreaField) -> None:
    """Refuse a text that is too long.

    WTForms' Length would also tell the browser, which cuts pasted text off without a word.
    """
    length = len(field.data or "")
    if length > TEXT_LENGTH:
        message = f"Der Text hat {length:,} Zeichen; möglich sind {TEXT_LENGTH:,} Zeichen."
        raise ValidationError(message.replace(",", "."))


class CheckForm(GermanForm):
    """Unit and date; ``make_check_form`` adds the questions."""

    unit = SelectField(validators=[InputRequired("Bitte wählen Sie Ihre Organisationseinheit.")])
    checked_on = DateField(
        validators=[InputRequired("Bitte geben Sie das Datum an, z. B. 31.12.2026.")],
        format=DAY_FORMATS,
    )
    resume = HiddenField()

    questionnaire: Questionnaire
    # The fields that say what became of measures announced before.
    review_names: tuple[str, ...] = ()

    def validate_checked_on(self, field: DateField) -> None:
        """Refuse days that no check can have been made on."""
        if field.data is None:
            return
        if field.data > clock.today():
            raise ValidationError("Das Datum liegt in der Zukunft.")
        if field.data < EARLIEST_DAY:
            raise ValidationError(f"Das Datum liegt vor dem {EARLIEST_DAY:%d.%m.%Y}.")

    def entered(self, memory: FormMemory) -> CheckInput:
        """Return what was entered; a field with an error counts as not sent."""
        sent = split_answers(self.answers)
        names: dict[str, set[str]] = {one.id: {one.id} for one in self.questionnaire.statements}
        for one in self.questionnaire.follow_ups:
            names[one.id] = {one.id, text_name(one)}
        values = {
            question_id: sent.get(question_id, NO_ANSWER)
            for question_id, fields in names.items()
            if not any(self[name].errors for name in fields if name in self)
        }
        for name in self.review_names:  # those that the opened form had
            if name in memory.bases and not self[name].errors:
                values[name] = AnswerValue(text=self[name].data or "")
        is_unit_known = self.unit.data and not self.unit.errors
        return CheckInput(
            unit_id=int(self.unit.data) if is_unit_known else None,
            checked_on=None if self.checked_on.errors else self.checked_on.data,
            values=values,
            memory=memory,
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
    questionnaire: Questionnaire,
    *,
    units: list[tuple[str, str]],
    stored: Mapping[str, Any],
    sent: MultiDict[str, str] | None = None,
    measures: Sequence[MeasureLine] = (),
) -> CheckForm:
    """Return the form of a questionnaire, filled with what was ``sent`` or else is stored.

    ``measures`` are those announced before: the form asks what became of them.
    """
    fields: dict[str, Any] = {
        "questionnaire": questionnaire,
        "review_names": tuple(f"{REVIEW}{one.id}" for one in measures),
        **{f"{REVIEW}{one.id}": _review_field(one) for one in measures},
    }
    scale = [(str(answer.points), answer.label) for answer in questionnaire.scale]
    for statement in questionnaire.statements:
        fields[statement.id] = RadioField(
            f"Aussage {statement.number}",
            validators=[Optional()],
            choices=choices(scale),
            invalid_choice_message=NO_SUCH_ANSWER,
        )
    for follow_up in questionnaire.follow_ups:
        fields |= _follow_up_fields(follow_up)
    form_class = type("VersionedCheckForm", (CheckForm,), fields)
    form: CheckForm = form_class(sent, data=stored)
    form.unit.label.text = questionnaire.unit_label.removesuffix(":")
    form.checked_on.label.text = questionnaire.date_label.removesuffix(":")
    form.unit.choices = choices(units)
    return form


def stored_fields(questionnaire: Questionnaire, values: Values) -> dict[str, Any]:
    """Return a check's content, head included, under the names of the form's fields."""
    names = {one.id: text_name(one) for one in questionnaire.follow_ups}
    fields: dict[str, Any] = {}
    for question_id, value in values.items():
        if question_id == DAY:
            fields[DAY] = date.fromisoformat(value.text)
        elif value.points is not None:
            fields[question_id] = str(value.points)
        else:
            fields[question_id] = list(value.option_ids)
            fields[names.get(question_id, question_id)] = value.text
    return fields


def read_memory(sent: Mapping[str, str]) -> FormMemory:
    """Return what a form that was sent remembers of the draft it was opened with."""

    def below(prefix: str) -> dict[str, str]:
        return {
            name.removeprefix(prefix): value
            for name, value in sent.items()
            if name.startswith(prefix)
        }

    form_id = sent.get("form_id", "")
    return FormMemory(
        form_id=form_id if FORM_ID.fullmatch(form_id) else "",
        bases=below(BASE),
        decisions=below(DECISION),
    )


def _review_field(measure: MeasureLine) -> RadioField:
    told = [measure.state.label]
    if measure.due_on:
        told.append(f"bis {measure.due_on:%d.%m.%Y}")
    if measure.responsible:
        told.append(f"verantwortlich: {measure.responsible}")
    return RadioField(
        measure.wording,
        validators=[Optional()],
        choices=choices((one.value, one.label) for one in Outcome),
        invalid_choice_message=NO_SUCH_ANSWER,
        description=", ".join(told),
    )


def confirm_previous(
    sent: MultiDict[str, str], kept: Sequence[str], questionnaire: Questionnaire, before: Answers
) -> None:
    """Fill in what the person confirmed to be as in the check before.

    Another answer to a statement holds; words and ticks are added to those that were entered.
    """
    for statement in questionnaire.statements:
        if statement.id in kept and not sent.get(statement.id) and statement.id in before.points:
            sent[statement.id] = str(before.points[statement.id])
    for one in questionnaire.follow_ups:
        if one.id not in kept:
            continue
        text = before.texts.get(one.id, "")
        if text and text not in (typed := clean_text(sent.get(text_name(one))) or ""):
            sent[text_name(one)] = f"{typed}\n{text}".strip()
        if one.options:
            sent.setlist(one.id, [*sent.getlist(one.id), *before.choices.get(one.id, ())])


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
