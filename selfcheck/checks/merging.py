"""Two forms of one draft were filled in at the same time: which answers hold?

Every form knows what each answer was when it was opened (its base). Compared with that, what one
side has not touched is taken from the other; what both changed differently is a conflict, which
only a person can decide. Nobody's answer is overwritten unseen.
"""

from __future__ import annotations

from dataclasses import dataclass

from selfcheck.checks.scoring import Answers


@dataclass(frozen=True, slots=True)
class AnswerValue:
    """All that is answered under one question: points, words and ticked options."""

    points: int | None = None
    text: str = ""
    option_ids: tuple[str, ...] = ()


NO_ANSWER = AnswerValue()


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
