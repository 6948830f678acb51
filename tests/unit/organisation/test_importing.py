"""What does a list of units change, and what is wrong with it?"""

import pytest

from selfcheck.lists import read_pasted
from selfcheck.organisation.importing import COLUMNS, UnitPlan, UnitRecord, plan_import
from selfcheck.organisation.kinds import UnitKind

HEADER = "Nummer;Bezeichnung;Kürzel;Art;Übergeordnet;Berichtspflichtig"

TOP = UnitRecord(
    number="1",
    name="Geschäftsbereich 1",
    short_name="GB 1",
    kind=UnitKind.DIVISION,
    parent=None,
    is_reporting=True,
)
OFFICE = UnitRecord(
    number="33",
    name="Bürgeramt",
    short_name="",
    kind=UnitKind.OFFICE,
    parent="1",
    is_reporting=True,
)
DEPARTMENT = UnitRecord(
    number="33.1",
    name="Abteilung Bürgerservice",
    short_name="",
    kind=UnitKind.DEPARTMENT,
    parent="33",
    is_reporting=False,
)
KNOWN = {one.number: one for one in (TOP, OFFICE, DEPARTMENT)}

TOP_LINE = "1;Geschäftsbereich 1;GB 1;Geschäftsbereich;;ja"
OFFICE_LINE = "33;Bürgeramt;;Amt;1;ja"
DEPARTMENT_LINE = "33.1;Abteilung Bürgerservice;;Abteilung;33;nein"


def plan(*lines: str, header: str = HEADER, closed: frozenset[str] = frozenset()) -> UnitPlan:
    read = read_pasted("\n".join([header, *lines]), COLUMNS)
    return plan_import(read, known=KNOWN, closed=closed)


def outcome(made: UnitPlan) -> dict[str, list[str]]:
    """Return the numbers under each heading that has some."""
    headings = {
        "new": [one.number for one in made.new],
        "changed": [one.before.number for one in made.changed],
        "moved": [one.before.number for one in made.moved],
        "unchanged": [one.number for one in made.unchanged],
        "missing": made.missing,
    }
    return {heading: numbers for heading, numbers in headings.items() if numbers}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            [TOP_LINE, OFFICE_LINE, DEPARTMENT_LINE],
            {"unchanged": ["1", "33", "33.1"]},
            id="the list says what is there",
        ),
        pytest.param(
            [DEPARTMENT_LINE, OFFICE_LINE, TOP_LINE],
            {"unchanged": ["33.1", "33", "1"]},
            id="children may stand before their parents",
        ),
        pytest.param(
            [OFFICE_LINE],
            {"unchanged": ["33"], "missing": ["1", "33.1"]},
            id="a parent may be in the database only",
        ),
        pytest.param(
            [
                *(TOP_LINE, OFFICE_LINE, DEPARTMENT_LINE),
                "50.1;Soziales;;Abteilung;50;nein",
                "50;Sozialamt;Amt 50;Amt;1;ja",
            ],
            {"new": ["50.1", "50"], "unchanged": ["1", "33", "33.1"]},
            id="new ones, one below the other",
        ),
        pytest.param(
            [TOP_LINE, "33;Amt für Bürger*innen;;Amt;1;ja", DEPARTMENT_LINE],
            {"changed": ["33"], "unchanged": ["1", "33.1"]},
            id="another name",
        ),
        pytest.param(
            [TOP_LINE, OFFICE_LINE, "33.1;Abteilung Bürgerservice;;Abteilung;1;nein"],
            {"moved": ["33.1"], "unchanged": ["1", "33"]},
            id="another parent",
        ),
        pytest.param(
            [TOP_LINE, OFFICE_LINE, "33.1;Abteilung Bürgerservice;;Abteilung;;nein"],
            {"moved": ["33.1"], "unchanged": ["1", "33"]},
            id="to the top",
        ),
        pytest.param(
            [TOP_LINE, OFFICE_LINE, "33.1;Bürgerservice;BS;Amt;1;ja"],
            {"moved": ["33.1"], "unchanged": ["1", "33"]},
            id="moved and changed is shown once, with the moves",
        ),
        pytest.param(
            [
                "1;Geschäftsbereich 1;GB 1;Geschäftsbereich;33.1;ja",
                "33;Bürgeramt;;Amt;;ja",
                DEPARTMENT_LINE,
            ],
            {"moved": ["1", "33"], "unchanged": ["33.1"]},
            id="the tree stands on its head, and is still one",
        ),
    ],
)
def test_a_list_is_sorted_into_what_it_would_do(lines: list[str], expected: dict) -> None:
    made = plan(*lines)
    assert not made.errors
    assert outcome(made) == expected
    assert made.changes_something == bool(expected.keys() & {"new", "changed", "moved"})


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("33;Bürgerbüro;;Amt;1;ja", [("Bezeichnung", "Bürgeramt", "Bürgerbüro")]),
        ("33;Bürgeramt;A33;Amt;1;ja", [("Kürzel", "", "A33")]),
        ("33;Bürgeramt;;Eigenbetrieb;1;ja", [("Art", "Amt", "Eigenbetrieb")]),
        ("33;Bürgeramt;;Amt;1;nein", [("Berichtspflichtig", "ja", "nein")]),
        ("33;Bürgeramt;;Amt;;ja", [("Übergeordnet", "1", "oberste Ebene")]),
        (
            "33;Bürgerbüro;;Amt;;nein",
            [
                ("Bezeichnung", "Bürgeramt", "Bürgerbüro"),
                ("Berichtspflichtig", "ja", "nein"),
                ("Übergeordnet", "1", "oberste Ebene"),
            ],
        ),
    ],
)
def test_a_change_names_each_cell_that_differs(
    line: str, expected: list[tuple[str, str, str]]
) -> None:
    made = plan(line)
    (change,) = made.changed + made.moved
    assert change.differences == expected
    assert change.is_move == (expected[-1][0] == "Übergeordnet")


