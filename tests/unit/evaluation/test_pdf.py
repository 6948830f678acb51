"""The PDF: tagged, and with the numbers of the report."""

from collections import Counter
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from unit_evaluation import make_city, make_line, make_report, make_rows

from selfcheck.evaluation.figures import Figures, add_up
from selfcheck.evaluation.pdf import write_pdf
from selfcheck.evaluation.report import Report, list_blocks
from selfcheck.evaluation.states import Status

# Of the flipped page, in points.
WIDTH, HEIGHT = 842, 595


def text_of(content: bytes) -> list[str]:
    """Return the text of each page, without the blanks and breaks that are only typography."""
    document = pypdfium2.PdfDocument(content)
    try:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    typography = {"\N{NO-BREAK SPACE}": " ", "\N{ZERO WIDTH SPACE}": ""}
    return [" ".join(page.translate(str.maketrans(typography)).split()) for page in pages]


@pytest.fixture(scope="module")
def city() -> Report:
    return make_city()


@pytest.fixture(scope="module")
def content(city) -> bytes:
    return write_pdf(city)


def printed_rows(rows: dict | None) -> list[str]:
    """Return the three rows of a unit as they stand in the text of the PDF."""
    labels = ["Führungskräfte", "Beschäftigte", "Gesamt"]
    if rows is None:
        return labels
    figures = [*rows.values(), add_up(rows.values())]
    return [_printed(label, row) for label, row in zip(labels, figures, strict=True)]


def _printed(label: str, figures: Figures) -> str:
    numbers = [f"{number:,}".replace(",", ".") for number in figures]
    quota = [] if figures.quota is None else [f"{figures.quota:.1%}"[:-1].replace(".", ",") + " %"]
    return " ".join([label, *numbers, *quota])


def test_every_number_of_the_city_stands_there_in_the_order_of_the_workbook(city, content):
    text = " ".join(text_of(content))
    expected = []
    for block in list_blocks(city):
        for line in block.lines:
            expected += printed_rows(line.rows)
        expected += printed_rows(block.rows)
    expected += printed_rows(city.rows)

    at = 0
    for row in expected:
        found = text.find(row, at)
        assert found >= 0, row
        at = found + len(row)
    assert len(expected) == 3 * (57 + 8 + 1)


def test_every_page_of_a_table_begins_with_its_headings(content):
    pages = [page for page in text_of(content) if "Führungskräfte 1" in page]

    assert len(pages) > 5
    for page in pages:
        assert "Organisationseinheit Gruppe Zielgruppe" in page
        assert "Seite" in page


def test_no_sum_stands_alone_on_a_page(content):
    for page in text_of(content):
        before, found, _ = page.partition("Summe GB")
        assert not found or "Stand: " in before


def test_nothing_reaches_beyond_the_page(content):
    document = pypdfium2.PdfDocument(content)
    for page in document:
        assert tuple(map(round, page.get_size())) == (WIDTH, HEIGHT)
        for thing in page.get_objects():
            left, bottom, right, top = thing.get_bounds()
            assert left >= 30
            assert right <= WIDTH - 30
            assert bottom >= 15
            assert top <= HEIGHT - 15
    document.close()


def test_it_says_who_is_missing_and_who_released_what(content):
    text = " ".join(text_of(content))

    for told in (
        "Ohne Geschäftsbereich",
        "Summe GB7 Geschäftsbereich 1",
        "4 von 7 Einheiten mit Zahlen",
        "Musterstadt gesamt",
        "99 =1+1: 4 Personen",
        "Nicht abgegeben: 04 Amt 04; 13 Amt 13",
        "Stand: abgegeben; freigegeben am 12.01.2027 von Dr. Änne Groß",
        f"01 Amt 01 {1:064x}",
        "Nicht abgegeben; deshalb ohne Zahlen.",
    ):
        assert told in text, told
    assert "7" * 300 in text.replace(" ", "")


def test_an_office_fits_on_one_page_with_its_numbers():
    rows = make_rows(employees=Figures(1234, 3, 2, 1, 1, 7, 6, 6, 1228))
    line = make_line("33", name="Bürgeramt", rows=rows, comment="Kommt noch.", sha256="cd" * 32)
    pages = text_of(write_pdf(make_report([line], is_city=False, outside=None)))

    assert len(pages) == 1
    for row in [*printed_rows(rows), "33 Bürgeramt", "Kommt noch.", "31.12.2026", "cd" * 32]:
        assert row in pages[0], row


def test_a_unit_without_figures_has_empty_cells():
    line = make_line(rows=None, status=Status.OPEN)
    report = make_report([line], is_city=False, outside=None, with_live_figures=False)
    (page,) = text_of(write_pdf(report))

    _, _, table = page.partition("Erfüllungsquote ")
    cells, _, _ = table.partition(" Bedeutung der Spalten")
    # The unit's cell spans three rows, and is drawn with the last of them.
    assert cells == "Führungskräfte Beschäftigte 33 Amt 33 Stand: offen Gesamt"


def test_characters_without_a_glyph_become_a_square():
    line = make_line("33", name="Amt \N{GRINNING FACE} \N{CJK UNIFIED IDEOGRAPH-4F60}")
    report = make_report([line], is_city=False, title="Titel \a", city="#Stadt *fett*")
    (page,) = text_of(write_pdf(report))

    assert "33 Amt □ □" in page
    assert "Titel □" in page
    assert "#Stadt *fett*: 33" in page


@pytest.mark.parametrize("lines", [[], [make_line(rows=None, status=Status.OPEN)]])
def test_a_city_without_figures_is_still_a_pdf(lines):
    text = " ".join(text_of(write_pdf(make_report(lines, with_live_figures=False))))
    assert "Gesamt 0 0 0 0 0 0 0 0 0" in text


def test_it_is_tagged_and_says_what_it_is(content):
    with pikepdf.open(BytesIO(content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("de")
        assert str(pdf.docinfo["/Title"]) == "Auswertung Schulungsauftrag 2026"
        metadata = pdf.open_metadata()
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["pdfaid:part"] == "2"
        assert metadata["pdfaid:conformance"] == "A"
        tags = count_tags(pdf.Root.StructTreeRoot)
    # A table for each of the eight blocks, one for the city, three that explain, one of hashes;
    # each with its own row of headings.
    assert tags["/Table"] == tags["/THead"] == 8 + 1 + 3 + 1
    assert tags["/TH"] == 9 * 12 + 4 * 2
    assert tags["/H1"] == 1


def count_tags(node: pikepdf.Object) -> Counter[str]:
    """Count the elements of a PDF's structure by their kind."""
    found = Counter([str(node.S)] if "/S" in node else [])
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary):
            found += count_tags(child)
    return found
