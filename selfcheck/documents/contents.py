"""What does a document say, and what does it look like? Only for what `inspect` has let pass."""

import contextlib
import io
import re
import threading
from collections.abc import Iterator

import pypdfium2  # type: ignore[import-untyped]  # ships no types
from PIL import Image, ImageOps

from selfcheck.documents.inspection import Document, MediaType
from selfcheck.documents.messages import DocumentRefused, source_of

MAX_TEXT_PAGES = 5
MAX_TEXT_LENGTH = 20_000
MAX_WIDTH = 2_000
MAX_RATIO = 4  # of a picture's height to its width; the rest of a longer page is made narrower

# PDFium must never be entered by two threads, not even for two documents.
_PDFIUM = threading.Lock()

_HYPHEN = re.compile("[\x02\ufffe](?:\r?\n)?")  # how PDFium marks a word divided at a line's end


def text_of(document: Document) -> str:
    """Return the text of the first pages, or an empty string if there is none or none is found."""
    if document.media_type is not MediaType.PDF:
        return ""
    try:
        with _opened(document) as pdf:
            return _text(pdf)
    except Exception:  # noqa: BLE001 - the text only helps; without it the user types
        return ""


def picture_of(document: Document, *, width: int = 360, page: int = 0) -> bytes:
    """Return a page (counted from 0) or the photo as a PNG, at most `width` pixels wide.

    Raises DocumentRefused if there is no such page or it cannot be drawn.
    """
    width = min(max(width, 1), MAX_WIDTH)
    try:
        if document.media_type is MediaType.PDF:
            return _picture_of_page(document, width, page)
        return _picture_of_image(document, width, page)
    except Exception as error:  # two libraries that raise nearly everything
        raise DocumentRefused(
            f"{source_of(document.filename)} lässt sich nicht als Bild anzeigen; bitte laden Sie "
            "sie herunter, um sie anzusehen."
        ) from error


@contextlib.contextmanager
def _opened(document: Document) -> Iterator[pypdfium2.PdfDocument]:
    with _PDFIUM, contextlib.closing(pypdfium2.PdfDocument(document.content)) as pdf:
        yield pdf


def _text(pdf: pypdfium2.PdfDocument) -> str:
    texts: list[str] = []
    room = MAX_TEXT_LENGTH
    for number in range(min(len(pdf), MAX_TEXT_PAGES)):
        with (
            contextlib.closing(pdf[number]) as page,
            contextlib.closing(page.get_textpage()) as text_page,
        ):
            count = min(text_page.count_chars(), room)
            texts.append(text_page.get_text_range(0, count) if count else "")
            room -= count
    text = _HYPHEN.sub("", "\n".join(texts))
    # PostgreSQL keeps no zero characters.
    return text.replace("\r\n", "\n").replace("\0", "").strip()[:MAX_TEXT_LENGTH]


def _picture_of_page(document: Document, width: int, number: int) -> bytes:
    if not 0 <= number < document.pages:
        raise IndexError(number)
    with _opened(document) as pdf, contextlib.closing(pdf[number]) as page:
        page_width, page_height = page.get_size()
        scale = min(width / page_width, MAX_RATIO * width / page_height)
        with contextlib.closing(page.render(scale=scale)) as bitmap:
            return _as_png(bitmap.to_pil())


def _picture_of_image(document: Document, width: int, number: int) -> bytes:
    if number != 0:
        raise IndexError(number)
    format_name = document.media_type.name
    with Image.open(io.BytesIO(document.content), formats=[format_name]) as image:
        # Small first, then turned and coloured: the whole picture is in memory only once.
        image.thumbnail((MAX_RATIO * width, MAX_RATIO * width))
        upright = ImageOps.exif_transpose(image)
    upright.thumbnail((width, MAX_RATIO * width))
    return _as_png(upright)


def _as_png(picture: Image.Image) -> bytes:
    """Return the picture on white paper; nothing of its metadata goes along."""
    coloured = picture.convert("RGBA")
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(coloured, mask=coloured)
    content = io.BytesIO()
    paper.save(content, "PNG")
    return content.getvalue()
