"""Two people, two tabs or two clicks at once: nothing typed is lost, and one check is made."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

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
from factories import LONG_AGO, make_check, make_user
from sqlalchemy import text

from selfcheck.accounts.permissions import Role
from selfcheck.audit.actions import Action
from selfcheck.checks.models import Answer, SelfCheck
from selfcheck.checks.states import CheckState
from selfcheck.db import db
from selfcheck.organisation.service import find_unit_by_number

SUBMIT = {"action": "submit"}


@pytest.fixture
def draft_id(app, world):
    with app.app_context():
        make_user("head1", Role.UNIT_HEAD, find_unit_by_number("1"))
        return make_check(
            world,
            points={"s1": 4},
            state=CheckState.DRAFT,
            texts={"next_steps": "alt", "cooperation": "alt"},
            choices={"cooperation": ("events", "other")},
        )


@pytest.fixture
def two_tabs(client_of, draft_id):
    """Two people open the same draft: one of the office, one of the division above."""
    clients = client_of("head33"), client_of("head1")
    return [(one, one.get(address_of(draft_id))) for one in clients]


def send(client, page, **changes):
    return client.send(target_of(page), fields_of(page) | changes)


def decide(page, question, side):
    """Return the choice that the page offers for a question in conflict."""
    (value,) = re.findall(rf'name="decision-{question}" value="({side}-[0-9a-f]+)"', page.text)
    return {f"decision-{question}": value}


def test_other_answers_in_a_second_tab_are_shown_beside_the_own(app, world, two_tabs, draft_id):
    (first, first_page), (second, second_page) = two_tabs
    theirs = {"s1": "2", "s2": "5", "next_steps": "<von ihnen>", "cooperation": ["events"]}
    theirs |= {"unit": str(world.unit_ids["33.1"]), "checked_on": "2026-11-03"}
    assert send(first, first_page, **theirs).status_code == 302
    mine = {"s1": "5", "s3": "1", "next_steps": "von mir", "cooperation_text": "neu"}
    page = send(second, second_page, **mine, checked_on="2026-11-04")
    assert page.status_code == 409
    words = text_of(page)
    assert "Der Entwurf wurde inzwischen an anderer Stelle geändert" in words
    told = "Person head33 hat hier am 20.11.2026, 10:00 Uhr anders geantwortet als Sie:"
    assert f"{told} stimme eher nicht zu (2)" in words
    assert f"{told} 03.11.2026" in words
    assert f"{told} &lt;von ihnen&gt;" in words
    assert f"{told} Durchführung gemeinsamer Veranstaltungen alt" in words
    assert "Amt/Abteilung/Sachgebiet: neu von Person head33" in words
    assert words.count("Bis dahin ist die von Person head33 gespeichert.") == 4
    assert words.count("Die Antwort von Person head33 gilt") == 4
    box = page.text[page.text.index("wurde inzwischen an anderer") :]
    targets = re.findall(r'<a href="#([^"]+)">[^<]+</a></li>', box)
    conflicts = ("checked_on", "s1", "cooperation", "next_steps")
    assert targets == [
        "change-unit",
        *(f"decision-{one}-theirs" for one in conflicts[:2]),
        "change-s2",
        *(f"decision-{one}-theirs" for one in conflicts[2:]),
    ]
    for one in targets:
        assert page.text.count(f'id="{one}"') == 1
    assert words.count("anders geantwortet als Sie:") == 4
    # Mine are in the form where both answered; the rest is merged, and stored.
    shown = {**mine, "cooperation": ["events", "other"], "checked_on": "2026-11-04", "s2": "5"}
    shown["unit"] = str(world.unit_ids["33.1"])
    assert fields_of(page).items() >= shown.items()
    stored = stored_answers(app, draft_id)
    assert stored.points == {"s1": 2, "s2": 5, "s3": 1}
    assert stored.texts == {"next_steps": "<von ihnen>", "cooperation": "alt"}
    assert f"{find_stored(app, draft_id).checked_on}" == "2026-11-03"


@pytest.mark.parametrize("choice", [("mine", 5), ("theirs", 2)])
@pytest.mark.parametrize("action", ["save", "submit"])
def test_only_a_choice_ends_a_conflict(app, two_tabs, draft_id, action, choice):
    side, points = choice
    (first, first_page), (second, second_page) = two_tabs
    rest = {f"s{number}": "3" for number in range(2, 9)}
    send(first, first_page, s1="2")
    page = send(second, second_page, s1="5", **rest, action=action)
    assert page.status_code == 409
    assert find_stored(app, draft_id).state is CheckState.DRAFT
    assert stored_answers(app, draft_id).points == {"s1": 2} | dict.fromkeys(rest, 3)
    page = send(second, page, action=action)
    assert page.status_code == 409, "whoever presses the button again has not chosen"
    assert stored_answers(app, draft_id).points["s1"] == 2
    answer = send(second, page, action=action, **decide(page, "s1", side))
    assert answer.status_code == 302
    assert stored_answers(app, draft_id).points == {"s1": points} | dict.fromkeys(rest, 3)
    is_submitted = find_stored(app, draft_id).state is CheckState.SUBMITTED
    assert is_submitted == (action == "submit")


@pytest.mark.parametrize("side", ["mine", "theirs"])
def test_a_third_save_meanwhile_is_told_again(app, two_tabs, draft_id, side):
    (first, first_page), (second, second_page) = two_tabs
    send(first, first_page, s1="2")
    conflict = send(second, second_page, s1="5")
    send(first, first.get(address_of(draft_id)), s1="1")
    page = send(second, conflict, s1="5", **decide(conflict, "s1", side))
    assert page.status_code == 409
    assert "stimme gar nicht zu (1)" in text_of(page)
    assert stored_answers(app, draft_id).points == {"s1": 1}


def test_different_questions_in_two_tabs_go_together(app, two_tabs, draft_id):
    (first, first_page), (second, second_page) = two_tabs
    assert send(first, first_page, s2="2", next_steps="von ihnen").status_code == 302
    answer = send(second, second_page, s3="3", s1="1")
    assert answer.status_code == 302
    page = second.get(answer.location)
    assert "Inzwischen hat auch Person head33 Antworten gegeben." in text_of(page)
    assert fields_of(page).items() >= {"s1": "1", "s2": "2", "s3": "3"}.items()
    assert stored_answers(app, draft_id).texts["next_steps"] == "von ihnen"


def test_nothing_is_submitted_that_the_form_did_not_show(app, two_tabs, draft_id):
    (first, first_page), (second, second_page) = two_tabs
    rest = {f"s{number}": "3" for number in range(2, 9)}
    send(first, first_page, s1="2")
    page = send(second, second_page, **rest, **SUBMIT)
    assert page.status_code == 409
    assert "Aussage 1: neu von Person head33" in text_of(page)
    assert fields_of(page)["s1"] == "2"
    assert find_stored(app, draft_id).state is CheckState.DRAFT
    assert send(second, page, **SUBMIT).location == f"/selbstchecks/{draft_id}"
    assert find_stored(app, draft_id).total_points == 23


def test_a_follow_up_that_is_not_asked_holds_up_no_submission(app, two_tabs, draft_id):
    (first, first_page), (second, second_page) = two_tabs
    send(first, first_page, s5="3", measures_planned="von ihnen")
    rest = {f"s{number}": "3" for number in (2, 3, 4, 6, 7, 8)}
    page = send(second, second_page, **rest, s5="1", measures_planned="von mir", **SUBMIT)
    assert page.status_code == 409
    assert "Aussage 5: bitte wählen Sie" in text_of(page)
    answer = send(second, page, **decide(page, "s5", "mine"), **SUBMIT)
    assert answer.location == f"/selbstchecks/{draft_id}"
    assert stored_answers(app, draft_id).texts == {
        "next_steps": "alt",
        "cooperation": "alt",
    }


def test_an_answer_taken_back_is_a_change_like_any_other(app, two_tabs, draft_id):
    (first, first_page), (second, second_page) = two_tabs
    send(first, first_page, next_steps="")
    page = send(second, second_page, next_steps="von mir")
    assert page.status_code == 409
    assert "anders geantwortet als Sie: keine Antwort" in text_of(page)
    assert send(second, page, **decide(page, "next_steps", "theirs")).status_code == 302
    assert "next_steps" not in stored_answers(app, draft_id).texts


def test_the_same_answers_from_two_tabs_are_no_conflict(app, two_tabs, draft_id):
    for client, page in two_tabs:
        assert send(client, page, s1="2").status_code == 302
    assert stored_answers(app, draft_id).points == {"s1": 2}


def test_one_form_is_never_in_conflict_with_itself(app, world, client_of, draft_id):
    """Its answer to a save may have got lost on the way, and it sends the next one all the same."""
    client = client_of("head33")
    page = client.get(address_of(draft_id))
    unheard = {"next_steps": "abc", "s2": "2", "checked_on": "2026-11-03"}
    send(client, page, **unheard, unit=str(world.unit_ids["33.1"]))
    later = {"next_steps": "alt", "s2": "3", "checked_on": "2026-11-04"}
    assert send(client, page, **later, unit=str(world.unit_ids["33.11"])).status_code == 302
    stored = find_stored(app, draft_id)
    assert stored_answers(app, draft_id).texts["next_steps"] == "alt"
    assert stored_answers(app, draft_id).points == {"s1": 4, "s2": 3}
    assert f"{stored.checked_on}" == "2026-11-04"
    assert stored.unit_id == world.unit_ids["33.11"]


def test_two_windows_of_one_person_say_so(client_of, draft_id):
    client = client_of("head33")
    first, second = client.get(address_of(draft_id)), client.get(address_of(draft_id))
    send(client, first, s1="2")
    page = send(client, second, s1="5")
    assert page.status_code == 409
    assert (
        "Sie selbst haben am 20.11.2026, 10:00 Uhr in einem anderen Fenster oder auf einem anderen "
        "Gerät anders geantwortet:" in text_of(page)
    )


def test_saving_in_a_tab_while_the_check_was_submitted_in_another(app, two_tabs, draft_id):
    (first, first_page), (second, second_page) = two_tabs
    send(first, first_page, **{f"s{number}": "3" for number in range(1, 9)}, **SUBMIT)
    answer = send(second, second_page, s1="5")
    assert answer.location == f"/selbstchecks/{draft_id}"
    assert stored_answers(app, draft_id).points["s1"] == 3


# At the same moment, really.


def all_at_once(requests):
    """Run each in a thread of its own; they leave together."""
    barrier = threading.Barrier(len(requests))

    def run(request):
        barrier.wait()
        return request()

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(run, requests))


def prepared(client, address, data):
    """Return a request that only has to be sent."""
    data = {"csrf_token": client.token(), **data}
    return lambda: client.post(address, data=data)


@pytest.mark.parametrize("attempt", range(2))
def test_many_clicks_at_once_make_one_check_and_one_event(app, world, client_of, attempt):
    check_id, address = new_address()
    clients = [client_of("head33") for _ in range(4)]
    sent = filled_in(world, next_steps="einmal", **SUBMIT)
    answers = all_at_once([prepared(client, address, sent) for client in clients])
    assert {answer.location for answer in answers} == {f"/selbstchecks/{check_id}"}
    assert count_rows(app) == (1, 9)
    assert len(list_subjects(app, Action.CHECK_SUBMITTED)) == 1
    assert find_stored(app, check_id).total_points == 24


@pytest.mark.parametrize("attempt", range(2))
def test_different_answers_at_once_are_told_to_the_slower_one(app, world, client_of, attempt):
    check_id, address = new_address()
    clients = [client_of("head33") for _ in range(2)]
    requests = [
        prepared(client, address, filled_in(world, points=points))
        for client, points in zip(clients, (1, 5), strict=True)
    ]
    answers = all_at_once(requests)
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    faster = [answer.status_code for answer in answers].index(302)
    assert set(stored_answers(app, check_id).points.values()) == {(1, 5)[faster]}
    slower = answers[1 - faster]
    assert f"({(1, 5)[faster]})" in text_of(slower)
    assert {fields_of(slower)[one] for one in STATEMENTS} == {str((5, 1)[faster])}


@pytest.mark.parametrize("attempt", range(2))
def test_submitting_and_discarding_at_once(app, world, client_of, attempt):
    """Either the draft is gone before, and the form makes a new check; or it is final."""
    with app.app_context():
        check_id = make_check(world, state=CheckState.DRAFT)
    clients = [client_of("head33") for _ in range(2)]
    sent = continued(clients[0], address_of(check_id), filled_in(world, points=5, **SUBMIT))
    submitted, discarded = all_at_once(
        [
            prepared(clients[0], address_of(check_id), sent),
            prepared(clients[1], f"/selbstchecks/{check_id}/verwerfen", {}),
        ]
    )
    assert submitted.location == f"/selbstchecks/{check_id}"
    assert discarded.status_code in {302, 409}
    assert find_stored(app, check_id).total_points == 40
    assert count_rows(app) == (1, 8)


@pytest.mark.parametrize(
    ("state", "action", "status"),
    [
        (CheckState.SUBMITTED, "submit", {302}),  # the other click: on to the result
        (CheckState.SUBMITTED, "save", {302, 409}),  # seen beforehand, or noticed on the way
        (CheckState.DRAFT, "save", {409}),  # other answers
        (CheckState.DRAFT, "submit", {409}),
    ],
)
def test_the_other_request_is_just_about_to_commit(world, client_of, state, action, status):
    """The database makes this one wait for the id, and then says that it is taken."""
    client = client_of("head33")
    app = client.application
    check_id, address = new_address()
    request = prepared(client, address, filled_in(world, points=5, action=action))
    with ThreadPoolExecutor(1) as pool, app.app_context():
        db.session.add(make_other(world, check_id, state))
        db.session.flush()
        running = pool.submit(request)
        if db.engine.dialect.name == "postgresql":
            wait_until_blocked()
        db.session.commit()
        answer = running.result()
    assert answer.status_code in status
    assert count_rows(app) == (1, 8)
    assert find_stored(app, check_id).state is state
    assert set(stored_answers(app, check_id).points.values()) == {3}


def make_other(world, check_id, state):
    is_submitted = state is CheckState.SUBMITTED
    user_id = world.user_ids["head33"]
    return SelfCheck(
        id=check_id,
        unit_id=world.unit_ids["33"],
        checked_on=date(2026, 11, 2),
        questionnaire_version="2025-05-07",
        state=state,
        created_at=LONG_AGO,
        created_by_id=user_id,
        changed_at=LONG_AGO,
        changed_by_id=user_id,
        submitted_at=LONG_AGO if is_submitted else None,
        submitted_by_id=user_id if is_submitted else None,
        total_points=24 if is_submitted else None,
        answers=[
            Answer(question_id=one, points=3, changed_at=LONG_AGO, changed_by_id=user_id)
            for one in STATEMENTS
        ],
    )


def wait_until_blocked():
    blocked = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with db.engine.connect() as connection:
        while not connection.scalar(blocked):
            connection.rollback()


def test_words_for_a_check_that_was_submitted_meanwhile_are_shown_again(app, world, client_of):
    check_id, address = new_address()
    client = client_of("head33")
    client.send(address, filled_in(world, **SUBMIT))
    late = filled_in(world, next_steps="zu spät, aber nicht weg")
    response = client.send(address, late)
    assert response.status_code == 409
    assert "nicht gespeichert" in text_of(response)
    assert "zu spät, aber nicht weg" in text_of(response)
    assert stored_answers(app, check_id).texts == {}
