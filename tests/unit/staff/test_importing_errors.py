"""What is wrong with a roster? All of it is reported, each with its row and column."""

from collections.abc import Mapping
from datetime import date

import pytest

from selfcheck.lists import read_pasted
from selfcheck.staff.importing import (
    COLUMNS,
    AssignmentRecord,
    KnownPerson,
    PersonRecord,
    StaffPlan,
    Surroundings,
    plan_import,
)
from selfcheck.staff.periods import SINCE_ALWAYS

HEADER = (
    "Personalnummer;Nachname;Vorname;Organisationseinheit;Führungskraft;Bürgerkontakt;Medienarbeit;"
    "Gültig ab;Gültig bis"
)
UNITS = frozenset({"33", "33.1", "50", "99"})
Y20, Y22, Y24 = date(2020, 1, 1), date(2022, 1, 1), date(2024, 1, 1)
END21, END23 = date(2021, 12, 31), date(2023, 12, 31)


def assignment(
    unit: str = "33", first: date = SINCE_ALWAYS, last: date | None = None
) -> AssignmentRecord:
    return AssignmentRecord(
        number="007",
        unit=unit,
        is_manager=False,
        has_citizen_contact=True,
        does_media_work=False,
        first_day=first,
        last_day=last,
    )


def known(*assignments: AssignmentRecord) -> dict[str, KnownPerson]:
    record = PersonRecord(number="007", last_name="Muster", first_name="Erika")
    by_day = {one.first_day: one for one in assignments}
    return {"007": KnownPerson(record=record, assignments=by_day)}


def plan(*lines: str, people: Mapping[str, KnownPerson] | None = None) -> StaffPlan:
    there = Surroundings(people=people or {}, units=UNITS, closed=frozenset({"99"}))
    return plan_import(read_pasted("\n".join([HEADER, *lines]), COLUMNS), there)


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


ONCE = "je Person und „Gültig ab“ nur eine Zeile"
ONE_NAME = "derselbe Name in allen Zeilen einer Person"


