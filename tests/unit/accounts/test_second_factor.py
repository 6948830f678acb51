"""Which codes prove a second factor, and how is its secret kept?"""

from datetime import UTC, datetime, timedelta

import pytest

from selfcheck.accounts.second_factor import (
    RECOVERY_ALPHABET,
    SecretLostError,
    decrypt,
    encrypt,
    find_step,
    hash_recovery_code,
    in_groups,
    is_app_code,
    make_recovery_codes,
    make_salt,
    make_secret,
    plain_code,
    salt_of,
)

# RFC 6238, appendix B: the last six digits of the codes for SHA-1, whose secret is this in ASCII.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str):
    moment = datetime.fromtimestamp(seconds, UTC)

    assert find_step(RFC_SECRET, code, at=moment) == seconds // 30
    assert find_step(RFC_SECRET, code, at=moment + timedelta(seconds=30)) == seconds // 30
    assert find_step(RFC_SECRET, code, at=moment + timedelta(seconds=90)) is None


@pytest.mark.parametrize(
    ("typed", "plain", "is_of_app"),
    [
        ("123 456", "123456", True),
        ("123-456", "123456", True),
        (" ABCD-efgh jkmn ", "abcdefghjkmn", False),
        ("12345", "12345", False),
        ("١٢٣٤٥٦", "١٢٣٤٥٦", False),  # digits, but none that an app shows
    ],
)
def test_codes_are_read_as_people_write_them(typed: str, plain: str, is_of_app: bool):
    assert plain_code(typed) == plain
    assert is_app_code(plain) is is_of_app


def test_a_secret_comes_back_with_its_key_only():
    secret = make_secret()
    stored = encrypt(secret, key="k" * 32)

    assert secret not in stored
    assert len(stored) <= 300
    assert decrypt(stored, key="k" * 32) == secret
    for wrong in (stored[:-2], "", "x" * 140):
        with pytest.raises(SecretLostError):
            decrypt(wrong, key="k" * 32)
    with pytest.raises(SecretLostError):
        decrypt(stored, key="another key")


def test_recovery_codes_can_be_copied_by_hand():
    codes = {code for _ in range(20) for code in make_recovery_codes()}

    assert len(codes) == 200
    assert all(len(code) == 14 and code[4] == code[9] == "-" for code in codes)
    assert {sign for code in codes for sign in code} == {*RECOVERY_ALPHABET, "-"}


def test_the_hash_of_a_recovery_code_holds_its_salt_and_fits_its_column():
    salt = make_salt()
    stored = hash_recovery_code("abcd-efgh-jkmn", salt)

    assert len(stored) == 64
    assert salt_of(stored) == salt
    assert hash_recovery_code("ABCD efgh jkmn", salt) == stored
    assert hash_recovery_code("abcd-efgh-jkmp", salt) != stored
    assert hash_recovery_code("abcd-efgh-jkmn", make_salt()) != stored


def test_a_key_is_typed_in_groups_of_four():
    assert in_groups("ABCDEFGHIJ") == "ABCD EFGH IJ"
