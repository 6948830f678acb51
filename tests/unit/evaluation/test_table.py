"""The table against an independent reference, the worked cases, and what a table must refuse."""

from collections.abc import Iterator
from datetime import date, timedelta
from weakref import WeakSet

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_table import (
    AREAS,
    DEMOCRATIC,
    EMPLOYEES,
    INTERCULTURAL,
    MANAGERS,
    MULTILINGUAL,
    PLAIN,
    RefAssignment,
    RefPerson,
    RefTraining,
    RefUnit,
    reference_table,
)
from unit_evaluation import END, as_reference, facts_of, members_of, units_of

from selfcheck.evaluation.figures import BrokenTableError, Figures, add_up
from selfcheck.evaluation.table import (
    CompletedTraining,
    Crowd,
    Member,
    Posting,
    Recognition,
    Table,
    count_crowds,
    find_reporting_units,
    make_table,
)
from selfcheck.training.mandate import Fulfilment, Group, Training, judge
from selfcheck.training.mandates import MANDATE_2026

CITY = [RefUnit("GB1", None, True), RefUnit("50", "GB1", True), RefUnit("51", "GB1", True)]
DAY = timedelta(days=1)


def count(units: list[RefUnit], people: list[RefPerson], on: date = END) -> Table:
    return make_table(units_of(units), members_of(units, people), MANDATE_2026, on)


def row(table: Table, number: str, group: str) -> Figures:
    (found,) = (one.rows for one in table.offices if one.unit.number == number)
    return found[Group(group)]


def person(unit: str = "50", *trainings: RefTraining, **flags: object) -> RefPerson:
    return RefPerson([RefAssignment(unit, **flags)], list(trainings))


def training(
    area: str | None, last: date, minutes: int, *, proved: bool = True, **changes: bool
) -> RefTraining:
    return RefTraining(area, last, minutes, proved, **changes)


# rules.md, „Worked cases“: person, trainings, how many count, whether the mandate is fulfilled.
WORKED_CASES = [
    ({"manager": True}, [(INTERCULTURAL, date(2022, 3, 14), 360)], 1, True),
    ({"manager": True}, [(MULTILINGUAL, date(2023, 6, 1), 3600)], 1, False),
    ({"manager": True, "contact": True}, [(PLAIN, date(2024, 5, 2), 360)], 1, False),
    ({"contact": True}, [(MULTILINGUAL, date(2021, 1, 29), 1800)], 1, True),
    ({"contact": True}, [(DEMOCRATIC, date(2024, 5, 2), 315)], 0, False),
    ({"media": True}, [(PLAIN, date(2024, 5, 2), 240), (PLAIN, date(2024, 6, 2), 180)], 0, False),
    ({"media": True}, [(DEMOCRATIC, date(2020, 12, 31), 360)], 0, False),
]


@pytest.mark.parametrize(("flags", "trainings", "counting", "fulfils"), WORKED_CASES)
def test_the_worked_cases(flags, trainings, counting, fulfils):
    table = count(CITY, [person("50", *(training(*one) for one in trainings), **flags)])
    total = add_up(next(one for one in table.offices if one.unit.number == "50").rows.values())

    assert (total.people, total.trainings) == (1, counting)
    assert (total.fulfilled, total.unfulfilled) == (int(fulfils), int(not fulfils))


def test_without_a_certificate_nothing_counts_and_the_central_list_is_one():
    missing = training(DEMOCRATIC, date(2024, 5, 2), 360, proved=False)
    central = training(DEMOCRATIC, date(2024, 5, 2), 360)
    table = count(CITY, [person("50", missing, contact=True), person("51", central, contact=True)])

    assert row(table, "50", EMPLOYEES) == (1, 0, 0, 0, 0, 0, 0, 0, 1)
    assert row(table, "51", EMPLOYEES) == (1, 1, 0, 0, 0, 1, 1, 1, 0)


def test_whoever_has_none_of_the_marks_is_in_no_cell():
    table = count(CITY, [person("50", training(INTERCULTURAL, date(2024, 5, 2), 720))])

    assert all(figures == Figures() for one in table.offices for figures in one.rows.values())
    assert table.outside == 1


