"""What the user is told: why a file is refused, what is wrong with a cell."""

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN_LENGTH = 60
SHOWN_NAMES = 20


class ListRefused(ValueError):  # noqa: N818 - about the data, not an error of the program
    """The file cannot be read at all; the message is one German sentence for the user."""


def damaged(source: str) -> ListRefused:
    """Refuse a file that begins like a workbook and does not go on like one."""
    return ListRefused(
        f"{source} ist beschädigt; bitte in Excel öffnen und neu als .xlsx speichern."
    )


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that cannot be imported; `str()` gives the German sentence.

    `row` counts as Excel does, with the header in row 1. `problem` follows the value („ist kein
    Datum“), `expected` follows „erwartet wird“. An empty `column` means the row as a whole.
    """

    row: int
    column: str
    value: str
    problem: str
    expected: str

    def __str__(self) -> str:
        place = f"Zeile {self.row}" + (f", Spalte „{self.column}“" if self.column else "")
        subject = quoted(self.value) if self.value else "Die Zelle"
        return f"{place}: {subject} {self.problem}; erwartet wird {self.expected}."


def quoted(value: str) -> str:
    """Put a value from a file into German quotes, on one line and not too long."""
    line = "".join(character if character.isprintable() else " " for character in value)
    if len(line) > SHOWN_LENGTH:
        line = line[: SHOWN_LENGTH - 1] + "…"
    return f"„{line}“"


def quoted_all(values: Sequence[str]) -> str:
    """Enumerate values from a file: „A“, „B“, „C“, and an ellipsis where there are too many."""
    names = [quoted(value) for value in values[:SHOWN_NAMES]]
    return ", ".join(names + ["…"] * (len(values) > SHOWN_NAMES))


def grouped(number: int) -> str:
    """Write a whole number the German way: 200.000."""
    return f"{number:,}".replace(",", ".")
