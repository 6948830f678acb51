"""Whom a certificate names."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcheck.training.reading.guess import Certainty
from selfcheck.training.reading.people import MOST_MATCHES, Listed, Match, People, PeopleIndex

SURE, CHECK = Certainty.SURE, Certainty.CHECK

STAFF = [
    ("0012345", "Müller", "Anna"),
    ("0012346", "Schmidt", "Peter"),
    ("0012347", "Schmidt", "Petra"),
    ("0012348", "Müller-Lüdenscheidt", "Karl"),
    ("0012349", "von der Heide", "Jan"),
    ("0012350", "Weiß", "Hans-Peter"),
    ("0012351", "Brandt", "Lea Marie"),
    ("0012352", "Nguyễn", "Thị Hoa"),
    ("0012353", "Yıldız", "Ali"),
    ("0012354", "Šlapak", "Jiří"),
    ("0012355", "Klein", "Eva"),
    ("0012356", "Klein", "Eva"),
    ("0012357", "Baur", "Uwe"),
    ("0012358", "O’Neill", "Kate"),
    ("0012359", "Lang", "Ute"),
    ("0012360", "Søndergård", "Åse"),
    ("0012361", "Jäger", "Bärbel"),
]
PEOPLE = [
    Listed(person_id=number, number=staff[0], last_name=staff[1], first_name=staff[2])
    for number, staff in enumerate(STAFF, start=1)
]
INDEX = PeopleIndex(PEOPLE)


def shown(people):
    """Write each match as „Schmidt, Petra“, with a question mark where it is to be checked."""
    marks = {SURE: "", CHECK: "?"}
    return [
        f"{one.person.last_name}, {one.person.first_name}{marks[one.certainty]}"
        for one in people.matches
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Frau Anna Müller hat teilgenommen",
        "Müller, Anna",
        "Müller Anna",
        "ANNA MÜLLER",
        "anna müller",
        "Anna M Ü L L E R",
        "Anna Mueller",
        "Anna Muller",
        "Anna Mu\u0308ller",
        "Frau Dr. Anna Müller",
        "Anna Dr. Müller",
        "Name: Müller\nVorname: Anna",
        "Vorname: Anna Nachname: Müller",
        "hat Frau\nAnna Müller\nam 14.03.2022",
        "Anna Müller, geb. Sommer, hat",
        "Frau Anna Müller\nSachgebietsleiterin",
    ],
)
def test_a_full_name_of_one_person_is_sure(text):
    assert shown(INDEX.find(text)) == ["Müller, Anna"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Karl Müller-Lüdenscheidt", "Müller-Lüdenscheidt, Karl"),
        ("Karl Mueller Luedenscheidt", "Müller-Lüdenscheidt, Karl"),
        ("Karl Müller-\nLüdenscheidt", "Müller-Lüdenscheidt, Karl"),
        # A dash may part two people; then only a last name is left.
        ("KARL MÜLLER – LÜDENSCHEIDT", "Müller, Anna?"),
        ("Jan von der Heide", "von der Heide, Jan"),
        ("von der Heide, Jan", "von der Heide, Jan"),
        ("Heide, Jan von der", "von der Heide, Jan?"),
        ("Hans-Peter Weiß", "Weiß, Hans-Peter"),
        ("HANS PETER WEISS", "Weiß, Hans-Peter"),
        # Half of a double name with a hyphen may be somebody else's, half of one without is usual.
        ("Hans Weiß", "Weiß, Hans-Peter?"),
        ("Lea Brandt", "Brandt, Lea Marie"),
        ("Marie Brandt", "Brandt, Lea Marie"),
        ("Lea Marie Brandt", "Brandt, Lea Marie"),
        ("Brandt, Lea Marie", "Brandt, Lea Marie"),
        # A first name more than listed.
        ("Lea Anna Brandt", "Brandt, Lea Marie?"),
        ("Anna Petra Schmidt", "Schmidt, Petra?"),
        ("Thi Hoa Nguyen", "Nguyễn, Thị Hoa"),
        ("Ali Yildiz", "Yıldız, Ali"),
        ("ALI YILDIZ", "Yıldız, Ali"),
        ("Jiri Slapak", "Šlapak, Jiří"),
        ("Kate O'Neill", "O’Neill, Kate"),
        ("Åse Søndergård", "Søndergård, Åse"),
        ("Ase Sondergard", "Søndergård, Åse"),
        ("Aase Soendergaard", "Søndergård, Åse"),
        ("BAERBEL JAEGER", "Jäger, Bärbel"),
        # A name in two lines may be two names.
        ("Anna\nMüller", "Müller, Anna?"),
        # Married since, or another person.
        ("Anna Müller-Schulz", "Müller, Anna?"),
        ("Uwe Bauer", None),
        ("Vera Sommer", None),
        ("", None),
    ],
)
def test_spellings_of_a_name(text, expected):
    assert shown(INDEX.find(text)) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Two people of one name: nobody is sure, unless the number says who.
        ("Eva Klein", ["Klein, Eva?", "Klein, Eva?"]),
        ("Eva Klein, Personalnummer 0012356", ["Klein, Eva", "Klein, Eva?"]),
        ("Personalnummer: 0012345 Frau Müller", ["Müller, Anna"]),
        ("Personalnummer: 0012347 Frau Schmidt", ["Schmidt, Petra"]),
        ("Müller A. 0012345", ["Müller, Anna"]),
        ("Pers.-Nr. 0012345", ["Müller, Anna?"]),
        ("Pers.-Nr.: 12345", []),  # leading zeros are part of the number
        ("0012345", []),
        # Number and name say different things.
        ("Anna Müller, Personalnummer 0012357", ["Müller, Anna?", "Baur, Uwe?"]),
        ("Anna Müller, Personalnummer 99", ["Müller, Anna?"]),
        ("Anna Müller, Personalnummer 12345", ["Müller, Anna"]),
        # Only a last name.
        ("Frau Schmidt", ["Schmidt, Peter?", "Schmidt, Petra?"]),
        ("Schmidt", ["Schmidt, Peter?", "Schmidt, Petra?"]),
        ("Frau Schmidt, Kurs Lang", ["Schmidt, Peter?", "Schmidt, Petra?"]),
        ("einen Tag lang", []),
        # Several people are to be checked, each.
        ("1. Müller, Anna\n2. Schmidt, Peter", ["Müller, Anna?", "Schmidt, Peter?"]),
        ("Müller, Anna; Schmidt, Peter", ["Müller, Anna?", "Schmidt, Peter?"]),
        ("Anna Müller, Peter Schmidt", ["Müller, Anna?", "Schmidt, Peter?"]),
        ("Müller, Anna\nSchmidt, Peter", ["Müller, Anna?", "Schmidt, Peter?"]),
        ("Anna Müller\nPeter Schmidt", ["Müller, Anna?", "Schmidt, Peter?"]),
        # Names of strangers that touch form no listed name for sure.
        ("Vera Schmidt, Peter Sommer", ["Schmidt, Peter?"]),
        # Speakers and signers rank below, and leave the participant sure.
        ("Referentin: Petra Schmidt\nFrau Anna Müller", ["Müller, Anna", "Schmidt, Petra?"]),
        ("Anna Müller\ngez. Petra Schmidt", ["Müller, Anna", "Schmidt, Petra?"]),
        ("Anna Müller\nReferentin: Petra Schmidt", ["Müller, Anna", "Schmidt, Petra?"]),
        ("Anna Müller hat\nPetra Schmidt\nKursleiterin", ["Müller, Anna", "Schmidt, Petra?"]),
        (
            "Anna Müller hat teilgenommen.\nDresden, den 20.03.2022\n\nPetra Schmidt",
            ["Müller, Anna", "Schmidt, Petra?"],
        ),
        (
            "Dresden, den 20.03.2022\n\nHerr Ali Yıldız hat teilgenommen.",
            ["Yıldız, Ali"],
        ),
        ("Dozent: Peter Schmidt", ["Schmidt, Peter?"]),
        ("Frau Müller\nDozent: Peter Schmidt", ["Müller, Anna?", "Schmidt, Peter?"]),
    ],
)
def test_whom_a_text_names(text, expected):
    assert shown(INDEX.find(text)) == expected


def test_the_number_decides_between_people_of_one_name():
    found = INDEX.find("Eva Klein, Personalnummer 0012356")
    assert [one.person.number for one in found.matches] == ["0012356", "0012355"]


def test_a_long_list_of_participants_says_how_many_others():
    lines = [f"{last}, {first}" for _, last, first in STAFF[:8]]
    found = INDEX.find("Teilnehmende\n" + "\n".join(lines))
    assert len(found.matches) == MOST_MATCHES
    assert found.others == 3
    assert {one.certainty for one in found.matches} == {CHECK}


def test_names_without_letters_do_no_harm():
    odd = [Listed(1, "", "", ""), Listed(2, "1", "-", "."), Listed(3, "", "Muster", "")]
    assert PeopleIndex(odd).find("Frau Muster, . -") == People((Match(odd[2], CHECK),))
    assert PeopleIndex([]).find("Frau Anna Müller") == People()


PIECES = st.sampled_from(
    [
        *("Anna", "Müller", "Peter", "Schmidt", "von der", "Heide", "Hans", "Weiß", "Eva", "Klein"),
        *(
            " ",
            "-",
            ", ",
            "\n",
            "Frau ",
            "Dr. ",
            "gez. ",
            "Personalnummer ",
            "0012345",
            "\x00",
            "’",
        ),
    ]
)


@given(st.text(max_size=300) | st.lists(PIECES, max_size=40).map("".join))
def test_any_text_is_searched(text):
    found = INDEX.find(text)
    people = [one.person for one in found.matches]
    assert len(people) == len(set(people)) <= MOST_MATCHES
    assert found.others == 0 or len(people) == MOST_MATCHES
    assert [one.certainty for one in found.matches].count(SURE) <= 1
    assert SURE not in [one.certainty for one in found.matches[1:]]


def count_calls(function):
    """Count the calls of functions, as a measure of work that no busy machine changes."""
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        function()
    finally:
        sys.setprofile(before)
    return calls


def make_many(number_of_people):
    """Make people with 500 last names and 40 first names, so that many share a last name."""
    letters = "abcdefghijklmnopqrst"
    return [
        Listed(
            person_id=number,
            number=f"{number:07}",
            last_name=f"Lor{letters[number % 20]}{letters[number // 20 % 25 % 20]}mann",
            first_name=f"Pir{letters[number // 500 % 20]}o",
        )
        for number in range(number_of_people)
    ]


def test_the_work_hardly_grows_with_the_number_of_people():
    few, many = make_many(100), make_many(10_000)
    texts = [
        f"Hiermit wird bescheinigt, dass Frau {one.first_name} {one.last_name} an der Fortbildung "
        + "„Interkulturelle Kompetenz“ teilgenommen hat. " * 10
        for one in many[::200]
    ]
    small, large = PeopleIndex(few), PeopleIndex(many)
    work = count_calls(lambda: [large.find(text) for text in texts])
    assert len(texts) == 50
    assert work < 50 * 10_000
    assert work < 3 * count_calls(lambda: [small.find(text) for text in texts])
