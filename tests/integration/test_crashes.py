"""Whatever was confirmed survives a SIGKILL of the server and of the database."""

import pytest

from bench.crash import crash, describe
from bench.crash_findings import CHECKS, DRAFTS, FILES, LISTS

pytestmark = pytest.mark.slow
SECONDS = 8  # make bench BENCH=--crash takes more


# Started once for each database, and nothing else of the kind beside it.
@pytest.mark.xdist_group("crash")
def test_nothing_confirmed_is_lost_when_everything_is_killed(backend: str) -> None:
    result = crash(backend, seconds=SECONDS)
    told = describe([result])
    numbers = result.found.numbers
    assert numbers.keys() == {CHECKS, DRAFTS, FILES, LISTS}
    assert all(one.acknowledged for one in numbers.values()), told
    assert result.found.lost == 0, told
    assert result.found.faults == [], told
    assert all(result.kills.values()), told
