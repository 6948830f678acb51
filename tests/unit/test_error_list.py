"""The errors of a list, to work through in Excel: complete, and nothing in it is executed."""

import csv
import io

import pytest

from selfcheck.lists import CellError
from selfcheck.lists.error_list import write_error_list


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_excel_recognises_encoding_separator_and_columns() -> None:
    content = write_error_list([CellError(7, "Art", "Ämtchen", "gibt es nicht", "Amt")])
    assert (
        content
        == (
            "\ufeffZeile;Spalte;Wert;Fehler;Erwartet wird\r\n7;Art;Ämtchen;gibt es nicht;Amt\r\n"
        ).encode()
    )


def test_an_error_of_the_whole_row_has_an_empty_column() -> None:
    content = write_error_list([CellError(7, "", "x", "steht rechts", "weniger")])
    assert rows_of(content)[1] == ["7", "", "x", "steht rechts", "weniger"]


@pytest.mark.parametrize(
    "value",
    ["=1+1", "+49", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x";"y")'],
)
def test_no_cell_is_taken_for_a_formula(value: str) -> None:
    content = write_error_list([CellError(2, value, value, value, value)])
    assert rows_of(content)[1] == ["2", *4 * [f"'{value}"]]


@pytest.mark.parametrize("value", ["a;b", 'sagt "ja"', "zwei\nZeilen", "1=1", "", "🏛 שלום"])
def test_other_values_arrive_as_they_were(value: str) -> None:
    content = write_error_list([CellError(2, "Wert", value, "falsch", "richtig")])
    assert rows_of(content)[1][2] == value


def test_all_errors_are_listed_in_order() -> None:
    errors = [CellError(row, "Art", "", "fehlt", "etwas") for row in range(2, 1002)]
    assert [row[0] for row in rows_of(write_error_list(errors))[1:]] == [
        str(error.row) for error in errors
    ]


def test_without_errors_only_the_header_is_there() -> None:
    assert len(rows_of(write_error_list([]))) == 1
