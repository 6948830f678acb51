"""The errors of a list as a list of its own, to work through in Excel."""

from collections.abc import Iterable

from selfcheck.lists.csv_writing import write_csv
from selfcheck.lists.messages import CellError

HEADINGS = ("Zeile", "Spalte", "Wert", "Fehler", "Erwartet wird")


def write_error_list(errors: Iterable[CellError]) -> bytes:
    """Write the errors as CSV; no cell is taken for a formula."""
    return write_csv(
        HEADINGS,
        ((one.row, one.column, one.value, one.problem, one.expected) for one in errors),
    )
