"""How long did a training last? Entered in Stunden or UE, kept in whole minutes.

Schulungskonzept, section 4: at least six hours; a Unterrichtseinheit has 45 minutes.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from selfcheck.training.kinds import LengthUnit
from selfcheck.training.limits import MAX_HOURS


def minutes_of(amount: Decimal, unit: LengthUnit) -> int:
    """Return whole minutes, rounded down: nobody reaches the six hours by rounding."""
    return int((amount * unit.minutes).to_integral_value(ROUND_FLOOR))


def amount_of(minutes: int, unit: LengthUnit) -> Decimal:
    """Return the amount that is entered for these minutes: ``minutes_of`` gives them back.

    As few decimals as possible, at most two, rounded up, so that nothing is lost by showing and
    saving again.
    """
    exact = Decimal(minutes) / unit.minutes
    rounded = (exact.quantize(Decimal(step), ROUND_CEILING) for step in ("1", "0.1", "0.01"))
    return next(amount for amount in rounded if minutes_of(amount, unit) == minutes)


def find_length_fault(amount: Decimal, unit: LengthUnit) -> str | None:
    """Return why no training has this length, or None."""
    minutes = minutes_of(amount, unit)
    if minutes < 1:
        return "Der Umfang muss größer als 0 sein."
    if minutes > MAX_HOURS * 60:
        return f"Mehr als {MAX_HOURS:,} Stunden sind nicht möglich.".replace(",", ".")
    return None


def describe_minutes(minutes: int) -> str:
    """Return a length as it stands in sentences: 5 Std. 15 Min., 6 Std., 45 Min."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours:,} Std.".replace(",", ".")] * (hours > 0) + [f"{rest} Min."] * (rest > 0)
    return " ".join(parts) or "0 Min."


def describe_hours(minutes: int) -> str:
    """Return a length in hours as it stands in tables: 5,25 or 6."""
    if minutes % 60 == 0:
        return f"{minutes // 60}"
    hours = (Decimal(minutes) / 60).quantize(Decimal("0.01"), ROUND_FLOOR)
    return f"{hours.normalize():f}".replace(".", ",")


def describe_length(minutes: int, unit: LengthUnit) -> str:
    """Return a length as entered, with the conversion: 8 UE = 6 Std."""
    if unit is LengthUnit.HOURS:
        return describe_minutes(minutes)
    amount = f"{amount_of(minutes, unit):f}".replace(".", ",")
    return f"{amount} UE = {describe_minutes(minutes)}"
