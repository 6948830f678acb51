"""What does the text of a certificate look like before anything is read from it?

Every reading rule works on tidied text, so that a pattern needs to know one kind of space, one kind
of line break and no typesetter's tricks.
"""

from __future__ import annotations

import re
import unicodedata

# A certificate has one or two pages; what comes after this is an annex, and would only cost time.
LONGEST_TEXT = 20_000

_TYPESETTING = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "\r": "\n",
        "\f": "\n",
        "\v": "\n",
        "\x85": "\n",
        "\u2028": "\n",
        "\u2029": "\n",
        "\u200b": "",
        "\ufeff": "",
        "\u2010": "-",
        "\u2011": "-",
        "\u2212": "-",
    }
)
# The PDF library marks the hyphen that a line break made with one of these characters.
_SOFT_HYPHEN = re.compile("[\u00ad\x02\ufffe]\\s?\r?\n?")
_ACCENT_LEFT = re.compile("[\u0300-\u036f]")
_SPACES = re.compile(r"(?:(?!\n)[\s\x00-\x1f]){1,20000}")
_AROUND_BREAK = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,20000}")


def tidy(text: str) -> str:
    """Return at most LONGEST_TEXT characters, composed, with single spaces and plain breaks.

    A blank line stays one blank line, because it ends a paragraph.
    """
    text = text[:LONGEST_TEXT].replace("\r\n", "\n")
    text = _SOFT_HYPHEN.sub("", text).translate(_TYPESETTING)
    text = _ACCENT_LEFT.sub("", unicodedata.normalize("NFC", text))
    text = _AROUND_BREAK.sub("\n", _SPACES.sub(" ", text))
    return _BLANK_LINES.sub("\n\n", text).strip()


def before(text: str, position: int, width: int) -> str:
    """Return what stands up to `width` characters before a position."""
    return text[max(0, position - width) : position]


def line_before(text: str, position: int) -> str:
    """Return the part of the line that stands before a position."""
    return text[text.rfind("\n", 0, position) + 1 : position]


def line_after(text: str, position: int) -> str:
    """Return the part of the line that stands after a position."""
    end = text.find("\n", position)
    return text[position:] if end < 0 else text[position:end]
