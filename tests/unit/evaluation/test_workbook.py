"""The workbook, opened with an independent reader and computed once more by LibreOffice."""

from io import BytesIO

import openpyxl
import pypdfium2
import pytest
from office_program import convert
from unit_evaluation import DANGEROUS, LONG_NAME, make_city, make_line, make_report

from selfcheck.evaluation.figures import add_up
from selfcheck.evaluation.flat import write_flat
from selfcheck.evaluation.report import DATA_HEADINGS, Report, data_rows, list_blocks
from selfcheck.evaluation.states import Status
from selfcheck.evaluation.workbook import write_evaluation

UNIT, GROUP, PEOPLE, QUOTA = 1, 2, 3, 12
GROUPS = ("Führungskräfte", "Beschäftigte", "Gesamt")


def load(content: bytes, **options: bool) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(content), **options)


@pytest.fixture(scope="module")
def city() -> Report:
    return make_city()


@pytest.fixture(scope="module")
def content(city) -> bytes:
    return write_evaluation(city)


def expected_table(report: Report) -> list[list[object]]:
    """Return the rows of the official table in the order of the sheet."""

    def three(rows: dict | None) -> list[list[object]]:
        if rows is None:
            return [[label, *[None] * 10] for label in GROUPS]
        figures = [*rows.values(), add_up(rows.values())]
        return [[label, *row, row.quota] for label, row in zip(GROUPS, figures, strict=True)]

    found = []
    for block in list_blocks(report):
        for line in block.lines:
            found += three(line.rows)
        found += three(block.rows)
    return found + three(report.rows)


def rows_of_table(book: openpyxl.Workbook) -> list[int]:
    """Return the numbers of the rows that hold figures."""
    sheet = book["Auswertung"]
    numbers = range(1, sheet.max_row + 1)
    return [row for row in numbers if sheet.cell(row, GROUP).value in GROUPS]


def table_of(book: openpyxl.Workbook) -> list[list[object]]:
    sheet = book["Auswertung"]
    columns = range(GROUP, QUOTA + 1)
    rows = [[sheet.cell(row, column).value for column in columns] for row in rows_of_table(book)]
    # An empty quota is an empty text in one program and no cell in another.
    return [[None if cell == "" else cell for cell in row] for row in rows]


def test_the_stored_values_are_those_of_the_report(city, content):
    assert table_of(load(content, data_only=True)) == expected_table(city)


@pytest.mark.slow
def test_libreoffice_computes_the_same_from_the_formulas(city, content, tmp_path):
    load(content).save(tmp_path / "bare.xlsx")  # the formulas without their values
    bare = table_of(load((tmp_path / "bare.xlsx").read_bytes(), data_only=True))
    assert bare[-1] == ["Gesamt", *[None] * 10]

    found = table_of(load(convert(tmp_path / "bare.xlsx", "xlsx"), data_only=True))

    expected = expected_table(city)
    assert [row[:-1] for row in found] == [row[:-1] for row in expected]
    for one, other in zip(found, expected, strict=True):
        assert one[-1] == (pytest.approx(other[-1]) if other[-1] is not None else None)


@pytest.mark.slow
def test_libreoffice_prints_every_number_and_no_row_of_crosses(city, content, tmp_path):
    (tmp_path / "city.xlsx").write_bytes(content)
    printed = pypdfium2.PdfDocument(convert(tmp_path / "city.xlsx", "pdf"))
    pages = [page.get_textpage().get_text_bounded() for page in printed]
    sizes = {tuple(map(round, page.get_size())) for page in printed}
    printed.close()

    assert sizes == {(842, 595)}
    assert "##" not in "".join(pages)
    tables = [page for page in pages if "Führungskräfte" in page and "Kompetenz" in page]
    assert all("Erfüllungsquote" in page for page in tables)
    assert f"{add_up(city.rows.values()).people:,}" in "".join(tables)
    assert f"Seite {len(pages)} von {len(pages)}" in pages[-1]


