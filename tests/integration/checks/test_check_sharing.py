"""Sharing is the office's choice: level, preview, share, change, take back."""

import re
from datetime import date

import pytest
from client import text_of
from factories import make_check
from office_measures import make_measure
from shares import sent_share, share
from sqlalchemy import select

from selfcheck.audit.models import AuditEvent
from selfcheck.checks.measure_models import Measure
from selfcheck.checks.measures import MeasureState
from selfcheck.checks.share_models import Share
from selfcheck.checks.sharing import ShareLevel
from selfcheck.db import db
from selfcheck.mail.models import Message

DEFAULT = "Dieses Ergebnis bleibt bei Ihrer Organisationseinheit und den Leitungen darüber."


@pytest.fixture
def check(app, world):
    with app.app_context():
        make_measure(world, wording="Aushänge überarbeiten", due_on=date(2027, 1, 31))
        return make_check(world, points=3, texts={"next_steps": "Wegweiser mit Piktogrammen"})


@pytest.fixture
def head(client_of):
    return client_of("head33")


def address(check, rest=""):
    return f"/selbstchecks/{check}/teilen{rest}"


def fields_of(page):
    """Return what the preview's form sends."""
    names = ("level", "digest", "shown_state")
    return {name: re.search(f'name="{name}" value="([^"]*)"', page.text)[1] for name in names}


def preview_and_share(client, check, level):
    page = client.get(address(check, f"?stufe={level}&vorschau=1"))
    return client.send(address(check), fields_of(page))


def shares(app):
    with app.app_context():
        return [(one.level.value, one.measures) for one in db.session.scalars(select(Share))]


def actions(app):
    with app.app_context():
        query = select(AuditEvent).order_by(AuditEvent.id)
        return [
            (event.action, event.subject, event.details)
            for event in db.session.scalars(query)
            if event.action.startswith("check-share")
        ]


def test_by_default_nothing_is_shared_and_nothing_is_chosen(head, check):
    result = head.get(f"/selbstchecks/{check}")
    assert DEFAULT in text_of(result)
    assert f'href="{address(check)}"' in result.text
    page = head.get(address(check))
    assert "checked" not in page.text
    assert "So teilen" not in page.text


def test_no_choice_is_asked_for_in_a_sentence(head, check):
    page = head.get(address(check, "?vorschau=1"))
    assert "Bitte wählen Sie, wie viel Sie teilen möchten." in page.text
    assert head.send(address(check), {}).status_code == 400
    assert head.send(address(check), {"level": "alles"}).status_code == 400


@pytest.mark.parametrize("level", [level.value for level in ShareLevel])
def test_the_preview_is_what_the_commissioner_sees(head, client_of, check, level):
    page = head.get(address(check, f"?stufe={level}&vorschau=1"))
    assert head.send(address(check), fields_of(page)).status_code == 302
    seen = client_of("commissioner").get(f"/ueberblick/selbstchecks/{check}")
    previewed = re.search(r'class="preview__page flow">(.*?)</div>\s*<form', page.text, re.DOTALL)
    shown = re.search(r'(<p class="lead"><span class="badge.*?)</main>', seen.text, re.DOTALL)
    assert previewed[1].replace("h3>", "h2>").split() == shown[1].split()
    assert ("Wegweiser mit Piktogrammen" in seen.text) == (level == "all")
    assert ("Aushänge überarbeiten" in seen.text) == (level == "all")
    assert ("Zwischenergebnis" in seen.text) == (level != "colour")


def test_the_result_says_with_whom_how_much_since_when_and_by_whom(head, check):
    preview_and_share(head, check, "points")
    words = text_of(head.get(f"/selbstchecks/{check}"))
    assert DEFAULT not in words
    assert (
        "Farbe, Gesamtzahl und Punkte je Aussage , seit 20.11.2026, 10:00 Uhr durch Person head33"
        in words
    )
    assert 'value="points" id="stufe-points"' in head.get(address(check)).text
    assert head.get(address(check)).text.count(" checked") == 1


def test_each_step_is_in_the_audit_trail_with_its_level_and_nothing_more(app, head, check):
    for level in ("colour", "all"):
        preview_and_share(head, check, level)
    head.send(address(check, "/zuruecknehmen"))
    subject = "33 Einheit 33, 02.03.2026"
    assert actions(app) == [
        ("check-shared", subject, "Farbe und Gesamtzahl der Punkte"),
        ("check-shared", subject, "alles, auch Texte und Maßnahmen"),
        ("check-share-withdrawn", subject, ""),
    ]
    assert shares(app) == []


