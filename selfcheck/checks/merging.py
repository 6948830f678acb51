"""Two forms of one draft were filled in at the same time: which answers hold?

Every form knows what each answer was when it was opened (its base, as a digest). Compared with
that, what one side has not touched is taken from the other; what both changed differently is a
conflict, which only a person can decide. Nobody's answer is overwritten unseen.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from selfcheck.checks.scoring import Answers

DIGEST_LENGTH = 16


@dataclass(frozen=True, slots=True)
class AnswerValue:
    """All that is answered under one question: points, words and ticked options."""

    points: int | None = None
    text: str = ""
    option_ids: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """A short name of this very answer; forms carry it instead of the answer."""
        content = json.dumps([self.points, self.text, self.option_ids])
        return sha256(content.encode()).hexdigest()[:DIGEST_LENGTH]


NO_ANSWER = AnswerValue()

Values = Mapping[str, AnswerValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormMemory:
    """What an opened form remembers, by question.

    ``bases``: the digest of what was stored when it was opened. ``decisions``: what the person
    chose where somebody else had changed the answer as well, „mine-“ or „theirs-“ with the digest
    of the other answer as it was shown.
    """

    form_id: str = ""
    bases: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """What holds after all; by question.

    ``conflicts`` both sides changed (what is stored stays until a person decides); ``taken`` only
    the other side changed, and the form has not shown it yet.
    """

    values: Values
    conflicts: tuple[str, ...]
    taken: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Whether the form has shown everything that holds now."""
        return not self.conflicts and not self.taken


def decision(side: str, value: AnswerValue) -> str:
    """Return the word for „keep mine“ or „take theirs“ against a stored answer that was shown."""
    return f"{side}-{value.digest}"


def merge(mine: Values, theirs: Values, memory: FormMemory, *, own: Collection[str]) -> Merge:
    """Bring a form and what is stored together, question by question.

    ``own`` are the questions whose stored answer this very form wrote: it is never in conflict
    with itself, also when it did not hear that its last save had arrived. A question that ``mine``
    lacks was not sent, and stays as it is stored.
    """
    values = dict(theirs)
    conflicts, taken = [], []
    for question_id, my_value in mine.items():
        stored = theirs.get(question_id, NO_ANSWER)
        chosen = memory.decisions.get(question_id)
        base = memory.bases.get(question_id)
        if my_value == stored:
            continue
        if question_id in own or stored.digest == base or chosen == decision("mine", stored):
            values[question_id] = my_value
        elif chosen == decision("theirs", stored):
            continue
        elif my_value.digest == base:
            taken.append(question_id)
        else:
            conflicts.append(question_id)
    return Merge(values=values, conflicts=tuple(conflicts), taken=tuple(taken))


def split_answers(answers: Answers) -> dict[str, AnswerValue]:
    """Return the answers by question; what is not answered is left out."""
    return {
        question_id: AnswerValue(
            points=answers.points.get(question_id),
            text=answers.texts.get(question_id, ""),
            option_ids=answers.choices.get(question_id, ()),
        )
        for question_id in {*answers.points, *answers.texts, *answers.choices}
    }


def join_answers(values: Values) -> Answers:
    """Return answers by question as the rules want them."""
    return Answers(
        points={key: one.points for key, one in values.items() if one.points is not None},
        texts={key: one.text for key, one in values.items() if one.text},
        choices={key: one.option_ids for key, one in values.items() if one.option_ids},
    )
