"""Does a name on a certificate belong to somebody who taught or signed, not to a participant?"""

from __future__ import annotations

import re

from selfcheck.training.reading.text import line_after, line_before

_JOB = (
    r"(?:Referent|Dozent|Trainer|Kursleit|Seminarleit|Lehrgangsleit|Projektleit|Fachbereichsleit"
    r"|Leitung\b|Leiter|Lehrkraft|Geschäftsführ|Ansprechpartner|Moderation|Moderator|Direktor"
    r"|Rektor|Vorsitzend|Präsident|Oberbürgermeister|Bürgermeister|Institutsleit"
    r"|Instructor|Lecturer|Speaker)"
)
_ROLE = rf"(?:{_JOB}|Veranstalter|gez\b|i\.\s?A\.|i\.\s?V\.|Unterschrift|Unterzeichn)"
_ROLE_BEFORE = re.compile(rf"{_ROLE}[^\n]{{0,60}}\Z", re.IGNORECASE)
_ROLE_ABOVE = re.compile(rf"{_ROLE}[^\n]{{0,30}}:\Z", re.IGNORECASE)
_ROLE_AFTER = re.compile(rf"[ ,(–-]{{1,4}}{_ROLE}", re.IGNORECASE)
# With a colon („Referentin: …“) the line below names somebody else.
_JOB_BELOW = re.compile(
    rf"[^\n\w]{{0,3}}\n(?:[\w-]{{0,30}}\s)?[\w-]{{0,20}}{_JOB}[^\n:]{{0,60}}(?:\n|\Z)",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"teilgenommen|absolviert|abgeschlossen|besucht|teilnahme\b|completed|attended", re.IGNORECASE
)
_SIGNED = re.compile(
    r"\n[^\n]{2,40},\s(?:den\s)?[0-9]{1,2}\.[^\n]{4,16}|unterschrift|\bgez\b", re.IGNORECASE
)


class SignerPlaces:
    """The places of one tidied text where signers and speakers are named."""

    def __init__(self, text: str) -> None:
        self._text = text
        done = _DONE.search(text)
        # Below „hat teilgenommen“ the line „Dresden, den …“ opens the signatures; above it, the
        # same line is the date of a letter.
        signed = _SIGNED.search(text, done.end()) if done else None
        self._signatures = signed.start() if signed else len(text)

    def contain(self, start: int, end: int, *, is_addressed: bool) -> bool:
        """Tell whether the name between two places is a signer's or speaker's.

        `is_addressed`: „Frau“ or „Herr“ stands before it. Then „Sachgebietsleiterin“ on the line
        below tells a participant's job, not that she signed.
        """
        text = self._text
        if start >= self._signatures or _ROLE_BEFORE.search(line_before(text, start)[-100:]):
            return True
        if _ROLE_AFTER.match(line_after(text, end)[:40]):
            return True
        line_start = text.rfind("\n", 0, start)
        if line_start > 0 and _ROLE_ABOVE.search(line_before(text, line_start)[-100:]):
            return True
        return not is_addressed and _JOB_BELOW.match(text[end : end + 160]) is not None
