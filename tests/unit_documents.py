"""Certificates as people send them, and as nobody should: made in memory, no binary fixtures."""

import io
import zipfile
from collections.abc import Callable

import pikepdf
import typst
from PIL import Image

HEADER = "%PDF-1.5\n"
CATALOG = "<</Type/Catalog/Pages 2 0 R>>"
PAGE = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Resources<<>>>>"
ONE_PAGE = "<</Type/Pages/Count 1/Kids[3 0 R]>>"

# In two halves, so that no scanner takes this file for infected.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD" + "-ANTIVIRUS-TEST-FILE!$H+H*").encode()


def make_pdf(text: str = "Zertifikat für Änne Groß") -> bytes:
    """A tagged PDF of one page, as a program for texts writes it."""
    return typst.compile(text.encode(), format="pdf")


def make_changed_pdf(change: Callable[[pikepdf.Pdf], object] | None = None, **options) -> bytes:
    """A PDF with one blank page that is changed before it is saved with these options."""
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        if change:
            change(pdf)
        pdf.save(content, **options)
    return content.getvalue()


def make_raw_pdf(*objects: str | bytes) -> bytes:
    """A PDF of just these objects, numbered from 1; what pikepdf itself would not write."""
    content = bytearray(HEADER.encode())
    offsets = []
    for number, value in enumerate(objects, start=1):
        offsets.append(len(content))
        body = value if isinstance(value, bytes) else value.encode()
        content += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    content += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    content += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(offsets) + 1, table)
    return bytes(content)


def make_stream(packed: bytes, entries: str) -> bytes:
    """The body of a stream for `make_raw_pdf`."""
    return b"<</Length %d%b>>stream\n%b\nendstream" % (len(packed), entries.encode(), packed)


def make_image(
    image_format: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options
) -> bytes:
    """A picture with a slope of grey in it, so that no line is like the other."""
    content = io.BytesIO()
    picture = Image.linear_gradient("L").resize(size).convert(mode)
    picture.save(content, image_format, **options)
    return content.getvalue()


def make_zip(
    files: dict[str | zipfile.ZipInfo, bytes], packing: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A ZIP of these files, by path; a ZipInfo brings flags along."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", packing) as archive:
        for name, file in files.items():
            archive.writestr(name, file, compress_type=packing)
    return content.getvalue()


def make_zip_with_raw_name(raw_name: bytes, file: bytes = b"x") -> bytes:
    """A ZIP with a name in an old encoding: written in ASCII, then replaced."""
    placeholder = "#" * len(raw_name)
    return make_zip({placeholder: file}).replace(placeholder.encode(), raw_name)
