"""What a raw cell is, how it is tidied before it is read, and how it looks to the user."""

import datetime as dt
import re
import unicodedata
from decimal import Decimal

Cell = str | float | dt.date | dt.time | dt.timedelta
"""A raw cell: bool and int are floats here, datetime is a date; an empty cell is the text ""."""

Value = str | int | float | None
"""What may be written into a cell; None leaves it empty."""

INVISIBLE = "\ufeff\u200b\u200e\u200f"  # left behind by copying from web pages and mail
BLANKS = INVISIBLE + "".join(filter(str.isspace, map(chr, range(0x3001))))
UNREADABLE_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd-\uffff]")
EXCEL_FAILURE = re.compile(r"#(?:#{2,}|[A-ZÜ]+[!?]|DIV/0!|NV|N/A)", re.IGNORECASE)


class Unreadable(ValueError):  # noqa: N818 - about the data, not an error of the program
    """The cell does not hold what its column asks for; see CellError for the two phrases."""

    def __init__(self, problem: str, expected: str) -> None:
        super().__init__(problem, expected)
        self.problem = problem
        self.expected = expected


def tidied(cell: Cell) -> Cell:
    """Strip a text cell and normalise it to NFC; refuse damaged text and Excel's error values."""
    if not isinstance(cell, str):
        return cell
    if UNREADABLE_CHARACTER.search(cell):
        raise Unreadable("enthält ein nicht lesbares Zeichen", "lesbarer Text")
    tidy = trimmed(unicodedata.normalize("NFC", cell).replace("\r\n", "\n"))
    if EXCEL_FAILURE.fullmatch(tidy):
        raise Unreadable("ist eine Fehlermeldung von Excel", "ein Wert")
    return tidy


def trimmed(value: str) -> str:
    """Strip what the eye does not see: blanks, no-break spaces, byte order marks."""
    return value.strip(BLANKS)


def folded(value: str) -> str:
    """Reduce a header or a choice to what counts: not its case, not its spaces."""
    return " ".join(trimmed(unicodedata.normalize("NFC", value)).casefold().split())


def shown(cell: Cell) -> str:
    """Write a cell as a German Excel would show it."""
    match cell:
        case str():
            return cell
        case bool():
            return "WAHR" if cell else "FALSCH"
        case int() | float():
            return f"{exact(cell):f}".replace(".", ",")
        case dt.datetime():
            return f"{cell:%d.%m.%Y %H:%M}"
        case dt.date():
            return f"{cell:%d.%m.%Y}"
        case _:
            return str(cell)


def exact(number: float) -> Decimal:
    """Take the 15 digits that Excel keeps and shows: 0.1 + 0.2 is 0.3, and -0.0 is 0."""
    return Decimal(f"{number:.15g}") + 0
