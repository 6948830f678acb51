"""Add, change and delete a measure: what is stored, told, and refused."""

import re
from datetime import date

import pytest
from check_pages import close, fields_of, list_subjects
from client import text_of
from office_measures import make_measure
from sqlalchemy import select

from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.checks.measure_models import Measure
from selfcheck.checks.measures import MeasureState
from selfcheck.db import db

NEW = "/massnahmen/neu"


@pytest.fixture
def make(app, world):
    def make_in_app(**changes):
        with app.app_context():
            return make_measure(world, **changes)

    return make_in_app


@pytest.fixture
def stored(app):
    """Return the measures as they are in the database."""

    def read():
        with app.app_context():
            measures = list(db.session.scalars(select(Measure).order_by(Measure.id)))
            db.session.expunge_all()
            return measures

    return read


@pytest.fixture
def events(app):
    def read(action):
        with app.app_context():
            query = select(AuditEvent.subject, AuditEvent.details).order_by(AuditEvent.id)
            return [tuple(row) for row in db.session.execute(query.where(_is(action)))]

    def _is(action):
        return AuditEvent.action == action.value

    return read


@pytest.fixture
def filled(world):
    """What the form of a new measure sends."""

    def fill(**changes):
        return {
            "unit": str(world.unit_ids["33.1"]),
            "wording": "  Aushänge\n überarbeiten ",
            "statement": "s4",
            "responsible": " Sachgebiet 33.11 ",
            "due_on": "2027-02-28",
            "state": "planned",
            **changes,
        }

    return fill


def test_a_measure_is_added(client_of, world, filled, stored, events):
    client = client_of("head33")
    page = client.send(NEW, filled(), follow_redirects=True)
    assert "Die Maßnahme für 33.1 Einheit 33.1 ist eingetragen." in text_of(page)
    assert page.request.url.endswith(f"/massnahmen?unit={world.unit_ids['33.1']}")
    (one,) = stored()
    assert (one.unit_id, one.wording) == (world.unit_ids["33.1"], "Aushänge überarbeiten")
    assert (one.questionnaire_version, one.statement_id) == ("2025-05-07", "s4")
    assert (one.responsible, one.due_on) == ("Sachgebiet 33.11", date(2027, 2, 28))
    assert (one.state, one.closed_on, one.revision) == (MeasureState.PLANNED, None, 1)
    assert events(Action.MEASURE_ADDED) == [("33.1 Einheit 33.1", "Stand: geplant")]


def test_only_what_is_to_be_done_and_where_must_be_given(client_of, filled, stored):
    client = client_of("head33")
    nothing = filled(unit="", wording=" \n ", statement="", responsible="", due_on="")
    page = client.send(NEW, nothing)
    assert page.status_code == 400
    assert "Bitte wählen Sie eine Organisationseinheit." in text_of(page)
    assert "Bitte geben Sie an, was getan werden soll." in text_of(page)
    enough = filled(statement="", responsible="", due_on="")
    assert client.send(NEW, enough).status_code == 302
    (one,) = stored()
    assert (one.statement_id, one.responsible, one.due_on) == (None, "", None)


