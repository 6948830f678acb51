"""Pages of a long list, and the addresses of their neighbours."""

import pytest
from flask import Flask

from selfcheck.pagination import Page


def page_at(address: str, *, total: int, size: int = 10) -> Page:
    with Flask(__name__).test_request_context(address):
        return Page.of_request(total=total, size=size)


@pytest.mark.parametrize(
    ("query", "total", "number", "pages"),
    [
        ("", 0, 1, 1),  # an empty list has one page
        ("", 1, 1, 1),
        ("", 10, 1, 1),
        ("", 11, 1, 2),
        ("?seite=2", 11, 2, 2),
        ("?seite=2", 10, 1, 1),  # beyond the end: the last one
        ("?seite=99999999999999999999", 95, 10, 10),
        ("?seite=0", 95, 1, 10),
        ("?seite=-3", 95, 1, 10),
        ("?seite=zwei", 95, 1, 10),
        ("?seite=1.5", 95, 1, 10),
        ("?seite=", 95, 1, 10),
        ("?seite=" + "9" * 5000, 95, 1, 10),  # too many digits for a number
        ("?seite=3&seite=4", 95, 3, 10),
    ],
)
def test_the_nearest_page_that_exists_is_shown(
    query: str, total: int, number: int, pages: int
) -> None:
    page = page_at(f"/einheiten{query}", total=total)
    assert (page.number, page.pages, page.offset) == (number, pages, (number - 1) * 10)


@pytest.mark.parametrize(
    ("address", "previous", "following"),
    [
        ("/einheiten", None, "/einheiten?seite=2"),
        ("/einheiten?seite=2", "/einheiten?seite=1", "/einheiten?seite=3"),
        ("/einheiten?seite=3", "/einheiten?seite=2", None),
        (
            "/einheiten?text=%C3%84mter%20%26%20B%C3%BCros&kind=&seite=2",
            "/einheiten?text=%C3%84mter+%26+B%C3%BCros&seite=1",
            "/einheiten?text=%C3%84mter+%26+B%C3%BCros&seite=3",
        ),
        (
            "/pruefungen?unit=1&unit=2&seite=2",
            "/pruefungen?unit=1&unit=2&seite=1",
            "/pruefungen?unit=1&unit=2&seite=3",
        ),
    ],
)
def test_neighbours_keep_the_filter(
    address: str, previous: str | None, following: str | None
) -> None:
    with Flask(__name__).test_request_context(address):
        page = Page.of_request(total=25, size=10)
        assert (page.prev_url, page.next_url) == (previous, following)
