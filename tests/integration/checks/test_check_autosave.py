"""What is typed is saved while it is typed: the requests that htmx sends from the open form."""

import json
import re
from html import unescape
from uuid import UUID

import pytest
from check_pages import (
    address_of,
    count_rows,
    fields_of,
    filled_in,
    find_stored,
    new_address,
    stored_answers,
)
from client import text_of
from factories import PASSWORD, make_check, make_user

from selfcheck.accounts.permissions import Role
from selfcheck.checks.states import CheckState
from selfcheck.organisation.service import find_unit_by_number

HTMX = {"HX-Request": "true"}


@pytest.fixture
def draft_id(app, world):
    with app.app_context():
        make_user("head1", Role.UNIT_HEAD, find_unit_by_number("1"))
        return make_check(
            world, points={"s1": 4}, state=CheckState.DRAFT, texts={"next_steps": "alt"}
        )


def save_address(address):
    return address.replace("bearbeiten", "antworten")


def autosave(client, address, fields):
    """Send the open form as htmx does."""
    return client.post(save_address(address), data=fields, headers=HTMX)


def parts_of(answer):
    """Return the parts of the answer that htmx would put into the page, by their ids."""
    parts = re.split(r'(?=<(?:input|div|span|dialog)[^>]* id="[^"]+"[^>]*hx-swap-oob)', answer.text)
    return {re.search(r' id="([^"]+)"', part)[1]: part for part in parts[1:]}


def bases_of(answer):
    return {
        f"base-{question}": digest
        for question, digest in re.findall(
            r'name="base-([a-z_0-9-]+)" value="([0-9a-f]*)"', answer.text
        )
    }


def is_saved(answer):
    return answer.status_code == 200 and answer.headers.get("HX-Trigger") == "draft-saved"


def is_saved_in_part(answer):
    """What could not be stored stands only in the browser, which must know it."""
    return answer.headers.get("HX-Trigger") == "draft-saved-in-part"


def test_the_first_answer_begins_the_draft(app, world, client_of):
    client = client_of("head33")
    check_id, address = new_address()
    fields = filled_in(world, points={"s1": 5}) | {"csrf_token": client.token()}
    answer = autosave(client, address, fields)
    assert is_saved(answer)
    parts = parts_of(answer)
    assert "zuletzt gespeichert 20.11.2026, 10:00 Uhr" in parts["saved"]
    assert f'href="/selbstchecks/{check_id}/team"' in parts["draft-actions"]
    assert f'href="/selbstchecks/{check_id}/verwerfen"' in parts["draft-actions"]
    assert stored_answers(app, check_id).points == {"s1": 5}


def test_later_answers_follow_with_what_the_form_took_over(app, client_of, draft_id):
    client = client_of("head33")
    fields = fields_of(client.get(address_of(draft_id)))
    for step in ("a", "ab", "abc"):
        answer = autosave(client, address_of(draft_id), fields | {"next_steps": step})
        assert is_saved(answer)
        fields |= bases_of(answer)
    assert stored_answers(app, draft_id).texts["next_steps"] == "abc"


def test_an_answer_that_got_lost_on_the_way_is_sent_again(app, client_of, draft_id):
    client = client_of("head33")
    fields = fields_of(client.get(address_of(draft_id)))
    autosave(client, address_of(draft_id), fields | {"next_steps": "halb"})  # and nobody hears
    assert is_saved(autosave(client, address_of(draft_id), fields | {"next_steps": "halb ganz"}))
    assert stored_answers(app, draft_id).texts["next_steps"] == "halb ganz"


def test_a_conflict_stands_beside_its_answer_and_ends_with_a_choice(app, client_of, draft_id):
    mine, theirs = client_of("head33"), client_of("head1")
    fields = fields_of(mine.get(address_of(draft_id))) | {"s1": "2", "s3": "3"}
    other = fields_of(theirs.get(address_of(draft_id))) | {"s1": "5", "s2": "1"}
    assert is_saved(autosave(theirs, address_of(draft_id), other))
    answer = autosave(mine, address_of(draft_id), fields)
    assert is_saved_in_part(answer)
    parts = parts_of(answer)
    assert "Person head1 hat hier" in parts["change-s1"]
    assert "stimme voll zu (5)" in parts["change-s1"]
    assert "stimme gar nicht zu (1)" in parts["change-s2"]  # only they answered it: told as well
    assert "block-s1" not in parts, "a field that may be typed in is never replaced unasked"
    assert "base-s1" not in parts
    assert "Person head1 hat" in parts["draft-notice"]
    assert stored_answers(app, draft_id).points == {"s1": 5, "s2": 1, "s3": 3}
    (taken,) = re.findall(r'value="(theirs-[0-9a-f]+)"', parts["change-s1"])
    fields |= bases_of(answer) | {"decision-s1": taken}
    answer = autosave(mine, address_of(draft_id), fields)
    parts = parts_of(answer)
    assert re.search(r'id="s1-0"[^>]*value="5" checked', parts["block-s1"])
    assert "anders geantwortet" not in answer.text
    assert stored_answers(app, draft_id).points["s1"] == 5


