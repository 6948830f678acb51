"""The evaluation as a workbook: Auswertung, Daten, Diagramm, Hinweise (interfaces.md)."""

from __future__ import annotations

import io
from datetime import UTC

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from selfcheck.evaluation.chart_sheet import write_chart
from selfcheck.evaluation.explanations import describe_report
from selfcheck.evaluation.figures import COLUMN_LABELS
from selfcheck.evaluation.hints_sheet import HintsSheet
from selfcheck.evaluation.report import DATA_HEADINGS, OfficeLine, Report, data_rows
from selfcheck.evaluation.sheet_styles import Formats, height_of, set_up_page, write_text
from selfcheck.evaluation.table_sheet import TableSheet
from selfcheck.training.mandate import Group

NUMBER_WIDTH, NAME_WIDTH = 12, 50
DATA_WIDTHS = (NUMBER_WIDTH, NAME_WIDTH, 15, *[14.5] * len(COLUMN_LABELS), 15, 21)
# Of each column of „Daten“, its heading and its cells; Nummer stays a text whatever is typed there.
DATA_STYLES = (
    ("filter", "key"),
    ("filter", "name"),
    ("filter", "word"),
    *[("filter-number", "number")] * len(COLUMN_LABELS),
    ("filter-number", "share"),
    ("filter-indented", "indented"),
)
PROPERTY_LENGTH = 255


def write_evaluation(report: Report) -> bytes:
    """Return the workbook of a report; text is always text, whatever it begins with."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(out, options) as workbook:
        subject = " · ".join(describe_report(report)[:2])
        workbook.set_properties(
            {
                "title": report.title,
                "subject": subject[:PROPERTY_LENGTH],
                "author": report.city,
                "category": report.mandate.title,
                "created": report.made_at.astimezone(UTC).replace(tzinfo=None),
            }
        )
        formats = Formats(workbook)
        TableSheet(workbook.add_worksheet("Auswertung"), formats, report).write()
        _write_data(workbook.add_worksheet("Daten"), formats, report)
        write_chart(workbook, workbook.add_worksheet("Diagramm"), formats, report)
        HintsSheet(workbook.add_worksheet("Hinweise"), formats, report).write()
    return out.getvalue()


def _write_data(sheet: Worksheet, formats: Formats, report: Report) -> None:
    """Write one row per unit and group, without totals."""
    styles = []
    for column, (heading, width, (heading_style, style)) in enumerate(
        zip(DATA_HEADINGS, DATA_WIDTHS, DATA_STYLES, strict=True)
    ):
        sheet.set_column(column, column, width)
        write_text(sheet, 0, column, heading, formats[heading_style])
        styles.append(formats[style])
    sheet.set_row(0, 45)
    row = 0
    for row, values in enumerate(data_rows(report), 1):
        for column, (value, style) in enumerate(zip(values, styles, strict=True)):
            if isinstance(value, str):
                write_text(sheet, row, column, value, style)
            elif value is not None:
                sheet.write_number(row, column, value, style)
    for index, line in enumerate(report.lines):
        _set_heights(sheet, 1 + index * len(Group), line)
    sheet.autofilter(0, 0, row, len(DATA_HEADINGS) - 1)
    sheet.freeze_panes(1, 2)
    sheet.repeat_rows(0)
    sheet.ignore_errors({"number_stored_as_text": f"A1:A{row + 1}"})
    set_up_page(sheet, title=report.title, day=f"Stichtag {report.reference_date:%d.%m.%Y}")


def _set_heights(sheet: Worksheet, first: int, line: OfficeLine) -> None:
    """Give the rows of a unit the height that its number and name need."""
    if len(line.number) < NUMBER_WIDTH and len(line.name) < NAME_WIDTH:
        return
    height = max(height_of(line.number, NUMBER_WIDTH), height_of(line.name, NAME_WIDTH))
    for row in range(first, first + len(Group)):
        sheet.set_row(row, height)
