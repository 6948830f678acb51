"""What is the training on a certificate about, and how was it held?

The areas and their examples are those of section 4 of the Schulungskonzept. A title tells the area;
the text around it also speaks of the provider's programme, so what only it says is to be checked.
"""

from __future__ import annotations

import re

from selfcheck.training.kinds import Area, Format
from selfcheck.training.reading.guess import Certainty, Guess

_LANGUAGES = (
    r"Englisch|Spanisch|Französisch|Russisch|Arabisch|Polnisch|Tschechisch|Italienisch|Ukrainisch"
    r"|Türkisch|Vietnamesisch|Persisch|Farsi|Dari|Chinesisch|Portugiesisch|Rumänisch|Kurdisch"
    r"|Sorbisch|Gebärdensprache"
)

# Words that name the area and hardly anything else.
_STRONG = {
    Area.DEMOCRATIC: re.compile(
        r"demokrat|rassis|extremis|populis|zivilcourage|diskriminier|menschenfeindlich|antisemit"
        r"|verschwörung|reichsbürger|stereotyp|vorurteil|kolonial|menschenbild|stammtischparole",
        re.IGNORECASE,
    ),
    Area.INTERCULTURAL: re.compile(
        r"interkultur|transkultur|\bdiversit|\bdiversity|vielfaltskompetenz|kulturelle\sVielfalt"
        r"|migrant|migrationsgesellschaft|migrationshintergrund|geflüchtete|\bislam|weltreligion"
        r"|wissen\süber\sreligion",
        re.IGNORECASE,
    ),
    Area.MULTILINGUAL: re.compile(
        r"mehrsprachig|fremdsprache|sprachkurs|deutsch\sals\s(?:zweit|fremd)sprache"
        rf"|\b(?:{_LANGUAGES})-?(?:kurs|sprachkurs)|\b(?:{_LANGUAGES})(?:\s|,|\s[-–]\s)[^\n]{{0,30}}\b[ABC][12]\b"
        rf"|\A(?:{_LANGUAGES})\b(?!\w)",
        re.IGNORECASE,
    ),
    Area.PLAIN_COMMUNICATION: re.compile(
        r"leicht\sverständlich|leichte[rn]?\ssprache|einfache[rn]?\ssprache|bürgernah"
        r"|bürgerfreundlich|verständliche[rn]?\s(?:verwaltungs|behörden)?sprache"
        r"|verständlich\s(?:schreiben|formulieren)",
        re.IGNORECASE,
    ),
}
# Words that name it in one setting and mean something else in another: „Migration auf Windows 11“.
_WEAK = {
    Area.DEMOCRATIC: re.compile(
        r"haltung\szeigen|deeskalation|hassrede|hate\sspeech|courage|politische\sbildung"
        r"|ideologie|racism|democra",
        re.IGNORECASE,
    ),
    Area.INTERCULTURAL: re.compile(
        r"\bmigration|\bflucht\b|\basyl|religion|\bvielfalt|\bintegration\b|intercultur",
        re.IGNORECASE,
    ),
    Area.MULTILINGUAL: re.compile(
        rf"\b(?:{_LANGUAGES})\b|deutschkurs|\bdolmetsch|sprachmittl|language\scourse", re.IGNORECASE
    ),
    Area.PLAIN_COMMUNICATION: re.compile(
        r"klartext|verständlich|plain\slanguage|verwaltungssprache|behördensprache", re.IGNORECASE
    ),
}
# The city's programme heads every certificate with this, whatever it is about.
_PROGRAMME = re.compile(r"Diversität\sund\sSprache", re.IGNORECASE)

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s]{1,200}|[\w.+-]{1,64}@[\w.-]{1,100}|\bT-Online\b", re.IGNORECASE
)
_EVENT = (
    r"(?:seminar|schulung|kurs|fortbildung|weiterbildung|workshop|training|veranstaltung|format"
    r"|modul|vortrag|lehrgang)"
)
_FORMATS = {
    Format.E_LEARNING: re.compile(r"\be-?learning|selbstlern|web[- ]?based", re.IGNORECASE),
    Format.ONLINE: re.compile(
        rf"\bonline-?\s?{_EVENT}|\bwebinar|\bvirtuelle[nmrs]?\s{_EVENT}|live-online|per\svideokonferenz",
        re.IGNORECASE,
    ),
    Format.SYMPOSIUM: re.compile(r"\bfachtag(?:ung|s|es)?\b", re.IGNORECASE),
    Format.CONGRESS: re.compile(r"\b(?:fach)?kongress", re.IGNORECASE),
    Format.ON_SITE: re.compile(rf"\bin\spräsenz\b|präsenz-?{_EVENT}", re.IGNORECASE),
}
_WEAK_FORMATS = {
    Format.E_LEARNING: re.compile(r"lernplattform|lernprogramm|\bmooc\b|moodle", re.IGNORECASE),
    Format.ONLINE: re.compile(r"\bonline\b|\bdigital|\bvirtuell|\bzoom\b", re.IGNORECASE),
    Format.SYMPOSIUM: re.compile(r"tagung\b|\bsymposium|\bkonferenz", re.IGNORECASE),
    Format.ON_SITE: re.compile(r"präsenz|\bvor\sOrt\b", re.IGNORECASE),
}


def read_area(title: Guess[str], text: str) -> Guess[Area]:
    """Read the area from the title, else from the tidied text; two areas are never sure."""
    if title.value:
        found = _hits(title.value, _STRONG)
        if found:
            is_sure = len(found) == 1 and title.certainty is Certainty.SURE
            is_sure = is_sure and not _hits(title.value, _WEAK).keys() - found.keys()
            return Guess(_most(found), Certainty.SURE if is_sure else Certainty.CHECK)
        found = _hits(title.value, _WEAK)
        if found:
            return Guess(_most(found), Certainty.CHECK)
    body = _PROGRAMME.sub(" ", text)
    found = _hits(body, _STRONG) or _hits(body, _WEAK)
    return Guess(_most(found), Certainty.CHECK) if found else Guess(None, Certainty.NONE)


def read_format(text: str) -> Guess[Format]:
    """Read the format from tidied text; addresses of web pages do not count."""
    body = _ADDRESS.sub(" ", text)
    strong = {kind: 1 for kind, pattern in _FORMATS.items() if pattern.search(body)}
    weak = {kind: 1 for kind, pattern in _WEAK_FORMATS.items() if pattern.search(body)}
    found = strong or weak
    if not found:
        return Guess(None, Certainty.NONE)
    is_sure = len(strong) == 1 and not weak.keys() - strong.keys()
    return Guess(next(iter(found)), Certainty.SURE if is_sure else Certainty.CHECK)


def _hits(text: str, words: dict[Area, re.Pattern[str]]) -> dict[Area, tuple[int, int]]:
    """Return for each area how often it is named and where first."""
    found = {}
    for area, pattern in words.items():
        starts = [match.start() for match in pattern.finditer(text)]
        if starts:
            found[area] = (len(starts), starts[0])
    return found


def _most(found: dict[Area, tuple[int, int]]) -> Area:
    return min(found, key=lambda area: (-found[area][0], found[area][1]))
