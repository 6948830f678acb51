"""The workbook, opened with an independent reader and computed once more by LibreOffice."""

import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from unit_evaluation import make_line, make_report, make_rows

from selfcheck.evaluation.figures import COLUMN_LABELS, Figures, add_up
from selfcheck.evaluation.flat import write_flat
from selfcheck.evaluation.report import DATA_HEADINGS, Report, data_rows, list_blocks
from selfcheck.evaluation.states import Status
from selfcheck.evaluation.workbook import write_evaluation

HEADER_ROW = 6
UNIT, GROUP, PEOPLE, QUOTA = 1, 2, 3, 12
DANGEROUS = ["=1+1", "+49 351", "-1", "@SUM(A1)", "http://stadt.example", "0010", "7" * 300]


def rows_of(seed: int) -> dict:
    """Return rows that fit each other, different for each office."""
    managers = Figures(seed + 2, seed, 1, 0, 2, seed + 3, min(seed + 1, seed + 2), 1, seed + 1)
    employees = Figures(9 * seed, seed, seed, 0, 0, 2 * seed, seed, seed, 8 * seed)
    return make_rows(managers, employees)


def make_city() -> Report:
    """Return a city of 50 offices: some empty, some without staff, some without a division."""
    lines = []
    for seed in range(50):
        division = f"GB{seed % 6}" if seed % 7 else ""
        has_staff = seed % 11 > 0
        rows = rows_of(seed) if has_staff else make_rows(Figures(), Figures())
        if seed % 9 == 4:
            rows = None
        lines.append(
            make_line(
                f"{seed:02}",
                division_number=division,
                division_name="Verwaltung und Öffentlichkeit" if division else "",
                rows=rows,
                status=Status.OPEN if rows is None else Status.DELIVERED,
                sha256="" if rows is None else "ab" * 32,
            )
        )
    names = {"name": "Amt mit einem sehr langen Namen " * 15, "comment": "=1+1\nNoch etwas."}
    lines += [make_line(number, **names) for number in DANGEROUS]
    return make_report(lines, unreported={"99 =1+1": 4})


def load(content: bytes, **options: bool) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(content), **options)


@pytest.fixture(scope="module")
def city() -> Report:
    return make_city()


@pytest.fixture(scope="module")
def content(city) -> bytes:
    return write_evaluation(city)


@pytest.fixture(scope="module")
def computed(content, tmp_path_factory) -> openpyxl.Workbook:
    """Return the workbook as LibreOffice computes it from the formulas alone."""
    folder = tmp_path_factory.mktemp("office")
    bare = load(content)  # saved without any stored value
    bare.save(folder / "bare.xlsx")
    total = next(cell for row in bare["Auswertung"] for cell in row if cell.data_type == "f")
    without = load((folder / "bare.xlsx").read_bytes(), data_only=True)
    assert without["Auswertung"][total.coordinate].value is None
    convert(folder / "bare.xlsx", "xlsx", folder / "out")
    return load((folder / "out" / "bare.xlsx").read_bytes(), data_only=True)


def convert(file: Path, kind: str, target: Path) -> None:
    """Let LibreOffice convert a file, with a profile of its own."""
    profile = (target.parent / "profile").as_uri()
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(target),
            str(file),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )


def cells(sheet: Worksheet, row: int) -> list[object]:
    return [sheet.cell(row, column).value for column in range(GROUP, QUOTA + 1)]


def expected_table(report: Report) -> list[list[object]]:
    """Return the rows of the official table in the order of the sheet."""

    def three(rows: dict | None) -> list[list[object]]:
        groups = [] if rows is None else list(rows.items())
        if rows is None:
            return [[label, *[None] * 10] for label in ("Führungskräfte", "Beschäftigte", "Gesamt")]
        named = [(group.value, figures) for group, figures in groups]
        return [
            [label, *figures, figures.quota]
            for label, figures in [*named, ("Gesamt", add_up(rows.values()))]
        ]

    found = []
    for block in list_blocks(report):
        for line in block.lines:
            found += three(line.rows)
        found += three(block.rows)
    return found + three(report.rows)


def table_of(book: openpyxl.Workbook) -> list[list[object]]:
    sheet = book["Auswertung"]
    labels = {"Führungskräfte", "Beschäftigte", "Gesamt"}
    numbers = range(HEADER_ROW + 1, sheet.max_row + 1)
    rows = [cells(sheet, row) for row in numbers if sheet.cell(row, GROUP).value in labels]
    # An empty quota is an empty text in one program and no cell in another.
    return [[None if cell == "" else cell for cell in row] for row in rows]


