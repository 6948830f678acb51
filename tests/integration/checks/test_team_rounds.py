"""A team answers by personal links: what its head can do, and when."""

import re
from datetime import timedelta
from html import unescape

import pytest
from check_pages import list_subjects, rows_of
from client import text_of
from factories import make_check
from sqlalchemy import func, select
from team_rounds import make_round

from selfcheck import clock
from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.states import CheckState
from selfcheck.checks.vote_models import TeamLink, TeamRound, TeamVote
from selfcheck.checks.vote_service import delete_votes, find_spreads, hash_token
from selfcheck.db import db

TABLES = (TeamRound.check_id, TeamLink.token_hash, TeamVote.token_hash)


@pytest.fixture
def draft(app, world):
    with app.app_context():
        return make_check(world, state=CheckState.DRAFT)


def team(check_id, step=""):
    return f"/selbstchecks/{check_id}/team{step}"


def links_of(page):
    return [unescape(one) for one in re.findall(r"<code[^>]*>([^<]+)</code>", page.text)]


def made_on(page):
    """Return how many links a page's form says there are."""
    return re.search(r'name="made"[^>]*value="([^"]*)"', page.text)[1]


def ask_for_links(client, check_id, number):
    """Open the page and ask for so many links, as a browser does."""
    made = made_on(client.get(team(check_id)))
    return client.send(team(check_id), {"number": str(number), "made": made})


def count_all(app):
    """Return how many rounds, links and votes there are."""
    with app.app_context():
        return [db.session.scalar(select(func.count(one))) for one in TABLES]


def round_in(app, world, check_id, votes=(), **changes):
    with app.app_context():
        return make_round(world, check_id, votes, **changes)


@pytest.fixture
def head_with_round(app, world, client_of, draft):
    """Make a round with these votes, and return the browser of its head."""

    def make(votes):
        round_in(app, world, draft, votes)
        return client_of("head33")

    return make


def seen_on(client, check_id, step="/beenden"):
    """Return what the button of the page sends that asks first."""
    page = client.get(team(check_id, step)).text
    return {"opened_at": unescape(re.search(r'name="opened_at"[^>]*value="([^"]+)"', page)[1])}


def spreads_of(app, check_id):
    with app.app_context():
        check = db.session.get_one(SelfCheck, check_id)
        versions = app.extensions["questionnaires"]
        return find_spreads(check, versions[check.questionnaire_version])


def test_links_are_made_and_shown_once(app, client_of, draft):
    client = client_of("head33")
    assert "Es läuft keine Teamrunde" in client.get(team(draft)).text
    page = ask_for_links(client, draft, 3)
    links = links_of(page)
    assert (page.status_code, len(set(links))) == (200, 3)
    assert page.headers["Cache-Control"] == "no-store"
    assert all(re.fullmatch(r"http://localhost/team/[\w-]{43}", link) for link in links)
    again = client.get(team(draft))
    assert links_of(again) == []
    assert not any(link.rpartition("/")[2] in again.text for link in links)
    assert "Geantwortet 0 von 3" in text_of(again)
    assert count_all(app) == [1, 3, 0]


def test_links_bear_the_address_by_which_people_reach_the_application(app, client_of, draft):
    config = app.extensions["selfcheck"]
    app.extensions["selfcheck"] = type(config)(
        **{**vars(config), "base_url": "https://selfcheck.example/app"}
    )
    try:
        client = client_of("head33")
        page = ask_for_links(client, draft, 1)
        (proxied,) = links_of(
            client.send(
                team(draft),
                {"number": "1", "made": "1"},
                environ_overrides={"SCRIPT_NAME": "/app"},
            )
        )
    finally:
        app.extensions["selfcheck"] = config
    assert links_of(page)[0].startswith("https://selfcheck.example/app/team/")
    assert proxied.startswith("https://selfcheck.example/app/team/")


