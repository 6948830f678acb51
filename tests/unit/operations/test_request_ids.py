"""Whose number does a request bear?"""

import re

import pytest

from selfcheck.operations.request_ids import choose_request_id

NGINX = "4f0ec6a53c4db3c3f4b1e1d2a6a0b1c2"


@pytest.mark.parametrize("told", [NGINX, "018f3c1e-7d5a-7c3b-9a44-3f1f0a9b2c11"])
def test_a_trusted_proxy_gives_the_number(told: str):
    assert choose_request_id(told, is_trusted=True) == told


def test_nobody_else_does():
    assert choose_request_id(NGINX, is_trusted=False) != NGINX


@pytest.mark.parametrize(
    "told",
    [
        None,
        "",
        "abc",
        "Anna-Mustermann-aus-33",
        "a" * 65,
        f"{NGINX}\n",
        f"{NGINX} x",
        "<b>" + NGINX,
    ],
)
def test_what_could_be_a_word_is_replaced(told: str | None):
    made = choose_request_id(told, is_trusted=True)

    assert re.fullmatch("[0-9a-f]{32}", made)
    assert made != choose_request_id(told, is_trusted=True)
