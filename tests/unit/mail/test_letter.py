"""Which bytes does a mail become, whatever somebody typed into what it is made of?"""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from selfcheck.mail.letter import (
    Draft,
    UnsendableError,
    clean_text,
    compose,
    one_line,
    parse_address,
)

ID = UUID("0123456789ab4cde8123456789abcdef")
HEADERS = [
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type",
    "Content-Transfer-Encoding", "MIME-Version",
]  # fmt: skip
BASE_URL = "https://check.stadt.example"
# Where headers break, and what breaks out of them.
TYPED = st.lists(
    st.sampled_from(["ä", "a", " ", "  ", "\r\n", "\n.\n", "\n\n", "=?", "?=", "=", "Wort", "\x00"])
    | st.sampled_from(["Bcc: x@y", "„", "🎉", "\N{NO-BREAK SPACE}", "\u2028", '"', "<", "From "])
    | st.text(max_size=5),
    max_size=60,
).map("".join)


def draft(**changes: Any) -> Draft:
    values = {"recipient": "a@b.de", "subject": "Neues", "body": "Text", "path": "/auswertung"}
    return Draft(id=ID, created_at=datetime(2026, 11, 24, 8, tzinfo=UTC), **{**values, **changes})


def received(base_url: str = BASE_URL, **changes: Any) -> tuple[EmailMessage, bytes]:
    """Return a mail as its receiver reads it, and its bytes."""
    raw = compose(draft(**changes), sender="check@stadt.de", base_url=base_url).as_bytes()
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail, raw


@settings(deadline=None)  # the first call loads codecs
@given(subject=TYPED, body=TYPED)
@example(subject="Wort " * 60 + "Ämter…", body="From hier an\n.\n" + "ß" * 2000)
@example(subject="=?utf-8?q?a=0D=0ABcc:_x@y?=", body="")
def test_whatever_is_typed_writes_no_header_and_arrives_as_it_is(subject: str, body: str):
    mail, raw = received(subject=subject, body=body)
    assert mail.keys() == HEADERS
    assert mail.defects == []
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()
    line = one_line(subject, length=1000)
    assert str(mail["Subject"]) == line.replace("=?", "= ?")
    text = mail.get_content().replace("\r\n", "\n")
    typed, _, note = text.rpartition(f"\n\nZur Seite: {BASE_URL}/auswertung\n\n-- \n")
    assert typed == clean_text(body).strip("\n")
    assert note.startswith("Diese E-Mail hat die Anwendung")


@pytest.mark.parametrize(
    ("base_url", "path", "has_link"),
    [(BASE_URL, "/x", True), (BASE_URL, "", False), ("", "/x", False)],
)
def test_a_link_needs_a_page_and_the_address_of_the_application(
    base_url: str, path: str, has_link: bool
):
    mail, _ = received(base_url, path=path)
    assert (f"Zur Seite: {BASE_URL}/x" in mail.get_content()) is has_link


def test_a_mail_has_the_same_bytes_each_time():
    assert received()[1] == received()[1]
    mail, _ = received()
    assert mail["Message-ID"] == f"<{ID}@stadt.de>"
    assert mail["Date"] == "Tue, 24 Nov 2026 08:00:00 +0000"


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("a.b+c'd@b.de", "a.b+c'd@b.de"),
        ("jo@müller.de", "jo@xn--mller-kva.de"),
        ("a@[127.0.0.1]", "a@[127.0.0.1]"),
        ("a@localhost", "a@localhost"),
    ],
)
def test_an_address_is_written_in_ascii(address: str, plain: str):
    assert parse_address(address).addr_spec == plain


@pytest.mark.parametrize(
    "address",
    [
        "", "a", "@", "a@", "@b.de", "a@b@c.de", "a..b@c.de", "a@b..c", "a b@c.de", " a@b.de",
        "a@b.de ", "a@b.de,c@d.de", "a;b@c.de", "a:b@c.de;", "a<b@c.de>", "a@b.de>", "a(b)@c.de",
        "a@b.de\r\nBcc: c@d.de", "a\n@b.de", "a\x00@b.de", "jörg@stadt.de", f"a@{'x' * 70}.de",
    ],
)  # fmt: skip
def test_what_is_no_address_is_not_written_to(address: str):
    with pytest.raises(UnsendableError):
        compose(draft(recipient=address), sender="check@stadt.de", base_url="")


@pytest.mark.parametrize(
    ("text", "length", "line"),
    [
        ("a\r\nb\tc\x00d", 10, "a b c d"),
        ("  a   b ", 10, "a b"),
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("", 6, ""),
    ],
)
def test_a_line_has_no_breaks_and_a_greatest_length(text: str, length: int, line: str):
    assert one_line(text, length=length) == line
