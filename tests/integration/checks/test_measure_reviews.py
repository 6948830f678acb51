"""From check to check: what one announces comes back in the next."""

import re
from datetime import date

import pytest
from client import text_of
from factories import make_check
from office_measures import make_measure, make_review
from sqlalchemy import select

from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.checks import measure_review_service as service
from selfcheck.checks.inputs import REVIEW
from selfcheck.checks.measure_models import Measure
from selfcheck.checks.measure_service import describe_measures
from selfcheck.checks.measures import MeasureState, Outcome
from selfcheck.checks.merging import AnswerValue
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.scoring import Answers
from selfcheck.checks.service import answers_of, store_values
from selfcheck.checks.states import CheckState
from selfcheck.db import db

LAST, DAY = date(2025, 11, 3), date(2026, 11, 3)
TEXTS = {"measures_planned": "- Aushänge\n- Videodolmetschen", "next_steps": "Fachaustausch"}


@pytest.fixture
def context(app):
    with app.app_context():
        yield app


@pytest.fixture
def check_of(context, world):
    def make(**changes):
        return db.session.get_one(SelfCheck, make_check(world, **changes))

    return make


@pytest.fixture
def questionnaire(context):
    return context.extensions["questionnaires"]["2025-05-07"]


def announce(check, questionnaire, user_id=1):
    found = service.announce_measures(check, questionnaire, answers_of(check), user_id=user_id)
    db.session.commit()
    return found


def proposals(world, before=DAY, unit="33"):
    found = service.list_proposals(world.unit_ids[unit], before=before)
    return [one.wording for one in found]


def events(action):
    query = select(AuditEvent.subject, AuditEvent.details).order_by(AuditEvent.id)
    return [tuple(row) for row in db.session.execute(query.where(AuditEvent.action == action))]


def test_what_a_check_announces_becomes_measures(check_of, questionnaire, world):
    check = check_of(texts=TEXTS, checked_on=LAST)
    announce(check, questionnaire, world.user_ids["head33"])
    measures = list(db.session.scalars(select(Measure).order_by(Measure.id)))
    found = [(one.wording, one.announced_under, one.statement_id, one.due_on) for one in measures]
    assert found == [
        ("Aushänge", "measures_planned", "s5", DAY),
        ("Videodolmetschen", "measures_planned", "s5", DAY),
        ("Fachaustausch", "next_steps", None, None),
    ]
    assert {one.unit_id for one in measures} == {world.unit_ids["33"]}
    assert {one.announced_in_id for one in measures} == {check.id}
    assert {one.created_by_id for one in measures} == {world.user_ids["head33"]}
    assert events(Action.MEASURE_ADDED) == [("33 Einheit 33", "Selbstcheck vom 03.11.2025")]


def test_what_is_announced_a_second_time_is_still_the_first(check_of, questionnaire):
    announce(check_of(texts=TEXTS, checked_on=LAST), questionnaire)
    texts = {**TEXTS, "next_steps": "FACHAUSTAUSCH\nFachaustausch\nneu"}
    found = announce(check_of(texts=texts, checked_on=DAY), questionnaire)
    assert [one.wording for one in found] == ["neu"]
    other = announce(check_of(texts=TEXTS, checked_on=DAY, unit="33.1"), questionnaire)
    assert len(other) == 3


def test_the_same_line_below_two_questions_is_one_measure(check_of, questionnaire):
    texts = {"measures_planned": "Aushänge", "next_steps": "aushänge"}
    found = announce(check_of(texts=texts, checked_on=LAST), questionnaire)
    assert [(one.wording, one.announced_under) for one in found] == [
        ("Aushänge", "measures_planned")
    ]


def test_a_new_questionnaire_announces_nothing_again(check_of, questionnaire):
    (measure,) = announce(
        check_of(texts={"next_steps": "Aushänge"}, checked_on=LAST), questionnaire
    )
    measure.questionnaire_version = "2019-01-01"
    assert announce(check_of(texts={"measures_planned": "Aushänge"}), questionnaire) == []


def test_a_polished_wording_is_not_announced_again(check_of, client_of, questionnaire):
    texts = {"next_steps": "aushänge"}
    (measure,) = announce(check_of(texts=texts, checked_on=LAST), questionnaire)
    address = f"/massnahmen/{measure.id}/bearbeiten"
    db.session.commit()
    data = {"wording": "Aushänge in sechs Sprachen", "state": "started", "revision": "1"}
    assert client_of("head33").send(address, data).status_code == 302
    db.session.refresh(measure)
    assert (measure.wording, measure.announced_as) == (data["wording"], "aushänge")
    for text in ("Aushänge", "aushänge in sechs sprachen"):
        assert announce(check_of(texts={"next_steps": text}), questionnaire) == []


