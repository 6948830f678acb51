"""A new version of the questionnaire comes: old checks keep theirs, new ones take the new one."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from html import unescape
from pathlib import Path
from uuid import UUID

import pytest
from backends import SECRET
from check_pages import (
    address_of,
    fields_of,
    filled_in,
    find_stored,
    new_address,
    rows_of,
    target_of,
)
from client import Client, text_of
from factories import make_check
from flask import Flask
from pypdfium2 import PdfDocument

from selfcheck import create_app
from selfcheck.checks import questionnaire
from selfcheck.checks.states import CheckState
from selfcheck.config import Config
from selfcheck.db import db

FOLDER = Path(questionnaire.__file__).parent / "questionnaires"

# Four answers from 0 to 3, three statements in two categories, other thresholds for two of the
# known colours and none for the third; „s1“ and „next_steps“ mean something else.
SECOND = """
version = "2026-10-01"
published_on = 2026-10-01
title = "Selbstcheck 2026"
unit_label = "Stelle:"
date_label = "Tag:"
instruction = "Bitte kreuzen Sie neu an:"
evaluation_instruction = "Bitte zählen Sie zusammen."
thanks = "Danke sehr!"
scale = [
    { points = 3, label = "immer" },
    { points = 2, label = "oft" },
    { points = 1, label = "selten" },
    { points = 0, label = "nie" },
]
follow_ups = [
    { id = "reason", below = "s2", text = "Warum?", condition = \
{ statement_id = "s1", minimum = 2, wording = "Wenn mindestens „oft“:" } },
    { id = "next_steps", text = "Und nun?" },
]

[[categories]]
id = "doors"
title = "Türen"
statements = [
    { id = "s1", number = 1, text = "Die Tür ist offen." },
    { id = "s2", number = 2, text = "Die Tür ist breit." },
]

[[categories]]
id = "signs"
title = "Schilder"
statements = [{ id = "s3", number = 3, text = "Die Schilder sind lesbar." }]

[[colours]]
id = "red"
label = "Dunkelrot"
minimum = 0
maximum = 6
attention = "lowest"
advice = "Licht an."