def test_totals_and_quotas_are_formulas_and_nothing_else_is(city, content):
    book = load(content)
    formulas = {
        (sheet.title, cell.row, cell.column)
        for sheet in book
        for line in sheet.iter_rows()
        for cell in line
        if cell.data_type == "f"
    }
    kinds = []  # of each row of the table: has it figures, is it a sum
    for block in list_blocks(city):
        for line in block.lines:
            kinds += [(line.rows is not None, is_sum) for is_sum in (False, False, True)]
        kinds += [(True, True)] * 3
    kinds += [(True, True)] * 3
    expected = {
        ("Auswertung", row, column)
        for row, (has_figures, is_sum) in zip(rows_of_table(book), kinds, strict=True)
        for column in range(PEOPLE, QUOTA + 1)
        if has_figures and (is_sum or column == QUOTA)
    }

    assert formulas == expected


def test_sums_say_how_many_units_they_leave_out(content):
    sheet = load(content)["Auswertung"]
    told = {
        sheet.cell(row, UNIT).value: sheet.cell(row + 1, UNIT).value
        for row in range(1, sheet.max_row)
    }

    assert told["Summe GB7 Geschäftsbereich 1"] is None
    assert told["Summe GB4 Verwaltung und Öffentlichkeit"] == "4 von 7 Einheiten mit Zahlen"
    assert told["Musterstadt gesamt"] == "51 von 57 Einheiten mit Zahlen"


def test_each_unit_has_its_state_and_who_released_it(content):
    sheet = load(content)["Auswertung"]
    texts = [sheet.cell(row, UNIT).value for row in range(1, sheet.max_row)]

    at = texts.index("01 Amt 01")
    released = "freigegeben am 12.01.2027 von Dr. Änne Groß"
    assert texts[at : at + 3] == ["01 Amt 01", "Stand: abgegeben", released]
    at = texts.index("04 Amt 04")
    assert texts[at : at + 3] == ["04 Amt 04", "Stand: offen", None]


def test_a_long_name_is_shown_whole(content):
    book = load(content)
    sheet = book["Auswertung"]
    (row,) = [
        row for row in range(1, sheet.max_row) if sheet.cell(row, UNIT).value == f"0010 {LONG_NAME}"
    ]

    # 485 letters in a column of 50 need ten lines and more.
    for name, number, column in (("Auswertung", row, "A"), ("Daten", 112, "B")):
        assert book[name].column_dimensions[column].width == pytest.approx(50, abs=1)
        assert book[name].row_dimensions[number].height >= 10 * 15
        assert book[name][f"{column}{number}"].alignment.wrap_text
    assert book["Daten"]["A112"].value == "0010"


def test_the_flat_sheet_is_exact_to_the_last_cell(city, content):
    sheet = load(content)["Daten"]
    found = [list(row) for row in sheet.iter_rows(values_only=True)]

    assert found[0] == list(DATA_HEADINGS)
    assert [row[:12] + row[13:] for row in found[1:]] == [
        row[:12] + row[13:] for row in data_rows(city)
    ]
    quotas = [row[12] for row in data_rows(city)]
    # A workbook holds 16 digits of a number.
    assert [row[12] for row in found[1:]] == [
        None if quota is None else pytest.approx(quota, rel=1e-15) for quota in quotas
    ]
    assert sheet.auto_filter.ref == f"A1:N{len(found)}"
    assert sheet.freeze_panes == "C2"


def test_text_is_never_a_formula_or_a_link(content):
    book = load(content)

    for sheet in book:
        assert not sheet._hyperlinks
        for row in sheet.iter_rows():
            for cell in row:
                if str(cell.value).lstrip().startswith(tuple(DANGEROUS)):
                    assert cell.data_type == "s"
    numbers = {row[0] for row in book["Daten"].iter_rows(min_row=2, values_only=True)}
    assert set(DANGEROUS) <= numbers


@pytest.mark.parametrize("text", ["<r>fett</r>", "_x0041_", "a\x01b", "&lt;", "\ufffe", "😀"])
def test_text_that_looks_like_the_files_own_stays_what_it_is(text):
    report = make_report([make_line(text, name=text, comment=text)], city=text, title=text)
    book = load(write_evaluation(report))

    # What XML cannot hold is written in another way, which the reader leaves as it is.
    written = {"a\x01b": "a_x0001_b", "\ufffe": "_xFFFE_"}.get(text, text)
    for cell in ("A2", "B2"):
        assert book["Daten"][cell].value.strip() == written
    assert book["Auswertung"]["A1"].value.strip() == written


