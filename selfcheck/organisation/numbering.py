"""In which order do the numbers of units stand?"""

from __future__ import annotations

NaturalKey = tuple[list[tuple[int, int, str]], str]


def natural_key(number: str) -> NaturalKey:
    """Return a key that sorts 9 before 10 and 33.2 before 33.10, letters after digits.

    No two numbers have the same: 010 and 10 stand beside each other, always in this order.
    """
    parts: list[tuple[int, int, str]] = []
    digits = ""
    for character in [*number, ""]:
        if character.isascii() and character.isdigit():
            digits += character
            continue
        if digits:
            parts.append((0, int(digits), ""))
            digits = ""
        if character:
            parts.append((1, 0, character.casefold()))
    return parts, number
