"""The pages on which people are added, changed, moved and handed over."""

import re
from datetime import date
from html import unescape

import pytest
import time_machine
from client import text_of
from factories import make_person, make_training, make_user
from sqlalchemy import func, select

from selfcheck.accounts.permissions import Role
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db, german_sort_key
from selfcheck.organisation.models import Unit
from selfcheck.staff.models import Assignment, Person
from selfcheck.staff.periods import SINCE_ALWAYS

NOW = "2026-11-24T10:00:00+01:00"
TODAY, YESTERDAY = date(2026, 11, 24), date(2026, 11, 23)
NEW = "/personal/neu"
LIST = "/personal"
NO_MARKS = (False, False, False)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW) as traveller:
        yield traveller


@pytest.fixture
def officer(client_of):
    return client_of("officer33")


@pytest.fixture
def put(app, world):
    """Make a person, with one assignment for each (unit, first day, last day)."""

    def put_in_app(*periods, number="7", **changes):
        (unit, first, last), *others = periods or (("33", SINCE_ALWAYS, None),)
        days = {"first_day": first, "last_day": last}
        with app.app_context():
            person = make_person(number, unit=world.unit_ids[unit], **days, **changes)
            for unit, first, last in others:
                days = {"first_day": first, "last_day": last}
                person.assignments.append(Assignment(unit_id=world.unit_ids[unit], **days))
            db.session.commit()
            return person.id

    return put_in_app


@pytest.fixture
def assignments(app):
    """Return unit, marks and days of a person's assignments, by day."""

    def read(person_id):
        marks = (
            Assignment.is_manager,
            Assignment.has_citizen_contact,
            Assignment.does_media_work,
        )
        query = select(Unit.number, *marks, Assignment.first_day, Assignment.last_day).join(Unit)
        with app.app_context():
            rows = db.session.execute(
                query.where(Assignment.person_id == person_id).order_by(Assignment.first_day)
            )
            return [(unit, (a, b, c), first, last) for unit, a, b, c, first, last in rows]

    return read


def person_of(app, number):
    """Return number, names, sort key and revision."""
    columns = (Person.id, Person.last_name, Person.first_name, Person.sort_key, Person.revision)
    with app.app_context():
        return db.session.execute(select(*columns).where(Person.number == number)).one()


def address(app, person_id, page, place=0):
    """Return the address of a page about a person, or about one of the assignments."""
    if page in {"bearbeiten", "umsetzen"}:
        return f"/personal/{person_id}/{page}"
    with app.app_context():
        query = select(Assignment.id).where(Assignment.person_id == person_id)
        ids = list(db.session.scalars(query.order_by(Assignment.first_day)))
    return f"/personal/{person_id}/zuordnungen/{ids[place]}" + "/ende" * (page == "ende")


