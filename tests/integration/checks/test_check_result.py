"""The result page is the Auswertung of the paper form, and its numbers are those of the rules."""

import re
from datetime import date
from html import unescape

import pytest
from backends import SECRET
from check_pages import STATEMENTS, count_rows, filled_in, find_stored, new_address
from client import text_of
from factories import make_check
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfcheck import create_app
from selfcheck.checks.states import CheckState
from selfcheck.config import Config, Contact
from selfcheck.db import db

# Letter by letter, as the city published it.
RED = (
    "Rot weist auf große Herausforderungen beim Zugang von Migrant*innen zu den Angeboten und "
    "Dienstleistungen in Ihrer Organisationseinheit hin. Achten Sie auf die Kategorien und Fragen, "
    "bei denen Sie die niedrigsten Punktzahlen erhalten haben. Arbeiten Sie bitte stringent an "
    "Verbesserungen. Unterstützung finden Sie im Büro der Integrations- und Ausländerbeauftragten."
)
YELLOW = (
    "Gelb weist auf deutliche Einschränkungen beim Zugang von Migrant*innen zu den Angeboten und "
    "Dienstleistungen in Ihrer Organisationseinheit hin. Achten Sie auf die Kategorien und Fragen, "
    "bei denen Sie die niedrigsten Punktzahlen erhalten haben. Arbeiten Sie bitte weiter "
    "kontinuierlich an Verbesserungen."
)
GREEN = (
    "Grün zeigt geringe bis keine Herausforderungen beim Zugang von Migrant*innen zu den Angeboten "
    "und Dienstleistungen in Ihrer Organisationseinheit an. Achten Sie auf die Kategorien und "
    "Fragen, bei denen Sie nicht die höchsten Punktzahlen erhalten haben. Arbeiten Sie bitte "
    "weiter kontinuierlich an Verbesserungen. Bedenken Sie zudem, dass mit dem Selbstcheck nur ein "
    "Teil der im Jahr 2023 ermittelten Zugangshemmnisse bewertet wurde und eventuell weitere "
    "Zugangshemmnisse, auch zu Ihrer Organisationseinheit, bestehen können. Dafür empfiehlt sich "
    "die Lektüre der Gesamtauswertung der Befragung im Mitarbeiter*innen-Informationssystem."
)

BEST = "Ihr Ergebnis liegt im besten Bereich der Skala."


@pytest.fixture
def result_of(app, world, client_of):
    """Return the page of a check with these points, and what it is made with."""
    client = client_of("head33")

    def show(points, **changes):
        with app.app_context():
            check_id = make_check(world, points=points, **changes)
        return client.get(f"/selbstchecks/{check_id}")

    return show


def in_order(*points):
    return dict(zip(STATEMENTS, points, strict=True))


def words_of(page):
    return unescape(text_of(page))


COLOURS = {"Rot": ("red", RED), "Gelb": ("yellow", YELLOW), "Grün": ("green", GREEN)}


@pytest.mark.parametrize(
    ("points", "total", "label", "missing"),
    [
        (1, 8, "Rot", "Noch 11 Punkte bis Gelb."),
        (in_order(2, 2, 2, 2, 2, 2, 3, 3), 18, "Rot", "Noch 1 Punkt bis Gelb."),
        (in_order(2, 2, 2, 2, 2, 3, 3, 3), 19, "Gelb", "Noch 11 Punkte bis Grün."),
        (in_order(4, 4, 4, 4, 4, 3, 3, 3), 29, "Gelb", "Noch 1 Punkt bis Grün."),
        (
            in_order(4, 4, 4, 4, 4, 4, 3, 3),
            30,
            "Grün",
            BEST,
        ),
        (5, 40, "Grün", BEST),
    ],
    ids=lambda value: value if isinstance(value, int) else "",
)
def test_points_colour_and_advice(result_of, points, total, label, missing):
    colour, advice = COLOURS[label]
    page = result_of(points)
    words = words_of(page)
    assert re.search(r"<h1>(.*)</h1>", page.text)[1] == f"{total} von 40 Punkten: {label}"
    assert f'<span class="badge badge--{colour}">' in page.text
    assert f"{label} {advice} {missing}" in words
    assert [one for one in (RED, YELLOW, GREEN) if one in words] == [advice]
    assert words.count(" bis Gelb.") + words.count(" bis Grün.") == ("Noch" in missing)
    assert f'data-total="{total}"' in page.text
    assert f"Ihr Ergebnis: {total} Punkte, {label}." in words
    assert "Skala: Rot 8–18, Gelb 19–29, Grün 30–40 Punkte." in words


