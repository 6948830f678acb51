"""How long the parts of a message are."""

from __future__ import annotations

SUBJECT_LENGTH = 300
KEY_LENGTH = 200
PATH_LENGTH = 300
ERROR_LENGTH = 300
