"""Is it safe to unpack? An XLSX file is a ZIP archive, and its directory may lie.

Every part is unpacked here, in small steps and up to a limit, checked against its checksum, and
packed again without compression. calamine reads only this copy: no second opinion about a
contradictory archive can bring in what has not been seen here. There is no limit for the ratio of
compression, as an honest list of repetitive rows may reach any; the absolute limit is enough.
"""

import io
import struct
import zipfile
import zlib

from selfcheck.lists.messages import ListRefused, damaged

MAX_PARTS = 1_000
MAX_UNPACKED_BYTES = 100 * 1024 * 1024
STEP_BYTES = 64 * 1024

DIRECTORY_ENTRY = b"PK\x01\x02"
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,  # an exotic compression
    OSError,
    OverflowError,
    RuntimeError,  # an encrypted part
    ValueError,
)
OTHER_ARCHIVES = {
    "xl/workbook.bin": "eine binäre Excel-Mappe (.xlsb)",
    "content.xml": "eine OpenDocument-Datei (etwa .ods)",
    "word/document.xml": "ein Word-Dokument",
}


class _TooLargeError(Exception):
    """Unpacking stopped at the limit."""


def unpacked(content: bytes, source: str) -> dict[str, bytes]:
    """Unpack the parts that hold the tables, by name; pictures and the like are left out."""
    try:
        _refuse_many_parts(content)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            parts = _unpacked_parts(archive)
    except _TooLargeError:
        raise ListRefused(
            f"{source} ist entpackt größer als {MAX_UNPACKED_BYTES // 1024**2} MB; "
            "bitte nur die Liste selbst in eine neue Mappe kopieren und diese speichern."
        ) from None
    except DAMAGE as error:
        raise damaged(source) from error
    if not any(name.startswith("xl/workbook") for name in parts):
        kind = next((OTHER_ARCHIVES[n] for n in names if n in OTHER_ARCHIVES), "ein ZIP-Archiv")
        raise ListRefused(f"{source} ist {kind}; bitte die Liste in Excel als .xlsx speichern.")
    return parts


def packed(parts: dict[str, bytes]) -> io.BytesIO:
    """Pack the parts into an archive without compression."""
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    copy.seek(0)
    return copy


def _refuse_many_parts(content: bytes) -> None:
    """Count the entries before zipfile builds an object for each of them."""
    if content.count(DIRECTORY_ENTRY) > MAX_PARTS:
        raise _TooLargeError


def _unpacked_parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    room = MAX_UNPACKED_BYTES
    for entry in archive.infolist():
        name = entry.filename.replace("\\", "/")
        if not _holds_tables(name):
            continue
        if name.lower() in map(str.lower, parts):
            raise zipfile.BadZipFile("two parts of one name")
        parts[name] = _unpacked_part(archive, entry, room)
        room -= len(parts[name])
    return parts


def _holds_tables(name: str) -> bool:
    """Tell whether calamine may want the part; above all not `content.xml`: it would try ODS."""
    return name == "[Content_Types].xml" or (
        name.startswith(("xl/", "_rels/")) and name.lower().endswith((".xml", ".rels"))
    )


def _unpacked_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    """Unpack in steps: `read()` at once would inflate everything before it looks at any size."""
    if entry.file_size > room:
        raise _TooLargeError
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError(entry.compress_type)  # the others cannot be read in steps
    content = io.BytesIO()
    with archive.open(entry) as part:
        # zipfile stops at the declared size and compares the checksum there.
        while step := part.read(STEP_BYTES):
            content.write(step)
    return content.getvalue()
