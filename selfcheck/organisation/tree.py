"""Does a set of units form a proper tree?

Pure: units are given by number, with the number of the unit above them.
"""

from __future__ import annotations

from collections.abc import Mapping


def find_cycle(parents: Mapping[str, str | None]) -> list[str]:
    """Return the numbers on one cycle, in order, or an empty list.

    ``parents`` maps each unit's number to its parent's, or to None at the top. A parent that is
    not a key counts as a top.
    """
    settled: set[str] = set()
    for start in parents:
        path: dict[str, int] = {}
        number: str | None = start
        while number is not None and number in parents and number not in settled:
            if number in path:
                return list(path)[path[number] :]
            path[number] = len(path)
            number = parents[number]
        settled.update(path)
    return []
