"""When are two spellings the same name, and which words of a text stand side by side?

„Müller“ may be printed as „Mueller“, „Muller“ or „MÜLLER“, „Nguyễn“ as „Nguyen“. A word therefore
has one or two plain spellings, and two words are the same when they share one. „Bauer“ and „Baur“
share none.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum

_ONE_LETTER = str.maketrans(
    {"ß": "ss", "ı": "i", "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
_TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_WORD = re.compile(r"[^\W\d_]{1,40}(?:['’`´][^\W\d_]{1,40}){0,3}")
_APOSTROPHES = re.compile(r"['’`´]")
_SPACED_CAPITALS = re.compile(r"(?<!\w)(?:[A-ZÄÖÜ] ){3,30}[A-ZÄÖÜ](?!\w)")

_HONORIFICS = frozenset({"frau", "herr", "herrn", "fr", "hr", "mr", "mrs", "ms"})
_TITLES = frozenset({"dr", "prof", "dipl", "ing", "mag", "med", "phil", "jur", "rer", "nat"})
_LABELS = frozenset({"name", "vorname", "nachname", "familienname", "zuname", "rufname"})
PARTICLES = frozenset(
    {"von", "van", "vom", "der", "den", "dem", "de", "zu", "zum", "zur", "di", "da", "del", "ten"}
)


class Gap(IntEnum):
    """What stands between two words, the closest first."""

    SPACE = 0
    HYPHEN = 1
    LABEL = 2
    COMMA = 3
    LINE = 4
    BREAK = 5


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text that may belong to a name; `gap` is what stands before it."""

    start: int
    end: int
    spellings: tuple[str, ...]
    is_capital: bool
    is_addressed: bool
    gap: Gap


def spellings(word: str) -> tuple[str, ...]:
    """Return the plain spellings of one word: without accents, and with „ae“ for „ä“."""
    folded = _APOSTROPHES.sub("", unicodedata.normalize("NFC", word.casefold()))
    plain = _without_accents(folded.translate(_ONE_LETTER))
    long = _without_accents(folded.translate(_TWO_LETTERS).translate(_ONE_LETTER))
    return (plain,) if plain == long else (plain, long)


def name_parts(name: str) -> list[str]:
    """Return the words of a listed name without academic titles."""
    words = [match[0] for match in _WORD.finditer(unicodedata.normalize("NFC", name))]
    return [word for word in words if word.casefold() not in _TITLES] or words


def close_up(text: str) -> str:
    """Write letterspaced capitals („M Ü L L E R“) as one word."""
    return _SPACED_CAPITALS.sub(lambda match: match[0].replace(" ", ""), text)


def words_of(text: str) -> list[Word]:
    """Return the words of a tidied text; „Frau“, „Dr.“ and „Vorname:“ only leave their mark."""
    words: list[Word] = []
    skipped: set[str] = set()
    end = 0
    between = ""
    for match in _WORD.finditer(text):
        folded = match[0].casefold()
        between += text[end : match.start()]
        end = match.end()
        if folded in _HONORIFICS or folded in _TITLES or folded in _LABELS:
            skipped.add(folded)
            if folded in _TITLES:
                between = between.rstrip() + "\0"
            continue
        words.append(
            Word(
                start=match.start(),
                end=match.end(),
                spellings=spellings(match[0]),
                is_capital=match[0][0].isupper(),
                is_addressed=bool(skipped & (_HONORIFICS | _LABELS)),
                gap=_gap(between, skipped),
            )
        )
        skipped, between = set(), ""
    return words


def _gap(between: str, skipped: set[str]) -> Gap:
    if skipped & _HONORIFICS:
        return Gap.BREAK
    if skipped & _LABELS:
        return Gap.LABEL if not between.strip(" \n:,./") else Gap.BREAK
    between = re.sub("\0\\.?", " ", between)
    if between in {"-", "- ", " - ", "-\n"}:
        return Gap.HYPHEN if between != " - " else Gap.BREAK
    if not between.strip(" "):
        return Gap.SPACE
    if not between.strip(" ,\n") and between.count(",") == 1:
        return Gap.COMMA
    return Gap.LINE if between.strip(" ") == "\n" else Gap.BREAK


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(one for one in decomposed if not unicodedata.combining(one))