def test_errors_are_told_in_the_order_of_the_fields(client_of, world, make, filled):
    faulty = {
        "unit": "",
        "wording": "",
        "statement": "s99",
        "responsible": "x" * 201,
        "due_on": "x",
        "state": "x",
    }
    client = client_of("head33")
    measure_id = make()
    for address, names in (
        (NEW, list(faulty)),
        (f"/massnahmen/{measure_id}/bearbeiten", list(faulty)[1:]),
    ):
        page = client.send(address, filled(**faulty))
        assert page.status_code == 400
        assert re.findall(r'<li><a href="#([^"]+)">', page.text) == names
        places = [page.text.index(f' id="{name}"') for name in names]
        assert places == sorted(places)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"wording": "x" * 501}, "Der Text hat 501 Zeichen; möglich sind 500 Zeichen."),
        ({"wording": "x" * 1234}, "Der Text hat 1.234 Zeichen; möglich sind 500 Zeichen."),
        ({"responsible": "x" * 201}, "Das ist zu lang; möglich sind 200 Zeichen."),
        ({"due_on": "2026-02-30"}, "Kein gültiges Datum."),
        ({"due_on": "20261-01-01"}, "Kein gültiges Datum."),
        ({"due_on": "0202-01-01"}, "Das Jahr 202 kann nicht stimmen."),
        ({"statement": "s99"}, "Keine gültige Auswahl."),
        ({"state": "forgotten"}, "Keine gültige Auswahl."),
    ],
)
def test_what_is_refused_beside_its_field(client_of, filled, stored, changes, message):
    page = client_of("head33").send(NEW, filled(**changes))
    assert page.status_code == 400
    assert message in text_of(page)
    assert stored() == []


def test_the_longest_words_fit(client_of, filled, stored):
    data = filled(wording="ä" * 500, responsible="ü" * 200)
    assert client_of("head33").send(NEW, data).status_code == 302
    assert len(stored()[0].wording) == 500


def test_a_foreign_and_a_closed_unit_get_no_measure(app, client_of, world, filled, stored):
    client = client_of("head33")
    close(app, "33.11")
    for number in ("50", "1", "33.11"):
        page = client.send(NEW, filled(unit=str(world.unit_ids[number])))
        assert page.status_code == 400
    assert stored() == []


def test_a_double_click_adds_one(client_of, filled, stored):
    client = client_of("head33")
    assert client.send(NEW, filled()).status_code == 302
    page = client.send(NEW, filled(wording="AUSHÄNGE überarbeiten"))
    assert page.status_code == 400
    assert "Diese Maßnahme steht schon in der Liste" in text_of(page)
    assert len(stored()) == 1


def test_what_has_ended_may_be_taken_up_again(client_of, filled, stored):
    client = client_of("head33")
    for _ in range(2):
        assert client.send(NEW, filled(state="done")).status_code == 302
    assert [one.closed_on for one in stored()] == [date(2026, 11, 20)] * 2


def test_the_address_may_say_unit_and_statement(client_of, world):
    address = f"{NEW}?einheit={world.unit_ids['33.1']}&aussage=s6"
    sent = fields_of(client_of("head33").get(address))
    assert (sent["unit"], sent["statement"]) == (str(world.unit_ids["33.1"]), "s6")
    nonsense = fields_of(client_of("head33").get(f"{NEW}?einheit=x&aussage=x"))
    assert nonsense["wording"] == ""


def test_a_change_says_what_is_different(make, client_of, stored, events):
    address = f"/massnahmen/{make(responsible='Amt')}/bearbeiten"
    client = client_of("head33")
    sent = fields_of(client.get(address))
    sent |= {"state": "done", "due_on": "31.12.2026", "responsible": "Frau Geheim"}
    page = client.send(address, sent, follow_redirects=True)
    assert "Gespeichert: verantwortlich: Frau Geheim, Termin 31.12.2026, Stand: umgesetzt." in (
        text_of(page)
    )
    (one,) = stored()
    assert (one.state, one.closed_on, one.revision) == (MeasureState.DONE, date(2026, 11, 20), 2)
    assert one.due_on == date(2026, 12, 31)
    assert events(Action.MEASURE_CHANGED) == [
        ("33 Einheit 33", "verantwortlich, Termin, Stand: umgesetzt")
    ]


def test_nothing_changed_is_nothing_stored(make, client_of, stored, events):
    address = f"/massnahmen/{make()}/bearbeiten"
    client = client_of("head33")
    page = client.send(address, fields_of(client.get(address)), follow_redirects=True)
    assert "Es war nichts zu ändern." in text_of(page)
    assert stored()[0].revision == 1
    assert events(Action.MEASURE_CHANGED) == []


