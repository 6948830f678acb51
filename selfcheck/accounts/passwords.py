"""Is a password good enough, and is it the right one?"""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 200
ONE_TIME_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Checked for unknown accounts, so that an answer takes as long as for a known one.
_nobody = _hasher.hash(secrets.token_hex(16))


def find_password_fault(password: str, *, email: str) -> str | None:
    """Return what is wrong with a new password, as a German sentence; None when it is good."""
    if len(password) < MINIMUM_LENGTH:
        return f"Das Passwort ist zu kurz; nötig sind mindestens {MINIMUM_LENGTH} Zeichen."
    if len(password) > MAXIMUM_LENGTH:
        return f"Das Passwort ist zu lang; möglich sind höchstens {MAXIMUM_LENGTH} Zeichen."
    if password.casefold() == email.casefold() or len(set(password)) < 5:
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


def make_one_time_password() -> str:
    """Return a password that can be read out on the telephone (about 79 bits)."""
    groups = ("".join(secrets.choice(ONE_TIME_ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(groups)
