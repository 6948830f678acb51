"""Something to measure, again and again; what the application and the floors have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _do_nothing() -> None:
    pass


@dataclass(frozen=True)
class Task:
    """``run`` is measured; ``reset`` makes the database as it was before."""

    run: Callable[[], object]
    reset: Callable[[], None] = _do_nothing
