"""Which codes prove a second factor, and how is its secret kept?

Codes are those of RFC 6238 with six digits for each half minute, as all authenticator apps make
them. A code counts from the step before its own to the step after it: clocks differ.
"""

from __future__ import annotations

import base64
import re
import secrets
from datetime import datetime

import pyotp
import segno
from argon2.low_level import Type, hash_secret_raw
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

STEP_S = 30
TOLERANCE = 1  # steps before and after
RECOVERY_CODES = 10
RECOVERY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else
RECOVERY_LENGTH, GROUP = 12, 4
SALT_BYTES, HASH_BYTES = 8, 24  # in hexadecimal digits they fill the column of the hash
APP_CODE = re.compile(r"[0-9]{6}")


class SecretLostError(Exception):
    """A stored secret cannot be decrypted: it was encrypted with another key."""


def make_secret() -> str:
    """Return a new secret, 160 bits in base 32, as apps take it."""
    return pyotp.random_base32()


def encrypt(secret: str, *, key: str) -> str:
    """Return what is stored of a secret; ``key`` is the secret of the application."""
    return _fernet(key).encrypt(secret.encode()).decode()


def decrypt(stored: str, *, key: str) -> str:
    """Return the secret; raises SecretLostError if it was encrypted with another key."""
    try:
        return _fernet(key).decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise SecretLostError from error


def plain_code(typed: str) -> str:
    """Return a code without the blanks and hyphens that people and apps write into it."""
    return re.sub(r"[\s-]", "", typed).casefold()


def is_app_code(code: str) -> bool:
    """Return whether a plain code has the shape of those that an app shows."""
    return APP_CODE.fullmatch(code) is not None


def find_step(secret: str, code: str, *, at: datetime) -> int | None:
    """Return the time step whose code this is; None if it is none of those that count now."""
    totp, now = pyotp.TOTP(secret), int(at.timestamp()) // STEP_S
    steps = range(now - TOLERANCE, now + TOLERANCE + 1)
    fitting = [step for step in steps if secrets.compare_digest(totp.generate_otp(step), code)]
    return max(fitting, default=None)


def in_groups(secret: str) -> str:
    """Return a secret or code as it is read and typed: four characters at a time."""
    return " ".join(secret[start : start + GROUP] for start in range(0, len(secret), GROUP))


def draw_qr_code(secret: str, *, email: str, issuer: str) -> str:
    """Return the picture that an app scans, as an SVG data URL: black on white in any mode."""
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)
    picture: str = segno.make(address, error="m").svg_data_uri(scale=5, dark="#000", light="#fff")
    return picture


def make_recovery_codes() -> list[str]:
    """Return new codes for the day when the app is out of reach (59 bits each)."""

    def make_one() -> str:
        return "".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_LENGTH))

    return [in_groups(make_one()).replace(" ", "-") for _ in range(RECOVERY_CODES)]


def make_salt() -> bytes:
    """Return a salt, which all recovery codes of a user share: one hash finds out about all."""
    return secrets.token_bytes(SALT_BYTES)


def hash_recovery_code(code: str, salt: bytes) -> str:
    """Return what is stored of a recovery code: its salt and its argon2id hash, as hex digits."""
    digest = hash_secret_raw(
        plain_code(code).encode(),
        salt,
        time_cost=2,
        memory_cost=19 * 1024,
        parallelism=1,
        hash_len=HASH_BYTES,
        type=Type.ID,
    )
    return salt.hex() + digest.hex()


def salt_of(code_hash: str) -> bytes:
    """Return the salt that a stored hash begins with."""
    return bytes.fromhex(code_hash[: 2 * SALT_BYTES])


def _fernet(key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"selfcheck second factor")
    return Fernet(base64.urlsafe_b64encode(derived.derive(key.encode())))
