"""The form of a draft: how it is filled, what it remembers, and what it shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from flask import render_template, request
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from selfcheck import clock
from selfcheck.checks import service
from selfcheck.checks.draft_service import Change, Saved
from selfcheck.checks.forms import (
    CheckForm,
    confirm_previous,
    make_check_form,
    read_memory,
    stored_fields,
)
from selfcheck.checks.inputs import DAY, UNIT, head_values
from selfcheck.checks.measure_review_service import list_proposals
from selfcheck.checks.measure_service import describe_measures
from selfcheck.checks.measures import MeasureLine
from selfcheck.checks.merging import NO_ANSWER, FormMemory, Values
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.questionnaire import FollowUp, Questionnaire, newest
from selfcheck.checks.scoring import progress
from selfcheck.checks.version_pages import questionnaire_of, questionnaires
from selfcheck.checks.vote_service import find_spreads


@dataclass
class DraftPage:
    """A form of a check, with all that is shown around its fields."""

    check_id: UUID
    check: SelfCheck | None
    form: CheckForm
    memory: FormMemory
    measures: Sequence[MeasureLine] = ()
    previous: SelfCheck | None = None
    changes: Mapping[str, Change] = field(default_factory=dict)
    drafts: list[SelfCheck] = field(default_factory=list)

    @property
    def questionnaire(self) -> Questionnaire:
        """The version that the form asks."""
        return self.form.questionnaire

    @property
    def question_ids(self) -> tuple[str, ...]:
        """Everything that is merged: the head, the questions, what became of measures."""
        return question_ids_of(self.form)

    def render(self) -> str:
        """Return the page."""
        previous = self.previous
        return render_template(
            "checks/form.html",
            page=self,
            form=self.form,
            questionnaire=self.questionnaire,
            check_id=self.check_id,
            check=self.check,
            drafts=self.drafts,
            changes=self.changes,
            memory=self.memory,
            previous=previous,
            before=service.answers_of(previous) if previous else None,
            spreads=find_spreads(self.check, self.questionnaire) if self.check else None,
            done=progress(self.questionnaire, self.form.answers),
            is_resumed=bool(self.form.resume.data),
            is_unsaved=request.method == "POST",
        )

    def render_saved(self, saved: Saved) -> str:
        """Return what the open form takes over after a save: bases, and what others changed."""
        # Not asked again: since the commit somebody else may have saved, which nobody was shown.
        stored = saved.merge.values
        sent = self.form.entered(self.memory).all_values
        shown = open_page(self.check_id, saved.check, stored)
        order = dict.fromkeys([*shown.question_ids, *saved.changes])
        changes = {key: saved.changes[key] for key in order if key in saved.changes}
        # The form may have been opened before its unit was chosen, whose measures it lacks.
        known = [key for key in shown.question_ids if key in self.memory.bases]
        digests = _bases(shown.form, stored)
        bases = {key: digests[key] for key in known if key in sent and key not in changes}
        accepted = [
            key
            for key in self.memory.decisions
            if key in bases and self.memory.decisions[key].startswith("theirs-")
        ]
        return render_template(
            "checks/_saved.html",
            form=shown.form,
            known=known,
            lacks_more=len(known) < len(shown.question_ids) or shown.previous != self.previous,
            questionnaire=self.questionnaire,
            check=saved.check,
            changes=changes,
            bases=bases,
            accepted=accepted,
            faulty=[one for one in self.form if one.errors],
        )


def open_page(check_id: UUID, check: SelfCheck | None, values: Values) -> DraftPage:
    """Return the page of a draft as it is stored, or of a new one with some values."""
    questionnaire = questionnaire_of(check) if check else newest(questionnaires())
    measures = _list_measures(values)
    form = make_check_form(
        questionnaire,
        units=unit_choices(check),
        stored=stored_fields(questionnaire, values),
        measures=measures,
    )
    memory = FormMemory(form_id=str(uuid4()), bases=_bases(form, values))
    previous = _find_previous(check, values)
    return DraftPage(check_id, check, form, memory, measures=measures, previous=previous)


def page_of(check: SelfCheck) -> DraftPage:
    """Return the page of a draft as it is stored."""
    return open_page(check.id, check, service.stored_values(check))


def sent_page(check_id: UUID, check: SelfCheck | None) -> DraftPage:
    """Return the page as it was just sent, with what it remembers."""
    sent = MultiDict(request.form)
    # The form may have been opened before a new version came.
    shown = questionnaires().get(sent.get("version", ""))
    questionnaire = questionnaire_of(check) if check else shown or newest(questionnaires())
    kept = sent.getlist("keep")
    previous = _find_sent_previous(sent)
    if kept and previous is not None:
        confirm_previous(sent, kept, questionnaire, service.answers_of(previous))
    units = unit_choices(check)
    measures = _list_measures(service.stored_values(check) if check else _sent_head(sent, units))
    form = make_check_form(questionnaire, units=units, stored={}, sent=sent, measures=measures)
    memory = read_memory(sent)
    return DraftPage(check_id, check, form, memory, measures=measures, previous=previous)


def page_after(page: DraftPage, saved: Saved) -> DraftPage:
    """Return the page after a save that found answers of others.

    What is in conflict shows the answers that were sent, everything else what is stored.
    """
    entered = page.form.entered(page.memory).all_values
    conflicts = saved.merge.conflicts
    values = {**saved.merge.values, **{key: entered[key] for key in conflicts}}
    after = open_page(page.check_id, saved.check, values)
    bases = {
        **_bases(after.form, saved.merge.values),
        **{key: page.memory.bases.get(key, "") for key in conflicts},
    }
    after.memory = FormMemory(form_id=page.memory.form_id, bases=bases)
    # A measure of another unit is not asked about any more.
    after.changes = {key: saved.changes[key] for key in after.question_ids if key in saved.changes}
    return after


def question_ids_of(form: CheckForm) -> tuple[str, ...]:
    """Return everything in a form that is merged, in the order of the page."""
    questionnaire = form.questionnaire
    ids = [UNIT, DAY]
    for statement in questionnaire.statements:
        ids.append(statement.id)
        for _, below in questionnaire.follow_up_blocks_below(statement.id):
            ids += _with_reviews(form, below)
    ids += _with_reviews(form, questionnaire.follow_ups_at_end)
    return tuple(dict.fromkeys([*ids, *form.review_names]))


def _with_reviews(form: CheckForm, follow_ups: Iterable[FollowUp]) -> Iterator[str]:
    """Return questions, each with what is asked below it about earlier measures."""
    for one in follow_ups:
        yield one.id
        if one.reviews:
            yield from form.review_names


def unit_choices(check: SelfCheck | None = None) -> list[tuple[str, str]]:
    """Return the units that a check can be made for."""
    units = service.list_own_units(current_user)
    if check is not None and check.unit not in units:  # closed since the draft was begun
        units.append(check.unit)
    pairs = [(str(unit.id), unit.label) for unit in units]
    return pairs if len(pairs) == 1 else [("", "Bitte wählen"), *pairs]


def _bases(form: CheckForm, values: Values) -> dict[str, str]:
    return {key: values.get(key, NO_ANSWER).digest for key in question_ids_of(form)}


def _sent_head(sent: MultiDict[str, str], units: list[tuple[str, str]]) -> Values:
    """Return unit and day of a new form, as far as they can be read."""
    unit_id = sent.get(UNIT) if sent.get(UNIT) in dict(units) else None
    return head_values(int(unit_id) if unit_id else None, clock.today())


def _list_measures(values: Values) -> list[MeasureLine]:
    """Return the measures of the unit that the form is about, which it asks about."""
    if UNIT not in values:
        return []
    day = date.fromisoformat(values[DAY].text)
    proposals = list_proposals(int(values[UNIT].text), before=day)
    return describe_measures(proposals, questionnaires(), today=clock.today())


def _find_previous(check: SelfCheck | None, values: Values) -> SelfCheck | None:
    """Return the last check of the unit that the form is about, of the same version."""
    if check is not None:
        return service.find_previous_check(check)
    if UNIT not in values:
        return None
    return service.find_last_check(
        unit_id=int(values[UNIT].text),
        version=newest(questionnaires()).version,
        before=date.fromisoformat(values[DAY].text),
    )


def _find_sent_previous(sent: MultiDict[str, str]) -> SelfCheck | None:
    """Return the check whose answers the sent form showed, if it is one of the same unit."""
    try:
        previous = service.find_check(current_user, UUID(sent.get("previous", "")))
    except ValueError:
        return None
    is_of_unit = previous is not None and str(previous.unit_id) == sent.get(UNIT)
    return previous if previous is not None and is_of_unit and not previous.is_draft else None
