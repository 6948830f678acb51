"""Writing a list: what stands in it can be opened, and never computes anything."""

import io

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from selfcheck.lists.workbook import HEADER_ROW, Heading, write_workbook

HEADINGS = (Heading("Name", 22), Heading("Nummer", 16))
FIRST = HEADER_ROW + 2  # as Excel counts: from 1


def written(*rows: tuple[object, ...], subtitle: str = "Stadt · Stand") -> Worksheet:
    content = write_workbook(
        title="Liste", subtitle=subtitle, author="Stadt", headings=HEADINGS, rows=rows
    )
    return load_workbook(io.BytesIO(content)).active


def test_title_headings_and_rows_stand_where_they_belong() -> None:
    sheet = written(("Öz", "007"), ("Muster", "8"))
    assert [sheet.cell(1, 1).value, sheet.cell(2, 1).value] == ["Liste", "Stadt · Stand"]
    lines = list(sheet.iter_rows(min_row=HEADER_ROW + 1, values_only=True))
    assert lines == [("Name", "Nummer"), ("Öz", "007"), ("Muster", "8")]
    assert sheet.column_dimensions["A"].width == pytest.approx(22, abs=1)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "{=1+1}",
        "=HYPERLINK(A1)",
        "+49",
        "-1",
        "@SUM(A1)",
        "007",
        "1e5",
        "31.12.2026",
        "https://stadt.example",
        "mailto:a@stadt.example",
        "internal:Liste!A1",
        "Zeile 1\nZeile 2",
        "<b>&amp;",
    ],
)
def test_text_stays_text(text: str) -> None:
    cell = written((text, "x")).cell(FIRST, 1)
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", text, None)


@pytest.mark.parametrize("text", ["<r>&</r>", "<r><t>fett</t></r>", "x" * 40_000, "😀" * 20_000])
def test_a_text_that_would_leave_a_workbook_that_does_not_open_is_cut_or_ended_by_a_blank(
    text: str,
) -> None:
    value = written((text, "x")).cell(FIRST, 1).value
    assert value == f"{text[:16_383]} "
    assert len(value.encode("utf-16-le")) // 2 <= 32_767


@pytest.mark.parametrize(
    ("rows", "heights"),
    [
        ([("x" * 20, "y" * 14)], [None]),
        ([("x" * 21, "y")], [30]),
        ([("x", "y" * 43), ("x", "y"), ("", None)], [60, None, None]),
    ],
)
def test_a_row_is_as_high_as_its_fullest_cell(
    rows: list[tuple[object, ...]], heights: list[int | None]
) -> None:
    sheet = written(*rows)
    assert [sheet.row_dimensions[FIRST + n].height for n in range(len(rows))] == heights


@pytest.mark.parametrize("value", ["", "x", None, 7])
def test_every_cell_of_a_row_has_the_format_of_the_list(value: object) -> None:
    sheet = written(("x", value))
    assert sheet.cell(FIRST, 2).alignment.wrap_text
    assert sheet.cell(FIRST, 2).alignment.vertical == "top"
    assert sheet.dimensions == f"A1:B{FIRST}"


@pytest.mark.parametrize(("value", "kind"), [(0, "n"), (12, "n"), (0.5, "n"), (None, "n")])
def test_numbers_stay_numbers_and_nothing_stays_empty(value: float | None, kind: str) -> None:
    cell = written(("x", value)).cell(FIRST, 2)
    assert (cell.data_type, cell.value) == (kind, value)


@pytest.mark.parametrize("rows", [0, 1, 30])
def test_the_filter_covers_the_rows_and_the_header_is_repeated(rows: int) -> None:
    sheet = written(*[("x", "y")] * rows)
    assert sheet.auto_filter.ref == f"A{HEADER_ROW + 1}:B{HEADER_ROW + 1 + rows}"
    assert sheet.freeze_panes == f"A{FIRST}"
    assert sheet.print_title_rows == f"${HEADER_ROW + 1}:${HEADER_ROW + 1}"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0, "as many pages as it takes, each of full width"


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x1f", "\x7f", "\ufffe", "😀"])
def test_odd_characters_in_what_was_searched_for_leave_a_workbook_that_opens(
    character: str,
) -> None:
    sheet = written(("x", "y"), subtitle=f"Suche „{character}“")
    assert sheet.cell(2, 1).value.startswith("Suche „")
    assert sheet.cell(FIRST, 1).value == "x"


def test_a_title_of_any_length_is_written() -> None:
    sheet = written(subtitle="Suche " + "x" * 5000)
    assert sheet.cell(2, 1).value == "Suche " + "x" * 5000
