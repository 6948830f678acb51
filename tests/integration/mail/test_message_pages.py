"""Every message can be read in the application, by its recipient and nobody else."""

from dataclasses import replace
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from client import Client, text_of
from factories import LONG_AGO, make_message
from postbox import Postbox

from selfcheck import clock
from selfcheck.accounts.models import User
from selfcheck.config import MailServer
from selfcheck.db import db

BODY = "Bis zum <b>Freitag</b>:\nzwei & drei."


@pytest.fixture
def head(client_of) -> Client:
    return client_of("head33")


def make(outbox, login: str = "head33", **values: object) -> UUID:
    """Make a message, commit it, and return its id."""
    with outbox.app.app_context():
        message = make_message(outbox.world.user_ids[login], **values)
        db.session.commit()
        return message.id


def words_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return unescape(text_of(response))


def is_read(outbox, message_id: UUID) -> bool:
    return outbox.read(id=message_id)[0].read_at is not None


def test_messages_stand_in_a_list_newest_first_with_their_state_in_words(outbox, head):
    make(outbox, subject="Die <alte>", read_at=LONG_AGO)
    make(outbox, subject="Die neue", created_at=LONG_AGO + timedelta(days=1))
    make(outbox, "hr", subject="Fremd")
    words = words_of(head, "/nachrichten")
    assert "2 Nachrichten" in words
    assert "Die neue 06.01.2026, 09:00 Uhr ungelesen Die <alte> 05.01.2026, 09:00 Uhr gelesen" in (
        words
    )
    assert "Fremd" not in words


def test_the_list_can_be_narrowed_to_what_is_not_read(outbox, head):
    make(outbox, subject="Alt", read_at=LONG_AGO)
    make(outbox, subject="Neu")
    words = words_of(head, "/nachrichten?stand=ungelesen")
    assert "1 Nachricht " in words
    assert "Neu 05.01.2026" in words
    assert "Alt 05.01.2026" not in words
    assert "2 Nachrichten" in words_of(head, "/nachrichten?stand=sonstwas")


def test_an_empty_list_says_what_will_stand_there(outbox, head):
    assert "Noch gibt es keine Nachricht an Sie." in words_of(head, "/nachrichten")
    make(outbox, read_at=LONG_AGO)
    assert "Sie haben alle Nachrichten gelesen." in words_of(head, "/nachrichten?stand=ungelesen")


def test_a_long_list_has_pages(outbox, head):
    for number in range(27):
        make(outbox, subject=f"Nr. {number}", created_at=LONG_AGO + timedelta(days=number))
    assert "Seite 1 von 2" in words_of(head, "/nachrichten")
    last = words_of(head, "/nachrichten?stand=ungelesen&seite=2")
    assert "Nr. 0 " in last
    assert "Nr. 2 " not in last


def test_a_message_is_read_when_its_recipient_says_so(outbox, head):
    message_id = make(outbox, subject="Zöblitz", body=BODY, path="/hilfe")
    url = f"/nachrichten/{message_id}"
    for _ in range(2):
        page = head.get(url)
        assert BODY in unescape(page.text)
        assert "<b>Freitag" not in page.text
        assert 'href="/hilfe"><span class="kern-label">Zur Seite, um die es geht' in page.text
        assert "ungelesen Bis zum" in text_of(page)
        assert not is_read(outbox, message_id), "opening a page changes nothing"
    response = head.send(f"{url}/gelesen", follow_redirects=True)
    assert "Die Nachricht ist als gelesen markiert." in text_of(response)
    assert "ungelesene" not in text_of(response), "the header counts it no more"
    (message,) = outbox.read()
    assert message.read_at is not None
    words = words_of(head, url)
    assert "Gelesen am" in words
    assert "Als gelesen markieren" not in words
    head.send(f"{url}/gelesen")
    assert outbox.read()[0].read_at == message.read_at, "the first time counts"


def test_a_message_about_no_page_has_no_button(outbox, head):
    message_id = make(outbox, path="")
    assert "Zur Seite, um die es geht" not in words_of(head, f"/nachrichten/{message_id}")


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "Als E-Mail noch nicht gesendet."),
        (
            {"next_attempt_at": None, "sent_at": LONG_AGO},
            "Als E-Mail gesendet an jemand@stadt.example am 05.01.2026, 09:00 Uhr.",
        ),
        ({"next_attempt_at": None}, "Als E-Mail an jemand@stadt.example nicht zustellbar."),
    ],
)
def test_a_message_says_whether_it_was_sent(outbox, head, values, told):
    assert told in words_of(head, f"/nachrichten/{make(outbox, **values)}")


def test_nobody_opens_or_marks_what_others_got(outbox, head, client_of):
    own, foreign = make(outbox), make(outbox, "hr")
    response = head.get(f"/nachrichten/{foreign}")
    assert response.status_code == 404
    assert "Neues" not in response.text
    assert head.send(f"/nachrichten/{foreign}/gelesen").status_code == 404
    assert not is_read(outbox, foreign)
    head.send("/nachrichten/alle-gelesen")
    assert is_read(outbox, own)
    assert not is_read(outbox, foreign)
    assert client_of("hr").get(f"/nachrichten/{own}").status_code == 404


def test_all_are_marked_at_once(outbox, head):
    made = [make(outbox) for _ in range(3)]
    assert "Alle als gelesen markieren" in words_of(head, "/nachrichten")
    response = head.send("/nachrichten/alle-gelesen", follow_redirects=True)
    assert "Alle Nachrichten sind als gelesen markiert." in text_of(response)
    assert "Alle als gelesen markieren" not in text_of(response)
    assert all(is_read(outbox, message_id) for message_id in made)


def test_the_header_counts_what_is_not_read(outbox, head):
    assert "ungelesen" not in head.get("/").text
    make(outbox)
    assert "1 ungelesene Nachricht " in words_of(head, "/konto")
    make(outbox)
    make(outbox, "hr")
    make(outbox, read_at=LONG_AGO)
    words = words_of(head, "/")
    assert "2 ungelesene Nachrichten" in words
    assert "Nachrichten (2 ungelesen)" in words
    assert "2 ungelesene Nachrichten" in unescape(text_of(head.get("/gibt-es-nicht")))


def test_with_a_one_time_password_there_are_no_messages_yet(outbox, head):
    with outbox.app.app_context():
        user = db.session.get_one(User, outbox.world.user_ids["head33"])
        user.one_time_until = clock.now() + timedelta(days=1)
        db.session.commit()
    message_id = make(outbox)
    words = words_of(head, "/konto/passwort")
    assert "Nachricht" not in words
    response = head.get(f"/nachrichten/{message_id}")
    assert response.location == "/konto/passwort"
    assert not is_read(outbox, message_id)


def test_the_administration_sees_how_many_mails_wait_and_fail(
    outbox, client_of, served: Postbox, monkeypatch
):
    admin = client_of("admin")
    outbox.put("head50", "hr", "admin")
    assert "kein Mailserver eingerichtet; 3 Nachrichten sind nur" in words_of(admin, "/")
    served.recipient_answers |= {"hr@stadt.example": "550 no", "head50@stadt.example": "450 later"}
    assert outbox.send().out == "Gesendet: 1, noch wartend: 1, aufgegeben: 1\n"
    server = MailServer(host="mail", port=25, sender="a@b.de")
    config = replace(outbox.app.extensions["selfcheck"], mail_server=server)
    monkeypatch.setitem(outbox.app.extensions, "selfcheck", config)
    assert "E-Mails 1 wartet, 1 nicht zustellbar" in words_of(admin, "/")
