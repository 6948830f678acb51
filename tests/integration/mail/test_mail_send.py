"""selfcheck mail send: what reaches a real mail server, and what becomes of what does not."""

import socket
from datetime import timedelta
from email.message import EmailMessage

import pytest
from postbox import Postbox, free_port, serving

from selfcheck import clock
from selfcheck.db import db
from selfcheck.mail.models import Message
from selfcheck.mail.sending_service import CLAIM, claim_due

HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
    "Content-Type", "Content-Transfer-Encoding",
}  # fmt: skip


def minutes_until(message: Message) -> int:
    """Return in how many minutes a message is tried again."""
    assert message.next_attempt_at is not None
    return round((message.next_attempt_at - clock.now()) / timedelta(minutes=1))


def body_of(mail: EmailMessage) -> str:
    return mail.get_content().replace("\r\n", "\n")


def test_a_message_is_sent_as_a_plain_mail(outbox, served: Postbox):
    outbox.put(
        "head33",
        subject="Auswertung fällig: „Ämter & Einheiten“",
        body="Grüße aus Zöblitz 🎉\n.\nFrom hier an: =1+1\n" + "ß" * 2000,
    )
    outcome = outbox.send()
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == "Gesendet: 1, noch wartend: 0, aufgegeben: 0\n"
    (mail,) = served.mails
    (message,) = outbox.read()
    assert set(mail.keys()) == HEADERS
    assert mail["From"] == "Selbstcheck & Schulungsauftrag <selbstcheck@stadt.example>"
    assert mail["To"] == "head33@stadt.example"
    assert mail["Subject"] == "Auswertung fällig: „Ämter & Einheiten“"
    assert mail["Message-ID"] == f"<{message.id}@stadt.example>"
    assert mail["Date"].datetime == message.created_at.replace(microsecond=0)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content_charset() == "utf-8"
    assert served.envelopes == [("selbstcheck@stadt.example", ("head33@stadt.example",))]
    body, _, end = body_of(mail).partition("\n\nZur Seite: ")
    assert body == "Grüße aus Zöblitz 🎉\n.\nFrom hier an: =1+1\n" + "ß" * 2000
    assert end.startswith("https://check.stadt.example/auswertung\n\n-- \nDiese E-Mail hat")
    assert "automatisch erzeugt" in end
    assert message.sent_at is not None
    assert (message.next_attempt_at, message.attempts, message.last_error) == (None, 1, "")


def test_a_second_run_sends_nothing_again(outbox, served: Postbox):
    outbox.put("head33", "hr")
    outbox.send()
    assert outbox.send().out == "Gesendet: 0, noch wartend: 0, aufgegeben: 0\n"
    assert served.recipients == ["head33@stadt.example", "hr@stadt.example"]
    assert served.connections == 1


@pytest.mark.parametrize(
    ("path", "settings"), [("", {}), ("/auswertung", {"BASE_URL": ""})], ids=["no page", "no url"]
)
def test_a_mail_holds_no_link_where_there_is_nothing_to_link(outbox, served, path, settings):
    outbox.put("hr", path=path)
    assert outbox.send(**settings).code == 0
    assert body_of(served.mails[0]).startswith("Es gibt etwas.\n\n-- \nDiese E-Mail")
    assert "http" not in body_of(served.mails[0])


@pytest.mark.parametrize(
    ("subject", "received"),
    [
        ("Ä" * 500, "Ä" * 299 + "…"),
        ("Wort " * 100, ("Wort " * 60)[:299] + "…"),
        ("x" * 300, "x" * 300),
        ("Wort " * 60, ("Wort " * 60)[:-1]),
        ("Wort " * 40 + "Ende für 33 · §", "Wort " * 40 + "Ende für 33 · §"),
        ("Amt\r\nBcc: fremd@boese.example\r\n\r\nHallo", "Amt Bcc: fremd@boese.example Hallo"),
        ("=?utf-8?q?a=0D=0ABcc:_fremd@boese.example?=", None),
        ("", ""),
    ],
)
def test_no_subject_writes_a_header_of_its_own(outbox, served, subject, received):
    outbox.put("hr", subject=subject, body="Cc: fremd@boese.example\n\n.\r\nQUIT")
    assert outbox.send().code == 0
    (mail,) = served.mails
    assert set(mail.keys()) == HEADERS
    assert served.recipients == ["hr@stadt.example"]
    if received is not None:
        assert mail["Subject"] == received
    assert "\n" not in mail["Subject"]
    assert body_of(mail).startswith("Cc: fremd@boese.example\n\n.\nQUIT\n")


