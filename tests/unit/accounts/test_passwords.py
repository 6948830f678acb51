"""Is a password good enough, and is it the right one?"""

import re

import pytest

from selfcheck.accounts.passwords import (
    COMMON_PASSWORDS,
    ONE_TIME_ALPHABET,
    find_password_fault,
    hash_password,
    is_password,
    make_one_time_password,
)

EMAIL = "jana.oeztuerk@stadt.example"
TOO_SHORT = "Das Passwort ist zu kurz; nötig sind mindestens 12 Zeichen."
TOO_LONG = "Das Passwort ist zu lang; möglich sind höchstens 200 Zeichen."
HAS_EMAIL = "Das Passwort enthält den Anfang der E-Mail-Adresse; bitte wählen Sie ein anderes."
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
        (EMAIL, HAS_EMAIL),
        (EMAIL.upper(), HAS_EMAIL),
        ("Jana Öztürk fährt Rad", None),
        ("Jana.Oeztuerk-2026!", HAS_EMAIL),
        ("2026_janaoeztuerk_26", HAS_EMAIL),  # whatever stands between
        ("passwort1234", TOO_EASY),
        ("Passwort-2026!", TOO_EASY),
        ("P4$$w0rt2026", TOO_EASY),
        ("2026 Passwort!", TOO_EASY),
        ("mein Passwort 1", TOO_EASY),
        ("PasswortPasswort", TOO_EASY),
        ("Sommer2026!!", TOO_EASY),
        ("Bürgermeister1", TOO_EASY),
        ("qwertzuiopü1", TOO_EASY),
        ("1qay2wsx3edc", TOO_EASY),
        ("poiuztrewqlk", TOO_EASY),  # the same rows backwards
        ("123456789012", TOO_EASY),
        ("987654321098", TOO_EASY),
        ("Dezember 2026", TOO_EASY),
        ("abcdefghijkl", TOO_EASY),
        ("ein Passwort wie kein anderes", None),  # a common word in a sentence does no harm
        ("Sommer in der Lausitz", None),
    ],
)
def test_what_is_wrong_with_a_password_is_a_sentence(password: str, fault: str | None):
    assert find_password_fault(password, email=EMAIL) == fault


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("Elbe, Dresden, Zwinger", "Dresden"),
        ("elbe dres-den zwinger", "Dresden"),
        ("mein Selfcheck-Konto", "Selfcheck"),
        ("Hauptstadtkaffee am Morgen", None),  # „Stadt“ alone says nothing
        ("Bad am Sonntagmorgen", None),  # too short a word to be guessed by
    ],
)
def test_the_names_of_city_and_application_are_no_part_of_a_password(password, word):
    names = ("Landeshauptstadt Dresden", "Stadt Bad Muster", "Selfcheck")
    expected = f"Das Passwort enthält „{word}“; bitte wählen Sie eines ohne dieses Wort."

    fault = find_password_fault(password, email=EMAIL, own_words=names)

    assert fault == (expected if word else None)


def test_a_short_beginning_of_an_address_is_no_reason_to_refuse():
    assert find_password_fault("kein Hase liebt Regen", email="hr@stadt.example") is None


def test_the_list_of_common_passwords_is_in_the_form_in_which_it_is_compared():
    lines = COMMON_PASSWORDS.read_text(encoding="utf-8").splitlines()
    words = [line for line in lines if not line.startswith("#")]

    assert len(words) == len(set(words)) > 5000
    assert all(word == word.casefold().strip() and word for word in words)


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
