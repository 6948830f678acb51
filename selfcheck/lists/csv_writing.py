"""Writing a list as CSV that Excel opens with a double click, and in which no cell computes."""

import csv
import io
from collections.abc import Iterable, Sequence

from selfcheck.lists.cells import Value, shown

# What a cell may begin with that Excel or LibreOffice then takes for a formula.
FORMULA_SIGNS = frozenset("=+-@\t\r\n")


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return the rows as CSV: UTF-8 with BOM, semicolons, CRLF, fractions with a comma.

    A text that could be taken for a formula gets an apostrophe in front; numbers stay numbers.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(map(_harmless, headings))
    writer.writerows(
        [
            cell if type(cell) is str and cell[:1] not in FORMULA_SIGNS else _harmless(cell)
            for cell in row
        ]
        for row in rows
    )
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: Value) -> str:
    match cell:
        case None:
            return ""
        case str():
            return f"'{cell}" if cell[:1] in FORMULA_SIGNS else cell
        case float():
            return shown(cell)
        case _:
            return str(cell)
