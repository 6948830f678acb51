"""The city's table, counted from the database, equals the rules to the last cell."""

from collections.abc import Callable
from random import Random

import pytest
from factories import make_user
from flask import Flask
from queries import counted_queries
from random_city import DAY, DAYS, END, City, make_city, write_city
from reference_table import AREAS, COLUMNS, reference_table
from unit_evaluation import as_reference

from selfcheck.accounts.permissions import Role
from selfcheck.db import db
from selfcheck.evaluation.figures import Figures, add_up
from selfcheck.evaluation.office_service import count_office
from selfcheck.evaluation.table import make_table
from selfcheck.evaluation.table_service import count_table, list_tree, stream_members
from selfcheck.organisation.models import Unit
from selfcheck.training.mandate import Group
from selfcheck.training.mandates import MANDATE_2026
from selfcheck.training.overview_service import list_standings
from selfcheck.training.standing import count_progress

REFERENCE_DATES = DAYS  # of them some lie outside of the mandate

Fill = Callable[..., City]


@pytest.fixture
def fill(app: Flask) -> Fill:
    """Put a random city into the empty database."""

    def fill(seed: int, people: int = 300) -> City:
        city = make_city(Random(seed), people)
        with app.app_context():
            write_city(city, Random(seed))
        return city

    return fill


@pytest.mark.parametrize("seed", range(4))
def test_any_city_is_counted_like_the_reference(app: Flask, fill: Fill, seed: int):
    city = fill(seed)
    numbers = {unit_id: number for number, unit_id in city.ids().items()}

    with app.app_context():
        for day in REFERENCE_DATES:
            found = as_reference(count_table(MANDATE_2026, day), numbers)
            assert found == reference_table(city.units, city.people, day), day


@pytest.mark.parametrize("seed", range(4))
def test_the_random_cities_have_something_in_every_cell(seed: int):
    city = make_city(Random(seed), 300)
    expected = reference_table(city.units, city.people, END)
    managers, employees = (
        [sum(column) for column in zip(*rows, strict=True)]
        for rows in (
            [row for (_, group), row in expected["rows"].items() if group == one]
            for one in ("Führungskräfte", "Beschäftigte")
        )
    )

    assert min(managers) > 0
    assert min(employees) > 0
    assert expected["outside"] > 0
    assert set(expected["unreported"]) >= {"3", "70", "70.1"}
    assert len(managers) == len(COLUMNS) == 5 + len(AREAS)
    # Somebody is trained, and yet has not fulfilled.
    assert (
        managers[COLUMNS.index("Personen mit Schulung")]
        > managers[COLUMNS.index("Auftrag erfüllt")]
    )


def test_the_page_of_an_office_shows_the_row_of_the_citys_table(app: Flask, fill: Fill):
    fill(7)

    with app.app_context():
        for day in (END - DAY, END):
            table = count_table(MANDATE_2026, day)
            tree = list_tree()
            assert table == make_table(tree, stream_members(day), MANDATE_2026, day)
            for office in table.offices:
                counted = count_office(office.unit.id, MANDATE_2026, day)
                assert counted.rows == office.rows, office.unit.number
                for group in Group:
                    people = [one for one in counted.people if one.group is group]
                    figures = office.rows[group]
                    assert len(people) == figures.people
                    assert sum(one.is_fulfilled for one in people) == figures.fulfilled
                    assert sum(len(one.recognised) for one in people) == figures.trainings


def test_the_list_of_people_says_the_same_as_the_table(app: Flask, fill: Fill):
    city = fill(11)
    below_33 = {"33", "33.1", "33.11", "33.2"}

    with app.app_context():
        head = make_user("head", Role.UNIT_HEAD, db.session.get_one(Unit, city.ids()["33"]))
        progress = count_progress(list_standings(head, MANDATE_2026, day=END))
        offices = count_table(MANDATE_2026, END).offices
        below = [office for office in offices if office.unit.number in below_33]
        for one in progress.groups:
            figures = add_up(office.rows[one.group] for office in below)
            assert (one.people, one.fulfilled) == (figures.people, figures.fulfilled)
            assert one.people > one.fulfilled > 0


@pytest.mark.parametrize("people", [0, 3, 300])
def test_the_database_is_asked_twice_however_many_people_there_are(
    app: Flask, fill: Fill, people: int
):
    if people:
        fill(1, people)

    with app.app_context(), counted_queries(app) as asked:
        count_table(MANDATE_2026, END)

    assert len(asked) == 2, asked


def test_a_city_without_anything_has_an_empty_table(app: Flask):
    with app.app_context():
        table = count_table(MANDATE_2026, END)

    assert list(table.offices) == []
    assert add_up(table.city.values()) == Figures()
    assert (table.outside, dict(table.unreported)) == (0, {})
