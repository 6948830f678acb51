"""The form of a measure, and the filter of the list of measures."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from selfcheck.checks.limits import MEASURE_LENGTH, RESPONSIBLE_LENGTH
from selfcheck.checks.measure_inputs import MeasureFilter, MeasureInput
from selfcheck.checks.measures import OPEN_STATES, MeasureState, Timing, clean_line
from selfcheck.checks.questionnaire import Questionnaire, Statement
from selfcheck.form_base import (
    DAY_FORMATS,
    FilterForm,
    GermanForm,
    RevisionForm,
    choices,
    refuse_invisible,
    refuse_strange_year,
    strip,
)

OPEN_CHOICE = "open"
STATE_CHOICES = [(state.value, state.label) for state in MeasureState]
SHOWN_LENGTH = 90  # of a statement in a list of choices


def one_line(value: str | None) -> str | None:
    """Turn line breaks into blanks (a filter): a measure is one line in every list."""
    return None if value is None else clean_line(value)


def check_length(_form: GermanForm, field: TextAreaField) -> None:
    """Refuse what is too long; a browser that is told cuts pasted text off without a word."""
    length = len(field.data or "")
    if length > MEASURE_LENGTH:
        raise ValidationError(
            f"Der Text hat {length:,} Zeichen; möglich sind {MEASURE_LENGTH} Zeichen.".replace(
                ",", "."
            )
        )


class UnitForm(RevisionForm):
    """Choose a unit; declared first, as it stands first on the page and in its list of errors."""

    unit = SelectField(
        "Organisationseinheit", [DataRequired("Bitte wählen Sie eine Organisationseinheit.")]
    )


class MeasureForm(RevisionForm):
    """What, for which statement, who, until when, and where it stands."""

    wording = TextAreaField(
        "Maßnahme",
        [DataRequired("Bitte geben Sie an, was getan werden soll."), check_length],
        filters=[one_line],
        render_kw={"rows": 3},
    )
    statement = SelectField("Aussage, der sie dient", [Optional()])
    responsible = StringField(
        "Verantwortlich",
        [
            Optional(),
            Length(
                max=RESPONSIBLE_LENGTH,
                message=f"Das ist zu lang; möglich sind {RESPONSIBLE_LENGTH} Zeichen.",
            ),
            refuse_invisible,
        ],
        filters=[strip],
    )
    due_on = DateField("Bis wann", [Optional(), refuse_strange_year], format=DAY_FORMATS)
    state = SelectField("Stand", choices=choices(STATE_CHOICES))

    def entered(self, questionnaire: Questionnaire) -> MeasureInput:
        """Return what a valid form says; the statement is one of this questionnaire."""
        return MeasureInput(
            wording=self.wording.data or "",
            questionnaire_version=questionnaire.version,
            statement_id=self.statement.data or None,
            responsible=self.responsible.data or "",
            due_on=self.due_on.data,
            state=MeasureState(self.state.data),
        )


class NewMeasureForm(MeasureForm, UnitForm):
    """Add a measure."""


class MeasureFilterForm(FilterForm):
    """What the list of measures is narrowed to."""

    unit = SelectField("Organisationseinheit", [Optional()])
    state = SelectField(
        "Stand",
        [Optional()],
        choices=choices([("", "alle"), (OPEN_CHOICE, "offen"), *STATE_CHOICES]),
    )
    statement = SelectField("Aussage", [Optional()])
    due = SelectField(
        "Termin",
        [Optional()],
        choices=choices([("", "alle"), *((one.value, one.label) for one in Timing)]),
    )

    @property
    def chosen(self) -> MeasureFilter:
        """The filter that a valid form describes."""
        states: tuple[MeasureState, ...] = ()
        if self.state.data == OPEN_CHOICE:
            states = OPEN_STATES
        elif self.state.data:
            states = (MeasureState(self.state.data),)
        version, _, statement_id = (self.statement.data or "").partition("/")
        return MeasureFilter(
            unit_id=int(self.unit.data) if self.unit.data else None,
            states=states,
            statement=(version, statement_id) if statement_id else None,
            timing=Timing(self.due.data) if self.due.data else None,
        )

    def describe(self) -> str:
        """Return in words what the list is narrowed to; empty: nothing."""
        fields = (self.unit, self.state, self.statement, self.due)
        return ", ".join(
            f"{field.label.text}: {choice.label}"
            for field in fields
            for choice in field.choices or ()
            if field.data and choice.value == field.data
        )


def statement_choices(questionnaire: Questionnaire) -> list[tuple[str, str]]:
    """Return the statements of one questionnaire by their ids, and none of them."""
    known = [(one.id, _describe(one)) for one in questionnaire.statements]
    return [("", "keiner bestimmten"), *known]


def filter_choices(questionnaires: Mapping[str, Questionnaire]) -> list[tuple[str, str]]:
    """Return the statements of all questionnaires, the newest first; old ones name theirs."""
    newest_first = sorted(
        questionnaires.values(), key=lambda one: (one.published_on, one.version), reverse=True
    )
    pairs = [("", "alle")]
    for place, questionnaire in enumerate(newest_first):
        origin = f" (Fragebogen vom {questionnaire.published_on:%d.%m.%Y})" if place else ""
        pairs += [
            (f"{questionnaire.version}/{one.id}", f"{_describe(one)}{origin}")
            for one in questionnaire.statements
        ]
    return pairs


def _describe(statement: Statement) -> str:
    words = statement.text
    if len(words) > SHOWN_LENGTH:
        words = words[:SHOWN_LENGTH].rpartition(" ")[0] + " …"
    return f"{statement.number}. {words}"
