"""Submitting needs all eight answers, happens once, and is final."""

import pytest
from check_pages import (
    STATEMENTS,
    address_of,
    continued,
    count_rows,
    fields_of,
    filled_in,
    find_stored,
    list_subjects,
    new_address,
    stored_answers,
    target_of,
)
from client import text_of
from factories import make_check

from selfcheck.audit.actions import Action
from selfcheck.checks.states import CheckState

SUBMIT = {"action": "submit"}


@pytest.fixture
def client(client_of):
    return client_of("head33")


@pytest.fixture
def draft_id(app, world):
    with app.app_context():
        return make_check(world, points={"s1": 4}, state=CheckState.DRAFT)


@pytest.mark.parametrize("is_new", [True, False])
def test_a_full_form_becomes_a_result(app, world, client, draft_id, is_new):
    check_id, address = new_address() if is_new else (draft_id, address_of(draft_id))
    sent = filled_in(world, "33.1", 4, **SUBMIT)
    sent = sent if is_new else continued(client, address, sent)
    answer = client.send(address, sent)
    assert (answer.status_code, answer.location) == (302, f"/selbstchecks/{check_id}")
    page = client.get(answer.location)
    assert "Der Selbstcheck für 33.1 Einheit 33.1 ist ausgewertet" in page.text
    assert "32 von 40 Punkten: Grün" in page.text
    stored = find_stored(app, check_id)
    assert (stored.state, stored.total_points) == (CheckState.SUBMITTED, 32)
    assert stored.submitted_by_id == world.user_ids["head33"]
    assert f"{stored.submitted_at:%Y-%m-%d %H:%M}" == "2026-11-20 09:00"
    # Also for the draft, which was begun for 33.
    assert list_subjects(app, Action.CHECK_SUBMITTED) == ["33.1 Einheit 33.1, 02.11.2026"]


@pytest.mark.parametrize(
    "missing", [("s3",), ("s1", "s8"), STATEMENTS], ids=lambda missing: f"{len(missing)} missing"
)
def test_missing_answers_are_listed_on_top_and_nothing_typed_is_lost(app, world, client, missing):
    given = {one: 4 for one in STATEMENTS if one not in missing}
    typed = {"next_steps": "Aushang", "cooperation": ["events", "other"], "cooperation_text": "x"}
    typed |= {"measures_past": "Schulung", "measures_planned": "<b>", "checked_on": "2026-11-19"}
    check_id, address = new_address()
    page = client.send(address, filled_in(world, "33.11", given, **typed, **SUBMIT))
    assert page.status_code == 400
    summary = page.text.split('id="error-summary-title"')[1].split("</ul>")[0]
    for one in STATEMENTS:
        link = f'<a href="#{one}-0">Aussage {one[1]}: Bitte wählen Sie eine Antwort.</a>'
        assert (link in summary) == (one in missing)
        assert (f'id="{one}-error"' in page.text) == (one in missing)
        assert f'id="{one}-0"' in page.text
    sent = fields_of(page)
    assert sent.items() >= typed.items()
    assert {one: int(sent[one]) for one in STATEMENTS if one in sent} == given
    assert sent["unit"] == str(world.unit_ids["33.11"])
    assert count_rows(app) == (0, 0)
    # Answering the rest on that page is enough.
    answer = client.send(target_of(page), sent | dict.fromkeys(missing, "4") | SUBMIT)
    assert answer.location == f"/selbstchecks/{check_id}"
    assert find_stored(app, check_id).total_points == 32


def test_an_incomplete_submission_leaves_the_saved_draft_as_it_was(app, world, client, draft_id):
    filled = filled_in(world, points={"s2": 5}, **SUBMIT)
    sent = continued(client, address_of(draft_id), filled)
    page = client.send(address_of(draft_id), sent)
    assert page.status_code == 400
    stored = find_stored(app, draft_id)
    assert stored.state is CheckState.DRAFT
    assert stored_answers(app, draft_id).points == {"s1": 4}
    # What was saved before and what was just typed stand in the form together.
    assert fields_of(page).items() >= {"s1": "4", "s2": "5"}.items()


def test_missing_and_wrong_fields_are_told_together(world, client):
    _, address = new_address()
    sent = filled_in(world, points={"s1": 1}, checked_on="2027-01-01", **SUBMIT)
    words = text_of(client.send(address, sent))
    assert "8 Angaben fehlen oder stimmen noch nicht" in words
    assert "Datum: Das Datum liegt in der Zukunft." in words
    assert "Aussage 8: Bitte wählen Sie eine Antwort." in words