def test_a_closed_unit_need_not_be_in_the_list() -> None:
    assert plan(TOP_LINE, OFFICE_LINE, closed=frozenset({"33.1"})).missing == []


def test_a_list_without_the_optional_column_leaves_the_short_names_alone() -> None:
    made = plan(
        "1;Geschäftsbereich 1;Geschäftsbereich;;nein",
        "2;Geschäftsbereich 2;Geschäftsbereich;;ja",
        header="Nummer;Bezeichnung;Art;Übergeordnet;Berichtspflichtig",
    )
    assert made.changed[0].differences == [("Berichtspflichtig", "ja", "nein")]
    assert made.changed[0].after.short_name == "GB 1"
    assert made.new[0].short_name == ""


def test_an_empty_cell_in_the_optional_column_takes_the_short_name_away() -> None:
    made = plan("1;Geschäftsbereich 1;;Geschäftsbereich;;ja")
    assert made.changed[0].differences == [("Kürzel", "GB 1", "")]


def test_an_unknown_column_is_named_and_skipped() -> None:
    made = plan(TOP_LINE + ";Rathaus", header=HEADER + ";Haus")
    assert made.warnings == ["Nicht gelesen werden unbekannte Spalten: „Haus“."]
    assert outcome(made) == {"unchanged": ["1"], "missing": ["33", "33.1"]}


NEW_OFFICE = "50;Sozialamt;;Amt;1;ja"
KNOWN_PARENT = "die Nummer einer Einheit, die in der Liste steht oder schon angelegt ist"
NO_CIRCLE = "eine Einheit, die nicht selbst darunter steht"
OPEN_UNIT = "eine offene (sie kann auf ihrer Seite wieder geöffnet werden)"


