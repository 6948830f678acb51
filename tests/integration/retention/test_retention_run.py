"""selfcheck retention run: nothing older than its period is left, nothing younger is gone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from console import Run, count
from evaluations import make_delivery, make_part, make_request
from factories import LONG_AGO, World, make_certificate, make_message, make_person, make_training
from flask import Flask
from integration.commands.conftest import run, run_at
from kept_data import is_there, make_kept
from sqlalchemy import select

from selfcheck import clock
from selfcheck.accounts.throttle import KEEP_ATTEMPTS
from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.checks.vote_models import TeamLink, TeamVote
from selfcheck.db import db
from selfcheck.evaluation.models import Delivery, EvaluationRequest, Part
from selfcheck.evaluation.report_service import report_delivery
from selfcheck.evaluation.workbook import write_evaluation
from selfcheck.mail.models import Message
from selfcheck.retention import run_service
from selfcheck.retention.due_service import at, count_due
from selfcheck.retention.kinds import Kind
from selfcheck.retention.periods import ATTEMPTS_KEPT_DAYS, UPLOADS_KEPT_DAYS
from selfcheck.retention.run_service import delete_due
from selfcheck.staff.models import Assignment, Person, StaffImportChange
from selfcheck.support.models import SupportMessage
from selfcheck.training.kinds import EvidenceKind
from selfcheck.training.models import (
    Certificate,
    CertificateContent,
    Evidence,
    RecognitionQuestion,
    TrainingEvent,
    TrainingRecord,
    WaitingText,
)
from selfcheck.uploads.service import LIFETIME

__all__ = ["run", "run_at"]

# A year and a half after the mandate: its certificates are due.
LATER = datetime(2028, 6, 15, 12, 0, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
# The database compares these with its own clock.
BY_OWN_CLOCK = {Kind.LOGINS, Kind.AUDIT}
HANGING_ON = {
    Kind.PEOPLE: (Assignment, TrainingRecord, Evidence, Certificate, CertificateContent),
    Kind.WAITING: (CertificateContent, WaitingText),
    Kind.IMPORTS: (StaffImportChange,),
    Kind.SUPPORT: (SupportMessage,),
    Kind.VOTES: (TeamLink, TeamVote),
}


def moment_of(kind: Kind) -> datetime:
    return clock.now() if kind in BY_OWN_CLOCK else LATER


@pytest.mark.parametrize("kind", Kind)
def test_nothing_older_is_left_and_nothing_younger_is_gone(app: Flask, world: World, kind: Kind):
    random = Random(kind.value)
    with app.app_context():
        when = at(moment_of(kind))
        limit = when.limit(kind)
        shares = [0, *(random.random() for _ in range(6))]
        old = [make_kept(kind, world, limit - SECOND - one * 500 * DAY) for one in shares]
        young = [
            make_kept(kind, world, limit + SECOND + one * (when.now - limit)) for one in shares
        ]
        db.session.commit()

        assert count_due(when)[kind] == len(old)
        deleted = delete_due(kind, when)
        db.session.commit()

        assert deleted == (len(old) if kind.is_deleted else 0)
        assert [is_there(kind, one) for one in old] == [not kind.is_deleted] * len(old)
        assert all(is_there(kind, one) for one in young)
        for table in HANGING_ON.get(kind, ()):
            rows = db.session.query(table).count()
            assert rows == len(young) * (2 if table in {Assignment, SupportMessage} else 1)
        assert delete_due(kind, when) == 0


def test_periods_that_others_apply_are_the_same(app: Flask):
    assert timedelta(days=ATTEMPTS_KEPT_DAYS) == KEEP_ATTEMPTS
    assert timedelta(days=UPLOADS_KEPT_DAYS) == LIFETIME


def test_many_go_in_chunks(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(run_service, "CHUNK", 3)
    with app.app_context():
        for n in range(7):
            make_kept(Kind.PEOPLE, world, LATER - (1000 + n) * DAY)
        assert delete_due(Kind.PEOPLE, at(LATER)) == 7
        assert db.session.query(Person).count() == 0


class TestPeople:
    def test_who_works_or_comes_back_stays(self, app: Flask, world: World):
        with app.app_context():
            here = make_person("1", unit=world.unit_ids["33"])
            back = make_person("2", unit=world.unit_ids["33"], last_day=date(2020, 1, 1))
            back.assignments.append(
                Assignment(unit_id=world.unit_ids["50"], first_day=date(2029, 1, 1))
            )
            db.session.commit()
            delete_due(Kind.PEOPLE, at(LATER))
            assert {here.number, back.number} == set(db.session.scalars(select(Person.number)))

    @pytest.mark.parametrize(
        ("is_closed", "left_on", "is_kept"),
        [
            (False, date(2026, 2, 1), True),  # counted on the reference date
            (False, date(2026, 1, 31), True),  # counted on the reference date, the last day
            (False, date(2026, 1, 30), False),
            (True, date(2026, 2, 1), False),
        ],
    )
    def test_whom_an_open_request_counts_stays(
        self, app: Flask, world: World, is_closed: bool, left_on: date, is_kept: bool
    ):
        with app.app_context():
            closed_at = LONG_AGO if is_closed else None
            make_request(world, reference_date=date(2026, 1, 31), closed_at=closed_at)
            make_person("1", unit=world.unit_ids["33"], last_day=left_on)
            db.session.commit()
            delete_due(Kind.PEOPLE, at(LATER))
            assert db.session.query(Person).count() == is_kept

    def test_a_file_for_several_people_stays_for_the_others(self, app: Flask, world: World):
        with app.app_context():
            gone = make_person("1", unit=world.unit_ids["33"], last_day=date(2020, 1, 1))
            here = make_person("2", unit=world.unit_ids["33"])
            record = make_training(gone, evidence=EvidenceKind.CERTIFICATE)
            shared = record.evidence[0].certificate
            other = make_training(here)
            other.evidence.append(
                Evidence(kind=EvidenceKind.CERTIFICATE, certificate=shared, added_at=LONG_AGO)
            )
            db.session.commit()
            delete_due(Kind.PEOPLE, at(LATER))
            assert db.session.scalars(select(Person.number)).all() == ["2"]
            assert db.session.query(CertificateContent).count() == 1
            assert db.session.query(Evidence).count() == 1


class TestCertificates:
    def test_the_proof_stays_without_file_and_name(self, app: Flask, world: World):
        with app.app_context():
            key = make_kept(Kind.CERTIFICATES, world, LONG_AGO)
            db.session.commit()
            delete_due(Kind.CERTIFICATES, at(LATER))
            one = db.session.get_one(Certificate, key)
            assert (one.filename, one.sha256, one.size_bytes) == ("", "", 0)
            assert one.is_emptied
            assert db.session.query(Evidence).count() == 1

    def test_before_the_end_of_2027_all_stay(self, app: Flask, world: World):
        with app.app_context():
            make_kept(Kind.CERTIFICATES, world, LONG_AGO)
            db.session.commit()
            last = datetime(2027, 12, 31, 12, 0, tzinfo=UTC)
            assert delete_due(Kind.CERTIFICATES, at(last)) == 0
            assert delete_due(Kind.CERTIFICATES, at(last + DAY)) == 1

    def test_what_an_open_question_refers_to_stays(self, app: Flask, world: World):
        with app.app_context():
            key = make_kept(Kind.CERTIFICATES, world, LONG_AGO)
            record = db.session.scalars(select(TrainingRecord)).one()
            record.question = RecognitionQuestion(
                unit_id=world.unit_ids["33"],
                asked_at=LONG_AGO,
                asked_by_id=world.user_ids["officer33"],
                title=record.title,
                provider=record.provider,
                format=record.format,
                duration_minutes=360,
                content="",
                question="",
                certificate_id=key,
            )
            db.session.commit()
            assert delete_due(Kind.CERTIFICATES, at(LATER)) == 0

    def test_a_file_of_a_later_training_stays(self, app: Flask, world: World):
        with app.app_context():
            make_kept(Kind.CERTIFICATES, world, LONG_AGO)
            record = db.session.scalars(select(TrainingRecord)).one()
            record.first_day = record.last_day = date(2027, 9, 1)
            db.session.commit()
            assert delete_due(Kind.CERTIFICATES, at(LATER)) == 0
            assert delete_due(Kind.CERTIFICATES, at(LATER + 100 * DAY)) == 1

    def test_without_evidence_a_file_is_due_by_its_upload(self, app: Flask):
        with app.app_context():
            make_certificate().uploaded_at = LATER - 100 * DAY
            make_certificate()
            db.session.commit()
            assert delete_due(Kind.CERTIFICATES, at(LATER)) == 1


def test_what_is_unread_or_still_to_be_sent_stays(app: Flask, world: World):
    with app.app_context():
        for changes in ({"next_attempt_at": None}, {"read_at": LONG_AGO}):
            make_message(world.user_ids["hr"], **changes)
        db.session.commit()
        assert delete_due(Kind.MESSAGES, at(LATER)) == 0
        assert db.session.query(Message).count() == 2


def rows_of(app: Flask, *tables: type) -> dict[str, list[tuple[Any, ...]]]:
    with app.app_context():
        return {
            table.__name__: [
                tuple(row) for row in db.session.execute(select(table.__table__)).all()
            ]
            for table in tables
        }


def workbooks_of(app: Flask) -> list[bytes]:
    with app.app_context():
        deliveries = db.session.scalars(select(Delivery).order_by(Delivery.id))
        reports = [report_delivery(one) for one in deliveries]
        return [write_evaluation(replace(one, made_at=LONG_AGO)) for one in reports]


def test_what_was_delivered_stays_to_the_byte(app: Flask, world: World):
    with app.app_context():
        part = make_part(world, "33", closed_at=LONG_AGO)
        make_delivery(world, part, is_returned=True)
        make_delivery(world, part)
        for kind in Kind:
            make_kept(kind, world, LONG_AGO - 2000 * DAY)
        db.session.commit()
    tables = (EvaluationRequest, Part, Delivery)
    before, books = rows_of(app, *tables), workbooks_of(app)
    assert len(books) == 2

    with app.app_context():
        numbers = {kind: delete_due(kind, at(LATER)) for kind in Kind}
        db.session.commit()

    assert all(number for kind, number in numbers.items() if kind.is_deleted)
    assert rows_of(app, *tables) == before
    assert workbooks_of(app) == books
    with app.app_context():
        assert db.session.query(TrainingEvent).count() == 0


class TestCommand:
    def test_a_dry_run_says_what_is_due_and_changes_nothing(
        self, app: Flask, world: World, run: Run
    ):
        with app.app_context():
            make_kept(Kind.UPLOADS, world, LONG_AGO)
            make_kept(Kind.DRAFTS, world, LONG_AGO - 400 * DAY)
            db.session.commit()

        outcome = run("retention", "run")

        assert (outcome.code, outcome.err) == (0, "")
        lines = {line.split("  ")[0]: line.split() for line in outcome.out.splitlines()}
        assert "1" in lines[Kind.UPLOADS.label]
        assert "gezählt)" in lines[Kind.DRAFTS.label][-1]
        assert "Es wurde nichts gelöscht" in outcome.out
        with app.app_context():
            assert count_due(at(clock.now()))[Kind.UPLOADS] == 1
        assert count(app, AuditEvent) == 0

    def test_yes_deletes_and_a_second_run_finds_nothing(self, app: Flask, world: World, run: Run):
        with app.app_context():
            for _ in range(2):
                make_kept(Kind.UPLOADS, world, LONG_AGO)
            make_kept(Kind.PEOPLE, world, LONG_AGO - 1000 * DAY)
            db.session.commit()

        first, second = run("retention", "run", "--yes"), run("retention", "run", "--yes")

        assert (first.code, second.code) == (0, 0)
        assert "gelöscht" in first.out.splitlines()[0]
        with app.app_context():
            query = select(AuditEvent.details).order_by(AuditEvent.id)
            details = db.session.scalars(query.where(AuditEvent.action == Action.RETENTION_RUN))
            assert list(details) == [
                f"{Kind.PEOPLE.label}: 1; {Kind.UPLOADS.label}: 2",
                "nichts war fällig",
            ]

    def test_the_city_sets_the_periods(self, app: Flask, world: World, run: Run):
        with app.app_context():
            make_person("1", unit=world.unit_ids["33"], last_day=clock.today() - 100 * DAY)
            db.session.commit()

        assert run("retention", "run", "--yes").code == 0
        assert count(app, Person) == 1
        run("retention", "run", "--yes", settings={"KEEP_PEOPLE_MONTHS": "3"})
        assert count(app, Person) == 0

    @pytest.mark.parametrize(
        ("name", "value"), [("KEEP_LOGINS_DAYS", "29"), ("KEEP_AUDIT_MONTHS", "eins")]
    )
    def test_a_senseless_period_is_refused(self, run: Run, name: str, value: str):
        outcome = run("retention", "run", settings={name: value})
        assert outcome.code == 2
        assert f"SELFCHECK_{name}" in outcome.err
