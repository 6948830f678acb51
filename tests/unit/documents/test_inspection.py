"""What may be kept: the kind of a file, its name, pictures."""

import contextlib
import hashlib
import io
import struct
import unicodedata
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from unit_documents import make_changed_pdf, make_image, make_pdf, make_zip

from selfcheck.documents import (
    MAX_BYTES,
    DocumentRefused,
    MediaType,
    inspect,
    picture_of,
    text_of,
    unpack,
)

PDF, PNG, JPEG = make_pdf(), make_image("PNG"), make_image("JPEG")
LARGE_JPEG = make_image("JPEG", (400, 300))


def refusal_of(content, filename="x.pdf"):
    with pytest.raises(DocumentRefused) as refusal:
        inspect(content, filename)
    message = str(refusal.value)
    assert message.startswith("Die Datei „")
    assert message.endswith(".")
    assert "bitte" in message
    return message


@pytest.mark.parametrize(
    ("content", "filename", "media_type"),
    [
        (PDF, "Zertifikat.pdf", MediaType.PDF),
        (PDF, "ZERTIFIKAT.PDF", MediaType.PDF),
        (PNG, "Foto.png", MediaType.PNG),
        (JPEG, "Foto.jpg", MediaType.JPEG),
        (JPEG, "Foto.JPEG", MediaType.JPEG),
        (JPEG, "Foto.jpe", MediaType.JPEG),
        (make_image("PNG", mode="RGBA"), "a.png", MediaType.PNG),
        (make_image("PNG", mode="1"), "a.png", MediaType.PNG),
        (make_image("PNG", mode="P"), "a.png", MediaType.PNG),
        (make_image("JPEG", mode="CMYK"), "a.jpg", MediaType.JPEG),
        (make_image("JPEG", progressive=True), "a.jpg", MediaType.JPEG),
    ],
)
def test_sound_files_are_kept_as_they_are(content, filename, media_type):
    document = inspect(content, filename)

    assert document.filename == filename
    assert document.media_type is media_type
    assert document.content == content
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert document.pages == 1


def test_animated_pictures_and_those_of_phones_are_fine():
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    animated, with_preview = io.BytesIO(), io.BytesIO()
    frames[0].save(animated, "PNG", save_all=True, append_images=frames[1:])
    frames[0].save(with_preview, "MPO", save_all=True, append_images=frames[1:])

    assert inspect(animated.getvalue(), "a.png").pages == 1
    assert inspect(with_preview.getvalue(), "a.jpg").media_type is MediaType.JPEG


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("C:\\Users\\Änne\\Zertifikat.pdf", "Zertifikat.pdf"),
        ("../../etc/Zertifikat.pdf", "Zertifikat.pdf"),
        ("Zer\0ti\r\nfi\x7fkat.pdf", "Zertifikat.pdf"),
        ("fdp\u202e.pdf", "fdp.pdf"),  # would be shown from right to left
        ("\udce4.pdf", "Dokument.pdf"),  # half a character: no database would take it
        (unicodedata.normalize("NFD", "Müller.pdf"), "Müller.pdf"),
        ("Zertifikat.pdf. .", "Zertifikat.pdf"),
        ("Zertifikat", "Zertifikat.pdf"),
        ("Zertifikat Dr. Müller", "Zertifikat Dr. Müller.pdf"),
        ("Schulung 12.11.2026", "Schulung 12.11.2026.pdf"),
        (".pdf", "Dokument.pdf"),
        ("", "Dokument.pdf"),
        ("..", "Dokument.pdf"),
        ("folder/", "Dokument.pdf"),
        ("ä" * 300 + ".PDF", "ä" * 196 + ".PDF"),
        ("ä" * 300, "ä" * 196 + ".pdf"),
    ],
)
def test_the_name_is_cleaned(given_name, kept):
    assert inspect(PDF, given_name).filename == kept


@pytest.mark.parametrize(
    ("content", "filename", "better"),
    [
        (PDF, "Zertifikat.exe", "„Zertifikat.pdf“"),
        (PDF, "Zertifikat.pdf.html", "„Zertifikat.pdf.pdf“"),
        (PDF, "C:\\x\\Zertifikat.exe. ", "„Zertifikat.pdf“"),
        (PNG, "Foto.jpg", "„Foto.png“"),
        (JPEG, "Foto.svg", "„Foto.jpg“"),
    ],
)
def test_the_extension_must_fit(content, filename, better):
    assert f"benennen Sie sie bitte um in {better}" in refusal_of(content, filename)


DOCX = make_zip({"[Content_Types].xml": b"", "word/document.xml": b""})


