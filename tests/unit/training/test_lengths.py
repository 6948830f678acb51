"""Stunden, UE and minutes: nobody reaches six hours by rounding."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcheck.training.kinds import LengthUnit
from selfcheck.training.lengths import (
    amount_of,
    describe_hours,
    describe_length,
    describe_minutes,
    find_length_fault,
    minutes_of,
)

HOURS, LESSONS = LengthUnit.HOURS, LengthUnit.LESSONS


@pytest.mark.parametrize(
    ("amount", "unit", "minutes"),
    [
        ("6", HOURS, 360),
        ("8", LESSONS, 360),
        ("7", LESSONS, 315),
        ("7.5", HOURS, 450),
        ("7.5", LESSONS, 337),  # 337.5
        ("5.999", HOURS, 359),
        ("7.999", LESSONS, 359),
        ("0.1", HOURS, 6),
    ],
)
def test_minutes(amount: str, unit: LengthUnit, minutes: int):
    assert minutes_of(Decimal(amount), unit) == minutes


@given(st.integers(1, 120_000), st.sampled_from(LengthUnit))
def test_what_is_shown_gives_the_same_minutes_again(minutes: int, unit: LengthUnit):
    shown = amount_of(minutes, unit)

    assert minutes_of(shown, unit) == minutes
    assert -shown.as_tuple().exponent <= 2
    assert "E" not in f"{shown:f}"


@pytest.mark.parametrize(
    ("amount", "is_fine"),
    [("0", False), ("-3", False), ("0.01", False), ("0.02", True), ("2000", True),
     ("2000.1", False), ("10000", False)],
)  # fmt: skip
def test_impossible_lengths(amount: str, *, is_fine: bool):
    assert (find_length_fault(Decimal(amount), HOURS) is None) == is_fine


@pytest.mark.parametrize(
    ("minutes", "sentence", "hours"),
    [
        (315, "5 Std. 15 Min.", "5,25"),
        (360, "6 Std.", "6"),
        (45, "45 Min.", "0,75"),
        (359, "5 Std. 59 Min.", "5,98"),
        (60_000, "1.000 Std.", "1000"),
        (600, "10 Std.", "10"),
    ],
)
def test_words(minutes: int, sentence: str, hours: str):
    assert describe_minutes(minutes) == sentence
    assert describe_hours(minutes) == hours


def test_a_length_is_shown_as_it_was_entered_with_the_conversion():
    assert describe_length(360, LESSONS) == "8 UE = 6 Std."
    assert describe_length(450, LESSONS) == "10 UE = 7 Std. 30 Min."
    assert describe_length(360, HOURS) == "6 Std."
