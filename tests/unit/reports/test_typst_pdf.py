"""A PDF of the application: tagged, German, readable, and nobody's words become markup."""

import io
import json
from pathlib import Path
from unicodedata import category

import pikepdf
import pypdfium2
import pytest
import typst

from selfcheck.reports.typst_pdf import BREAKS, DRAWABLE, FONTS, compile_pdf, drawable

TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, author: "Amt 33", date: datetime(year: 2026, month: 3, day: 2))
#set text(lang: "de", font: "Libertinus Serif")
= #data.title
#for line in data.lines [#line #parbreak()]
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "template" / "page.typ"
    path.parent.mkdir()
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def text_of(content: bytes) -> str:
    pages = pypdfium2.PdfDocument(content)
    text = "\n".join(page.get_textpage().get_text_range() for page in pages)
    return text.replace("\r\n", "\n")


def test_it_is_tagged_german_and_says_what_it_is(template):
    content = compile_pdf(template, {"title": "Prüfbericht", "lines": ["Größe"]})
    assert content.startswith(b"%PDF-")
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.StructTreeRoot.K
        assert pdf.Root.Lang == "de"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert (pdf.docinfo.Title, pdf.docinfo.Author) == ("Prüfbericht", "Amt 33")
        metadata = bytes(pdf.Root.Metadata.read_bytes()).decode()
    assert "pdfuaid:part" in metadata
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata


@pytest.mark.parametrize(
    "line",
    [
        "Jörg Šlapak, Nguyễn Minh Anh, Yıldız, Łukasz, Käßler, GRÖẞE, Миколайчук",
        "„so“ – ‚und‘ … 60 % ≥ 8 €",
        '#let x = 1; #panic("no"); #sys.version',
        '#read("/etc/passwd") #include "page.typ"',
        "*fett* _schräg_ $x^2$ @quelle <marke> `code` = Titel // Rest /* Rest */",
        "\\ \\n \\u{20} [Klammern] {Klammern} ~ -- --- ... ' \" https://a.example",
    ],
)
def test_text_stays_text(template, line):
    assert line in text_of(compile_pdf(template, {"title": "A", "lines": [line]})).split("\n")


def test_the_same_data_is_the_same_file(template):
    data = {"title": "A", "lines": ["b"]}
    assert compile_pdf(template, data) == compile_pdf(template, data)


def test_characters_without_a_glyph_become_a_square(template):
    line = "vor \N{GRINNING FACE} \N{CJK UNIFIED IDEOGRAPH-4F60} \a \ud800 \ue000 nach"
    assert "vor □ □ □ □ □ nach" in text_of(compile_pdf(template, {"title": "A", "lines": [line]}))


def test_everything_that_is_called_drawable_is(template):
    characters = [chr(code) for block in DRAWABLE for code in block]
    lines = ["a" + one for one in (*characters, *BREAKS) if category(one) != "Cn"]
    assert drawable(lines) == lines
    compile_pdf(template, {"title": "A", "lines": lines})


def test_the_fonts_are_those_that_typst_brings():
    assert set(FONTS) == set(typst.Fonts(include_system_fonts=False).families())


def test_a_template_reads_nothing_outside_its_folder(template):
    secret = template.parent.parent / "secret.json"
    secret.write_text(json.dumps("secret"), encoding="utf-8")
    for way in ("../secret.json", str(secret)):
        template.write_text(TEMPLATE + f"#json({json.dumps(way)})", encoding="utf-8")
        with pytest.raises(typst.TypstError):
            compile_pdf(template, {"title": "A", "lines": []})


def test_a_template_without_a_title_is_refused(template):
    template.write_text('#set text(lang: "de")\nText', encoding="utf-8")
    with pytest.raises(typst.TypstError, match="title"):
        compile_pdf(template, {})


@pytest.mark.parametrize("value", [float("nan"), object(), {"inner": {1, 2}}])
def test_data_that_json_cannot_hold_is_refused(template, value):
    with pytest.raises((TypeError, ValueError)):
        compile_pdf(template, {"title": "A", "lines": value})
