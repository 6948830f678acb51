"""Under which name is a file kept? Never a path, nothing invisible, not too long."""

import re
import unicodedata

MAX_LENGTH = 200
NAMELESS = "Dokument"

# A date or a name at the end (Schulung 12.11.2026, Dr. Müller) is no extension.
_EXTENSION = re.compile(r"\.(?=[0-9]*[a-z])[a-z0-9]{1,8}$", re.ASCII | re.IGNORECASE)
_INVISIBLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}  # among them what reverses the direction


def cleaned(filename: str) -> str:
    """Return the last component of a path, composed (NFC) and without invisible characters."""
    last = filename.replace("\\", "/").rpartition("/")[2]
    visible = "".join(c for c in last if unicodedata.category(c) not in _INVISIBLE)
    # Windows drops spaces and dots at the end; so „x.exe .“ would be x.exe.
    return unicodedata.normalize("NFC", visible).lstrip().rstrip(" .")


def extension_of(filename: str) -> str:
    """Return the extension as written, with its dot, or an empty string."""
    found = _EXTENSION.search(filename)
    return found.group() if found else ""


def with_extension(filename: str, extension: str) -> str:
    """Return the name with this extension if it has none, cut to MAX_LENGTH before it."""
    own = extension_of(filename)
    stem = filename.removesuffix(own)
    kept = own or extension
    return (stem[: MAX_LENGTH - len(kept)].strip() or NAMELESS) + kept
