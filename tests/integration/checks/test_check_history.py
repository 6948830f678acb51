"""The page of a unit: what was, what changed, and where it stands among all."""

import re
from datetime import UTC, date, datetime
from html import unescape
from uuid import uuid4

import pytest
from check_pages import STATEMENTS
from client import text_of
from factories import make_check, make_unit
from office_measures import make_measure, make_review

from selfcheck.checks.measures import MeasureState, Outcome
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.states import CheckState
from selfcheck.db import db
from selfcheck.organisation.models import Unit


def in_order(*points):
    return dict(zip(STATEMENTS, points, strict=True))


def words_of(page):
    return unescape(text_of(page))


def address_of(world, number="33"):
    return f"/selbstchecks/einheit/{world.unit_ids[number]}"


@pytest.fixture
def head(client_of):
    return client_of("head33")


@pytest.fixture
def two(app, world):
    """The ids of two checks of unit 33, the older one first."""
    with app.app_context():
        return [
            make_check(world, points=in_order(3, 3, 3, 3, 3, 3, 3, 3), checked_on=date(2025, 3, 3)),
            make_check(world, points=in_order(5, 4, 3, 2, 3, 3, 1, 3), checked_on=date(2026, 3, 2)),
        ]


def test_a_unit_without_a_result_says_what_comes_next(app, world, head):
    with app.app_context():
        make_check(world, state=CheckState.DRAFT)
    page = head.get(address_of(world))

    assert "noch kein Selbstcheck ausgewertet" in words_of(page)
    assert f'href="/selbstchecks/neu?einheit={world.unit_ids["33"]}"' in page.text
    assert '<svg class="history"' not in page.text


def test_the_history_of_a_unit(app, world, head, two):
    with app.app_context():
        make_check(world, state=CheckState.DRAFT)
        make_check(world, unit="33.1", points=1)
    page = head.get(address_of(world))
    words = words_of(page)

    assert "Gelb 24 von 40 Punkten am 2. März 2026" in words
    assert (
        "Sprache/Kommunikation: von 60 % auf 80 %; Organisation/Behörde: von 60 % auf 50 %; "
        "Interkulturelle Sensibilität/Menschenbilder: von 60 % auf 47 %; Gesamtzahl: 60 %. "
        "Alle Werte stehen in der Tabelle."
    ) in words
    rows = re.findall(r'<tr class="kern-table__row">.*?</tr>', page.text, re.DOTALL)[1:3]
    assert [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows] == [
        "02.03.2026 Gelb 24 von 40 12 von 15 (80 %) 5 von 10 (50 %) 7 von 15 (47 %)",
        "03.03.2025 Gelb 24 von 40 9 von 15 (60 %) 6 von 10 (60 %) 9 von 15 (60 %)",
    ]
    assert page.text.count('name="check"') == page.text.count(" checked>") == 2
    assert page.text.count("history__zone scale__band") == 3


def test_a_single_check_has_nothing_to_compare(app, world, head):
    with app.app_context():
        make_check(world)
    page = head.get(address_of(world))

    assert 'name="check"' not in page.text
    assert "Ab dem zweiten Selbstcheck können Sie hier vergleichen" in words_of(page)


def test_only_the_newest_checks_are_shown(app, world, head):
    with app.app_context():
        for n in range(26):
            make_check(world, checked_on=date(2000 + n, 3, 1))
    page = head.get(address_of(world))

    assert "Gezeigt sind die letzten 24 Selbstchecks." in words_of(page)
    assert "01.03.2002" in page.text
    assert "01.03.2001" not in page.text


def test_a_closed_unit_keeps_its_history_and_starts_nothing(app, world, head, two):
    with app.app_context():
        db.session.get_one(Unit, world.unit_ids["33"]).closed_on = date(2026, 6, 1)
        db.session.commit()
    page = head.get(address_of(world))

    assert page.status_code == 200
    assert "Selbstcheck beginnen" not in words_of(page)


