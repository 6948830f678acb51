"""What the forms about people refuse: nothing is written, and nothing typed is lost."""

import re
from datetime import date
from html import unescape

import pytest
import time_machine
from check_pages import fields_of, target_of
from factories import PASSWORD, make_person, make_unit
from sqlalchemy import select

from selfcheck.db import db
from selfcheck.staff.models import Assignment, Person
from selfcheck.staff.periods import SINCE_ALWAYS

NOW = "2026-11-24T10:00:00+01:00"
NEW = "/personal/neu"
SINCE_2024 = date(2024, 1, 1)
NAMES = {"number": "4711", "last_name": "Ünal & Söhne", "first_name": "Çiğdem"}
TAKEN = (
    "Diese Personalnummer gibt es schon. Gehört die Person zu einer anderen Organisationseinheit, "
    "trägt die bisherige Stelle den Wechsel ein."
)
OUTDATED = "Jemand anderes hat die Angaben zu dieser Person inzwischen geändert."
TOO_LONG = "Das ist zu lang; möglich sind {} Zeichen."
INVISIBLE = "Hier stehen unsichtbare Zeichen; bitte neu eintippen."
END_BEFORE_START = "Der letzte Tag liegt vor dem ersten."
NO_UNIT = "Bitte wählen Sie eine Organisationseinheit."
NO_DAY = "Kein gültiges Datum."
NO_CHOICE = "Keine gültige Auswahl."


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW) as traveller:
        yield traveller


@pytest.fixture
def officer(client_of):
    return client_of("officer33")


@pytest.fixture
def erika(app, world):
    """Number 7 in 33 since 2024 and, after a break, from 2027; a foreign one has number 50."""
    with app.app_context():
        last_day = date(2026, 12, 31)
        unit = world.unit_ids["33"]
        person = make_person("7", unit=unit, first_day=SINCE_2024, last_day=last_day)
        person.assignments.append(
            Assignment(unit_id=world.unit_ids["33.1"], first_day=date(2027, 7, 1))
        )
        make_person("50", unit=world.unit_ids["50"], last_name="Geheim", first_name="Gerda")
        db.session.commit()
        return person.id


@pytest.fixture
def closed_unit(app, world):
    with app.app_context():
        unit = make_unit("33.9", closed_on=date(2026, 1, 31))
        unit.parent_id = world.unit_ids["33"]
        db.session.commit()
        return unit.id


def everything(app):
    with app.app_context():
        people = select(Person.id, Person.number, Person.last_name, Person.revision)
        times = select(Assignment.__table__).order_by(Assignment.id)
        return [
            [tuple(row) for row in db.session.execute(query)]
            for query in (people.order_by(Person.id), times)
        ]


def address(app, person_id, page):
    if page in {"bearbeiten", "umsetzen"}:
        return f"/personal/{person_id}/{page}"
    with app.app_context():
        query = select(Assignment.id).where(Assignment.person_id == person_id)
        first = db.session.scalars(query.order_by(Assignment.first_day)).first()
    return f"/personal/{person_id}/zuordnungen/{first}" + "/ende" * (page == "ende")


