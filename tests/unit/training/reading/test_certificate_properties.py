"""What holds for any text of a certificate."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from selfcheck.training.reading.certificate import Certainty, Guess, Reading, read_certificate

SURE = Certainty.SURE

FIELDS = ("title", "provider", "first_day", "last_day", "amount", "unit", "area", "format")

PIECES = st.sampled_from(
    [
        *(
            "geboren am ",
            "am ",
            "vom ",
            " bis ",
            "14.03.2022",
            "15. März 2022",
            "14./",
            "12.04.2015",
        ),
        *(
            "Dresden, den ",
            "8 UE",
            " (6 Stunden)",
            "je ",
            "„",
            "“",
            "Thema: ",
            "an der Fortbildung ",
        ),
        *("\n", " ", ", ", ".", "0", "09:00–16:00 Uhr", "Akademie", "Rassismus", "\x02\n", "\x00"),
    ]
)
TEXTS = st.text(max_size=400) | st.lists(PIECES, max_size=30).map("".join)


@given(TEXTS)
def test_any_text_is_read_and_every_guess_is_whole(text):
    reading = read_certificate(text)
    assert isinstance(reading, Reading)
    for name in FIELDS:
        guess = getattr(reading, name)
        assert (guess.value is None) == (guess.certainty is Certainty.NONE)
        assert read_certificate(text) == reading
    assert reading.amount.certainty is reading.unit.certainty
    assert reading.amount.value is None or reading.amount.value > 0


@given(TEXTS)
def test_the_first_day_is_not_after_the_last(text):
    reading = read_certificate(text)
    assert (reading.first_day.value is None) == (reading.last_day.value is None)
    if reading.first_day.value and reading.last_day.value:
        assert reading.first_day.value <= reading.last_day.value


MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"


def spellings(value):
    return [
        f"{value:%d.%m.%Y}",
        f"{value.day}.{value.month}.{value.year}",
        f"{value.day}. {MONTHS.split()[value.month - 1]} {value.year}",
        f"{value:%Y-%m-%d}",
    ]


DAYS = st.dates(date(2012, 1, 1), date(2030, 12, 31))


@given(first=DAYS, noise=DAYS, form=st.integers(0, 3), words=st.lists(PIECES, max_size=8))
def test_a_sure_day_is_in_the_text(first, noise, form, words):
    text = f"{''.join(words)}\nam {spellings(first)[form]}\nSonstiges {spellings(noise)[form]}"
    text = text.replace("14./", "")
    reading = read_certificate(text)
    for guess in (reading.first_day, reading.last_day):
        if guess.certainty is SURE:
            assert any(one in text for one in spellings(guess.value))


@given(
    birth=st.dates(date(1950, 1, 1), date(2025, 12, 31)),
    trained=DAYS,
    label=st.sampled_from(["geboren am ", "geb. ", "geb. am ", "Geburtsdatum: ", "Geburtsdatum\n"]),
    form=st.integers(0, 3),
    name_first=st.booleans(),
)
def test_a_birth_date_is_never_returned(birth, trained, label, form, name_first):
    birth_line = f"Anna Müller, {label}{spellings(birth)[form]}"
    lines = [birth_line, f"hat am {spellings(trained)[form]} teilgenommen."]
    reading = read_certificate("\n".join(lines if name_first else reversed(lines)))
    assert birth not in {reading.first_day.value, reading.last_day.value}
    if birth != trained:
        assert reading.last_day == Guess(trained, SURE)