def test_the_stored_values_are_those_of_the_report(city, content):
    assert table_of(load(content, data_only=True)) == expected_table(city)


def test_libreoffice_computes_the_same_from_the_formulas(city, computed):
    found, expected = table_of(computed), expected_table(city)

    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one[:-1] == other[:-1]
        assert one[-1] == (pytest.approx(other[-1]) if other[-1] is not None else None)


def test_every_total_is_a_formula_and_nothing_else_is(content):
    book = load(content)
    formulas = {
        (sheet.title, cell.coordinate)
        for sheet in book
        for line in sheet.iter_rows()
        for cell in line
        if cell.data_type == "f"
    }
    sheet = book["Auswertung"]
    totals = {
        ("Auswertung", sheet.cell(row, column).coordinate)
        for row in range(HEADER_ROW + 1, sheet.max_row + 1)
        for column in range(PEOPLE, QUOTA + 1)
        if sheet.cell(row, GROUP).value
        and sheet.cell(row, PEOPLE).value is not None
        and (column == QUOTA or not isinstance(sheet.cell(row, column).value, int))
    }

    assert formulas == totals
    assert len(formulas) > 800


def test_the_flat_sheet_is_exact_to_the_last_cell(city, content):
    sheet = load(content)["Daten"]
    found = [list(row) for row in sheet.iter_rows(values_only=True)]

    assert found[0] == list(DATA_HEADINGS)
    for row, expected in zip(found[1:], data_rows(city), strict=True):
        assert row[:12] + row[13:] == expected[:12] + expected[13:]
        # XlsxWriter writes 16 digits.
        assert row[12] == (None if expected[12] is None else pytest.approx(expected[12], abs=1e-15))
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


def test_it_prints_on_a4_landscape_with_headers_and_page_numbers(content):
    book = load(content)

    assert book.sheetnames == ["Auswertung", "Daten", "Diagramm", "Hinweise"]
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.fitToWidth in {None, 1}
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.oddFooter.right.text == "Seite &P von &N"
        assert not sheet.merged_cells.ranges
    assert book["Auswertung"].print_title_rows == "$6:$6"
    assert book["Daten"].print_title_rows == "$1:$1"
    assert book["Auswertung"].freeze_panes == "C7"


def test_it_says_what_it_is(city, content):
    properties = load(content).properties

    assert (properties.title, properties.creator) == (city.title, city.city)
    assert "Stichtag 31.12.2026" in properties.subject


def test_the_chart_is_described_in_words(content):
    with zipfile.ZipFile(BytesIO(content)) as parts:
        drawing = parts.read("xl/drawings/drawing1.xml").decode()
        chart = parts.read("xl/charts/chart1.xml").decode()

    assert "Balkendiagramm: Erfüllungsquote zum 31.12.2026 für" in drawing
    assert "Diagramm!$B$2" in chart


def test_the_hints_hold_sums_hashes_and_who_is_missing(city, content):
    sheet = load(content)["Hinweise"]
    told = {str(row[0]): str(row[1]) for row in sheet.iter_rows(values_only=True) if row[0]}
    total = add_up(city.rows.values())

    for label, number in zip(COLUMN_LABELS.values(), total, strict=True):
        assert str(number) in [
            str(row[1]) for row in sheet.iter_rows(values_only=True) if row[0] == label
        ]
    assert "ab" * 32 in told["01 Amt 01"]
    assert "04 Amt 04" in told["Nicht abgegeben"]
    assert "99 =1+1: 4 Personen" in told["Ohne berichtspflichtige Einheit"]
    assert told["Kommentar 0010 " + "Amt mit einem sehr langen Namen " * 15] == (
        "=1+1\nNoch etwas."
    )


def test_an_office_of_its_own_has_three_rows():
    line = make_line("33", status=Status.DELIVERED_EARLY, sha256="cd" * 32)
    report = make_report([line], is_city=False, outside=None)
    book = load(write_evaluation(report), data_only=True)

    assert table_of(book) == [
        ["Führungskräfte", 4, 1, 2, 1, 0, 4, 3, 2, 2, 0.5],
        ["Beschäftigte", 10, 3, 2, 1, 1, 7, 6, 6, 4, 0.6],
        ["Gesamt", 14, 4, 4, 2, 1, 11, 9, 8, 6, 8 / 14],
    ]
    assert "33 Amt 33" in book["Auswertung"]["A2"].value
    assert "abgegeben, vorläufig" in book["Auswertung"]["A3"].value


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
    assert "'=1+1;" in text
    assert "'@SUM(A1);" in text
    assert text.count("\r\n") == 1 + 2 * len(city.lines)
