"""Reading lists: an XLSX or CSV file becomes typed rows, or sentences that say what is wrong.

    NUMBER = Column("Nummer", text(max_length=20))
    PARENT = Column("Übergeordnet", or_empty(text(max_length=20)))
    SHORT = Column("Kürzel", or_empty(text(max_length=20)), optional=True)

    units = read_list(content, "einheiten.xlsx", [NUMBER, PARENT, SHORT])
    for row in units.rows:
        row.number, row[NUMBER], row[PARENT]  # int, str, str | None

A file that cannot be read at all raises ListRefused. Everything else that is wrong is in
`units.errors`, complete and in the order of the file; an import goes on only if it is empty.
"""

from selfcheck.lists.cells import Cell, Unreadable
from selfcheck.lists.messages import CellError, ListRefused
from selfcheck.lists.parsers import (
    Parser,
    calendar_date,
    choice,
    decimal,
    or_empty,
    text,
    yes_no,
)
from selfcheck.lists.reading import Column, ReadList, Row, read_list, read_pasted

__all__ = [
    "Cell",
    "CellError",
    "Column",
    "ListRefused",
    "Parser",
    "ReadList",
    "Row",
    "Unreadable",
    "calendar_date",
    "choice",
    "decimal",
    "or_empty",
    "read_list",
    "read_pasted",
    "text",
    "yes_no",
]
