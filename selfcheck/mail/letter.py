"""What does a mail look like? Plain text, and no header that somebody else has written."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from uuid import UUID

SENDER_NAME = "Selbstcheck & Schulungsauftrag"
NOTE = (
    f"Diese E-Mail hat die Anwendung „{SENDER_NAME}“ automatisch erzeugt; bitte antworten Sie "
    "nicht darauf. Sie steht dort auch unter „Nachrichten“."
)
NO_ADDRESS = "An diese Adresse lässt sich keine E-Mail senden."


class UnsendableError(ValueError):
    """Nobody can be written to at this address."""


class MailPolicy(EmailPolicy):
    """How a mail becomes bytes."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return a header; the library's way adds blanks to long ones with umlauts."""
        if str(value).isascii():
            return super().fold_binary(name, value)
        encoded = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {encoded}{self.linesep}".encode("ascii")


POLICY = MailPolicy(linesep="\r\n")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What is to be sent, to whom."""

    id: UUID
    recipient: str
    subject: str
    body: str
    path: str
    created_at: datetime


def one_line(text: str, *, length: int) -> str:
    """Return a text without line breaks and control characters, and at most so long."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    line = " ".join(printable.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"


def clean_text(text: str) -> str:
    """Return a text with the line breaks of the house, and no other control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"}
    )


def compose(draft: Draft, *, sender: str, base_url: str) -> EmailMessage:
    """Return the mail. Its Message-ID is the same each time, so that receivers drop duplicates.

    ``base_url`` is where the application is reached; empty: the mail holds no link. Raises
    UnsendableError for an address that is none.
    """
    mail = EmailMessage(policy=POLICY)
    from_address = parse_address(sender, SENDER_NAME)
    mail["From"], mail["To"] = from_address, parse_address(draft.recipient)
    subject = one_line(draft.subject, length=len(draft.subject))
    mail["Subject"] = subject.replace("=?", "= ?")  # which would be read as an encoded word
    mail["Date"] = draft.created_at
    mail["Message-ID"] = f"<{draft.id}@{from_address.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    link = f"Zur Seite: {base_url}{draft.path}" if base_url and draft.path else ""
    parts = [clean_text(draft.body).strip("\n"), *filter(None, [link]), f"-- \n{NOTE}"]
    mail.set_content("\n\n".join(parts) + "\n", cte="quoted-printable")
    return mail


def parse_address(address: str, name: str = "") -> Address:
    """Return an address with its host in ASCII letters, as each server understands it.

    Raises UnsendableError for what is no address.
    """
    local, _, host = address.rpartition("@")
    try:
        plain = f"{local}@{host.encode('idna').decode('ascii')}"
        found = Address(name, addr_spec=plain)
    except (ValueError, IndexError, MessageError) as error:
        raise UnsendableError(NO_ADDRESS) from error
    if found.addr_spec != plain or not plain.isprintable():
        raise UnsendableError(NO_ADDRESS)
    return found
