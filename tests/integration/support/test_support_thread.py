"""A unit asks for support, the commissioner's office answers; both write, close and reopen."""

import pytest
from check_pages import close as close_unit
from client import text_of
from factories import make_user
from integration.support.conftest import Support

from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Role
from selfcheck.db import db
from selfcheck.organisation.models import Unit
from selfcheck.support.limits import MESSAGE_LENGTH

LONG_WORD = "Ämterübergreifend" * 30


def test_a_unit_asks_and_the_commissioner_is_told_without_a_word_of_it(support: Support):
    url = support.asked(f"Geheim {LONG_WORD}")

    assert support.texts() == [(f"Geheim {LONG_WORD}", False)]
    assert support.told() == [("commissioner", "Anfrage um Unterstützung: 33 Einheit 33")]
    assert "Geheim" not in support.bodies()
    assert support.audited() == [("support-asked", "33 Einheit 33", "")]
    assert "wartet auf Antwort" in support.words(url)
    assert f"Geheim {LONG_WORD}" in support.words(url, by="commissioner")


def test_both_sides_write_and_are_told_in_turn(support: Support):
    url = support.asked()
    assert support.write(url, "Wir rufen an.", by="commissioner").status_code == 302
    assert "beantwortet" in support.words(url)
    support.write(url, "Danke, wann?")
    words = support.words(url, by="commissioner")

    assert "wartet auf Antwort" in words
    assert words.index("Wir rufen an.") < words.index("Danke, wann?")
    assert support.texts()[1:] == [("Wir rufen an.", True), ("Danke, wann?", False)]
    assert support.told()[1:] == [
        ("head33", "Antwort auf Ihre Anfrage um Unterstützung: 33 Einheit 33"),
        ("commissioner", "Neue Nachricht: 33 Einheit 33"),
    ]
    assert "rufen an" not in support.bodies()
    assert [action for action, *_ in support.audited()] == ["support-asked", "support-answered"]


def test_the_heads_nearest_to_the_unit_are_told_beside_who_asked(support: Support):
    with support.app.app_context():
        unit = db.session.get_one(Unit, support.world.unit_ids["33.1"])
        make_user("deputy33.1", Role.UNIT_HEAD, unit)
        db.session.commit()
    url = support.asked(unit="33.1")  # by the head above
    support.write(url, "Antwort", by="commissioner")

    assert {login for login, _ in support.told()} == {
        "commissioner",
        "head33.1",
        "deputy33.1",
        "head33",
    }


def test_who_asked_and_is_no_longer_head_is_told_nothing(support: Support):
    url = support.asked()
    with support.app.app_context():
        asker = db.session.get_one(User, support.world.user_ids["head33"])
        asker.grants.clear()
        db.session.commit()
    support.write(url, "Antwort", by="commissioner")

    assert [login for login, _ in support.told()] == ["commissioner"]


def test_a_double_click_asks_and_answers_once(support: Support):
    first, second = support.asked("Bitte"), support.asked("Bitte")
    assert first == second
    shown = support.shown(first, "commissioner")
    for _ in range(2):
        assert support.write(first, "Ja", by="commissioner", **shown).status_code == 302

    assert support.texts() == [("Bitte", False), ("Ja", True)]
    assert len(support.told()) == 2


def test_other_words_another_unit_or_another_person_is_another_request(support: Support):
    urls = {
        support.asked("Bitte"),
        support.asked("Bitte noch"),
        support.asked("Bitte", unit="33.1"),
        support.asked("Bitte", unit="33.1", by="head33.1"),
    }
    assert len(urls) == len(support.requests()) == 4


def test_the_same_can_be_asked_again_once_it_is_closed(support: Support):
    url = support.asked("Bitte")
    support.write(url, "", action="close")

    assert support.asked("Bitte") != url


@pytest.mark.parametrize("by", ["head33", "commissioner"])
def test_either_side_closes_and_either_opens_again(support: Support, by):
    url = support.asked()
    for _ in range(2):  # a double click
        support.write(url, "", by=by, action="close", seen="99", shown="")
    words = support.words(url)
    assert "abgeschlossen am 24.11.2026" in words
    assert "Eine neue Nachricht öffnet sie wieder." in words
    other = {"head33": "commissioner", "commissioner": "head33"}[by]
    support.write(url, "", by=other, action="reopen")

    assert "wartet auf Antwort" in support.words(url)
    assert [action for action, *_ in support.audited()] == [
        "support-asked",
        "support-closed",
        "support-reopened",
    ]
    assert ("head33", "Anfrage um Unterstützung abgeschlossen: 33 Einheit 33") not in (
        support.told() if by == "head33" else []
    ), "nobody is told what they did themselves"
    assert len(support.told()) == (1 if by == "head33" else 2)


