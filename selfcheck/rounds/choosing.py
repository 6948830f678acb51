"""Which units are called? All of a kind at once, or single ones from the tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from selfcheck.organisation.kinds import UnitKind
from selfcheck.organisation.numbering import natural_key


class Scope(StrEnum):
    """The quick choices, and the one that goes by the ticks."""

    REPORTING = "reporting"
    OFFICES = "offices"
    CHOSEN = "chosen"


@dataclass(frozen=True, kw_only=True)
class Choosable:
    """A unit that can be called."""

    unit_id: int
    parent_id: int | None
    number: str
    label: str
    kind: UnitKind
    is_reporting: bool


@dataclass(frozen=True)
class TreeLine:
    """A unit in the order of the tree, and how deep it stands; 0 at the top."""

    unit_id: int
    label: str
    depth: int


def pick(units: Collection[Choosable], scope: Scope, ticked: Collection[int]) -> list[int]:
    """Return the ids of the units that a choice means, in the order of their numbers."""
    found = {
        Scope.REPORTING: [one for one in units if one.is_reporting],
        Scope.OFFICES: [one for one in units if one.kind is UnitKind.OFFICE],
        Scope.CHOSEN: [one for one in units if one.unit_id in ticked],
    }[scope]
    return [one.unit_id for one in sorted(found, key=lambda one: natural_key(one.number))]


def in_tree_order(units: Collection[Choosable]) -> Sequence[TreeLine]:
    """Return the units from the top down, each followed by those below it.

    A unit whose parent cannot be called stands at the top.
    """
    known = {one.unit_id for one in units}
    below: dict[int | None, list[Choosable]] = defaultdict(list)
    for one in sorted(units, key=lambda one: natural_key(one.number)):
        below[one.parent_id if one.parent_id in known else None].append(one)
    lines: list[TreeLine] = []
    waiting = [(one, 0) for one in reversed(below[None])]
    while waiting:
        one, depth = waiting.pop()
        lines.append(TreeLine(one.unit_id, one.label, depth))
        waiting += [(child, depth + 1) for child in reversed(below[one.unit_id])]
    return lines
