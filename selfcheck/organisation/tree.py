"""Does a set of units form a proper tree?

Pure: units are given by number, with the number of the unit above them.
"""

from __future__ import annotations

from collections.abc import Mapping


def find_cycles(parents: Mapping[str, str | None]) -> list[list[str]]:
    """Return the numbers on each cycle, in order; none for a proper tree.

    ``parents`` maps each unit's number to its parent's, or to None at the top. A parent that is
    not a key counts as a top.
    """
    cycles: list[list[str]] = []
    settled: set[str] = set()
    for start in parents:
        path: dict[str, int] = {}
        number: str | None = start
        while number is not None and number in parents and number not in settled:
            if number in path:
                cycles.append(list(path)[path[number] :])
                break
            path[number] = len(path)
            number = parents[number]
        settled.update(path)
    return cycles