def value_of(page, name):
    found = re.search(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', page.text)
    assert found, f"{page.status}: no {name}"
    return unescape(found[1])


def words_in(html):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def assert_stands_twice(page, field, message):
    """The message is beside its field, and in the summary as a link to the field."""
    assert page.status_code == 400
    assert "error-summary" in page.text, "no summary"
    summary = page.text.split("error-summary-title")[2].split("</ul>")[0]
    assert f'href="#{field}"' in summary
    assert message in words_in(summary)
    beside = page.text.split(f'id="{field}-error"')
    assert len(beside) == 2
    assert message in words_in("<" + beside[1].split("</p>")[0])
    assert re.search(rf'<(input|select)[^>]*aria-invalid="true"[^>]* name="{field}"', page.text)


def assert_is_still_there(page, typed):
    """Everything that was typed and chosen stands in the form."""
    for name, value in typed.items():
        if name in {"is_manager", "has_citizen_contact", "does_media_work"}:
            assert re.search(rf'<input[^>]*checked[^>]*name="{name}"', page.text)
        elif name == "unit":
            assert f'<option selected value="{value}">' in page.text
        else:
            assert value_of(page, name) == value.strip()


BAD_NAMES = [
    ({"number": ""}, "Bitte geben Sie die Personalnummer an."),
    ({"number": "x" * 51}, TOO_LONG.format(50)),
    ({"number": "7"}, TAKEN),
    ({"number": "50"}, TAKEN),  # somebody's in a foreign unit
    ({"number": " 50 "}, TAKEN),
    ({"number": "47\u200b11"}, INVISIBLE),  # a blank without width
    ({"last_name": ""}, "Bitte geben Sie den Nachnamen an."),
    ({"last_name": " \t "}, "Bitte geben Sie den Nachnamen an."),
    ({"last_name": "Ö" * 500}, TOO_LONG.format(200)),
    ({"last_name": "Mus\x00ter"}, INVISIBLE),
    ({"last_name": "Mus\u00adter"}, INVISIBLE),  # a soft hyphen
    ({"first_name": ""}, "Bitte geben Sie den Vornamen an."),
    ({"first_name": "x" * 500}, TOO_LONG.format(200)),
    ({"first_name": "Eri\u202eka"}, INVISIBLE),  # turns the direction of writing round
    ({"first_name": "Eri\nka"}, INVISIBLE),
]
BAD_TIMES = [
    ({"unit": ""}, NO_UNIT),
    ({"unit": "foreign"}, NO_CHOICE),
    ({"unit": "closed"}, NO_CHOICE),
    ({"unit": "4711999"}, NO_CHOICE),
    ({"unit": "x"}, NO_CHOICE),
    ({"first_day": "30.02.2026"}, NO_DAY),
    ({"first_day": "2026-02-30"}, NO_DAY),
    ({"first_day": "bald"}, NO_DAY),
    ({"first_day": "0202-11-24"}, ""),  # a slip in a date field; a list refuses the year as well
    ({"last_day": "31.06.2026"}, NO_DAY),
    ({"last_day": "31.12.2023", "first_day": "01.01.2024"}, END_BEFORE_START),
]


@pytest.mark.parametrize(("changes", "message"), BAD_NAMES + BAD_TIMES)
def test_nobody_is_added_with_a_fault(app, world, officer, *, erika, closed_unit, changes, message):
    units = {"foreign": world.unit_ids["50"], "closed": closed_unit}
    changes = {name: str(units.get(value, value)) for name, value in changes.items()}
    typed = NAMES | {"unit": str(world.unit_ids["33.1"]), "has_citizen_contact": "y"}
    typed = typed | {"first_day": "2024-03-01", "last_day": "2028-02-29"} | changes
    before = everything(app)
    page = officer.send(NEW, typed)
    assert_stands_twice(page, next(iter(changes)), message)
    kept = {name: value for name, value in typed.items() if name not in changes}
    assert_is_still_there(page, kept)
    assert everything(app) == before


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("changes", "message"), [one for one in BAD_NAMES if one[0] != {"number": "7"}]
)
def test_a_fault_changes_no_name(app, officer, erika, changes, message):
    before = everything(app)
    page = officer.send(address(app, erika, "bearbeiten"), {"revision": "1"} | NAMES | changes)
    assert_stands_twice(page, next(iter(changes)), message)
    assert_is_still_there(page, {key: NAMES[key] for key in NAMES if key not in changes})
    assert everything(app) == before


@pytest.mark.parametrize("page", ["new", "bearbeiten"])
def test_a_number_that_is_taken_elsewhere_tells_nothing_about_its_owner(
    app, world, officer, erika, page
):
    url = NEW if page == "new" else address(app, erika, page)
    unit = {"unit": str(world.unit_ids["33"])}
    answer = officer.send(url, {"revision": "1"} | NAMES | unit | {"number": "50"})
    assert_stands_twice(answer, "number", TAKEN)
    for secret in ("Geheim", "Gerda", "50 Einheit 50"):
        assert secret not in answer.text