def test_no_texts_are_no_measures_and_no_event(check_of, questionnaire):
    assert announce(check_of(), questionnaire) == []
    assert events(Action.MEASURE_ADDED) == []


def test_the_next_check_asks_about_them(check_of, questionnaire, world):
    announce(check_of(texts=TEXTS, checked_on=LAST), questionnaire)
    assert proposals(world) == ["Aushänge", "Videodolmetschen", "Fachaustausch"]
    assert proposals(world, unit="33.1") == []
    # Neither the check itself nor one of an earlier day does.
    assert proposals(world, before=LAST) == []


def test_what_was_added_by_hand_since_is_asked_about_too(check_of, world):
    check_of(checked_on=date(2025, 1, 1))
    make_measure(world, wording="von Hand")  # on 05.01.2026
    assert proposals(world) == ["von Hand"]
    assert proposals(world, before=date(2026, 1, 5)) == ["von Hand"]
    assert proposals(world, before=date(2026, 1, 4)) == []


@pytest.mark.parametrize(
    ("closed_on", "is_asked"),
    [(date(2025, 11, 2), False), (LAST, True), (date(2026, 6, 1), True)],
)
def test_what_ended_since_the_last_check_is_asked_about(check_of, world, closed_on, is_asked):
    check_of(checked_on=LAST)
    make_measure(world, wording="fertig", state=MeasureState.DONE, closed_on=closed_on)
    assert proposals(world) == (["fertig"] if is_asked else [])


def test_what_a_check_said_to_be_done_is_not_asked_about_again(check_of, world):
    check = check_of(checked_on=LAST)
    for outcome, state in (
        (Outcome.DONE, MeasureState.DONE),
        (Outcome.PARTLY, MeasureState.PARTLY_DONE),
        (Outcome.NOT, MeasureState.PLANNED),
    ):
        made = make_measure(world, wording=outcome.value, state=state, closed_on=LAST)
        make_review(check.id, made, outcome)
    assert proposals(world) == ["not"]  # as long as the office goes on with it


def test_what_a_mere_draft_says_does_not_count(check_of, world):
    draft = check_of(checked_on=LAST, state=CheckState.DRAFT)
    made = make_measure(world, wording="fertig", state=MeasureState.DONE, closed_on=DAY)
    make_review(draft.id, made, Outcome.DONE)
    assert proposals(world) == ["fertig"]


def test_what_a_draft_says_is_kept_changed_and_taken_back(check_of, world):
    draft = check_of(checked_on=DAY, state=CheckState.DRAFT)
    first, second = (make_measure(world, wording=one) for one in "ab")
    foreign = make_measure(world, unit="33.1")
    said = {first: Outcome.DONE, second: Outcome.NOT, foreign: Outcome.DONE, 999: Outcome.DONE}
    assert service.store_reviews(draft, said) is True
    assert service.list_reviews(draft) == {first: Outcome.DONE, second: Outcome.NOT}
    assert service.store_reviews(draft, said) is False
    assert service.store_reviews(draft, {first: Outcome.PARTLY}) is True
    assert service.list_reviews(draft) == {first: Outcome.PARTLY, second: Outcome.NOT}
    assert service.store_reviews(draft, {first: None, foreign: None, 999: None}) is True
    assert service.list_reviews(draft) == {second: Outcome.NOT}
    assert service.store_reviews(draft, {}) is False


def test_what_a_draft_says_of_a_deleted_measure_is_said_of_no_other(check_of, client_of, world):
    draft = check_of(checked_on=DAY, state=CheckState.DRAFT)
    kept, deleted = (make_measure(world, wording=one) for one in ("bleibt", "gelöscht"))
    said = {f"{REVIEW}{one}": AnswerValue(text="done") for one in (kept, deleted)}
    store_values(draft, said)
    db.session.commit()
    client, address = client_of("head33"), f"/selbstchecks/{draft.id}/bearbeiten"
    db.session.commit()
    assert client.send(f"/massnahmen/{deleted}/loeschen").status_code == 302
    assert client.send(f"/massnahmen/{deleted}/loeschen").status_code == 404  # a double click
    make_measure(world, wording="neu")  # in SQLite with the id of the deleted one
    db.session.commit()
    fields = re.findall('<input[^>]*name="review-[^>]*>', client.get(address).text)
    assert len(fields) == 2 * len(Outcome)
    (checked,) = (one for one in fields if "checked" in one)
    assert f'name="{REVIEW}{kept}"' in checked


