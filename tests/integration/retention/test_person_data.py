"""What is told about a person or an account on request, and how a person is deleted."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pikepdf
import pypdfium2
import pytest
from client import Client
from evaluations import make_delivery, make_part, make_request
from factories import LONG_AGO, World, make_certificate, make_person, make_training
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from selfcheck import clock
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.db import Base, db
from selfcheck.evaluation.models import Delivery
from selfcheck.retention.people_service import forget_people
from selfcheck.staff.kinds import Touched
from selfcheck.staff.models import Assignment, Person, StaffImport, StaffImportChange
from selfcheck.training.kinds import EvidenceKind, Outcome, RecordEvent
from selfcheck.training.models import (
    Certificate,
    Evidence,
    RecognitionQuestion,
    TrainingEvent,
    TrainingRecord,
)

Open = Callable[[str], Client]
DAY = timedelta(days=1)


def make_full_person(world: World, *, last_day: date | None = None) -> Person:
    """Make somebody about whom something stands in every table that can hold it."""
    person = make_person(
        "0815",
        unit=world.unit_ids["33"],
        last_name="Özdemir",
        first_name="Ayşe",
        has_citizen_contact=True,
        last_day=last_day,
    )
    record = make_training(person, evidence=EvidenceKind.CERTIFICATE)
    assert record.evidence[0].certificate is not None
    record.evidence[0].certificate.filename = "oezdemir.pdf"
    record.question = RecognitionQuestion(
        unit_id=world.unit_ids["33"],
        asked_at=LONG_AGO,
        asked_by_id=world.user_ids["officer33"],
        title=record.title,
        provider=record.provider,
        format=record.format,
        duration_minutes=360,
        content="Gespräche am Schalter",
        question="Zählt das für Frau Özdemir?",
        certificate=record.evidence[0].certificate,
        outcome=Outcome.REJECTED,
        decided_at=LONG_AGO,
        answer="Leider nicht.",
    )
    event = TrainingEvent(
        record_id=record.id,
        at=LONG_AGO,
        actor_id=world.user_ids["officer33"],
        kind=RecordEvent.CORRECTED,
        reason="Tippfehler",
        changes=[["Titel", "Interkultur", record.title]],
    )
    one = StaffImport(id=uuid4(), filename="liste.csv", applied_at=LONG_AGO, summary="neu 1")
    before = {"number": "0815", "last_name": "Yilmaz", "first_name": "Ayşe"}
    touched = [(Touched.PERSON, person.id), (Touched.ASSIGNMENT, person.assignments[0].id)]
    one.changes = [
        StaffImportChange(position=n, touched=kind, object_id=key, before=before, after=before)
        for n, (kind, key) in enumerate(touched)
    ]
    db.session.add_all([event, one])
    audit.record(Action.PERSON_ADDED, actor_id=world.user_ids["officer33"], subject="Person 999")
    for subject in (f"Person {person.id}", f"{record.title} (Eintrag {record.id})"):
        audit.record(Action.PERSON_CHANGED, actor_id=world.user_ids["officer33"], subject=subject)
    db.session.commit()
    return person


def entries_of(content: dict[str, Any], title: str) -> list[dict[str, str]]:
    (section,) = [one for one in content["sections"] if one["title"] == title]
    entries: list[dict[str, str]] = section["entries"]
    return entries


class TestPersonDisclosure:
    def test_json_holds_everything_and_names_nobody_else(
        self, app: Flask, world: World, client_of: Open
    ):
        with app.app_context():
            person_id = make_full_person(world).id

        response = client_of("officer33").get(f"/personal/{person_id}/auskunft.json")

        assert response.content_type == "application/json; charset=utf-8"
        assert response.headers["Cache-Control"] == "no-store"
        content = json.loads(response.text)
        master = {one["Angabe"]: one["Wert"] for one in entries_of(content, "Stammdaten")}
        assert master == {"Personalnummer": "0815", "Nachname": "Özdemir", "Vorname": "Ayşe"}
        (assignment,) = entries_of(content, "Zuordnungen")
        assert assignment["Bürgerkontakt"] == "ja"
        assert assignment["Führungskraft"] == "nein"
        (training,) = entries_of(content, "Schulungen")
        assert training["Titel"] == "Interkulturelle Kommunikation"
        (proof,) = entries_of(content, "Nachweise")
        assert "oezdemir.pdf" in proof["Nachweis"]
        (change,) = entries_of(content, "Geschichte der Einträge")
        assert (change["Grund"], change["Vorgang"]) == ("Tippfehler", "berichtigt")
        (question,) = entries_of(content, "Anfragen zur Anerkennung")
        assert question["Antwort"] == "Leider nicht."
        assert question["Entscheidung"] == "nicht anerkannt"
        states = entries_of(content, "Importe von Personallisten")
        assert [one["Davor"].splitlines()[1] for one in states] == ["Nachname: Yilmaz"] * 2
        events = entries_of(content, "Protokoll")
        assert [one["Betrifft"].split()[0] for one in events] == ["Person", "Interkulturelle"]
        assert "officer33" not in response.text
        assert "24 Monate nach dem letzten Arbeitstag" in response.text

    def test_pdf_is_tagged_and_says_the_same(self, app: Flask, world: World, client_of: Open):
        with app.app_context():
            person_id = make_full_person(world).id

        response = client_of("officer33").get(f"/personal/{person_id}/auskunft.pdf")

        with pikepdf.open(BytesIO(response.data)) as pdf:
            assert pdf.Root.MarkInfo.Marked
            assert str(pdf.Root.Lang) == "de"
        document = pypdfium2.PdfDocument(response.data)
        text = " ".join("".join(page.get_textpage().get_text_range() for page in document).split())
        for expected in ("Auskunft über Ayşe Özdemir", "0815", "Artikel 15 DSGVO", "Tippfehler"):
            assert expected in text

    def test_the_audit_trail_says_who_asked_and_about_whom(
        self, app: Flask, world: World, client_of: Open
    ):
        with app.app_context():
            person_id = make_full_person(world).id
        officer = client_of("officer33")
        officer.get(f"/personal/{person_id}/auskunft.json")
        officer.get(f"/personal/{person_id}/auskunft.pdf")

        with app.app_context():
            action = AuditEvent.action == Action.PERSON_DATA_EXPORTED.value
            events = db.session.scalars(select(AuditEvent).where(action)).all()
            told = [(one.actor_id, one.subject, one.details) for one in events]
        assert told == [(world.user_ids["officer33"], f"Person {person_id}", "")] * 2

    def test_a_number_that_somebody_had_before_tells_nothing_of_them(
        self, app: Flask, world: World, client_of: Open
    ):
        with app.app_context():
            person = make_person("1", unit=world.unit_ids["33"])
            subject = f"Person {person.id}"
            for action in (Action.PERSON_ADDED, Action.PERSON_DELETED, Action.PERSON_MOVED):
                audit.record(action, actor_id=None, subject=subject)
            db.session.commit()
            person_id = person.id
        response = client_of("officer33").get(f"/personal/{person_id}/auskunft.json")
        events = entries_of(json.loads(response.text), "Protokoll")
        assert [one["Vorgang"] for one in events] == [Action.PERSON_MOVED.label]


class TestOwnData:
    def test_everything_about_the_own_account(self, app: Flask, world: World, client_of: Open):
        with app.app_context():
            audit.record(Action.UNIT_CHANGED, actor_id=world.user_ids["admin"], subject="33")
            db.session.commit()
        response = client_of("head33").get("/konto/daten.json")

        content = json.loads(response.text)
        account = {one["Angabe"]: one["Wert"] for one in entries_of(content, "Konto")}
        assert account["E-Mail-Adresse"] == world.email("head33")
        assert len(entries_of(content, "Rollen")) == 1
        assert len(entries_of(content, "Sitzungen")) == 1
        assert [one["Vorgang"] for one in entries_of(content, "Protokoll")] == ["Anmeldung"]
        assert "password" not in response.text
        assert "argon2" not in response.text

    def test_as_pdf_with_an_event(self, app: Flask, client_of: Open):
        response = client_of("head33").get("/konto/daten.pdf")
        assert response.data.startswith(b"%PDF-")
        with app.app_context():
            assert db.session.scalars(select(AuditEvent.action)).all()[-1] == "own-data-exported"

    def test_the_account_page_leads_there(self, client_of: Open):
        assert "/konto/daten.pdf" in client_of("nobody").get("/konto").text


class TestDeletion:
    def test_all_that_is_stored_goes(self, app: Flask, world: World, client_of: Open):
        with app.app_context():
            person = make_full_person(world, last_day=clock.today() - DAY)
            make_delivery(world, make_part(world, "33", closed_at=LONG_AGO))
            db.session.commit()
            person_id = person.id
            delivered = db.session.scalars(select(Delivery.content)).all()
        officer = client_of("officer33")
        page = officer.get(f"/personal/{person_id}/loeschen").text
        assert "1 Schulung mit" in page
        assert "1 Zertifikat;" in page

        response = officer.send(f"/personal/{person_id}/loeschen", {})

        assert response.location == "/personal"
        assert "Özdemir, Ayşe ist gelöscht" in officer.get("/personal").text
        with app.app_context():
            for table in (
                *(Person, Assignment, TrainingRecord, TrainingEvent, Evidence, Certificate),
                *(RecognitionQuestion, StaffImportChange),
            ):
                assert db.session.query(table).count() == 0, table
            assert db.session.scalars(select(Delivery.content)).all() == delivered
            assert db.session.query(StaffImport).count() == 1
        assert_nothing_names(app, "zdemir", "oezdemir", "0815", "Yilmaz", "Ay\\u015fe")

    def test_the_trail_says_who_deleted_a_number(self, app: Flask, world: World, client_of: Open):
        with app.app_context():
            person_id = make_full_person(world, last_day=clock.today() - DAY).id
        client_of("officer33").send(f"/personal/{person_id}/loeschen", {})
        with app.app_context():
            event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
            assert event is not None
            assert (event.action, event.subject) == ("person-deleted", f"Person {person_id}")
            assert event.details == "auf Antrag"

    @pytest.mark.parametrize("last_day", [None, date(2099, 1, 1)])
    def test_whoever_works_here_stays(
        self, app: Flask, world: World, client_of: Open, last_day: date | None
    ):
        with app.app_context():
            person_id = make_full_person(world, last_day=last_day).id
        officer = client_of("officer33")
        page = officer.get(f"/personal/{person_id}/loeschen").text
        assert "Artikel 17 Absatz 3" in page
        assert "Endgültig löschen" not in page
        response = officer.send(f"/personal/{person_id}/loeschen", {})
        assert response.location == f"/personal/{person_id}/loeschen"
        with app.app_context():
            assert db.session.query(Person).count() == 1

    def test_whom_an_open_request_counts_stays(self, app: Flask, world: World, client_of: Open):
        with app.app_context():
            left_on = clock.today() - DAY
            person_id = make_full_person(world, last_day=left_on).id
            make_request(world, title="Herbst", reference_date=left_on)
            db.session.commit()
        page = client_of("officer33").get(f"/personal/{person_id}/loeschen").text
        assert "Die Anforderung „Herbst“ zum Stichtag" in page

    def test_a_question_about_others_too_stays_for_them(self, app: Flask, world: World):
        with app.app_context():
            person = make_full_person(world)
            question = db.session.scalars(select(RecognitionQuestion)).one()
            other = make_training(make_person("2", unit=world.unit_ids["33"]))
            other.question = question
            db.session.commit()
            forget_people([person.id], actor_id=None, why="")
            db.session.commit()
            (left,) = db.session.scalars(select(RecognitionQuestion))
            assert left.certificate_id is None
            assert [one.id for one in left.records] == [other.id]

    def test_no_table_but_these_refers_to_people(self):
        """A new one must be told to forget_people and to the disclosure."""
        referring = {
            table.name
            for table in Base.metadata.sorted_tables
            for key in table.foreign_keys
            if key.column is Person.__table__.c.id
        }
        assert referring == {"assignment", "training_record"}


def assert_nothing_names(app: Flask, *words: str) -> None:
    """Look for words in every text of every table."""
    with app.app_context():
        for table in Base.metadata.sorted_tables:
            for row in db.session.execute(select(table)):
                text = repr([value for value in row if not isinstance(value, bytes)])
                assert not [word for word in words if word in text], (table.name, text)


class TestEmptiedCertificate:
    @pytest.fixture
    def certificate_id(self, app: Flask, world: World) -> Any:
        with app.app_context():
            person = make_person("1", unit=world.unit_ids["33"])
            certificate = make_training(person, evidence=EvidenceKind.CERTIFICATE).evidence[0]
            emptied = certificate.certificate
            assert emptied is not None
            emptied.sha256 = emptied.filename = ""
            db.session.commit()
            return emptied.id, person.id

    @pytest.mark.parametrize("ending", ["", "/ansehen", "/seite.png"])
    def test_every_way_to_the_file_says_that_it_is_gone(self, client_of, certificate_id, ending):
        response = client_of("officer33").get(f"/zertifikate/{certificate_id[0]}{ending}")
        assert response.status_code == 404
        assert "nach Ablauf seiner Aufbewahrungsfrist gelöscht" in response.text

    def test_the_person_keeps_the_proof(self, client_of, certificate_id):
        page = client_of("officer33").get(f"/personal/{certificate_id[1]}").text
        assert "Zertifikat, nach Ablauf seiner Frist gelöscht" in page
        assert f"/zertifikate/{certificate_id[0]}" not in page

    def test_an_unrelated_file_is_not_taken_for_it(self, app: Flask):
        with app.app_context():
            assert not make_certificate().is_emptied


class TestAuditTrail:
    @pytest.mark.parametrize(
        ("action", "age_days", "goes"),
        [
            ("login", 31, True),
            ("logout", 31, True),
            ("login-failed", 29, False),
            ("user-changed", 364, False),
            ("user-changed", 366, True),
        ],
    )
    def test_the_database_lets_only_old_events_go(
        self, app: Flask, action: str, age_days: int, goes: bool
    ):
        with app.app_context():
            at = datetime.now(UTC) - age_days * DAY
            db.session.add(AuditEvent(at=at, action=action))
            db.session.commit()
            event = db.session.scalars(select(AuditEvent)).one()
            if not goes:
                db.session.delete(event)
                with pytest.raises(DBAPIError, match="append-only"):
                    db.session.flush()
                db.session.rollback()
                return
            event.details = "anders"
            with pytest.raises(DBAPIError, match="append-only"):
                db.session.flush()
            db.session.rollback()
            db.session.delete(event)
            db.session.commit()
            assert db.session.query(AuditEvent).count() == 0


def test_the_page_of_the_periods(app: Flask, world: World, client_of: Open):
    with app.app_context():
        make_person("1", unit=world.unit_ids["33"], last_day=date(2020, 1, 1))
        audit.record(Action.RETENTION_RUN, actor_id=None, details="Gelesene Nachrichten: 3")
        db.session.commit()
    page = client_of("admin").get("/loeschfristen").text
    assert "24 Monate nach dem letzten Arbeitstag" in page
    assert '<td class="kern-table__cell numeric" data-label="Jetzt fällig">1</td>' in page
    assert "Gelesene Nachrichten: 3" in page
    assert "Muster" not in page