def test_a_text_that_is_too_long_stays_and_does_not_hold_up_the_rest(app, client_of, draft_id):
    client = client_of("head33")
    fields = fields_of(client.get(address_of(draft_id)))
    answer = autosave(client, address_of(draft_id), fields | {"next_steps": "x" * 5001, "s2": "2"})
    assert is_saved_in_part(answer)
    assert "nicht alles gespeichert" in parts_of(answer)["saved"]
    assert "5.001 Zeichen" in parts_of(answer)["saved"]
    stored = stored_answers(app, draft_id)
    assert (stored.points["s2"], stored.texts["next_steps"]) == (2, "alt")


def test_unit_and_day_of_somebody_else_stay_however_often_is_saved(app, world, client_of, draft_id):
    mine, theirs = client_of("head33"), client_of("head1")
    fields = fields_of(mine.get(address_of(draft_id)))
    other = fields_of(theirs.get(address_of(draft_id)))
    moved = {"unit": str(world.unit_ids["33.1"]), "checked_on": "2026-11-03"}
    autosave(theirs, address_of(draft_id), other | moved)
    for number in (1, 2, 3):
        fields |= {f"s{number}": "2"}
        answer = autosave(mine, address_of(draft_id), fields)
        fields |= bases_of(answer)
        assert "Person head1 hat hier" in parts_of(answer)["change-checked_on"]
    stored = find_stored(app, draft_id)
    assert (stored.unit_id, f"{stored.checked_on}") == (world.unit_ids["33.1"], "2026-11-03")
    # A day of my own is a conflict, also after the next save.
    for number in (4, 5):
        fields |= {"checked_on": "2026-11-04", f"s{number}": "2"}
        answer = autosave(mine, address_of(draft_id), fields)
        fields |= bases_of(answer)
        assert "anders geantwortet" in parts_of(answer)["change-checked_on"]
    assert f"{find_stored(app, draft_id).checked_on}" == "2026-11-03"


def test_a_text_that_cannot_be_taken_does_not_forget_what_it_was_opened_with(
    app, client_of, draft_id
):
    mine, theirs = client_of("head33"), client_of("head1")
    fields = fields_of(mine.get(address_of(draft_id))) | {"next_steps": "x" * 5001}
    fields |= bases_of(autosave(mine, address_of(draft_id), fields))
    other = fields_of(theirs.get(address_of(draft_id))) | {"next_steps": "von ihnen"}
    autosave(theirs, address_of(draft_id), other)
    fields |= bases_of(autosave(mine, address_of(draft_id), fields))
    answer = autosave(mine, address_of(draft_id), fields | {"next_steps": "kürzer"})
    assert is_saved_in_part(answer)
    assert "von ihnen" in parts_of(answer)["change-next_steps"]
    assert stored_answers(app, draft_id).texts["next_steps"] == "von ihnen"


@pytest.mark.parametrize("missing", [{"unit": ""}, {"checked_on": ""}, {"checked_on": "31.02.26"}])
def test_without_unit_or_day_nothing_can_be_begun_and_the_form_says_so(
    app, world, client_of, missing
):
    client = client_of("head33")
    _, address = new_address()
    fields = filled_in(world) | missing | {"csrf_token": client.token()}
    answer = autosave(client, address, fields)
    assert answer.status_code == 400
    assert "noch nicht gespeichert: Bitte" in parts_of(answer)["saved"]
    assert count_rows(app) == (0, 0)