MOVES = [
    ({"first_day": ""}, "Bitte geben Sie den ersten Tag an."),
    ({"first_day": "01.01.2024"}, "An diesem Tag beginnt schon eine Zuordnung"),  # the very first
    ({"first_day": "2027-07-01", "last_day": ""}, "An diesem Tag beginnt schon eine Zuordnung"),
    ({"first_day": "2026-12-01", "last_day": ""}, "mit der Zuordnung ab 01.07.2027."),
    ({"first_day": "2023-12-01", "last_day": "2024-01-01"}, "ab 01.01.2024 bis 31.12.2026."),
]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("changes", "message"), MOVES + [one for one in BAD_TIMES if one[0] != {"unit": "foreign"}]
)
def test_a_fault_moves_nobody(app, world, officer, *, erika, closed_unit, changes, message):
    changes = {
        name: str(closed_unit) if value == "closed" else value for name, value in changes.items()
    }
    typed = {"unit": str(world.unit_ids["50"]), "does_media_work": "y"}
    typed = typed | {"first_day": "2026-12-01", "last_day": "2027-06-30"} | changes
    before = everything(app)
    page = officer.send(address(app, erika, "umsetzen"), {"revision": "1"} | typed)
    assert_stands_twice(page, next(iter(changes)), message)
    kept = {key: value for key, value in typed.items() if key not in changes}
    assert_is_still_there(page, kept)
    assert everything(app) == before


CORRECTIONS = [
    ({"first_day": "01.01.2025", "last_day": ""}, "mit der Zuordnung ab 01.07.2027."),
    ({"first_day": "2025-01-01", "last_day": "01.07.2027"}, "mit der Zuordnung ab 01.07.2027."),
]


@pytest.mark.one_database
@pytest.mark.parametrize(("changes", "message"), CORRECTIONS + BAD_TIMES)
def test_a_fault_corrects_no_assignment(
    app, world, officer, *, erika, closed_unit, changes, message
):
    units = {"foreign": world.unit_ids["50"], "closed": closed_unit}
    changes = {name: str(units.get(value, value)) for name, value in changes.items()}
    typed = {"unit": str(world.unit_ids["33"]), "is_manager": "y"}
    typed = typed | {"first_day": "2024-01-01", "last_day": "2026-12-31"} | changes
    before = everything(app)
    page = officer.send(address(app, erika, "zuordnungen"), {"revision": "1"} | typed)
    assert_stands_twice(page, next(iter(changes)), message)
    assert_is_still_there(page, {key: typed[key] for key in typed if key not in changes})
    assert everything(app) == before


@pytest.mark.parametrize(
    ("last_day", "message"),
    [
        ("31.12.2023", "Der letzte Tag liegt vor dem ersten (01.01.2024)."),
        ("2026-02-30", NO_DAY),
        ("", "Diese Zeit überschneidet sich mit der Zuordnung ab 01.07.2027."),
        ("01.07.2027", "Diese Zeit überschneidet sich mit der Zuordnung ab 01.07.2027."),
    ],
)
def test_a_fault_ends_nothing(app, officer, erika, last_day, message):
    before = everything(app)
    page = officer.send(address(app, erika, "ende"), {"revision": "1", "last_day": last_day})
    assert message in words_in(page.text)
    assert everything(app) == before
    assert_stands_twice(page, "last_day", message)


CHANGES = {
    "bearbeiten": NAMES,
    "umsetzen": {"first_day": "2026-12-01", "last_day": "2027-06-30", "is_manager": "y"},
    "zuordnungen": {"first_day": "2025-01-01", "last_day": "2026-12-30", "does_media_work": "y"},
    "ende": {"last_day": "2026-11-30"},
}


def typed_into(page, world):
    """Return what somebody types into a form that is right in itself."""
    unit = {"unit": str(world.unit_ids["33.1"])}
    return CHANGES[page] | (unit if page in {"umsetzen", "zuordnungen"} else {})


