"""What went out about a round, and in which words does the commissioner learn it?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    """Whom mails about a round reached: numbers of units and of mails.

    ``units`` have a head, their own or one above, and ``without_head`` have none; ``mails`` are
    fewer where somebody heads several units, and more where a unit has several heads.
    """

    units: int = 0
    mails: int = 0
    without_head: int = 0

    def __add__(self, other: Told) -> Told:
        """Return both together; they are about different units."""
        return Told(
            self.units + other.units,
            self.mails + other.mails,
            self.without_head + other.without_head,
        )


def tell_called_units(title: str, told: Told) -> str:
    """Return the sentences about a round that was just called."""
    asked = count_units(told.units + told.without_head)
    return f"„{title}“ ist für {asked} ausgerufen. {tell_sent(told)}"


def tell_reminded(told: Told) -> str:
    """Return the sentences about a reminder; those who were reminded today get no second one."""
    if told == Told():
        return "Heute wurde schon erinnert, oder es ist nichts mehr offen."
    if not told.units:
        return f"Es ist niemand erinnert. {tell_sent(told)}"
    verb = "ist" if told.units == 1 else "sind"
    return f"{count_units(told.units)} {verb} erinnert; {_count_mails(told)}{_tell_alone(told)}"


def tell_sent(told: Told) -> str:
    """Return the sentences about what went out, and for whom nothing did."""
    if not told.units:
        return f"Es geht keine Nachricht heraus.{_tell_alone(told)}"
    return f"Für {count_units(told.units)} {_verb_first(told)}{_tell_alone(told)}"


def count_units(count: int) -> str:
    """Return how many units, in words."""
    return "1 Einheit" if count == 1 else f"{count} Einheiten"


def _count_mails(told: Told) -> str:
    return (
        "1 Nachricht geht heraus." if told.mails == 1 else f"{told.mails} Nachrichten gehen heraus."
    )


def _verb_first(told: Told) -> str:
    return (
        "geht 1 Nachricht heraus." if told.mails == 1 else f"gehen {told.mails} Nachrichten heraus."
    )


def _tell_alone(told: Told) -> str:
    if not told.without_head:
        return ""
    return f" Für {count_units(told.without_head)} ist keine Leitung eingetragen."
