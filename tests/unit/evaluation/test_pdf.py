"""The PDF: tagged, and with the numbers of the report."""

from io import BytesIO

import pikepdf
import pypdfium2
from unit_evaluation import make_line, make_report, make_rows

from selfcheck.evaluation.figures import Figures
from selfcheck.evaluation.pdf import write_pdf
from selfcheck.evaluation.states import Status


def text_of(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def test_an_office_fits_on_one_page_with_its_numbers():
    rows = make_rows(employees=Figures(1234, 3, 2, 1, 1, 7, 6, 6, 1228))
    line = make_line("33", name="Bürgeramt 😀", rows=rows, comment="Kommt noch.")
    content = write_pdf(make_report([line], is_city=False, outside=None))
    pages = text_of(content)

    assert len(pages) == 1
    for told in ("33 Bürgeramt", "1.234", "1.228", "50,0 %", "0,5 %", "Kommt noch.", "31.12.2026"):
        assert told in pages[0].replace("\N{NO-BREAK SPACE}", " "), told


def test_it_is_tagged_and_says_what_it_is():
    with pikepdf.open(BytesIO(write_pdf(make_report([make_line()])))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang).startswith("de")
        assert str(pdf.docinfo["/Title"]) == "Auswertung Schulungsauftrag 2026"
        metadata = pdf.open_metadata()
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["pdfaid:part"] == "2"


def test_a_city_of_sixty_offices_takes_several_pages_each_with_its_headers():
    lines = [
        make_line(
            str(number),
            division_number=f"GB{number % 6}",
            division_name="Verwaltung",
            status=Status.DELIVERED,
            sha256="ef" * 32,
        )
        for number in range(60)
    ]
    lines[7] = make_line("7", rows=None, division_number="", division_name="")
    pages = text_of(write_pdf(make_report(lines, unreported={"99 Insel": 2})))
    text = " ".join(pages)

    assert len(pages) > 5
    assert all("Erfüllungsquote" in page for page in pages[:5])
    for number in range(60):
        assert f"{number} Amt {number}" in text
    assert "Ohne Geschäftsbereich" in text
    assert "Musterstadt gesamt" in text
    assert "99 Insel: 2 Personen" in text
    assert "ef" * 32 in text
