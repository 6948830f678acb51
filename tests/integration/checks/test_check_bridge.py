"""From a weak answer to the trainings, and the unit's own quota without a name."""

from html import unescape

import pytest
from check_pages import STATEMENTS
from client import text_of
from factories import make_check, make_person, make_training

from selfcheck.db import db


@pytest.fixture
def people(app, world):
    """A manager and two employees of 33 and 33.1, one of each fulfilled; others elsewhere."""
    with app.app_context():
        done = make_person("1", unit=world.unit_ids["33"], is_manager=True, last_name="Arslan")
        make_training(done, evidence=True)
        learned = make_person("2", unit=world.unit_ids["33.1"], has_citizen_contact=True)
        make_training(learned, evidence=True)
        make_person("3", unit=world.unit_ids["33.1"], does_media_work=True, last_name="Offenbar")
        make_person("4", unit=world.unit_ids["33"])  # outside the target group
        make_person("5", unit=world.unit_ids["50"], is_manager=True)
        db.session.commit()


def show(app, world, client, *points, unit="33"):
    with app.app_context():
        check_id = make_check(world, unit=unit, points=dict(zip(STATEMENTS, points, strict=True)))
    page = client.get(f"/selbstchecks/{check_id}")
    words = unescape(text_of(page))
    start = words.find("Schulungen, die hier helfen")
    return page.text, words[start : words.index("Bei Fragen wenden")] if start >= 0 else ""


@pytest.mark.usefixtures("people")
def test_weak_answers_lead_to_trainings_and_the_quota(app, world, client_of):
    page, words = show(app, world, client_of("head33"), 4, 3, 4, 4, 1, 2, 1, 1)

    assert "Aussage 2 (3 von 5 Punkten): bürgernahe Kommunikation oder Mehrsprachigkeit" in words
    assert "Aussage 6 (2 von 5 Punkten): interkulturelle Kompetenz oder demokratische" in words
    assert [number for number in range(1, 9) if f"Aussage {number} (" in words] == [2, 6]
    assert (
        "Eine dieser Schulungen erfüllt den Schulungsauftrag 2026. Führungskräfte: "
        "demokratische Kompetenz oder interkulturelle Kompetenz. Beschäftigte: demokratische"
    ) in words
    assert "Führungskräfte: 1 von 1 erfüllt (100 %), 0 offen" in words
    assert "Beschäftigte: 1 von 2 erfüllt (50 %), 1 offen" in words
    assert 'href="/personal?state=open"' in page
    assert "Arslan" not in page
    assert "Offenbar" not in page


@pytest.mark.usefixtures("people")
def test_the_quota_is_that_of_the_unit_and_below(app, world, client_of):
    page, words = show(app, world, client_of("head33"), *[3] * 8, unit="33.1")

    assert "Führungskräfte: niemand in der Zielgruppe" in words
    assert "Beschäftigte: 1 von 2 erfüllt (50 %), 1 offen" in words
    assert f'href="/personal?state=open&amp;unit={world.unit_ids["33.1"]}"' in page
    _, words = show(app, world, client_of("head33"), *[3] * 8, unit="33.11")
    assert "Beschäftigte: niemand in der Zielgruppe" in words
    assert "Offene Personen" not in words


@pytest.mark.usefixtures("people")
def test_without_a_weak_answer_there_is_no_bridge(app, world, client_of):
    _, words = show(app, world, client_of("head33"), 4, 4, 4, 4, 1, 4, 1, 1)

    assert words == ""


def test_the_result_leads_on_to_report_and_history(app, world, client_of):
    page, _ = show(app, world, client_of("head33"), *[5] * 8)

    assert "/bericht.pdf" in page
    assert f'href="/selbstchecks/einheit/{world.unit_ids["33"]}"' in page
