"""An expired session or a stale token in the middle of filling in: the typed text comes back."""

import pytest
from check_pages import count_rows, fields_of, filled_in, new_address, stored_answers, target_of
from factories import PASSWORD

TYPED = {
    "next_steps": "Zeile 1\nZeile <2> & „mehr“ 🎉",
    "cooperation": ["events", "other"],
    "cooperation_text": "  Sportfeste",
    "checked_on": "2026-11-19",
    "s3": "5",
}
BACK = "Ihre Eingaben sind wieder da, aber noch nicht gespeichert"


@pytest.fixture
def client(client_of):
    return client_of("head33")


def go_on(client, resume_page):
    """Press the button of the page that offers to go on."""
    return client.post(target_of(resume_page), data=fields_of(resume_page))


def log_in_again(client, login_page, email):
    filled = fields_of(login_page) | {"email": email, "password": PASSWORD}
    return client.post(target_of(login_page), data=filled)


@pytest.mark.parametrize("minutes", [61, 13 * 60])
@pytest.mark.parametrize("action", ["save", "submit"])
def test_after_an_expired_session_the_typed_text_is_back(world, client, today, minutes, action):
    app = client.application
    check_id, address = new_address()
    sent = filled_in(world, **TYPED) | {"csrf_token": client.token(), "action": action}
    today.shift(minutes * 60)
    login_page = client.post(address, data=sent)
    assert login_page.status_code == 401
    assert "Ihre Sitzung ist abgelaufen" in login_page.text
    resume_page = log_in_again(client, login_page, world.email("head33"))
    assert resume_page.status_code == 200
    assert count_rows(app) == (0, 0)
    form = go_on(client, resume_page)
    assert form.status_code == 200
    assert BACK in form.text
    assert target_of(form) == address
    assert fields_of(form).items() >= (TYPED | {"cooperation_text": "Sportfeste"}).items()
    assert fields_of(form)["unit"] == str(world.unit_ids["33"])
    assert count_rows(app) == (0, 0)
    # Now it is an ordinary form again.
    assert client.post(address, data=fields_of(form)).location == address
    assert stored_answers(app, check_id).texts["next_steps"] == TYPED["next_steps"]
    assert BACK not in client.get(address).text


def test_a_wrong_password_in_between_loses_nothing(world, client, today):
    _, address = new_address()
    sent = filled_in(world, **TYPED) | {"csrf_token": client.token()}
    today.shift(2 * 60 * 60)
    page = client.post(address, data=sent)
    wrong = fields_of(page) | {"email": world.email("head33"), "password": "falsch"}
    page = client.post(target_of(page), data=wrong)
    assert page.status_code == 400
    form = go_on(client, log_in_again(client, page, world.email("head33")))
    assert fields_of(form)["next_steps"] == TYPED["next_steps"]
    assert fields_of(form)["cooperation"] == TYPED["cooperation"]


@pytest.mark.parametrize("token", [None, "", "garbage", "stale"])
def test_after_a_missing_or_stale_token_the_typed_text_is_back(app, world, client, token):
    check_id, address = new_address()
    sent = filled_in(world, **TYPED) | {"action": "submit"}
    if token == "stale":  # that of the session before the last login
        token = client.token()
        client.send("/abmelden")
        client.log_in(world.email("head33"))
    if token is not None:
        sent["csrf_token"] = token
    client.get("/")
    resume_page = client.post(address, data=sent)
    assert resume_page.status_code == 400
    assert "Ihre Eingaben sind noch da" in resume_page.text
    assert count_rows(app) == (0, 0)
    form = go_on(client, resume_page)
    assert BACK in form.text
    assert fields_of(form).items() >= (TYPED | {"cooperation_text": "Sportfeste"}).items()
    assert count_rows(app) == (0, 0)
    answer = client.post(address, data=fields_of(form) | {"action": "submit"})
    assert answer.location == f"/selbstchecks/{check_id}"


def test_what_somebody_else_saved_meanwhile_is_still_noticed(app, world, client_of, today):
    first, second = client_of("head33"), client_of("head33.1")
    check_id, address = new_address()
    first.send(address, filled_in(world, "33.1", points={"s1": 2}))
    sent = fields_of(first.get(address)) | {"s1": "5"}
    second.post(address, data=fields_of(second.get(address)) | {"s1": "1"})
    today.shift(2 * 60 * 60)
    login_page = first.post(address, data=sent)
    form = go_on(first, log_in_again(first, login_page, world.email("head33")))
    assert fields_of(form)["s1"] == "5"
    assert first.post(address, data=fields_of(form)).status_code == 409
    assert stored_answers(app, check_id).points == {"s1": 1}


def test_somebody_else_who_logs_in_does_not_get_into_the_draft(app, world, client, today):
    """The browser is shared; the typed text is in its page, the draft stays where it is."""
    check_id, address = new_address()
    client.send(address, filled_in(world, points={"s1": 2}))
    sent = fields_of(client.get(address)) | {"s1": "5"}
    today.shift(2 * 60 * 60)
    login_page = client.post(address, data=sent)
    form = go_on(client, log_in_again(client, login_page, world.email("head50")))
    own = fields_of(form) | {"unit": str(world.unit_ids["50"])}
    assert client.post(address, data=own).status_code == 404
    assert stored_answers(app, check_id).points == {"s1": 2}
    assert count_rows(app) == (1, 1)


def test_without_a_login_nothing_is_shown_or_stored(app, world, client_of):
    client = app.test_client()
    _, address = new_address()
    for path in ("/selbstchecks", "/selbstchecks/neu", address):
        assert client.get(path).location.startswith("/anmelden?next=")
    page = client.send(address, filled_in(world))
    assert page.status_code == 401
    assert count_rows(app) == (0, 0)