def test_trainings_in_several_areas_are_counted_each_and_the_person_once():
    several = [
        training(area, date(2024, 5, day), 360)
        for day, area in enumerate([INTERCULTURAL, INTERCULTURAL, PLAIN, DEMOCRATIC, None], 1)
    ]
    table = count(CITY, [person("50", *several, manager=True, contact=True, media=True)])

    assert row(table, "50", MANAGERS) == (1, 1, 2, 0, 1, 4, 1, 1, 0)
    assert row(table, "50", EMPLOYEES) == Figures()


def test_equal_trainings_of_a_person_are_counted_each():
    one = training(PLAIN, date(2024, 5, 2), 360)
    table = count(CITY, [person("50", one, one, contact=True), person("51", one, contact=True)])

    assert row(table, "50", EMPLOYEES) == (1, 0, 0, 0, 2, 2, 1, 1, 0)
    assert row(table, "51", EMPLOYEES) == (1, 0, 0, 0, 1, 1, 1, 1, 0)


def test_both_groups_make_the_total_and_all_offices_the_city():
    one = training(DEMOCRATIC, date(2024, 5, 2), 360)
    people = [
        person("50", one, manager=True),
        person("50", contact=True),
        person("51", one, media=True),
        person("GB1", manager=True),
    ]
    table = count(CITY, people)
    totals = {office.unit.number: office.total for office in table.offices}

    assert totals["50"] == (2, 1, 0, 0, 0, 1, 1, 1, 1)
    assert totals["50"].quota == 0.5
    assert table.city == {
        Group.MANAGERS: (2, 1, 0, 0, 0, 1, 1, 1, 1),
        Group.EMPLOYEES: (2, 1, 0, 0, 0, 1, 1, 1, 1),
    }
    assert add_up(table.city.values()) == add_up(totals.values())


def test_offices_stand_in_the_order_of_their_numbers():
    numbers = ["GB1", "33.10", "33.2", "10", "9", "0050", "33"]
    table = count([RefUnit(number, None, True) for number in numbers], [])

    assert [one.unit.number for one in table.offices] == [
        *("9", "10", "33", "33.2", "33.10", "0050", "GB1")
    ]


def test_whoever_left_before_the_day_is_counted_nowhere():
    one = training(INTERCULTURAL, date(2024, 5, 2), 360)
    table = count(CITY, [person("50", one, contact=True, last=date(2026, 11, 30))])

    assert add_up(table.city.values()) == Figures()
    assert table.outside == 0


def test_whoever_moves_takes_the_trainings_along():
    moved = RefPerson(
        [
            RefAssignment("50", contact=True, last=date(2026, 6, 30)),
            RefAssignment("51", contact=True, first=date(2026, 7, 1)),
        ],
        [training(INTERCULTURAL, date(2024, 5, 2), 360)],
    )
    counted = (1, 0, 1, 0, 0, 1, 1, 1, 0)

    for on, here, there in [
        (date(2026, 6, 30), "50", "51"),
        (date(2026, 7, 1), "51", "50"),
        (END, "51", "50"),
    ]:
        table = count(CITY, [moved], on)
        assert row(table, here, EMPLOYEES) == counted, on
        assert row(table, there, EMPLOYEES) == Figures(), on


def test_between_two_assignments_somebody_is_counted_nowhere():
    paused = RefPerson(
        [
            RefAssignment("50", contact=True, last=date(2026, 1, 31)),
            RefAssignment("50", contact=True, first=date(2026, 3, 1)),
        ]
    )

    assert add_up(count(CITY, [paused], date(2026, 2, 15)).city.values()).people == 0
    assert add_up(count(CITY, [paused], date(2026, 3, 1)).city.values()).people == 1


