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

from selfcheck.checks.models import SelfCheck
from selfcheck.checks.states import CheckState
from selfcheck.checks.vote_models import TeamRound, TeamVote
from selfcheck.checks.vote_service import delete_votes, hash_token
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
    assert "Fragen zu dieser Runde beantwortet Person head33." in words
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


def test_who_opens_a_used_link_sees_that_it_was_used_and_not_how(client, token):
    client.post(address_of(token), data={"s1": "5", "s4": "2"})
    page = client.get(address_of(token))
    assert "Mit diesem Link sind schon 2 von 8 Aussagen beantwortet" in page.text
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
    with counted_queries(app) as asked:
        answer = browser.post(address_of(token), data={"s1": "5"})
        page = browser.get(address_of(token))
    after = all_rows(app)
    changed = {name for name, rows in after.items() if rows != before[name]}
    assert changed == {"team_vote"}
    assert not any("login_session" in statement for statement in asked)
    for one in (answer, page):
        assert "Set-Cookie" not in one.headers
    assert page.text == client.get(address_of(token)).text  # as anybody sees it
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
        "team_link": {"token_hash", "check_id"},
        "team_vote": {"token_hash", "statement_id", "points"},
    }
    assert pointing == {"team_vote"}


def test_the_token_itself_is_stored_nowhere(app, client, token):
    client.post(address_of(token), data={"s1": "5"})
    assert token not in str(all_rows(app))
    assert hash_token(token) in str(all_rows(app))


def test_two_clicks_at_once_are_one_vote(app, token):
    def click(_):
        sent = dict.fromkeys(STATEMENTS, "4")
        return app.test_client().post(address_of(token), data=sent).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(click, range(8))) == {302}
    assert votes_of(app, token) == dict.fromkeys(STATEMENTS, 4)
