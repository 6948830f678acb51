"""The report says what the page says; the empty questionnaire is there for the team."""

import re
from html import unescape

import pypdfium2
import pytest
from check_pages import STATEMENTS
from client import text_of
from factories import make_check
from office_measures import make_measure, make_review

from selfcheck.checks.measures import Outcome
from selfcheck.checks.states import CheckState


def words_in(response):
    """Return the text of a PDF, blanks folded."""
    document = pypdfium2.PdfDocument(response.data)
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").replace("\x02", "-").split())


def table_in(words):
    """Return the Auswertung from its head to its total."""
    return re.search(r"Frage Punkte möglich .*? Gesamtzahl der Punkte \d+ 40", words)[0]


@pytest.mark.parametrize("points", [(1, 2, 3, 4, 5, 1, 3, 5), (5,) * 8, (2, 1, 1, 2, 1, 2, 1, 1)])
def test_the_report_has_the_numbers_of_the_page(app, world, client_of, points):
    with app.app_context():
        check_id = make_check(
            world,
            points=dict(zip(STATEMENTS, points, strict=True)),
            texts={"measures_past": "Zwei Schulungen.", "next_steps": "Mehr davon."},
        )
    client = client_of("head33")
    page = client.get(f"/selbstchecks/{check_id}")
    response = client.get(f"/selbstchecks/{check_id}/bericht.pdf")
    shown, printed = unescape(text_of(page)), words_in(response)

    assert response.content_type == "application/pdf"
    assert response.headers["Content-Disposition"] == (
        "attachment; filename=Selbstcheck-33-2026-03-02.pdf"
    )
    assert table_in(printed) == table_in(shown)
    assert f"Ergebnis: {re.search(r'<h1>(.*)</h1>', page.text)[1]}" in printed
    distance = re.search(r"Noch \d+ Punkte? bis \w+\.|Ihr Ergebnis liegt im besten", shown)[0]
    assert distance in printed
    assert "Mehr davon." in printed
    assert ("Zwei Schulungen." in printed) == (points[4] >= 3)
    assert "Amt/Abteilung/Sachgebiet: 33 Einheit 33 Datum: 02.03.2026" in printed


def test_the_report_has_the_measures_of_the_page(app, world, client_of):
    with app.app_context():
        check_id = make_check(world)
        make_measure(world, wording="Aushänge", announced_in_id=check_id)
        before = make_measure(world, wording="Wegweiser")
        make_review(check_id, before, Outcome.PARTLY)
    client = client_of("head33")
    page = unescape(text_of(client.get(f"/selbstchecks/{check_id}")))
    printed = words_in(client.get(f"/selbstchecks/{check_id}/bericht.pdf"))

    assert "Aushänge Aussage 5 – – geplant" in printed
    assert "zum Teil umgesetzt Wegweiser" in page
    assert "zum Teil umgesetzt: Wegweiser" in printed


def test_a_draft_has_no_report_yet(app, world, client_of):
    with app.app_context():
        check_id = make_check(world, state=CheckState.DRAFT)
    response = client_of("head33").get(f"/selbstchecks/{check_id}/bericht.pdf")

    assert response.location == f"/selbstchecks/{check_id}/bearbeiten"


def test_the_empty_questionnaire(client_of):
    response = client_of("commissioner").get("/selbstchecks/fragebogen.pdf")

    assert response.headers["Content-Disposition"] == (
        "attachment; filename=Selbstcheck-Fragebogen-2025-05-07.pdf"
    )
    assert "Bitte kreuzen Sie an, inwiefern die folgenden Aussagen" in words_in(response)
