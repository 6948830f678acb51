"""Is a password good enough, and is it the right one?"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 200
ONE_TIME_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Checked for unknown accounts, so that an answer takes as long as for a known one.
_nobody = _hasher.hash(secrets.token_hex(16))


COMMON_PASSWORDS = Path(__file__).parent / "common_passwords.txt"
# What people write instead of letters.
LOOKALIKES = str.maketrans(
    {"@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", "$": "s", "5": "s", "7": "t"}
)
DIGITS_AND_SIGNS = re.compile(r"[\W\d_]+")
SHORTEST_WORD = 4  # of what a password may not contain: shorter ones stand in many words by chance
# Words in the names of cities that say nothing about which one it is.
PLAIN_WORDS = {"stadt", "landeshauptstadt", "hansestadt", "gemeinde", "freie", "kreisfreie"}


def find_password_fault(password: str, *, email: str, own_words: Iterable[str] = ()) -> str | None:
    """Return what is wrong with a new password, as a German sentence; None when it is good.

    ``own_words`` are names, such as the city's, whose words nobody who guesses would leave out.
    """
    if len(password) < MINIMUM_LENGTH:
        return f"Das Passwort ist zu kurz; nötig sind mindestens {MINIMUM_LENGTH} Zeichen."
    if len(password) > MAXIMUM_LENGTH:
        return f"Das Passwort ist zu lang; möglich sind höchstens {MAXIMUM_LENGTH} Zeichen."
    local_part = email.partition("@")[0]
    if _contains(password, local_part):
        return "Das Passwort enthält den Anfang der E-Mail-Adresse; bitte wählen Sie ein anderes."
    for word in (word for name in own_words for word in re.findall(r"\w+", name)):
        if word.casefold() not in PLAIN_WORDS and _contains(password, word):
            return f"Das Passwort enthält „{word}“; bitte wählen Sie eines ohne dieses Wort."
    if len(set(password)) < 5 or _is_common(password):
        return "Das Passwort ist zu leicht zu erraten; bitte wählen Sie ein anderes."
    return None


def hash_password(password: str) -> str:
    """Return the argon2id hash that is stored."""
    return _hasher.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Return whether the password fits; takes equally long when there is no hash to fit."""
    try:
        return _hasher.verify(password_hash or _nobody, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def _contains(password: str, word: str) -> bool:
    """Return whether the letters of a word stand in the password, whatever stands between them."""
    plain = DIGITS_AND_SIGNS.sub("", word.casefold())
    return len(plain) >= SHORTEST_WORD and plain in DIGITS_AND_SIGNS.sub("", password.casefold())


def _is_common(password: str) -> bool:
    """Return whether others use it too, with other digits and signs around or instead of letters.

    What only repeats something short, or something common, is as common as that.
    """
    folded = password.casefold()
    bare = re.sub(r"[\W\d_]+$", "", folded)
    forms = {folded, bare, re.sub(r"^[\W\d_]+", "", bare), bare.translate(LOOKALIKES)}
    forms |= {re.sub(r"\s", "", form) for form in forms}
    forms |= {_unit_of(form) for form in forms}
    return any(form in _common_passwords() for form in forms) or len(_unit_of(folded)) < 5


def _unit_of(text: str) -> str:
    """Return what a text repeats: „abcabc“ is twice „abc“."""
    position = (text + text).find(text, 1)
    return text[:position] if text else text


@cache
def _common_passwords() -> frozenset[str]:
    lines = COMMON_PASSWORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def make_one_time_password() -> str:
    """Return a password that can be read out on the telephone (about 79 bits)."""
    groups = ("".join(secrets.choice(ONE_TIME_ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(groups)
