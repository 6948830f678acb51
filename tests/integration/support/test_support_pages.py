"""The way to the request from a result, the list with its filters, the lines of the first page."""

import pytest
from check_pages import close as close_unit
from client import text_of
from factories import LONG_AGO
from integration.support.conftest import Support
from shares import share
from sqlalchemy import delete
from support_requests import make_support_request

from selfcheck.checks.share_models import Share
from selfcheck.checks.sharing import ShareLevel
from selfcheck.checks.states import CheckState
from selfcheck.db import db


@pytest.mark.parametrize(("points", "is_first"), [(1, True), (3, False), (5, False)])
def test_each_result_leads_to_a_request_and_red_most_prominently(
    support: Support, points, is_first
):
    check_id = support.check(points=points)
    page = support.browser("head33").get(f"/selbstchecks/{check_id}").text

    assert f'href="/unterstuetzung/neu?selbstcheck={check_id}"' in page
    assert ("support-ask--first" in page) == is_first


def test_a_request_from_a_result_holds_nothing_of_it(support: Support):
    check_id = support.check(points=1, texts={"next_steps": "Nächstes"})
    url = f"/unterstuetzung/neu?selbstcheck={check_id}"
    page = support.words(url)
    assert "Mit der Anfrage geht kein Ergebnis mit" in page
    assert f'href="/selbstchecks/{check_id}/teilen"' in support.browser("head33").get(url).text
    shown = support.shown(url, "head33")
    assert (shown["unit"], shown["check"]) == (str(support.world.unit_ids["33"]), str(check_id))
    # As the page after an expired session sends it: without what stood behind the question mark.
    response = support.browser("head33").send("/unterstuetzung/neu", shown | {"text": "Hilfe"})
    seen = support.browser("commissioner").get(response.location).text

    assert support.requests()[0].check_id == check_id
    assert str(check_id) not in seen
    assert not [word for word in ("Rot", "8 von 40", "Nächstes", "Punkt") if word in seen]
    assert f"/selbstchecks/{check_id}" in support.browser("head33").get(response.location).text


def test_the_office_gets_to_the_check_only_while_it_is_shared(support: Support):
    check_id = support.check(points=1)
    with support.app.app_context():
        request_id = make_support_request(support.world, check_id=check_id).id
        other_id = make_support_request(support.world).id
        db.session.commit()
    url, office = f"/unterstuetzung/{request_id}", support.browser("commissioner")
    way = f'href="/ueberblick/selbstchecks/{check_id}"'
    plain = support.words(f"/unterstuetzung/{other_id}", "commissioner")
    assert "Anfrage um Unterstützung" in plain
    assert support.words(url, "commissioner") == plain
    with support.app.app_context():
        share(check_id, ShareLevel.COLOUR)
    assert way in office.get(url).text
    assert way not in office.get(f"/unterstuetzung/{other_id}").text
    assert way not in support.browser("head33").get(url).text
    assert office.get(f"/ueberblick/selbstchecks/{check_id}").status_code == 200
    with support.app.app_context():
        db.session.execute(delete(Share))
        db.session.commit()
    assert support.words(url, "commissioner") == plain


def test_who_has_one_unit_need_not_choose_and_others_must(support: Support):
    one = support.browser("head50").get("/unterstuetzung/neu").text
    assert "Bitte wählen" in one  # 50 and 50.1
    close_unit(support.app, "50.1")
    assert "Bitte wählen" not in support.browser("head50").get("/unterstuetzung/neu").text
    unit = support.world.unit_ids["33.11"]
    shown = support.shown(f"/unterstuetzung/neu?einheit={unit}", "head33")
    assert shown["unit"] == str(unit)


@pytest.mark.parametrize("value", ["x", "", "00000000"])
def test_an_address_that_names_no_check_is_the_empty_form(support: Support, value):
    assert support.shown(f"/unterstuetzung/neu?selbstcheck={value}", "head33")["check"] == ""


def test_a_foreign_check_is_not_there_and_a_draft_is_not_kept(support: Support):
    foreign, draft = support.check(unit="50"), support.check(state=CheckState.DRAFT)
    page = support.browser("head33").get(f"/unterstuetzung/neu?selbstcheck={foreign}")
    assert page.status_code == 404
    sent = {"unit": support.world.unit_ids["33"], "text": "x", "check": str(foreign)}
    assert support.browser("head33").send("/unterstuetzung/neu", sent).status_code == 404
    assert support.shown(f"/unterstuetzung/neu?selbstcheck={draft}", "head33")["check"] == ""


