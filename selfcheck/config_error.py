"""What is raised when a setting cannot be used."""

from __future__ import annotations


class ConfigError(Exception):
    """A setting is missing or malformed; the message names it and says what to do."""
