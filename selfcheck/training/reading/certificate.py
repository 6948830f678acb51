"""What does a certificate say: which training, when, how long, about what, and how sure are we?

The text was extracted from a file, so it may be noisy, in another order than printed, or empty. The
officer confirms every value; SURE is said only where a person reading it would not doubt. Nothing
here decides whether a training is recognised.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from selfcheck.training.kinds import Area, Format, LengthUnit
from selfcheck.training.reading.dates import read_days
from selfcheck.training.reading.guess import Certainty, Guess
from selfcheck.training.reading.length import read_length
from selfcheck.training.reading.subject import read_area, read_format
from selfcheck.training.reading.text import tidy
from selfcheck.training.reading.wording import read_provider, read_title

__all__ = ["Certainty", "Guess", "Reading", "read_certificate"]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a certificate says about the training; who took part is in `people`."""

    title: Guess[str]
    provider: Guess[str]
    first_day: Guess[date]
    last_day: Guess[date]
    amount: Guess[Decimal]
    unit: Guess[LengthUnit]
    area: Guess[Area]
    format: Guess[Format]


def read_certificate(text: str) -> Reading:
    """Read the text of one certificate; any string is accepted, the rest of a long one ignored."""
    text = tidy(text)
    days = read_days(text)
    length = read_length(text, days.sure_number)
    title = read_title(text)
    return Reading(
        title=title,
        provider=read_provider(text, title.value),
        first_day=days.first,
        last_day=days.last,
        amount=length.amount,
        unit=length.unit,
        area=read_area(title, text),
        format=read_format(text),
    )
