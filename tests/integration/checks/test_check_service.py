"""The service refuses by itself what no form lets through."""

from datetime import date
from uuid import uuid4

import pytest
from check_pages import count_rows, new_address
from factories import make_check

from selfcheck.accounts.models import User
from selfcheck.checks import draft_service, service
from selfcheck.checks.inputs import CheckFilter, CheckInput
from selfcheck.checks.questionnaire import newest
from selfcheck.checks.states import CheckState
from selfcheck.db import db
from selfcheck.errors import InvalidError, NotFoundError


@pytest.fixture
def head(app, world):
    """The head of 33, within the application."""
    with app.app_context():
        yield db.session.get(User, world.user_ids["head33"])


def entered(unit_id, **changes):
    fields = {"checked_on": date(2026, 11, 2), "values": {}, **changes}
    return CheckInput(unit_id=unit_id, **fields)


@pytest.mark.parametrize("unit", ["50", "1"])
@pytest.mark.parametrize("command", [draft_service.save_draft, draft_service.submit_check])
def test_no_check_is_begun_for_a_foreign_unit(app, world, head, command, unit):
    questionnaire = newest(app.extensions["questionnaires"])
    with pytest.raises(InvalidError) as refused:
        command(
            head,
            check_id=uuid4(),
            questionnaire=questionnaire,
            entered=entered(world.unit_ids[unit]),
        )
    assert refused.value.field == "unit"
    db.session.rollback()
    assert count_rows(app) == (0, 0)


def test_an_id_that_belongs_to_a_foreign_check_is_not_found(app, world, head):
    check_id = make_check(world, unit="50", by="head50", state=CheckState.DRAFT)
    with pytest.raises(NotFoundError):
        draft_service.save_draft(
            head,
            check_id=check_id,
            questionnaire=newest(app.extensions["questionnaires"]),
            entered=entered(world.unit_ids["33"]),
        )
    db.session.rollback()
    assert service.find_check(head, check_id) is None


def test_a_filter_for_a_foreign_unit_finds_nothing(world, head):
    make_check(world, unit="50")
    chosen = CheckFilter(unit_id=world.unit_ids["50"])
    assert service.count_checks(head, chosen) == 0
    assert service.list_checks(head, chosen, limit=5) == []


def test_without_any_grant_there_is_nothing(world, head):
    make_check(world)
    nobody = db.session.get(User, world.user_ids["nobody"])
    assert service.count_checks(nobody, CheckFilter()) == 0
    assert service.list_own_units(nobody) == []
    assert service.find_check(nobody, new_address()[0]) is None
