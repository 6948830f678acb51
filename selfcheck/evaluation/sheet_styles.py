"""How do the sheets of an evaluation look, and how high must a row be?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

A4 = 9
LINE_HEIGHT = 15.75  # points, of a line of the default letters
LARGEST_HEIGHT = 400  # points; a row can have 409
MAX_TEXT = 16_383  # characters; Excel takes twice as many, and counts some of them twice
DEFAULT_SIZE = 11  # points
FOOTER_LENGTH = 90  # characters of a title; a footer has 255, and each & takes two
WHOLE, SHARE = "#,##0", "0.0%"

# Of A4 landscape without its margins, in points.
PRINTED_WIDTH, PRINTED_HEIGHT = 770, 500

SHADE, LIGHT_SHADE, INK, MUTED = "#D9E1EE", "#EEF2F8", "#14213D", "#4A5468"
LINE, FAINT_LINE, BAR = "#8A94A6", "#D0D5DD", "#1F3F8F"

_TOP: Mapping[str, Any] = {"valign": "top"}
_MIDDLE: Mapping[str, Any] = {"valign": "vcenter"}
_WRAPPED: Mapping[str, Any] = {**_TOP, "text_wrap": True}
_MUTED: Mapping[str, Any] = {**_MIDDLE, "text_wrap": True, "font_size": 9, "font_color": MUTED}
_HEADER: Mapping[str, Any] = {
    **_WRAPPED,
    "bold": True,
    "font_size": 9,
    "valign": "bottom",
    "bg_color": SHADE,
    "bottom": 1,
}
_LAST: Mapping[str, Any] = {"bottom": 1, "bottom_color": LINE}
_SUM: Mapping[str, Any] = {**_MIDDLE, **_LAST, "bold": True}
_TOTAL: Mapping[str, Any] = {**_MIDDLE, "text_wrap": True, "bold": True, "bg_color": LIGHT_SHADE}
_GRAND: Mapping[str, Any] = {**_TOTAL, "bg_color": SHADE}

STYLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "subtitle": {"bold": True, "font_size": 12},
    "plain": _TOP,
    "wrapped": _WRAPPED,
    "bold": {**_WRAPPED, "bold": True},
    "code": {**_TOP, "font_name": "Courier New", "font_size": 9},
    # Of tables: a long name stands beside its numbers.
    "name": {**_MIDDLE, "text_wrap": True},
    "bold-name": {**_MIDDLE, "text_wrap": True, "bold": True},
    "key": {**_MIDDLE, "text_wrap": True, "num_format": "@"},
    "word": _MIDDLE,
    "indented": {**_MIDDLE, "indent": 1},
    "muted": _MUTED,
    "muted-last": {**_MUTED, **_LAST},
    "header": _HEADER,
    "header-number": {**_HEADER, "align": "right"},
    "header-indented": {**_HEADER, "indent": 1},
    # Below their texts stand the buttons of a filter.
    "filter": {**_HEADER, "valign": "top"},
    "filter-number": {**_HEADER, "valign": "top", "align": "right"},
    "filter-indented": {**_HEADER, "valign": "top", "indent": 1},
    "section": {"bold": True, "font_size": 12, "top": 1, "top_color": LINE},
    "number": {**_MIDDLE, "num_format": WHOLE},
    "number-left": {**_TOP, "num_format": WHOLE, "align": "left"},
    "share": {**_MIDDLE, "num_format": SHARE},
    "sum": {**_SUM, "num_format": WHOLE},
    "sum-share": {**_SUM, "num_format": SHARE},
    "total": {**_TOTAL, "num_format": WHOLE},
    "total-share": {**_TOTAL, "num_format": SHARE},
    "total-muted": {**_TOTAL, "bold": False, "font_size": 9, "font_color": MUTED},
    "grand": {**_GRAND, "num_format": WHOLE},
    "grand-share": {**_GRAND, "num_format": SHARE},
    "grand-muted": {**_GRAND, "bold": False, "font_size": 9, "font_color": MUTED},
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


def write_text(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    """Write a text as text, whatever it looks like; Excel's limit is kept.

    XlsxWriter takes <r>…</r> for a text with formats: a blank behind it says that it is none.
    """
    if not text:
        sheet.write_blank(row, column, None, style)
        return
    kept = text[:MAX_TEXT]
    is_markup = kept.startswith("<r>") and kept.endswith("</r>")
    sheet.write_string(row, column, f"{kept} " if is_markup else kept, style)


def set_up_page(sheet: Worksheet, *, title: str, day: str) -> None:
    """Let a sheet print on A4 landscape, as wide as the page, with numbered pages."""
    sheet.fit_to_pages(1, 0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    # An ampersand begins a command in a footer.
    footer_title = " ".join(title.split())[:FOOTER_LENGTH].replace("&", "&&")
    sheet.set_footer(f"&L{footer_title}&C{day}&RSeite &P von &N")
    sheet.hide_gridlines(2)


class Pages:
    """Where the pages of a sheet begin that is printed as wide as the page; heights in points.

    A program with other letters makes the columns wider, and the page a little less full. Excel
    itself breaks where it likes as long as it has to keep a sheet one page wide.
    """

    def __init__(self, widths: Sequence[float], repeated: float = 0) -> None:
        """Begin the first page; ``repeated`` is the height of the rows that each page repeats."""
        width = sum(width * 7 + 5 for width in widths) * 0.75
        self.height = 0.97 * PRINTED_HEIGHT * width / PRINTED_WIDTH
        self.repeated = repeated
        self.used = 0.0
        # The rows that begin a new page.
        self.breaks: list[int] = []

    def keep_together(self, row: int, height: float) -> None:
        """Begin a new page with a row unless the next ones, so high in all, fit on this one."""
        if self.used + height > self.height and self.used > self.repeated:
            self.breaks.append(row)
            self.used = self.repeated


def height_of(text: str, width: float, size: int = DEFAULT_SIZE, *, is_bold: bool = False) -> float:
    """Return how high a row must be, in points, for a text in letters of this size.

    ``width`` is that of the column, in digits; a letter is about as wide, a bold one wider.
    """
    usable = max(1, int((0.9 if is_bold else 1) * width * DEFAULT_SIZE / size))
    lines = sum(len(wrap(part, usable)) or 1 for part in text.splitlines() or [""])
    return max(LINE_HEIGHT, min(LARGEST_HEIGHT, lines * LINE_HEIGHT * size / DEFAULT_SIZE))
