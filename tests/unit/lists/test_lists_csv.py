import codecs
import csv

import pytest

from selfcheck.lists import Column, ListRefused, or_empty, read_list, text

NUMBER = Column("Nummer", text(max_length=50))
NAME = Column("Kürzel", or_empty(text(max_length=200_000)))


def read(content, filename="liste.csv"):
    if isinstance(content, str):
        content = content.encode()
    result = read_list(content, filename, [NUMBER, NAME])
    assert not result.errors
    return [(row.number, row[NUMBER], row[NAME]) for row in result.rows]


@pytest.mark.parametrize("delimiter", ";,\t")
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_delimiters_and_line_ends(encoding, delimiter, line_end):
    content = line_end.join([f"Nummer{delimiter}Kürzel", f"007{delimiter}Straße – 5 €", ""])
    assert read(content.encode(encoding)) == [(2, "007", "Straße – 5 €")]


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ('Nummer;Kürzel;"Name, Vorname, Titel"', "50;a,b;"),
        ('Nummer,Kürzel,"Name; Vorname; Titel"', '50,"a,b",'),
        ('Nummer\tKürzel\t"a,b,c;d;e;f"', "50\ta,b\t"),
        ('"Nummer";"Kürzel"', '"50";"a,b"'),
        ('Kürzel;"Vor-,\n,,,Name";Nummer', "a,b;;50"),
        ("\n  \r\nNummer,Kürzel", '50,"a,b"'),
    ],
)
def test_the_delimiter_is_decided_by_the_header_outside_quotes(header, line):
    assert [row[1:] for row in read(f"{header}\n{line}\n")] == [("50", "a,b")]


def test_excels_delimiter_line_is_obeyed_and_not_counted():
    assert read("sep=,\r\nNummer,Kürzel\r\n50,a;b\r\n") == [(2, "50", "a;b")]


def test_quoted_cells_hold_delimiters_quotes_and_line_ends():
    content = 'Nummer;Kürzel\n50;"a;b ""c""\r\nd\ne"\n51;x\n'
    assert read(content) == [(2, "50", 'a;b "c"\nd\ne'), (3, "51", "x")]


def test_quotes_within_a_cell_are_text():
    assert read('Nummer;Kürzel\n50;Amt "Nord"\n') == [(2, "50", 'Amt "Nord"')]


@pytest.mark.parametrize(
    "bad_line",
    [
        '51;"offen',
        '51;"offen\n52;auch noch',
        '51;"offen\n52;"geschlossen"',
        '51;"zu"spät',
        '51;"offen\n' + "52;x\n" * 40_000,  # longer than csv allows a cell to be
    ],
)
def test_an_unclosed_quote_does_not_swallow_the_rest(bad_line):
    with pytest.raises(ListRefused, match=r"ab Zeile 3 nicht lesbar: Ein Anführungszeichen"):
        read(f"Nummer;Kürzel\n50;x\n{bad_line}\n")


def test_long_cells_are_read_as_far_as_excel_allows_them():
    assert len(read("Nummer;Kürzel\n50;" + "x" * 32_767)[0][2]) == 32_767
    assert csv.field_size_limit() == 131_072  # a setting of the whole process: left alone


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + b"Nummer;K\xfcrzel\n1;x\n",
        b"Nummer;K\xfcrzel\n1;\x81\n",  # neither UTF-8 nor Windows-1252
        codecs.BOM_UTF16_LE + b"N\x00\x00\xd8x\x00",
        codecs.BOM_UTF16_LE + b"N",
    ],
)
def test_undecodable_text_is_refused(content):
    with pytest.raises(ListRefused, match="Zeichen, die nicht lesbar sind"):
        read(content)


@pytest.mark.parametrize(
    "content",
    ["Nummer;Kürzel\n1;x".encode("utf-16-le"), bytes(range(32)) * 9, b"Nummer\x00;K", b"MZ\x00"],
)
def test_binary_content_is_refused(content):
    with pytest.raises(ListRefused, match="weder eine Excel-Mappe noch eine CSV-Datei"):
        read(content)


def test_a_control_character_is_an_error_of_its_cell():
    result = read_list("Nummer;Kürzel\n1;a\n2;\x00\n".encode(), "l.csv", [NUMBER, NAME])
    assert [(error.row, error.column) for error in result.errors] == [(3, "Kürzel")]


def test_the_name_of_the_file_decides_nothing():
    assert read("Nummer;Kürzel\n50;x\n", "liste.xlsx") == [(2, "50", "x")]
