"""A draft is kept as it was typed, goes on anywhere, and goes only after a question."""

import pytest
from check_pages import (
    address_of,
    close,
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
from selfcheck.checks.scoring import Answers
from selfcheck.checks.states import CheckState


def make_draft(app, world, **changes):
    with app.app_context():
        return make_check(world, **{"state": CheckState.DRAFT, **changes})


def test_a_draft_may_be_saved_with_nothing_answered(app, world, client_of):
    client = client_of("head33")
    check_id, address = new_address()
    answer = client.send(address, filled_in(world, points=None))
    assert (answer.status_code, answer.location) == (302, address)
    page = client.get(answer.location)
    assert "Zwischengespeichert" in page.text
    assert "0 von 8 beantwortet" in page.text
    assert "zuletzt gespeichert 20.11.2026, 10:00 Uhr" in page.text
    stored = find_stored(app, check_id)
    assert (stored.state, stored.total_points, stored.answers) == (CheckState.DRAFT, None, [])
    assert (stored.unit_id, f"{stored.checked_on}") == (world.unit_ids["33"], "2026-11-02")


def test_some_answers_come_back_as_they_were_given(app, world, client_of):
    client = client_of("head33")
    check_id, address = new_address()
    sent = filled_in(world, "33.1", {"s1": 5, "s3": 1, "s8": 4}, next_steps="Schilder übersetzen")
    sent |= {"cooperation": ["exchange", "other"], "cooperation_text": "Sportfeste"}
    client.send(address, sent)
    page = client.get(address)
    del sent["form_id"]  # each form has its own
    assert fields_of(page).items() >= sent.items()
    assert "3 von 8 beantwortet" in page.text
    assert "bisher 10 Punkte" in page.text
    assert stored_answers(app, check_id) == Answers(
        points={"s1": 5, "s3": 1, "s8": 4},
        texts={"next_steps": "Schilder übersetzen", "cooperation": "Sportfeste"},
        choices={"cooperation": ("exchange", "other")},
    )


@pytest.mark.parametrize(
    "typed",
    [
        {"cooperation_text": "Sportfeste"},  # „andere“ is not ticked, nor anything else
        {"cooperation_text": "Sportfeste", "cooperation": ["events"]},
        {"s5": "2", "measures_past": "Aushang"},  # asked from 3 points on
        {"s8": "1", "cooperation": ["exchange"]},
        {"measures_planned": "Schulung"},  # statement 5 is not answered at all
    ],
    ids="+".join,
)
def test_what_is_hidden_stays_in_the_draft_and_comes_back(world, client_of, typed):
    client = client_of("head33")
    _, address = new_address()
    sent = filled_in(world, points=None, **typed)
    client.send(address, sent)
    page = client.get(address)
    assert page.status_code == 200
    assert fields_of(page).items() >= typed.items()
    assert client.get("/selbstchecks").status_code == 200  # the list counts it as well
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("login", ["head33", "head33.1"])
def test_any_head_of_the_unit_or_above_goes_on_with_it(app, world, client_of, login):
    check_id = make_draft(app, world, unit="33.1", by="head33.1", points={"s1": 4})
    client = client_of(login)
    page = client.get(address_of(check_id))
    answer = client.send(target_of(page), fields_of(page) | {"s2": "2", "action": "save"})
    assert answer.status_code == 302
    assert stored_answers(app, check_id).points == {"s1": 4, "s2": 2}
    stored = find_stored(app, check_id)
    assert stored.changed_by_id == world.user_ids[login]
    assert stored.created_by_id == world.user_ids["head33.1"]


def test_a_new_form_points_to_the_drafts_there_are(app, world, client_of):
    own = make_draft(app, world, unit="33.11", points={})
    foreign = make_draft(app, world, unit="50", by="head50", points={})
    page = client_of("head33").get("/selbstchecks/neu")
    assert "Es gibt schon einen Entwurf" in page.text
    assert "Entwurf vom 02.03.2026 für 33.11 Einheit 33.11 weiterschreiben" in page.text
    assert address_of(own) in page.text
    assert str(foreign) not in page.text


def test_a_new_form_for_one_unit_points_to_the_drafts_of_that_unit(app, world, client_of):
    own = [make_draft(app, world, unit="33.11", points={}) for _ in range(2)]
    other = make_draft(app, world, unit="33", points={})
    page = client_of("head33").get(f"/selbstchecks/neu?einheit={world.unit_ids['33.11']}")
    assert page.text.count("Es gibt schon Entwürfe") == 1
    assert all(address_of(one) in page.text for one in own)
    assert str(other) not in page.text


@pytest.mark.parametrize("login", ["head50", "head33.1"])  # the second one sits below
@pytest.mark.parametrize("page", ["bearbeiten", "verwerfen", ""])
def test_a_foreign_draft_does_not_exist(app, world, client_of, login, page):
    check_id = make_draft(app, world)
    client = client_of(login)
    address = f"/selbstchecks/{check_id}/{page}".removesuffix("/")
    assert client.get(address).status_code == 404
    if page:
        sent = filled_in(world, "50" if login == "head50" else "33.1", 5, action="submit")
        answer = client.send(address, sent)
        assert answer.status_code == 404
        assert "Diesen Selbstcheck gibt es nicht" in answer.text
    assert count_rows(app) == (1, 8)
    assert stored_answers(app, check_id).points["s1"] == 3


def test_an_unknown_draft_is_not_found(client_of):
    _, address = new_address()
    assert client_of("head33").get(address).status_code == 404


def test_a_draft_can_be_given_to_another_unit_below(app, world, client_of):
    check_id = make_draft(app, world, points={"s1": 4})
    client = client_of("head33")
    page = client.get(address_of(check_id))
    moved = fields_of(page) | {"unit": str(world.unit_ids["33.1"]), "checked_on": "19.11.2026"}
    client.send(target_of(page), moved)
    stored = find_stored(app, check_id)
    assert stored.unit_id == world.unit_ids["33.1"]
    assert f"{stored.checked_on}" == "2026-11-19"


def test_the_draft_of_a_unit_closed_since_can_be_finished(app, world, client_of):
    check_id = make_draft(app, world, unit="33.11")
    close(app, "33.11")
    client = client_of("head33")
    page = client.get(address_of(check_id))
    assert fields_of(page)["unit"] == str(world.unit_ids["33.11"])
    answer = client.send(target_of(page), fields_of(page) | {"action": "submit"})
    assert answer.location == f"/selbstchecks/{check_id}"
    assert find_stored(app, check_id).state is CheckState.SUBMITTED


def test_discarding_asks_first_and_names_what_will_be_lost(app, world, client_of):
    check_id = make_draft(app, world, points={"s1": 4, "s2": 4})
    page = client_of("head33").get(f"/selbstchecks/{check_id}/verwerfen")
    words = text_of(page)
    assert "Entwurf für 33 Einheit 33 vom 2. März 2026 wird gelöscht" in words
    assert "mit 2 von 8 Antworten" in words
    assert count_rows(app) == (1, 2)


def test_looking_for_the_page_without_its_body_discards_nothing(app, world, client_of):
    """HEAD carries no token: browsers send it for any site."""
    check_id = make_draft(app, world)
    client = client_of("head33")
    assert client.head(f"/selbstchecks/{check_id}/verwerfen").status_code == 200
    assert client.head(address_of(check_id)).status_code == 200
    assert count_rows(app) == (1, 8)


def test_discarding_deletes_every_row_and_is_recorded(app, world, client_of):
    check_id = make_draft(app, world, points={"s1": 4}, texts={"next_steps": "Schulung"})
    kept = make_draft(app, world, points={"s2": 2})
    client = client_of("head33")
    answer = client.send(f"/selbstchecks/{check_id}/verwerfen")
    assert "Der Entwurf ist verworfen" in client.get(answer.location).text
    assert count_rows(app) == (1, 1)
    assert find_stored(app, kept) is not None
    assert list_subjects(app, Action.DRAFT_DISCARDED) == ["33 Einheit 33, 02.03.2026"]
    assert client.get(address_of(check_id)).status_code == 404


def test_what_is_still_open_in_another_tab_survives_discarding(app, world, client_of):
    check_id = make_draft(app, world, points={"s1": 4})
    client = client_of("head33")
    tab = client.get(address_of(check_id))
    client.send(f"/selbstchecks/{check_id}/verwerfen")
    client.send(target_of(tab), fields_of(tab) | {"s2": "5"})
    assert stored_answers(app, check_id).points == {"s1": 4, "s2": 5}


@pytest.mark.parametrize("method", ["get", "send"])
def test_a_submitted_check_cannot_be_discarded(app, world, client_of, method):
    with app.app_context():
        check_id = make_check(world)
    answer = getattr(client_of("head33"), method)(f"/selbstchecks/{check_id}/verwerfen")
    assert answer.status_code == 409
    assert "kann nicht verworfen werden" in answer.text
    assert count_rows(app) == (1, 8)


@pytest.mark.parametrize("action", ["save", "submit"])
def test_a_submitted_check_cannot_be_changed(app, world, client_of, action):
    with app.app_context():
        check_id = make_check(world)
    client = client_of("head33")
    address = address_of(check_id)
    assert client.get(address).location == f"/selbstchecks/{check_id}"
    answer = client.send(address, filled_in(world, points=5, action=action))
    assert answer.location == f"/selbstchecks/{check_id}"
    assert "ausgewertet und bleibt, wie er ist" in client.get(answer.location).text
    assert set(stored_answers(app, check_id).points.values()) == {3}
