"""The Haupt- und Personalamt opens a request: to all or some, with sensible dates."""

from datetime import date

import pytest
from client import text_of
from integration.evaluation.conftest import END, Evaluation, requests, wall
from sqlalchemy import select

from selfcheck.db import db
from selfcheck.organisation.models import Unit


def test_all_reporting_units_are_asked_and_told_by_mail(evaluation: Evaluation):
    told = evaluation.office.words_after(evaluation.ask(), by="hr")

    assert "„Auswertung 2026“ ist geöffnet" in told
    assert "0 von 3 abgegeben" in told
    assert "keine Leitung eingetragen, die freigeben könnte: 1. Bitte" in told
    assert list(wall(evaluation)) == ["1", "33", "50"]
    (request,) = requests(evaluation)
    assert (request.reference_date, request.deadline) == (END, date(2026, 12, 15))
    told = evaluation.messages("opened")
    assert {login for login, *_ in told} == {
        *("officer33", "colleague33", "head33", "deputy33"),
        *("officer50", "head50"),
    }
    assert all("Bitte bis Mitte Dezember." in body for *_, body in told)


def test_only_chosen_units_are_asked(evaluation: Evaluation):
    evaluation.opened(scope="chosen", unit_ids=[evaluation.world.unit_ids["50"]])

    assert list(wall(evaluation)) == ["50"]
    assert "nichts angefordert" in evaluation.words("/auswertung")
    assert "50 Einheit 50" in evaluation.words("/auswertung", by="head50")


def test_the_reference_date_is_the_last_day_of_the_mandate_by_default(evaluation: Evaluation):
    page = evaluation.office.browser("hr").get("/anforderungen/neu")

    assert evaluation.office.fields(page)["reference_date"] == "2026-12-31"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"title": " "}, "title", "Bitte geben Sie der Anforderung einen Titel"),
        ({"title": "x" * 201}, "title", "möglich sind 200 Zeichen"),
        ({"deadline": ""}, "deadline", "bis wann abzugeben ist"),
        ({"deadline": "2026-11-23"}, "deadline", "Die Frist ist schon vorbei"),
        ({"deadline": "31.02.2027"}, "deadline", "Kein gültiges Datum"),
        ({"reference_date": "2020-12-31"}, "reference_date", "außerhalb des Auftrags"),
        ({"reference_date": "2027-01-01"}, "reference_date", "01.01.2021 bis 31.12.2026"),
        ({"text": "x" * 5_001}, "text", "möglich sind 5000 Zeichen"),
        ({"scope": "chosen"}, "unit_ids", "mindestens eine Organisationseinheit"),
        ({"scope": "chosen", "unit_ids": "999999"}, "unit_ids", "berichtet nicht mehr"),
        ({"scope": "chosen", "unit_ids": "x"}, "unit_ids", "Ungültige Auswahl"),
    ],
)
def test_bad_input_is_told_beside_its_field(evaluation: Evaluation, changes, field, sentence):
    response = evaluation.ask(**changes)

    evaluation.office.check_refused(response, field, sentence)
    if "text" not in changes:
        assert "Bitte bis Mitte Dezember." in response.text
    assert requests(evaluation) == []
    assert evaluation.messages("opened") == []


def test_nobody_is_asked_twice_for_one_day(evaluation: Evaluation):
    request_id = evaluation.opened()
    again = evaluation.ask()
    evaluation.office.check_refused(again, "reference_date", "läuft schon „Auswertung 2026“")
    assert len(requests(evaluation)) == 1

    evaluation.opened(reference_date="2026-06-30")
    evaluation.office.browser("hr").send(f"/anforderungen/{request_id}/schliessen")
    evaluation.opened()
    assert len(requests(evaluation)) == 3


def test_ticks_without_effect_are_told(evaluation: Evaluation):
    response = evaluation.ask(unit_ids=[evaluation.world.unit_ids["50"]])

    evaluation.office.check_refused(response, "unit_ids", "fragen aber alle")


def test_without_reporting_units_nothing_can_be_asked(evaluation: Evaluation):
    with evaluation.app.app_context():
        for unit in db.session.scalars(select(Unit)):
            unit.is_reporting = False
        db.session.commit()
    response = evaluation.ask()

    assert response.status_code == 400
    assert "mindestens eine Organisationseinheit" in text_of(response)
    assert "keine berichtspflichtige Einheit" in text_of(response)


def test_a_deadline_today_is_still_one(evaluation: Evaluation):
    evaluation.opened(deadline="2026-11-24")

    assert wall(evaluation)["33"][0] == "offen"
    evaluation.office.clock.move_to("2026-11-25T10:00:00+01:00")
    evaluation.office.forget_browsers()
    assert wall(evaluation)["33"][0] == "überfällig"
