"""The order of a list in its address: what is asked for, and where the headers lead."""

import pytest
from flask import Flask

from selfcheck.sorting import Sort

COLUMNS = ("name", "stand")


def sort_at(query: str) -> Sort:
    with Flask(__name__).test_request_context(f"/personal{query}"):
        return Sort.of_request(COLUMNS)


def url_at(query: str, column: str) -> str:
    with Flask(__name__).test_request_context(f"/personal{query}"):
        return Sort.of_request(COLUMNS).url(column)


@pytest.mark.parametrize(
    ("query", "column", "descending"),
    [
        ("", "", False),
        ("?sortierung=", "", False),
        ("?sortierung=name", "name", False),
        ("?sortierung=-name", "name", True),
        ("?sortierung=-stand&sortierung=name", "stand", True),  # the first one
        ("?sortierung=--name", "", False),  # one sign only
        ("?sortierung=-", "", False),
        ("?sortierung=-alter", "", False),  # no direction without a column
        ("?sortierung=NAME", "", False),
        ("?sortierung=%00", "", False),
        ("?sortierung=" + "x" * 5000, "", False),
    ],
)
def test_unknown_columns_are_as_good_as_none(query: str, column: str, *, descending: bool) -> None:
    assert sort_at(query) == Sort(column, descending=descending)


@pytest.mark.parametrize(
    ("query", "column", "url"),
    [
        ("", "name", "/personal?sortierung=name"),
        ("?sortierung=name", "name", "/personal?sortierung=-name"),  # turned round
        ("?sortierung=-name", "name", "/personal?sortierung=name"),  # and back
        ("?sortierung=-name", "stand", "/personal?sortierung=stand"),  # another one starts anew
        ("?sortierung=unsinn", "name", "/personal?sortierung=name"),
        ("?seite=3", "name", "/personal?sortierung=name"),  # on its first page
        ("?text=a&text=&unit=5", "name", "/personal?text=a&unit=5&sortierung=name"),
        (
            "?text=M%C3%BCller+%26+S%C3%B6hne&group=F%C3%BChrung",
            "stand",
            "/personal?text=M%C3%BCller+%26+S%C3%B6hne&group=F%C3%BChrung&sortierung=stand",
        ),
        ("?text=%22%3E%3Cb%3E", "name", "/personal?text=%22%3E%3Cb%3E&sortierung=name"),
    ],
)
def test_a_header_keeps_the_filter_and_turns_its_own_direction_round(
    query: str, column: str, url: str
) -> None:
    assert url_at(query, column) == url