def test_the_group_on_the_day_decides():
    promoted = RefPerson(
        [
            RefAssignment("50", contact=True, last=date(2026, 6, 30)),
            RefAssignment("50", manager=True, first=date(2026, 7, 1)),
        ],
        [training(PLAIN, date(2024, 5, 2), 360)],
    )
    before, after = count(CITY, [promoted], date(2026, 6, 30)), count(CITY, [promoted])

    assert row(before, "50", EMPLOYEES) == (1, 0, 0, 0, 1, 1, 1, 1, 0)
    assert row(after, "50", MANAGERS) == (1, 0, 0, 0, 1, 1, 1, 0, 1)
    assert row(after, "50", EMPLOYEES) == Figures()


@pytest.mark.parametrize(
    ("units", "works_in", "counts_in"),
    [
        ([RefUnit("1", None, True), RefUnit("1.1", "1", False)], "1.1", "1"),
        (
            [
                RefUnit("1", None, True),
                RefUnit("1.1", "1", False),
                RefUnit("1.11", "1.1", False),
            ],
            "1.11",
            "1",
        ),
        (
            [RefUnit("1", None, True), RefUnit("1.1", "1", True), RefUnit("1.11", "1.1", False)],
            "1.11",
            "1.1",
        ),
        ([RefUnit("1", None, True), RefUnit("2", "1", True)], "2", "2"),
    ],
)
def test_people_count_in_the_nearest_unit_that_reports(units, works_in, counts_in):
    table = count(units, [person(works_in, contact=True)])

    for one in table.offices:
        assert one.total.people == int(one.unit.number == counts_in)


def test_people_below_no_reporting_unit_are_told_and_in_no_row():
    units = [RefUnit("1", None, False), RefUnit("1.1", "1", False), RefUnit("2", None, True)]
    people = [person("1.1", contact=True), person("1.1"), person("1", manager=True)]
    table = count(units, people)

    assert add_up(table.city.values()) == Figures()
    assert table.unreported == {2: 2, 1: 1}
    assert table.outside == 0
    assert find_reporting_units(units_of(units)) == {1: None, 2: None, 3: 3}


@pytest.mark.parametrize(
    ("closed_on", "has_people", "is_listed"),
    [
        (END, False, True),
        (END - DAY, False, False),
        (END - DAY, True, True),  # nobody is lost because a unit was closed too early
    ],
)
def test_a_closed_unit_has_rows_as_long_as_it_has_people(closed_on, has_people, is_listed):
    units = [*CITY, RefUnit("52", "GB1", True, closed_on)]
    people = [person("52", contact=True)] if has_people else []
    table = count(units, people)

    assert ("52" in {one.unit.number for one in table.offices}) is is_listed
    assert add_up(table.city.values()).people == len(people)


def test_an_office_without_staff_has_two_rows_of_zeros_and_no_quota():
    table = count(CITY, [])

    assert [one.unit.number for one in table.offices] == ["50", "51", "GB1"]
    for one in table.offices:
        assert set(one.rows.values()) == {Figures()}
        assert one.total.quota is None


def test_a_planned_training_counts_for_a_day_to_come():
    planned = person("50", training(PLAIN, date(2026, 12, 1), 360), contact=True)

    assert row(count(CITY, [planned], date(2026, 11, 30)), "50", EMPLOYEES).fulfilled == 0
    assert row(count(CITY, [planned], date(2026, 12, 1)), "50", EMPLOYEES).fulfilled == 1


NUMBERS = ["1", "2", "33", "33.1", "33.11", "50"]
DAYS = st.sampled_from(
    [
        date(2020, 12, 31),
        date(2021, 1, 1),
        date(2024, 2, 29),
        date(2026, 6, 29),
        date(2026, 6, 30),
        date(2026, 7, 1),
        date(2026, 12, 30),
        date(2026, 12, 31),
        date(2027, 1, 1),
    ]
)
TRAININGS = st.builds(
    RefTraining,
    area=st.sampled_from([*AREAS, None]),
    last=DAYS,
    minutes=st.sampled_from([1, 180, 359, 360, 361, 3600]),
    proved=st.booleans(),
    rejected=st.sampled_from([False, False, False, True]),
    withdrawn=st.sampled_from([False, False, False, True]),
)