def value_of(page, name):
    """Return what stands in a line of the form."""
    found = re.search(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', page.text)
    assert found, f"{page.status}: no {name}"
    return unescape(found[1])


def fill_in(client, url, **typed):
    """Open a form, and send it with what is typed."""
    return client.send(url, {"revision": value_of(client.get(url), "revision")} | typed)


def last_event(app):
    with app.app_context():
        query = select(AuditEvent.action, AuditEvent.subject, AuditEvent.details)
        return tuple(db.session.execute(query.order_by(AuditEvent.id.desc()).limit(1)).one())


def test_a_person_is_added_with_umlauts_and_leading_zeros(app, world, officer, assignments):
    typed = {"number": " 007 ", "last_name": "Özdemir-Groß", "first_name": "Änne"}
    duties = {"has_citizen_contact": "y", "first_day": "01.02.2024", "last_day": "2027-12-31"}
    response = officer.send(NEW, {**typed, **duties, "unit": world.unit_ids["33.1"]})
    person = person_of(app, "007")
    assert response.location == f"/personal/{person.id}"
    assert "Özdemir-Groß, Änne ist angelegt." in text_of(officer.get(response.location))
    assert person[1:3] == ("Özdemir-Groß", "Änne")
    assert person.sort_key == german_sort_key("Özdemir-Groß, Änne")
    assert assignments(person.id) == [
        ("33.1", (False, True, False), date(2024, 2, 1), date(2027, 12, 31))
    ]
    assert last_event(app) == ("person-added", f"Person {person.id}", "")


def test_without_days_somebody_works_there_since_always(app, world, officer, assignments):
    typed = {"number": "8", "last_name": "Muster", "first_name": "Max"}
    officer.send(NEW, {**typed, "unit": world.unit_ids["33"], "is_manager": "y"})
    person_id = person_of(app, "8").id
    assert assignments(person_id) == [("33", (True, False, False), SINCE_ALWAYS, None)]
    assert value_of(officer.get(address(app, person_id, "zuordnungen")), "first_day") == ""


def test_a_second_click_adds_nobody_twice(app, world, officer):
    typed = {"number": "8", "last_name": "Muster", "first_name": "Max"}
    sent = {**typed, "unit": world.unit_ids["33"]}
    assert officer.send(NEW, sent).status_code == 302
    again = officer.send(NEW, sent)
    assert again.status_code == 400
    assert "Diese Personalnummer gibt es schon" in text_of(again)
    with app.app_context():
        assert db.session.scalar(select(func.count(Person.id))) == 1
        assert db.session.scalar(select(func.count(Assignment.id))) == 1


def test_number_and_names_are_changed(app, officer, put):
    person_id = put(number="7")
    url = address(app, person_id, "bearbeiten")
    page = officer.get(url)
    names = ("number", "last_name", "first_name")
    assert [value_of(page, name) for name in names] == ["7", "Muster", "Erika"]
    response = fill_in(officer, url, number="07", last_name="Ärmel", first_name="Zoë")
    assert response.location == f"/personal/{person_id}"
    words = text_of(officer.get(response.location))
    assert "Gespeichert." in words
    assert "Ärmel, Zoë" in words
    assert person_of(app, "07") == (person_id, "Ärmel", "Zoë", german_sort_key("Ärmel, Zoë"), 2)
    assert last_event(app) == ("person-changed", f"Person {person_id}", "")


@pytest.mark.parametrize("page", ["bearbeiten", "zuordnungen"])
def test_saving_the_same_says_so_and_keeps_the_revision(app, world, officer, put, page):
    url = address(app, put(), page)
    same = {"number": "7", "last_name": "Muster", "first_name": " Erika"}
    response = fill_in(officer, url, **same, unit=world.unit_ids["33"])
    assert "Es war nichts zu ändern." in text_of(officer.get(response.location))
    assert person_of(app, "7").revision == 1


def test_an_assignment_is_corrected(app, world, officer, put, assignments):
    person_id = put()
    url = address(app, person_id, "zuordnungen")
    page = officer.get(url)
    assert f'<option selected value="{world.unit_ids["33"]}">' in page.text
    assert "50 Einheit 50" not in page.text, "only the own units can be chosen"
    marks = {"is_manager": "y", "does_media_work": "y"}
    days = {"first_day": "2025-01-01", "last_day": "31.12.2026"}
    response = fill_in(officer, url, unit=world.unit_ids["33.11"], **marks, **days)
    assert "Gespeichert." in text_of(officer.get(response.location))
    assert assignments(person_id) == [
        ("33.11", (True, False, True), date(2025, 1, 1), date(2026, 12, 31))
    ]
    assert last_event(app)[2] == "Zuordnung ab 01.01.2025 bis 31.12.2026"


@pytest.mark.parametrize(
    ("first_day", "ended_on"),
    [
        ("2026-10-01", date(2026, 9, 30)),  # past
        ("24.11.2026", YESTERDAY),  # today
        ("2027-03-01", date(2027, 2, 28)),  # to come
        ("2028-03-01", date(2028, 2, 29)),  # after the last day of February in a leap year
    ],
)
def test_a_move_within_the_own_units_ends_what_runs_the_day_before(
    app, world, officer, *, put, assignments, first_day, ended_on
):
    person_id = put()
    url = address(app, person_id, "umsetzen")
    to = {"unit": world.unit_ids["33.1"], "has_citizen_contact": "y"}
    response = fill_in(officer, url, first_day=first_day, **to)
    assert response.location == f"/personal/{person_id}"
    first = date.fromordinal(ended_on.toordinal() + 1)
    told = f"Muster, Erika gehört ab {first:%d.%m.%Y} zu 33.1 Einheit 33.1."
    words = text_of(officer.get(response.location))
    assert told in words
    assert "nicht mehr in Ihrer Liste" not in words
    assert assignments(person_id) == [
        ("33", NO_MARKS, SINCE_ALWAYS, ended_on),
        ("33.1", (False, True, False), first, None),
    ]
    assert last_event(app)[0] == "person-moved"


def test_the_form_of_a_move_proposes_todays_marks(app, officer, put):
    page = officer.get(address(app, put(is_manager=True), "umsetzen"))
    assert re.search(r'<input[^>]*checked[^>]*name="is_manager"', page.text)
    assert not re.search(r'<input[^>]*checked[^>]*name="has_citizen_contact"', page.text)


def test_an_assignment_ends_and_goes_on_again(app, officer, put, assignments):
    person_id = put()
    url = address(app, person_id, "ende")
    response = fill_in(officer, url, last_day="30.11.2026")
    told = "Die Zuordnung von Muster, Erika endet am 30.11.2026."
    assert told in text_of(officer.get(response.location))
    assert assignments(person_id) == [("33", NO_MARKS, SINCE_ALWAYS, date(2026, 11, 30))]
    assert last_event(app) == ("person-ended", f"Person {person_id}", "letzter Tag 30.11.2026")
    assert value_of(officer.get(url), "last_day") == "2026-11-30"

    response = fill_in(officer, url, last_day="")
    told = "Die Zuordnung von Muster, Erika hat kein Ende mehr."
    assert told in text_of(officer.get(response.location))
    assert assignments(person_id) == [("33", NO_MARKS, SINCE_ALWAYS, None)]
    assert last_event(app)[2] == "ohne Ende"


def test_whoever_left_stays_with_the_last_unit(app, officer, put):
    person_id = put()
    response = fill_in(officer, address(app, person_id, "ende"), last_day="2026-10-31")
    assert response.location == f"/personal/{person_id}"
    assert "ausgeschieden" in text_of(officer.get(response.location))


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("bearbeiten", {"number": "7", "last_name": "Neu", "first_name": "Nora"}),
        ("umsetzen", {"unit": "33.1", "first_day": "2026-12-01"}),
        ("zuordnungen", {"unit": "33.1"}),
        ("ende", {"last_day": "2026-12-31"}),
    ],
)
def test_a_second_click_changes_nothing_twice(
    app, world, officer, *, put, assignments, page, typed
):
    person_id = put()
    url = address(app, person_id, page)
    sent = {"revision": "1"} | typed
    if "unit" in sent:
        sent["unit"] = world.unit_ids[sent["unit"]]
    assert officer.send(url, sent).status_code == 302
    after = assignments(person_id)
    again = officer.send(url, sent)
    assert again.status_code in {400, 409}
    assert "Jemand anderes hat die Angaben" in text_of(again)
    assert assignments(person_id) == after
    assert person_of(app, "7").revision == 2


