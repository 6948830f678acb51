"""The sheet „Auswertung“: the official table, with totals that Excel computes itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import wrap

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from selfcheck.evaluation.explanations import (
    describe_coverage,
    describe_release,
    describe_report,
    explain_columns,
    explain_rules,
    explain_states,
)
from selfcheck.evaluation.figures import COLUMN_LABELS, QUOTA_LABEL, Figures, add_up
from selfcheck.evaluation.report import Block, OfficeLine, Report, add_up_lines, list_blocks
from selfcheck.evaluation.sheet_styles import (
    LINE_HEIGHT,
    Formats,
    Pages,
    height_of,
    set_up_page,
    write_text,
)
from selfcheck.evaluation.snapshot import TOTAL_LABEL
from selfcheck.training.mandate import Group

UNIT_COLUMN, GROUP_COLUMN, FIRST_FIGURE = 0, 1, 2
QUOTA_COLUMN = FIRST_FIGURE + len(Figures._fields)
PEOPLE_COLUMN = FIRST_FIGURE + Figures._fields.index("people")
FULFILLED_COLUMN = FIRST_FIGURE + Figures._fields.index("fulfilled")
FIGURE_LABELS = (*COLUMN_LABELS.values(), QUOTA_LABEL)
UNIT_WIDTH, GROUP_WIDTH = 50, 15
# Each as wide as its longest word.
WIDTHS = (
    UNIT_WIDTH,
    GROUP_WIDTH,
    *(max(10, max(map(len, label.split())) + 1) for label in FIGURE_LABELS),
)
HEADER_HEIGHT = 30
SMALL = 9  # points, of the letters below a unit's name
LINE_LENGTH = 200  # characters over the width of the page
TITLE_LENGTH, SUBTITLE_LENGTH = 110, 150  # the same in larger letters


class TableSheet:
    """Writes the table from top to bottom; ``row`` is the next free one."""

    def __init__(self, sheet: Worksheet, formats: Formats, report: Report) -> None:
        self.sheet = sheet
        self.formats = formats
        self.report = report
        self.row = 0
        # The rows of the subtotals of each Geschäftsbereich, to be added up for the city.
        self.subtotals: list[int] = []
        self.pages = Pages(WIDTHS, repeated=HEADER_HEIGHT)

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
        self.sheet.set_h_pagebreaks(self.pages.breaks)

    def _write_head(self) -> None:
        for text in wrap(self.report.title, TITLE_LENGTH):
            self._write_over_the_page(text, "title", 22)
        whose, *others = describe_report(self.report)
        for text in wrap(whose, SUBTITLE_LENGTH):
            self._write_over_the_page(text, "subtitle", 18)
        for told in others:
            for text in wrap(told, LINE_LENGTH):
                self._write_over_the_page(text, "plain")
        self._advance(LINE_HEIGHT)
        sheet, header = self.sheet, self.row
        write_text(sheet, header, UNIT_COLUMN, "Organisationseinheit", self.formats["header"])
        write_text(sheet, header, GROUP_COLUMN, "Gruppe", self.formats["header"])
        for column, label in enumerate(FIGURE_LABELS, FIRST_FIGURE):
            write_text(sheet, header, column, label, self.formats["header-number"])
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        self._advance(HEADER_HEIGHT)
        sheet.freeze_panes(self.row, FIRST_FIGURE)
        sheet.repeat_rows(header)
        day = f"Stichtag {self.report.reference_date:%d.%m.%Y}"
        set_up_page(sheet, title=self.report.title, day=day)

    def _write_over_the_page(self, text: str, style: str, height: float = LINE_HEIGHT) -> None:
        """Write a line; it runs over the empty cells at its right, nothing is merged."""
        write_text(self.sheet, self.row, UNIT_COLUMN, text, self.formats[style])
        self._advance(height)

    def _write_section(self, title: str) -> None:
        for column in range(QUOTA_COLUMN + 1):
            self.sheet.write_blank(self.row, column, None, self.formats["section"])
        self._write_over_the_page(title, "section", 18)

    def _advance(self, *heights: float) -> None:
        """Give the next rows their heights, and go on below them."""
        for height in heights:
            self.sheet.set_row(self.row, height)
            self.row += 1
            self.pages.used += height

    def _write_block(self, block: Block) -> None:
        """Write a Geschäftsbereich: a heading keeps its first unit, the sum its last one."""
        label = f"Summe {block.title}"
        heights = [sum(_heights_of(line)) for line in block.lines]
        heights[-1] += sum(_heights_of_sums(label))
        self.pages.keep_together(self.row, heights[0] + 2 * LINE_HEIGHT)
        self._write_section(block.title)
        first = self.row
        for line, height in zip(block.lines, heights, strict=True):
            if line is not block.lines[0]:
                self.pages.keep_together(self.row, height)
            self._write_office(line)
        last = self.row - 1
        self.subtotals.append(self.row)
        self._write_sums(
            label,
            block.lines,
            lambda column, group: _sum_of_group(first, last, column, group),
            "total",
        )
        self._advance(LINE_HEIGHT)

    def _write_city(self) -> None:
        label = f"{self.report.city} gesamt"
        offsets = {group: offset for offset, group in enumerate(Group)}

        def of_subtotals(column: int, group: Group) -> str:
            cells = [xl_rowcol_to_cell(row + offsets[group], column) for row in self.subtotals]
            return f"={'+'.join(cells) or '0'}"

        self.pages.keep_together(self.row, sum(_heights_of_sums(label)))
        self._write_sums(label, self.report.lines, of_subtotals, "grand")

    def _write_office(self, line: OfficeLine) -> None:
        """Write the three rows of an office, beside its name and state and who released it."""
        first = self.row
        for row, (text, style) in enumerate(
            [
                (line.label, "bold-name"),
                (f"Stand: {line.status.value}", "muted"),
                (describe_release(line), "muted-last"),
            ],
            first,
        ):
            write_text(self.sheet, row, UNIT_COLUMN, text, self.formats[style])
        for offset, group in enumerate(Group):
            figures = None if line.rows is None else line.rows[group]
            self._write_numbers(first + offset, group.value, figures)
        self._write_total(first, line.total, "sum")
        self._advance(*_heights_of(line))

    def _write_numbers(self, row: int, label: str, figures: Figures | None) -> None:
        self.sheet.write_string(row, GROUP_COLUMN, label, self.formats["word"])
        if figures is None:
            return
        for column, number in enumerate(figures, FIRST_FIGURE):
            self.sheet.write_number(row, column, number, self.formats["number"])
        self._write_quota(row, figures, "share")

    def _write_total(self, first: int, figures: Figures | None, style: str) -> None:
        """Write the row „Gesamt“ below the two rows of the groups."""
        row = first + len(Group)
        self.sheet.write_string(row, GROUP_COLUMN, TOTAL_LABEL, self.formats[style])
        if figures is None:
            for column in range(FIRST_FIGURE, QUOTA_COLUMN + 1):
                self.sheet.write_blank(row, column, None, self.formats[style])
            return
        for column, number in enumerate(figures, FIRST_FIGURE):
            top, bottom = (xl_rowcol_to_cell(one, column) for one in (first, row - 1))
            formula = f"=SUM({top}:{bottom})"
            self.sheet.write_formula(row, column, formula, self.formats[style], number)
        self._write_quota(row, figures, f"{style}-share")

    def _write_sums(
        self,
        label: str,
        lines: Sequence[OfficeLine],
        formula: Callable[[int, Group], str],
        style: str,
    ) -> None:
        """Write three rows of sums over several offices."""
        first, rows, format_ = self.row, add_up_lines(lines), self.formats[style]
        write_text(self.sheet, first, UNIT_COLUMN, label, format_)
        muted = self.formats[f"{style}-muted"]
        for offset, text in enumerate([describe_coverage(lines), ""], 1):
            write_text(self.sheet, first + offset, UNIT_COLUMN, text, muted)
        for offset, group in enumerate(Group):
            row = first + offset
            self.sheet.write_string(row, GROUP_COLUMN, group.value, format_)
            for column, number in enumerate(rows[group], FIRST_FIGURE):
                self.sheet.write_formula(row, column, formula(column, group), format_, number)
            self._write_quota(row, rows[group], f"{style}-share")
        self._write_total(first, add_up(rows.values()), style)
        self._advance(*_heights_of_sums(label))

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
        """Write what the words mean, each section on one page."""
        for heading, pairs in [
            ("Bedeutung der Spalten", explain_columns()),
            ("So wurde gezählt", explain_rules(self.report.mandate)),
            ("Bedeutung des Standes", explain_states(self.report)),
        ]:
            if not pairs:
                continue
            texts = [line for label, told in pairs for line in _broken(f"{label}: {told}")]
            self.pages.keep_together(self.row, LINE_HEIGHT * (len(texts) + 3))
            self._advance(LINE_HEIGHT)
            self._write_section(heading)
            for text in texts:
                self._write_over_the_page(text, "plain")


def _broken(text: str) -> Sequence[str]:
    return wrap(text, LINE_LENGTH, subsequent_indent="    ")


def _heights_of(line: OfficeLine) -> list[float]:
    """Return the heights of the three rows of an office."""
    return [
        height_of(line.label, UNIT_WIDTH, is_bold=True),
        LINE_HEIGHT,
        height_of(describe_release(line), UNIT_WIDTH, SMALL),
    ]


def _heights_of_sums(label: str) -> list[float]:
    return [height_of(label, UNIT_WIDTH, is_bold=True), LINE_HEIGHT, LINE_HEIGHT]


def _sum_of_group(first: int, last: int, column: int, group: Group) -> str:
    """Return the formula that adds up a column over the rows of a group."""
    values = f"{xl_rowcol_to_cell(first, column)}:{xl_rowcol_to_cell(last, column)}"
    groups = (
        f"{xl_rowcol_to_cell(first, GROUP_COLUMN, col_abs=True)}"
        f":{xl_rowcol_to_cell(last, GROUP_COLUMN, col_abs=True)}"
    )
    return f'=SUMIFS({values},{groups},"{group.value}")'