def test_sending_the_same_form_twice_makes_one_check(app, world, client):
    check_id, address = new_address()
    sent = filled_in(world, **SUBMIT)
    first, second = client.send(address, sent), client.send(address, sent)
    assert first.location == second.location == f"/selbstchecks/{check_id}"
    assert count_rows(app) == (1, 8)
    assert len(list_subjects(app, Action.CHECK_SUBMITTED)) == 1


def test_the_back_button_and_other_answers_change_nothing(app, world, client):
    check_id, address = new_address()
    client.send(address, filled_in(world, points=2, **SUBMIT))
    client.send(address, filled_in(world, points=5, **SUBMIT))
    assert find_stored(app, check_id).total_points == 16
    assert set(stored_answers(app, check_id).points.values()) == {2}
    assert count_rows(app) == (1, 8)


def test_saving_the_same_twice_is_no_change(app, world, client, today):
    check_id, address = new_address()
    sent = filled_in(
        world, points={"s1": 2}, cooperation=["events", "exchange"], next_steps="a\r\nb"
    )
    assert client.send(address, sent).status_code == 302
    saved_at = find_stored(app, check_id).changed_at
    today.shift(60)
    assert client.send(address, sent).status_code == 302
    assert find_stored(app, check_id).changed_at == saved_at


# Hidden follow-ups: a draft keeps them (test_check_drafts), a submitted check does not.

HIDDEN = {
    "measures_past": "verborgen-1",
    "measures_planned": "verborgen-2",
    "cooperation": ["exchange", "other"],
    "cooperation_text": "verborgen-3",
    "next_steps": "immer gefragt",
}


@pytest.mark.parametrize("via_draft", [True, False])
@pytest.mark.parametrize(
    ("points", "shown"),
    [
        (2, {"next_steps"}),
        (3, {"next_steps", "measures_past", "measures_planned", "cooperation"}),
        ({"s5": 3, "s8": 2}, {"next_steps", "measures_past", "measures_planned"}),
        ({"s5": 2, "s8": 3}, {"next_steps", "cooperation"}),
    ],
)
def test_what_is_not_asked_leaves_no_trace(world, client, points, shown, via_draft):
    if isinstance(points, dict):
        points = dict.fromkeys(STATEMENTS, 4) | points
    check_id, address = new_address()
    sent = filled_in(world, points=points, **HIDDEN)
    if via_draft:
        client.send(address, sent)
        sent = fields_of(client.get(address))
    client.send(address, sent | SUBMIT)
    answers = stored_answers(client.application, check_id)
    assert {*answers.texts, *answers.choices} == shown
    rows = {row.question_id for row in find_stored(client.application, check_id).answers}
    assert rows == {*STATEMENTS, *shown}
    result = client.get(f"/selbstchecks/{check_id}").text
    assert ("verborgen-1" in result) == ("verborgen-2" in result) == ("measures_past" in shown)
    assert ("verborgen-3" in result) == ("cooperation" in shown)
    assert ("regelmäßiger Fachaustausch" in result) == ("cooperation" in shown)
    assert "immer gefragt" in result


def test_other_words_without_their_tick_are_asked_about_and_not_dropped(app, world, client):
    check_id, address = new_address()
    typed = {"cooperation": ["events"], "cooperation_text": "Sprachcafé"}
    response = client.send(address, filled_in(world, **typed, **SUBMIT))
    assert response.status_code == 400
    assert "kreuzen Sie auch „andere, und zwar …“ an" in text_of(response)
    assert "Sprachcafé" in response.text
    client.send(address, filled_in(world, **typed | {"cooperation": ["events", "other"]}, **SUBMIT))
    answers = stored_answers(app, check_id)
    assert answers.choices == {"cooperation": ("events", "other")}
    assert answers.texts == {"cooperation": "Sprachcafé"}


def test_other_words_that_are_not_asked_for_do_not_stand_in_the_way(app, world, client):
    check_id, address = new_address()
    form = filled_in(world, cooperation_text="verborgen", **SUBMIT) | {"s8": "2"}
    assert client.send(address, form).status_code == 302
    assert stored_answers(app, check_id).texts == {}
