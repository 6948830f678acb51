"""CSV as German offices have it: which encoding, which delimiter, which rows."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from selfcheck.lists.messages import ListRefused, grouped
from selfcheck.lists.sheet import Sheet

DELIMITERS = ";\t,"  # the first one wins a tie
QUOTED = re.compile(r'"[^"]*"')
DELIMITER_HINT = re.compile(r"sep=([;\t,])[ \t]*(?:\r\n|\r|\n)")  # Excel reads it and hides it
BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")
HEAD_LENGTH = 50_000  # more than a header of 100 columns needs


def decoded(content: bytes, source: str) -> str:
    """Decode by the byte order mark; without one as UTF-8, or else Windows-1252."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif content.startswith(codecs.BOM_UTF8):
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ListRefused(
        f"{source} enthält Zeichen, die nicht lesbar sind; "
        "bitte in Excel als .xlsx oder „CSV UTF-8“ speichern."
    )


def csv_sheet(content: str, source: str) -> Sheet:
    """Split CSV into records; one with line breaks in a cell counts as one row, as in Excel."""
    content = content.removeprefix("\ufeff")
    if hint := DELIMITER_HINT.match(content):
        return Sheet(source, _records(content[hint.end() :], hint[1], source))
    unquoted = QUOTED.sub("", content[:HEAD_LENGTH])
    head = re.split(r"[\r\n]", unquoted.lstrip(" \r\n"), maxsplit=1)[0]
    if BINARY.search(head):
        raise ListRefused(
            f"{source} ist weder eine Excel-Mappe noch eine CSV-Datei; "
            "bitte die Liste als .xlsx oder .csv hochladen."
        )
    return Sheet(source, _records(content, max(DELIMITERS, key=head.count), source))


def _records(content: str, delimiter: str, source: str) -> Iterator[list[str]]:
    """Read strictly: a quote that is never closed must not swallow the rows after it."""
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    read = 0
    try:
        for record in reader:
            read += 1
            yield record
    except csv.Error as error:
        raise ListRefused(
            f"{source} ist ab Zeile {grouped(read + 1)} nicht lesbar: Ein Anführungszeichen hat "
            "kein Gegenstück, oder eine Zelle ist zu lang; bitte dort berichtigen."
        ) from error
