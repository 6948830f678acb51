"""All tests of the commissioner's pages take place on one day."""

import pytest
import time_machine


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-20T10:00:00+01:00") as traveller:
        yield traveller
