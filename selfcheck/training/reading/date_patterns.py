"""How are days written on German certificates, and which words say what a day is for?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_GERMAN_NAMES = (
    *("januar jänner jan", "februar feber feb", "märz maerz marz mär mrz", "april apr", "mai"),
    *("juni jun", "juli jul", "august aug", "september sept sep", "oktober okt"),
    *("november nov", "dezember dez"),
)
_MONTHS = {
    name: number for number, names in enumerate(_GERMAN_NAMES, start=1) for name in names.split()
}
# On an English certificate the wording around a date is not understood, so it is never sure.
_ENGLISH_NAMES = ["january", "february", "march", "", "may", "june", "july", "", "", "october"]
_ENGLISH_MONTHS = {name: number for number, name in enumerate(_ENGLISH_NAMES, start=1) if name}
_ENGLISH_MONTHS |= {"december": 12}
_ALL_MONTHS = _MONTHS | _ENGLISH_MONTHS
_NAMES = "|".join(sorted(_ALL_MONTHS, key=len, reverse=True))
_DAY = r"[12][0-9]|3[01]|0?[1-9]"
_MONTH = r"1[0-2]|0?[1-9]"
_YEAR = r"(?:19|20)[0-9]{2}"
_WEEKDAY = (
    r"(?:(?:Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonnabend|Sonntag)s?"
    r"|Mo|Di|Mi|Do|Fr|Sa|So)\b\.?,?\s?"
)
_ARTICLE = rf"(?:(?:am|den|dem|zum)\s)?(?:{_WEEKDAY})?(?:(?:den|dem)\s)?"
_AND = r"(?:bis(?:\s(?:zum|einschließlich))?|und|sowie|to|until|and|[-–—/&+])"

# „14.“, „14.03.“, „14. März“, „14.03.2022“ before „bis 15.03.2022“; more days may stand between.
_START = (
    rf"(?P<day1>{_DAY})(?P<dot1>\s?\.)?"
    rf"(?:\s?(?:(?P<month1>{_MONTH})\s?\.|(?P<name1>{_NAMES})\b\.?)"
    rf"(?:\s?(?P<year1>{_YEAR})|(?P<short1>[0-9]{{2}}))?(?![0-9]))?"
    rf"(?:\s?,\s?(?:{_DAY})\.(?:(?:{_MONTH})\.)?){{0,8}}"
    rf"\s?,?\s?{_AND}\s?{_ARTICLE}"
)
_END = (
    rf"(?P<day2>{_DAY})"
    rf"(?:\s?\.\s?(?P<month2>{_MONTH})\s?\."
    rf"|(?:\s?\.|st|nd|rd|th)?\s?(?:of\s)?(?P<name2>{_NAMES})\b\.?,?)"
    rf"(?:\s?(?P<year2>{_YEAR})|(?P<short2>[0-9]{{2}}))(?![0-9:])"
)
_GERMAN = re.compile(rf"(?<![\w.,:/-])(?:{_START})?{_END}", re.IGNORECASE)
# A day right after a hyphen or comma, as in „Sa,14.03.2022“, is missed by the first pattern.
_GLUED = re.compile(rf"(?<=[A-Za-zäöüß:][,:/-]){_END}", re.IGNORECASE)
_ISO = re.compile(
    rf"(?<![\w.-])(?P<year>{_YEAR})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])(?![0-9-])"
)
_AMERICAN = re.compile(
    rf"\b(?P<name>{_NAMES})\.?\s(?P<day>{_DAY})(?:st|nd|rd|th)?,?\s(?P<year>{_YEAR})(?![0-9])",
    re.IGNORECASE,
)
_DIGIT_BEFORE = re.compile(r"[0-9]\s?\Z")

BIRTH_BEFORE = re.compile(
    r"(?:\bgeb\b|geboren|geburts|\bborn\b|birth|\*)"
    r"(?:(?!\bhat\b|\bhaben\b|\bnahm\b|teilgenommen|teilnahme)[^0-9]){0,60}\Z",
    re.IGNORECASE,
)
BIRTH_AFTER = re.compile(r"[^\n0-9]{0,30}\bgeb(?:oren|\.)", re.IGNORECASE)
REFERENCE_BEFORE = re.compile(
    r"(?:gültig|bescheid\b|fassung|gesetz|geändert|rechnung|bestellung|vertrag|anmeldung"
    r"|zertifiziert|akkreditiert|anerkannt|verordnung|erlass|beschluss|valid\b)[^0-9]{0,30}\Z",
    re.IGNORECASE,
)
ISSUE_BEFORE = re.compile(
    r"(?:ausgestellt|ausstellung|erstellt|gedruckt|druckdatum|ausgegeben|unterzeichnet|issued|dated"
    r"|ausfertigung|\bstand\b|ort,?\s(?:und\s)?datum|unterschrift)[^0-9]{0,40}\Z",
    re.IGNORECASE,
)
# „Dresden, den 20.03.2022“: one to four words that are no weekday, then a comma.
PLACE_BEFORE = re.compile(
    rf"(?:\A|:\s?|\s)(?!{_WEEKDAY})[A-ZÄÖÜ][^\s,.:0-9]{{1,30}}"
    rf"(?:\s(?!{_WEEKDAY})[^\s,.:0-9]{{1,30}}){{0,3}},\s?(?P<den>den|am)?\s?\Z"
)
COMPLETION_BEFORE = re.compile(
    r"(?:abgeschlossen|abschluss[a-zäöü]{0,12}|bestanden|absolviert|beendet|completed|completion)"
    r"[^0-9\n.]{0,20}\Z",
    re.IGNORECASE,
)
OPEN_BEFORE = re.compile(r"\b(?:ab|seit|bis|until|since)\s(?:zum\s|dem\s|den\s)?\Z", re.IGNORECASE)
TRAINING_BEFORE = re.compile(
    r"(?:\bam|\bvom|\bvon|\bzwischen|zeitraum|\btermine?|\bdauer|durchgeführt|\bheld\son|\bfrom"
    r"|(?:kurs|seminar|veranstaltungs|fortbildungs|schulungs|teilnahme|lehrgangs)-?"
    r"(?:datum|termine?|zeit|tage?|dauer)"
    r"|datum\sder\s(?:veranstaltung|fortbildung|schulung|teilnahme))"
    rf"\s?:?\s?{_ARTICLE}\Z",
    re.IGNORECASE,
)
SIGNATURE_AFTER = re.compile(
    r"\s{0,2}(?:[^\n]{0,60}\n{1,2}){0,2}[^\n]{0,40}"
    r"(?:unterschrift|stempel|siegel|\bgez\.|\bi\.\s?[AV]\.|signature|geschäftsführ)",
    re.IGNORECASE,
)
_CLOCK = r"(?:,?\s?(?:um\s)?[0-9]{1,2}(?:[:.][0-9]{2})?\sUhr)?"
LINK = re.compile(rf"{_CLOCK}\s?,?\s?(?:{_AND}\s?)?{_ARTICLE}", re.IGNORECASE)
SURE_LINK = re.compile(_AND, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """Days that stand between two places of the text; `doubtful` where the writing is unclear."""

    start: int
    end: int
    first: date
    last: date
    doubtful: bool


def find_spans(text: str) -> list[Span]:
    """Return all possible days and ranges of days in the order of the text."""
    spans: list[Span] = []
    for span in sorted(_all_spans(text), key=lambda one: (one.start, -one.end)):
        if not spans or span.start >= spans[-1].end:
            spans.append(span)
    return spans


def _all_spans(text: str) -> Iterator[Span]:
    for match in _GERMAN.finditer(text):
        yield from _german_span(match)
    for match in _GLUED.finditer(text):
        last = _end_of(match)
        if last:
            yield Span(match.start(), match.end(), last, last, doubtful=True)
    for match in _ISO.finditer(text):
        day = _day(match["year"], match["month"], match["day"])
        if day:
            yield Span(match.start(), match.end(), day, day, doubtful=False)
    for match in _AMERICAN.finditer(text):
        day = _day(match["year"], str(_ALL_MONTHS[match["name"].casefold()]), match["day"])
        if day:
            yield Span(match.start(), match.end(), day, day, doubtful=True)


def _german_span(match: re.Match[str]) -> Iterator[Span]:
    last = _end_of(match)
    if last is None:
        return
    doubtful = (
        match["short2"] is not None
        or (match["name2"] or "").casefold() in _ENGLISH_MONTHS
        # „1 4.03.2022“: a scan may have torn the day apart.
        or _DIGIT_BEFORE.search(match.string[max(0, match.start() - 2) : match.start()]) is not None
    )
    if match["day1"] is None:
        yield Span(match.start(), match.end(), last, last, doubtful=doubtful)
        return
    first = _start_of(match, last)
    if first is None or first > last:
        # Only the later date can be believed, and it may be the wrong one.
        yield Span(match.start("day2"), match.end(), last, last, doubtful=True)
        return
    guessed_year = match["year1"] is None and first.year != last.year
    doubtful = doubtful or match["short1"] is not None or guessed_year
    yield Span(match.start(), match.end(), first, last, doubtful=doubtful)


def _end_of(match: re.Match[str]) -> date | None:
    month = match["month2"] or str(_ALL_MONTHS[match["name2"].casefold()])
    return _day(match["year2"] or _long_year(match["short2"]), month, match["day2"])


def _start_of(match: re.Match[str], last: date) -> date | None:
    """Read the first day of a range; what it leaves out is taken from the last day."""
    if match["dot1"] is None and match["name2"] is None:
        # „Raum 5 – 14.03.2022“: a bare number before a date is no day.
        return None
    name = match["name1"]
    month = match["month1"] or (str(_ALL_MONTHS[name.casefold()]) if name else str(last.month))
    if match["year1"] or match["short1"]:
        return _day(match["year1"] or _long_year(match["short1"]), month, match["day1"])
    first = _day(str(last.year), month, match["day1"])
    if first and first > last:  # „28.12. bis 03.01.2023“
        return _day(str(last.year - 1), month, match["day1"])
    return first


def _long_year(short: str) -> str:
    """Complete a year of two digits; nobody writes the year 2041 on a certificate yet."""
    return f"20{short}" if short <= "40" else f"19{short}"


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:  # the 30th of February
        return None
