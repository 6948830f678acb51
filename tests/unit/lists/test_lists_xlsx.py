import datetime as dt
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter

from selfcheck.lists import (
    Column,
    ListRefused,
    calendar_date,
    decimal,
    or_empty,
    read_list,
    text,
    yes_no,
)

NUMBER = Column("Nummer", or_empty(text(max_length=50)))
START = Column("Gültig ab", or_empty(calendar_date), optional=True)
AMOUNT = Column("Umfang", or_empty(decimal), optional=True)
LEADS = Column("Führungskraft", yes_no, optional=True)
COLUMNS = [NUMBER, START, AMOUNT, LEADS]


def read(content):
    return read_list(content, "liste.xlsx", COLUMNS)


def numbers(content):
    result = read(content)
    assert not result.errors
    return [row[NUMBER] for row in result.rows]


def test_cells_as_excel_keeps_them(make_xlsx):
    content = make_xlsx(
        [
            ["Nummer", "Gültig ab", "Umfang", "Führungskraft"],
            ["00123", dt.date(2026, 12, 31), 7.5, "x"],
            [123, dt.datetime.fromisoformat("2026-12-31"), 90, True],
            [123456789012345, "31.12.2026", "7,5", 0],
            [" A\u00a0", "2026-12-31", "1.234,5", None],
        ]
    )
    result = read(content)
    assert not result.errors
    assert [row[NUMBER] for row in result.rows] == ["00123", "123", "123456789012345", "A"]
    assert {row[START] for row in result.rows} == {dt.date(2026, 12, 31)}
    amounts = ["7.5", "90", "7.5", "1234.5"]
    assert [row[AMOUNT] for row in result.rows] == [Decimal(amount) for amount in amounts]
    assert [row[LEADS] for row in result.rows] == [True, True, False, False]


def test_rows_are_numbered_as_in_excel_wherever_the_table_begins(make_xlsx):
    rows = [[], [], [None, None, "Nummer", "Umfang"], [], [None, None, "50", 1], [None, " "]]
    result = read(make_xlsx([*rows, [None, None, "51", "eins"]]))
    assert [row.number for row in result.rows] == [5]
    assert [error.row for error in result.errors] == [7]


def test_what_excel_made_of_a_number_is_an_error(make_xlsx):
    rows = [
        ["Nummer", "Umfang"],
        [dt.date(2026, 2, 1), 1],
        [dt.time(12, 30), 1],
        ["1", dt.date(2026, 5, 7)],
    ]
    remedy = "bitte die Spalte in Excel als „Text“ formatieren und den Wert neu eingeben."
    saved = "hat Excel als Datum oder Uhrzeit gespeichert; erwartet wird ein Text"
    number = "hat Excel aus der Eingabe gemacht; erwartet wird eine Zahl, z. B. 7,5"
    assert [str(error) for error in read(make_xlsx(rows)).errors] == [
        f"Zeile 2, Spalte „Nummer“: „01.02.2026“ {saved} – {remedy}",
        f"Zeile 3, Spalte „Nummer“: „12:30:00“ {saved} – {remedy}",
        f"Zeile 4, Spalte „Umfang“: „07.05.2026“ {number} – {remedy}",
    ]


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A2" t="e"><v>#N/A</v></c>',
        "<c r='A2' s='0' t='e'><v>#REF!</v></c>",
        '<c t="e" r="A2"><f>1/0</f><v>#DIV/0!</v></c>',
        '<c r="A2" t="str"><v>#NV</v></c>',
    ],
)
def test_excels_error_values_are_reported(with_sheet, cell):
    header = '<row r="1"><c r="A1" t="inlineStr"><is><t>Nummer</t></is></c></row>'
    (error,) = read(with_sheet(f'{header}<row r="2">{cell}</row>')).errors
    assert (error.row, error.problem) == (2, "ist eine Fehlermeldung von Excel")


def test_formulas_count_with_the_value_stored_last():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row("A1", ["Nummer", "Umfang"])
        sheet.write_formula("A2", '="5"&"0"', None, "50")
        sheet.write_formula("B2", "=3+4.5", None, 7.5)
        sheet.write_formula("A3", '=IF(1,"","")', None, "")
    (row,) = read(content.getvalue()).rows
    assert (row[NUMBER], row[AMOUNT]) == ("50", Decimal("7.5"))