def test_points_per_question_subtotals_and_total(result_of):
    words = words_of(result_of(in_order(1, 2, 3, 4, 5, 1, 3, 5)))
    table = words[words.index("Frage Punkte möglich") : words.index("Skala:")]
    paper = (
        "Frage Punkte möglich "
        "Sprache/Kommunikation Frage 1 1 5 Frage 2 2 5 Frage 3 3 5 Zwischenergebnis 6 15 "
        "Organisation/Behörde Frage 4 4 5 Frage 5 5 5 Zwischenergebnis 9 10 "
        "Interkulturelle Sensibilität/Menschenbilder "
        "Frage 6 1 5 Frage 7 3 5 Frage 8 5 5 Zwischenergebnis 9 15 "
        "Gesamtzahl der Punkte 24 40 "
    )
    assert table == paper


def attention_of(page):
    words = words_of(page)
    return words[
        words.index("Worauf Sie achten sollten") : words.index("Angaben der Organisationseinheit")
    ]


def test_the_weakest_statement_and_category_of_a_yellow_check(result_of):
    words = attention_of(result_of(in_order(3, 3, 3, 3, 3, 3, 3, 1)))
    assert "Kategorie mit dem niedrigsten Anteil an den möglichen Punkten" in words
    assert "Interkulturelle Sensibilität/Menschenbilder (7 von 15 Punkten)" in words
    assert "Sprache/Kommunikation" not in words
    assert "Aussage mit der niedrigsten Punktzahl" in words
    assert "8. Unsere Organisationseinheit kennt in Dresden ansässige" in words
    assert "(1 Punkt)" in words
    assert len(re.findall(r"\(\d Punkte?\)", words)) == 1


def test_all_that_are_equally_weak_are_named(result_of):
    words = attention_of(result_of(2))
    assert "Kategorien mit dem niedrigsten Anteil" in words
    assert "(6 von 15 Punkten)" in words
    assert "(4 von 10 Punkten)" in words
    assert "Aussagen mit der niedrigsten Punktzahl" in words
    assert words.count("(2 Punkte)") == 8


def test_in_green_all_below_the_highest_points_are_named(result_of):
    words = attention_of(result_of(in_order(5, 5, 5, 5, 4, 5, 5, 3)))
    assert "Kategorien unter der höchsten Punktzahl" in words
    assert "Aussagen unter der höchsten Punktzahl" in words
    assert re.findall(r"(\d)\. [^(]+(?:\([^)]*\)[^(]*)?\((\d) Punkte\)", words) == [
        ("5", "4"),
        ("8", "3"),
    ]
    assert "Sprache/Kommunikation" not in words


def test_where_everything_is_best_there_is_nothing_to_look_at(result_of):
    words = attention_of(result_of(5))
    assert "Sie haben überall die höchste Punktzahl erreicht." in words
    assert "unter der höchsten" not in words


def test_the_check_before_is_marked_on_the_scale(world, result_of):
    result_of(2, checked_on=day(2024))
    result_of(4, checked_on=day(2025))  # the last one before
    result_of(1, checked_on=day(2025, 6), unit="33.1")  # another unit
    result_of(1, checked_on=day(2027))  # later
    page = result_of(3, checked_on=day(2026))
    assert "Ihr Ergebnis: 24 Punkte, Gelb. 02.03.2025: 32 Punkte." in words_of(page)


def day(year, month=3):
    return date(year, month, 2)


def test_without_a_check_before_nothing_is_marked(world, app, result_of):
    with app.app_context():
        make_check(world, state=CheckState.DRAFT, checked_on=day(2025))
    assert "Ihr Ergebnis: 24 Punkte, Gelb. " in words_of(result_of(3))
    assert "02.03.2025" not in result_of(3).text


