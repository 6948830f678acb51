"""selfcheck remind: what is due today goes into the outbox, once."""

from datetime import date

import pytest
from console import Run
from integration.commands.conftest import run, run_at
from integration.evaluation.conftest import Evaluation
from sqlalchemy import select

from selfcheck.db import db
from selfcheck.evaluation.models import Part
from selfcheck.evaluation.reminder_service import find_due_step
from selfcheck.mail.models import Message
from selfcheck.training.kinds import Area

__all__ = ["run", "run_at"]


def remind(evaluation: Evaluation, run: Run, day: str) -> str:
    evaluation.office.clock.move_to(f"{day}T06:00:00+01:00")
    done = run("remind")
    assert done.code == 0, done.err
    return done.out.strip()


def test_reminders_are_due_14_3_and_1_days_before_and_once_after(evaluation: Evaluation, run: Run):
    evaluation.opened(scope="chosen", unit_ids=[evaluation.world.unit_ids["50"]])
    counts = {}
    for day in ("11-30", "12-01", "12-02", "12-12", "12-13", "12-14", "12-15", "12-16", "12-20"):
        before = len(evaluation.messages("due-2026-12-15"))
        remind(evaluation, run, f"2026-{day}")
        counts[day] = len(evaluation.messages("due-2026-12-15")) - before

    assert counts == {
        "11-30": 0,
        "12-01": 2,
        "12-02": 0,
        "12-12": 2,
        "12-13": 0,
        "12-14": 2,
        "12-15": 0,
        "12-16": 2,
        "12-20": 0,
    }
    told = [subject for login, subject, _ in evaluation.messages("due-") if login == "head50"]
    assert told == ["Erinnerung: Auswertung für 50 Einheit 50"] * 3 + [
        "Überfällig: Auswertung für 50 Einheit 50"
    ]


def test_a_day_that_was_missed_is_made_up_for(evaluation: Evaluation, run: Run):
    evaluation.opened()
    remind(evaluation, run, "2026-12-04")

    assert {subject for _, subject, _ in evaluation.messages("due-")} == {
        f"Erinnerung: Auswertung für {number} Einheit {number}" for number in (33, 50)
    }
    assert all("in 11 Tagen" in body for *_, body in evaluation.messages("due-"))


def test_who_was_asked_only_after_that_day_is_not_reminded_of_it(evaluation: Evaluation, run: Run):
    evaluation.opened(deadline="2026-12-01")
    remind(evaluation, run, "2026-11-25")
    assert evaluation.messages("due-") == []
    remind(evaluation, run, "2026-11-28")
    assert evaluation.messages("due-")


def test_who_has_delivered_or_is_asked_no_longer_gets_none(evaluation: Evaluation, run: Run):
    request_id = evaluation.opened()
    evaluation.deliver()
    remind(evaluation, run, "2026-12-01")
    assert {login for login, *_ in evaluation.messages("due-")} == {"officer50", "head50"}
    evaluation.office.forget_browsers()
    evaluation.office.browser("hr").send(f"/anforderungen/{request_id}/schliessen")
    remind(evaluation, run, "2026-12-16")
    assert len(evaluation.messages("due-")) == 2


@pytest.mark.parametrize(
    ("today", "step"),
    [
        ("2026-11-30", ""),
        ("2026-12-01", "14"),
        ("2026-12-11", "14"),
        ("2026-12-12", "3"),
        ("2026-12-13", "3"),
        ("2026-12-14", "1"),
        ("2026-12-15", "1"),
        ("2026-12-16", "overdue"),
    ],
)
def test_which_reminder_is_due(evaluation: Evaluation, today: str, step: str):
    evaluation.opened()
    with evaluation.app.app_context():
        part = db.session.scalars(select(Part)).first()
        assert find_due_step(part, date.fromisoformat(today)) == step


def test_officers_are_told_once_a_month_what_is_open_in_numbers(evaluation: Evaluation, run: Run):
    evaluation.office.train("0082", evidence=True)
    evaluation.office.train("0093", area=Area.PLAIN_COMMUNICATION)
    out = remind(evaluation, run, "2026-11-25")
    assert out == "Erinnerungen an Fristen: 0, monatliche Übersichten: 3"
    assert "monatliche Übersichten: 0" in remind(evaluation, run, "2026-11-30")

    (_, subject, body) = next(
        one for one in evaluation.messages("monthly") if one[0] == "officer33"
    )
    assert subject == "Was in 33 Einheit 33 noch offen ist"
    assert "Beschäftigte: 2 von 2 ohne erfüllten Auftrag" in body
    assert "davon Nachweis fehlt: 1" in body
    assert "davon ohne Schulung: 1" in body
    assert "Führungskräfte" not in body
    assert "monatliche Übersichten: 3" in remind(evaluation, run, "2026-12-01")


def test_where_nothing_is_open_nobody_is_bothered(evaluation: Evaluation, run: Run):
    evaluation.office.train("5004", evidence=True)
    remind(evaluation, run, "2026-11-25")

    assert {login for login, *_ in evaluation.messages("monthly")} == {"officer33", "colleague33"}


def test_no_mail_names_staff(evaluation: Evaluation, run: Run):
    evaluation.office.train("0093")
    evaluation.opened()
    evaluation.deliver()
    evaluation.return_it("Bitte die Zahl der Beschäftigten prüfen.")
    remind(evaluation, run, "2026-12-01")
    with evaluation.app.app_context():
        told = [f"{one.subject} {one.body}" for one in db.session.scalars(select(Message))]

    assert len(told) > 10
    for name in ("Quandt", "Erika", "Öztürk", "Groß", "Änne", "Geheim", "0071", "0082", "0093"):
        assert not [text for text in told if name in text]


def test_every_mail_leads_to_a_page_that_its_reader_may_open(evaluation: Evaluation, run: Run):
    evaluation.opened()
    evaluation.deliver()
    evaluation.return_it()
    remind(evaluation, run, "2026-12-01")
    evaluation.office.forget_browsers()
    with evaluation.app.app_context():
        found = {(one.email.split("@")[0], one.path) for one in db.session.scalars(select(Message))}

    assert ("hr", evaluation.hr_url()) in found
    for login, path in found:
        assert evaluation.office.browser(login).get(path).status_code == 200, (login, path)
