"""Which kind of file is this, whatever its name says? A readable one becomes a sheet of cells."""

from pathlib import PureWindowsPath

from selfcheck.lists.csv_text import csv_sheet, decoded
from selfcheck.lists.messages import ListRefused, quoted
from selfcheck.lists.sheet import Sheet
from selfcheck.lists.xlsx import xlsx_sheet

MAX_MEGABYTES = 20

OLE = b"\xd0\xcf\x11\xe0"  # the container of old Excel files, and of encrypted new ones
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
FOREIGN = {
    b"%PDF-": "eine PDF-Datei",
    b"\x89PNG": "ein Bild",
    b"\xff\xd8\xff": "ein Bild",
    b"GIF8": "ein Bild",
    b"RIFF": "ein Bild",
    b"II*\x00": "ein Bild",
    b"MM\x00*": "ein Bild",
    b"{\\rtf": "ein Textdokument",
    b"Rar!": "ein Archiv",
    b"7z\xbc\xaf": "ein Archiv",
    b"\x1f\x8b": "ein Archiv",
}


def open_sheet(content: bytes, filename: str) -> Sheet:
    """Open the first sheet of an XLSX file, or a CSV file, by its content.

    Raises ListRefused with the way out for every other kind of file.
    """
    source = f"Die Datei {quoted(PureWindowsPath(filename).name)}"
    _refuse_size(len(content), source)
    if content.startswith(OLE):
        if ENCRYPTED_STREAM in content:
            raise ListRefused(
                f"{source} ist mit einem Kennwort geschützt; bitte ohne Kennwort speichern."
            )
        raise ListRefused(
            f"{source} hat das alte Excel-Format; bitte in Excel als .xlsx speichern."
        )
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return xlsx_sheet(content, source)
    for beginning, kind in FOREIGN.items():
        if content.startswith(beginning):
            raise ListRefused(
                f"{source} ist {kind}; bitte die Liste als .xlsx oder .csv hochladen."
            )
    if content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        raise ListRefused(
            f"{source} ist eine Webseite oder XML-Datei; bitte in Excel als .xlsx speichern."
        )
    return csv_sheet(decoded(content, source), source)


def pasted_sheet(pasted: str) -> Sheet:
    """Open what was copied in Excel and pasted into a text field (or typed there as CSV)."""
    source = "Der eingefügte Text"
    _refuse_size(len(pasted), source)
    return csv_sheet(pasted, source)


def _refuse_size(size: int, source: str) -> None:
    if size == 0:
        raise ListRefused(f"{source} ist leer; bitte eine Liste mit Kopfzeile und Zeilen angeben.")
    if size > MAX_MEGABYTES * 1024 * 1024:
        raise ListRefused(f"{source} ist größer als {MAX_MEGABYTES} MB; bitte die Liste aufteilen.")
