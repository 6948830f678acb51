"""German names sort by DIN 5007-1, on every database alike."""

import pytest

from selfcheck.db import german_sort_key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Äpler", "apler"),
        ("ÖHMICHEN", "ohmichen"),
        ("Überschär", "uberschar"),
        ("Großmann", "grossmann"),
        ("GROẞMANN", "grossmann"),  # the capital ß
        ("René", "rene"),
        ("Šlapak", "slapak"),
        ("Nguyễn", "nguyen"),
        ("a\u0308", "a"),  # ä as two characters, as macOS writes it
        ("Petrowa", "petrowa"),
        ("Петрова", "петрова"),
        ("ﬁn", "fin"),  # a ligature
        ("", ""),
    ],
)
def test_marks_and_case_do_not_count(text: str, key: str) -> None:
    assert german_sort_key(text) == key


def test_names_stand_where_people_look_for_them() -> None:
    names = ["Adam", "Äpler", "Arnold", "Ostrowski", "Öttinger", "Strasser", "Straße", "Zoe"]
    assert sorted(names, key=german_sort_key) == [
        "Adam",
        "Äpler",
        "Arnold",
        "Ostrowski",
        "Öttinger",
        "Straße",
        "Strasser",
        "Zoe",
    ]
