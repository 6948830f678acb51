"""Is an uploaded certificate what it says it is, and is it safe to keep?"""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from selfcheck.documents import filenames, foreign
from selfcheck.documents.images import check_image
from selfcheck.documents.messages import DocumentRefused, quoted, source_of
from selfcheck.documents.pdfs import checked_pages

MAX_BYTES = 10 * 1024 * 1024
PDF_MARK = b"%PDF-"


class MediaType(StrEnum):
    """The kinds of documents that are kept."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"

    @property
    def extension(self) -> str:
        """The usual extension of a filename, with its dot."""
        return EXTENSIONS[self][0]


EXTENSIONS = {
    MediaType.PDF: (".pdf",),
    MediaType.PNG: (".png",),
    MediaType.JPEG: (".jpg", ".jpeg", ".jpe"),
}
_FIRST_BYTES = {
    MediaType.PDF: PDF_MARK,
    MediaType.PNG: b"\x89PNG\r\n\x1a\n",
    MediaType.JPEG: b"\xff\xd8\xff",
}
_WITH_ARTICLE = {
    MediaType.PDF: "ein PDF",
    MediaType.PNG: "ein Bild im Format PNG",
    MediaType.JPEG: "ein Bild im Format JPEG",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A file that has been looked through and may be kept.

    `filename` is no path and fits the content; `sha256` is hexadecimal; a picture has one page.
    """

    filename: str
    media_type: MediaType
    content: bytes
    sha256: str
    pages: int


def inspect(content: bytes, filename: str) -> Document:
    """Look a file through, whatever sends it; raises only DocumentRefused."""
    name = filenames.cleaned(filename)
    source = source_of(name)
    _refuse_size(content, source)
    media_type = _media_type(content, source)
    _refuse_extension(name, media_type, source)
    return Document(
        filename=filenames.with_extension(name, media_type.extension),
        media_type=media_type,
        content=content,
        sha256=sha256(content).hexdigest(),
        pages=_pages(content, media_type, source),
    )


def _refuse_size(content: bytes, source: str) -> None:
    if not content:
        raise DocumentRefused(
            f"{source} ist leer; bitte prüfen Sie sie und laden Sie sie noch einmal hoch."
        )
    if len(content) > MAX_BYTES:
        raise DocumentRefused(
            f"{source} ist größer als {MAX_BYTES // 1024**2} MB; bitte scannen Sie den Nachweis "
            "mit geringerer Auflösung, etwa 200 dpi."
        )


def _media_type(content: bytes, source: str) -> MediaType:
    """Decide by the first bytes: browsers and readers would accept them further behind, too."""
    found = next((kind for kind, mark in _FIRST_BYTES.items() if content.startswith(mark)), None)
    if found and foreign.has_markup(content):
        raise DocumentRefused(
            f"{source} enthält neben dem Nachweis eine Webseite (HTML); bitte öffnen Sie sie, "
            "drucken Sie sie als neues PDF und laden Sie dieses hoch."
        )
    if found:
        return found
    if PDF_MARK in content[: foreign.HEAD_BYTES]:
        raise DocumentRefused(
            f"{source} enthält ein PDF, vor dem noch etwas anderes steht; bitte öffnen Sie sie, "
            "drucken Sie sie als neues PDF und laden Sie dieses hoch."
        )
    kind, way_out = foreign.described(content)
    raise DocumentRefused(f"{source} ist {kind}; {way_out}.")


def _refuse_extension(name: str, media_type: MediaType, source: str) -> None:
    extension = filenames.extension_of(name)
    if extension and extension.lower() not in EXTENSIONS[media_type]:
        better = name.removesuffix(extension) + media_type.extension
        raise DocumentRefused(
            f"{source} endet auf {quoted(extension)}, enthält aber {_WITH_ARTICLE[media_type]}; "
            f"wenn das stimmt, benennen Sie sie bitte um in {quoted(better)}."
        )


def _pages(content: bytes, media_type: MediaType, source: str) -> int:
    if media_type is MediaType.PDF:
        return checked_pages(content, source)
    check_image(content, media_type.name, source)
    return 1
