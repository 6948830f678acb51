"""Under which number does a request stand in the log, and on the page of an error?"""

from __future__ import annotations

import re
from uuid import uuid4

# Hexadecimal digits and hyphens only: no word that somebody could have typed fits.
SAFE = re.compile(r"[0-9a-fA-F-]{16,64}")


def choose_request_id(told: str | None, *, is_trusted: bool) -> str:
    """Return the number that a trusted proxy gave the request, or a new one."""
    if is_trusted and told is not None and SAFE.fullmatch(told):
        return told.lower()
    return uuid4().hex