def test_what_is_opened_again_has_not_ended(make, client_of, stored):
    address = f"/massnahmen/{make(state=MeasureState.DROPPED)}/bearbeiten"
    client = client_of("head33")
    client.send(address, fields_of(client.get(address)) | {"state": "started"})
    assert (stored()[0].state, stored()[0].closed_on) == (MeasureState.STARTED, None)


def test_an_outdated_form_is_refused_and_keeps_its_words(make, client_of, stored):
    address = f"/massnahmen/{make()}/bearbeiten"
    first, second = client_of("head33"), client_of("head33")
    old = fields_of(second.get(address))
    first.send(address, fields_of(first.get(address)) | {"responsible": "Amt"})
    page = second.send(address, old | {"wording": "Etwas anderes"})
    assert page.status_code == 400
    assert "Jemand anderes hat diese Maßnahme inzwischen geändert." in text_of(page)
    assert "Etwas anderes" in page.text
    assert (stored()[0].wording, stored()[0].responsible) == ("Aushänge überarbeiten", "Amt")


def test_the_state_is_set_from_the_list_which_stays_as_it_was(make, client_of, stored, events):
    address = f"/massnahmen/{make()}/stand"
    data = {"state": "partly-done", "revision": "1", "query": "due=overdue&seite=2"}
    client = client_of("head33")
    response = client.send(address, data)
    assert response.location == "/massnahmen?due=overdue&seite=2"
    told = "„Aushänge überarbeiten“: Der Stand ist jetzt „zum Teil umgesetzt“."
    assert told in text_of(client.get("/massnahmen"))
    assert client.send(address, data).status_code == 302  # the other click of a double click
    assert told in text_of(client.get("/massnahmen"))
    assert (stored()[0].state, stored()[0].revision) == (MeasureState.PARTLY_DONE, 2)
    assert events(Action.MEASURE_CHANGED) == [("33 Einheit 33", "Stand: zum Teil umgesetzt")]


def test_an_outdated_list_sets_no_state(make, client_of, stored):
    address = f"/massnahmen/{make(revision=3)}/stand"
    client = client_of("head33")
    page = client.send(address, {"state": "done", "revision": "2"}, follow_redirects=True)
    assert "wurde inzwischen von jemand anderem geändert" in text_of(page)
    assert stored()[0].state is MeasureState.PLANNED


@pytest.mark.parametrize("state", ["", "forgotten"])
def test_an_unknown_state_is_none(make, client_of, stored, state):
    address = f"/massnahmen/{make()}/stand"
    assert client_of("head33").send(address, {"state": state, "revision": "1"}).status_code == 400
    assert stored()[0].state is MeasureState.PLANNED


def test_a_measure_is_deleted_after_a_question(app, make, client_of, stored):
    address = f"/massnahmen/{make(wording='Zweimal eingetragen')}/loeschen"
    client = client_of("head33")
    page = client.get(address)
    assert "Zweimal eingetragen" in text_of(page)
    assert len(stored()) == 1
    page = client.send(address, follow_redirects=True)
    assert "Die Maßnahme ist gelöscht." in text_of(page)
    assert stored() == []
    assert list_subjects(app, Action.MEASURE_DELETED) == ["33 Einheit 33"]
    assert client.send(address).status_code == 404


def test_the_free_text_of_a_measure_never_stands_in_the_audit_trail(app, client_of, filled):
    client = client_of("head33")
    client.send(NEW, filled(wording="Geheimnis", responsible="Geheimrat"))
    client.send("/massnahmen/1/bearbeiten", filled(wording="Geheimes", revision="1"))
    client.send("/massnahmen/1/loeschen")
    with app.app_context():
        texts = db.session.execute(select(AuditEvent.subject, AuditEvent.details)).all()
    assert "eheim" not in str(texts)
    assert "33.1 Einheit 33.1" in str(texts)