@pytest.mark.parametrize(("login", "number"), [("head33.1", "33"), ("head50", "33.1")])
def test_another_unit_does_not_exist(world, client_of, login, number):
    assert client_of(login).get(address_of(world, number)).status_code == 404


# --- two checks side by side


def test_ticked_boxes_lead_to_the_comparison(world, head, two):
    older, newer = two
    response = head.get(f"{address_of(world)}/vergleich?check={newer}&check={older}")

    assert response.location == f"{address_of(world)}/vergleich?a={older}&b={newer}"


@pytest.mark.parametrize("swapped", [False, True])
def test_the_changes_come_first_with_the_full_text(world, head, two, swapped):
    a, b = reversed(two) if swapped else two
    words = words_of(head.get(f"{address_of(world)}/vergleich?a={a}&b={b}"))

    assert "Gesamtzahl: = gleich , von 24 Gelb auf 24 Gelb" in words
    risen = words[words.index("Was gestiegen ist") : words.index("Was gesunken ist")]
    assert risen.startswith(
        "Was gestiegen ist ▲ gestiegen um 2 (von 3 auf 5 Punkte): 1. Wir können mit "
        "ratsuchenden Migrant*innen selbstständig"
    )
    assert "▲ gestiegen um 1 (von 3 auf 4 Punkte): 2. Wir nutzen" in risen
    fallen = words[words.index("Was gesunken ist") : words.index("Maßnahmen zwischen")]
    assert re.findall(r"▼ gesunken um (\d) \(von 3 auf (\d) Punkte?\): (\d)\.", fallen) == [
        ("2", "1", "7"),
        ("1", "2", "4"),
    ]
    assert "Sprache/Kommunikation 9 von 15 (60 %) 12 von 15 (80 %) ▲ gestiegen um 3 Punkte" in words
    assert "8. Unsere Organisationseinheit kennt" in words
    assert words.index("Alle Aussagen nebeneinander") > words.index("Kategorien nebeneinander")


def test_the_measures_that_were_at_work_between_the_checks(app, world, head, two):
    older_on, newer_on = date(2025, 3, 3), date(2026, 3, 2)
    begun = {"created_at": datetime(2025, 1, 7, 8, 0, tzinfo=UTC)}
    later = {"created_at": datetime(2026, 3, 2, 23, 30, tzinfo=UTC)}  # on the 3rd here
    last_hour = {"created_at": datetime(2026, 3, 2, 22, 30, tzinfo=UTC)}
    late = {"announced_in_id": None, "created_at": datetime(2026, 4, 1, 8, 0, tzinfo=UTC)}

    def make(wording, *, closed_on=None, by_check=None, outcome=None, **changes):
        state = MeasureState.DONE if closed_on else MeasureState.STARTED
        made = make_measure(world, wording=wording, state=state, closed_on=closed_on, **changes)
        if by_check:
            make_review(by_check, made, outcome)

    with app.app_context():
        make("offen", **begun)
        make("am letzten Tag begonnen", **last_hour)
        make("von der älteren angekündigt", **late | {"announced_in_id": two[0]})
        make("dazwischen beendet", closed_on=date(2025, 8, 1), **begun)
        make("von der neueren beendet", closed_on=newer_on, by_check=two[1], outcome=Outcome.DONE)
        make("später beendet", closed_on=date(2026, 6, 1), **begun)
        make("von der älteren verneint", by_check=two[0], outcome=Outcome.NOT, **begun)
        make("XX von der älteren beendet", closed_on=older_on, by_check=two[0],
             outcome=Outcome.PARTLY, **begun)  # fmt: skip
        make("XX vorher beendet", closed_on=date(2025, 3, 2), **begun)
        make("XX danach begonnen", **later)
        make("XX von der neueren angekündigt", **begun | {"announced_in_id": two[1]})
        make("XX anderes Amt", unit="50", **begun)
    page = head.get(f"{address_of(world)}/vergleich?a={two[0]}&b={two[1]}")

    shown = page.text[page.text.index("Maßnahmen zwischen") : page.text.index("Kategorien neben")]
    assert set(re.findall(r'bearbeiten">([^<]*)</a>', shown)) == {
        "offen",
        "am letzten Tag begonnen",
        "von der älteren angekündigt",
        "dazwischen beendet",
        "von der neueren beendet",
        "später beendet",
        "von der älteren verneint",
    }