def test_a_new_message_opens_a_closed_request(support: Support):
    url = support.asked()
    support.write(url, "", by="commissioner", action="close")
    support.write(url, "Doch noch etwas")

    assert support.requests()[0].closed_at is None
    assert "wartet auf Antwort" in support.words(url, by="commissioner")
    assert support.told()[-1] == ("commissioner", "Neue Nachricht: 33 Einheit 33")


def test_an_answer_closes_with_one_mail(support: Support):
    url = support.asked()
    support.write(url, "Erledigt", by="commissioner", action="close")

    assert support.requests()[0].closed_by_id == support.world.user_ids["commissioner"]
    assert support.texts()[-1] == ("Erledigt", True)
    assert [login for login, _ in support.told()] == ["commissioner", "head33"]


def test_who_writes_while_it_is_closed_keeps_the_text_and_may_send_it(support: Support):
    url = support.asked()
    shown = support.shown(url, "head33")
    support.write(url, "", by="commissioner", action="close")
    response = support.write(url, "Noch eine Frage", **shown)

    assert response.status_code == 400
    assert "Inzwischen wurde die Anfrage abgeschlossen" in text_of(response)
    assert support.texts()[1:] == []
    again = {"shown": "closed", "seen": "1"}
    assert 'value="closed"' in response.text
    assert ">Noch eine Frage</textarea>" in response.text.replace("\r\n", "")
    for _ in range(2):
        assert support.write(url, "Noch eine Frage", **again).status_code == 302
    assert support.requests()[0].closed_at is None
    assert len(support.texts()) == 2


def test_the_same_words_open_a_closed_request_again(support: Support):
    url = support.asked("Bitte")
    support.write(url, "", by="commissioner", action="close")
    support.write(url, "Bitte")

    assert support.requests()[0].closed_at is None
    assert support.texts() == [("Bitte", False), ("Bitte", False)]


def test_nobody_closes_over_a_message_that_they_have_not_seen(support: Support):
    url = support.asked()
    shown = support.shown(url, "commissioner")
    support.write(url, "Eilt!")
    response = support.write(url, "Ende", by="commissioner", action="close", **shown)

    assert response.status_code == 400
    assert "Inzwischen ist eine Nachricht dazugekommen" in text_of(response)
    assert ">Ende</textarea>" in response.text.replace("\r\n", "")
    assert "Eilt!" in text_of(response)
    assert support.requests()[0].closed_at is None


def test_two_answers_at_the_same_time_are_both_kept(support: Support):
    with support.app.app_context():
        make_user("colleague", Role.COMMISSIONER)
        db.session.commit()
    url = support.asked()
    shown = support.shown(url, "commissioner")
    support.write(url, "Erste", by="commissioner", **shown)
    assert support.write(url, "Zweite", by="colleague", **shown).status_code == 302

    assert [text for text, _ in support.texts()[1:]] == ["Erste", "Zweite"]


@pytest.mark.parametrize("text", ["", "   \n ", "\x00"])
def test_an_empty_message_is_not_sent(support: Support, text):
    assert support.ask(text).status_code == 400
    url = support.asked()
    response = support.write(url, text)

    assert response.status_code == 400
    assert "Bitte schreiben Sie eine Nachricht." in text_of(response)
    assert len(support.texts()) == 1


def test_a_message_that_is_too_long_stays_in_the_form(support: Support):
    text = "x" * (MESSAGE_LENGTH + 1)
    response = support.ask(text)

    assert response.status_code == 400
    assert f"möglich sind {MESSAGE_LENGTH} Zeichen" in text_of(response)
    assert text in response.text
    assert support.ask(text[1:]).status_code == 302


@pytest.mark.parametrize("unit", ["50", "1", "33.1"])
def test_nobody_asks_for_a_foreign_or_closed_unit(support: Support, unit):
    if unit == "33.1":
        close_unit(support.app, "33.11")
        close_unit(support.app, unit)
    response = support.ask(unit=unit)

    assert response.status_code == 400
    assert 'id="unit-error"' in response.text
    assert ">Wie finden wir" in response.text.replace("\r\n", "")
    assert support.requests() == []


def test_a_foreign_request_does_not_exist(support: Support):
    url = support.asked()
    for method in ("get", "send"):
        response = getattr(support.browser("head50"), method)(url)
        assert response.status_code == 404
    assert support.write(url, "x", by="head50", shown="", seen="1").status_code == 404
    assert len(support.texts()) == 1


def test_a_commissioner_who_heads_a_unit_does_not_answer_the_own_request(support: Support):
    with support.app.app_context():
        unit = db.session.get_one(Unit, support.world.unit_ids["50"])
        both = make_user("both", Role.COMMISSIONER)
        both.grants.append(type(both.grants[0])(role=Role.UNIT_HEAD, unit=unit))
        db.session.commit()
    url = support.asked(by="both", unit="50")
    support.write(url, "Noch etwas", by="both")

    assert support.texts()[-1] == ("Noch etwas", False)
    assert "wartet auf Antwort" in support.words(url, by="both")
    assert {login for login, _ in support.told()} == {"commissioner"}
