"""Writing a list: rows become an XLSX file that prints, filters and never runs a formula."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook

from selfcheck.lists.cells import Value

HEADER_ROW = 3  # below title and subtitle, with a blank line between
A4 = 9
LINE_HEIGHT = 15  # points, of Calibri 11


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: what stands above it, and how wide it is in characters."""

    label: str
    width: int


def write_workbook(
    *,
    title: str,
    subtitle: str,
    author: str,
    headings: Sequence[Heading],
    rows: Iterable[Sequence[Value]],
) -> bytes:
    """Return a workbook with one sheet; text is always text, whatever it begins with."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(out, options) as workbook:
        workbook.set_properties({"title": title, "subject": subtitle, "author": author})
        sheet = workbook.add_worksheet("Liste")
        bold = workbook.add_format({"bold": True, "font_size": 14})
        header = workbook.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        cell = workbook.add_format({"text_wrap": True, "valign": "top"})
        sheet.write_string(0, 0, title, bold)
        sheet.write_string(1, 0, subtitle)
        for column, heading in enumerate(headings):
            sheet.set_column(column, column, heading.width)
            sheet.write_string(HEADER_ROW, column, heading.label, header)
        last_row = HEADER_ROW
        for last_row, values in enumerate(rows, HEADER_ROW + 1):
            for column, value in enumerate(values):
                sheet.write(last_row, column, value, cell)
            sheet.set_row(last_row, LINE_HEIGHT * _lines(headings, values))
        sheet.autofilter(HEADER_ROW, 0, last_row, len(headings) - 1)
        sheet.freeze_panes(HEADER_ROW + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEADER_ROW)
        sheet.set_footer("&L&A&RSeite &P von &N")
    return out.getvalue()


def _lines(headings: Sequence[Heading], values: Sequence[Value]) -> int:
    """Return how many lines the fullest cell takes: not every program measures wrapped text."""
    widths = [max(1, heading.width - 2) for heading in headings]  # words do not fill a line
    return max(-(-len(str(one)) // width) or 1 for one, width in zip(values, widths, strict=True))