def test_a_closed_unit_is_not_asked_for_from_its_result(support: Support):
    check_id = support.check(unit="33.11")
    close_unit(support.app, "33.11")
    assert (
        "/unterstuetzung/neu" not in support.browser("head33").get(f"/selbstchecks/{check_id}").text
    )
    sent = {"unit": support.world.unit_ids["33.11"], "text": "Hilfe", "check": str(check_id)}
    response = support.browser("head33").send("/unterstuetzung/neu", sent)
    assert response.status_code == 400
    assert "ist geschlossen" in text_of(response)
    assert ">Hilfe</textarea>" in response.text.replace("\r\n", "")


@pytest.fixture
def many(support: Support) -> Support:
    """Requests in every state, one with a message after its answer."""
    with support.app.app_context():
        make_support_request(support.world, unit="33", texts=("Eins",), hours=5)
        make_support_request(support.world, unit="50", by="head50", texts=("Zwei", "Ja"), hours=1)
        make_support_request(support.world, unit="33.1", texts=("Drei", "Ja", "Übung?"), hours=2)
        make_support_request(support.world, unit="33.11", texts=("Vier",), is_closed=True)
        make_support_request(support.world, unit="50.1", by="head50", texts=("100 %_",), hours=3)
        db.session.commit()
    return support


def test_those_who_wait_longest_come_first(many: Support):
    # 33.1 asked before 50.1, but waits only since its second message, four hours after LONG_AGO.
    assert LONG_AGO.hour == 8
    assert many.listed() == [
        ("50.1", "wartet auf Antwort"),
        ("33.1", "wartet auf Antwort"),
        ("33", "wartet auf Antwort"),
        ("50", "beantwortet"),
        ("33.11", "abgeschlossen"),
    ]
    assert "seit 05.01.2026, 13:00 Uhr" in many.words("/unterstuetzung", by="commissioner")


@pytest.mark.parametrize(
    ("query", "units"),
    [
        ("?state=open", ["50.1", "33.1", "33", "50"]),
        ("?state=waiting", ["50.1", "33.1", "33"]),
        ("?state=answered", ["50"]),
        ("?state=closed", ["33.11"]),
        ("?state=nonsense", ["50.1", "33.1", "33", "50", "33.11"]),
        ("?text=vier", ["33.11"]),
        ("?text=ÜBUNG", ["33.1"]),
        ("?text=%C3%BCbung", ["33.1"]),
        ("?text=einheit+50", ["50.1", "50"]),
        ("?text=%25_", ["50.1"]),
        ("?text=gibt-es-nicht", []),
    ],
)
def test_the_list_is_narrowed_by_state_and_words(many: Support, query, units):
    assert [unit for unit, _ in many.listed(query)] == units


def test_the_list_is_narrowed_to_a_unit_and_counts(many: Support):
    unit = many.world.unit_ids["33.1"]
    assert many.listed(f"?unit={unit}") == [("33.1", "wartet auf Antwort")]
    assert "1 Anfrage" in many.words(f"/unterstuetzung?unit={unit}", by="commissioner")
    assert "5 Anfragen" in many.words("/unterstuetzung", by="commissioner")
    assert "Zu diesem Filter gibt es keine Anfrage." in many.words("/unterstuetzung?text=xyz")


@pytest.mark.parametrize(
    ("login", "units"),
    [
        ("head33", {"33", "33.1", "33.11"}),
        ("head33.1", {"33.1", "33.11"}),
        ("head50", {"50", "50.1"}),
    ],
)
def test_a_unit_sees_its_own_requests_and_those_below(many: Support, login, units):
    assert {unit for unit, _ in many.listed(by=login)} == units
    assert {unit for unit, _ in many.listed("?text=e", by=login)} <= units
    foreign = many.world.unit_ids["33" if login == "head50" else "50"]
    page = many.browser(login).get(f"/unterstuetzung?unit={foreign}").text
    assert f'value="{foreign}"' not in page


def test_an_empty_list_offers_the_next_step(support: Support):
    assert 'href="/unterstuetzung/neu"' in support.browser("head33").get("/unterstuetzung").text
    words = support.words("/unterstuetzung", by="commissioner")
    assert "Sobald eine Organisationseinheit um Unterstützung bittet" in words


def test_the_first_page_of_both_sides_says_what_waits(many: Support):
    words = many.words("/", by="commissioner")
    assert "3 Anfragen um Unterstützung warten auf Ihre Antwort." in words
    assert "Anfrage um Unterstützung ist beantwortet" not in many.words("/", by="head33")
    assert "1 Anfrage um Unterstützung ist beantwortet" in many.words("/", by="head50")


def test_the_first_page_of_one_and_of_none(support: Support):
    assert "Anfragen um Unterstützung" not in support.words("/", by="commissioner")
    support.asked()
    assert "1 Anfrage um Unterstützung wartet" in support.words("/", by="commissioner")