@pytest.fixture
def other_office(app, world):
    """Give unit 50 a training officer."""
    with app.app_context():
        make_user("officer50", Role.TRAINING_OFFICER, db.session.get(Unit, world.unit_ids["50"]))
        db.session.commit()


def can_see(client, person_id):
    """Say whether a person is in the list and has a page with all trainings."""
    is_listed = f'href="/personal/{person_id}"' in client.get(LIST).text
    page = client.get(f"/personal/{person_id}")
    assert page.status_code == (200 if is_listed else 404)
    assert ("Vielfalt im Amt" in page.text) == is_listed
    assert ("Erika" in page.text) == is_listed
    return is_listed


@pytest.mark.parametrize(
    ("first_day", "is_gone_at_once"),
    [("2026-11-01", True), ("2026-11-24", True), ("2026-11-25", False)],
)
@pytest.mark.usefixtures("other_office")
def test_somebody_is_handed_over_from_that_day_on(
    app, world, client_of, *, put, clock, first_day, is_gone_at_once
):
    person_id = put()
    with app.app_context():
        make_training(db.session.get(Person, person_id), title="Vielfalt im Amt", evidence=True)
        db.session.commit()
    old, new = client_of("officer33"), client_of("officer50")
    assert (can_see(old, person_id), can_see(new, person_id)) == (True, False)
    url = address(app, person_id, "umsetzen")
    response = fill_in(old, url, unit=world.unit_ids["50"], first_day=first_day)
    assert response.location == (LIST if is_gone_at_once else f"/personal/{person_id}")
    words = text_of(old.get(response.location))
    assert "Muster, Erika gehört ab " in words
    assert ("steht deshalb nicht mehr in Ihrer Liste" in words) == is_gone_at_once
    seen = (can_see(old, person_id), can_see(new, person_id))
    assert seen == (not is_gone_at_once, is_gone_at_once)

    clock.move_to("2026-11-25T00:00:30+01:00")
    old, new = client_of("officer33"), client_of("officer50")
    assert (can_see(old, person_id), can_see(new, person_id)) == (False, True)
    assert new.get(url).status_code == 200, "and only the new office can give the person back"
    assert old.get(url).status_code == 404
    sent = {"revision": "2", "unit": world.unit_ids["33"], "first_day": "2026-12-01"}
    assert old.send(url, sent).status_code == 404