def test_sharing_twice_is_sharing_once(app, head, check):
    page = head.get(address(check, "?stufe=all&vorschau=1"))
    for _ in range(2):
        assert head.send(address(check), fields_of(page)).status_code == 302
    assert len(actions(app)) == 1
    assert len(shares(app)) == 1


def test_the_commissioner_is_told_without_a_result(app, head, check, world):
    preview_and_share(head, check, "all")
    with app.app_context():
        (message,) = db.session.scalars(select(Message))
        assert message.recipient_id == world.user_ids["commissioner"]
        assert message.path == "/ueberblick"
        told = message.subject + message.body
    assert "33 Einheit 33" in told
    assert not re.search(r"Gelb|24|02\.03\.2026|Wegweiser|Aushänge", told)


def test_measures_stay_as_they_were_shown(app, head, client_of, check, world):
    preview_and_share(head, check, "all")
    with app.app_context():
        (measure,) = db.session.scalars(select(Measure))
        measure.wording, measure.state = "ganz anders", MeasureState.DROPPED
        db.session.commit()
        make_measure(world, wording="kam später dazu")
    seen = client_of("commissioner").get(f"/ueberblick/selbstchecks/{check}").text
    assert "Aushänge überarbeiten" in seen
    assert "31.01.2027" in seen
    assert "ganz anders" not in seen
    assert "kam später dazu" not in seen
    preview_and_share(head, check, "all")
    seen = client_of("commissioner").get(f"/ueberblick/selbstchecks/{check}").text
    assert "ganz anders" in seen
    assert "kam später dazu" in seen


def test_what_was_not_in_the_preview_is_not_shared(app, head, check, world):
    page = head.get(address(check, "?stufe=all&vorschau=1"))
    with app.app_context():
        make_measure(world, wording="kam dazwischen")
    answer = head.send(address(check), fields_of(page))
    assert answer.status_code == 409
    assert "Seit Ihrer Vorschau hat sich etwas geändert" in text_of(answer)
    assert "kam dazwischen" in answer.text
    assert shares(app) == []
    assert head.send(address(check), fields_of(answer)).status_code == 302
    assert [one["wording"] for one in shares(app)[0][1]] == [
        "Aushänge überarbeiten",
        "kam dazwischen",
    ]


def test_a_preview_of_one_level_shares_no_other(app, head, check):
    sent = fields_of(head.get(address(check, "?stufe=colour&vorschau=1")))
    assert head.send(address(check), {**sent, "level": "all"}).status_code == 409
    assert shares(app) == []


def test_a_change_by_somebody_else_is_noticed(app, head, client_of, check):
    preview_and_share(head, check, "all")
    page = head.get(address(check, "?stufe=points&vorschau=1"))
    above = client_of("head33")
    above.send(address(check, "/zuruecknehmen"))
    answer = head.send(address(check), fields_of(page))
    assert answer.status_code == 409
    assert "Inzwischen hat jemand anderes geändert" in text_of(answer)
    assert shares(app) == []


def test_a_lower_level_keeps_no_measures(app, head, check):
    preview_and_share(head, check, "all")
    assert len(shares(app)[0][1]) == 1
    preview_and_share(head, check, "points")
    assert shares(app) == [("points", [])]


def test_taking_back_asks_first_and_a_second_time_changes_nothing(app, head, client_of, check):
    preview_and_share(head, check, "points")
    asked = head.get(address(check, "/zuruecknehmen"))
    assert "Nicht mehr teilen?" in text_of(asked)
    assert len(shares(app)) == 1
    for _ in range(2):
        assert head.send(address(check, "/zuruecknehmen")).status_code == 302
    assert len(actions(app)) == 2
    commissioner = client_of("commissioner")
    assert commissioner.get(f"/ueberblick/selbstchecks/{check}").status_code == 404
    assert DEFAULT in text_of(head.get(f"/selbstchecks/{check}"))


def test_a_fresh_form_is_made_of_the_stored_check(app, world):
    with app.app_context():
        check = make_check(world, points=5)
        share(check, ShareLevel.POINTS)
        sent = sent_share(check, ShareLevel.POINTS)
    assert sent["level"] == "points"
    assert sent["shown_state"].startswith("points 2026-01-05")


def test_long_words_and_markup_are_only_text(app, head, world):
    word = "<b>Donau</b>" + "x" * 500
    with app.app_context():
        check = make_check(world, points=3, texts={"next_steps": word})
    page = head.get(address(check, "?stufe=all&vorschau=1"))
    assert "&lt;b&gt;Donau&lt;/b&gt;xxx" in page.text
    assert "<b>Donau" not in page.text
