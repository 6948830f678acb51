"""Domain errors: what a command refuses, in a sentence that the user can read."""

from __future__ import annotations


class DomainError(Exception):
    """Base of all refusals. ``message`` is German and says what is wrong and what to do."""

    def __init__(self, message: str, *, field: str | None = None, title: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.title = title  # of the error page, where the usual one would mislead


class NotFoundError(DomainError):
    """The thing does not exist, or its existence is none of the user's business."""


class ForbiddenError(DomainError):
    """The user may not do this."""


class InvalidError(DomainError):
    """The world does not allow the value; ``field`` names the form field it belongs to."""


class ConflictError(DomainError):
    """Somebody else changed the thing in the meantime, or it is in the wrong state."""