@pytest.mark.parametrize(
    ("lines", "closed", "expected"),
    [
        pytest.param(
            [NEW_OFFICE, TOP_LINE, NEW_OFFICE],
            set(),
            [(4, "Nummer", "50", "steht schon in Zeile 2", "jede Nummer nur einmal")],
            id="a number twice, although the rows are the same",
        ),
        pytest.param(
            [NEW_OFFICE, NEW_OFFICE, NEW_OFFICE],
            set(),
            [
                (3, "Nummer", "50", "steht schon in Zeile 2", "jede Nummer nur einmal"),
                (4, "Nummer", "50", "steht schon in Zeile 2", "jede Nummer nur einmal"),
            ],
            id="three times: both refer to the first",
        ),
        pytest.param(
            ["50;Sozialamt;;Amt;9;ja"],
            set(),
            [(2, "Übergeordnet", "9", "gibt es nicht", KNOWN_PARENT)],
            id="an orphan",
        ),
        pytest.param(
            ["50;Sozialamt;;Amt;50;ja"],
            set(),
            [(2, "Übergeordnet", "50", "schließt einen Kreis (50 → 50)", NO_CIRCLE)],
            id="its own parent",
        ),
        pytest.param(
            ["50;A;;Amt;50.1;ja", "50.1;B;;Amt;50.11;ja", "50.11;C;;Amt;50;ja"],
            set(),
            [
                (2, "Übergeordnet", "50.1", "schließt einen Kreis (50 → 50.1 → 50.11 → 50)"),
                (3, "Übergeordnet", "50.11", "schließt einen Kreis (50 → 50.1 → 50.11 → 50)"),
                (4, "Übergeordnet", "50", "schließt einen Kreis (50 → 50.1 → 50.11 → 50)"),
            ],
            id="a cycle within the list: every row of it",
        ),
        pytest.param(
            ["60;A;;Amt;61;ja", "61;B;;Amt;60;ja", "70;C;;Amt;71;ja", "71;D;;Amt;70;ja"],
            set(),
            [
                (2, "Übergeordnet", "61", "schließt einen Kreis (60 → 61 → 60)"),
                (3, "Übergeordnet", "60", "schließt einen Kreis (60 → 61 → 60)"),
                (4, "Übergeordnet", "71", "schließt einen Kreis (70 → 71 → 70)"),
                (5, "Übergeordnet", "70", "schließt einen Kreis (70 → 71 → 70)"),
            ],
            id="two cycles: both",
        ),
        pytest.param(
            ["33;Bürgeramt;;Amt;33.1;ja"],
            set(),
            [(2, "Übergeordnet", "33.1", "schließt einen Kreis (33 → 33.1 → 33)", NO_CIRCLE)],
            id="a cycle closed by a unit that is in the database only",
        ),
        pytest.param(
            ["80;A;;Amt;81;ja", "81;B;;Amt;80;ja", "82;C;;Amt;80;ja"],
            set(),
            [
                (2, "Übergeordnet", "81", "schließt einen Kreis (80 → 81 → 80)"),
                (3, "Übergeordnet", "80", "schließt einen Kreis (80 → 81 → 80)"),
            ],
            id="a unit below a cycle is not part of it",
        ),
        pytest.param(
            [OFFICE_LINE],
            {"33", "33.1"},
            [(2, "Nummer", "33", "ist eine geschlossene Einheit", OPEN_UNIT)],
            id="a closed unit, even unchanged",
        ),
        pytest.param(
            ["33.2;Abteilung;;Abteilung;33.1;nein"],
            {"33.1"},
            [(2, "Übergeordnet", "33.1", "ist geschlossen", "eine offene Einheit")],
            id="a closed parent",
        ),
        pytest.param(
            ["50;Sozialamt;;Behörde;1;vielleicht", "51;Jugendamt;;Amt;9;ja"],
            set(),
            [
                (2, "Art", "Behörde", "ist kein zulässiger Wert"),
                (2, "Berichtspflichtig", "vielleicht"),
                (3, "Übergeordnet", "9", "gibt es nicht", KNOWN_PARENT),
            ],
            id="unreadable cells and orphans are reported together, in the order of the file",
        ),
        pytest.param(
            ["50;Sozialamt;;Behörde;1;ja", "50.1;Soziales;;Abteilung;50;nein"],
            set(),
            [(2, "Art", "Behörde", "ist kein zulässiger Wert")],
            id="below a row with an error stands no orphan",
        ),
        pytest.param(
            ["50;Sozialamt;;Behörde;9;ja", "50;Noch eins;;Amt;50;vielleicht"],
            set(),
            [
                (2, "Art", "Behörde"),
                (2, "Übergeordnet", "9", "gibt es nicht"),
                (3, "Berichtspflichtig", "vielleicht"),
                (3, "Nummer", "50", "steht schon in Zeile 2"),
            ],
            id="all that is wrong with a row is reported at once",
        ),
        pytest.param(
            [f"{'9' * 51};Amt;;Amt;8;ja", f"50;Sozialamt;;Amt;{'9' * 51};ja"],
            set(),
            [
                (2, "Nummer", "9" * 51),
                (2, "Übergeordnet", "8", "gibt es nicht"),
                (3, "Übergeordnet", "9" * 51),
            ],
            id="a row without a readable number or parent",
        ),
    ],
)
def test_every_error_names_row_column_and_value(
    lines: list[str], closed: set[str], expected: list[tuple[object, ...]]
) -> None:
    made = plan(*lines, closed=frozenset(closed))
    found = [
        (one.row, one.column, one.value, one.problem, one.expected)[: len(wanted)]
        for one, wanted in zip(made.errors, expected, strict=False)
    ]
    assert found == expected
    assert len(made.errors) == len(expected)
    assert outcome(made) == {}, "with errors there is no plan"
    assert not made.changes_something


def test_words_that_are_too_long_are_named_with_their_limit() -> None:
    made = plan(f"{'9' * 51};{'x' * 301};{'k' * 51};Amt;;ja")
    found = {one.column: one.expected for one in made.errors}
    assert found.keys() == {"Nummer", "Bezeichnung", "Kürzel"}
    for column, limit in (("Nummer", "50"), ("Bezeichnung", "300"), ("Kürzel", "50")):
        assert limit in found[column]


@pytest.mark.parametrize("kind", UnitKind)
def test_every_kind_of_unit_is_read(kind: UnitKind) -> None:
    made = plan(f"90;Einheit;;{kind.value};;nein")
    assert [one.kind for one in made.new] == [kind]
