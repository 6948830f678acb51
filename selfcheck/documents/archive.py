"""Which files are in a ZIP? Its directory may lie, so all is unpacked here, in steps and limits."""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass

from selfcheck.documents.archive_names import (
    comparable,
    is_by_product,
    is_hidden,
    path_of,
)
from selfcheck.documents.archive_parts import MAX_UNPACKED_BYTES, content_of, damaged, refuse_tricks
from selfcheck.documents.foreign import is_office_file
from selfcheck.documents.messages import DocumentRefused, quoted, source_of

MAX_ENTRIES = 500

DIRECTORY_ENTRY = b"PK\x01\x02"
EMPTY_ARCHIVE = b"PK\x05\x06"
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file from the archive, under its own name without the folders."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The files of an archive in its order, and a sentence for each one that was left out."""

    entries: list[Entry]
    skipped: list[str]

    def find(self, name: str) -> Entry | None:
        """Return the file of this name, however its capitals and umlauts are written.

        Raises DocumentRefused if files of this name lie in several folders.
        """
        found = [entry for entry in self.entries if comparable(entry.name) == comparable(name)]
        if len(found) > 1:
            raise DocumentRefused(
                f"{source_of(name)} liegt mehrmals im ZIP-Archiv; bitte geben Sie jeder Datei "
                "einen eigenen Namen."
            )
        return found[0] if found else None


def is_archive(content: bytes) -> bool:
    """Tell whether the file is a ZIP with files in it, not one that a program calls a document."""
    begins_like_zip = content.startswith((b"PK\x03\x04", EMPTY_ARCHIVE))
    return begins_like_zip and not is_office_file(content)


def unpack(content: bytes, filename: str) -> Unpacked:
    """Unpack a ZIP; raises only DocumentRefused, and then as a whole.

    The files are not looked through. A file too large for `inspect` is cut behind its limit.
    """
    source = source_of(filename)
    # Counted before zipfile builds an object for each of them.
    if content.count(DIRECTORY_ENTRY) > MAX_ENTRIES:
        raise DocumentRefused(
            f"{source} enthält mehr als {MAX_ENTRIES} Dateien; bitte teilen Sie das Archiv auf."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _unpacked(archive, source)
    except DocumentRefused:
        raise
    except DAMAGE as error:
        raise damaged(source) from error


def _unpacked(archive: zipfile.ZipFile, source: str) -> Unpacked:
    result = Unpacked([], [])
    room = MAX_UNPACKED_BYTES
    for info in archive.infolist():
        path = path_of(info)
        name = path.rpartition("/")[2]
        refuse_tricks(info, path, source)
        if not name or is_by_product(path):
            continue
        if is_hidden(name):
            result.skipped.append(
                f"{quoted(name)} wurde ausgelassen: Das ist eine versteckte oder "
                "vorübergehende Datei."
            )
            continue
        entry = Entry(name, content_of(archive, info, room, source))
        room -= len(entry.content)
        if is_archive(entry.content):
            raise DocumentRefused(
                f"{source} enthält selbst ein ZIP-Archiv, {quoted(name)}; bitte vorher entpacken."
            )
        result.entries.append(entry)
    return result
