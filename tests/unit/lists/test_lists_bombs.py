"""Files that are small on disk and would be enormous in memory."""

import io
import struct
import subprocess
import sys
import textwrap
import time
import zipfile

import pytest

from selfcheck.lists import Column, ListRefused, or_empty, read_list, text
from selfcheck.lists.xlsx_parts import unpacked

pytestmark = pytest.mark.slow

NUMBER = Column("Nummer", or_empty(text(max_length=50)))
TOO_LARGE = "Tabellenblatt mit mehr als 200.000 Zeilen, 100 Spalten oder 1.000.000 Zellen"
CORNERS = '<row><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>'
SHARED = '<c t="s"><v>0</v></c>'


def refusal_of(content):
    started = time.process_time()
    with pytest.raises(ListRefused) as refusal:
        read_list(content, "liste.xlsx", [NUMBER])
    assert time.process_time() - started < 5
    return str(refusal.value)


@pytest.mark.parametrize(
    "xml",
    [
        CORNERS,
        '<row r="1"><c r="CW1"><v>1</v></c></row>',
        '<row r="200002"><c r="A200002"><v>1</v></c></row>',
        '<row r="200002"><c><v>1</v></c></row>',
        '<row r="1"><c r="A200002"><v>1</v></c></row>',
        '<row r="200002"><c r="&#65;1"><v>1</v></c></row>',  # calamine overlooks such a reference
        '<row r="1"><c r="CU1"/><c/><c/><c><v>1</v></c></row>',
        '<x:row xmlns:x="x" r="200002"><x:c><x:v>1</x:v></x:c></x:row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="200000"><c r="Z200000"><v>1</v></c></row>',
        "<row/>" * 200_001 + "<row><c><v>1</v></c></row>",
    ],
)
def test_a_sheet_too_large_is_refused_before_it_is_laid_out(with_sheet, xml):
    assert TOO_LARGE in refusal_of(with_sheet(xml))


@pytest.mark.parametrize(
    "xml",
    [
        '<row r="1"><c r="AAAAAAAAA1"><v>1</v></c></row>',
        '<row r="1"><c r="A99999999999"><v>1</v></c></row>',
        '<row r="1"><c r="1"><v>1</v></c></row>',
        '<row r="x"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="XFD1048576"><c r="A1"/><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>1<!-- -->0</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>1&#48;</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>0<f/></v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>999999</v></c></row>',
        "<a>" * 200 + "</a>" * 200,
        '<row r="1" x="' + "x" * 600_000 + '"/>',
        "<row>",
    ],
)
def test_xml_that_two_parsers_could_understand_differently_is_refused(with_sheet, xml):
    assert "ist beschädigt" in refusal_of(with_sheet(xml))


def test_entities_are_refused_not_expanded(with_sheet):
    entities = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, 10))
    document = f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>'
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&e9;</t></is></c></row>'
    assert "ist beschädigt" in refusal_of(with_sheet(cell, document))
    assert "ist beschädigt" in refusal_of(with_sheet(cell))


def test_another_encoding_than_utf_8_is_refused(with_parts):
    sheet = '<?xml version="1.0" encoding="utf-16"?><worksheet><sheetData/></worksheet>'
    content = with_parts({"xl/worksheets/sheet1.xml": sheet.encode("utf-16")})
    assert "ist beschädigt" in refusal_of(content)


def test_one_long_string_in_many_cells_is_refused(with_parts):
    strings = f"<sst><si><t>{'x' * 30_000}</t></si></sst>"
    sheet = f"<worksheet><sheetData>{f'<row>{SHARED * 10}</row>' * 400}</sheetData></worksheet>"
    content = with_parts({"xl/sharedStrings.xml": strings, "xl/worksheets/sheet1.xml": sheet})
    assert len(content) < 10_000
    assert TOO_LARGE in refusal_of(content)


@pytest.mark.parametrize("promised", [10**11, 10**20, "many"])
def test_a_promise_of_many_strings_is_not_believed(with_parts, promised):
    """calamine reserves memory for as many as announced; failing to get it ends the process."""
    content = with_parts({"xl/sharedStrings.xml": f'<sst uniqueCount="{promised}"/>'})
    assert "ist beschädigt" in refusal_of(content)


def test_strings_under_another_name_are_not_trusted(with_parts):
    strings = f"<sst><si><t>{'x' * 30_000}</t></si></sst>"
    content = with_parts({"xl/sharedStrings.xml": None, "xl/strings.xml": strings})
    assert b"xl/strings.xml" in content
    assert "ist beschädigt" in refusal_of(content)


