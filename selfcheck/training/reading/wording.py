"""What is the training on a certificate called, and who held it?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selfcheck.training.reading.guess import Certainty, Guess

LONGEST_TITLE = 300
_LONGEST_PROVIDER = 150

_NOUN = (
    r"[\w-]{0,25}(?:fortbildung|weiterbildung|seminar|schulung|veranstaltung|workshop|lehrgang|kurs"
    r"|webinar|tagung|fachtag|kongress|konferenz|training|lernprogramm|e-learning|modul|vortrag"
    r"|bildungsurlaub|qualifizierung)(?:sveranstaltung|sreihe|reihe|es|s|en)?"
)
_CUE = re.compile(
    r"\b(?:(?P<at>(?:an|bei)\s(?:der|dem|einer|einem|unserer|unserem|folgender|folgendem)|am|beim)"
    r"|(?:der|den|das|die|dem|zur|zum))"
    rf"\s(?!{_NOUN}\s(?:der|des)\b)(?:[\w-]{{1,25}}\s){{0,2}}?{_NOUN}(?![\w-])",
    re.IGNORECASE,
)
_BRIDGE = re.compile(
    r"(?:[\s:]|(?:zum|zu\sdem|mit\sdem|unter\sdem)\s(?:Thema|Titel)\b|\bThema\b){0,5}",
    re.IGNORECASE,
)
_QUOTE = re.compile(
    r"„(?P<a>[^„“”\"]{3,400})[“”\"]|»(?P<b>[^»«]{3,400})«|«(?P<c>[^»«]{3,400})»"
    r"|“(?P<d>[^“”]{3,400})”|\"(?P<e>[^\"]{3,400})\"|,,(?P<f>[^„“”'\"]{3,400})(?:''|[“”\"])"
)
_FAR_FROM_CUE = re.compile(r"\bteilgenommen\b|\n\n[^\n]{0,60}:", re.IGNORECASE)
_STOP = re.compile(
    r"\n\n|\.\s|\.\Z|(?:^|(?<=\s))(?:(?:hat\s)?(?:erfolgreich|regelmäßig|mit\sErfolg)\s|(?:hat\s)?teilgenommen"
    r"|(?:hat\s)?abgeschlossen|(?:hat\s)?absolviert|(?:hat\s)?besucht|(?:hat\s)?bestanden"
    r"|\(?(?:am|vom|von|bis|zwischen)\s(?:\w{2,12},?\s)?(?:dem\s|den\s)?[0-9]|in\sder\sZeit"
    r"|im\sZeitraum|(?:im|mit\seinem)\s(?:\w{1,15}\s)?(?:Gesamtu|U)mfang|mit\s(?:insgesamt\s)?[0-9]"
    r"|[0-9]{1,2}\.\s?[0-9]{1,2}\.|[0-9]{1,3}(?:[.,][0-9])?\s(?:UE|Stunden|Unterrichts|Std|U-?Std)"
    r"|Umfang|Dauer|Inhalte?\b|Termin|Zeitraum|Veranstalter|Anbieter|Referent|Dozent|[A-ZÄÖÜ][\w-]{2,24}:)",
    re.MULTILINE,
)
_LABEL = re.compile(
    r"^(?P<label>(?:Seminar|Kurs|Veranstaltungs?|Fortbildungs?|Schulungs?|Lehrgangs?)-?(?:titel|thema|"
    r"name|bezeichnung)|Thema|Titel|Bezeichnung|(?:Online-)?Kurs|(?:Online-)?Seminar|Fortbildung"
    r"|Weiterbildung|Veranstaltung|Lehrgang|Schulung|Workshop)"
    r"(?:\sder\s\w{1,30})?\s?:[ \n]?(?P<value>[^\n]{3,400})",
    re.MULTILINE | re.IGNORECASE,
)
_NEXT_LINE = re.compile(r"\n(?![^\n:]{1,40}:|[0-9])(?P<line>[^\n]{1,200})")
_UNFINISHED = re.compile(
    r"(?:[-–,:&/]|\s(?:und|oder|für|im|in|der|die|das|den|dem|mit|zu|zum|zur|von))\Z"
)
_ENGLISH = re.compile(
    r"(?:\b(?:completed|attended|participated\sin|taken\spart\sin|completion\sof|participation\sin))"
    r"\s(?:the\s|an?\s)?(?:(?:online\s)?(?:course|workshop|training|seminar|webinar)\b)?[\s:]{0,3}"
    r"(?P<value>[^\n.]{4,300}?)(?=\n|\.|\son\s|\sheld\s|\sfrom\s|\Z)",
    re.IGNORECASE,
)
_DONE_COLON = re.compile(
    r"\b(?:teilgenommen|besucht|absolviert|abgeschlossen)(?:\shat)?\s?:\n{1,2}(?P<value>[^\n:]{4,300})$",
    re.MULTILINE,
)
_LETTERS = re.compile(r"[^\W\d_]")
_TORN = re.compile(r"(?<=[a-zäöüß])-\n(?!(?:und|oder|bzw)\b)(?=[a-zäöüß])")
_HYPHEN_BREAK = re.compile(r"(?<=\w)-\n(?=[A-ZÄÖÜ])")

_PROVIDER_LABEL = re.compile(
    r"^(?:Veranstalter(?:in|\*in|:in)?|Anbieter(?:in)?|(?:Bildungs|Kurs|Maßnahme)?träger|Bildungsanbieter"
    r"|Durchgeführt\s(?:von|durch)|Veranstaltet\svon|Organisation|Ausrichter)"
    r"\s?:[ \n]?(?P<value>[^\n]{2,200})",
    re.MULTILINE | re.IGNORECASE,
)
_PROVIDER_WORD = re.compile(
    r"akademie|volkshochschule|\bVHS\b|institut|bildungswerk|bildungszentrum|\be\.\s?V\.|\bg?GmbH\b"
    r"|stiftung|hochschule|universität|landeszentrale|handelskammer|\bIHK\b|landeshauptstadt"
    r"|\buniversity\b|\bacademy\b|fortbildungszentrum|bundeszentrale",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\b(?:hat|haben|wird|wurde|teilgenommen|bescheinigt|bestätigt|www|tel|has)\b|@|,\sden\s[0-9]"
    r"|\b(?:Frau|Herr|Herrn)\b|^(?:Thema|Titel|Kurs|Seminar|Ort|Datum)\s?:|[„“»«]",
    re.IGNORECASE,
)
_AFTER_NAME = re.compile(r"\s?[|·•]|,\s[^,\n]{2,40}\s[0-9]{1,3}\b|\s[–-]\s(?=[^\n]{0,40}straße)")


def read_title(text: str) -> Guess[str]:
    """Read the name of the training from tidied text, with at most LONGEST_TITLE characters."""
    candidates = [guess for guess in _candidates(text) if guess.value]
    if not candidates:
        return Guess(None, Certainty.NONE)
    best = min(candidates, key=lambda guess: guess.certainty is not Certainty.SURE)
    for other in candidates:
        if other.certainty is Certainty.SURE and not _same(best.value or "", other.value or ""):
            return Guess(best.value, Certainty.CHECK)
    return best


def read_provider(text: str, title: str | None) -> Guess[str]:
    """Read who held the training; sure only behind a label such as „Veranstalter:“."""
    labelled = list(
        dict.fromkeys(_provider(one["value"]) for one in _PROVIDER_LABEL.finditer(text))
    )
    if labelled and labelled[0]:
        return Guess(labelled[0], Certainty.SURE if len(labelled) == 1 else Certainty.CHECK)
    for line in text.split("\n"):
        if not _PROVIDER_WORD.search(line) or len(line) > _LONGEST_PROVIDER:
            continue
        if _SENTENCE.search(line) or (title and _same(title, line)):
            continue
        provider = _provider(line)
        if provider:
            return Guess(provider, Certainty.CHECK)
    return Guess(None, Certainty.NONE)


def _candidates(text: str) -> Iterator[Guess[str]]:
    """Yield what may be the title, the most telling pattern first."""
    for cue in _CUE.finditer(text):
        quote = _QUOTE.search(text, cue.end(), cue.end() + 500)
        between = text[cue.end() : quote.start()] if quote else ""
        if quote and len(between) <= 80 and not _FAR_FROM_CUE.search(between):
            yield _title(quote[quote.lastgroup or 0], Certainty.SURE)
    for label in _LABEL.finditer(text):
        yield _labelled(text, label)
    for cue in _CUE.finditer(text):
        if cue["at"] or re.search(r"abgeschlossen|absolviert|besucht", text[cue.end() :][:400]):
            yield _after_cue(text, cue.end())
    for match in _DONE_COLON.finditer(text):
        yield _title(match["value"], Certainty.CHECK)
    for match in _ENGLISH.finditer(text):
        yield _title(match["value"], Certainty.CHECK)
    for quote in _QUOTE.finditer(text):
        yield _title(quote[quote.lastgroup or 0], Certainty.CHECK)


def _labelled(text: str, label: re.Match[str]) -> Guess[str]:
    quote = _QUOTE.match(text, label.start("value"), label.start("value") + 500)
    if quote:
        return _title(quote[quote.lastgroup or 0], Certainty.SURE)
    value, position = label["value"], label.end()
    for _ in range(3):
        following = _NEXT_LINE.match(text, position)
        if not following:
            break
        # Only a line that visibly goes on is joined: the next one may be anything.
        if not _UNFINISHED.search(value) and not following["line"][0].islower():
            break
        value, position = f"{value}\n{following['line']}", following.end()
    return _title(value, Certainty.SURE)


def _after_cue(text: str, position: int) -> Guess[str]:
    """Read what stands between „an der Fortbildung“ and „teilgenommen“ or a date."""
    bridge = _BRIDGE.match(text, position)
    start = bridge.end() if bridge else position
    tail = text[start : start + LONGEST_TITLE + 100]
    stop = _STOP.search(tail)
    value = tail[: stop.start()] if stop else tail.partition("\n")[0]
    # In the middle of a sentence the end of a title is a guess; on lines of its own it is not.
    begins_apart = re.search("[\n:]", text[position:start]) is not None
    ends_apart = stop is not None and "\n" in (tail[stop.start() - 1 : stop.start()], stop[0][:1])
    is_sure = begins_apart and ends_apart and value.count("\n") <= 3
    return _title(value, Certainty.SURE if is_sure else Certainty.CHECK)


def _title(value: str, certainty: Certainty) -> Guess[str]:
    title = " ".join(_HYPHEN_BREAK.sub("-", _TORN.sub("", value)).split())
    title = title.strip(" ,;:.–-„“”»«\"'")
    if len(_LETTERS.findall(title)) < 4:
        return Guess(None, Certainty.NONE)
    if len(title) > LONGEST_TITLE:
        return Guess(
            title[:LONGEST_TITLE].rpartition(" ")[0] or title[:LONGEST_TITLE], Certainty.CHECK
        )
    return Guess(title, certainty)


def _provider(line: str) -> str:
    """Cut an address off a provider's name."""
    cut = _AFTER_NAME.search(line, 3)
    return (line[: cut.start()] if cut else line).strip(" ,;:–-")[:_LONGEST_PROVIDER]


def _same(one: str, other: str) -> bool:
    one, other = one.casefold(), other.casefold()
    return one in other or other in one
