"""Is a password good enough, and is it the right one?"""

import re

import pytest

from selfcheck.accounts.passwords import (
    ONE_TIME_ALPHABET,
    find_password_fault,
    hash_password,
    is_password,
    make_one_time_password,
)

EMAIL = "jana.oeztuerk@stadt.example"
TOO_SHORT = "Das Passwort ist zu kurz; nötig sind mindestens 12 Zeichen."
TOO_LONG = "Das Passwort ist zu lang; möglich sind höchstens 200 Zeichen."
TOO_EASY = "Das Passwort ist zu leicht zu erraten; bitte wählen Sie ein anderes."


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", TOO_SHORT),
        ("elf Zeichen", TOO_SHORT),
        ("zwölfZeichen", None),
        ("ein ganzer Satz mit Leerzeichen", None),
        ("nur kleine buchstaben", None),  # length counts, not a salad of signs
        ("🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧", None),
        ("x1y2z" * 40, None),
        ("x1y2z" * 40 + "!", TOO_LONG),
        ("aaaaaaaaaaaa", TOO_EASY),
        ("abababababab", TOO_EASY),
        ("abcdabcdabcd", TOO_EASY),  # four different characters
        ("abcdeabcdeab", None),  # five
        (EMAIL, TOO_EASY),
        (EMAIL.upper(), TOO_EASY),
        (EMAIL + "!", None),
    ],
)
def test_what_is_wrong_with_a_password_is_a_sentence(password: str, fault: str | None):
    assert find_password_fault(password, email=EMAIL) == fault


def test_only_the_same_password_fits_its_hash():
    stored = hash_password("vier Esel tragen Säcke")

    assert is_password("vier Esel tragen Säcke", stored)
    assert not is_password("Vier Esel tragen Säcke", stored)
    assert not is_password("vier Esel tragen Säcke ", stored)
    assert not is_password("", stored)


def test_the_hash_is_argon2id_and_salted():
    first, second = hash_password("gleiches Passwort"), hash_password("gleiches Passwort")

    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second


@pytest.mark.parametrize("stored", [None, "", "kein Hash", "$argon2id$v=19$m=19456,t=2,p=1$a$b"])
def test_without_a_hash_no_password_fits(stored: str | None):
    assert not is_password("vier Esel tragen Säcke", stored)


def test_a_one_time_password_can_be_read_out_and_is_good_enough():
    made = {make_one_time_password() for _ in range(200)}

    assert len(made) == 200
    for password in made:
        assert re.fullmatch(
            rf"([{ONE_TIME_ALPHABET}]{{4}}-){{3}}[{ONE_TIME_ALPHABET}]{{4}}", password
        )
        assert find_password_fault(password, email=EMAIL) is None


def test_a_one_time_password_has_no_signs_that_look_alike():
    assert not set("l1i0o") & set(ONE_TIME_ALPHABET)
