"""PDFs: which ones are sound and passive."""

import io
import time
import zlib

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, ObjectStreamMode
from unit_documents import (
    CATALOG,
    ONE_PAGE,
    PAGE,
    make_changed_pdf,
    make_image,
    make_pdf,
    make_raw_pdf,
    make_stream,
)

from selfcheck.documents import DocumentRefused, inspect


def refusal_of(content):
    started = time.process_time()
    with pytest.raises(DocumentRefused) as refusal:
        inspect(content, "x.pdf")
    assert time.process_time() - started < 8
    return str(refusal.value)


def make_action_pdf(text, **options):
    """A page with a link that does this."""
    action = pikepdf.Object.parse(text.encode())

    def change(pdf):
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)
        pdf.pages[0].Annots = Array([pdf.make_indirect(link)])

    return make_changed_pdf(change, **options)


def make_root_pdf(text, **options):
    """A document with these entries in its catalog."""

    def change(pdf):
        for key, value in pikepdf.Object.parse(text.encode()).items():
            pdf.Root[key] = value

    return make_changed_pdf(change, **options)


def make_annotation_pdf(subtype):
    def change(pdf):
        annotation = Dictionary(Type=Name.Annot, Subtype=Name(subtype), Rect=[0, 0, 9, 9])
        pdf.pages[0].Annots = Array([annotation])

    return make_changed_pdf(change)


def attach(pdf):
    pdf.attachments["rechnung.xml"] = b"<x/>"


@pytest.mark.parametrize(
    "content",
    [
        make_action_pdf("<</S/URI/URI(https://www.example.org/javascript:)>>"),
        make_action_pdf("<</S/GoTo/D[0/Fit]>>"),
        make_action_pdf("<</S/Named/N/NextPage>>"),
        make_root_pdf("<</OpenAction[0/Fit]/AA<<>>/Lang(de)>>"),
        make_root_pdf("<</AcroForm<</Fields[<</FT/Sig/T(Unterschrift)>>]/SigFlags 3>>>>"),
        make_changed_pdf(object_stream_mode=ObjectStreamMode.generate),
        make_changed_pdf(linearize=True),
        make_raw_pdf(CATALOG, ONE_PAGE, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"),
        make_image("PDF"),
        make_pdf('#link(<a>)[x] #link("https://a.de")[y] $x^2$ = z <a>'),
    ],
)
def test_links_forms_and_signatures_are_fine(content):
    assert inspect(content, "x.pdf").pages == 1


SCRIPT, FILES = "enthält JavaScript", "enthält eingebettete Dateien"
MEDIA = "enthält Video-, Ton- oder 3D-Inhalte"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (make_action_pdf("<</S/JavaScript/JS(1)>>"), SCRIPT),
        (make_action_pdf("<</S/JavaScript>>"), SCRIPT),
        (make_action_pdf("<</S/Rendition/JS(1)>>"), SCRIPT),
        (make_action_pdf("<</S/Java#53cript/J#53(1)>>"), SCRIPT),
        (make_action_pdf("<</S/URI/URI(JavaScript:alert\\(1\\))>>"), SCRIPT),
        (make_action_pdf("<</S/URI/URI( java\\nscript:1)>>"), SCRIPT),
        (make_action_pdf("<</S/GoTo/D[0/Fit]/Next[<</S/JavaScript/JS(1)>>]>>"), SCRIPT),
        (make_root_pdf("<</OpenAction<</S/JavaScript/JS(1)>>>>"), SCRIPT),
        (make_root_pdf("<</AA<</WC<</S/JavaScript/JS(1)>>>>>>"), SCRIPT),
        (make_root_pdf("<</Names<</JavaScript<</Names[]>>>>>>"), SCRIPT),
        (make_root_pdf("<</Unused[[[<</X<</JS(1)>>>>]]]>>"), SCRIPT),
        (
            make_action_pdf(
                "<</S/JavaScript/JS(1)>>", object_stream_mode=ObjectStreamMode.generate
            ),
            SCRIPT,
        ),
        (make_changed_pdf(attach), FILES),
        (make_root_pdf("<</Names<</EmbeddedFiles<</Names[]>>>>>>"), FILES),
        (make_root_pdf("<</AF[<</Type/Filespec/F(a)/EF<<>>>>]>>"), FILES),
        (make_root_pdf("<</X<</Type/EmbeddedFile>>>>"), FILES),
        (make_annotation_pdf("/FileAttachment"), FILES),
        (make_action_pdf("<</S/GoToE/F(a.pdf)>>"), FILES),
        (make_action_pdf("<</S/Launch/F(calc.exe)>>"), "die ein Programm startet"),
        (make_action_pdf("<</S/SubmitForm/F(https://a.de)>>"), "das Daten verschickt"),
        (make_action_pdf("<</S/ImportData/F(a.fdf)>>"), "die Daten einliest"),
        (make_action_pdf("<</S/GoToR/F(a.pdf)>>"), "der eine andere Datei öffnet"),
        (make_action_pdf("<</S/Rendition>>"), MEDIA),
        (make_action_pdf("<</S/Movie>>"), MEDIA),
        (make_action_pdf("<</S/Sound>>"), MEDIA),
        (make_action_pdf("<</S/GoTo3DView>>"), MEDIA),
        (make_action_pdf("<</S/RichMediaExecute>>"), MEDIA),
        (make_annotation_pdf("/RichMedia"), MEDIA),
        (make_annotation_pdf("/Movie"), MEDIA),
        (make_annotation_pdf("/Sound"), MEDIA),
        (make_annotation_pdf("/Screen"), MEDIA),
        (make_annotation_pdf("/3D"), MEDIA),
        (make_root_pdf("<</AcroForm<</XFA[(a)(b)]>>>>"), "ein dynamisches Formular (XFA)"),
        # A stream's own entries, what no page refers to, and what stands beside the catalog.
        (
            make_raw_pdf(CATALOG, ONE_PAGE, PAGE, make_stream(b"", "/A<</S/Launch>>")),
            "die ein Programm startet",
        ),
        (make_raw_pdf(CATALOG, ONE_PAGE, PAGE, "[[<</S/Launch>>]]"), "die ein Programm startet"),
        (
            make_raw_pdf(CATALOG, ONE_PAGE, PAGE).replace(b"/Root", b"/X<</S/Launch>>/Root"),
            "die ein Programm startet",
        ),
    ],
)
def test_active_content_is_refused_by_name(content, reason):
    message = refusal_of(content)
    assert reason in message
    assert "drucken Sie sie als neues PDF" in message