@pytest.mark.parametrize(
    ("there", "lines", "expected"),
    [
        pytest.param(
            [],
            [line(), line("50"), line()],
            [
                (3, "Personalnummer", "007", "steht schon in Zeile 2", ONCE),
                (4, "Personalnummer", "007", "steht schon in Zeile 2", ONCE),
            ],
            id="the same key twice, and three times",
        ),
        pytest.param(
            [],
            [line("50", contact="vielleicht"), line()],
            [
                (2, "Bürgerkontakt", "vielleicht"),
                (3, "Personalnummer", "007", "steht schon in Zeile 2", ONCE),
            ],
            id="a row that cannot be read counts as well",
        ),
        pytest.param(
            [],
            [line(), line("50", "01.01.2022", last_name="Meier")],
            [(3, "Nachname", "Meier", "lautet in Zeile 2 anders", ONE_NAME)],
            id="two names for one number",
        ),
        pytest.param(
            [],
            [line("12"), line("99", number="008")],
            [
                (2, "Organisationseinheit", "12", "gibt es nicht"),
                (3, "Organisationseinheit", "99", "ist geschlossen", "eine offene Einheit"),
            ],
            id="unknown and closed units",
        ),
        pytest.param(
            [assignment()],
            [line("99", "01.01.2022")],
            [(2, "Organisationseinheit", "99", "ist geschlossen")],
            id="a move into a closed unit",
        ),
        pytest.param(
            [],
            [line("33", "01.01.2022", "31.12.2021")],
            [
                (
                    *(2, "Gültig bis", "31.12.2021"),
                    "liegt vor dem ersten Tag (01.01.2022)",
                    "ein Tag ab dem 01.01.2022",
                )
            ],
            id="ends before it starts",
        ),
        pytest.param(
            [],
            [line("33", "01.01.2020", "01.01.2022"), line("50", "01.01.2022")],
            [
                (
                    *(2, "Gültig bis", "01.01.2022"),
                    "überschneidet sich mit der Zuordnung ab 01.01.2022",
                    "ein Tag vor dem 01.01.2022",
                )
            ],
            id="two rows overlap in a day",
        ),
        pytest.param(
            [assignment("33", Y20, END23)],
            [line("50", "31.12.2023")],
            [
                (
                    *(2, "Gültig ab", "31.12.2023"),
                    "überschneidet sich mit der Zuordnung ab 01.01.2020 bis 31.12.2023",
                    "ein Tag nach dem 31.12.2023",
                )
            ],
            id="with an explicit end in the database",
        ),
        pytest.param(
            [assignment("50", Y24)],
            [line("33", "01.01.2020", "01.06.2024")],
            [(2, "Gültig bis", "01.06.2024", "überschneidet sich mit der Zuordnung ab 01.01.2024")],
            id="with a start in the database",
        ),
        pytest.param(
            [assignment(last=END23)],
            [line("50", "01.01.2020", "31.12.2021"), line("33.1", "01.01.2022")],
            [
                (
                    2,
                    "Gültig ab",
                    "01.01.2020",
                    "überschneidet sich mit der Zuordnung bis 31.12.2023",
                ),
                (
                    3,
                    "Gültig ab",
                    "01.01.2022",
                    "überschneidet sich mit der Zuordnung bis 31.12.2023",
                ),
            ],
            id="one long one and two rows: both are named",
        ),
        pytest.param(
            [],
            [
                line("33", "01.01.2020", "31.12.2024"),
                line("50", "01.01.2022", "31.12.2022"),
                line("50", "01.01.2024", contact="wohl"),
            ],
            [
                (
                    2,
                    "Gültig bis",
                    "31.12.2024",
                    "überschneidet sich mit der Zuordnung ab 01.01.2022 bis",
                ),
                (4, "Bürgerkontakt", "wohl"),
            ],
            id="a long row is named once, and beside other errors",
        ),
        pytest.param(
            [],
            [line("33", "01.01.2020", "morgen"), line("50", "01.01.2019", "31.12.2022")],
            [(2, "Gültig bis", "morgen")],
            id="as long as a day cannot be read, nothing overlaps",
        ),
        pytest.param(
            [assignment("50", Y20, END21), assignment("33", Y22)],
            [line("33")],
            [(2, "Gültig ab", "", "ist leer", "01.01.2022 wie eingetragen, oder der erste Tag")],
            id="an empty first day, where all are known",
        ),
        pytest.param(
            [assignment("50", Y20, END21), assignment("33", Y22)],
            [line("50", last="31.12.2030")],
            [(2, "Gültig ab", "", "ist leer", "01.01.2020 wie eingetragen")],
            id="the one of the same unit is proposed, and no overlap is invented",
        ),
    ],
)
def test_every_error_names_row_column_and_value(
    there: list[AssignmentRecord], lines: list[str], expected: list[tuple[object, ...]]
) -> None:
    made = plan(*lines, people=known(*there) if there else {})
    found = [(one.row, one.column, one.value, one.problem, one.expected) for one in made.errors]
    assert len(found) == len(expected), found
    for one, wanted in zip(found, expected, strict=True):
        assert one[:3] == wanted[:3]
        for text, beginning in zip(one[3:], wanted[3:], strict=False):
            assert str(text).startswith(str(beginning))
    assert made.touched == {}, "with errors there is no plan"
    assert made.unchanged == []
    assert not made.changes_something


def test_words_that_are_too_long_are_named_with_their_limit() -> None:
    made = plan(f"{'9' * 51};{'x' * 201};{'y' * 201};{'3' * 51};;;;;")
    found = {one.column: one.expected for one in made.errors}
    limits = {"Personalnummer": 50, "Nachname": 200, "Vorname": 200, "Organisationseinheit": 50}
    assert found.keys() == limits.keys()
    for column, limit in limits.items():
        assert str(limit) in found[column]
