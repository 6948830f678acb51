"""What becomes of a message after the mail server has answered?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
)
RETRY_LATER = timedelta(hours=6)
# What could not be sent for so long is old news; it can still be read in the application.
MAX_AGE = timedelta(days=14)


class Verdict(StrEnum):
    """What the mail server made of a message."""

    TAKEN = "taken"
    LATER = "later"  # refused for now
    REFUSED = "refused"  # for good
    UNASKED = "unasked"  # the server is away: nothing to do with this message


@dataclass(frozen=True)
class Answer:
    """The mail server's answer to one message; ``ends_run``: no use in trying the next one."""

    verdict: Verdict
    reason: str = ""
    ends_run: bool = False


def next_attempt(attempts: int, now: datetime) -> datetime:
    """Return when a message is tried again that was refused for now ``attempts`` times."""
    is_early = attempts <= len(RETRY_AFTER)
    return now + (RETRY_AFTER[attempts - 1] if is_early else RETRY_LATER)


def answer_to(code: int, text: str) -> Answer:
    """Return what a reply code of SMTP means for one message (RFC 5321, section 4.2.1)."""
    verdict = Verdict.REFUSED if code >= 500 else Verdict.LATER
    return Answer(verdict, f"{code} {text}".strip())
