"""When is a message tried again, and what does a reply of the server mean?"""

from datetime import UTC, datetime, timedelta

import pytest

from selfcheck.mail.answers import MAX_AGE, Answer, Verdict, answer_to, next_attempt

NOW = datetime(2026, 12, 11, 8, tzinfo=UTC)


def test_each_pause_is_at_least_as_long_as_the_one_before():
    waits = [next_attempt(attempts, NOW) - NOW for attempts in range(1, 10)]
    assert [wait / timedelta(minutes=1) for wait in waits[:6]] == [1, 5, 15, 60, 360, 360]
    assert waits == sorted(waits)
    assert sum(waits, timedelta()) < MAX_AGE


@pytest.mark.parametrize(
    ("code", "text", "answer"),
    [
        (550, "5.1.1 unknown", Answer(Verdict.REFUSED, "550 5.1.1 unknown")),
        (599, "", Answer(Verdict.REFUSED, "599")),
        (451, "greylisted", Answer(Verdict.LATER, "451 greylisted")),
        (452, "full", Answer(Verdict.LATER, "452 full")),
        (-1, "nonsense", Answer(Verdict.LATER, "-1 nonsense")),  # what smtplib makes of noise
    ],
)
def test_only_a_reply_of_500_and_more_is_for_good(code: int, text: str, answer: Answer):
    assert answer_to(code, text) == answer