def test_what_was_told_stands_there_with_its_question(result_of):
    page = result_of(
        4,
        texts={
            "measures_past": "Erste Zeile\nzweite Zeile",
            "next_steps": "Wir fragen nach.",
            "cooperation": "Sportfeste",
        },
        choices={"cooperation": ("exchange", "other")},
    )
    words = words_of(page)
    assert (
        "in den vergangenen 12 Monaten umgesetzt? (bitte aufzählen) Erste Zeile zweite Zeile"
        in words
    )
    assert "Erste Zeile\nzweite Zeile" in page.text
    assert "zusammen? regelmäßiger Fachaustausch andere, und zwar …: Sportfeste Was sind" in words
    assert "abzubauen? Wir fragen nach." in words
    assert "in den folgenden 12 Monaten" not in words  # not answered
    assert "Personalgewinnung " not in words  # not ticked


def test_where_nothing_was_told_the_page_says_so(result_of):
    words = words_of(result_of(3))
    assert "Zu Maßnahmen und nächsten Schritten wurde nichts eingetragen." in words
    assert "Was sind Ihre nächsten Schritte" not in words


def test_who_evaluated_it_when_and_with_which_version(result_of):
    words = words_of(result_of(3))
    assert "33 Einheit 33, 2. März 2026" in words
    assert (
        "Ausgewertet von Person head33 am 05.01.2026, 09:00 Uhr "
        "mit dem Fragebogen vom 07.05.2025." in words
    )


def test_the_official_closing(result_of):
    assert (
        "Bei Fragen wenden Sie sich bitte an das Büro für Integration und Ausländerbeauftragten. "
        "E-Mail: auslaenderbeauftragte@dresden.de , Tel. 4 88 21 31 Vielen Dank!"
    ) in words_of(result_of(3))


def test_the_contact_is_that_of_the_configuration(app, world, client_of):
    with app.app_context():
        check_id = make_check(world)
        url = db.engine.url.render_as_string(hide_password=False)
    contact = Contact(office="Amt <Mitte>", email="mitte@stadt.example", phone="0 12 34")
    other = create_app(Config(database_url=url, secret_key=SECRET, testing=True, contact=contact))
    other.test_client_class = app.test_client_class
    client = other.test_client()
    client.log_in(world.email("head33"))
    words = words_of(client.get(f"/selbstchecks/{check_id}"))
    with other.app_context():
        db.engine.dispose()
    assert "an das Amt <Mitte>. E-Mail: mitte@stadt.example , Tel. 0 12 34" in words
    assert "4 88 21 31" not in words


@pytest.mark.parametrize("login", ["head50", "head33.1"])
def test_a_foreign_result_does_not_exist(app, world, client_of, login):
    with app.app_context():
        check_id = make_check(world)
    assert client_of(login).get(f"/selbstchecks/{check_id}").status_code == 404


def test_a_draft_has_no_result_yet(app, world, client_of):
    with app.app_context():
        check_id = make_check(world, state=CheckState.DRAFT)
    answer = client_of("head33").get(f"/selbstchecks/{check_id}")
    assert answer.location == f"/selbstchecks/{check_id}/bearbeiten"


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(points=st.tuples(*[st.integers(1, 5)] * 8))
def test_page_database_and_paper_agree_on_any_answers(world, client_of, points):
    """Added up by hand here: neither the page nor the row may have a sum of its own."""
    client = client_of("head33")
    check_id, address = new_address()
    client.send(address, filled_in(world, points=in_order(*points), action="submit"))
    total = sum(points)
    label = "Rot" if total <= 18 else "Gelb" if total <= 29 else "Grün"
    stored = find_stored(client.application, check_id)
    assert stored.total_points == total
    page = client.get(f"/selbstchecks/{check_id}")
    words = words_of(page)
    assert f"{total} von 40 Punkten: {label}" in words
    subtotals = [sum(points[:3]), sum(points[3:5]), sum(points[5:])]
    assert re.findall(r"Zwischenergebnis (\d+)", words) == [str(one) for one in subtotals]
    assert re.search(r"Gesamtzahl der Punkte (\d+)", words)[1] == str(total)


def test_looking_at_a_result_stores_nothing(app, result_of):
    result_of(3)
    assert count_rows(app) == (1, 8)
