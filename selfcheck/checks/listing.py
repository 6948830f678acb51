"""The filter of the list of checks: colours become ranges of totals, version by version."""

from __future__ import annotations

from collections.abc import Mapping

from selfcheck.checks.forms import CheckFilterForm
from selfcheck.checks.inputs import CheckFilter
from selfcheck.checks.questionnaire import Questionnaire, newest
from selfcheck.checks.states import CheckState

DRAFTS = CheckFilter(state=CheckState.DRAFT)
DRAFT_CHOICE = "draft"


def colour_choices(questionnaires: Mapping[str, Questionnaire]) -> list[tuple[str, str]]:
    """Return what can be chosen: all, each colour of any version, drafts."""
    colours = {
        colour.id: colour.label
        for questionnaire in (*questionnaires.values(), newest(questionnaires))
        for colour in questionnaire.colours
    }
    return [("", "alle"), *colours.items(), (DRAFT_CHOICE, "Entwürfe")]


def filter_by(form: CheckFilterForm, questionnaires: Mapping[str, Questionnaire]) -> CheckFilter:
    """Return the filter that a valid form describes."""
    unit_id = int(form.unit.data) if form.unit.data else None
    if form.colour.data == DRAFT_CHOICE:
        return CheckFilter(unit_id=unit_id, state=CheckState.DRAFT)
    if not form.colour.data:
        return CheckFilter(unit_id=unit_id)
    totals = tuple(
        (version, colour.minimum, colour.maximum)
        for version, questionnaire in questionnaires.items()
        for colour in questionnaire.colours
        if colour.id == form.colour.data
    )
    return CheckFilter(unit_id=unit_id, state=CheckState.SUBMITTED, totals=totals)
