"""States of a request for support, and what the mails say."""

import pytest

from selfcheck.support import wording
from selfcheck.support.states import STATE_LABELS, RequestState, request_state


@pytest.mark.parametrize(
    ("is_closed", "is_unanswered", "state"),
    [
        (False, True, RequestState.WAITING),
        (False, False, RequestState.ANSWERED),
        (True, True, RequestState.CLOSED),  # closed is closed, answered or not
        (True, False, RequestState.CLOSED),
    ],
)
def test_the_state_of_a_request(is_closed, is_unanswered, state):
    assert request_state(is_closed=is_closed, is_unanswered=is_unanswered) is state


def test_every_state_has_its_words():
    assert STATE_LABELS.keys() == set(RequestState)
    assert RequestState.WAITING.label == "wartet auf Antwort"


def test_a_mail_names_the_unit_and_where_to_read():
    for letter in (
        wording.tell_asked("33 Bürgeramt"),
        wording.tell_written_again("33 Bürgeramt"),
        wording.tell_answered("33 Bürgeramt", closes=False),
    ):
        assert "33 Bürgeramt" in letter.subject
        assert "33 Bürgeramt" in letter.body
        assert "Die Nachricht lesen Sie in der Anwendung." in letter.body
    assert "abgeschlossen" in wording.tell_answered("33", closes=True).body
    assert "öffnet sie wieder" in wording.tell_closed("33").body
