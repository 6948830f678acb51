"""How is an amount of bytes written?"""

from __future__ import annotations

STEP = 1024
UNITS = ("Bytes", "KB", "MB", "GB", "TB")


def format_bytes(count: int) -> str:
    """Return an amount with three or four digits and its unit: 1,5 GB."""
    amount, unit = float(count), 0
    while amount >= STEP and unit < len(UNITS) - 1:
        amount, unit = amount / STEP, unit + 1
    digits = 1 if unit and amount < 100 else 0
    return f"{amount:.{digits}f} {UNITS[unit]}".replace(".", ",")
