"""On which days did the training on a certificate take place?

A certificate carries up to three kinds of dates: of the training, of its own issue, of the
participant's birth. Taking one for another is the costly mistake, so each date is first given a
role by the words around it. A birth date is never returned, a date of issue only for want of a
better one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum

from selfcheck.training.reading.date_patterns import (
    BIRTH_AFTER,
    BIRTH_BEFORE,
    COMPLETION_BEFORE,
    ISSUE_BEFORE,
    LINK,
    OPEN_BEFORE,
    PLACE_BEFORE,
    REFERENCE_BEFORE,
    SIGNATURE_AFTER,
    SURE_LINK,
    TRAINING_BEFORE,
    Span,
    find_spans,
)
from selfcheck.training.reading.guess import Certainty, Guess
from selfcheck.training.reading.text import before, line_after, line_before

# Nobody at work in the years of the mandate was born later. An unlabelled date before this day may
# be a birth date, and a training before it counts for nothing.
_EARLIEST = date(2012, 1, 1)


class _Role(IntEnum):
    """What a date is for, the most welcome first."""

    TRAINING = 0
    PLAIN = 1
    ISSUE = 2
    NEVER = 3


@dataclass(frozen=True, slots=True)
class _Mention:
    """A span of days in the text with its role; `only_end` where it says when a course ended."""

    span: Span
    role: _Role
    only_end: bool = False


@dataclass(frozen=True, slots=True)
class Days:
    """The first and the last day of a training."""

    first: Guess[date]
    last: Guess[date]

    @property
    def sure_number(self) -> int | None:
        """The number of days from first to last, if both are sure."""
        if self.first.value is None or self.last.value is None:
            return None
        if {self.first.certainty, self.last.certainty} != {Certainty.SURE}:
            return None
        return (self.last.value - self.first.value).days + 1


def read_days(text: str) -> Days:
    """Read the days of the training from tidied text."""
    mentions = _without_birth_days(
        _joined(text, [_classify(text, one) for one in find_spans(text)])
    )
    if not mentions:
        nothing: Guess[date] = Guess(None, Certainty.NONE)
        return Days(nothing, nothing)
    best = min(mentions, key=_preference)
    certainty = Certainty.SURE if _is_sure(best, mentions) else Certainty.CHECK
    # „abgeschlossen am“ says when a course ended; whether it also began that day stays open.
    first_certainty = Certainty.CHECK if best.only_end else certainty
    return Days(Guess(best.span.first, first_certainty), Guess(best.span.last, certainty))


def _preference(mention: _Mention) -> tuple[int, bool, int]:
    is_one_day = mention.span.first == mention.span.last
    return mention.role, is_one_day, mention.span.start


def _is_sure(best: _Mention, mentions: Sequence[_Mention]) -> bool:
    if best.role is not _Role.TRAINING or best.span.doubtful:
        return False
    for other in mentions:
        if other.role is _Role.ISSUE:
            # What was issued before the end does not show that somebody stayed to the end.
            if other.span.first < best.span.last:
                return False
        elif not best.span.first <= other.span.first <= other.span.last <= best.span.last:
            return False
    return True


def _classify(text: str, span: Span) -> _Mention:
    earlier = before(text, span.start, 80)
    is_one_day = span.first == span.last
    if _is_no_training(text, span, earlier):
        return _Mention(span, _Role.NEVER)
    if _is_issue(text, span, earlier):
        return _Mention(span, _Role.ISSUE)
    if is_one_day and OPEN_BEFORE.search(earlier):
        return _Mention(replace(span, doubtful=True), _Role.TRAINING)
    only_end = is_one_day and COMPLETION_BEFORE.search(earlier) is not None
    if only_end or not is_one_day or TRAINING_BEFORE.search(earlier):
        return _Mention(span, _Role.TRAINING, only_end=only_end)
    is_signed = SIGNATURE_AFTER.match(text, span.end, span.end + 120)
    return _Mention(span, _Role.ISSUE if is_signed else _Role.PLAIN)


def _is_no_training(text: str, span: Span, earlier: str) -> bool:
    return bool(
        BIRTH_BEFORE.search(earlier)
        or BIRTH_AFTER.match(text, span.end, span.end + 60)
        or REFERENCE_BEFORE.search(earlier)
    )


def _is_issue(text: str, span: Span, earlier: str) -> bool:
    if ISSUE_BEFORE.search(earlier):
        return True
    if span.first != span.last:
        return False
    place = PLACE_BEFORE.search(line_before(text, span.start)[-80:])
    if place is None:
        return False
    # „Dresden, 20.03.2022“ is one only on a line of its own, „Dresden, den 20.03.2022“ anywhere.
    return place["den"] == "den" or not line_after(text, span.end).strip(" .")


def _joined(text: str, mentions: Sequence[_Mention]) -> list[_Mention]:
    """Make one mention of two complete dates with „bis“ or „und“ between them."""
    joined: list[_Mention] = []
    for mention in mentions:
        last = joined[-1] if joined else None
        gap = text[last.span.end : mention.span.start] if last else ""
        if last is None or len(gap) > 60 or not _belong_together(last, gap, mention):
            joined.append(mention)
            continue
        doubtful = last.span.doubtful or mention.span.doubtful or not SURE_LINK.search(gap)
        span = Span(
            last.span.start, mention.span.end, last.span.first, mention.span.last, doubtful=doubtful
        )
        joined[-1] = _Mention(span, _Role.TRAINING)
    return joined


def _belong_together(earlier: _Mention, gap: str, later: _Mention) -> bool:
    return (
        earlier.role < _Role.ISSUE
        and later.role < _Role.ISSUE
        and earlier.span.last <= later.span.first
        and LINK.fullmatch(gap) is not None
    )


def _without_birth_days(mentions: Sequence[_Mention]) -> list[_Mention]:
    """Leave out what is never a training, and the same days where they stand without a label."""
    never = {
        day
        for one in mentions
        if one.role is _Role.NEVER
        for day in (one.span.first, one.span.last)
    }
    return [
        one
        for one in mentions
        if one.span.first >= _EARLIEST and not {one.span.first, one.span.last} & never
    ]
