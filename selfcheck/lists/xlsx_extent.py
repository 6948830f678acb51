"""How much would reading this sheet cost? Measured before calamine spends it.

calamine lays a sheet out as a full rectangle, with a copy of its text in every cell: two filled
corners cost billions of cells, one long shared string in many cells costs gigabytes. So expat goes
through the XML first, counting. Where the two parsers could understand a document differently,
the document is refused or the larger reading is counted. Ordinary rows, almost all of a list, are
counted by themselves (xlsx_rows.py).
"""

import re
from codecs import BOM_UTF8
from xml.parsers import expat

from selfcheck.lists.messages import ListRefused, damaged, grouped
from selfcheck.lists.sheet import MAX_COLUMNS, MAX_ROWS
from selfcheck.lists.xlsx_rows import Extent, column_number, take_ordinary_rows

MAX_CELLS = 1_000_000
MAX_TEXT_CHARACTERS = 100_000_000
MAX_DEPTH = 100
MAX_TAGS = 5 * MAX_CELLS  # a cell with a value has four, and the row and the texts want some
MAX_OTHER_TAGS = 500_000  # workbook, styles and the rest: calamine keeps them as objects

SHARED_STRINGS = "xl/sharedstrings.xml"
PROMISES = {"count", "uniqueCount"}
BULKY = ("xl/worksheets/", SHARED_STRINGS)
REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
OVERLONG_TOKEN = re.compile(rb"<[^<]{500000}")  # a cell has at most 32,767 characters
ERROR_CELL = re.compile(rb"""(<(?:\w+:)?c\s(?:[^<>]*?\s)?t=)(?:"e"|'e')""")


class _DamagedError(Exception):
    """No program writes such XML."""


class _TooLargeError(Exception):
    """The sheet would cost more than any list is worth."""


def filled_sheets(parts: dict[str, bytes], source: str) -> int:
    """Count the sheets that have any content; refuse a workbook with one that is too large.

    Also turns error values (#NV) into text, in place: calamine would give them as empty cells.
    """
    string_lengths: list[int] = []
    filled = 0
    try:
        _refuse_markup(parts)
        for name in sorted(parts, key=lambda name: name.lower() != SHARED_STRINGS):
            ruler = _Ruler(string_lengths, collects=name.lower() == SHARED_STRINGS)
            ruler.measure(parts[name])
            filled += ruler.extent.cells > 0
            if b't="e"' in parts[name] or b"t='e'" in parts[name]:
                parts[name] = ERROR_CELL.sub(rb'\1"str"', parts[name])
    except _TooLargeError:
        raise ListRefused(
            f"{source} hat ein Tabellenblatt mit mehr als {grouped(MAX_ROWS)} Zeilen, "
            f"{MAX_COLUMNS} Spalten oder {grouped(MAX_CELLS)} Zellen; "
            "bitte nur die Liste selbst in eine neue Mappe kopieren und diese speichern."
        ) from None
    except (_DamagedError, expat.ExpatError, ValueError, IndexError) as error:
        raise damaged(source) from error
    return filled


def _refuse_markup(parts: dict[str, bytes]) -> None:
    """Bound the time for parsing, by a look that costs almost none itself."""
    tags = {name: part.count(b"<") for name, part in parts.items()}
    others = sum(n for name, n in tags.items() if not name.lower().startswith(BULKY))
    if sum(tags.values()) > MAX_TAGS or others > MAX_OTHER_TAGS:
        raise _TooLargeError


class _Ruler:
    """Goes through one XML part and stops at the first thing that is too much."""

    def __init__(self, string_lengths: list[int], *, collects: bool) -> None:
        self.string_lengths = string_lengths
        self.collects = collects
        self.extent = Extent()
        self._row = self._column = self._depth = 0
        self._in_cell = self._in_string = self._is_shared = False
        self._index: str | None = None  # the digits in the <v> of a shared string

    def measure(self, part: bytes) -> None:
        """Parse the part, as UTF-8 whatever it claims; UTF-16 would show by its null bytes."""
        if b"\0" in part or OVERLONG_TOKEN.search(part):
            raise _DamagedError
        if not self.collects:
            part = take_ordinary_rows(part, self.string_lengths, self.extent)
            self._refuse_excess()
        parser = expat.ParserCreate("utf-8")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(part.removeprefix(BOM_UTF8), True)  # noqa: FBT003 - positional only

    def _doctype(self, *_: object) -> None:
        """Refuse what could define entities: Office never writes it."""
        raise _DamagedError

    def _start(self, qualified_name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH or self._index is not None:
            raise _DamagedError
        if attributes:
            for promise in PROMISES & attributes.keys():  # calamine reserves memory for them
                if int(attributes[promise]) > MAX_TAGS:
                    raise _DamagedError
        name = qualified_name.rpartition(":")[2]
        if name == "row":
            if self._in_cell:
                raise _DamagedError
            self._row = int(attributes.get("r", self._row + 1))
        elif name == "c":
            self._start_cell(attributes)
        elif self._in_cell:
            self._fill_cell()
            self._index = "" if self._is_shared and name == "v" else None
        elif name == "si" and self.collects:
            self._in_string = True
            self.string_lengths.append(0)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if self._in_cell:
            raise _DamagedError
        self._in_cell = True
        self._is_shared = attributes.get("t") == "s"
        self._column += 1
        if reference := attributes.get("r"):
            match = REFERENCE.fullmatch(reference)
            if match is None:
                raise _DamagedError
            self._column = max(self._column, column_number(match[1]))
            self._row = max(self._row, int(match[2]))

    def _fill_cell(self) -> None:
        """Count a cell with content; one that only has a colour costs nothing."""
        extent = self.extent
        extent.cells += 1
        extent.rows = max(extent.rows, self._row)
        extent.columns = max(extent.columns, self._column)
        self._refuse_excess()

    def _refuse_excess(self) -> None:
        extent = self.extent
        if extent.rows > MAX_ROWS + 1 or extent.columns > MAX_COLUMNS:
            raise _TooLargeError
        if max(extent.cells, extent.rows * extent.columns) > MAX_CELLS:
            raise _TooLargeError
        if extent.characters > MAX_TEXT_CHARACTERS:
            raise _TooLargeError

    def _text(self, piece: str) -> None:
        if self._in_string:
            self.string_lengths[-1] += len(piece)
        elif self._index is not None:
            if self._index:  # in several pieces, of which calamine might take the first alone
                raise _DamagedError
            self._index = piece

    def _end(self, qualified_name: str) -> None:
        self._depth -= 1
        name = qualified_name.rpartition(":")[2]
        if name == "row":
            self._column = 0
        elif name == "c":
            self._in_cell = False
        elif self._index is not None:
            if self._index:
                self.extent.characters += self.string_lengths[int(self._index)]
                self._refuse_excess()
            self._index = None
        elif name == "si":
            self._in_string = False
