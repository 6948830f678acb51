import contextlib
import csv
import io
import unicodedata

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfcheck.lists import (
    Column,
    ListRefused,
    calendar_date,
    choice,
    decimal,
    or_empty,
    read_list,
    read_pasted,
    text,
    yes_no,
)
from selfcheck.lists.cells import EXCEL_FAILURE, trimmed
from selfcheck.lists.parsers import ROUNDED_BY_EXCEL

WIDTH = 3
HEADERS = [f"Spalte {number}" for number in range(WIDTH)]
COLUMNS = [Column(header, or_empty(text(max_length=99))) for header in HEADERS]
FILES = settings(max_examples=25, deadline=None)


def survives(value):
    """What a list may hold as it is: the rest is tidied or refused, which other tests show."""
    return (
        value == trimmed(unicodedata.normalize("NFC", value))
        and not EXCEL_FAILURE.fullmatch(value)
        and not ROUNDED_BY_EXCEL.fullmatch(value)
    )


def cells(alphabet):
    return st.text(alphabet, max_size=9).filter(survives)


def tables(alphabet):
    row = st.lists(cells(alphabet), min_size=WIDTH, max_size=WIDTH).filter(any)
    return st.lists(row, min_size=1, max_size=5)


ANY = st.characters(
    codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="\ufffd"
) | (st.sampled_from('\n";,\tÄöß€=#+'))
WINDOWS = st.characters(codec="cp1252", exclude_categories=["Cc"]) | st.sampled_from('\n";,\tÄöß€')


def read_back(content):
    result = read_list(content, "liste", COLUMNS)
    assert result.errors == result.warnings == []
    return [[row[column] or "" for column in COLUMNS] for row in result.rows]


def written(table, delimiter):
    content = io.StringIO()
    csv.writer(content, delimiter=delimiter).writerows([HEADERS, *table])
    return content.getvalue()


@FILES
@given(tables(ANY), st.sampled_from(";,\t"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_csv_in_unicode_reads_back(table, delimiter, encoding):
    assert read_back(written(table, delimiter).encode(encoding)) == table


@FILES
@given(tables(WINDOWS), st.sampled_from(";,\t"))
def test_csv_in_windows_1252_reads_back(table, delimiter):
    table = [*table, ["Maß", "für", "Maß"]]  # no valid UTF-8
    assert read_back(written(table, delimiter).encode("cp1252")) == table


@FILES
@given(tables(ANY), st.sampled_from(";,\t"))
def test_pasted_text_reads_back(table, delimiter):
    rows = read_pasted(written(table, delimiter), COLUMNS).rows
    assert [[row[column] or "" for column in COLUMNS] for row in rows] == table


@FILES
@given(tables(ANY))
def test_xlsx_with_shared_strings_reads_back(make_xlsx, table):
    assert read_back(make_xlsx([HEADERS, *table])) == table


@FILES
@given(tables(ANY))
def test_xlsx_with_strings_in_place_reads_back(table):
    workbook = openpyxl.Workbook()
    for number, row in enumerate([HEADERS, *table], start=1):
        for column, value in enumerate(row, start=1):
            cell = workbook.active.cell(number, column)
            cell.value, cell.data_type = value, "s"  # no formula, whatever it begins with
    content = io.BytesIO()
    workbook.save(content)
    assert read_back(content.getvalue()) == table


ALL_KINDS = [
    Column("a", text(max_length=9)),
    Column("b", calendar_date),
    Column("c", decimal),
    Column("d", yes_no),
    Column("e", choice({"x": 1})),
]


def reads_or_refuses(content):
    with contextlib.suppress(ListRefused):
        errors = read_list(content, "liste", ALL_KINDS).errors
        assert all(str(error).endswith(".") for error in errors)


@given(
    st.sampled_from([b"", b"a;b;c;d;e\n", b"PK\x03\x04", b"\xff\xfe", b"a,b,c,d,e,"]),
    st.binary(max_size=200),
)
def test_any_bytes_are_read_or_refused(beginning, rest):
    reads_or_refuses(beginning + rest)


ANY_CELL = (
    st.text(max_size=9)
    | st.sampled_from(["30.02.2026", "1.234,5", "NaN", "ja", "X", "#NV", "9" * 30, "-0"])
    | st.from_regex(r"[0-9.,+-]{1,12}", fullmatch=True)
)


@given(st.lists(st.lists(ANY_CELL, max_size=7), max_size=4))
def test_any_cells_are_read_or_refused(table):
    content = io.StringIO()
    csv.writer(content, delimiter=";").writerows([["a", "b", "c", "d", "e"], *table])
    reads_or_refuses(content.getvalue().encode(errors="replace"))


@pytest.fixture(scope="session")
def sound(make_xlsx):
    return make_xlsx([list("abcde"), ["1", "1.1.2026", 7.5, "x", "x"]])


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4))
def test_damaged_workbooks_are_read_or_refused(sound, changes):
    content = bytearray(sound)
    for position, byte in changes:
        content[position % len(content)] = byte
    reads_or_refuses(bytes(content))


TAGS = [
    '<row r="2">',
    "<row>",
    "</row>",
    '<c r="A2">',
    '<c r="B3" s="1">',
    "<c>",
    '<c t="s">',
    "</c>",
]
TAGS += ['<c t="e">', '<c t="d">', '<c t="b">', "<is>", "</is>", "<t>", "</t>", "<f>", "</f>"]
TAGS += ["<v>", "</v>", "<v/>", "0", "1e300", "-5", "2958466", "2026-02-30", "nan", "&amp;", "&#0;"]
FRAGMENTS = [
    *TAGS,
    "<c s='1'><v>-1e300</v></c>",
    "<c><v>1</v></c>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
]


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12))
def test_odd_sheets_are_read_or_refused(with_sheet, fragments):
    header = "".join(f'<c t="str"><v>{name}</v></c>' for name in "abcde")
    reads_or_refuses(with_sheet(f"<row>{header}</row>" + "".join(fragments)))
