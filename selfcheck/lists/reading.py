"""Which columns are there, and what do their cells hold? From raw cells to typed rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from selfcheck.lists.cells import Cell, Unreadable, folded, shown, tidied, trimmed
from selfcheck.lists.files import open_sheet, pasted_sheet
from selfcheck.lists.messages import CellError, ListRefused, grouped, quoted_all
from selfcheck.lists.parsers import Parser
from selfcheck.lists.sheet import MAX_COLUMNS, MAX_ROWS, Sheet

MAX_ERRORS = 10_000
REMEMBERED = 1_000  # texts of a column whose meaning is looked up but once

T = TypeVar("T")
Record = tuple[int, Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """A column that the import knows: its header and how its cells are read.

    The list is refused if the column is missing, unless it is `optional`: then its cells are
    read as if they were empty, so its parser must take empty cells (`or_empty`, `yes_no`).
    """

    header: str
    parse: Parser[T]
    optional: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Row:
    """A row without errors; `number` counts as Excel does, with the header in row 1."""

    number: int
    values: Mapping[str, Any]

    def __getitem__(self, column: Column[T]) -> T:
        value: T = self.values[column.header]
        return value


@dataclass(frozen=True, slots=True)
class ReadList:
    """What was read. `rows` is complete only if there are no `errors`.

    `faulty_rows` hold what could be read of the rows with errors, so that an import can tell a
    row that is missing from one that is only wrong. `left_out` are the optional columns that the
    list does not have.
    """

    rows: list[Row] = field(default_factory=list)
    faulty_rows: list[Row] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    left_out: frozenset[Column[Any]] = frozenset()


def read_list(content: bytes, filename: str, columns: Sequence[Column[Any]]) -> ReadList:
    """Read an XLSX or CSV file; the name is only used in messages.

    Raises ListRefused for a file that cannot be read, has no rows or lacks a column.
    """
    return _read(open_sheet(content, filename), columns)


def read_pasted(pasted: str, columns: Sequence[Column[Any]]) -> ReadList:
    """Read rows copied in Excel, header included, as they arrive in a text field."""
    return _read(pasted_sheet(pasted), columns)


@dataclass(frozen=True, slots=True)
class _Place:
    """A column of the list: where it stands, and what the texts in it mean."""

    column: Column[Any]
    position: int
    known: dict[str, object] = field(default_factory=dict)

    def read(self, cell: Cell) -> object:
        """Return what a cell holds; raises Unreadable."""
        value: object = self.column.parse(tidied(cell))
        # Only of texts: 1.0 and True are one key and two cells.
        if type(cell) is str and len(self.known) < REMEMBERED:
            self.known[cell] = value
        return value


def _read(sheet: Sheet, columns: Sequence[Column[Any]]) -> ReadList:
    records = _filled(sheet.records)
    _, header = next(records, (0, []))
    names = [trimmed(shown(cell)) for cell in header]
    positions = _positions(names, columns, sheet.source)
    left_out = frozenset(column for column, at in positions.items() if at == len(names))
    result = ReadList(warnings=list(sheet.warnings), left_out=left_out)
    result.warnings.extend(_skipped(names, columns))
    places = [_Place(column, position) for column, position in positions.items()]
    filled = 0
    for filled, (number, cells) in enumerate(records, start=1):
        if filled > MAX_ROWS:
            raise ListRefused(
                f"{sheet.source} hat mehr als {grouped(MAX_ROWS)} Zeilen; bitte aufteilen."
            )
        if len(result.errors) >= MAX_ERRORS:
            result.warnings.append(
                f"Die Prüfung endet vor Zeile {number}: {grouped(MAX_ERRORS)} Fehler sind gefunden."
            )
            break
        if len(cells) > len(names):
            result.errors.append(_overhang(number, cells, len(names)))
        else:
            _read_row(number, cells, places, result)
    if not filled:
        raise ListRefused(
            f"{sheet.source} enthält keine Zeilen; bitte unter der Kopfzeile die Liste eintragen."
        )
    return result


def _filled(records: Iterable[Sequence[Cell]]) -> Iterator[Record]:
    """Count the rows as Excel does; leave out the empty ones, and empty cells at the end."""
    for number, cells in enumerate(records, start=1):
        width = len(cells)
        while width and isinstance(cell := cells[width - 1], str) and not trimmed(cell):
            width -= 1
        if width:
            yield number, cells[:width]


def _positions(
    names: Sequence[str], columns: Sequence[Column[Any]], source: str
) -> dict[Column[Any], int]:
    """Find the columns in the header; refuse one that is missing, or there twice."""
    if len(names) > MAX_COLUMNS:
        raise ListRefused(f"{source} hat mehr als {MAX_COLUMNS} Spalten; bitte andere löschen.")
    found = [folded(name) for name in names]
    wanted = {folded(column.header): column for column in columns}
    if twice := [column.header for key, column in wanted.items() if found.count(key) > 1]:
        raise ListRefused(
            f"{source} hat die Spalte {quoted_all(twice)} mehrfach; bitte nur eine davon behalten."
        )
    missing = [c.header for key, c in wanted.items() if key not in found and not c.optional]
    if missing and names:
        raise ListRefused(
            f"{source} braucht eine Kopfzeile mit allen Spalten; es fehlt {quoted_all(missing)}, "
            f"gefunden wurde {quoted_all([name for name in names if name])}."
        )
    beyond = len(names)  # where every row is empty: the place of an optional column left out
    return {c: found.index(key) if key in found else beyond for key, c in wanted.items()}


def _skipped(names: Sequence[str], columns: Sequence[Column[Any]]) -> Iterator[str]:
    known = {folded(column.header) for column in columns}
    if unknown := [name or "(ohne Überschrift)" for name in names if folded(name) not in known]:
        yield f"Nicht gelesen werden unbekannte Spalten: {quoted_all(unknown)}."


def _overhang(number: int, cells: Sequence[Cell], width: int) -> CellError:
    value = next(value for cell in cells[width:] if (value := trimmed(shown(cell))))
    return CellError(
        number,
        column="",
        value=value,
        problem="steht rechts von der letzten Spalte",
        expected=f"eine Zeile mit höchstens {width} Zellen (ein Text, der selbst ein Trennzeichen "
        "enthält, gehört in Anführungszeichen)",
    )


def _read_row(
    number: int, cells: Sequence[Cell], places: Sequence[_Place], result: ReadList
) -> None:
    values: dict[str, object] = {}
    errors: list[CellError] = []
    for place in places:
        cell = cells[place.position] if place.position < len(cells) else ""
        header = place.column.header
        if type(cell) is str and cell in place.known:
            values[header] = place.known[cell]
            continue
        try:
            values[header] = place.read(cell)
        except Unreadable as error:
            errors.append(CellError(number, header, shown(cell), error.problem, error.expected))
    result.errors.extend(errors)
    (result.faulty_rows if errors else result.rows).append(Row(number, values))
