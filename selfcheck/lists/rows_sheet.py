"""A sheet that takes long lists: whole rows in one format, at little cost for each cell.

XlsxWriter keeps an object for each cell and looks at its kind twice; with 10,000 people that is
most of the time that an export takes. Here a row becomes what stands in the file at once. All else
(texts, formats, the rest of the sheet) stays XlsxWriter's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from selfcheck.lists.cells import Value

LINE_HEIGHT = 15  # points, of Calibri 11
MAX_TEXT = 16_383  # characters; Excel takes twice as many, and counts some of them twice


class RowsSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """For ``Workbook.add_worksheet(worksheet_class=RowsSheet)``; it takes one list."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[str] = []

    def add_rows(
        self,
        first_row: int,
        rows: Iterable[Sequence[Value]],
        widths: Sequence[int],
        cell_format: Format,
    ) -> int:
        """Take the rows of a list, the lowest of the sheet; returns the number of the last one.

        ``widths`` are those of the columns in characters: a row becomes as high as its texts need
        when they are wrapped, because not every program measures that. Rows count from 0.
        """
        style = cell_format._get_xf_index()  # noqa: SLF001 - a number in the list of formats
        starts = [f'<c r="{xl_col_to_name(column)}' for column in range(len(widths))]
        columns = list(zip(starts, [max(1, width - 2) for width in widths], strict=True))
        texts = self.str_table
        for row, values in enumerate(rows, first_row + 1):
            cells, lines = [], 1
            for (start, width), value in zip(columns, values, strict=True):
                if not isinstance(value, str):
                    content = "/>" if value is None else f"><v>{value!r}</v></c>"
                elif not value:
                    content = "/>"
                else:
                    if len(value) > MAX_TEXT or value.startswith("<r>"):
                        value = _harmless(value)  # noqa: PLW2901
                    index = texts._get_shared_string_index(value)  # noqa: SLF001
                    content = f' t="s"><v>{index}</v></c>'
                    if len(value) > width:
                        lines = max(lines, -(-len(value) // width))  # words do not fill a line
                cells.append(f'{start}{row}" s="{style}"{content}')
            height = f' ht="{lines * LINE_HEIGHT}" customHeight="1"' if lines > 1 else ""
            self._rows.append(f'<row r="{row}"{height}>{"".join(cells)}</row>')
        last_row = first_row + len(self._rows) - 1
        self._check_dimensions(last_row, len(widths) - 1)
        return last_row

    def _write_rows(self) -> None:
        super()._write_rows()
        self.fh.writelines(self._rows)


def _harmless(text: str) -> str:
    """Cut what Excel would not open; and XlsxWriter takes <r>…</r> for a text with formats."""
    return f"{text[:MAX_TEXT]} "