@pytest.mark.parametrize(
    ("part", "markup"),
    [
        ("xl/worksheets/sheet1.xml", "<c/>" * 5_000_001),
        ("xl/sharedStrings.xml", "<si/>" * 5_000_001),
        ("xl/workbook.xml", '<sheet name="a"/>' * 500_001),
        ("xl/styles.xml", "<xf/>" * 500_001),
    ],
)
def test_too_much_markup_is_refused_unread(with_parts, part, markup):
    assert TOO_LARGE in refusal_of(with_parts({part: f"<x>{markup}</x>"}))


def test_too_many_parts_are_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(1_001):
            archive.writestr(f"xl/{number}.xml", "")
    assert "entpackt größer als 100 MB" in refusal_of(content.getvalue())


def test_the_declared_sizes_are_added_up(with_parts):
    half = b" " * (51 * 1024 * 1024)
    content = with_parts({"xl/a.xml": half, "xl/b.xml": half})
    assert len(content) < 200_000
    assert "entpackt größer als 100 MB" in refusal_of(content)


def test_pictures_are_not_unpacked(with_parts):
    content = with_parts({"xl/media/image1.png": b"\0", "content.xml": "", "xl/drawing.vml": ""})
    assert sorted(unpacked(content, "")) == sorted(unpacked(with_parts({}), ""))


def lying(content, name, size):
    """Let both headers of a part declare another size than it has."""
    changed = bytearray(content)
    for signature, size_at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        position = -1
        while changed[position + name_at :][: len(name)] != name:
            position = changed.index(signature, position + 1)
        struct.pack_into("<L", changed, position + size_at, size)
    return bytes(changed)


def test_a_part_that_lies_about_its_size_is_refused(with_parts):
    name = "xl/worksheets/sheet1.xml"
    content = with_parts({name: b" " * (101 * 1024 * 1024)})
    for declared in (0, 1, 100):
        assert "ist beschädigt" in refusal_of(lying(content, name.encode(), declared))
    assert "entpackt größer" in refusal_of(lying(content, name.encode(), 2**31))


MEASURE = """
    import pathlib, resource, sys
    sys.path[:] = {path!r}
    from selfcheck.lists import ListRefused, read_list

    def peak():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

    before = peak()
    limit = (before + 1024) * 1024**2
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for path in sorted(pathlib.Path({folder!r}).iterdir()):
        try:
            read_list(path.read_bytes(), path.name, [])
        except ListRefused:
            print(path.name, peak() - before)
"""


def test_memory_stays_bounded(with_parts, with_sheet, tmp_path):
    """In one process of its own, the most expensive file last: the peak only ever grows."""
    name = "xl/worksheets/sheet1.xml"
    long_string = f"<sst><si><t>{'x' * 32_000}</t></si></sst>"
    references = f"<x><sheetData>{f'<row>{SHARED * 90}</row>' * 900}</sheetData></x>"
    bombs = {
        "1 corners": with_sheet(CORNERS),
        "2 depth": with_sheet("<a>" * 1_000_000),
        "3 lie": lying(with_parts({name: b" " * 2**27}), name.encode(), 100),
        "4 string": with_parts({"xl/sharedStrings.xml": long_string, name: references}),
        "5 blanks": with_parts({name: b" " * (99 * 1024 * 1024)}),
    }
    for file, content in bombs.items():
        (tmp_path / file).write_bytes(content)
    script = textwrap.dedent(MEASURE).format(path=sys.path, folder=str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True, timeout=60
    )
    peaks = [line.rsplit(maxsplit=1) for line in done.stdout.splitlines()]
    assert [file for file, _ in peaks] == list(bombs)
    *small, (_, largest) = peaks
    assert all(int(megabytes) < 40 for _, megabytes in small)
    assert int(largest) < 250


def test_a_whole_city_is_no_bomb(make_xlsx):
    """Nine thousand people, each with the nine columns of a staff list."""
    header = ["Nummer", *(f"Spalte {number}" for number in range(8))]
    content = make_xlsx(
        [header, *([f"{n:06}", *["Organisationseinheit"] * 8] for n in range(9_000))]
    )
    started = time.process_time()
    result = read_list(content, "personal.xlsx", [NUMBER])
    assert time.process_time() - started < 3
    assert result.rows[-1][NUMBER] == "008999"