@pytest.mark.parametrize(
    "encryption",
    [
        pikepdf.Encryption(user="geheim", owner="geheim"),
        pikepdf.Encryption(user="", owner="geheim"),
        pikepdf.Encryption(user="", owner="", R=4),
    ],
)
def test_encrypted_pdfs_are_refused(encryption):
    assert "mit einem Kennwort geschützt" in refusal_of(make_changed_pdf(encryption=encryption))


WHOLE = make_changed_pdf()


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\nnur Text",
        WHOLE[: len(WHOLE) // 2],
        WHOLE[:-30],
        WHOLE.replace(b"/Root", b"/Toor"),
        make_raw_pdf("<</Type/Catalog>>"),
        make_raw_pdf(CATALOG, "<</Type/Pages/Count 1/Kids[2 0 R]>>"),  # a page tree in a circle
        make_raw_pdf(CATALOG, "<</Type/Pages/Count 2/Kids[3 0 R 3 0 R]>>", ONE_PAGE, PAGE),
        make_raw_pdf(CATALOG, ONE_PAGE, PAGE, "<</A"),  # an object nobody can read to its end
        make_raw_pdf(CATALOG, "<</Type/Pages/Count 1/Kids[(x)]>>"),
        make_raw_pdf(CATALOG, ONE_PAGE, PAGE).replace(b"3 0 obj", b"7 0 obj"),
    ],
)
def test_broken_pdfs_are_refused(content):
    assert "ist beschädigt oder unvollständig" in refusal_of(content)


def make_pages(count):
    def change(pdf):
        for _ in range(count - 1):
            pdf.add_blank_page()

    return make_changed_pdf(change)


