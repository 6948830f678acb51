"""What time it is. Rules never ask; they take the date as an argument."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import current_app


def now() -> datetime:
    """Return this moment, aware, in UTC."""
    return datetime.now(UTC)


def city_time_zone() -> ZoneInfo:
    """Return the time zone in which the city's people read dates."""
    return ZoneInfo(current_app.extensions["selfcheck"].time_zone)


def today() -> date:
    """Return the current day in the city's time zone."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """Return the day on which a moment lies in the city."""
    return moment.astimezone(city_time_zone()).date()
