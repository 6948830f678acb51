"""What does a cell mean? One parser for each kind of column.

A parser takes a tidied cell and returns its value, or raises Unreadable with the two halves of
the sentence that the user reads. Where Excel has replaced what the user typed (a date for „1.2“,
a rounded number for a long one), the original is lost: that is an error, never a guess.
"""

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar

from selfcheck.lists.cells import Cell, Unreadable, exact, folded, shown
from selfcheck.lists.messages import grouped

T = TypeVar("T")
Parser = Callable[[Cell], T]

ROUNDED_BY_EXCEL = re.compile(r"\d[.,]\d+E[+-]\d+")  # 1,23457E+11, as Excel saves it to CSV
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
EXACT_BELOW = 10**15  # Excel keeps 15 digits.
GERMAN_DATE = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})", re.ASCII)
ISO_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)
PLAIN_NUMBER = re.compile(r"[+-]?\d{1,15}([.,]\d{1,15})?", re.ASCII)
GROUPED_NUMBER = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3}){1,4}(,\d{1,15})?", re.ASCII)
AMBIGUOUS_NUMBER = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}", re.ASCII)

YES_NO = dict.fromkeys(["ja", "j", "x", "1", "wahr"], True) | dict.fromkeys(
    ["nein", "n", "", "0", "falsch"], False
)
AS_TEXT = "bitte die Spalte in Excel als „Text“ formatieren und den Wert neu eingeben"


def text(*, max_length: int) -> Parser[str]:
    """Read text; whole numbers lose Excel's „.0“, whatever Excel has altered is an error."""
    expected = f"ein Text mit höchstens {grouped(max_length)} Zeichen"

    def parse(cell: Cell) -> str:
        _refuse_empty(cell, expected)
        _refuse_altered(cell)
        value = shown(cell)
        if len(value) > max_length:
            raise Unreadable(f"ist mit {grouped(len(value))} Zeichen zu lang", expected)
        return value

    return parse


def calendar_date(cell: Cell) -> dt.date:
    """Read a date: 31.12.2026, 2026-12-31 or an Excel date without a time of day."""
    expected = "z. B. 31.12.2026"
    _refuse_empty(cell, expected)
    if isinstance(cell, dt.datetime):
        if cell.time() != dt.time.min:
            raise Unreadable("enthält eine Uhrzeit", expected)
        cell = cell.date()
    day = cell if isinstance(cell, dt.date) else _written_date(cell)
    if day is None:
        raise Unreadable("ist kein Datum", expected)
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise Unreadable(f"liegt nicht zwischen {EARLIEST_YEAR} und {LATEST_YEAR}", expected)
    return day


def decimal(cell: Cell) -> Decimal:
    """Read a number with a decimal comma or point; points may group thousands before a comma.

    „1.234“ alone could be either and is refused. „1,234“ is not: in a German list a comma is
    always the decimal one.
    """
    expected = "eine Zahl, z. B. 7,5"
    _refuse_empty(cell, expected)
    match cell:
        case bool():
            pass
        case int() | float() if math.isfinite(cell):
            return exact(cell)
        case dt.date() | dt.time() | dt.timedelta():
            raise Unreadable("hat Excel aus der Eingabe gemacht", f"{expected} – {AS_TEXT}")
        case str() if AMBIGUOUS_NUMBER.fullmatch(cell):
            whole = cell.replace(".", "")
            comma = cell.replace(".", ",")
            raise Unreadable("ist mehrdeutig", f"{whole} oder {comma}")
        case str() if PLAIN_NUMBER.fullmatch(cell):
            return Decimal(cell.replace(",", "."))
        case str() if GROUPED_NUMBER.fullmatch(cell):
            return Decimal(cell.replace(".", "").replace(",", "."))
    raise Unreadable("ist keine Zahl", expected)


def yes_no(cell: Cell) -> bool:
    """Read ja/nein, j/n, x/empty, 1/0, wahr/falsch in any case; Excel's own 1.0 and WAHR too."""
    answer = YES_NO.get(folded(shown(cell)))
    if answer is None:
        raise Unreadable("ist weder ja noch nein", "ja oder nein")
    return answer


def choice(options: Mapping[str, T]) -> Parser[T]:
    """Read one of the spellings given, whatever their case and spaces, as the value it names."""
    by_spelling = {folded(spelling): value for spelling, value in options.items()}
    *others, last = options
    expected = f"{', '.join(others)} oder {last}" if others else last

    def parse(cell: Cell) -> T:
        spelling = folded(shown(cell))
        if spelling not in by_spelling:
            raise Unreadable("ist kein zulässiger Wert" if spelling else "ist leer", expected)
        return by_spelling[spelling]

    return parse


def or_empty(parse: Parser[T]) -> Parser[T | None]:
    """Let the cells of a column be empty: they are read as None."""
    return lambda cell: None if cell == "" else parse(cell)


def _refuse_empty(cell: Cell, expected: str) -> None:
    if cell == "":
        raise Unreadable("ist leer", expected)


def _refuse_altered(cell: Cell) -> None:
    """Refuse to take as text what Excel has made of it: the user's own characters are gone."""
    expected = f"ein Text – {AS_TEXT}"
    match cell:
        case dt.date() | dt.time() | dt.timedelta():
            raise Unreadable("hat Excel als Datum oder Uhrzeit gespeichert", expected)
        case float() if not cell.is_integer() or abs(cell) >= EXACT_BELOW:
            raise Unreadable("hat Excel als Kommazahl oder gerundet gespeichert", expected)
        case str() if ROUNDED_BY_EXCEL.fullmatch(cell):
            raise Unreadable("hat Excel gerundet", expected)


def _written_date(cell: Cell) -> dt.date | None:
    written = shown(cell)
    match = GERMAN_DATE.fullmatch(written) or ISO_DATE.fullmatch(written)
    if match is None:
        return None
    try:
        return dt.date(**{part: int(digits) for part, digits in match.groupdict().items()})
    except ValueError:
        return None
