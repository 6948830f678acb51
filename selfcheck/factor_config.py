"""The setting of the second factor: whose login needs one?"""

from __future__ import annotations

from typing import Protocol

from selfcheck.config_error import ConfigError

ROLES = frozenset({"unit-head", "training-officer", "hr", "commissioner", "admin"})
USUAL_ROLES = frozenset({"hr", "commissioner", "admin"})


class Source(Protocol):
    """Where settings are read from; names are without ``SELFCHECK_``."""

    def text(self, name: str, default: str) -> str:
        """Return the setting without blanks around it, or the default where it is empty."""


def read_second_factor(source: Source) -> frozenset[str] | None:
    """Read the roles whose holders need a second factor; None where nothing is set.

    Raises ConfigError, naming the variable.
    """
    text = source.text("SECOND_FACTOR", "").lower()
    words = frozenset(text.replace(",", " ").split())
    if words == {"none"}:
        return frozenset()
    if words == {"all"}:
        return ROLES
    if not words <= ROLES:
        raise ConfigError(
            f"SELFCHECK_SECOND_FACTOR is {text!r}; it takes none, all, or roles with commas "
            f"between them: {', '.join(sorted(ROLES))}."
        )
    return words or None
