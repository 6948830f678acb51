"""What was sent instead of a PDF, PNG or JPEG, and how does the user get one of these?"""

import re

HEAD_BYTES = 1024

AS_PDF = "bitte speichern Sie den Inhalt dort als PDF und laden Sie das PDF hoch"
AS_PICTURE = "bitte speichern Sie das Bild als JPEG oder PNG und laden Sie dieses hoch"
UNPACK = "bitte entpacken Sie es und laden Sie die Dateien daraus hoch"
NO_DOCUMENT = "bitte laden Sie den Nachweis als PDF, JPEG oder PNG hoch"

_MARKUP = re.compile(rb"<(?:html|script|!doctype)", re.IGNORECASE)
_OFFICE_FILE = re.compile(
    rb"PK\x03\x04.{26}(?:\[Content_Types\]\.xml|_rels/|docProps/|mimetype|word/|xl/|ppt/)",
    re.DOTALL,
)
# Looked for at the beginning, in this order.
_KINDS = tuple(
    (re.compile(pattern, re.DOTALL | re.IGNORECASE), kind, way_out)
    for pattern, kind, way_out in (
        (
            rb".{4}ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1|avi[fs])",
            "ein Foto im Format HEIC oder AVIF",
            AS_PICTURE,
        ),
        (rb"RIFF.{4}WEBP", "ein Bild im Format WebP", AS_PICTURE),
        (rb"GIF8", "ein Bild im Format GIF", AS_PICTURE),
        (rb"II\*\0|MM\0\*", "ein Bild im Format TIFF", AS_PICTURE),
        (rb"BM", "ein Bild im Format BMP", AS_PICTURE),
        (rb".*?<(?:\w+:)?svg[\s>]", "eine Vektorgrafik (SVG)", AS_PICTURE),
        (rb".*?<(?:html|script|!doctype)", "eine Webseite (HTML)", NO_DOCUMENT),
        (rb"\xd0\xcf\x11\xe0", "eine Datei aus einem älteren Office-Programm", AS_PDF),
        (rb"\{\\rtf", "ein Textdokument (RTF)", AS_PDF),
        (rb"MZ|\x7fELF", "ein Programm", NO_DOCUMENT),
        (rb"PK", "ein ZIP-Archiv", UNPACK),
        (rb"7z\xbc\xaf|Rar!|\x1f\x8b", "ein gepacktes Archiv", UNPACK),
    )
)
_OFFICE_KINDS = (
    (b"word/", "ein Word-Dokument"),
    (b"xl/", "eine Excel-Mappe"),
    (b"ppt/", "eine PowerPoint-Präsentation"),
)


def has_markup(content: bytes) -> bool:
    """Tell whether a browser could take the file for a page, whatever else it is as well."""
    return _MARKUP.search(content, 0, HEAD_BYTES) is not None


def is_office_file(content: bytes) -> bool:
    """Tell whether a ZIP is a document of an office program; a guess, for a better sentence."""
    return _OFFICE_FILE.match(content) is not None


def described(content: bytes) -> tuple[str, str]:
    """Return what the file is („ein Bild im Format GIF“) and what the user does about it."""
    if is_office_file(content):
        kinds = (kind for mark, kind in _OFFICE_KINDS if mark in content)
        return next(kinds, "ein Office-Dokument"), AS_PDF
    for pattern, kind, way_out in _KINDS:
        if pattern.match(content, 0, HEAD_BYTES):
            return kind, way_out
    return "weder ein PDF noch ein Bild im Format JPEG oder PNG", NO_DOCUMENT