@pytest.mark.parametrize(
    ("content", "filename", "reason"),
    [
        (b"", "leer.pdf", "ist leer"),
        (b'<svg xmlns="x"/>', "bild.png", "ist eine Vektorgrafik (SVG)"),
        (b'<?xml version="1.0"?><!DOCTYPE svg><svg >', "bild.svg", "ist eine Vektorgrafik"),
        (b"<!DOCTYPE html><p>", "seite.pdf", "ist eine Webseite"),
        (DOCX, "brief.docx", "ist ein Word-Dokument"),
        (DOCX, "brief.pdf", "ist ein Word-Dokument"),
        (make_zip({"mimetype": b""}), "brief.odt", "ist ein Office-Dokument"),
        (make_zip({"a.pdf": PDF}), "a.zip", "ist ein ZIP-Archiv"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 99, "brief.doc", "aus einem älteren Office-Programm"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1", "IMG_1.HEIC", "ist ein Foto im Format HEIC"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1", "IMG_1.jpg", "ist ein Foto im Format HEIC"),
        (make_image("GIF"), "a.gif", "im Format GIF"),
        (make_image("TIFF"), "a.tif", "im Format TIFF"),
        (make_image("WEBP"), "a.webp", "im Format WebP"),
        (make_image("BMP"), "a.png", "im Format BMP"),
        (b"MZ" + b"\0" * 99, "setup.exe", "ist ein Programm"),
        (b"Ich war da.", "a.txt", "weder ein PDF noch"),
        (b"%PD", "a.pdf", "weder ein PDF noch"),
    ],
)
def test_other_files_are_named_with_a_way_out(content, filename, reason):
    assert reason in refusal_of(content, filename)


def test_the_size_is_limited():
    assert inspect(PNG + b"\0" * (MAX_BYTES - len(PNG)), "x.png")
    assert "ist größer als 10 MB" in refusal_of(PNG + b"\0" * (MAX_BYTES - len(PNG) + 1), "x.png")


@pytest.mark.parametrize("junk", [b"\n", b"GIF89a", b"<HTML>", b"\0" * 1000])
def test_nothing_stands_before_a_pdf(junk):
    assert "vor dem noch etwas anderes steht" in refusal_of(junk + PDF)


@pytest.mark.parametrize("markup", [b"<html", b"<ScRiPt>", b"<!DOCTYPE html"])
@pytest.mark.parametrize(
    ("content", "position", "filename"), [(PDF, 9, "x.pdf"), (JPEG, len(JPEG), "x.jpg")]
)
def test_a_page_for_browsers_hides_in_no_document(content, position, filename, markup):
    both = content[:position] + b"%" + markup + b"\n" + content[position:]
    assert "eine Webseite (HTML)" in refusal_of(both, filename)


@pytest.mark.parametrize(
    ("content", "filename"),
    [
        (PNG[:-20], "x.png"),
        (PNG[: len(PNG) // 2], "x.png"),
        (JPEG[: len(JPEG) // 2], "x.jpg"),
        (LARGE_JPEG[:-200], "x.jpg"),  # the last lines are missing, and nothing else
        (PNG[:8], "x.png"),
        (JPEG[:3], "x.jpg"),
        (PNG.replace(b"IDAT", b"IDAT\0", 1), "x.png"),
        (b"\xff\xd8\xff" + PNG, "x.jpg"),
        (PNG[:-16] + b"\xff" + PNG[-15:], "x.png"),  # the checksum of the picture
    ],
)
def test_damaged_pictures_are_refused(content, filename):
    assert "ist beschädigt oder unvollständig" in refusal_of(content, filename)


def chunk(kind, content):
    checksum = zlib.crc32(kind + content)
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", checksum)


def make_large_png(width, height):
    """A whole PNG with one bit for each pixel: small, and enormous in memory."""
    header = chunk(b"IHDR", struct.pack(">LLBBBBB", width, height, 1, 0, 0, 0, 0))
    lines = zlib.compress(bytes(1 + (width + 7) // 8) * height, 9)
    return PNG[:8] + header + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(10_000, 8_001), (10_000, 12_000), (30_000, 30_000)])
def test_the_number_of_pixels_is_limited(width, height):
    content = make_large_png(width, height)
    assert len(content) < 200_000
    assert "mehr als 80 Megapixeln" in refusal_of(content, "x.png")
    assert inspect(make_large_png(1_000, 8_000), "x.png")


def test_a_text_in_a_picture_is_no_bomb():
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b" " * 2**26, 9))
    assert "ist beschädigt" in refusal_of(PNG[:33] + text + PNG[33:], "x.png")


def test_sentences_name_the_file_in_one_line():
    message = refusal_of(b"", "x\n" + "y" * 500 + ".pdf")
    assert len(message) < 200
    assert "\n" not in message


SOUND = {
    "x.pdf": PDF,
    "y.pdf": make_changed_pdf(),
    "x.png": PNG,
    "x.jpg": JPEG,
    "x.zip": make_zip({"a.pdf": PDF[:500], "ordner/b.png": PNG}),
}


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_mutated_files_give_a_result_or_a_refusal(data):
    filename = data.draw(st.sampled_from(sorted(SOUND)))
    content = bytearray(SOUND[filename])
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        length = data.draw(st.sampled_from([0, 1, 1, 4, 100]))
        content[start : start + length] = data.draw(st.binary(max_size=4))
    with contextlib.suppress(DocumentRefused):
        if filename == "x.zip":
            unpack(bytes(content), filename)
        else:
            document = inspect(bytes(content), filename)
            text_of(document)
            picture_of(document, width=20)
