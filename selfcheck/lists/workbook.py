"""Writing a list: rows become an XLSX file that prints, filters and never runs a formula."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from selfcheck.lists.cells import Value
from selfcheck.lists.rows_sheet import LINE_HEIGHT, RowsSheet

HEADER_ROW = 3  # below title and subtitle, with a blank line between
A4 = 9


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: what stands above it, and how wide it is in characters."""

    label: str
    width: int


@dataclass(frozen=True, slots=True)
class ListSheet:
    """A list that becomes a sheet of its own; ``name`` stands on its tab."""

    name: str
    title: str
    subtitle: str
    headings: Sequence[Heading]
    rows: Iterable[Sequence[Value]]


def write_workbook(
    *,
    title: str,
    subtitle: str,
    author: str,
    headings: Sequence[Heading],
    rows: Iterable[Sequence[Value]],
) -> bytes:
    """Return a workbook with one sheet; text is always text, whatever it begins with."""
    return write_sheets([ListSheet("Liste", title, subtitle, headings, rows)], author=author)


def write_sheets(sheets: Sequence[ListSheet], *, author: str) -> bytes:
    """Return a workbook with these lists; its title is that of the first one."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(out, options) as workbook:
        workbook.set_properties(
            {"title": sheets[0].title, "subject": sheets[0].subtitle, "author": author}
        )
        formats = {
            "bold": workbook.add_format({"bold": True, "font_size": 14}),
            "header": workbook.add_format(
                {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
            ),
            "cell": workbook.add_format({"text_wrap": True, "valign": "top"}),
        }
        for one in sheets:
            sheet = workbook.add_worksheet(one.name, worksheet_class=RowsSheet)
            _fill(sheet, one, formats)
    return out.getvalue()


def _fill(sheet: RowsSheet, content: ListSheet, formats: Mapping[str, Format]) -> None:
    sheet.write_string(0, 0, content.title, formats["bold"])
    sheet.write_string(1, 0, content.subtitle)
    for column, heading in enumerate(content.headings):
        sheet.set_column(column, column, heading.width)
        sheet.write_string(HEADER_ROW, column, heading.label, formats["header"])
    lines = max(len(wrap(one.label, max(1, one.width - 2))) for one in content.headings)
    if lines > 1:  # not every program measures that
        sheet.set_row(HEADER_ROW, lines * LINE_HEIGHT)
    widths = [heading.width for heading in content.headings]
    last_row = sheet.add_rows(HEADER_ROW + 1, content.rows, widths, formats["cell"])
    sheet.autofilter(HEADER_ROW, 0, last_row, len(content.headings) - 1)
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_footer("&L&A&RSeite &P von &N")
