"""What does a roster change, and what is wrong with it?"""

from collections.abc import Iterable, Mapping
from datetime import date

import pytest

from selfcheck.lists import read_pasted
from selfcheck.staff.importing import (
    COLUMNS,
    AssignmentRecord,
    KnownPerson,
    PersonRecord,
    StaffPlan,
    StaffRow,
    Surroundings,
    plan_import,
)
from selfcheck.staff.periods import SINCE_ALWAYS

HEADER = (
    "Personalnummer;Nachname;Vorname;Organisationseinheit;Führungskraft;Bürgerkontakt;Medienarbeit;"
    "Gültig ab;Gültig bis"
)
UNITS = frozenset({"33", "33.1", "50", "99"})


def assignment(
    unit: str = "33",
    first: date = SINCE_ALWAYS,
    last: date | None = None,
    *,
    number: str = "007",
    has_citizen_contact: bool = True,
) -> AssignmentRecord:
    return AssignmentRecord(
        number=number,
        unit=unit,
        is_manager=False,
        has_citizen_contact=has_citizen_contact,
        does_media_work=False,
        first_day=first,
        last_day=last,
    )


def known(
    *assignments: AssignmentRecord, number: str = "007", last_name: str = "Muster"
) -> dict[str, KnownPerson]:
    record = PersonRecord(number=number, last_name=last_name, first_name="Erika")
    by_day = {one.first_day: one for one in assignments}
    return {number: KnownPerson(record=record, assignments=by_day)}


def plan(
    *lines: str,
    people: Mapping[str, KnownPerson] | None = None,
    header: str = HEADER,
    present: Iterable[PersonRecord] = (),
) -> StaffPlan:
    there = Surroundings(
        people=people or {}, units=UNITS, closed=frozenset({"99"}), present=list(present)
    )
    return plan_import(read_pasted("\n".join([header, *lines]), COLUMNS), there)


def line(
    unit: str = "33",
    first: str = "",
    last: str = "",
    *,
    number: str = "007",
    last_name: str = "Muster",
    contact: str = "ja",
) -> str:
    return f"{number};{last_name};Erika;{unit};nein;{contact};nein;{first};{last}"


def shown(rows: Iterable[StaffRow]) -> list[tuple[object, ...]]:
    return [
        (one.assignment.unit, one.assignment.first_day, one.assignment.last_day) for one in rows
    ]


def outcome(made: StaffPlan) -> dict[str, list[tuple[object, ...]]]:
    """Return unit and days of the rows under each heading that has some."""
    names = ("new", "changed", "moved", "unchanged", "ended")
    headings = {name: shown(getattr(made, name)) for name in names}
    return {heading: rows for heading, rows in headings.items() if rows}


Y20, Y22, Y24 = date(2020, 1, 1), date(2022, 1, 1), date(2024, 1, 1)
END19, END21, END23 = date(2019, 12, 31), date(2021, 12, 31), date(2023, 12, 31)
MID21 = date(2021, 6, 30)


