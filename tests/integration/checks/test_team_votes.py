"""The page behind a link: anybody who holds it may answer, and nobody learns who that was."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from check_pages import STATEMENTS
from client import text_of
from factories import make_check
from queries import counted_queries
from sqlalchemy import inspect, select
from team_rounds import make_round

from selfcheck import create_app
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.states import CheckState
from selfcheck.checks.vote_models import TeamLink, TeamRound, TeamVote
from selfcheck.checks.vote_service import delete_votes, hash_token
from selfcheck.config import Config
from selfcheck.db import Base, db


@pytest.fixture
def draft(app, world):
    with app.app_context():
        return make_check(world, state=CheckState.DRAFT, points={"s1": 5, "s2": 1})


@pytest.fixture
def token(app, world, draft):
    """A link that nobody has used, beside one that somebody has."""
    with app.app_context():
        unused, _ = make_round(world, draft, [{}, 1])
    return unused


def address_of(token):
    return f"/team/{token}"


def votes_of(app, token):
    with app.app_context():
        query = select(TeamVote).where(TeamVote.token_hash == hash_token(token))
        return {one.statement_id: one.points for one in db.session.scalars(query)}


def all_rows(app):
    """Return the content of all tables."""
    with app.app_context():
        return {
            table.name: db.session.execute(select(table).order_by(*table.primary_key)).all()
            for table in Base.metadata.sorted_tables
        }


def close(app, check_id):
    with app.app_context():
        one = db.session.get_one(TeamRound, check_id)
        one.closed_at = one.opened_at
        db.session.commit()


def test_the_page_shows_the_statements_and_nobody_elses_answers(client, token):
    page = client.get(address_of(token))
    assert page.status_code == 200
    words = text_of(page)
    assert "33 Einheit 33" in words
    assert "Bitte kreuzen Sie an, inwiefern die folgenden Aussagen" in words
    assert "Niemand kann sehen, wer was angekreuzt hat." in words
    assert "Fragen zu dieser Teamrunde beantwortet Person head33." in words
    for title in ("Sprache/Kommunikation", "stimme gar nicht zu", "1 Punkt"):
        assert title in words
    assert page.text.count('type="radio"') == 40
    assert " checked" not in page.text
    assert "<textarea" not in page.text


def test_the_address_stays_a_secret(client, token):
    for page in (client.get(address_of(token)), client.post(address_of(token), data={"s1": "3"})):
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert page.headers["Cache-Control"] == "no-store"


def test_answers_are_saved_all_at_once_or_bit_by_bit(app, client, token):
    answer = client.post(address_of(token), data={"s1": "5", "s8": "1", "s2": ""})
    assert answer.status_code == 302
    page = client.get(answer.location)
    assert "Ihre Antworten sind gespeichert: 2 von 8 Aussagen" in page.text
    assert "später weitere Aussagen beantworten" in page.text
    assert page.text.count("Schon beantwortet.") == 2
    assert votes_of(app, token) == {"s1": 5, "s8": 1}
    answer = client.post(address_of(token), data=dict.fromkeys(STATEMENTS[1:7], "4"))
    page = client.get(answer.location)
    assert "Ihre Antworten sind gespeichert: 8 von 8 Aussagen" in page.text
    assert "Sie können die Seite jetzt schließen." in page.text
    assert votes_of(app, token) == {**dict.fromkeys(STATEMENTS, 4), "s1": 5, "s8": 1}


def test_a_vote_may_be_changed_and_the_rest_stays(app, client, token):
    client.post(address_of(token), data=dict.fromkeys(STATEMENTS, "4"))
    client.post(address_of(token), data={"s3": "1"})
    assert votes_of(app, token) == {**dict.fromkeys(STATEMENTS, 4), "s3": 1}


def test_who_comes_back_sees_what_was_answered_and_not_how(client, token):
    client.post(address_of(token), data={"s1": "5", "s4": "2"})
    page = client.get(address_of(token))
    assert "Sie haben schon 2 von 8 Aussagen beantwortet" in page.text
    first = page.text
    client.post(address_of(token), data={"s1": "1", "s4": "4"})
    assert client.get(address_of(token)).text == first
    assert " checked" not in first


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Sie haben noch nichts angekreuzt."),
        ({"s1": "", "next_steps": "x"}, "Sie haben noch nichts angekreuzt."),
        ({"s1": "6"}, "Eine Antwort steht nicht auf der Skala."),
        ({"s1": "3", "s2": "x" * 500}, "Eine Antwort steht nicht auf der Skala."),
    ],
)
def test_what_cannot_be_saved_is_said_and_the_answers_stay_ticked(app, client, token, sent, words):
    page = client.post(address_of(token), data=sent)
    assert page.status_code == 400
    assert words in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.text.count(" checked") == sum(text == "3" for text in sent.values())
    assert votes_of(app, token) == {}


@pytest.mark.parametrize("unknown", ["x", "0" * 43, "ü%00", "x" * 500])
def test_an_unknown_link_says_what_may_have_happened(client, token, unknown):
    for page in (client.get(address_of(unknown)), client.post(address_of(unknown), data={})):
        assert page.status_code == 404
        assert "Diesen Link gibt es nicht" in page.text
        assert "bitten Sie Ihre Leitung um einen neuen Link" in text_of(page)
    assert client.get(address_of(token)).status_code == 200


def test_a_closed_round_takes_nothing_and_says_whom_to_ask(app, client, draft, token):
    client.post(address_of(token), data={"s1": "5"})
    close(app, draft)
    page = client.get(address_of(token))
    assert page.status_code == 410
    assert "Die Teamrunde ist beendet" in page.text
    assert "wenden Sie sich bitte an Person head33." in text_of(page)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    page = client.post(address_of(token), data={"s1": "1"})
    assert page.status_code == 410
    assert "Ihre letzten Antworten wurden nicht mehr gespeichert" in text_of(page)
    assert votes_of(app, token) == {"s1": 5}


def test_a_link_ends_with_the_draft_after_90_days_or_with_the_round(
    app, client, draft, token, today
):
    with app.app_context():
        check = db.session.get_one(SelfCheck, draft)
        check.state, check.total_points = CheckState.SUBMITTED, 24
        check.submitted_at, check.submitted_by_id = check.created_at, check.created_by_id
        db.session.commit()
    assert client.get(address_of(token)).status_code == 410
    with app.app_context():
        check = db.session.get_one(SelfCheck, draft)
        check.state, check.total_points = CheckState.DRAFT, None
        check.submitted_at = check.submitted_by_id = None
        db.session.commit()
    assert client.get(address_of(token)).status_code == 200
    today.shift(timedelta(days=90))
    assert client.post(address_of(token), data={"s1": "5"}).status_code == 410
    with app.app_context():
        delete_votes(draft)
        db.session.commit()
    assert client.get(address_of(token)).status_code == 404


@pytest.mark.parametrize("login", [None, "head33", "nobody"])
def test_a_vote_changes_nothing_but_the_votes(app, client, client_of, token, login):
    browser = client_of(login) if login else client
    before = all_rows(app)
    shown = client.get(address_of(token))
    with counted_queries(app) as asked:
        answer = browser.post(address_of(token), data={"s1": "5"})
        page = browser.get(address_of(token))
    after = all_rows(app)
    changed = {name for name, rows in after.items() if rows != before[name]}
    assert changed == {"team_link", "team_vote"}
    assert not any("login_session" in statement for statement in asked)
    for one in (shown, answer):
        assert all(cookie.startswith("team-voter=") for cookie in cookies_of(one))
    assert cookies_of(page) == []
    assert page.status_code == 200
    assert "Abmelden" not in page.text
    assert "Hauptnavigation" not in page.text


def test_nothing_stored_ties_a_link_to_a_person_or_a_moment(app):
    with app.app_context():
        columns = {
            table: {column["name"] for column in inspect(db.engine).get_columns(table)}
            for table in ("team_round", "team_link", "team_vote")
        }
        tables = Base.metadata.sorted_tables
        pointing = {
            table.name
            for table in tables
            for key in table.foreign_keys
            if key.column.table.name in {"team_link", "team_vote"}
        }
    assert columns == {
        "team_round": {"check_id", "opened_at", "opened_by_id", "closed_at"},
        "team_link": {"token_hash", "check_id", "voter_hash"},
        "team_vote": {"token_hash", "statement_id", "points"},
    }
    assert pointing == {"team_vote"}


def test_neither_token_nor_secret_is_stored_itself(app, client, token):
    client.post(address_of(token), data={"s1": "5"})
    secret = client.get_cookie("team-voter", path=address_of(token)).value
    stored = str(all_rows(app))
    for one in (token, secret):
        assert one not in stored
        assert hash_token(one) in stored


def test_two_clicks_at_once_are_one_vote(app, client, token):
    client.get(address_of(token))
    cookie = client.get_cookie("team-voter", path=address_of(token))

    def click(_):
        browser = app.test_client()
        browser.set_cookie("team-voter", cookie.value, path=address_of(token))
        sent = dict.fromkeys(STATEMENTS, "4")
        return browser.post(address_of(token), data=sent).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(click, range(8))) == {302}
    assert votes_of(app, token) == dict.fromkeys(STATEMENTS, 4)


def test_of_several_browsers_at_once_one_has_the_link(app, token):
    def answer(points):
        sent = dict.fromkeys(STATEMENTS, str(points))
        return points, app.test_client().post(address_of(token), data=sent).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = dict(pool.map(answer, (1, 2, 3, 4, 5)))
    (first,) = [points for points, status in answers.items() if status == 302]
    assert sorted(answers.values()) == [302, 409, 409, 409, 409]
    assert votes_of(app, token) == dict.fromkeys(STATEMENTS, first)


def test_another_browser_neither_sees_nor_changes_what_was_answered(app, client, token):
    client.post(address_of(token), data={"s1": "5", "s4": "2"})
    before = all_rows(app)
    strangers = [app.test_client() for _ in range(3)]
    strangers[1].set_cookie("team-voter", "x", path=address_of(token))
    strangers[2].set_cookie("team-voter", "", path=address_of(token))
    for stranger in strangers:
        page = stranger.get(address_of(token))
        sent = stranger.post(address_of(token), data=dict.fromkeys(STATEMENTS, "5"))
        for one in (page, sent):
            assert one.status_code == 409
            assert "Dieser Link ist schon benutzt" in one.text
            assert "Sagen Sie es bitte Person head33" in text_of(one)
            assert "radio" not in one.text
            assert "von 8" not in one.text
            assert "Set-Cookie" not in one.headers
            assert one.headers["Referrer-Policy"] == "no-referrer"
        assert "Es wurde nichts gespeichert." in sent.text
        assert "Es wurde nichts gespeichert." not in page.text
    assert all_rows(app) == before
    assert client.post(address_of(token), data={"s1": "4"}).status_code == 302
    assert votes_of(app, token) == {"s1": 4, "s4": 2}


def test_opening_a_link_does_not_take_it(app, token):
    openers = [app.test_client() for _ in range(2)]
    before = all_rows(app)
    for one in openers:
        assert one.get(address_of(token)).status_code == 200
    assert openers[0].post(address_of(token), data={}).status_code == 400
    assert all_rows(app) == before
    assert openers[1].post(address_of(token), data={"s1": "3"}).status_code == 302
    assert openers[0].get(address_of(token)).status_code == 409


def test_a_browser_has_another_secret_for_each_link(app, world, client):
    with app.app_context():
        check_id = make_check(world, unit="33.1", state=CheckState.DRAFT)
        tokens = make_round(world, check_id, [{}, {}])
    for one in tokens:
        assert client.post(address_of(one), data={"s1": "3"}).status_code == 302
    with app.app_context():
        voters = db.session.scalars(select(TeamLink.voter_hash)).all()
    assert len(set(voters)) == 2
    assert None not in voters


def cookies_of(response):
    return response.headers.getlist("Set-Cookie")


@pytest.mark.parametrize(
    ("demo", "name", "is_secure"),
    [(False, "__Secure-team-voter", True), (True, "team-voter", False)],
)
def test_the_cookie_goes_to_this_link_only_and_ends_with_the_round(
    app, token, demo, name, is_secure
):
    url = app.extensions["selfcheck"].database_url
    real = create_app(Config(database_url=url, secret_key="s" * 32, demo=demo))
    page = real.test_client().get(
        address_of(token),
        base_url="https://selbstcheck.example",
        environ_overrides={"SCRIPT_NAME": "/app"},
    )
    (cookie,) = cookies_of(page)
    first, *parts = cookie.split("; ")
    assert first.startswith(f"{name}=")
    assert ("Secure" in parts) is is_secure
    path = f"Path=/app{address_of(token)}"
    assert {"HttpOnly", "SameSite=Lax", "Max-Age=7776000", path} <= set(parts)
    with real.app_context():
        db.engine.dispose()
