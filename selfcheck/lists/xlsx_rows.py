"""What do ordinary rows cost? Measured at once, so that the parser need not stop at each cell.

Almost all of a list is rows as Excel and its like write them: one well-formed element, whose cells
hold numbers or point to shared strings. Such a row is measured by a regular expression, and an
empty row of the same number takes its place: what is left is well-formed if, and only if, the
whole was. Whatever looks the least bit unusual is left to the parser.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

# Bounded and possessive, so that nothing is tried twice.
CELL = (
    rb'<c r="(?P<letters>[A-Z]{1,3})%(number)b"'
    rb'(?: s="[0-9]{1,9}")?+(?: t="(?P<kind>[a-z]{1,9})")?+'
    rb"(?:/>|><v>(?P<value>[!-%%'-;=?-~]{1,99}+)</v></c>)"
)
CELLS = re.compile(CELL % {b"number": b"[0-9]{1,7}"})
ROW = re.compile(
    rb'(?P<tag><row r="(?P<row>[0-9]{1,7})"(?: [A-Za-z0-9:]{1,30}="[^"<>&]{0,99}"){0,20}+)>'
    rb"(?P<cells>(?:%b){1,100}+)</row>"
    % re.sub(rb"\?P<\w+>", b"?:", CELL % {b"number": rb"(?P=row)"})
)
SHARED = b"s"


@dataclass
class Extent:
    """How many cells have content, how far they reach, and how long their shared texts are."""

    cells: int = 0
    rows: int = 0
    columns: int = 0
    characters: int = 0


def take_ordinary_rows(part: bytes, string_lengths: Sequence[int], extent: Extent) -> bytes:
    """Add the ordinary rows of a sheet to what was measured, and return the XML without them.

    Raises IndexError for a shared string that is not there.
    """
    return ROW.sub(partial(_take_row, string_lengths=string_lengths, extent=extent), part)


@lru_cache(maxsize=1_000)
def column_number(letters: str | bytes) -> int:
    """Return which column these letters name, counted from 1."""
    text = letters.decode() if isinstance(letters, bytes) else letters
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _take_row(row: re.Match[bytes], *, string_lengths: Sequence[int], extent: Extent) -> bytes:
    column = last = filled = characters = 0
    for letters, kind, value in CELLS.findall(row["cells"]):
        before, column = column, column_number(letters)
        if column <= before:
            return row[0]
        if value:
            filled, last = filled + 1, column
            if kind == SHARED:
                if not value.isdigit():
                    return row[0]
                characters += string_lengths[int(value)]
    if filled:
        extent.cells += filled
        extent.rows = max(extent.rows, int(row["row"]))
        extent.columns = max(extent.columns, last)
        extent.characters += characters
    return row["tag"] + b"/>"
