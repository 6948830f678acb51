"""All tests of the Selbstcheck take place on one day."""

import pytest
import time_machine

NOW = "2026-11-20T10:00:00+01:00"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW) as traveller:
        yield traveller
