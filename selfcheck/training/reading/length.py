"""How long did the training on a certificate last?

A length counts in full hours or in Unterrichtseinheiten of 45 minutes; „8 Stunden“ beside „8 UE“
contradict each other, „16 UE (12 Zeitstunden)“ agree. What is proposed is never more than printed:
„je 8 UE“ gives 8, to be checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from selfcheck.training.kinds import LengthUnit
from selfcheck.training.reading.guess import Certainty, Guess
from selfcheck.training.reading.text import before

_LONGEST = Decimal(2000)
_WORDS = {"ein": 1, "eine": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7}
_WORDS |= {"acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12}
_WORDS |= {"vierzehn": 14, "fünfzehn": 15, "sechzehn": 16, "zwanzig": 20, "vierzig": 40}
_NUMBER = r"(?P<number>[0-9]{1,4}(?:[.,][0-9]{1,2})?)(?P<half>\s?½|\s1/2)?"
_LESSON = (
    r"Unterrichts-?(?:einheit(?:en)?|stunden?|std\.?)|U\.?-?\s?Std\.?|Lehr(?:einheit(?:en)?|stunden?)"
    r"|Lerneinheit(?:en)?|Schulstunden?|akad(?:emischen?|\.)\s(?:Stunden?|Std\.?)|(?-i:UE|LE)"
)
_HOUR = r"(?:Zeit|Voll)?stunden?|Zeitstd\.?|Stdn?\.?|(?-i:h)|stündige?[nmrs]?"
_ENGLISH_HOUR = r"hours?"
_MINUTE = r"Minuten?|Min\.?"
_UNIT = (
    rf"(?:(?P<lesson>{_LESSON})|(?P<hour>{_HOUR})|(?P<english>{_ENGLISH_HOUR})"
    rf"|(?P<minute>{_MINUTE}))"
)
_EACH = (
    r"(?:\s?\(?\s?(?:à|á|a|je|zu\sje|zu|von\sje|mit\sje|=|entspricht)?\s?(?P<each>45|60|90)\s?Min)?"
)
_LENGTH = re.compile(
    rf"(?<![\w.,:/])(?:{_NUMBER}|(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))}))"
    rf"(?P<of>\svon\s[0-9]{{1,4}})?\s?-?\s?{_UNIT}(?!\w){_EACH}",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    rf"\b{_UNIT}\)?\s?:\s?{_NUMBER}(?![0-9:.,])"
    r"(?!\s?-?\s?(?:UE|U|LE|h|Std|Stunden|Min|Unterr|Zeit|Lehr))",
    re.IGNORECASE,
)
_HOURS_AND_MINUTES = re.compile(
    r"(?<![\w.,:/])(?P<hours>[0-9]{1,3})(?::(?P<clock>[0-5][0-9])\s?(?:Zeitstunden|Stunden|Std\.?|h)"
    r"|\s?(?:Stunden?|Std\.?|h)\s?(?:und|,)?\s?(?P<minutes>[0-5]?[0-9])\s?Min(?:uten)?\.?)(?!\w)",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"(?<![\w.,:/])(?P<hour1>[01]?[0-9]|2[0-3])(?:(?P<mark>[:.])(?P<minute1>[0-5][0-9]))?\s?(?:Uhr)?"
    r"\s?(?:-|–|—|bis)\s?(?P<hour2>[01]?[0-9]|2[0-3])(?:[:.](?P<minute2>[0-5][0-9]))?(?P<uhr>\s?Uhr)?"
    r"(?![0-9.])",
    re.IGNORECASE,
)
_NOT_THIS_BEFORE = re.compile(
    r"(?:fehl[a-zäöü]{0,12}|versäumt[a-z]{0,3}|spätestens|innerhalb|binnen|alle)\s?:?\s?(?:von\s)?\Z",
    re.IGNORECASE,
)
_NOT_THIS_AFTER = re.compile(r"\s(?:vor\s(?!Ort)|nach\s|gefehlt|versäumt)", re.IGNORECASE)
_MEANING_BEFORE = re.compile(
    r"(?:à|á|\ba|\bje|\bzu|=|entspricht|entsprechen)\s?\(?\Z", re.IGNORECASE
)
_PART_BEFORE = re.compile(
    r"(?:\b(?:je|jeweils|täglich|wöchentlich|tag|mindestens|mind\.|ca\.|circa|etwa|rund|bis\szu"
    r"|maximal|max\.)|[0-9]\svon|à)\s?:?\s?\Z",
    re.IGNORECASE,
)
_PART_AFTER = re.compile(
    r"[.)]?\s?(?:von\s[0-9]|pro\b|je\b|täglich|wöchentlich|am\stag|/\s?(?:tag|woche)|-[A-Z])",
    re.IGNORECASE,
)
_TOTAL_BEFORE = re.compile(r"(?:gesamt[a-zäöü]{0,16}|summe|total)[^\n0-9]{0,30}\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Length:
    start: int
    amount: Decimal
    unit: LengthUnit
    doubtful: bool = False
    is_total: bool = False

    @property
    def minutes(self) -> Decimal:
        return self.amount * self.unit.minutes


@dataclass(frozen=True, slots=True)
class Length:
    """An amount and its unit, equally sure."""

    amount: Guess[Decimal]
    unit: Guess[LengthUnit]


def read_length(text: str, number_of_days: int | None) -> Length:
    """Read the length from tidied text; `number_of_days` is None where it is not known for sure."""
    lengths = sorted(_all_lengths(text), key=lambda one: one.start)
    day_minutes = _minutes_of_day(text)
    if not lengths:
        if not day_minutes:
            return Length(Guess(None, Certainty.NONE), Guess(None, Certainty.NONE))
        # Breaks are not known, so times of day are a proposal at most.
        return _answer(_from_minutes(0, Decimal(day_minutes[0])), Certainty.CHECK)
    best = min(lengths, key=lambda one: (not one.is_total, one.doubtful))
    sure = _agree(best, lengths) and not best.doubtful
    if sure and number_of_days and len(day_minutes) == 1:
        sure = best.minutes <= day_minutes[0] * number_of_days
    return _answer(best, Certainty.SURE if sure else Certainty.CHECK)


def _answer(length: _Length, certainty: Certainty) -> Length:
    amount = length.amount
    if amount == amount.to_integral_value():
        amount = amount.to_integral_value()
    return Length(Guess(amount, certainty), Guess(length.unit, certainty))


def _agree(best: _Length, lengths: Sequence[_Length]) -> bool:
    """Tell whether all lengths say the same, or the parts add up to the total."""
    if all(one.minutes == best.minutes for one in lengths):
        return not any(one.doubtful for one in lengths)
    parts = [one for one in lengths if not one.is_total]
    totals = {one.minutes for one in lengths if one.is_total}
    return totals == {sum(one.minutes for one in parts)}


def _all_lengths(text: str) -> Iterator[_Length]:
    for match in _HOURS_AND_MINUTES.finditer(text):
        minutes = int(match["hours"]) * 60 + int(match["clock"] or match["minutes"])
        if minutes:
            yield _from_minutes(match.start(), Decimal(minutes))
    rest = _HOURS_AND_MINUTES.sub(lambda match: " " * len(match[0]), text)
    hours_are_lessons = "Stunde = 45" in rest or "Stunde entspricht 45" in rest
    for match in _LENGTH.finditer(rest):
        length = _from_match(match)
        if length and hours_are_lessons and length.unit is LengthUnit.HOURS:
            yield _Length(length.start, length.amount, LengthUnit.LESSONS, doubtful=True)
        elif length:
            yield length
    for match in _LABELLED.finditer(rest):
        amount = _amount(match)
        if not 0 < amount <= _LONGEST:
            continue
        if match["minute"]:
            yield _from_minutes(match.start(), amount)
        else:
            unit = LengthUnit.LESSONS if match["lesson"] else LengthUnit.HOURS
            # „Stunden: 8“ often means lessons.
            yield _Length(match.start(), amount, unit, doubtful=not match["lesson"])


def _from_match(match: re.Match[str]) -> _Length | None:
    text, amount = match.string, _amount(match)
    earlier = before(text, match.start(), 50)
    later = text[match.end() : match.end() + 20]
    if not 0 < amount <= _LONGEST or _is_something_else(match, earlier, later):
        return None
    doubtful = bool(
        _PART_BEFORE.search(earlier) or _PART_AFTER.match(later) or match["english"] or match["of"]
    )
    is_total = _TOTAL_BEFORE.search(earlier) is not None
    each = match["each"]
    if match["minute"] or each == "90":
        minutes = amount * Decimal(each or 1)
        length = _from_minutes(match.start(), minutes)
        doubtful = doubtful or length.doubtful or each is not None
        return _Length(length.start, length.amount, length.unit, doubtful, is_total)
    unit = LengthUnit.LESSONS if match["lesson"] else LengthUnit.HOURS
    if each:
        unit = LengthUnit.LESSONS if each == "45" else LengthUnit.HOURS
    return _Length(match.start(), amount, unit, doubtful, is_total)


def _is_something_else(match: re.Match[str], earlier: str, later: str) -> bool:
    """Tell absence and deadlines from lengths, and what one lesson means („1 UE = 45 Minuten“)."""
    if _NOT_THIS_BEFORE.search(earlier) or _NOT_THIS_AFTER.match(later):
        return True
    if match["minute"]:
        return match["number"] in {"45", "60", "90"} and bool(_MEANING_BEFORE.search(earlier))
    return bool(match["each"]) and _amount(match) == 1


def _amount(match: re.Match[str]) -> Decimal:
    if match["number"] is None:
        return Decimal(_WORDS[match["word"].casefold()])
    half = Decimal("0.5") if match["half"] else Decimal(0)
    return Decimal(match["number"].replace(",", ".")) + half


def _from_minutes(start: int, minutes: Decimal) -> _Length:
    """Express minutes as hours, rounded down where they do not divide: never more than printed."""
    exact = minutes / 60
    hours = exact.quantize(Decimal("0.01"), rounding=ROUND_DOWN)
    return _Length(start, hours, LengthUnit.HOURS, doubtful=hours != exact)


def _minutes_of_day(text: str) -> list[int]:
    """Return the different spans of time of day, such as „09:00–16:00 Uhr“, in minutes."""
    found: dict[int, None] = {}
    for match in _TIMES.finditer(text):
        # Without „Uhr“ only a colon tells a time from a date or a page number.
        if not match["uhr"] and match["mark"] != ":":
            continue
        begin = int(match["hour1"]) * 60 + int(match["minute1"] or 0)
        end = int(match["hour2"]) * 60 + int(match["minute2"] or 0)
        if begin < end:
            found[end - begin] = None
    return list(found)