def test_a_form_that_is_sent_twice_makes_its_links_once(app, client_of, draft):
    client = client_of("head33")
    sent = {"number": "4", "made": made_on(client.get(team(draft)))}
    assert len(links_of(client.send(team(draft), sent))) == 4
    before = count_all(app)
    again = client.send(team(draft), sent)
    assert again.status_code == 409
    assert "Es wurde nichts erstellt" in text_of(again)
    assert "gibt es inzwischen 4 Links" in text_of(again)
    assert links_of(again) == []
    assert 'value="4"' in again.text, "the number wanted is still there"
    assert count_all(app) == before == [1, 4, 0]
    page = client.send(team(draft), {"number": "3", "made": made_on(again)})
    assert len(links_of(page)) == 3
    assert "Zu dieser Teamrunde gibt es jetzt 7 Links" in text_of(page)
    assert made_on(page) == "7"
    assert count_all(app) == [1, 7, 0]
    assert list_subjects(app, Action.TEAM_ROUND_OPENED) == ["33 Einheit 33, 02.03.2026"]


@pytest.mark.parametrize("made", [None, "", "-1", "1", "x", "9" * 500])
def test_a_form_that_saw_other_links_makes_none(app, client_of, draft, made):
    sent = {"number": "2"} if made is None else {"number": "2", "made": made}
    page = client_of("head33").send(team(draft), sent)
    assert page.status_code == 409
    assert "gibt es inzwischen keinen Link" in text_of(page)
    assert count_all(app) == [0, 0, 0]
    assert list_subjects(app, Action.TEAM_ROUND_OPENED) == []


@pytest.mark.parametrize("number", ["", "0", "-1", "51", "2.5", "x", "9" * 500])
def test_a_number_that_cannot_be_is_refused(app, client_of, draft, number):
    page = client_of("head33").send(team(draft), {"number": number})
    assert page.status_code == 400
    assert "error-summary" in page.text
    assert count_all(app) == [0, 0, 0]


def test_a_round_has_an_end_of_links(app, client_of, draft):
    client = client_of("head33")
    for _ in range(4):
        assert len(links_of(ask_for_links(client, draft, 50))) == 50
    page = ask_for_links(client, draft, 1)
    assert page.status_code == 400
    assert "höchstens 200 Links; es gibt schon 200" in page.text
    assert count_all(app) == [1, 200, 0]


def test_while_a_round_is_open_only_the_number_of_answers_shows(app, world, client_of, draft):
    round_in(app, world, draft, [5, 5, 5, {"s1": 5}, {}])
    page = client_of("head33").get(team(draft))
    assert "Geantwortet 4 von 5" in text_of(page)
    assert rows_of(page) == []
    assert spreads_of(app, draft) is None


def test_the_spread_shows_when_the_round_is_closed(app, world, client_of, draft):
    votes = [{"s1": one, "s2": 5, "s3": 4} for one in (1, 2, 4, 5, 5)]
    votes[4] = {"s1": 5, "s4": 3}
    round_in(app, world, draft, [*votes, {}])
    client = client_of("head33")
    answer = client.send(team(draft, "/beenden"), seen_on(client, draft))
    assert (answer.status_code, answer.location) == (302, team(draft))
    page = client.get(team(draft))
    rows = rows_of(page)
    assert [row[0].split(".")[0] for row in rows] == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert rows[0][1:] == [
        "uneinig",
        (
            "5 Antworten stimme voll zu 2 von 5 Antworten stimme eher zu 1 von 5 Antworten "
            "stimme teilweise zu 0 von 5 Antworten stimme eher nicht zu 1 von 5 Antworten "
            "stimme gar nicht zu 1 von 5 Antworten"
        ),
        "4",
        "1 bis 5",
    ]
    assert (rows[1][1], rows[1][3:]) == ("einig", ["5", "alle 5"])
    # One answered statement 4, none the rest: too few to be shown.
    assert [row[1:] for row in rows[3:]] == [["–", "zu wenige, um sie zu zeigen"]] * 5
    assert {key: one.votes for key, one in spreads_of(app, draft).items()} == {
        "s1": 5,
        "s2": 4,
        "s3": 4,
    }


