"""The sheet „Auswertung“: the official table, with totals that Excel computes itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from selfcheck.evaluation.explanations import (
    describe_line,
    describe_report,
    explain_columns,
    explain_rules,
)
from selfcheck.evaluation.figures import COLUMN_LABELS, QUOTA_LABEL, Figures, add_up
from selfcheck.evaluation.report import Block, OfficeLine, Report, list_blocks
from selfcheck.evaluation.sheet_styles import LINE_HEIGHT, Formats, height_of, set_up_page
from selfcheck.evaluation.snapshot import TOTAL_LABEL
from selfcheck.training.mandate import Group

HEADER_ROW = 5
UNIT_COLUMN, GROUP_COLUMN, FIRST_FIGURE = 0, 1, 2
QUOTA_COLUMN = FIRST_FIGURE + len(Figures._fields)
PEOPLE_COLUMN = FIRST_FIGURE + Figures._fields.index("people")
FULFILLED_COLUMN = FIRST_FIGURE + Figures._fields.index("fulfilled")
UNIT_WIDTH, GROUP_WIDTH, FIGURE_WIDTH, QUOTA_WIDTH = 40, 15, 14, 14
# So many points fit on a page once the columns are as wide as the page; a program with wider
# letters breaks earlier, and Excel breaks where it likes.
PAGE_HEIGHT = 900
Rows = Mapping[Group, Figures]


class TableSheet:
    """Writes the table from top to bottom; ``row`` is the next free one."""

    def __init__(self, sheet: Worksheet, formats: Formats, report: Report) -> None:
        self.sheet = sheet
        self.formats = formats
        self.report = report
        self.row = HEADER_ROW + 1
        # The rows of the subtotals of each Geschäftsbereich, to be added up for the city.
        self.subtotals: list[int] = []
        # Where pages begin, and how much of the current one is used, in points.
        self.page_breaks: list[int] = []
        self.used = LINE_HEIGHT * (HEADER_ROW + 3)

    def write(self) -> None:
        """Write the whole sheet."""
        self._write_head()
        if self.report.is_city:
            for block in list_blocks(self.report):
                self._write_block(block)
            self._write_city()
        else:
            self._write_office(self.report.lines[0])
        self._write_foot()
        self.sheet.set_h_pagebreaks(self.page_breaks)

    def _write_head(self) -> None:
        sheet, formats = self.sheet, self.formats
        sheet.write_string(0, 0, self.report.title, formats["title"])
        for row, line in enumerate(describe_report(self.report), 1):
            sheet.write_string(row, 0, line, formats["plain"])
        sheet.write_string(HEADER_ROW, UNIT_COLUMN, "Organisationseinheit", formats["header"])
        sheet.write_string(HEADER_ROW, GROUP_COLUMN, "Gruppe", formats["header"])
        for column, label in enumerate([*COLUMN_LABELS.values(), QUOTA_LABEL], FIRST_FIGURE):
            sheet.write_string(HEADER_ROW, column, label, formats["header-number"])
        sheet.set_row(HEADER_ROW, 30)
        sheet.set_column(UNIT_COLUMN, UNIT_COLUMN, UNIT_WIDTH)
        sheet.set_column(GROUP_COLUMN, GROUP_COLUMN, GROUP_WIDTH)
        sheet.set_column(FIRST_FIGURE, QUOTA_COLUMN - 1, FIGURE_WIDTH)
        sheet.set_column(QUOTA_COLUMN, QUOTA_COLUMN, QUOTA_WIDTH)
        sheet.freeze_panes(HEADER_ROW + 1, FIRST_FIGURE)
        sheet.repeat_rows(HEADER_ROW)
        day = f"Stichtag {self.report.reference_date:%d.%m.%Y}"
        set_up_page(sheet, title=self.report.title, day=day)

    def _keep_together(self, height: float) -> None:
        """Begin a new page if the rows to come do not fit on this one."""
        if self.used + height > PAGE_HEIGHT:
            self.page_breaks.append(self.row)
            self.used = 0
        self.used += height

    def _write_block(self, block: Block) -> None:
        self._keep_together(5 * LINE_HEIGHT)  # never a heading without its first unit
        self.used -= 3 * LINE_HEIGHT
        for column in range(QUOTA_COLUMN + 1):
            self.sheet.write_blank(self.row, column, None, self.formats["section"])
        self.sheet.write_string(self.row, UNIT_COLUMN, block.title, self.formats["section"])
        self.row += 1
        first = self.row
        for line in block.lines:
            self._write_office(line)
        last = self.row - 1
        self.subtotals.append(self.row)
        self._write_sums(
            f"Summe {block.title}",
            block.rows,
            lambda column, group: _sum_of_group(first, last, column, group),
        )
        self.row += 1

    def _write_city(self) -> None:
        offsets = {group: offset for offset, group in enumerate(Group)}

        def of_subtotals(column: int, group: Group) -> str:
            cells = [xl_rowcol_to_cell(row + offsets[group], column) for row in self.subtotals]
            return f"={'+'.join(cells) or '0'}"

        self._write_sums(f"{self.report.city} gesamt", self.report.rows, of_subtotals)

    def _write_office(self, line: OfficeLine) -> None:
        """Write the three rows of an office; the second says in which state it is."""
        texts = [(line.label, "bold"), (describe_line(line), "muted"), ("", "sum")]
        heights = [height_of((text, UNIT_WIDTH)) for text, _ in texts]
        self._keep_together(sum(heights))
        first = self.row
        for row, ((text, style), height) in enumerate(zip(texts, heights, strict=True), first):
            self.sheet.write_string(row, UNIT_COLUMN, text, self.formats[style])
            self.sheet.set_row(row, height)
        for offset, group in enumerate(Group):
            figures = None if line.rows is None else line.rows[group]
            self._write_numbers(first + offset, group.value, figures)
        self._write_total(first, line.total, "sum")
        self.row += 3

    def _write_numbers(self, row: int, label: str, figures: Figures | None) -> None:
        self.sheet.write_string(row, GROUP_COLUMN, label, self.formats["plain"])
        if figures is None:
            return
        for column, number in enumerate(figures, FIRST_FIGURE):
            self.sheet.write_number(row, column, number, self.formats["number"])
        self._write_quota(row, figures, "share")

    def _write_total(self, first: int, figures: Figures | None, style: str) -> None:
        """Write the row „Gesamt“ below the two rows of the groups."""
        row = first + len(Group)
        self.sheet.write_string(row, GROUP_COLUMN, TOTAL_LABEL, self.formats[style])
        for column in range(FIRST_FIGURE, QUOTA_COLUMN + 1):
            self.sheet.write_blank(row, column, None, self.formats[style])
        if figures is None:
            return
        for column, number in enumerate(figures, FIRST_FIGURE):
            top, bottom = (xl_rowcol_to_cell(one, column) for one in (first, row - 1))
            formula = f"=SUM({top}:{bottom})"
            self.sheet.write_formula(row, column, formula, self.formats[style], number)
        self._write_quota(row, figures, f"{style}-share")

    def _write_sums(self, label: str, rows: Rows, formula: Callable[[int, Group], str]) -> None:
        """Write three rows of sums over several offices."""
        self._keep_together(height_of((label, UNIT_WIDTH)) + 3 * LINE_HEIGHT)
        first = self.row
        for offset, text in enumerate([label, "", ""]):
            self.sheet.write_string(first + offset, UNIT_COLUMN, text, self.formats["total"])
        self.sheet.set_row(first, height_of((label, UNIT_WIDTH)))
        for offset, group in enumerate(Group):
            row = first + offset
            self.sheet.write_string(row, GROUP_COLUMN, group.value, self.formats["total"])
            for column, number in enumerate(rows[group], FIRST_FIGURE):
                self.sheet.write_formula(
                    row, column, formula(column, group), self.formats["total"], number
                )
            self._write_quota(row, rows[group], "total-share")
        self._write_total(first, add_up(rows.values()), "total")
        self.row += 3

    def _write_quota(self, row: int, figures: Figures, style: str) -> None:
        people, fulfilled = (
            xl_rowcol_to_cell(row, column) for column in (PEOPLE_COLUMN, FULFILLED_COLUMN)
        )
        quota = figures.quota
        self.sheet.write_formula(
            row,
            QUOTA_COLUMN,
            f'=IF({people}=0,"",{fulfilled}/{people})',
            self.formats[style],
            "" if quota is None else quota,
        )

    def _write_foot(self) -> None:
        self._keep_together(LINE_HEIGHT * 25)
        self.row += 1
        explained = [f"{label}: {meaning}." for label, meaning in explain_columns()]
        for heading, texts in [
            ("Bedeutung der Spalten", explained),
            ("So wurde gezählt", explain_rules(self.report.mandate)),
        ]:
            self.sheet.write_string(self.row, UNIT_COLUMN, heading, self.formats["section"])
            self.row += 1
            self.row = write_paragraphs(self.sheet, self.row, texts, self.formats)
            self.row += 1


def write_paragraphs(sheet: Worksheet, row: int, texts: Sequence[str], formats: Formats) -> int:
    """Write texts over the width of the page, line by line; returns the next free row.

    Cells are not merged: a text runs over the empty ones at its right.
    """
    for text in texts:
        for line in _broken(text):
            sheet.write_string(row, UNIT_COLUMN, line, formats["plain"])
            row += 1
    return row


def _broken(text: str, width: int = 165) -> list[str]:
    """Return a text in lines that fit on the page."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("    ")
        lines[-1] += f" {word}" if lines[-1].strip() else word
    return lines


def _sum_of_group(first: int, last: int, column: int, group: Group) -> str:
    """Return the formula that adds up a column over the rows of a group."""
    values = f"{xl_rowcol_to_cell(first, column)}:{xl_rowcol_to_cell(last, column)}"
    groups = (
        f"{xl_rowcol_to_cell(first, GROUP_COLUMN, col_abs=True)}"
        f":{xl_rowcol_to_cell(last, GROUP_COLUMN, col_abs=True)}"
    )
    return f'=SUMIFS({values},{groups},"{group.value}")'