def test_exactly_two_must_be_chosen(world, head, two):
    for query in (
        "",
        f"?check={two[0]}",
        f"?a={two[0]}&b={two[0]}",
        f"?a={two[0]}",
        "?" + "&".join(f"check={one}" for one in (*two, uuid4())),
    ):
        response = head.get(f"{address_of(world)}/vergleich{query}", follow_redirects=True)
        assert "Bitte wählen Sie genau zwei Selbstchecks aus" in words_of(response), query
        assert response.request.path == address_of(world)


def test_what_is_not_a_result_of_this_unit_cannot_be_compared(app, world, head, two):
    with app.app_context():
        foreign = make_check(world, unit="50")
        below = make_check(world, unit="33.1")
        draft = make_check(world, state=CheckState.DRAFT)
    for other in (foreign, below, draft, uuid4(), "kein-schlüssel"):
        response = head.get(f"{address_of(world)}/vergleich?a={two[0]}&b={other}")
        assert response.status_code == 404, other


# --- among all units


def make_others(world, totals, *, on=date(2026, 9, 1)):
    """Let units beside 33 have a result, one for each list of eight points."""
    top = db.session.get_one(Unit, world.unit_ids["1"])
    for n, points in enumerate(totals):
        number = f"9{n}"
        world.unit_ids[number] = make_unit(number, parent=top).id
        make_check(world, unit=number, points=points, checked_on=on)


def distribution_in(page):
    words = words_of(page)
    found = re.search(
        r"Rot.*? (\d+) \d+ % .*?Gelb.*? (\d+) \d+ % .*?Grün.*? (\d+) \d+ % Alle (\d+)",
        words[words.index("Unter allen") :],
    )
    return tuple(map(int, found.groups())) if found else None


def test_the_position_among_all_units(app, world, head, two):
    with app.app_context():
        make_others(world, [1, 2, 3, 4, 5])
    page = head.get(address_of(world))

    assert distribution_in(page) == (2, 2, 2, 6)  # 33 itself is yellow
    words = words_of(page)
    assert "Die Mitte aller (Median) liegt bei 24 Punkten , Sie liegen genau dort." in words
    assert "Stand 31. Oktober 2026" in words
    assert "ob sie ihr Ergebnis geteilt haben oder nicht" in words


NOT_COUNTED = "Ihr letztes Ergebnis ist in diesen Zahlen nicht enthalten."


@pytest.mark.parametrize(
    ("on", "submitted_at", "is_counted"),  # in UTC
    [
        (date(2026, 10, 31), datetime(2026, 10, 31, 22, 59, tzinfo=UTC), True),
        (date(2026, 10, 31), datetime(2026, 10, 31, 23, 0, tzinfo=UTC), False),  # in November here
        (date(2026, 11, 1), datetime(2026, 11, 1, 9, 0, tzinfo=UTC), False),
        (date(2025, 10, 31), datetime(2025, 10, 31, 9, 0, tzinfo=UTC), False),  # too old
    ],
)
def test_a_result_that_is_not_counted_is_not_said_to_be_there(
    world, head, on, submitted_at, is_counted
):
    with head.application.app_context():
        make_others(world, [1, 2, 3, 4, 5])
        check_id = make_check(world, points=5, checked_on=on)
        db.session.get_one(SelfCheck, check_id).submitted_at = submitted_at
        db.session.commit()
    page = head.get(address_of(world))

    assert distribution_in(page) == (2, 1, 3 if is_counted else 2, 6 if is_counted else 5)
    words = words_of(page)
    assert ("hier liegen Sie" in words) == is_counted
    assert ("hier läge Ihr letztes Ergebnis" in words) == (not is_counted)
    assert (NOT_COUNTED in words) == (not is_counted)


