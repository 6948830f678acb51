"""Putting a message into the outbox: once, to active users, in the caller's transaction."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from factories import World
from flask import Flask

from selfcheck.accounts.models import User
from selfcheck.db import db
from selfcheck.mail import service

TEXT = {"subject": "Neues", "body": "Es gibt etwas.", "path": "/auswertung"}


def test_each_recipient_gets_a_message_of_their_own(outbox):
    assert outbox.put("head33", "officer33", "head33") == 2
    first, second = outbox.read()
    assert (first.email, second.email) == ("head33@stadt.example", "officer33@stadt.example")
    for message in (first, second):
        assert (message.subject, message.body, message.path) == tuple(TEXT.values())
        assert message.next_attempt_at == message.created_at
        assert (message.attempts, message.sent_at, message.read_at) == (0, None, None)
    assert first.id != second.id


def test_the_same_key_tells_nobody_twice(outbox):
    assert outbox.put("head33", key="a") == 1
    assert outbox.put("head33", "officer33", key="a", subject="Anders") == 1
    assert outbox.put("head33", key="b") == 1
    assert sorted((one.key, one.subject) for one in outbox.read()) == [
        ("a", "Anders"),
        ("a", "Neues"),
        ("b", "Neues"),
    ]


def test_nobody_is_written_to_whose_account_is_deactivated(outbox):
    outbox.deactivate("head33")
    assert outbox.put("head33") == 0
    assert outbox.put() == 0
    assert outbox.put("head33", "hr") == 1
    assert [one.email for one in outbox.read()] == ["hr@stadt.example"]


def test_what_is_rolled_back_tells_nobody(app: Flask, world: World, outbox):
    with app.app_context():
        user = db.session.get_one(User, world.user_ids["hr"])
        assert service.put([user], key="x", **TEXT) == 1
        db.session.rollback()
    assert outbox.read() == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Amt 33\r\nBcc: fremd@boese.example", "Amt 33 Bcc: fremd@boese.example"),
        ("Eins\x00\x07\tzwei\u2028drei\N{NO-BREAK SPACE}vier", "Eins zwei drei vier"),
        ("ü" * 300, "ü" * 300),
        ("ü" * 500, "ü" * 299 + "…"),
        ("\n", ""),
    ],
)
def test_a_subject_is_one_line_of_bounded_length(outbox, typed: str, kept: str):
    outbox.put("hr", subject=typed, body="Zeile\r\nnoch\x00 eine\x1b[31m")
    (message,) = outbox.read()
    assert message.subject == kept
    assert message.body == "Zeile\nnoch eine[31m"


def test_two_who_write_the_same_at_once_write_it_once(app: Flask, world: World, outbox):
    barrier, is_written = Barrier(2), Event()

    def write(first: bool) -> int:
        with app.app_context():
            users = [db.session.get(User, world.user_ids[one]) for one in ("hr", "admin")]
            db.session.rollback()
            barrier.wait(30)
            if not first:
                is_written.wait(30)
            count = service.put(users if first else users[::-1], key="x", **TEXT)
            is_written.set()
            db.session.commit()
            return count

    with ThreadPoolExecutor() as pool:
        assert sorted(pool.map(write, [True, False])) == [0, 2]
    assert [one.email for one in outbox.read()] == ["hr@stadt.example", "admin@stadt.example"]
