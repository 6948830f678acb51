"""Is a PDF whole, open to everybody, and does it only show pages?"""

import io
from collections.abc import Iterator

import pikepdf
from pikepdf.settings import set_qpdf_limits

from selfcheck.documents.messages import DocumentRefused
from selfcheck.documents.pdf_objects import refuse_active_content, too_complex
from selfcheck.documents.pdf_streams import refuse_bombs

MAX_PAGES = 300
MAX_OBJECTS = 200_000
IN_FILE = 1  # a kind of entry in the table of objects: not within an object stream

# qpdf unpacks streams of objects as a whole. The limit holds for the whole process.
set_qpdf_limits(flate_max_memory=32 * 1024**2, run_length_max_memory=32 * 1024**2)


def checked_pages(content: bytes, source: str) -> int:
    """Return the number of pages; raises DocumentRefused unless the PDF is sound and passive."""
    try:
        # Without recovery: a repaired file may look different in another program, where what was
        # not seen here comes back to life; and half a certificate proves nothing.
        with pikepdf.open(
            io.BytesIO(content), attempt_recovery=False, inherit_page_attributes=False
        ) as pdf:
            return _checked_pages(pdf, source)
    except DocumentRefused:
        raise
    except pikepdf.PasswordError as error:
        raise _encrypted(source) from error
    except Exception as error:  # the bindings pass on more than their own errors
        raise _damaged(source) from error


def _checked_pages(pdf: pikepdf.Pdf, source: str) -> int:
    if pdf.is_encrypted:
        raise _encrypted(source)
    if len(pdf.get_xref_table()) > MAX_OBJECTS:
        raise too_complex(source)
    refuse_bombs(_streams(pdf), source)
    refuse_active_content((pdf.trailer, *pdf.objects), source)
    if pdf.get_warnings():
        raise _damaged(source)
    pages = _page_count(pdf)
    if pages == 0:
        raise DocumentRefused(
            f"{source} hat keine Seiten; bitte erstellen Sie das PDF noch einmal."
        )
    if pages > MAX_PAGES:
        raise DocumentRefused(
            f"{source} hat mehr als {MAX_PAGES} Seiten; bitte drucken Sie nur die Seiten des "
            "Nachweises als neues PDF."
        )
    # qpdf's own count is for its checks. It puts small omissions right, so it comes last.
    if len(pdf.pages) != pages:
        raise _damaged(source)
    return pages


def _page_count(pdf: pikepdf.Pdf) -> int:
    """Count the leaves of the page tree up to one too many: qpdf would make a copy of each."""
    pages = 0
    branches = set()
    waiting = [pdf.Root.get("/Pages")]
    while waiting and pages <= MAX_PAGES:
        node = waiting.pop()
        kids = None
        if isinstance(node, pikepdf.Dictionary) and node.objgen not in branches:
            branches.add(node.objgen)
            kids = node.get("/Kids")
        if isinstance(kids, pikepdf.Array):
            waiting += list(kids)
        else:
            pages += 1
    return pages


def _streams(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Stream]:
    for number, entry in pdf.get_xref_table().items():
        if entry.type == IN_FILE:
            value = pdf.get_object(number)
            if isinstance(value, pikepdf.Stream):
                yield value


def _encrypted(source: str) -> DocumentRefused:
    return DocumentRefused(
        f"{source} ist mit einem Kennwort geschützt oder verschlüsselt; bitte öffnen Sie sie, "
        "drucken Sie sie als neues PDF und laden Sie dieses hoch."
    )


def _damaged(source: str) -> DocumentRefused:
    return DocumentRefused(
        f"{source} ist beschädigt oder unvollständig und lässt sich nicht sicher als PDF lesen; "
        "bitte öffnen Sie sie, drucken Sie sie als neues PDF und laden Sie dieses hoch."
    )
