"""How long the texts of an evaluation may be."""

from __future__ import annotations

TITLE_LENGTH = 200
TEXT_LENGTH = 5_000  # of the request, of a comment
REASON_LENGTH = 1_000