[[colours]]
id = "green"
label = "Hellgrün"
minimum = 7
maximum = 9
attention = "below_highest"
advice = "Weiter so."
"""


@dataclass
class After:
    """The city after the new version came: the application, and clients of it."""

    app: Flask
    log_in: Callable[[], Client]


@pytest.fixture
def after(app, world, tmp_path):
    """Start a second application on the same database, with both versions."""
    shutil.copy(FOLDER / "2025-05-07.toml", tmp_path)
    (tmp_path / "2026-10-01.toml").write_text(SECOND, encoding="utf-8")
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
    newer = create_app(
        Config(database_url=url, secret_key=SECRET, testing=True, questionnaire_folder=tmp_path)
    )
    newer.test_client_class = Client

    def log_in():
        client = newer.test_client()
        client.log_in(world.email("head33"))
        return client

    yield After(newer, log_in)
    with newer.app_context():
        db.engine.dispose()


def words_of(page):
    return unescape(text_of(page))


def new_style(world, **changes):
    """Return what a form of the new version sends."""
    points = {"s1": 3, "s2": 0, "s3": 3}
    return filled_in(world, points=points, version="2026-10-01", action="submit") | changes


def test_an_old_check_looks_the_same_as_before(app, world, client_of, after):
    with app.app_context():
        check_id = make_check(world, points=4, texts={"next_steps": "Kurse"})
    pages = [
        client.get(f"/selbstchecks/{check_id}") for client in (client_of("head33"), after.log_in())
    ]
    before, now = (words_of(page) for page in pages)
    assert now == before
    assert "32 von 40 Punkten: Grün" in now
    assert "Was sind Ihre nächsten Schritte, Zugangshemmnisse" in now
    assert "mit dem Fragebogen vom 07.05.2025." in now


def test_a_new_check_asks_the_new_statements(after):
    words = words_of(after.log_in().get("/selbstchecks/neu"))
    for text in (
        "Selbstcheck 2026",
        "Stelle",
        "Tag",
        "Bitte kreuzen Sie neu an:",
        "1. Die Tür ist offen. immer 3 Punkte oft 2 Punkte selten 1 Punkt nie 0 Punkte",
        "Wenn mindestens „oft“: Warum?",
        "Und nun?",
        "0 von 3 beantwortet",
    ):
        assert text in words
    assert "Migrant*innen" not in words


def test_a_new_check_is_scored_by_the_new_version(world, after):
    client = after.log_in()
    check_id, address = new_address()
    answer = client.send(address, new_style(world, reason="Darum.", next_steps="Farbe kaufen"))
    assert answer.location == f"/selbstchecks/{check_id}"
    stored = find_stored(after.app, check_id)
    assert (stored.questionnaire_version, stored.total_points) == ("2026-10-01", 6)
    words = words_of(client.get(answer.location))
    assert "6 von 9 Punkten: Dunkelrot" in words
    assert "Licht an. Noch 1 Punkt bis Hellgrün." in words
    assert "Skala: Dunkelrot 0–6, Hellgrün 7–9 Punkte." in words
    assert "Warum? Darum. Und nun? Farbe kaufen" in words
    assert "Die Tür ist breit. (0 Punkte)" in words
    assert "mit dem Fragebogen vom 01.10.2026." in words


def test_no_points_at_all_are_an_answer_too(world, after):
    client = after.log_in()
    check_id, address = new_address()
    client.send(address, new_style(world, s1="0", s3="0"))
    assert find_stored(after.app, check_id).total_points == 0
    assert "0 von 9 Punkten: Dunkelrot" in words_of(client.get(f"/selbstchecks/{check_id}"))


def test_checks_of_another_version_are_not_compared(world, after):
    client = after.log_in()
    with after.app.app_context():
        make_check(world, points=5, checked_on=date(2025, 1, 1), version="2025-05-07")
    check_id, address = new_address()
    client.send(address, new_style(world))
    assert "01.01.2025" not in words_of(client.get(f"/selbstchecks/{check_id}"))


def test_a_draft_begun_with_the_old_version_goes_on_with_it(app, world, after):
    with app.app_context():
        check_id = make_check(world, points={"s1": 5}, state=CheckState.DRAFT)
    client = after.log_in()
    page = client.get(address_of(check_id))
    assert "1 von 8 beantwortet" in page.text
    assert "Bitte kreuzen Sie an, inwiefern" in words_of(page)
    rest = {f"s{number}": "4" for number in range(2, 9)}
    answer = client.send(target_of(page), fields_of(page) | rest | {"action": "submit"})
    assert "33 von 40 Punkten: Grün" in words_of(client.get(answer.location))
    assert find_stored(after.app, check_id).questionnaire_version == "2025-05-07"


@pytest.mark.parametrize("action", ["save", "submit"])
def test_a_form_opened_before_and_sent_after_keeps_its_version(world, client_of, after, action):
    """Else its answers would be taken for answers to statements that nobody saw."""
    page = client_of("head33").get("/selbstchecks/neu")
    client = after.log_in()
    answered = fields_of(page) | filled_in(world, points=3)
    assert answered["version"] == "2025-05-07"
    target = target_of(page)
    client.send(target, {**answered, "csrf_token": client.token(), "action": action})
    stored = find_stored(after.app, UUID(target.split("/")[2]))
    assert stored.questionnaire_version == "2025-05-07"
    assert stored.total_points == (24 if action == "submit" else None)


@pytest.mark.parametrize(
    ("colour", "shown"),
    [
        ("red", ["0 Dunkelrot", "6 Dunkelrot", "8 Rot"]),
        ("yellow", ["24 Gelb"]),
        ("green", ["7 Hellgrün", "40 Grün"]),
        ("", ["0 Dunkelrot", "6 Dunkelrot", "7 Hellgrün", "8 Rot", "24 Gelb", "40 Grün"]),
    ],
)
def test_the_filter_knows_the_thresholds_of_each_version(world, after, colour, shown):
    with after.app.app_context():
        for points in (1, 3, 5):
            make_check(world, points=points, version="2025-05-07")
        for points in ((0, 0, 0), (3, 3, 0), (3, 3, 1)):
            by_id = dict(zip(("s1", "s2", "s3"), points, strict=True))
            make_check(world, points=by_id, version="2026-10-01")
    rows = rows_of(after.log_in().get(f"/selbstchecks?colour={colour}"))
    results = [f"{points} {label}" for *_, points, label, _state, _history in rows]
    assert sorted(results, key=lambda result: int(result.split()[0])) == shown


def test_the_filter_offers_every_colour_once_by_its_newest_name(after):
    page = after.log_in().get("/selbstchecks").text
    options = page.split('name="colour"')[1].split("</select>")[0]
    assert [one.split("<")[0] for one in options.split('">')[2:]] == [
        "Dunkelrot",
        "Gelb",
        "Hellgrün",
        "Entwürfe",
    ]


def test_list_and_first_page_show_checks_and_drafts_of_both(world, after):
    with after.app.app_context():
        make_check(world, points=5, version="2025-05-07")
        make_check(world, points={"s1": 3, "s2": 3, "s3": 1}, version="2026-10-01")
        for version in ("2025-05-07", "2026-10-01"):
            make_check(world, points={"s1": 2}, version=version, state=CheckState.DRAFT)
    client = after.log_in()
    start = words_of(client.get("/"))
    assert "40 von 40 Punkten" in start
    assert "7 von 9 Punkten" in start
    for words in (start, words_of(client.get("/selbstchecks"))):
        assert "1 von 8" in words
        assert "1 von 3" in words


def test_the_history_goes_on_with_what_can_be_compared(world, after):
    with after.app.app_context():
        old = make_check(world, points=4, version="2025-05-07", checked_on=date(2025, 3, 3))
        new = make_check(world, points=3, version="2026-10-01", checked_on=date(2026, 10, 5))
    client = after.log_in()
    address = f"/selbstchecks/einheit/{world.unit_ids['33']}"
    page = client.get(address)
    compared = words_of(client.get(f"{address}/vergleich?a={new}&b={old}"))

    assert "Hellgrün 9 von 9 Punkten" in words_of(page)
    assert "Die Skala hat sich mit dem Fragebogen geändert" in words_of(page)
    assert "history__zone" not in page.text
    assert "Die Gesamtzahlen (32 von 40 und 9 von 9 Punkten) haben verschiedene Skalen" in compared
    assert "Zwei verschiedene Fragebögen" in compared
    assert "Was gestiegen ist" not in compared
    assert compared.count("nur in einem der Fragebögen") == 5


def test_the_report_of_each_version_has_its_own_words(world, after):
    client = after.log_in()
    for version, words in (("2025-05-07", "stimme voll zu"), ("2026-10-01", "Die Tür ist breit.")):
        with after.app.app_context():
            check_id = make_check(world, points=3, version=version)
        document = PdfDocument(client.get(f"/selbstchecks/{check_id}/bericht.pdf").data)
        text = " ".join(page.get_textpage().get_text_bounded() for page in document)
        document.close()
        assert words in " ".join(text.split())
