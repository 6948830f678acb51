"""What is a number in an address?"""

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Rule

from selfcheck.web import IdConverter

ADDRESSES = Map([Rule("/<int:unit_id>", endpoint="unit")], converters={"int": IdConverter})


@pytest.mark.parametrize("number", [0, 1, 2**31 - 1])
def test_an_id_is_what_a_column_can_hold(number: int):
    assert ADDRESSES.bind("h").match(f"/{number}") == ("unit", {"unit_id": number})


@pytest.mark.parametrize("number", [2**31, 10**30, -1])
def test_no_other_number_is_an_id(number: int):
    with pytest.raises(NotFound):
        ADDRESSES.bind("h").match(f"/{number}")
