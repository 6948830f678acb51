"""What exactly did an office deliver? Its canonical form, and what differs from it.

The canonical form is JSON with sorted keys, without blanks, in UTF-8: the same delivery always
gives the same bytes, and with them the same SHA-256.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from selfcheck.evaluation.figures import (
    COLUMN_LABELS,
    BrokenTableError,
    Figures,
    add_up,
    check_figures,
)
from selfcheck.training.mandate import Group

Rows = Mapping[Group, Figures]

TOTAL_LABEL = "Gesamt"


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A delivery as it was released; moments are aware."""

    request_title: str
    mandate_key: str
    mandate_title: str
    rules_version: str
    reference_date: date
    unit_number: str
    unit_name: str
    # Which delivery of the office it is: 1, 2 …
    number: int
    rows: Rows
    comment: str
    ready_by: str
    ready_at: datetime | None
    released_by: str
    released_at: datetime
    # Released before the reference date had come.
    is_provisional: bool


class Difference(NamedTuple):
    """A cell that is not as it was; ``row`` is a group's name or „Gesamt“."""

    row: str
    column: str
    before: int
    after: int

    @property
    def label(self) -> str:
        """The cell in words."""
        return f"{self.row}, {COLUMN_LABELS[self.column]}"


def write_canonical(snapshot: Snapshot) -> str:
    """Return the canonical form of a delivery."""
    content = {
        **vars(snapshot),
        "reference_date": snapshot.reference_date.isoformat(),
        "ready_at": snapshot.ready_at.isoformat() if snapshot.ready_at else None,
        "released_at": snapshot.released_at.isoformat(),
        "rows": {group.value: row._asdict() for group, row in snapshot.rows.items()},
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(canonical: str) -> str:
    """Return the SHA-256 of a canonical form, in hexadecimal."""
    return sha256(canonical.encode()).hexdigest()


def read_canonical(canonical: str, expected_digest: str) -> Snapshot:
    """Return the delivery of a canonical form.

    Raises BrokenTableError if it is not what was released, or contradicts itself.
    """
    if digest(canonical) != expected_digest:
        raise BrokenTableError("Die gespeicherte Meldung passt nicht zu ihrer Prüfsumme.")
    content: dict[str, Any] = json.loads(canonical)
    ready_at = content["ready_at"]
    snapshot = Snapshot(
        **{
            **content,
            "reference_date": date.fromisoformat(content["reference_date"]),
            "ready_at": datetime.fromisoformat(ready_at) if ready_at else None,
            "released_at": datetime.fromisoformat(content["released_at"]),
            "rows": {group: Figures(**content["rows"][group.value]) for group in Group},
        }
    )
    for group, row in snapshot.rows.items():
        check_figures(row, f"{snapshot.unit_number} {group.value}")
    return snapshot


def write_figures(rows: Rows) -> str:
    """Return the figures of both groups in one line, as a form sends them along."""
    return ";".join(",".join(map(str, rows[group])) for group in Group)


def read_figures(text: str) -> dict[Group, Figures] | None:
    """Return the figures of such a line; None for any other text."""
    parts = [part.split(",") for part in text.split(";")]
    width = len(Figures._fields)
    is_whole = len(parts) == len(Group) and all(len(part) == width for part in parts)
    words = [word for part in parts for word in part]
    if not is_whole or not all(word.isascii() and word.isdecimal() for word in words):
        return None
    if max(map(len, words)) > 9:
        return None
    rows = zip(Group, parts, strict=True)
    return {group: Figures(*map(int, part)) for group, part in rows}


def with_total(rows: Rows) -> list[tuple[str, str, Figures]]:
    """Return the rows of an office's table as they stand below each other.

    Each with its label and a short name for addresses, which „Gesamt“ has none of.
    """
    groups = [(group.value, group.name.lower(), rows[group]) for group in Group]
    return [*groups, (TOTAL_LABEL, "", add_up(rows.values()))]


def find_differences(before: Rows, after: Rows) -> list[Difference]:
    """Return the cells that differ between two states of an office's table, row by row."""
    return [
        Difference(label, column, was, now)
        for (label, _, old), (_, _, new) in zip(with_total(before), with_total(after), strict=True)
        for column, was, now in zip(Figures._fields, old, new, strict=True)
        if was != now
    ]
