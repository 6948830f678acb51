"""Talk to the mail server. The database is not asked meanwhile, so that nobody waits for it."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from typing import Self

from selfcheck.config import MailServer, MailTls
from selfcheck.errors import DomainError
from selfcheck.mail.answers import Answer, Verdict, answer_to
from selfcheck.mail.letter import Draft, UnsendableError, compose, one_line, parse_address
from selfcheck.mail.limits import ERROR_LENGTH

TIMEOUT_SECONDS = 30  # of each step of the conversation
CLOSING = 421  # the server's word for „no more on this connection“


class MailServerError(DomainError):
    """The server cannot be reached, does not let us in or does not take our sender."""


class Connection:
    """A connection to the mail server, opened with the first mail."""

    def __init__(self, server: MailServer, *, base_url: str) -> None:
        try:
            self._sender = parse_address(server.sender).addr_spec
        except UnsendableError as error:
            raise MailServerError(f"SELFCHECK_MAIL_SENDER: {error}") from error
        self._server = server
        self._base_url = base_url
        self._smtp: smtplib.SMTP | None = None
        # Whether an answer to a mail has come over the connection as it is open now.
        self._is_proved = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._close()

    def deliver(self, draft: Draft) -> Answer:
        """Hand over one mail, and return what the server says.

        Servers end a connection after some mails, or some minutes: then the mail is handed over
        once more, on a new connection.
        """
        try:
            mail = compose(draft, sender=self._sender, base_url=self._base_url)
        except UnsendableError as error:
            return Answer(Verdict.REFUSED, str(error))
        try:
            answer = self._try(mail)
            if answer is None and self._is_proved:
                self._close()
                answer = self._try(mail)
        except MailServerError as error:
            self._close()
            return Answer(Verdict.UNASKED, error.message, ends_run=True)
        if answer is None:
            self._close()
            lost = "Der Mailserver hat die Verbindung abgebrochen."
            return Answer(Verdict.LATER, lost, ends_run=True)
        self._is_proved = True
        return answer

    def _try(self, mail: EmailMessage) -> Answer | None:
        """Return the answer to one mail; None: the connection was lost over it.

        Raises MailServerError if no mail at all can be sent.
        """
        if self._smtp is None:
            self._smtp, self._is_proved = _open(self._server), False
        (recipient,) = mail["To"].addresses
        text: bytes | str
        try:
            self._smtp.sendmail(self._sender, [recipient.addr_spec], mail.as_bytes())
        except smtplib.SMTPRecipientsRefused as error:
            (code, text) = error.recipients[recipient.addr_spec]
        except smtplib.SMTPResponseException as error:
            code, text = error.smtp_code, error.smtp_error
            is_about_sender = isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPHeloError)
            if is_about_sender and code != CLOSING:
                raise MailServerError(_describe(error)) from error
        except (smtplib.SMTPServerDisconnected, OSError):
            return None
        else:
            return Answer(Verdict.TAKEN)
        return None if code == CLOSING else answer_to(code, _as_line(text))

    def _close(self) -> None:
        if self._smtp is None:
            return
        try:
            self._smtp.quit()
        except OSError:  # smtplib's errors are among them
            self._smtp.close()
        self._smtp = None


def _open(server: MailServer) -> smtplib.SMTP:
    smtp: smtplib.SMTP | None = None
    try:
        if server.tls is MailTls.TLS:
            context = ssl.create_default_context()
            smtp = smtplib.SMTP_SSL(
                server.host, server.port, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
        if server.tls is MailTls.STARTTLS:
            smtp.starttls(context=ssl.create_default_context())
        if server.user:
            smtp.login(server.user, server.password)
    except (OSError, UnicodeError) as error:
        if smtp is not None:
            smtp.close()
        raise MailServerError(_describe(error)) from error
    return smtp


def _describe(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPSenderRefused):
        told = f"{error.smtp_code} {_as_line(error.smtp_error)}"
        return f"Der Mailserver nimmt den Absender {error.sender} nicht an: {told}"
    if isinstance(error, smtplib.SMTPResponseException):
        told = f"{error.smtp_code} {_as_line(error.smtp_error)}"
        return f"Der Mailserver lässt die Anwendung nicht ein: {told}"
    return f"Der Mailserver ist nicht erreichbar: {_as_line(str(error))}"


def _as_line(text: bytes | str) -> str:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return one_line(words, length=ERROR_LENGTH // 2)
