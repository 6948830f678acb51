"""When does somebody work somewhere? Days are inclusive on both ends."""

from __future__ import annotations

from datetime import date

# The first day of an assignment that was entered without one: lists may leave it empty. It is a
# date, so that it sorts and compares, and lies before every day that a list can name.
SINCE_ALWAYS = date(1800, 1, 1)


def covers(first_day: date, last_day: date | None, day: date) -> bool:
    """Return whether a day lies between two others; ``last_day`` None: no end is known."""
    return first_day <= day and (last_day is None or day <= last_day)


def describe_period(first_day: date, last_day: date | None) -> str:
    """Return a period as people read it."""
    start = "" if first_day == SINCE_ALWAYS else f"ab {first_day:%d.%m.%Y}"
    end = "" if last_day is None else f"bis {last_day:%d.%m.%Y}"
    return " ".join(part for part in (start, end) if part) or "unbefristet"