@pytest.mark.parametrize(
    ("there", "lines", "expected"),
    [
        pytest.param([], [line()], {"new": [("33", SINCE_ALWAYS, None)]}, id="new, without days"),
        pytest.param(
            [],
            [line("50", "01.01.2022"), line("33", "01.01.2020")],
            {"new": [("33", Y20, END21), ("50", Y22, None)]},
            id="new, with a history: the open one ends before the next",
        ),
        pytest.param(
            [assignment()], [line()], {"unchanged": [("33", SINCE_ALWAYS, None)]}, id="unchanged"
        ),
        pytest.param(
            [assignment()],
            [line("50")],
            {"changed": [("50", SINCE_ALWAYS, None)]},
            id="another unit under the same key is a correction",
        ),
        pytest.param(
            [assignment()],
            [line(contact="nein")],
            {"changed": [("33", SINCE_ALWAYS, None)]},
            id="another mark",
        ),
        pytest.param(
            [assignment()],
            [line(last="31.12.2023")],
            {"changed": [("33", SINCE_ALWAYS, END23)]},
            id="leaves",
        ),
        pytest.param(
            [assignment(last=END23)],
            [line()],
            {"changed": [("33", SINCE_ALWAYS, None)]},
            id="does not leave after all",
        ),
        pytest.param(
            [assignment()],
            [line(last_name="Meier")],
            {"changed": [("33", SINCE_ALWAYS, None)]},
            id="another name counts as a change of the row",
        ),
        pytest.param(
            [assignment()],
            [line("50", "01.01.2022")],
            {"moved": [("50", Y22, None)], "ended": [("33", SINCE_ALWAYS, END21)]},
            id="a move ends what runs, although no row says so",
        ),
        pytest.param(
            [assignment()],
            [line(), line("50", "01.01.2022")],
            {
                "moved": [("50", Y22, None)],
                "unchanged": [("33", SINCE_ALWAYS, END21)],
                "ended": [("33", SINCE_ALWAYS, END21)],
            },
            id="the same with the old row in the list: that row is not a change of its own",
        ),
        pytest.param(
            [assignment()],
            [line(contact="nein"), line("50", "01.01.2022")],
            {"moved": [("50", Y22, None)], "changed": [("33", SINCE_ALWAYS, END21)]},
            id="a corrected row that a move ends is written once",
        ),
        pytest.param(
            [assignment(last=END21), assignment("50", Y22)],
            [line(), line("50", "01.01.2022")],
            {"unchanged": [("33", SINCE_ALWAYS, END21), ("50", Y22, None)]},
            id="the same file once more",
        ),
        pytest.param(
            [assignment(last=END21), assignment("50", Y22)],
            [line()],
            {"unchanged": [("33", SINCE_ALWAYS, END21)]},
            id="an older copy, in which the move is not yet",
        ),
        pytest.param(
            [assignment("33", Y22)],
            [line("50", "01.01.2020")],
            {"moved": [("50", Y20, END21)]},
            id="an earlier assignment is added in front",
        ),
        pytest.param(
            [assignment(last=MID21)],
            [line("50", "01.01.2022")],
            {"moved": [("50", Y22, None)]},
            id="back after a gap: what ended stays as it ended",
        ),
        pytest.param(
            [assignment()],
            [line("50", "01.01.2020"), line("33", "01.01.2022"), line("50", "01.01.2024")],
            {
                "moved": [("50", Y20, END21), ("33", Y22, END23), ("50", Y24, None)],
                "ended": [("33", SINCE_ALWAYS, END19)],
            },
            id="three moves at once",
        ),
        pytest.param(
            [assignment("99")],
            [line("99")],
            {"unchanged": [("99", SINCE_ALWAYS, None)]},
            id="a closed unit is no error where nothing changes",
        ),
        pytest.param(
            [assignment("99")],
            [line("99"), line("33", "01.01.2022")],
            {
                "moved": [("33", Y22, None)],
                "unchanged": [("99", SINCE_ALWAYS, END21)],
                "ended": [("99", SINCE_ALWAYS, END21)],
            },
            id="nor where somebody leaves it",
        ),
    ],
)
def test_a_list_is_sorted_into_what_it_would_do(
    there: list[AssignmentRecord], lines: list[str], expected: dict
) -> None:
    made = plan(*lines, people=known(*there) if there else {})
    assert not made.errors
    assert outcome(made) == expected
    assert made.changes_something == (expected.keys() != {"unchanged"})


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([line("50")], [("Organisationseinheit", "33", "50")]),
        ([line(contact="n")], [("Bürgerkontakt", "ja", "nein")]),
        ([line(last="31.12.2023")], [("Gültig bis", "", "31.12.2023")]),
        (
            ["007;Meier;Erich;33;1;1;1;;"],
            [
                ("Nachname", "Muster", "Meier"),
                ("Vorname", "Erika", "Erich"),
                ("Führungskraft", "nein", "ja"),
                ("Medienarbeit", "nein", "ja"),
            ],
        ),
        (
            [line("50", "01.01.2022")],
            [("Organisationseinheit", "33", "50"), ("Gültig ab", "", "01.01.2022")],
        ),
    ],
)
def test_a_change_names_each_cell_that_differs(
    lines: list[str], expected: list[tuple[str, str, str]]
) -> None:
    made = plan(*lines, people=known(assignment()))
    (row,) = made.changed + made.moved
    assert row.differences == expected


def test_the_second_move_follows_the_first() -> None:
    made = plan(line("50", "01.01.2020"), line("33.1", "01.01.2022"), people=known(assignment()))
    assert [one.previous and one.previous.unit for one in made.moved] == ["33", "50"]


def test_of_somebody_new_every_cell_is_new() -> None:
    (row,) = plan(line(last="31.12.2023")).new
    assert row.differences[0] == ("Nachname", "", "Muster")
    assert row.previous is None


def test_people_of_the_lists_units_who_are_not_in_it_are_only_mentioned() -> None:
    other = PersonRecord(number="008", last_name="Özdemir", first_name="Cem")
    me = PersonRecord(number="007", last_name="Muster", first_name="Erika")
    made = plan(line(), people=known(assignment()), present=[me, other])
    assert made.missing == [other]
    assert not made.changes_something


def test_without_the_columns_of_days_known_ends_stay() -> None:
    header = HEADER.removesuffix(";Gültig ab;Gültig bis")
    people = known(assignment(last=END23))
    made = plan("007;Muster;Erika;33;;x;", people=people, header=header)
    assert outcome(made) == {"unchanged": [("33", SINCE_ALWAYS, END23)]}


def test_the_columns_of_marks_are_required() -> None:
    with pytest.raises(ValueError, match="es fehlt „Medienarbeit“"):
        plan("007", header=HEADER.replace("Medienarbeit;", ""))
