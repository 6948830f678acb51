"""In which order do units stand? As people count, not as computers compare text."""

import random
from itertools import pairwise

import pytest

from selfcheck.organisation.numbering import natural_key


@pytest.mark.parametrize(
    "in_order",
    [
        ["9", "10", "100"],
        ["33", "33.1", "33.2", "33.10", "33.11", "34"],
        ["33.2", "33.10", "33.10.1"],
        ["90.02", "90.08", "90.10"],
        ["1", "50", "EB55", "EB56", "GB1", "GB2", "GB10", "OB"],  # letters after digits
        ["a", "B", "c"],  # case does not matter
        ["", "1"],
        ["EB", "EB1"],
        ["2", "²"],  # only plain digits count as a number
    ],
    ids=" ".join,
)
def test_numbers_sort_as_people_count(in_order: list[str]) -> None:
    shuffled = in_order.copy()
    random.Random(1).shuffle(shuffled)
    assert sorted(shuffled, key=natural_key) == in_order
    for before, after in pairwise(in_order):
        assert natural_key(before) < natural_key(after)


def test_a_number_of_fifty_digits_has_a_place() -> None:
    assert natural_key("9" * 50) > natural_key("8" * 50) > natural_key("99")
