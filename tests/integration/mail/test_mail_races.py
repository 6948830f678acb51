"""Two runs at the same time send each message once, and nobody waits for the mail server."""

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from postbox import Postbox, serving

from selfcheck.config import MailServer, MailTls
from selfcheck.mail.answers import Verdict
from selfcheck.mail.commands import send_due
from selfcheck.mail.smtp_service import Connection

MESSAGES = 24
PATIENCE_SECONDS = 30


def connect(served: Postbox) -> Connection:
    server = MailServer(
        host="127.0.0.1", port=served.port, sender="check@stadt.example", tls=MailTls.NONE
    )
    return Connection(server, base_url="")


def test_two_runs_at_once_send_each_message_once(outbox, served: Postbox):
    for number in range(MESSAGES):
        outbox.put("hr", key=str(number), subject=f"Nummer {number}")
    served.seconds_per_mail = 0.03
    barrier = Barrier(2)

    def run(_number: int) -> int:
        counts: Counter[Verdict] = Counter()
        with outbox.app.app_context(), connect(served) as connection:
            barrier.wait(PATIENCE_SECONDS)
            send_due(connection, counts)
        return counts[Verdict.TAKEN]

    with ThreadPoolExecutor() as pool:
        sent = list(pool.map(run, range(2)))
    assert sum(sent) == MESSAGES
    assert all(sent), "both runs had something to do"
    assert sorted(mail["Subject"] for mail in served.mails) == sorted(
        f"Nummer {number}" for number in range(MESSAGES)
    )
    assert {one.attempts for one in outbox.read()} == {1}


def test_nobody_waits_for_the_database_while_the_server_takes_its_time(outbox, postbox: Postbox):
    is_asked, may_answer = Event(), Event()

    class SlowPostbox(Postbox):
        async def handle_DATA(self, *arguments):  # noqa: N802 - the name of aiosmtpd
            is_asked.set()
            await asyncio.to_thread(may_answer.wait, PATIENCE_SECONDS)
            return await super().handle_DATA(*arguments)

    def run() -> None:
        with outbox.app.app_context(), connect(postbox) as connection:
            send_due(connection, Counter())

    outbox.put("hr", subject="a")
    with serving(SlowPostbox(postbox.port)), ThreadPoolExecutor() as pool:
        running = pool.submit(run)
        assert is_asked.wait(PATIENCE_SECONDS)
        outbox.put("hr", key="y", subject="b")  # writes while the mail is on its way
        may_answer.set()
        running.result(PATIENCE_SECONDS)
    assert [one.sent_at is not None for one in outbox.read()] == [True, False]
