"""What every kind of file is turned into before its columns are understood."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from selfcheck.lists.cells import Cell

MAX_ROWS = 200_000
MAX_COLUMNS = 100


@dataclass(frozen=True, slots=True)
class Sheet:
    """The raw cells of a list.

    `source` begins every sentence about the file. `records` are all rows from row 1 on, empty
    ones included; they can be read once, and reading may raise ListRefused.
    """

    source: str
    records: Iterable[Sequence[Cell]]
    warnings: tuple[str, ...] = ()
