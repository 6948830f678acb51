"""How do the sheets of an evaluation look, and how high must a row be?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

A4 = 9
LINE_HEIGHT = 14.5  # points
LARGEST_HEIGHT = 400  # points; a row can have 409
WHOLE, SHARE = "#,##0", "0.0%"

SHADE, LIGHT_SHADE, INK, LINE = "#D9E1EE", "#EEF2F8", "#14213D", "#8A94A6"

STYLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "plain": {"valign": "top"},
    "wrapped": {"valign": "top", "text_wrap": True},
    "bold": {"valign": "top", "text_wrap": True, "bold": True},
    "muted": {"valign": "top", "text_wrap": True, "font_size": 9, "font_color": "#4A5468"},
    "header": {
        "bold": True,
        "font_size": 9,
        "text_wrap": True,
        "valign": "bottom",
        "bg_color": SHADE,
        "bottom": 1,
    },
    "header-number": {
        "bold": True,
        "font_size": 9,
        "text_wrap": True,
        "valign": "bottom",
        "align": "right",
        "bg_color": SHADE,
        "bottom": 1,
    },
    "section": {"bold": True, "font_size": 12, "font_color": INK, "top": 1, "top_color": LINE},
    "number": {"num_format": WHOLE, "valign": "top"},
    "share": {"num_format": SHARE, "valign": "top"},
    "sum": {"num_format": WHOLE, "bold": True, "bottom": 1, "bottom_color": LINE, "valign": "top"},
    "sum-share": {
        "num_format": SHARE,
        "bold": True,
        "bottom": 1,
        "bottom_color": LINE,
        "valign": "top",
    },
    "total": {"num_format": WHOLE, "bold": True, "bg_color": LIGHT_SHADE, "valign": "top"},
    "total-share": {"num_format": SHARE, "bold": True, "bg_color": LIGHT_SHADE, "valign": "top"},
}


class Formats:
    """The workbook's formats, made when a sheet asks for them."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[str, Format] = {}

    def __getitem__(self, name: str) -> Format:
        if name not in self._made:
            self._made[name] = self._workbook.add_format({"font_color": INK, **STYLES[name]})
        return self._made[name]


def set_up_page(sheet: Worksheet, *, title: str, day: str) -> None:
    """Let a sheet print on A4 landscape, as wide as the page, with numbered pages."""
    sheet.fit_to_pages(1, 0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    # An ampersand begins a command in a footer.
    sheet.set_footer(f"&L{title.replace('&', '&&')[:120]}&C{day}&RSeite &P von &N")
    sheet.hide_gridlines(2)


def height_of(*cells: tuple[str, float]) -> float:
    """Return how high a row must be for these texts, each with its column's width."""
    lines = max(_lines(text, width) for text, width in cells)
    return min(LARGEST_HEIGHT, LINE_HEIGHT * lines)


def _lines(text: str, width: float) -> int:
    usable = max(1, int(width - 2))  # words do not fill a line
    return sum(-(-len(part) // usable) or 1 for part in text.splitlines() or [""])
