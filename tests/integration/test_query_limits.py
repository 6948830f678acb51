"""Every page asks the database at most eight times, however many rows there are of everything."""

from collections.abc import Iterator

import pytest
from client import Client
from crowd import address_of, make_crowd
from factories import LONG_AGO, World
from factors import make_factor
from flask import Flask
from queries import MAX_QUERIES, counted_queries
from sqlalchemy import update
from werkzeug.routing import Rule

from selfcheck.accounts.models import LoginSession
from selfcheck.db import db
from selfcheck.staff import import_service as staff_import
from selfcheck.training import import_service as training_import
from selfcheck.uploads.import_pages import MAX_ROWS

LOGINS = ("head33", "officer33", "hr", "commissioner", "admin", "everything")
OPENED_LAST = {  # without a login, or with a second factor
    "/anmelden": "accounts.log_in",
    "/anmelden/bestaetigen": "second_factor.enter_code",
    "/konto/zweiter-faktor/codes": "second_factor.make_codes",
    "/konto/zweiter-faktor/entfernen": "second_factor.remove",
}
# A provider or a token is wanted; they look for a user, if at all.
NOT_OPENED = {"sso.begin", "sso.finish", "sso.leave", "health.show_metrics"}
FURTHER = (  # ways to call a page that ask for more than its bare address
    "/personal?sortierung=-stand&text=e&state=open",
    "/personal?seite=2",
    "/?alle=1",
    "/selbstchecks?colour=yellow&seite=2",
    "/massnahmen?state=planned&sortierung=-einheit&seite=2",
    "/konten?text=user",
    "/protokoll?text=33&seite=2",
    "/einheiten?text=1",
    "/anerkennung?stand=decided",
    "/nachrichten?stand=ungelesen&seite=2",
    "/ueberblick?text=e&colour=yellow&sortierung=-punkte",
    "/ueberblick/texte?text=e&question=measure&seite=2",
    "/ueberblick/einheiten-und-aussagen?sortierung=-s1",
    "/unterstuetzung?text=e&state=open&seite=2",
    "/runden/1?text=3&state=open&sortierung=-stand",
)


def pages(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods]


def opened(app: Flask, client: Client, addresses: list[str]) -> Iterator[tuple[str, int]]:
    """Open pages, and return those that this person gets, each with the number of queries."""
    for address in addresses:
        with counted_queries(app) as asked:
            response = client.get(address, buffered=True)
        if response.status_code == 200:
            yield address, len(asked)


@pytest.mark.parametrize("chunk", [staff_import.CHUNK, training_import.CHUNK])
def test_all_rows_of_a_list_that_a_page_takes_are_asked_for_at_once(chunk: int):
    assert chunk >= MAX_ROWS


def test_no_page_asks_more_often_where_there_is_more_to_show(app: Flask, world: World, client_of):
    with app.app_context():
        crowd = make_crowd(world)
    counts: dict[str, int] = {}
    missing = {rule.endpoint for rule in pages(app)} - NOT_OPENED
    for login in LOGINS:
        with app.test_request_context():
            by_address = {address_of(rule, crowd, login): rule.endpoint for rule in pages(app)}
        for address, count in opened(app, client_of(login), [*by_address, *FURTHER]):
            counts[f"{login} {address}"] = count
            missing.discard(by_address.get(address, ""))
    visitors = {"/anmelden": app.test_client(), "/anmelden/bestaetigen": client_of("nobody")}
    owner = client_of("officer33")
    with app.app_context():
        make_factor(world.user_ids["nobody"])
        make_factor(world.user_ids["officer33"])
        proved = LoginSession.user_id == world.user_ids["officer33"]
        db.session.execute(update(LoginSession).where(proved).values(second_factor_at=LONG_AGO))
        db.session.commit()
    for address, endpoint in OPENED_LAST.items():
        for _, count in opened(app, visitors.get(address, owner), [address]):
            counts[address] = count
            missing.discard(endpoint)

    assert missing == set(), "pages that nobody could open here"
    assert {page: count for page, count in counts.items() if count > MAX_QUERIES} == {}
