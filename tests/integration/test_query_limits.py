"""Every page asks the database at most eight times, however many rows there are of everything."""

from collections.abc import Iterator

import pytest
from client import Client
from crowd import Crowd, make_crowd
from factories import World
from flask import Flask, url_for
from queries import MAX_QUERIES, counted_queries
from werkzeug.routing import Rule

from selfcheck.staff import import_service as staff_import
from selfcheck.training import import_service as training_import
from selfcheck.uploads.import_pages import MAX_ROWS

LOGINS = ("head33", "officer33", "hr", "commissioner", "admin", "everything")
DRAFTS = {"checks.edit_check", "checks.discard_draft", "team.show_round", "team.start_again"}
WAITING = {"certificates.discard"}
PURPOSES = {"unit_import": "units", "staff_import": "staff", "central_import": "central"}
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


def address_of(rule: Rule, crowd: Crowd, login: str) -> str:
    """Return the address of a page with the fullest thing that it can show."""
    things = {**crowd.ids, "import_id": crowd.import_ids[login]}
    things["message_id"] = crowd.message_ids[login]
    purpose = PURPOSES.get(rule.endpoint.split(".")[0], "trainings")
    things["upload_id"] = crowd.upload_ids[login, purpose]
    if rule.endpoint in DRAFTS:
        things["check_id"] = crowd.draft_id
    if rule.endpoint == "team.close_round":
        things["check_id"] = crowd.open_draft_id
    if rule.endpoint == "evaluation.release":
        things["part_id"] = crowd.ready_part_id
    if rule.endpoint in WAITING:
        things["certificate_id"] = crowd.waiting_ids[login]
    arguments = {name: things[name] for name in rule.arguments}
    if rule.endpoint == "check_history.compare_checks":
        arguments |= zip("ab", crowd.past_ids, strict=False)
    if rule.endpoint == "trainings.record_training":
        arguments["person"] = crowd.person_ids
    return url_for(rule.endpoint, **arguments)


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
    missing = {rule.endpoint for rule in pages(app)}
    for login in LOGINS:
        with app.test_request_context():
            by_address = {address_of(rule, crowd, login): rule.endpoint for rule in pages(app)}
        for address, count in opened(app, client_of(login), [*by_address, *FURTHER]):
            counts[f"{login} {address}"] = count
            missing.discard(by_address.get(address, ""))
    for address, count in opened(app, app.test_client(), ["/anmelden"]):
        counts[address] = count
        missing.discard("accounts.log_in")

    assert missing == set(), "pages that nobody could open here"
    assert {page: count for page, count in counts.items() if count > MAX_QUERIES} == {}