def test_it_prints_on_a4_landscape_with_headers_and_page_numbers(content):
    book = load(content)

    assert book.sheetnames == ["Auswertung", "Daten", "Diagramm", "Hinweise"]
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        # One page is what goes without saying.
        assert sheet.page_setup.fitToWidth is None
        assert sheet.page_setup.fitToHeight == (None if sheet.title == "Diagramm" else 0)
        footer = sheet.oddFooter
        assert footer.left.text == "Auswertung Schulungsauftrag 2026"
        assert footer.center.text == "Stichtag 31.12.2026"
        assert footer.right.text == "Seite &P von &N"
        assert not sheet.merged_cells.ranges
    assert book["Auswertung"].print_title_rows == "$6:$6"
    assert book["Auswertung"]["A6"].value == "Organisationseinheit"
    assert book["Auswertung"].freeze_panes == "C7"
    assert book["Daten"].print_title_rows == "$1:$1"


def test_pages_break_between_units_only(content):
    sheet = load(content)["Auswertung"]
    last_rows = [one.id for one in sheet.row_breaks.brk]

    assert len(last_rows) > 5
    for row in last_rows:
        assert sheet.cell(row, GROUP).value in {"Gesamt", None}
        assert not str(sheet.cell(row + 1, UNIT).value).startswith("Summe")


def test_a_title_of_any_kind_fits_into_the_footer():
    report = make_report([make_line()], title="A & B " * 33, city="C & D")
    content = write_evaluation(report)

    footer = load(content)["Daten"].oddFooter
    assert footer.left.text.startswith("A && B A && B")
    assert (footer.center.text, footer.right.text) == ("Stichtag 31.12.2026", "Seite &P von &N")


def test_it_says_what_it_is(city, content):
    properties = load(content).properties

    assert (properties.title, properties.creator) == (city.title, city.city)
    assert "Stichtag 31.12.2026" in properties.subject


def test_an_office_of_its_own_has_three_rows():
    line = make_line("33", status=Status.DELIVERED_EARLY, sha256="cd" * 32)
    report = make_report([line], is_city=False, outside=None)
    book = load(write_evaluation(report), data_only=True)

    assert table_of(book) == [
        ["Führungskräfte", 4, 1, 2, 1, 0, 4, 3, 2, 2, 0.5],
        ["Beschäftigte", 10, 3, 2, 1, 1, 7, 6, 6, 4, 0.6],
        ["Gesamt", 14, 4, 4, 2, 1, 11, 9, 8, 6, 8 / 14],
    ]
    assert book["Auswertung"]["A2"].value == "Musterstadt: 33 Amt 33"
    assert "abgegeben, vorläufig" in book["Auswertung"]["A3"].value
    assert book["Auswertung"].row_breaks.brk == []


def test_a_city_without_figures_is_still_a_workbook():
    for lines in ([], [make_line(rows=None)]):
        book = load(write_evaluation(make_report(lines, with_live_figures=False)), data_only=True)
        assert table_of(book)[-1] == ["Gesamt", *[0] * 9, None]
        assert "keine Zahlen" in book["Diagramm"]["A2"].value


def test_the_csv_holds_the_same_rows(city):
    text = write_flat(city).decode("utf-8-sig")
    lines = text.split("\r\n")

    assert lines[0] == ";".join(DATA_HEADINGS)
    assert lines[3].startswith("01;Amt 01;Führungskräfte;3;1;1;0;2;4;2;1;2;0,333333")
    assert lines[3].endswith(";abgegeben")
    assert lines[9] == f"04;Amt 04;Führungskräfte;{';' * 9};offen"
    assert "'=1+1;" in text
    assert "'@SUM(A1);" in text
    assert text.count("\r\n") == 1 + 2 * len(city.lines)