@pytest.mark.parametrize(
    "address",
    [
        "hr@stadt.example\r\nBcc: fremd@boese.example",
        "hr@stadt.example,fremd@boese.example",
        "hr<fremd@boese.example>",
        "hr@stadt.example> SIZE=1 <x@y",
        "jürgen@stadt.example",
        "hr",
    ],
)
def test_nothing_is_sent_to_what_is_no_address(outbox, served, address):
    outbox.put("hr", subject="a")
    outbox.change(email=address)
    outbox.put("admin", subject="b")
    outcome = outbox.send()
    assert outcome.code == 0
    assert outcome.out == "Gesendet: 1, noch wartend: 0, aufgegeben: 1\n"
    assert served.recipients == ["admin@stadt.example"]
    (refused,) = [one for one in outbox.read() if one.subject == "a"]
    assert refused.last_error == "An diese Adresse lässt sich keine E-Mail senden."


def test_a_host_with_umlauts_is_written_to_in_ascii(outbox, served: Postbox):
    outbox.put("hr")
    outbox.change(email="hr@städte.example")
    assert outbox.send().code == 0
    assert served.recipients == ["hr@xn--stdte-hra.example"]


def test_while_the_server_is_down_nothing_is_lost_and_nothing_counted(outbox, postbox):
    outbox.put("head33", "hr")
    for _ in range(3):
        outcome = outbox.send()
        assert outcome.code == 1
        assert outcome.out == "Gesendet: 0, noch wartend: 2, aufgegeben: 0\n"
        assert outcome.err.startswith("Der Mailserver ist nicht erreichbar: ")
        assert "Traceback" not in outcome.err
    for message in outbox.read():
        assert (message.attempts, message.last_error) == (0, "")
        assert message.next_attempt_at == message.created_at
    with serving(postbox):
        assert outbox.send().out == "Gesendet: 2, noch wartend: 0, aufgegeben: 0\n"
    assert postbox.recipients == ["head33@stadt.example", "hr@stadt.example"]


def test_nobody_is_asked_where_nothing_is_due(outbox):
    assert outbox.send().out == "Gesendet: 0, noch wartend: 0, aufgegeben: 0\n"


def test_without_a_server_messages_stay_in_the_outbox(outbox, run):
    outbox.put("hr")
    outcome = run("mail", "send")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("Es ist kein Mailserver eingerichtet (SELFCHECK_MAIL_HOST).")
    assert outbox.read()[0].next_attempt_at is not None


def test_a_recipient_that_is_refused_for_good_is_given_up(outbox, served: Postbox):
    served.recipient_answers["head33@stadt.example"] = "550 5.1.1 Empfänger\tunbekannt"
    outbox.put("head33", "hr", "admin")
    outcome = outbox.send()
    assert outcome.code == 0
    assert outcome.out == "Gesendet: 2, noch wartend: 0, aufgegeben: 1\n"
    assert outcome.err.startswith("Aufgegeben: head33@stadt.example: 550 5.1.1 Empf")
    refused = outbox.read()[0]
    assert (refused.sent_at, refused.next_attempt_at, refused.attempts) == (None, None, 1)
    assert refused.last_error.startswith("550 5.1.1 Empf")
    assert refused.last_error.isprintable()
    served.recipient_answers.clear()
    outbox.make_due()
    assert outbox.send().out == "Gesendet: 0, noch wartend: 0, aufgegeben: 0\n"


def test_a_timer_names_nobody(outbox, run, postbox: Postbox, served: Postbox):
    served.recipient_answers["head33@stadt.example"] = "550 5.1.1 head33 unbekannt"
    outbox.put("head33")
    outcome = run("mail", "send", "--no-names", settings=postbox.settings)
    assert outcome.err == "Aufgegeben: eine Nachricht\n"
    assert "head33" not in outcome.out


def test_a_content_that_is_refused_for_good_is_given_up(outbox, served: Postbox):
    served.data_answer = "554 5.7.1 looks like spam"
    outbox.put("hr")
    assert outbox.send().out == "Gesendet: 0, noch wartend: 0, aufgegeben: 1\n"
    assert outbox.read()[0].last_error == "554 5.7.1 looks like spam"


