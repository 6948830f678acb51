"""What are the files in a ZIP called? Its names may be paths, and may not say their encoding."""

import unicodedata
import zipfile

UTF_8 = 0x800

# German letters as they stand in names of the two old Windows encodings. What the one calls ä is
# õ or „ in the other, so they are told apart by what occurs in German.
_CP850_LETTERS = frozenset("äöüÄÖÜßé".encode("cp850"))
_CP1252_LETTERS = frozenset("äöüÄÖÜß".encode("cp1252"))

_SILENT_NAMES = {"thumbs.db", "desktop.ini", ".ds_store"}


def path_of(entry: zipfile.ZipInfo) -> str:
    """Return the path of an entry with its umlauts; zipfile takes what says nothing for cp437."""
    name = entry.orig_filename
    if entry.flag_bits & UTF_8:
        return name
    raw = name.encode("cp437")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _CP1252_LETTERS.intersection(raw) and not _CP850_LETTERS.intersection(raw):
        return raw.decode("cp1252", errors="replace")
    return raw.decode("cp850")


def leads_out(path: str) -> bool:
    """Tell whether unpacking to a folder could write elsewhere; no honest program packs that."""
    return (
        path.startswith("/")
        or "\\" in path
        or "\0" in path
        or path[1:2] == ":"
        or ".." in path.split("/")
    )


def is_by_product(path: str) -> bool:
    """Tell whether the system put the file there without its user: nobody misses it."""
    folders = path.split("/")
    return "__MACOSX" in folders or folders[-1].lower() in _SILENT_NAMES


def is_hidden(name: str) -> bool:
    """Tell whether the user does not see the file, or only as long as Office has it open."""
    return name.startswith((".", "~$"))


def comparable(name: str) -> str:
    """Return the name as it is compared: composed, without regard to capital letters."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
