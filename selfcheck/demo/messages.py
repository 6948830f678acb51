"""What the offices of the demo city were told: that their questions are answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from uuid import UUID

from selfcheck.mail.models import Message
from selfcheck.training.answer_wording import Answered, tell_answered
from selfcheck.training.models import RecognitionQuestion
from selfcheck.training.recognition_service import describe_outcome, state_of


def make_messages(random: Random, questions: Sequence[RecognitionQuestion]) -> list[Message]:
    """Return what was told to those who asked; each of them has yet to read the last one."""
    messages: list[Message] = []
    for question in sorted(questions, key=state_of):
        if question.decided_at is None:
            continue
        subject, body = tell_answered(
            Answered(
                unit=question.unit.label,
                asked_on=question.asked_at.date(),
                format=question.format,
                duration_minutes=question.duration_minutes,
                verdict=describe_outcome(question),
                is_changed=False,
            )
        )
        for earlier in messages:
            if earlier.recipient_id == question.asked_by_id:
                earlier.read_at = earlier.created_at + timedelta(hours=2)
        messages.append(
            Message(
                id=UUID(int=random.getrandbits(128), version=4),
                recipient_id=question.asked_by_id,
                key=f"recognition-{question.id}-{state_of(question)}",
                email=question.asked_by.email,
                subject=subject,
                body=body,
                path=f"/anerkennung/{question.id}",
                created_at=question.decided_at,
                sent_at=question.decided_at + timedelta(minutes=5),
                attempts=1,
            )
        )
    return messages
