"""Writing a list: rows become an XLSX file that prints, filters and never runs a formula."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook

from selfcheck.lists.cells import Value
from selfcheck.lists.rows_sheet import RowsSheet

HEADER_ROW = 3  # below title and subtitle, with a blank line between
A4 = 9


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
        sheet = workbook.add_worksheet("Liste", worksheet_class=RowsSheet)
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
        widths = [heading.width for heading in headings]
        last_row = sheet.add_rows(HEADER_ROW + 1, rows, widths, cell)
        sheet.autofilter(HEADER_ROW, 0, last_row, len(headings) - 1)
        sheet.freeze_panes(HEADER_ROW + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEADER_ROW)
        sheet.set_footer("&L&A&RSeite &P von &N")
    return out.getvalue()
