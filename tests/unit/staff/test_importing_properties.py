"""Whatever a roster says: people are in one place at a time, and twice is as good as once."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from selfcheck.lists import ReadList, Row
from selfcheck.staff.importing import (
    COLUMNS,
    DOES_MEDIA_WORK,
    FIRST_DAY,
    FIRST_NAME,
    HAS_CITIZEN_CONTACT,
    IS_MANAGER,
    LAST_DAY,
    LAST_NAME,
    NUMBER,
    UNIT,
    AssignmentRecord,
    KnownPerson,
    PersonRecord,
    StaffPlan,
    Surroundings,
    plan_import,
)
from selfcheck.staff.periods import SINCE_ALWAYS

UNITS = ("33", "33.1", "50")
START = date(2024, 1, 1)
Roster = dict[str, KnownPerson]

days = st.integers(0, 12).map(lambda days: START + timedelta(days=days))
numbers = st.sampled_from(["1", "2", "3"])
rows = st.lists(
    st.fixed_dictionaries(
        {
            NUMBER.header: numbers,
            LAST_NAME.header: st.sampled_from(["Muster", "Muster", "Muster", "Meier"]),
            FIRST_NAME.header: st.just("Erika"),
            UNIT.header: st.sampled_from(UNITS),
            IS_MANAGER.header: st.booleans(),
            HAS_CITIZEN_CONTACT.header: st.just(value=False),
            DOES_MEDIA_WORK.header: st.just(value=False),
            FIRST_DAY.header: st.none() | days,
            LAST_DAY.header: st.none() | st.none() | days,
        }
    ),
    max_size=5,
    unique_by=lambda row: (row[NUMBER.header], row[FIRST_DAY.header]),
)


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """Draw people whose assignments do not overlap, some from always on."""
    people: Roster = {}
    for number in draw(st.sets(numbers)):
        starts = sorted(draw(st.sets(st.just(SINCE_ALWAYS) | days, min_size=1, max_size=3)))
        assignments = {}
        for first, following in pairwise([*starts, None]):
            latest = following - timedelta(days=1) if following else START + timedelta(days=12)
            gap = draw(st.integers(0, 3)) if first != SINCE_ALWAYS else 0
            last = max(latest - timedelta(days=gap), first)
            is_open = following is None and draw(st.booleans())
            assignments[first] = AssignmentRecord(
                number=number,
                unit=draw(st.sampled_from(UNITS)),
                is_manager=draw(st.booleans()),
                has_citizen_contact=False,
                does_media_work=False,
                first_day=first,
                last_day=None if is_open else last,
            )
        record = PersonRecord(number=number, last_name="Muster", first_name="Erika")
        people[number] = KnownPerson(record=record, assignments=assignments)
    return people


def planned(people: Roster, cells: list[dict[str, object]]) -> StaffPlan:
    read = ReadList(rows=[Row(number, one) for number, one in enumerate(cells, start=2)])
    return plan_import(read, Surroundings(people=people, units=frozenset(UNITS)))


def applied(people: Roster, made: StaffPlan) -> Roster:
    """Do what the plan says, as plainly as can be."""
    after = {number: dict(one.assignments) for number, one in people.items()}
    records = {number: one.record for number, one in people.items()}
    for number, touched in made.touched.items():
        for row in touched:
            there = after.setdefault(number, {})
            assert there.get(row.assignment.first_day) == row.before
            assert records.get(number) in (row.person_before, row.person)
            there[row.assignment.first_day] = row.assignment
            records[number] = row.person
    return {
        number: KnownPerson(record=record, assignments=after[number])
        for number, record in records.items()
    }


@given(rosters(), rows)
def test_twice_is_as_good_as_once(people: Roster, cells: list[dict[str, object]]) -> None:
    first = planned(people, cells)
    if first.errors:
        assert not first.changes_something
        assert first.touched == {}
        return
    again = planned(applied(people, first), cells)
    assert not again.errors
    assert not again.changes_something
    assert len(again.unchanged) == len(cells)


@given(rosters(), rows)
def test_nobody_is_in_two_places(people: Roster, cells: list[dict[str, object]]) -> None:
    for person in applied(people, planned(people, cells)).values():
        by_day = [person.assignments[day] for day in sorted(person.assignments)]
        assert all(one.last_day is None or one.first_day <= one.last_day for one in by_day)
        for earlier, later in pairwise(by_day):
            assert earlier.last_day is not None
            assert earlier.last_day < later.first_day


@given(rosters(), rows)
def test_every_row_stands_under_one_heading(people: Roster, cells: list[dict[str, object]]) -> None:
    made = planned(people, cells)
    if not made.errors:
        sorted_out = [*made.new, *made.changed, *made.moved, *made.unchanged]
        assert len(sorted_out) == len(cells)
        keys = {(one.assignment.number, one.assignment.first_day) for one in sorted_out}
        assert len(keys) == len(cells)
        assert all(one.differences for one in [*made.new, *made.changed, *made.moved])


@given(rosters(), rows)
def test_people_who_are_not_in_the_list_stay_as_they_are(
    people: Roster, cells: list[dict[str, object]]
) -> None:
    after = applied(people, planned(people, cells))
    for number in people.keys() - {row[NUMBER.header] for row in cells}:
        assert after[number] == people[number]


@given(rosters(), rows)
def test_the_order_of_the_rows_does_not_matter(
    people: Roster, cells: list[dict[str, object]]
) -> None:
    one, other = planned(people, cells), planned(people, cells[::-1])
    assert bool(one.errors) == bool(other.errors)
    assert applied(people, one) == applied(people, other)


@given(rosters())
def test_what_is_there_written_down_changes_nothing(people: Roster) -> None:
    cells = [
        {
            NUMBER.header: number,
            LAST_NAME.header: person.record.last_name,
            FIRST_NAME.header: person.record.first_name,
            UNIT.header: one.unit,
            IS_MANAGER.header: one.is_manager,
            HAS_CITIZEN_CONTACT.header: one.has_citizen_contact,
            DOES_MEDIA_WORK.header: one.does_media_work,
            FIRST_DAY.header: None if first == SINCE_ALWAYS else first,
            LAST_DAY.header: one.last_day,
        }
        for number, person in people.items()
        for first, one in person.assignments.items()
    ]
    assert all(len(row) == len(COLUMNS) for row in cells)
    made = planned(people, cells)
    assert (made.errors, made.changes_something) == ([], False)