@pytest.mark.parametrize(("votes", "is_shown"), [([], False), ([1, 5], False), ([1, 5, 5], True)])
def test_with_fewer_than_three_votes_nothing_shows(app, world, draft, votes, is_shown):
    round_in(app, world, draft, votes, is_closed=True)
    client = app.test_client()
    client.enter(world.email("head33"))
    rows = rows_of(client.get(team(draft)))
    assert [row[1] for row in rows] == ["uneinig" if is_shown else "–"] * 8
    spreads = spreads_of(app, draft)
    assert spreads is not None
    assert bool(spreads) == is_shown


def test_a_closed_round_stays_closed(app, world, client_of, draft):
    round_in(app, world, draft, [3, 3, 3])
    client = client_of("head33")
    seen = seen_on(client, draft)
    for _ in range(2):  # a double click
        assert client.send(team(draft, "/beenden"), seen).status_code == 302
    page = client.send(team(draft), {"number": "2", "made": "3"})
    assert page.status_code == 409
    assert "Diese Teamrunde ist beendet" in page.text
    assert len(list_subjects(app, Action.TEAM_ROUND_CLOSED)) == 1
    assert count_all(app) == [1, 3, 24]


@pytest.mark.parametrize(
    ("votes", "told"),
    [
        ([3], "hat 1 von 1 geantwortet"),
        ([3, 4, 4, {}], "haben 3 von 4 geantwortet"),
        ([3, {}], "Weniger als 3 Personen haben geantwortet"),
    ],
)
def test_closing_asks_first_and_says_what_there_would_be_to_see(
    head_with_round, draft, votes, told
):
    client = head_with_round(votes)
    page = client.get(team(draft, "/beenden"))
    assert told in text_of(page)
    assert ("wie oft welche Antwort vorkam" in text_of(page)) == (len(votes) == 4)
    client.send(team(draft, "/beenden"), seen_on(client, draft))
    assert client.get(team(draft, "/beenden")).location == team(draft)  # there is nothing to ask


def test_starting_again_asks_and_deletes_everything(app, world, client_of, draft):
    round_in(app, world, draft, [3, {"s1": 5}, {}], is_closed=True)
    client = client_of("head33")
    page = client.get(team(draft, "/neu"))
    assert "alle 3 Links und die Antworten von 2 Personen" in text_of(page)
    assert count_all(app) == [1, 3, 9]
    answer = client.send(team(draft, "/neu"), seen_on(client, draft, "/neu"))
    assert (answer.status_code, answer.location) == (302, team(draft))
    assert count_all(app) == [0, 0, 0]
    assert "Es läuft keine Teamrunde" in client.get(team(draft)).text
    assert len(links_of(ask_for_links(client, draft, 2))) == 2
    assert count_all(app) == [1, 2, 0]


@pytest.mark.parametrize("step", ["/beenden", "/neu"])
def test_an_old_page_does_nothing_to_a_new_round(app, client_of, draft, today, step):
    client = client_of("head33")
    ask_for_links(client, draft, 3)
    seen = seen_on(client, draft)
    assert client.send(team(draft, "/neu"), seen).status_code == 302
    today.shift(timedelta(minutes=1))
    ask_for_links(client, draft, 2)
    for stale in (seen, {"opened_at": "x"}, {"opened_at": "2026-11-20T10:00:00"}, {}):
        page = client.send(team(draft, step), stale)
        assert page.status_code == 409
        assert "Diese Teamrunde gibt es nicht mehr" in page.text
    assert count_all(app) == [1, 2, 0]
    with app.app_context():
        assert db.session.get_one(TeamRound, draft).closed_at is None


def test_the_audit_trail_tells_the_steps_and_no_token(app, client_of, draft):
    client = client_of("head33")
    links = links_of(ask_for_links(client, draft, 5))
    client.send(team(draft, "/beenden"), seen_on(client, draft))
    client.send(team(draft, "/neu"), seen_on(client, draft, "/neu"))
    with app.app_context():
        events = db.session.scalars(
            select(AuditEvent).where(AuditEvent.action.startswith("team-")).order_by(AuditEvent.id)
        ).all()
        assert [(one.action, one.details) for one in events] == [
            ("team-round-opened", ""),
            ("team-links-made", "5"),
            ("team-round-closed", ""),
            ("team-round-closed", "mit allen Links und Antworten gelöscht"),
        ]
        assert {one.subject for one in events} == {"33 Einheit 33, 02.03.2026"}
        told = " ".join(f"{one.subject} {one.details}" for one in events)
    tokens = [link.rpartition("/")[2] for link in links]
    assert not any(one in told or hash_token(one) in told for one in tokens)


