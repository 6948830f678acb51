"""When the database fails, nothing is stored by halves; a damaged questionnaire stops the start."""

import shutil
from pathlib import Path

import pytest
from backends import SECRET
from check_pages import (
    address_of,
    continued,
    count_rows,
    fields_of,
    filled_in,
    find_stored,
    list_subjects,
    new_address,
    stored_answers,
)
from client import text_of
from factories import make_check
from sqlalchemy import event

from selfcheck import create_app
from selfcheck.audit.actions import Action
from selfcheck.checks import questionnaire
from selfcheck.checks.questionnaire import QuestionnaireInvalid
from selfcheck.checks.states import CheckState
from selfcheck.config import Config
from selfcheck.db import db

OFFICIAL = Path(questionnaire.__file__).parent / "questionnaires" / "2025-05-07.toml"
LONG = dict.fromkeys(("measures_past", "measures_planned", "next_steps"), "🎉" * 5_000)

FAULTS = {
    ("sqlite", "read-only"): "PRAGMA query_only = ON",
    ("sqlite", "full"): "PRAGMA max_page_count = 1",  # no page more than there are
    ("postgresql", "read-only"): "SET default_transaction_read_only = on",
}


@pytest.fixture
def damage(app):
    """Return a function that breaks the database, and one that mends it."""
    with app.app_context():
        engine = db.engine
    listening = []

    def break_down(fault):
        statement = FAULTS[engine.dialect.name, fault]

        def spoil(connection, _record):
            connection.cursor().execute(statement)
            connection.commit()

        event.listen(engine, "connect", spoil)
        listening.append(spoil)
        engine.dispose()

    def mend():
        while listening:
            event.remove(engine, "connect", listening.pop())
        engine.dispose()

    yield break_down, mend
    mend()


@pytest.mark.parametrize("action", ["submit", "save"])
@pytest.mark.parametrize("fault", ["read-only", "full"])
def test_a_database_that_takes_nothing_keeps_the_draft(world, client_of, damage, fault, action):
    break_down, mend = damage
    client = client_of("head33")
    app = client.application
    with app.app_context():
        check_id = make_check(world, points={"s1": 4}, state=CheckState.DRAFT)
    filled = filled_in(world, points=5, action=action, **LONG)
    sent = continued(client, address_of(check_id), filled)
    break_down(fault)
    page = client.send(address_of(check_id), sent)
    assert page.status_code == 503
    assert "nicht gespeichert" in text_of(page) or "nichts gespeichert" in text_of(page)
    assert "Traceback" not in page.text
    mend()
    stored = find_stored(app, check_id)
    assert stored.state is CheckState.DRAFT
    assert stored_answers(app, check_id).points == {"s1": 4}
    assert list_subjects(app, Action.CHECK_SUBMITTED) == []
    # The same form goes through as soon as the database is well again.
    assert fields_of(client.get(address_of(check_id)))["s1"] == "4"
    assert client.send(address_of(check_id), sent).status_code == 302
    assert set(stored_answers(app, check_id).points.values()) == {5}


@pytest.mark.parametrize("fault", ["read-only", "full"])
def test_a_new_check_is_stored_wholly_or_not_at_all(app, world, client_of, damage, fault):
    break_down, mend = damage
    client = client_of("head33")
    _, address = new_address()
    break_down(fault)
    sent = filled_in(world, action="submit", **LONG)
    assert client.send(address, sent).status_code == 503
    mend()
    assert count_rows(app) == (0, 0)
    assert list_subjects(app, Action.CHECK_SUBMITTED) == []


@pytest.mark.parametrize("fault", ["read-only", "full"])
def test_drafts_and_results_can_still_be_read(app, world, client_of, damage, fault):
    break_down, _ = damage
    with app.app_context():
        draft, check = make_check(world, state=CheckState.DRAFT), make_check(world)
    client = client_of("head33")
    break_down(fault)
    for address in (address_of(draft), f"/selbstchecks/{check}", "/selbstchecks", "/"):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("find", "replacement", "place"),
    [
        ("minimum = 19\n", "minimum = 20\n", "nobody gets 19 points"),
        ('id = "s2"', 'id = "s1"', "id s1 is used 2 times"),
        ('thanks = "Vielen Dank!"\n', "", "thanks is missing"),
        ('title = "Organisation/Behörde"', 'title = ""', "categories.organisation: title is empty"),
        ("[[scale]]", "[[scale", "is not valid TOML"),
    ],
    ids=["gap", "duplicate", "missing", "empty", "broken"],
)
def test_a_damaged_questionnaire_stops_the_start_and_names_the_place(
    tmp_path, find, replacement, place
):
    content = OFFICIAL.read_text(encoding="utf-8")
    assert find in content
    shutil.copy(OFFICIAL, tmp_path)
    newer = content.replace(find, replacement, 1).replace("2025-05-07", "2027-01-01")
    (tmp_path / "2027-01-01.toml").write_text(newer, encoding="utf-8")
    with pytest.raises(QuestionnaireInvalid) as refused:
        create_app(
            Config(
                database_url=f"sqlite:///{tmp_path / 'never.db'}",
                secret_key=SECRET,
                testing=True,
                questionnaire_folder=tmp_path,
            )
        )
    assert all(problem.startswith("2027-01-01.toml: ") for problem in refused.value.problems)
    assert place in str(refused.value)
    assert not (tmp_path / "never.db").exists()


def test_an_empty_folder_of_questionnaires_stops_the_start(tmp_path):
    with pytest.raises(QuestionnaireInvalid, match="contains no questionnaire"):
        create_app(Config(secret_key=SECRET, testing=True, questionnaire_folder=tmp_path))
