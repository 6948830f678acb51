"""What does somebody get who asks what is stored about them (Art. 15 GDPR)?

One list of sections, of which the PDF and the JSON are both made.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from selfcheck.reports.typst_pdf import compile_pdf

TEMPLATE = Path(__file__).parent / "disclosure.typ"
NOTHING = "–"
WIDEST_TABLE = 5  # columns; wider rows are printed one below the other


@dataclass(frozen=True)
class Section:
    """A kind of data: its name, what each value is called, and the rows, all in words."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """Everything that is told. ``made_at`` is in the city's time zone."""

    title: str
    city: str
    made_at: datetime
    # Purposes, recipients, periods, rights: Art. 15 (1) a to h.
    about: Sequence[tuple[str, str]]
    sections: Sequence[Section]


def write_json(told: Disclosure) -> str:
    """Return everything for machines: each row with the names of its columns."""
    content = {
        "title": told.title,
        "controller": told.city,
        "made_at": told.made_at.isoformat(timespec="seconds"),
        "about": [{"title": title, "text": text} for title, text in told.about],
        "sections": [
            {
                "title": one.title,
                "entries": [dict(zip(one.columns, row, strict=True)) for row in one.rows],
            }
            for one in told.sections
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def write_pdf(told: Disclosure) -> bytes:
    """Return everything as a tagged PDF."""
    made = told.made_at
    data = {
        "title": told.title,
        "author": told.city,
        "made": {"year": made.year, "month": made.month, "day": made.day},
        "lead": f"{told.city}, Stand {made:%d.%m.%Y, %H:%M} Uhr",
        "about": [list(one) for one in told.about],
        "sections": [
            {
                "title": one.title,
                "columns": list(one.columns),
                "rows": [[value or NOTHING for value in row] for row in one.rows],
                "is-table": len(one.columns) <= WIDEST_TABLE,
            }
            for one in told.sections
        ],
    }
    return compile_pdf(TEMPLATE, data)