@st.composite
def cities(draw: st.DrawFn) -> list[RefUnit]:
    units: list[RefUnit] = []
    for number in NUMBERS:
        parent = draw(st.sampled_from([None, *(unit.number for unit in units)]))
        closed_on = draw(st.sampled_from([None, None, END - DAY, END]))
        units.append(RefUnit(number, parent, draw(st.booleans()), closed_on))
    return units


@st.composite
def people(draw: st.DrawFn) -> RefPerson:
    starts = sorted(draw(st.sets(DAYS, min_size=1, max_size=3)))
    assignments = []
    for index, first in enumerate(starts):
        following = starts[index + 1] if index + 1 < len(starts) else None
        last = following - DAY if following else draw(st.none() | DAYS.filter(lambda d: d >= first))  # noqa: B023
        flags = draw(st.tuples(st.booleans(), st.booleans(), st.booleans()))
        unit = draw(st.sampled_from(NUMBERS))
        assignments.append(RefAssignment(unit, *flags, first, last))
    return RefPerson(assignments, draw(st.lists(TRAININGS, max_size=3)))


@settings(max_examples=300, deadline=None)
@given(cities(), st.lists(people(), max_size=25), DAYS)
def test_any_city_is_counted_like_the_reference(units, staff, on):
    numbers = {one.id: one.number for one in units_of(units)}

    assert as_reference(count(units, staff, on), numbers) == reference_table(units, staff, on)


@settings(max_examples=300, deadline=None)
@given(st.lists(TRAININGS, max_size=4), st.sampled_from(Group), DAYS)
def test_the_table_and_the_page_of_a_person_agree(trainings, group, on):
    facts = [facts_of(one) for one in trainings]
    recognition = Recognition(MANDATE_2026, on)
    completed = [CompletedTraining(index, one) for index, one in enumerate(facts)]
    verdict = judge(
        group,
        [Training(record_id=index, title="", **one._asdict()) for index, one in enumerate(facts)],
        MANDATE_2026,
        on,
    )
    recognised = recognition.find_recognised(completed)

    assert recognition.is_fulfilled(group, recognised) is (
        verdict.fulfilment is Fulfilment.FULFILLED
    )


def test_equal_people_count_the_same_when_they_are_put_together():
    trained = training(INTERCULTURAL, date(2024, 5, 2), 360)
    outside, unreported = person("50", trained), person("1", trained, manager=True)
    staff = [person("50", trained, trained, manager=True), person("51", contact=True)]
    units = [*CITY, RefUnit("1", None, False)]
    facts = facts_of(trained)
    crowds = [
        Crowd(3, 2, Group.MANAGERS, (facts, facts)),
        Crowd(2, 3, Group.EMPLOYEES, ()),
        Crowd(5, 2, None, ()),
        Crowd(4, 4, Group.MANAGERS, (facts,)),
    ]
    several = [staff[0]] * 3 + [staff[1]] * 2 + [outside] * 5 + [unreported] * 4

    assert count_crowds(units_of(units), crowds, MANDATE_2026, END) == count(units, several)


class Watched(list):
    """A list that can be watched."""

    __hash__ = object.__hash__


def test_people_are_let_go_once_they_are_counted():
    alive: WeakSet[Watched] = WeakSet()
    most = 0

    def stream() -> Iterator[Member]:
        nonlocal most
        for number in range(20_000):
            postings = Watched([Posting(2, Group.EMPLOYEES, date(2020, 1, 1), None)])
            alive.add(postings)
            most = max(most, len(alive))
            yield Member(number, postings, ())

    table = make_table(units_of(CITY), stream(), MANDATE_2026, END)

    assert row(table, "50", EMPLOYEES).people == 20_000
    assert most <= 3


def test_a_table_in_which_somebody_is_missing_is_refused(monkeypatch):
    forgetful = "selfcheck.evaluation.table._list_offices"
    monkeypatch.setattr(forgetful, lambda *_args: [])

    with pytest.raises(BrokenTableError, match="1 Personen gezählt, 0 in der Tabelle"):
        count(CITY, [person("50", contact=True)])