def test_a_recipient_that_is_refused_for_now_is_tried_again_ever_later(outbox, served: Postbox):
    served.recipient_answers["hr@stadt.example"] = "451 4.7.1 greylisted, try again"
    outbox.put("hr", "admin")
    assert outbox.send().out == "Gesendet: 1, noch wartend: 1, aufgegeben: 0\n"
    waits = []
    for attempt in range(1, 8):
        (message,) = [one for one in outbox.read() if one.email == "hr@stadt.example"]
        assert (message.attempts, message.last_error) == (
            attempt,
            "451 4.7.1 greylisted, try again",
        )
        waits.append(minutes_until(message))
        assert outbox.send().out == "Gesendet: 0, noch wartend: 1, aufgegeben: 0\n", "not due yet"
        outbox.make_due()
        assert outbox.send().code == 0
    assert waits == [1, 5, 15, 60, 360, 360, 360]
    served.recipient_answers.clear()
    outbox.make_due()
    assert outbox.send().out == "Gesendet: 1, noch wartend: 0, aufgegeben: 0\n"
    assert served.recipients == ["admin@stadt.example", "hr@stadt.example"]


@pytest.mark.parametrize("answer", ["550 5.7.1 wrong sender", "451 4.3.0 not now", "421 bye"])
def test_a_server_that_refuses_the_sender_refuses_no_message(outbox, served: Postbox, answer: str):
    served.sender_answer = answer
    outbox.put("head33", "hr")
    outcome = outbox.send()
    assert outcome.code == 1
    assert outcome.out == "Gesendet: 0, noch wartend: 2, aufgegeben: 0\n"
    assert outcome.err.startswith("Der Mailserver ")
    served.sender_answer = "250 OK"
    outbox.make_due()
    assert outbox.send().out == "Gesendet: 2, noch wartend: 0, aufgegeben: 0\n"


def test_a_server_that_ends_connections_is_connected_to_again(outbox, served: Postbox):
    served.mails_per_connection = 2
    outbox.put("head33", "head33.1", "head50", "hr", "admin")
    assert outbox.send().out == "Gesendet: 5, noch wartend: 0, aufgegeben: 0\n"
    assert len(set(served.recipients)) == len(served.recipients) == 5
    assert served.connections == 3


def test_a_mail_over_which_the_connection_is_lost_lets_the_others_go_first(outbox, served: Postbox):
    served.mails_per_connection = 0
    outbox.put("head33", "hr")
    outcome = outbox.send()
    assert outcome.code == 1
    assert outcome.err == "Der Mailserver hat die Verbindung abgebrochen.\n"
    assert sorted(one.attempts for one in outbox.read()) == [0, 1]
    served.mails_per_connection = 10
    assert outbox.send().out == "Gesendet: 1, noch wartend: 1, aufgegeben: 0\n"
    outbox.make_due()
    assert outbox.send().out == "Gesendet: 1, noch wartend: 0, aufgegeben: 0\n"
    assert len(set(served.recipients)) == 2


def test_old_news_and_mails_to_deactivated_accounts_are_given_up(outbox, served: Postbox):
    outbox.put("head33", subject="a")
    outbox.change(created_at=clock.now() - timedelta(days=15))
    outbox.put("hr", "admin", subject="b")
    outbox.deactivate("hr")
    assert outbox.send().out == "Gesendet: 1, noch wartend: 0, aufgegeben: 2\n"
    assert served.recipients == ["admin@stadt.example"]
    assert sorted(one.last_error for one in outbox.read()) == [
        "",
        "Das Konto ist deaktiviert.",
        "Seit 14 Tagen nicht zustellbar; der Versand ist aufgegeben.",
    ]


def test_a_run_that_died_leaves_its_message_to_a_later_one(outbox, served: Postbox):
    outbox.put("hr")
    with outbox.app.app_context():
        claimed = claim_due(clock.now())
        db.session.commit()  # and here it dies
    assert claimed is not None
    assert outbox.send().out == "Gesendet: 0, noch wartend: 1, aufgegeben: 0\n"
    outbox.change(next_attempt_at=clock.now() + CLAIM - timedelta(minutes=15))
    assert outbox.send().out == "Gesendet: 1, noch wartend: 0, aufgegeben: 0\n"


def test_a_server_elsewhere_is_waited_for_no_longer_than_the_time_out(outbox, monkeypatch):
    monkeypatch.setattr("selfcheck.mail.smtp_service.TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        outbox.put("hr")
        outcome = outbox.send(MAIL_PORT=str(silent.getsockname()[1]))
    assert outcome.code == 1
    assert "timed out" in outcome.err


def test_a_host_without_a_name_is_named(outbox):
    outbox.put("hr")
    outcome = outbox.send(MAIL_HOST="gibt-es-nicht.invalid", MAIL_PORT=str(free_port()))
    assert outcome.code == 1
    assert outcome.err.startswith("Der Mailserver ist nicht erreichbar: ")
