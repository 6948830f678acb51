"""The commissioner calls a round, after having seen whom it reaches; changes, ends, reopens it."""

from datetime import date
from typing import Any

import pytest
from check_pages import close as close_unit
from client import text_of
from integration.rounds.conftest import CALLED, Rounds
from integration.training.conftest import Office
from sqlalchemy import delete
from werkzeug.test import TestResponse

from selfcheck.accounts.models import Grant
from selfcheck.db import db
from selfcheck.rounds.limits import TEXT_LENGTH, TITLE_LENGTH


def test_nothing_is_called_before_it_was_looked_at(rounds: Rounds):
    page = rounds.call(action="", text="Zeile 1\nZeile 2")
    words = text_of(page)
    assert page.status_code == 200
    assert "2 von 3 Einheiten werden angeschrieben" in words
    assert "1 Einheit hat keine Leitung mit Konto" in words
    assert "Einheiten ohne Leitung (1) 1 Einheit 1 " in words
    assert rounds.told() == rounds.audited() == []
    sent = fields_of(page) | {"action": "call"}
    response = rounds.browser().send("/runden/neu", sent)

    assert (
        "„Runde 2026“ ist für 3 Einheiten ausgerufen. Für 2 Einheiten gehen 2 Nachrichten heraus. "
        "Für 1 Einheit ist keine Leitung eingetragen."
    ) in rounds.after(response)
    one = rounds.stored(1)
    assert (one.title, one.text) == ("Runde 2026", "Zeile 1\nZeile 2")
    assert (one.begins_on, one.deadline) == (date(2026, 11, 1), date(2026, 12, 15))
    assert rounds.units(1) == {"1", "33", "50"}
    assert rounds.audited() == [("round-called", "3 Einheiten, Frist 15.12.2026")]


def test_the_mail_is_shown_as_it_will_go_out(rounds: Rounds):
    ids = [rounds.world.unit_ids[number] for number in ("33.1", "33.11", "50")]
    chosen = CALLED | {"scope": "chosen", "unit_ids": ids}
    page = rounds.browser().send("/runden/neu", chosen | {"action": ""})
    words = rounds.words_of(page)
    assert "gehen 2 Nachrichten an Leitungen heraus" in words
    assert "die für 33.1 Einheit 33.1, 33.11 Einheit 33.11 zuständig ist" in words
    rounds.browser().send("/runden/neu", chosen)

    told = {login: (subject, body) for login, subject, body, _ in rounds.told()}
    subject, body = told["head33.1"]
    assert f"{subject} {' '.join(body.split())}" in words


def fields_of(page: TestResponse) -> dict[str, Any]:
    """Return what the page's form sends, if nothing is changed."""
    return dict(Office.fields(page).lists())


def test_whoever_goes_back_finds_everything_as_it_was(rounds: Rounds):
    ids = [str(rounds.world.unit_ids[number]) for number in ("33", "33.1")]
    chosen = CALLED | {"scope": "chosen", "unit_ids": ids}
    shown = fields_of(rounds.browser().send("/runden/neu", chosen | {"action": ""}))
    page = rounds.browser().send("/runden/neu", shown | {"action": "edit"})
    again = fields_of(page)

    assert page.status_code == 200
    assert {name: again[name] for name in ("title", "text", "begins_on", "deadline")} == {
        name: [CALLED[name]] for name in ("title", "text", "begins_on", "deadline")
    }
    assert again["scope"] == ["chosen"]
    assert again["unit_ids"] == ids


def test_each_head_gets_one_mail_with_all_of_their_units(rounds: Rounds):
    rounds.called("1", "33", "33.11", "33.1", "50")
    told = {login: (subject, body, path) for login, subject, body, path in rounds.told()}

    assert told.keys() == {"head33", "head33.1", "head50"}
    subject, body, path = told["head33.1"]
    assert subject == "Selbstcheck bis 15.12.2026: Runde 2026"
    assert "– 33.1 Einheit 33.1\n– 33.11 Einheit 33.11\n" in body
    assert "33 Einheit 33\n" not in body
    assert "mit einem Datum ab dem 01.11.2026" in body
    assert "Bitte denken Sie daran." in body
    assert path == "/"
    unit_id = rounds.world.unit_ids["50"]
    assert told["head50"][2] == f"/selbstchecks/neu?einheit={unit_id}"
    assert rounds.browser("head50").get(told["head50"][2]).status_code == 200


