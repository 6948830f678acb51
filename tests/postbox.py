"""A mail server that keeps what it gets, and answers as it is told."""

import asyncio
import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

OK = "250 OK"


class Postbox:
    """What a server received; ``answers`` to single recipients, or to all mails, can be set."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mails: list[EmailMessage] = []
        self.envelopes: list[tuple[str | None, tuple[str, ...]]] = []
        self.recipient_answers: dict[str, str] = {}
        self.sender_answer = self.data_answer = OK
        self.mails_per_connection = 1000
        self.seconds_per_mail = 0.0
        self.logins: list[tuple[bytes, bytes]] = []
        self.connections = 0

    def let_in(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, login: LoginPassword
    ) -> AuthResult:
        """Let in whoever knows the password."""
        self.logins.append((login.login, login.password))
        return AuthResult(success=login.password == b"geheim", handled=False)

    @property
    def recipients(self) -> list[str]:
        return sorted(address for _, addresses in self.envelopes for address in addresses)

    @property
    def settings(self) -> dict[str, str]:
        return {
            "MAIL_HOST": "127.0.0.1",
            "MAIL_PORT": str(self.port),
            "MAIL_TLS": "none",
            "MAIL_SENDER": "selbstcheck@stadt.example",
            "BASE_URL": "https://check.stadt.example",
        }

    async def handle_EHLO(  # noqa: N802 - the names of aiosmtpd
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, answers: Any
    ) -> Any:
        session.host_name = hostname
        session.mails = 0
        self.connections += 1
        return answers

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if session.mails >= self.mails_per_connection:
            server.transport.close()
            return "421 enough for now"
        if self.sender_answer == OK:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.sender_answer

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        answer = self.recipient_answers.get(address, OK)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self.seconds_per_mail)
        if self.data_answer == OK:
            raw = envelope.original_content
            assert isinstance(raw, bytes)
            mail = email.message_from_bytes(raw, policy=email.policy.default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
            self.envelopes.append((envelope.mail_from, tuple(envelope.rcpt_tos)))
            session.mails += 1
        return self.data_answer


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def serving(postbox: Postbox, **options: Any) -> Iterator[None]:
    """Let the server answer, with these options of aiosmtpd."""
    controller = Controller(postbox, hostname="127.0.0.1", port=postbox.port, **options)
    controller.start()
    try:
        yield
    finally:
        controller.stop()