def test_a_draft_of_another_unit_says_nothing_about_the_measures_of_the_first(check_of, world):
    draft = check_of(checked_on=DAY, state=CheckState.DRAFT)
    made = make_measure(world)
    service.store_reviews(draft, {made: Outcome.DONE})
    draft.unit_id = world.unit_ids["33.1"]
    assert service.list_reviews(draft) == {}
    service.apply_reviews(draft, user_id=world.user_ids["head33"])
    assert db.session.get_one(Measure, made).state is MeasureState.PLANNED


def test_a_submission_lets_the_reviews_hold(check_of, world):
    check = check_of(checked_on=DAY)
    made = {outcome: make_measure(world, wording=outcome.value) for outcome in Outcome}
    service.store_reviews(check, {measure_id: outcome for outcome, measure_id in made.items()})
    service.apply_reviews(check, user_id=world.user_ids["head33.1"])
    found = [db.session.get_one(Measure, measure_id) for measure_id in made.values()]
    assert [(one.state, one.closed_on, one.revision) for one in found] == [
        (MeasureState.DONE, DAY, 2),
        (MeasureState.PARTLY_DONE, DAY, 2),
        (MeasureState.PLANNED, None, 1),
    ]
    assert found[0].changed_by_id == world.user_ids["head33.1"]
    # What became of them is nothing for the audit trail.
    assert events(Action.MEASURE_CHANGED) == [("33 Einheit 33", "Selbstcheck vom 03.11.2026")]
    db.session.commit()


def test_the_result_shows_what_was_announced_and_what_became_of_the_rest(
    check_of, questionnaire, client_of, world
):
    before = make_measure(world, wording="Wegweiser mit Piktogrammen")
    check = check_of(texts=TEXTS, checked_on=DAY)
    make_review(check.id, before, Outcome.PARTLY)
    announce(check, questionnaire, world.user_ids["head33"])
    page = client_of("head33").get(f"/selbstchecks/{check.id}")
    text = text_of(page)
    assert "Aus den Angaben sind 3 Maßnahmen geworden." in text
    assert "zum Teil umgesetzt Wegweiser mit Piktogrammen" in text
    for measure in db.session.scalars(select(Measure).where(Measure.announced_in_id == check.id)):
        assert f'href="/massnahmen/{measure.id}/bearbeiten"' in page.text


def test_the_result_of_a_check_without_measures_says_so(check_of, client_of):
    page = client_of("head33").get(f"/selbstchecks/{check_of().id}")
    assert "Aus den Angaben ist keine neue Maßnahme geworden." in text_of(page)


def test_the_form_says_of_each_measure_where_it_stands(check_of, client_of, world):
    draft = check_of(checked_on=date(2026, 11, 20), state=CheckState.DRAFT)
    made = make_measure(world, wording="<b>eins</b>", due_on=DAY, responsible="Amt")
    store_values(draft, {f"{REVIEW}{made}": AnswerValue(text=Outcome.PARTLY.value)})
    db.session.commit()
    page = client_of("head33").get(f"/selbstchecks/{draft.id}/bearbeiten").text
    fields = re.findall(f'<input[^>]*name="{REVIEW}{made}"[^>]*>', page)
    assert [re.search('value="(.*?)"', one)[1] for one in fields] == ["done", "partly", "not"]
    assert ["checked" in one for one in fields] == [False, True, False]
    assert "&lt;b&gt;eins&lt;/b&gt;" in page
    assert "geplant, bis 03.11.2026, verantwortlich: Amt" in page
    assert "(seit 05.01.2026, geplant, überfällig seit 03.11.2026)" in page


def test_a_measure_serves_a_statement_of_its_own_questionnaire(context, world, questionnaire):
    for version in (questionnaire.version, "2019-01-01"):
        make_measure(world, wording=version, questionnaire_version=version)
    make_measure(world, wording="allgemein", statement_id=None)
    measures = db.session.scalars(select(Measure))
    lines = describe_measures(measures, {questionnaire.version: questionnaire}, today=DAY)
    assert [one.wording for one in lines if one.serves == ("2025-05-07", "s5")] == ["2025-05-07"]


def test_a_check_without_answers_announces_nothing(check_of, questionnaire):
    check = check_of(checked_on=LAST)
    assert service.announce_measures(check, questionnaire, Answers(), user_id=1) == []