def test_rich_text_is_joined():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write("A1", "Nummer")
        sheet.write_rich_string("A2", workbook.add_format({"bold": True}), "Amt ", "für &", " <b>")
    assert numbers(content.getvalue()) == ["Amt für & <b>"]


def test_formats_far_away_cost_nothing(make_xlsx):
    workbook = openpyxl.load_workbook(io.BytesIO(make_xlsx([["Nummer"], ["50"]])))
    workbook.active["XFD1048576"].font = openpyxl.styles.Font(bold=True)
    content = io.BytesIO()
    workbook.save(content)
    assert numbers(content.getvalue()) == ["50"]


@pytest.mark.parametrize(
    ("rows", "xml"),
    [
        ("no references", "<row><c><v>1</v></c></row><row><c><v>2</v></c></row>"),
        (
            "line breaks",
            '<row r="1">\n <c r="A1">\n  <v>1</v>\n </c></row>\n<row>\n<c><v>2</v></c></row>',
        ),
    ],
)
def test_unusual_but_sound_xml(with_sheet, rows, xml):
    header = '<row><c t="inlineStr"><is><t>Nummer</t></is></c></row>'
    shifted = xml.replace('r="1"', 'r="2"').replace("A1", "A2")
    assert numbers(with_sheet(header + shifted)) == ["1", "2"]


def test_shared_strings_in_indented_xml(with_parts, make_xlsx):
    sound = make_xlsx([["Nummer"], ["50"]])
    sheet = zipfile.ZipFile(io.BytesIO(sound)).read("xl/worksheets/sheet1.xml").decode()
    indented = sheet.replace("<v>", "\n   <v>").replace("</v>", "</v>\n  ")
    assert numbers(with_parts({"xl/worksheets/sheet1.xml": "\ufeff" + indented})) == ["50"]


def test_parts_named_with_backslashes(make_xlsx):
    content = make_xlsx([["Nummer"], ["50"]])
    backslashes = content.replace(b"xl/worksheets/", b"xl\\worksheets\\")
    assert numbers(backslashes) == ["50"]


def test_the_first_sheet_is_read_and_others_are_mentioned(make_xlsx):
    result = read(make_xlsx([["Nummer"], ["50"]], Zweite=[["Nummer"], ["51"]], Leer=[]))
    assert [row[NUMBER] for row in result.rows] == ["50"]
    assert result.warnings == [
        "Die Datei „liste.xlsx“ hat mehrere Tabellenblätter; gelesen wird nur „Liste“."
    ]


def test_a_hidden_first_sheet_is_read_and_said_to_be_hidden(make_xlsx):
    content = make_xlsx([["Nummer"], ["50"]], Zweite=[["Nummer"], ["51"]])
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    workbook["Liste"].sheet_state = "hidden"
    workbook.active = 1
    changed = io.BytesIO()
    workbook.save(changed)
    result = read(changed.getvalue())
    assert [row[NUMBER] for row in result.rows] == ["50"]
    assert result.warnings[0].endswith("gelesen wird nur „Liste“ (ausgeblendet).")


def test_empty_further_sheets_are_not_worth_a_warning(make_xlsx):
    assert read(make_xlsx([["Nummer"], ["50"]], Tabelle2=[], Tabelle3=[])).warnings == []


def test_a_chart_before_the_first_sheet_is_passed_over():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        chart_sheet = workbook.add_chartsheet("Bild")
        sheet = workbook.add_worksheet("Liste")
        sheet.write_column("A1", ["Nummer", 50])
        chart = workbook.add_chart({"type": "bar"})
        chart.add_series({"values": "=Liste!$A$2:$A$2"})
        chart_sheet.set_chart(chart)
    assert numbers(content.getvalue()) == ["50"]


@pytest.mark.parametrize("rows", [[], [["Nummer"]], [["Nummer"], [" "], [None, ""]]])
def test_a_first_sheet_without_rows_is_refused(make_xlsx, rows):
    with pytest.raises(ListRefused) as refusal:
        read(make_xlsx(rows, Zweite=[["Nummer"], ["51"]]))
    assert str(refusal.value).startswith(
        "Die Datei „liste.xlsx“, Tabellenblatt „Liste“, enthält keine Zeilen"
    )


def test_overhanging_cells_are_reported(make_xlsx):
    (error,) = read(make_xlsx([["Nummer"], ["50", None, 7.5]])).errors
    assert (error.row, error.column, error.value) == (2, "", "7,5")
