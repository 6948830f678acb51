"""All tests of the Selbstcheck take place on one day."""

from typing import Any

import pytest
import time_machine

NOW = "2026-11-20T10:00:00+01:00"


# A full PostgreSQL cannot be had without a disk of its own.
NOT_TO_BE_HAD = {"backend": "postgresql", "fault": "full"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    def can_be_had(item: pytest.Item) -> bool:
        params: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
        return not NOT_TO_BE_HAD.items() <= params.items()

    left_out = [item for item in items if not can_be_had(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if can_be_had(item)]


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW) as traveller:
        yield traveller