def test_a_submitted_check_has_no_round(app, world, client_of):
    with app.app_context():
        check_id = make_check(world)
    client = client_of("head33")
    page = client.get(team(check_id), follow_redirects=True)
    assert page.request.path == f"/selbstchecks/{check_id}"
    assert "die Teamrunde dazu ist vorbei" in page.text
    for step in ("", "/beenden", "/neu"):
        refused = client.send(team(check_id, step), {"number": "3"})
        assert refused.status_code == 409
        assert "Dieser Selbstcheck ist ausgewertet." in refused.text
    assert count_all(app) == [0, 0, 0]


@pytest.mark.parametrize("login", ["head50", "head33.1"])
def test_a_foreign_draft_has_no_team_page(app, world, client_of, draft, login):
    round_in(app, world, draft, [3, 3, 3])
    client = client_of(login)
    page = client.get(team(draft))
    assert page.status_code == 404
    assert "Einheit 33," not in page.text
    for step in ("", "/beenden", "/neu"):
        assert client.send(team(draft, step), {"number": "3"}).status_code == 404
    assert count_all(app) == [1, 3, 24]


def test_discarding_the_draft_deletes_its_votes_and_no_others(app, world, client_of, draft):
    with app.app_context():
        other = make_check(world, unit="33.1", state=CheckState.DRAFT)
    round_in(app, world, draft, [3, 3, 3])
    round_in(app, world, other, [4])
    client = client_of("head33")
    address = f"/selbstchecks/{draft}/verwerfen"
    assert client.send(address).status_code == 302
    assert count_all(app) == [1, 1, 8]


def test_votes_of_a_check_are_deleted_at_once(app, world, draft):
    with app.app_context():
        other = make_check(world, unit="33.1", state=CheckState.DRAFT)
    for check_id in (draft, other):
        round_in(app, world, check_id, [3, 3, 3])
    with app.app_context():
        delete_votes(draft)
        delete_votes(draft)  # there are none any more
        db.session.commit()
    assert count_all(app) == [1, 3, 24]


def test_after_90_days_nothing_shows_and_the_command_deletes(app, world, client_of, draft, today):
    with app.app_context():
        other = make_check(world, unit="33.1", state=CheckState.DRAFT)
    round_in(app, world, draft, [3, 3, 3], is_closed=True)
    today.shift(timedelta(days=30))
    round_in(app, world, other, [3, 3, 3], is_closed=True)
    today.shift(timedelta(days=60, seconds=-1))
    assert spreads_of(app, draft) is not None
    assert delete_old(app) == "Gelöschte Teamrunden: 0\n"
    today.shift(timedelta(seconds=1))
    assert spreads_of(app, draft) is None
    assert "Es läuft keine Teamrunde" in client_of("head33").get(team(draft)).text
    assert delete_old(app) == "Gelöschte Teamrunden: 1\n"
    assert delete_old(app) == "Gelöschte Teamrunden: 0\n"
    assert count_all(app) == [1, 3, 24]
    assert spreads_of(app, other) is not None


def delete_old(app):
    result = app.test_cli_runner().invoke(args=["delete-old-votes"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_new_round_takes_the_place_of_one_that_is_too_old(app, world, client_of, draft, today):
    round_in(app, world, draft, [3, 3, 3], is_closed=True)
    today.shift(timedelta(days=90))
    page = ask_for_links(client_of("head33"), draft, 2)
    assert len(links_of(page)) == 2
    assert count_all(app) == [1, 2, 0]
    with app.app_context():
        opened = db.session.get_one(TeamRound, draft)
        assert (opened.closed_at, opened.opened_at.date()) == (None, clock.today())
