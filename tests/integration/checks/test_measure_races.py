"""Two checks of a unit at the same time, and a check beside the list of measures."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from check_pages import STATEMENTS
from factories import World, make_check
from flask import Flask, current_app
from integration.organisation.test_unit_races import Change, GetUnit, run_at_once
from office_measures import make_measure, make_review
from sqlalchemy import select

from selfcheck.accounts.models import User
from selfcheck.checks import measure_review_service as service
from selfcheck.checks.draft_service import submit_check
from selfcheck.checks.inputs import CheckInput
from selfcheck.checks.measure_models import Measure
from selfcheck.checks.measure_service import get_measure, set_state
from selfcheck.checks.measures import MeasureState, Outcome
from selfcheck.checks.merging import AnswerValue
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.states import CheckState
from selfcheck.db import db

pytestmark = pytest.mark.slow

TEXTS = {"next_steps": "Aushänge"}


def head(world: World) -> User:
    return db.session.get_one(User, world.user_ids["head33"])


def submitting(world: World, check_id: UUID, *, is_stored: bool) -> Change:
    nothing = CheckInput(unit_id=None, checked_on=None, values={})
    values = {one: AnswerValue(points=3) for one in STATEMENTS}
    values |= {key: AnswerValue(text=text) for key, text in TEXTS.items()}
    filled = CheckInput(unit_id=world.unit_ids["33"], checked_on=date(2026, 11, 3), values=values)

    def change(_unit: GetUnit) -> None:
        (questionnaire,) = current_app.extensions["questionnaires"].values()
        entered = nothing if is_stored else filled
        submit_check(head(world), check_id=check_id, questionnaire=questionnaire, entered=entered)

    return change


@pytest.mark.parametrize("is_stored", [True, False])
def test_two_checks_that_are_submitted_together_announce_once(
    app: Flask, world: World, is_stored: bool
):
    with app.app_context():
        ids = [
            make_check(world, state=CheckState.DRAFT, texts=TEXTS) if is_stored else uuid4()
            for _ in range(2)
        ]
    run_at_once(app, world, *(submitting(world, one, is_stored=is_stored) for one in ids))
    with app.app_context():
        states = {db.session.get_one(SelfCheck, one).state for one in ids}
        assert states == {CheckState.SUBMITTED}
        assert list(db.session.scalars(select(Measure.wording))) == ["Aushänge"]


def test_a_check_waits_for_whoever_changes_a_measure(app: Flask, world: World):
    with app.app_context():
        measure_id = make_measure(world)
        check_id = make_check(world)
        make_review(check_id, measure_id, Outcome.PARTLY)

    def by_hand(_unit: GetUnit) -> None:
        measure = get_measure(head(world), measure_id, lock=True)
        set_state(head(world), measure, state=MeasureState.DONE, revision=1)

    def by_check(_unit: GetUnit) -> None:
        db.session.get_one(Measure, measure_id)  # as the page of the draft has loaded it
        check = db.session.get_one(SelfCheck, check_id)
        service.settle_reviews(check, user_id=world.user_ids["head33"])

    run_at_once(app, world, by_hand, by_check)
    with app.app_context():
        measure = db.session.get_one(Measure, measure_id)
        assert (measure.state, measure.revision) == (MeasureState.PARTLY_DONE, 3)
        # The day on which it ended is that of whoever ended it first.
        assert measure.closed_on == date(2026, 11, 20)
