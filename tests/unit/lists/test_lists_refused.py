"""Every file that is no list gets one sentence: what it is, and the way out."""

import io
import zipfile

import pytest

from selfcheck.lists import Column, ListRefused, read_list, text

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def make_zip(*names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return content.getvalue()


def refusal_of(content, filename="liste.xlsx"):
    with pytest.raises(ListRefused) as refusal:
        read_list(content, filename, [Column("Nummer", text(max_length=9))])
    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 300
    return sentence


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "ist leer"),
        (b"x" * (20 * 1024 * 1024 + 1), "ist größer als 20 MB"),
        (OLE, "hat das alte Excel-Format; bitte in Excel als .xlsx speichern"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "ist mit einem Kennwort geschützt"),
        (b"%PDF-1.7\n", "ist eine PDF-Datei; bitte die Liste als .xlsx oder .csv hochladen"),
        (b"\x89PNG\r\n\x1a\n", "ist ein Bild"),
        (b"\xff\xd8\xff\xe0", "ist ein Bild"),
        (b"GIF89a", "ist ein Bild"),
        (b"{\\rtf1", "ist ein Textdokument"),
        (b"\x1f\x8b\x08", "ist ein Archiv"),
        (b"<html><table>", "ist eine Webseite oder XML-Datei"),  # many a portal's „Excel-Export“
        (b"\xef\xbb\xbf <?xml version='1.0'?>", "ist eine Webseite oder XML-Datei"),
        (make_zip(), "ist ein ZIP-Archiv"),
        (make_zip("liste.csv"), "ist ein ZIP-Archiv"),
        (make_zip("word/document.xml"), "ist ein Word-Dokument"),
        (make_zip("xl/workbook.bin"), "ist eine binäre Excel-Mappe (.xlsb)"),
        (make_zip("mimetype", "content.xml"), "ist eine OpenDocument-Datei"),
        (make_zip("xl/workbook.xml"), "ist beschädigt"),
        (make_zip("xl/workbook.xml", "content.xml"), "ist beschädigt"),
        (b"PK\x03\x04 and no more", "ist beschädigt"),
        (b"hello", "es fehlt „Nummer“, gefunden wurde „hello“"),
    ],
)
def test_refused_by_content(content, reason):
    assert reason in refusal_of(content)


@pytest.mark.parametrize("where", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_cut_workbook_is_damaged(make_xlsx, where):
    content = make_xlsx([["Nummer"], ["50"]])
    assert "ist beschädigt" in refusal_of(content[: int(len(content) * where)])


def test_a_flipped_byte_is_noticed(make_xlsx):
    content = bytearray(make_xlsx([["Nummer"], ["50"]]))
    start = content.index(b"xl/worksheets/sheet1.xml") + 60
    content[start] ^= 0x55
    assert "ist beschädigt" in refusal_of(bytes(content))


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/workbook.xml", "<workbook>"),
        ("xl/workbook.xml", "<workbook/>"),
        ("xl/worksheets/sheet1.xml", None),
        ("xl/worksheets/sheet1.xml", "<html/>"),
        ("xl/worksheets/sheet1.xml", "no xml"),
        ("xl/sharedStrings.xml", None),
        ("xl/sharedStrings.xml", "<sst>"),
        ("xl/SHAREDSTRINGS.xml", "<sst/>"),  # two parts that differ in case only
        ("xl/_rels/workbook.xml.rels", None),
    ],
)
def test_a_workbook_with_a_bad_part_is_refused(with_parts, part, content):
    assert "liste.xlsx" in refusal_of(with_parts({part: content}))


def test_an_encrypted_or_exotic_archive_is_refused(make_xlsx):
    content = make_xlsx([["Nummer"], ["50"]])
    encrypted = content.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01")
    encrypted = encrypted.replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    )
    assert encrypted != content
    assert "ist beschädigt" in refusal_of(encrypted)
    exotic = io.BytesIO()
    with zipfile.ZipFile(exotic, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert "ist beschädigt" in refusal_of(exotic.getvalue())


@pytest.mark.parametrize(
    ("filename", "shown"),
    [
        ("C:\\Listen\\Amt 50.xlsx", "„Amt 50.xlsx“"),
        ("../../etc/passwd", "„passwd“"),
        ("a\r\nb.csv", "„a  b.csv“"),
        ("x" * 300, "„" + "x" * 59 + "…“"),
        ("", "„“"),
    ],
)
def test_file_names_are_shown_with_care(filename, shown):
    assert f"Die Datei {shown} ist leer" in refusal_of(b"", filename)