def test_an_expired_login_is_asked_for_on_the_spot_and_the_form_goes_on(
    app, world, client_of, today, draft_id
):
    client = client_of("head33")
    fields = fields_of(client.get(address_of(draft_id))) | {"next_steps": "getippt"}
    today.shift(61 * 60)
    answer = autosave(client, address_of(draft_id), fields)
    assert answer.status_code == 401
    dialog = parts_of(answer)["login-here"]
    assert "Ihre Sitzung ist abgelaufen" in dialog
    (token,) = re.findall(r'name="csrf_token" value="([^"]+)"', dialog)
    login = {"csrf_token": token, "email": world.email("head33")}
    refused = client.post("/anmelden/hier", data=login | {"password": "falsch"}, headers=HTMX)
    assert refused.status_code == 400
    assert "stimmen nicht" in text_of(refused)
    entered = client.post("/anmelden/hier", data=login | {"password": PASSWORD}, headers=HTMX)
    assert entered.status_code == 200
    renewed = json.loads(unescape(entered.headers["HX-Trigger"]))["token-renewed"]["value"]
    assert is_saved(autosave(client, address_of(draft_id), fields | {"csrf_token": renewed}))
    assert stored_answers(app, draft_id).texts["next_steps"] == "getippt"


def test_a_login_in_another_tab_renews_the_token_of_this_one(app, world, client_of, draft_id):
    client = client_of("head33")
    fields = fields_of(client.get(address_of(draft_id))) | {"next_steps": "getippt"}
    client.send("/abmelden")
    client.enter(world.email("head33"))
    answer = autosave(client, address_of(draft_id), fields)
    assert answer.status_code == 400
    renewed = json.loads(answer.headers["HX-Trigger"])["token-renewed"]["value"]
    assert is_saved(autosave(client, address_of(draft_id), fields | {"csrf_token": renewed}))
    assert stored_answers(app, draft_id).texts["next_steps"] == "getippt"


def test_a_check_that_was_submitted_meanwhile_says_so(app, client_of, draft_id):
    client, other = client_of("head33"), client_of("head1")
    fields = fields_of(client.get(address_of(draft_id))) | {"next_steps": "zu spät"}
    done = fields_of(other.get(address_of(draft_id)))
    done |= {f"s{number}": "3" for number in range(1, 9)} | {"action": "submit"}
    other.send(address_of(draft_id), done)
    answer = autosave(client, address_of(draft_id), fields)
    assert answer.status_code == 409
    assert "Person head1 hat diesen Selbstcheck" in parts_of(answer)["draft-notice"]
    assert find_stored(app, draft_id).state is CheckState.SUBMITTED
    assert stored_answers(app, draft_id).texts["next_steps"] == "alt"


# The last check's answers, each to be confirmed.


@pytest.fixture
def before(app, world):
    with app.app_context():
        return make_check(
            world,
            points=4,
            texts={"next_steps": "Kurs", "cooperation": "Sport"},
            choices={"cooperation": ("events", "other")},
        )


def test_the_last_answers_stand_below_each_statement_and_are_not_taken_by_themselves(
    app, world, client_of, before
):
    client = client_of("head33")
    page = client.get(f"/selbstchecks/neu?einheit={world.unit_ids['33']}")
    words = text_of(page)
    assert words.count("Im Selbstcheck vom 02.03.2026: stimme eher zu (4) – gilt weiterhin") == 8
    assert "andere, und zwar …: Sport" in words
    assert "0 von 8 beantwortet" in words
    assert not {f"s{number}" for number in range(1, 9)} & fields_of(page).keys()


def test_what_is_confirmed_holds_unless_something_else_was_entered(app, world, client_of, before):
    client = client_of("head33")
    page = client.get(f"/selbstchecks/neu?einheit={world.unit_ids['33']}")
    address = re.search(r'action="(/selbstchecks/[^"]+/bearbeiten)"', page.text)[1]
    sent = fields_of(page) | {"keep": ["s1", "s2", "next_steps", "cooperation"], "s2": "1"}
    sent |= {"next_steps": "Neues", "cooperation": ["exchange"]}
    answer = client.send(address, sent)
    assert answer.status_code == 302
    stored = stored_answers(app, UUID(address.split("/")[2]))
    assert stored.points == {"s1": 4, "s2": 1}
    assert stored.texts == {"next_steps": "Neues\nKurs", "cooperation": "Sport"}
    assert stored.choices == {"cooperation": ("exchange", "events", "other")}


@pytest.mark.parametrize("previous", ["foreign", "other unit", "draft", "garbage"])
def test_only_a_result_of_the_same_unit_is_confirmed(app, world, client_of, previous):
    client = client_of("head33")
    with app.app_context():
        checks = {
            "foreign": make_check(world, unit="50", by="head50"),
            "other unit": make_check(world, unit="33.1"),
            "draft": make_check(world, state=CheckState.DRAFT),
            "garbage": "x",
        }
    check_id, address = new_address()
    sent = filled_in(world, points=None, keep=["s1"], previous=str(checks[previous]))
    client.send(address, sent)
    assert stored_answers(app, check_id).points == {}
