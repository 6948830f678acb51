"""The errors of a list as a list of its own, to work through in Excel."""

import csv
import io
from collections.abc import Iterable

from selfcheck.lists.messages import CellError

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_error_list(errors: Iterable[CellError]) -> bytes:
    """Write the errors as CSV (UTF-8 with BOM, semicolons); no cell is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(["Zeile", "Spalte", "Wert", "Fehler", "Erwartet wird"])
    for error in errors:
        cells = (error.column, error.value, error.problem, error.expected)
        writer.writerow([error.row, *(_harmless(cell) for cell in cells)])
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell
