"""Uploaded certificates: is a file what it says it is, is it safe to keep, what does it say?

    document = inspect(content, "Zertifikat.pdf")
    scan(content, document.filename, address="unix:/run/clamav/clamd.ctl")
    document.filename, document.media_type, document.sha256, document.pages
    text_of(document)       # to look for a name and a date in it
    picture_of(document)    # a small PNG of the first page

    if is_archive(content):
        for entry in unpack(content, "Nachweise.zip").entries:
            inspect(entry.content, entry.name)

Whatever is wrong raises DocumentRefused, whose message is a German sentence for the user. A
scanner that gives no answer raises ScannerUnavailable, which is one of these.
"""

from selfcheck.documents.archive import Entry, Unpacked, is_archive, unpack
from selfcheck.documents.contents import picture_of, text_of
from selfcheck.documents.inspection import MAX_BYTES, Document, MediaType, inspect
from selfcheck.documents.messages import DocumentRefused
from selfcheck.documents.scanning import ScannerUnavailable, scan

__all__ = [
    "MAX_BYTES",
    "Document",
    "DocumentRefused",
    "Entry",
    "MediaType",
    "ScannerUnavailable",
    "Unpacked",
    "inspect",
    "is_archive",
    "picture_of",
    "scan",
    "text_of",
    "unpack",
]