@pytest.mark.parametrize(
    ("scope", "ticks", "numbers"),
    [
        ("reporting", [], {"1", "33", "50"}),
        ("offices", [], {"33", "50"}),
        ("chosen", ["33.11"], {"33.11"}),
    ],
)
def test_the_quick_choices(rounds: Rounds, scope, ticks, numbers):
    ids = [rounds.world.unit_ids[number] for number in ticks]
    response = rounds.call(scope=scope, unit_ids=ids)

    assert response.status_code == 302
    assert rounds.units(1) == numbers


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"title": " "}, "title", "einen Titel"),
        ({"title": "x" * (TITLE_LENGTH + 1)}, "title", f"möglich sind {TITLE_LENGTH} Zeichen"),
        ({"text": "x" * (TEXT_LENGTH + 1)}, "text", f"möglich sind {TEXT_LENGTH} Zeichen"),
        ({"deadline": ""}, "deadline", "bis wann"),
        ({"deadline": "2026-11-23"}, "deadline", "schon vorbei"),
        ({"begins_on": "2026-12-16"}, "deadline", "vor dem ersten Tag"),
        ({"begins_on": "gestern"}, "begins_on", ""),
        ({"begins_on": "2025-11-23"}, "begins_on", "höchstens 12 Monate"),
        ({"scope": "chosen"}, "unit_ids", "mindestens eine"),
        ({"scope": "chosen", "unit_ids": ["999999"]}, "unit_ids", "mindestens eine"),
        ({"unit_ids": ["1"]}, "unit_ids", "Sie haben Einheiten angekreuzt"),
        ({"scope": "nonsense"}, "scope", ""),
    ],
)
@pytest.mark.parametrize("action", ["", "call"])
def test_what_cannot_be_is_refused_beside_its_field(
    rounds: Rounds, changes, field, sentence, action
):
    response = rounds.call(**changes, action=action)

    assert response.status_code == 400
    assert f'id="{field}-error"' in response.text
    assert sentence in text_of(response)
    assert rounds.audited() == []


def test_a_round_that_began_long_ago_goes_on(rounds: Rounds):
    round_id = rounds.called("33", begins_on="2025-11-24")
    rounds.move_to("2026-12-10T10:00:00+01:00")
    url = f"/runden/{round_id}/aendern"
    shown = rounds.fields(url)
    assert rounds.browser().send(url, shown | {"deadline": "2027-01-31"}).status_code == 302
    assert rounds.stored(round_id).deadline == date(2027, 1, 31)


def test_a_double_click_calls_once(rounds: Rounds):
    first, second = rounds.called(), rounds.called()
    assert first == second
    assert "ist schon ausgerufen; es geht nichts ein zweites Mal heraus" in rounds.words("/runden")
    assert len(rounds.told()) == 2
    assert rounds.called(title="Andere") != first


def test_a_closed_unit_is_not_offered_and_not_called(rounds: Rounds):
    close_unit(rounds.app, "33.11")
    unit_id = rounds.world.unit_ids["33.11"]
    assert f'value="{unit_id}"' not in rounds.browser().get("/runden/neu").text
    assert rounds.call(scope="chosen", unit_ids=[unit_id]).status_code == 400


def test_words_without_a_break_stay_within_the_page(rounds: Rounds):
    title = "Ämterübergreifend" * 11
    round_id = rounds.called(title=title)
    assert title in rounds.words(f"/runden/{round_id}")
    assert title in rounds.words("/runden")


def test_title_text_deadline_and_units_can_be_changed(rounds: Rounds):
    round_id = rounds.called("33", "50")
    url = f"/runden/{round_id}/aendern"
    shown = rounds.fields(url)
    assert shown["unit_ids"] == [str(rounds.world.unit_ids[number]) for number in ("33", "50")]
    ids = [rounds.world.unit_ids[number] for number in ("33", "33.1")]
    sent = shown | {"title": "Neu", "deadline": "2026-12-20", "unit_ids": ids}
    response = rounds.browser().send(url, sent)

    told = "Die Runde ist geändert. Für 3 Einheiten gehen 3 Nachrichten heraus."
    assert told in rounds.after(response)
    assert rounds.units(round_id) == {"33", "33.1"}
    assert rounds.stored(round_id).deadline == date(2026, 12, 20)
    assert [(login, subject) for login, subject, *_ in rounds.told("-2-")] == [
        ("head33", "Geändert: Neu"),
        ("head33.1", "Selbstcheck bis 20.12.2026: Neu"),
        ("head50", "Nicht mehr nötig: Neu"),
    ]
    assert rounds.audited()[-1] == (
        "round-changed",
        "vorher: Runde 2026, Frist 15.12.2026; 1 Einheit dazu, 1 heraus",
    )
    again = rounds.browser().send(url, sent)  # a double click
    assert "Es war nichts zu ändern." in rounds.after(again)
    assert rounds.stored(round_id).revision == 2