def test_nobody_can_tell_a_single_unit_by_subtracting_the_own_ones(app, world, client_of, two):
    with app.app_context():
        make_others(world, [1, 2, 3, 4])
        for number in ("33.1", "33.11"):
            make_check(world, unit=number, points=5)

    # Seven count, but the head of 33 knows three of them.
    assert distribution_in(client_of("head33").get(address_of(world))) is None
    # The head of 33.1 knows two; the five others stay together.
    assert distribution_in(client_of("head33.1").get(address_of(world, "33.1"))) == (2, 2, 3, 7)


def test_nothing_is_shown_where_all_others_are_alike(app, world, head, two):
    with app.app_context():
        make_others(world, [5, 5, 5, 5, 5, 5])

    assert distribution_in(head.get(address_of(world))) is None


@pytest.mark.parametrize(
    ("on", "submitted_at", "counts"),  # in UTC
    [
        (date(2026, 10, 31), datetime(2026, 10, 31, 22, 59, tzinfo=UTC), True),
        (date(2025, 11, 1), datetime(2025, 11, 1, 9, 0, tzinfo=UTC), True),
        (date(2025, 10, 31), datetime(2025, 10, 31, 9, 0, tzinfo=UTC), False),  # too old
        (date(2026, 11, 1), datetime(2026, 11, 1, 9, 0, tzinfo=UTC), False),  # this month
        (date(2026, 10, 31), datetime(2026, 10, 31, 23, 0, tzinfo=UTC), False),  # in November here
    ],
)
@pytest.mark.usefixtures("two")
def test_what_counts(world, head, on, submitted_at, counts):
    with head.application.app_context():
        make_others(world, [1, 3, 3, 3])
        world.unit_ids["99"] = make_unit("99").id
        check_id = make_check(world, unit="99", points=5, checked_on=on)
        db.session.get_one(SelfCheck, check_id).submitted_at = submitted_at
        db.session.commit()

    assert distribution_in(head.get(address_of(world))) == ((1, 4, 1, 6) if counts else None)


def test_only_the_last_check_of_open_units_counts(app, world, head, two):
    with app.app_context():
        make_others(world, [1, 2, 3, 4, 5, 5])
        make_check(world, unit="90", points=5, checked_on=date(2026, 10, 1))
        db.session.get_one(Unit, world.unit_ids["95"]).closed_on = date(2026, 10, 5)
        db.session.commit()

    assert distribution_in(head.get(address_of(world))) == (1, 2, 3, 6)


def test_a_unit_that_closes_counts_until_the_month_is_over(app, world, head, two):
    with app.app_context():
        make_others(world, [1, 2, 3, 4, 5])
    before = distribution_in(head.get(address_of(world)))
    assert before is not None
    for closed_on, is_counted in ((date(2026, 11, 1), True), (date(2026, 10, 31), False)):
        with app.app_context():
            db.session.get_one(Unit, world.unit_ids["94"]).closed_on = closed_on
            db.session.commit()
        assert (distribution_in(head.get(address_of(world))) == before) == is_counted


def test_the_page_of_the_unit_leads_to_its_history_those_who_may_see_it(client_of, world):
    unit_id = world.unit_ids["33"]
    link = f'href="{address_of(world)}"'
    assert link in client_of("head33").get(f"/einheiten/{unit_id}").text
    for login in ("hr", "commissioner", "admin", "officer33"):
        page = client_of(login).get(f"/einheiten/{unit_id}")
        assert link not in page.text