def test_the_number_of_pages_is_limited():
    assert "hat keine Seiten" in refusal_of(make_raw_pdf(CATALOG, "<</Type/Pages/Kids[]/Count 0>>"))
    assert inspect(make_pages(300), "x.pdf").pages == 300
    assert "hat mehr als 300 Seiten" in refusal_of(make_pages(301))


def test_one_page_many_times_is_counted_before_it_is_copied():
    kids = "3 0 R " * 300_000
    content = make_raw_pdf(CATALOG, f"<</Type/Pages/Count 1/Kids[{kids}]>>", PAGE)
    assert "hat mehr als 300 Seiten" in refusal_of(content)


@pytest.mark.parametrize(
    "objects",
    [
        ["0"] * 200_001,
        ["[" * 300 + "]" * 300],
        [f"[{'0 ' * 1_000_001}]"],
        [f"[{'<<>>' * 250_000}]"],
    ],
    ids=["objects", "depth", "values", "dictionaries"],
)
def test_what_would_take_long_is_refused(objects):
    content = make_raw_pdf(CATALOG, ONE_PAGE, PAGE, *objects)
    assert "ungewöhnlich umfangreich" in refusal_of(content)


BLANKS = zlib.compress(b" " * (257 * 1024 * 1024), 9)


@pytest.mark.parametrize(
    "streams",
    [
        [make_stream(BLANKS, "/Filter/FlateDecode")],
        [make_stream(BLANKS, "/Filter[/FlateDecode]/Subtype/Image")],
        [make_stream(zlib.compress(b" " * 2**27, 9), "/Filter/FlateDecode")] * 3,
        [make_stream(zlib.compress(zlib.compress(b" ")), "/Filter[/FlateDecode/FlateDecode]")],
        [make_stream(b" " * 110_000, "/Filter/LZWDecode")],
        [make_stream(b" " * 4_300_000, "/Filter/RunLengthDecode")],
    ],
    ids=["one", "list", "sum", "twice", "LZW", "run length"],
)
def test_a_stream_that_is_enormous_unpacked_is_refused(streams):
    content = make_raw_pdf(CATALOG, ONE_PAGE, PAGE, *streams)
    assert "ist entpackt größer als 256 MB" in refusal_of(content)


def test_packed_text_as_reportlab_writes_it_is_fine_and_bounded():
    def make(size):
        packed = zlib.compress(b" " * size).hex().encode() + b">"
        stream = make_stream(packed, "/Filter[/ASCIIHexDecode/FlateDecode]")
        return make_raw_pdf(CATALOG, ONE_PAGE, PAGE, stream)

    assert inspect(make(1000), "x.pdf").pages == 1
    assert "x.pdf" in refusal_of(make(33 * 1024 * 1024))


def test_a_packed_list_of_objects_is_bounded():
    """qpdf unpacks it as a whole, before anything can be counted."""
    padding = b" " * (40 * 1024 * 1024)

    def change(pdf):
        pdf.Root.X = pdf.make_indirect(Dictionary(Y=pikepdf.String("#" * 99)))

    content = make_changed_pdf(change, object_stream_mode=ObjectStreamMode.generate)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        number = next(
            number
            for number, entry in pdf.get_xref_table().items()
            if entry.type == 1 and pdf.get_object(number).get("/Type") == Name.ObjStm
        )
        stream = pdf.get_object(number)
        unpacked, first = stream.read_bytes(), int(stream.First)
    packed = zlib.compress(unpacked[:first] + padding + unpacked[first:], 9)
    entries = f"/Type/ObjStm/N {unpacked[:first].count(b' ') // 2}/First {first}"
    start = content.index(b"%d 0 obj" % number[0])
    end = content.index(b"endobj", start)
    body = b"%d 0 obj\n" % number[0] + make_stream(packed, entries + "/Filter/FlateDecode") + b"\n"
    assert "ist beschädigt" in refusal_of(content[:start] + body + content[end:])


def test_a_picture_in_a_pdf_has_the_same_limit_as_one_alone():
    image = make_stream(b"", "/Subtype/Image/Width 10000/Height 8001")
    assert "mehr als 80 Megapixeln" in refusal_of(make_raw_pdf(CATALOG, ONE_PAGE, PAGE, image))
