"""The office is told by mail that its question is answered; the mail names nobody."""

import re
from datetime import timedelta

import pytest
from client import text_of
from factories import make_user
from sqlalchemy import delete
from unit_documents import make_pdf

from selfcheck.accounts.models import Grant, User
from selfcheck.accounts.permissions import Role
from selfcheck.db import db
from selfcheck.mail.models import Message
from selfcheck.organisation.models import Unit
from selfcheck.training.kinds import Area
from selfcheck.training.models import RecognitionQuestion

ASKED = {"content": "Übungen von Erika Quandt", "question": "Zählt das für 0071?"}
RECOGNISE = {"decision": Area.INTERCULTURAL.value, "answer": "Frau Quandt war dabei."}
REJECT = {"decision": "reject", "answer": "Der Bezug fehlt Frau Quandt."}
PERSONAL = re.compile(r"Quandt|Erika|0071|Person |Nachweis|\.pdf")


def ask(office, number="0071", by="officer33", **changes):
    """Record a training with a certificate and ask about it; return the question's address."""
    changes = {"title": "Coaching Erika Quandt", "duration_minutes": 400, **changes}
    record_id = office.train(number, **changes)
    office.send(f"/schulungen/{record_id}/nachweis", None, (make_pdf(), "Nachweis Quandt.pdf"))
    sent = ASKED | {"attaches_certificate": "y"}
    response = office.browser(by).send(f"/anerkennung/neu/{record_id}", sent)
    assert response.status_code == 302, text_of(response)
    return response.location


def decide(office, url, decision, by="commissioner"):
    return office.browser(by).send(url, decision)


def told(office):
    """Return who was written to, in the order of the alphabet."""
    return sorted(email.removesuffix("@stadt.example") for email in office.rows(Message.email))


def give(office, login, role, unit):
    with office.app.app_context():
        unit = db.session.get_one(Unit, office.world.unit_ids[unit])
        office.world.user_ids[login] = make_user(login, role, unit).id
        db.session.commit()


@pytest.mark.parametrize(
    ("decision", "outcome"),
    [(RECOGNISE, "anerkannt als interkulturelle Kompetenz"), (REJECT, "nicht anerkannt")],
)
def test_the_officers_are_told_the_outcome_and_no_name(office, decision, outcome):
    url = ask(office)
    assert told(office) == [], "the question itself writes to nobody"
    assert decide(office, url, decision).status_code == 302
    assert told(office) == ["colleague33", "officer33"]
    ((subject, body, path), second) = office.rows(Message.subject, Message.body, Message.path)
    assert (subject, body, path) == second
    assert subject == "Anfrage zur Anerkennung beantwortet: 33.1 Einheit 33.1, 24.11.2026"
    assert body == (
        "Guten Tag,\n\n"
        "über die Anfrage zur Anerkennung vom 24.11.2026 für 33.1 Einheit 33.1 ist entschieden. "
        f"Die Schulung ist {outcome}.\n\n"
        "Es geht um: Präsenzschulung, 6 Std. 40 Min.\n\n"
        "Die Bezeichnung der Schulung und die Antwort stehen in der Anwendung.\n"
    )
    assert path == url
    assert PERSONAL.search(subject + body) is None
    assert office.browser("colleague33").get(path).status_code == 200


def test_whoever_asked_is_told_also_from_further_above(office):
    give(office, "officer33.1", Role.TRAINING_OFFICER, "33.1")
    decide(office, ask(office), RECOGNISE)
    assert told(office) == ["officer33", "officer33.1"], "colleague33 has nearer colleagues"


def test_where_nobody_is_nearer_the_officers_above_are_told(office):
    give(office, "officer1", Role.TRAINING_OFFICER, "1")
    url = ask(office, by="officer1")
    decide(office, url, RECOGNISE)
    assert told(office) == ["colleague33", "officer1", "officer33"]


@pytest.mark.parametrize("left_by", ["deactivation", "another task"])
def test_whoever_has_left_is_not_told(office, left_by):
    url = ask(office)
    with office.app.app_context():
        user = db.session.get_one(User, office.world.user_ids["officer33"])
        if left_by == "deactivation":
            user.is_active = False
        else:
            db.session.execute(delete(Grant).where(Grant.user_id == user.id))
        db.session.commit()
    assert decide(office, url, RECOGNISE).status_code == 302
    assert told(office) == ["colleague33"]


def test_a_decision_needs_nobody_who_can_be_told(office):
    url = ask(office)
    with office.app.app_context():
        db.session.execute(delete(Grant).where(Grant.role == Role.TRAINING_OFFICER))
        db.session.commit()
    assert decide(office, url, REJECT).status_code == 302
    assert told(office) == []


def test_a_changed_decision_is_told_again(office):
    url = ask(office)
    decide(office, url, REJECT)
    office.clock.shift(timedelta(minutes=1))
    page = office.browser("commissioner").get(url)
    decide(office, url, office.fields(page).to_dict() | RECOGNISE)
    by_colleague = [
        (subject, body.split("\n\n")[1])
        for email, subject, body in office.rows(Message.email, Message.subject, Message.body)
        if email == "colleague33@stadt.example"
    ]
    about = "über die Anfrage zur Anerkennung vom 24.11.2026 für 33.1 Einheit 33.1"
    first = f"{about} ist entschieden. Die Schulung ist nicht anerkannt."
    second = f"{about} ist neu entschieden. Die Schulung ist jetzt anerkannt als interkulturelle"
    assert sorted(by_colleague) == [
        ("Anfrage zur Anerkennung beantwortet: 33.1 Einheit 33.1, 24.11.2026", first),
        (
            "Entscheidung zur Anerkennung geändert: 33.1 Einheit 33.1, 24.11.2026",
            f"{second} Kompetenz.",
        ),
    ]


@pytest.mark.parametrize(
    ("moment", "day"),
    [("2026-11-24T23:30:00+01:00", "24.11.2026"), ("2026-11-25T00:30:00+01:00", "25.11.2026")],
)
def test_a_question_asked_at_night_bears_the_date_of_the_city(office, moment, day):
    office.clock.move_to(moment)
    decide(office, ask(office), RECOGNISE)
    assert [f"vom {day} für" in body for body in office.rows(Message.body)] == [True, True]


def test_what_is_not_decided_is_not_told(office):
    url = ask(office)
    assert decide(office, url, {"decision": "reject", "answer": ""}).status_code == 400
    office.browser().send(f"{url}/zuruecknehmen")
    assert decide(office, url, RECOGNISE).status_code == 400
    assert told(office) == []


def test_the_second_of_two_decisions_is_not_told(office):
    url = ask(office)
    opened = office.fields(office.browser("deputy").get(url)).to_dict()
    decide(office, url, RECOGNISE)
    office.clock.shift(timedelta(minutes=1))
    assert decide(office, url, opened | REJECT, by="deputy").status_code == 400
    assert told(office) == ["colleague33", "officer33"]
    assert office.rows(RecognitionQuestion.answer) == [RECOGNISE["answer"]]