def test_who_has_done_it_is_not_told_of_changes(rounds: Rounds):
    round_id = rounds.called("33", "50")
    rounds.check("33")
    rounds.check("50")
    url = f"/runden/{round_id}/aendern"
    sent = rounds.fields(url) | {"text": "Neu", "unit_ids": [rounds.world.unit_ids["33"]]}
    response = rounds.browser().send(url, sent)

    assert "Die Runde ist geändert. Es geht keine Nachricht heraus." in rounds.after(response)
    assert rounds.units(round_id) == {"33"}
    assert rounds.told("-2-") == []


def test_the_second_who_changes_a_round_sees_that_it_was_changed(rounds: Rounds):
    url = f"/runden/{rounds.called()}/aendern"
    shown = rounds.fields(url)
    rounds.browser().send(url, shown | {"title": "Eins"})
    response = rounds.browser().send(url, shown | {"title": "Zwei"})

    assert response.status_code == 400
    assert "Inzwischen hat jemand anderes die Runde geändert: „Eins“" in text_of(response)
    assert 'value="Zwei"' in response.text
    sent = fields_of(response)
    assert rounds.browser().send(url, sent).status_code == 302
    assert rounds.stored(1).title == "Zwei"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"unit_ids": []}, "unit_ids"),
        ({"deadline": "2026-11-01"}, "deadline"),
        ({"title": ""}, "title"),
    ],
)
def test_a_bad_change_is_refused(rounds: Rounds, changes, field):
    url = f"/runden/{rounds.called()}/aendern"
    response = rounds.browser().send(url, rounds.fields(url) | changes)

    assert response.status_code == 400
    assert f'id="{field}-error"' in response.text
    assert rounds.units(1) == {"1", "33", "50"}


def test_a_unit_that_was_closed_stays_and_can_be_let_go(rounds: Rounds):
    round_id = rounds.called("33", "33.11")
    close_unit(rounds.app, "33.11")
    url = f"/runden/{round_id}/aendern"
    assert "(geschlossen)" in rounds.words(f"/runden/{round_id}")
    shown = rounds.fields(url)
    assert rounds.browser().send(url, shown | {"title": "Neu"}).status_code == 302
    ids = [rounds.world.unit_ids["33"]]
    rounds.browser().send(url, rounds.fields(url) | {"unit_ids": ids})
    assert rounds.units(round_id) == {"33"}


def test_a_round_ends_and_goes_on_again(rounds: Rounds):
    round_id = rounds.called("33", "50")
    url = f"/runden/{round_id}"
    assert "Bei 2 Einheiten fehlt der Selbstcheck noch" in rounds.words(f"{url}/beenden")
    for _ in range(2):  # a double click
        assert rounds.browser().send(f"{url}/beenden").status_code == 302
    assert "beendet" in rounds.words(url)
    assert rounds.browser().send(f"{url}/erinnern").status_code == 409
    shown = rounds.fields(f"{url}/aendern") | {"title": "Neu"}
    assert rounds.browser().send(f"{url}/aendern", shown).status_code == 400
    rounds.move_to("2026-11-26T10:00:00+01:00")
    rounds.check("33", date(2026, 11, 25))
    assert rounds.wall(round_id) == {"33": "offen", "50": "offen"}
    for _ in range(2):
        assert rounds.browser().send(f"{url}/oeffnen").status_code == 302

    assert rounds.wall(round_id) == {"33": "erledigt", "50": "offen"}
    assert [action for action, _ in rounds.audited()] == [
        "round-called",
        "round-closed",
        "round-reopened",
    ]


def test_where_nobody_heads_anything_the_round_is_called_all_the_same(rounds: Rounds):
    with rounds.app.app_context():
        db.session.execute(delete(Grant).where(Grant.unit_id.is_not(None)))
        db.session.commit()
    words = rounds.words_of(rounds.call(action=""))
    assert "3 Einheiten werden aufgerufen, angeschrieben wird keine" in words
    assert "3 Einheiten haben keine Leitung" in words
    assert "geht keine Nachricht heraus" in words
    assert "Diese Nachricht geht heraus" not in words
    words = rounds.after(rounds.call())
    assert (
        "„Runde 2026“ ist für 3 Einheiten ausgerufen. Es geht keine Nachricht heraus. "
        "Für 3 Einheiten ist keine Leitung eingetragen."
    ) in words
    assert rounds.told() == []


def test_a_change_that_reaches_nobody_says_so(rounds: Rounds):
    url = f"/runden/{rounds.called('1', '50')}/aendern"
    with rounds.app.app_context():
        db.session.execute(delete(Grant).where(Grant.unit_id.is_not(None)))
        db.session.commit()
    response = rounds.browser().send(url, rounds.fields(url) | {"text": "Neu"})
    assert (
        "Die Runde ist geändert. Es geht keine Nachricht heraus. "
        "Für 2 Einheiten ist keine Leitung eingetragen."
    ) in rounds.after(response)