@pytest.mark.parametrize("page", CHANGES)
def test_a_form_from_before_somebody_elses_change_is_refused_and_kept(
    app, world, officer, *, erika, page
):
    url = address(app, erika, page)
    revision = value_of(officer.get(url), "revision")
    names = {"number": "7", "last_name": "Meier", "first_name": "Erika"}
    other_tab = address(app, erika, "bearbeiten")
    assert officer.send(other_tab, names | {"revision": revision}).status_code == 302
    before = everything(app)
    typed = typed_into(page, world)
    for _ in range(2):  # sending it again does not help
        answer = officer.send(url, typed | {"revision": revision})
        assert answer.status_code in {400, 409}
        assert OUTDATED in words_in(answer.text)
        assert "Ihre Eingaben stehen noch hier" in words_in(answer.text)
        assert_is_still_there(answer, typed)
        revision = value_of(answer, "revision")
    assert everything(app) == before


@pytest.mark.one_database
@pytest.mark.parametrize("page", CHANGES)
@pytest.mark.parametrize("revision", [None, "", "0", "2", "-1", "1.0", "x", "9" * 30])
def test_a_form_without_the_right_revision_is_refused(
    app, world, officer, *, erika, page, revision
):
    before = everything(app)
    sent = typed_into(page, world) | ({} if revision is None else {"revision": revision})
    answer = officer.send(address(app, erika, page), sent)
    assert answer.status_code in {400, 409}
    assert OUTDATED in words_in(answer.text)
    assert_is_still_there(answer, typed_into(page, world))
    assert everything(app) == before


@pytest.mark.parametrize("page", ["neu", *CHANGES])
def test_an_expired_session_offers_what_was_typed_and_stores_nothing(
    app, world, officer, *, erika, clock, page
):
    url = NEW if page == "neu" else address(app, erika, page)
    typed = NAMES | {"unit": str(world.unit_ids["33.1"]), "first_day": "2026-12-01"}
    typed = typed if page == "neu" else typed_into(page, world)
    sent = typed | {"csrf_token": officer.token()}
    if page != "neu":
        sent["revision"] = value_of(officer.get(url), "revision")
    before = everything(app)
    clock.shift(61 * 60)
    login_page = officer.post(url, data=sent)
    assert login_page.status_code == 401
    login = fields_of(login_page) | {"email": world.email("officer33"), "password": PASSWORD}
    resume_page = officer.post(target_of(login_page), data=login)
    form = officer.post(target_of(resume_page), data=fields_of(resume_page))
    assert form.status_code == 200
    assert_is_still_there(form, typed)
    assert everything(app) == before
    revision = {} if page == "neu" else {"revision": value_of(form, "revision")}
    assert officer.send(url, typed | revision).status_code == 302
    assert everything(app) != before


def test_since_always_can_be_set_again(app, world, officer, erika):
    """An empty first day is no fault: it stands for „since always“."""
    sent = {"revision": "1", "unit": str(world.unit_ids["33"]), "last_day": "2026-12-31"}
    sent["first_day"] = ""
    assert officer.send(address(app, erika, "zuordnungen"), sent).status_code == 302
    with app.app_context():
        assert db.session.get(Person, erika).assignments[0].first_day == SINCE_ALWAYS


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("number", "50"),
        ("last_name", "Ö" * 500),
        ("last_name", "<b>" + "x" * 500),
        ("first_name", "Eri\u202eka"),
    ],
)
def test_what_was_refused_stands_there_to_be_mended(officer, erika, app, field, typed):
    sent = {"revision": "1"} | NAMES | {field: typed}
    page = officer.send(address(app, erika, "bearbeiten"), sent)
    assert value_of(page, field) == typed


@pytest.mark.one_database
@pytest.mark.parametrize("field", ["first_day", "last_day"])
def test_a_day_that_does_not_exist_stands_there_to_be_mended(officer, erika, app, field):
    sent = {"revision": "1", field: "30.02.2026"}
    assert value_of(officer.send(address(app, erika, "umsetzen"), sent), field) == "30.02.2026"
