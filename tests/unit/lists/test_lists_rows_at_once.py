"""Ordinary rows are measured at once, and not otherwise than the parser would."""

from xml.parsers.expat import ExpatError

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from selfcheck.lists.xlsx_extent import _DamagedError, _Ruler
from selfcheck.lists.xlsx_rows import Extent, take_ordinary_rows

STRINGS = [1, 20, 300]
REFUSALS = (_DamagedError, ExpatError, IndexError, ValueError)

CELLS = [
    '<c r="A2"><v>5</v></c>',
    '<c r="B2" s="1"><v>-1.5E+3</v></c>',
    '<c r="B2" t="s"><v>1</v></c>',
    '<c r="D2" s="7" t="s"><v>2</v></c>',
    '<c r="AB2" s="7"/>',
    '<c r="C2" t="str"><v>Wert</v></c>',
    # These are left to the parser.
    '<c r="C3"><v>1</v></c>',
    '<c r="C2" t="s"><v>3</v></c>',
    '<c r="C2" t="s"><v>-1</v></c>',
    '<c r="C2" t="s"><v/></c>',
    '<c r="c2"><v>1</v></c>',
    "<c><v>1</v></c>",
    '<c r="C2" t="inlineStr"><is><t>Wort</t></is></c>',
    '<c r="C2"><f>A2+1</f><v>6</v></c>',
]
ROWS = [
    "".join(['<row r="2" spans="1:9" x14ac:dyDescent="0.25">', *CELLS[:2], CELLS[4], "</row>"]),
    "".join(['<row r="2">', *CELLS[2:4], "</row>"]),
]
PIECES = ['<row r="2">', "</row>", "<row>", '<row r="9" x="1"/>', "<c>", "</c>", "<v>", "</v>"]
PIECES += [
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?x ",
    "?>",
    '<x a="',
    '"/>',
    "<x a='",
    "'/>",
    "<is>",
]
ANY_ROW = st.lists(st.sampled_from(CELLS), max_size=4).map(
    lambda cells: f'<row r="2">{"".join(cells)}</row>'
)


def measured(xml):
    """Return what is counted, or None if the sheet is refused."""
    ruler = _Ruler(list(STRINGS), collects=False)
    try:
        ruler.measure(f"<x xmlns:x14ac='x'><sheetData>{xml}</sheetData></x>".encode())
    except REFUSALS:
        return None
    return ruler.extent


def slowly(xml):
    """Write rows as no program does: the parser counts them."""
    return xml.replace("<row r", "<row  r")


@pytest.mark.parametrize("row", ROWS)
def test_an_ordinary_row_is_taken(row):
    assert b"<c" not in take_ordinary_rows(row.encode(), STRINGS, Extent())
    assert slowly(row).encode() == take_ordinary_rows(slowly(row).encode(), STRINGS, Extent())


@given(st.lists(ANY_ROW, max_size=4).map("".join))
def test_rows_are_measured_alike(xml):
    assert measured(xml) == measured(slowly(xml))


@given(st.lists(ANY_ROW | st.sampled_from([*ROWS, *PIECES, *CELLS]), max_size=8).map("".join))
@example(f"<!--{ROWS[0]}-->")
@example(f"<c>{ROWS[0]}</c>")
@example(f'<row r="2"{ROWS[0]}</row>')
@example(f'<x a="{ROWS[0]}"/>')
def test_nothing_escapes_between_odd_pieces(xml):
    at_once, by_the_parser = measured(xml), measured(slowly(xml))
    if at_once is not None:
        assert by_the_parser is not None
        assert at_once.cells >= by_the_parser.cells
        assert at_once.rows >= by_the_parser.rows
        assert at_once.characters >= by_the_parser.characters
        # Not the columns: after a cell outside of any row the parser counts on from there, which
        # no reader does where cells say what column they are in.