MOVED_HERE = (("50", SINCE_ALWAYS, date(2026, 6, 30)), ("33", date(2026, 7, 1), None))
MOVES_AWAY = (("33", SINCE_ALWAYS, date(2026, 11, 30)), ("50", date(2026, 12, 1), None))


@pytest.mark.parametrize(("periods", "foreign"), [(MOVED_HERE, 0), (MOVES_AWAY, 1)])
def test_the_time_in_a_foreign_unit_is_shown_but_not_to_be_edited(
    app, world, officer, *, put, assignments, periods, foreign
):
    person_id = put(*periods)
    page = officer.get(f"/personal/{person_id}").text
    assert "50 Einheit 50" in page
    before = assignments(person_id)
    for kind in ("zuordnungen", "ende"):
        own, other = (address(app, person_id, kind, place) for place in (1 - foreign, foreign))
        assert f'href="{own}"' in page
        assert other not in page
        assert officer.get(other).status_code == 404
        sent = {"revision": "1", "unit": world.unit_ids["33"], "last_day": "2026-12-31"}
        assert officer.send(other, sent).status_code == 404
    assert assignments(person_id) == before


@pytest.mark.parametrize(
    ("periods", "days"),
    [
        (MOVED_HERE, {"first_day": "2026-03-01", "last_day": "2026-06-30"}),
        (MOVES_AWAY, {"first_day": "2026-12-15"}),
    ],
    ids=["history", "to come"],
)
def test_a_move_does_not_shorten_the_time_in_a_foreign_unit(
    app, world, officer, *, put, assignments, periods, days
):
    person_id = put(*periods)
    before = assignments(person_id)
    url = address(app, person_id, "umsetzen")
    response = fill_in(officer, url, unit=world.unit_ids["33.1"], **days)
    assert response.status_code == 400
    assert 'id="first_day-error"' in response.text
    assert assignments(person_id) == before


def test_an_assignment_of_somebody_else_is_not_found(app, officer, put):
    person_id, other_id = put(number="7"), put(number="8")
    foreign = address(app, other_id, "zuordnungen").rpartition("/")[2]
    assert officer.get(f"/personal/{person_id}/zuordnungen/{foreign}").status_code == 404


@pytest.mark.parametrize("page", ["", "/bearbeiten", "/umsetzen", "/zuordnungen/1/ende"])
def test_a_number_beyond_all_ids_is_not_found(officer, page):
    for number in (2**31, 10**20):
        assert officer.get(f"/personal/{number}{page}").status_code == 404
