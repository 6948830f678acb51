"""Writing CSV: Excel opens it as a table, reads the umlauts, and computes nothing."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcheck.lists.csv_writing import write_csv
from selfcheck.lists.parsers import text
from selfcheck.lists.reading import Column, read_list

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)


def cells_of(content: bytes) -> list[list[str]]:
    written = io.StringIO(content.decode("utf-8-sig"), newline="")
    return list(csv.reader(written, delimiter=";", strict=True))


def test_the_bytes_are_those_that_excel_expects():
    content = write_csv(["Name", "Umfang"], [["Öz; Jürgen", 6], ['"Muster"', 0.5]])

    assert content == (
        b"\xef\xbb\xbf" + 'Name;Umfang\r\n"Öz; Jürgen";6\r\n"""Muster""";0,5\r\n'.encode()
    )


def test_without_rows_only_the_headings_stand_there():
    assert write_csv(["Name"], []) == b"\xef\xbb\xbfName\r\n"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe_in_front(sign):
    content = write_csv([f"{sign}A"], [[f"{sign}1+1", "x"], ["x", f"{sign}"]])

    assert cells_of(content) == [[f"'{sign}A"], [f"'{sign}1+1", "x"], ["x", f"'{sign}"]]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (-3, "-3"),  # a number computes nothing, and must stay one
        (12345678901234567, "12345678901234567"),
        (0.1 + 0.2, "0,3"),
        (-0.25, "-0,25"),
        (1e-7, "0,0000001"),
        (None, ""),
        ("", ""),
        ("007", "007"),
        ("a=1", "a=1"),
        (" =1", " =1"),
        ("Zeile 1\nZeile 2", "Zeile 1\nZeile 2"),
    ],
)
def test_what_becomes_of_a_value(value, shown):
    assert cells_of(write_csv(["A", "B"], [[value, "x"]]))[1] == [shown, "x"]


@given(st.lists(st.tuples(CELLS, CELLS)))
def test_every_text_can_be_read_again_and_none_begins_like_a_formula(rows):
    read = cells_of(write_csv(["A", "B"], rows))[1:]

    assert [tuple(cell.removeprefix("'") for cell in row) for row in read] == [
        tuple(cell.removeprefix("'") for cell in row) for row in rows
    ]
    assert not any(cell.startswith(tuple("=+-@\t\r\n")) for row in read for cell in row)


def test_our_own_reader_takes_what_was_written():
    name, number = Column("Name", text(max_length=20)), Column("Nummer", text(max_length=20))

    found = read_list(write_csv(["Name", "Nummer"], [["Öz", "007"]]), "a.csv", [name, number])

    assert [(row[name], row[number]) for row in found.rows] == [("Öz", "007")]
