"""The demo city trains: staff of all kinds, every verdict, real certificates. Only reading."""

import io
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import pikepdf
import pytest
from backends import BackendApp
from flask import Flask
from sqlalchemy import func, select

from selfcheck.accounts.models import Grant, User
from selfcheck.accounts.permissions import Permission, Role
from selfcheck.db import db
from selfcheck.demo.checks import LAST_DAY
from selfcheck.demo.people import PEOPLE
from selfcheck.documents import MediaType, inspect, text_of
from selfcheck.organisation.models import Unit
from selfcheck.staff.models import Assignment, Person
from selfcheck.training.evidence_service import get_certificate
from selfcheck.training.kinds import Area, EvidenceKind, Format, Origin, Outcome, RecordEvent
from selfcheck.training.lengths import minutes_of
from selfcheck.training.mandates import CURRENT_MANDATE
from selfcheck.training.models import (
    Certificate,
    CertificateContent,
    Evidence,
    RecognitionQuestion,
    TrainingEvent,
    TrainingRecord,
    WaitingText,
)
from selfcheck.training.overview_service import list_standings
from selfcheck.training.reading.certificate import read_certificate
from selfcheck.training.reading.guess import Certainty
from selfcheck.training.reading.people import Listed, PeopleIndex
from selfcheck.training.standing import Standing, State, count_progress

pytestmark = pytest.mark.slow

END_OF_LAST_DAY = datetime(2026, 11, 20, 23, tzinfo=UTC)
SHOWN_OFFICES = ("33", "50")


@pytest.fixture(scope="module")
def demo(backend_app: BackendApp) -> Flask:
    """The demo city, loaded once for all tests here."""
    backend_app.reset()
    result = backend_app.app.test_cli_runner().invoke(args=["demo"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return backend_app.app


@pytest.fixture(autouse=True)
def in_the_demo(demo: Flask):
    with demo.app_context():
        yield


def officer_of(unit: str) -> User:
    email = f"fortbildung.{unit}@stadt.example"
    return db.session.scalars(select(User).where(User.email == email)).one()


def standings_of_the_city() -> list[Standing]:
    """Ask for everybody, as somebody would who is the officer of all units."""
    tops = db.session.scalars(select(Unit.id).where(Unit.parent_id.is_(None)))
    grants = [Grant(role=Role.TRAINING_OFFICER, unit_id=unit_id) for unit_id in tops]
    return list_standings(User(grants=grants), CURRENT_MANDATE, day=LAST_DAY)


def test_some_two_thousand_people_work_in_all_units():
    assert 1_900 <= db.session.scalar(select(func.count(Person.id))) <= 2_100
    sizes = Counter(db.session.scalars(select(Assignment.unit_id)))
    assert sizes.keys() == set(db.session.scalars(select(Unit.id)))
    assert min(sizes.values()) >= 5
    managers = set(db.session.scalars(select(Assignment.unit_id).where(Assignment.is_manager)))
    assert managers == sizes.keys()


def test_people_have_numbers_with_zeros_and_names_of_many_kinds():
    people = list(db.session.scalars(select(Person)))
    numbers = [person.number for person in people]
    assert all(len(number) == 8 and number.isdigit() for number in numbers)
    assert len(set(numbers)) == len(numbers)
    assert any(number.startswith("0") for number in numbers)
    names = Counter(person.name for person in people)
    assert max(names.values()) > 1, "some share a name"
    assert max(map(len, names)) > 40
    letters = set("".join(names))
    assert letters >= set("äöüßŠłıễ")


def test_those_with_a_login_for_a_unit_work_there():
    found = {
        (person.first_name, person.last_name): assignment
        for person, assignment in db.session.execute(
            select(Person, Assignment).join(Assignment, Assignment.person_id == Person.id)
        )
    }
    for login in PEOPLE:
        if login.unit:
            last_name, first_name = login.last_and_first_name
            assert login.name in {f"{first_name} {last_name}", f"{last_name} {first_name}"}
            assignment = found[first_name, last_name]
            assert assignment.unit.number == login.unit
            assert assignment.is_manager == (login.role is Role.UNIT_HEAD)


def test_people_come_leave_and_move_one_after_the_other():
    periods = defaultdict(list)
    for one in db.session.scalars(select(Assignment).order_by(Assignment.first_day)):
        periods[one.person_id].append(one)
    moved = [pair for pair in periods.values() if len(pair) == 2]
    assert len(moved) > 20
    assert all(before.last_day < after.first_day for before, after in moved)
    assert max(map(len, periods.values())) == 2
    last = [own[-1] for own in periods.values()]
    assert sum(one.last_day is not None for one in last) > 20
    assert sum(one.first_day == date(2027, 1, 1) for one in last) == 6
    assert sum(one.first_day.year == 2026 for one in last) > 40


def test_every_state_occurs_and_most_have_fulfilled():
    standings = standings_of_the_city()
    assert len(standings) == db.session.scalar(select(func.count(Person.id)))
    assert {one.state for one in standings} == set(State)
    groups = count_progress(standings).groups
    share = sum(one.fulfilled for one in groups) / sum(one.people for one in groups)
    assert 0.65 <= share <= 0.75


@pytest.mark.parametrize("unit", SHOWN_OFFICES)
def test_the_officers_of_two_offices_find_every_open_state(unit):
    standings = list_standings(officer_of(unit), CURRENT_MANDATE, day=LAST_DAY)
    assert {one.state for one in standings} == set(State)
    groups = count_progress(standings).groups
    assert 0.5 <= sum(one.fulfilled for one in groups) / sum(one.people for one in groups) <= 0.8


def test_some_2400_trainings_of_all_kinds():
    records = list(db.session.scalars(select(TrainingRecord)))
    assert 2_300 <= len(records) <= 2_550
    assert {record.area for record in records} == {*Area, None}
    assert {record.format for record in records} == set(Format)
    assert {record.origin for record in records} == set(Origin)
    groups = Counter((one.title_key, one.provider, one.first_day, one.last_day) for one in records)
    assert 100 <= sum(size > 1 for size in groups.values()) <= 150
    assert all(record.recorded_at < END_OF_LAST_DAY for record in records)


def test_histories_are_in_order_and_add_up():
    events = defaultdict(list)
    for event in db.session.scalars(select(TrainingEvent).order_by(TrainingEvent.id)):
        events[event.record_id].append(event)
    kinds = Counter(event.kind for own in events.values() for event in own)
    assert kinds[RecordEvent.CORRECTED] > 10
    assert kinds[RecordEvent.WITHDRAWN] > 10
    for record in db.session.scalars(select(TrainingRecord)):
        own = events[record.id]
        moments = [record.recorded_at, *(event.at for event in own)]
        assert moments == sorted(moments)
        assert moments[-1] < END_OF_LAST_DAY
        assert record.revision == 1 + len(own)
        is_withdrawn = any(event.kind is RecordEvent.WITHDRAWN for event in own)
        assert is_withdrawn == (not record.is_valid)


def test_evidence_of_all_kinds_came_after_the_training():
    pairs = list(
        db.session.execute(
            select(Evidence, TrainingRecord).join(
                TrainingRecord, TrainingRecord.id == Evidence.record_id
            )
        )
    )
    kinds = Counter(evidence.kind for evidence, _ in pairs)
    assert min(kinds[kind] for kind in EvidenceKind) > 300
    for evidence, record in pairs:
        assert record.last_day <= evidence.added_at.date() <= LAST_DAY
        if evidence.seen_on is not None:
            assert record.last_day <= evidence.seen_on <= evidence.added_at.date()


def test_certificates_are_small_pdfs_that_say_what_is_recorded():
    proved = defaultdict(list)
    for evidence in db.session.scalars(select(Evidence).where(Evidence.certificate_id.isnot(None))):
        proved[evidence.certificate_id].append(evidence.record)
    certificates = list(db.session.scalars(select(Certificate)))
    assert 150 <= len(certificates) <= 250
    assert max(len(own) for own in proved.values()) > 5, "a list serves several"
    for certificate in certificates:
        content = db.session.get_one(CertificateContent, certificate.id).content
        assert len(content) == certificate.size_bytes < 30_000
        document = inspect(content, certificate.filename)
        assert (document.filename, document.sha256) == (certificate.filename, certificate.sha256)
        assert (document.media_type, document.pages) == (MediaType.PDF, 1)
        text = text_of(document)
        reading = read_certificate(text)
        for record in proved[certificate.id]:
            assert f"{record.person.first_name} {record.person.last_name}" in text
            assert reading.last_day.value == record.last_day
            assert minutes_of(reading.amount.value, reading.unit.value) == record.duration_minutes


def test_certificates_are_tagged_and_german():
    content = db.session.scalars(select(CertificateContent).limit(1)).one().content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Lang == "de"


def test_three_certificates_wait_for_the_officer_of_33():
    officer = officer_of("33")
    waiting = list(db.session.scalars(select(Certificate).where(Certificate.is_waiting)))
    assert len(waiting) == 3
    standings = list_standings(officer, CURRENT_MANDATE, day=LAST_DAY)
    people = PeopleIndex(
        Listed(one.person_id, one.number, one.last_name, one.first_name) for one in standings
    )
    states = {one.person_id: one.state for one in standings}
    found = Counter()
    for certificate in waiting:
        assert certificate.uploaded_by == officer
        assert get_certificate(officer, certificate.id, day=LAST_DAY) is certificate
        text = db.session.get_one(WaitingText, certificate.id).text
        reading, named = read_certificate(text), people.find(text)
        guesses = (reading.title, reading.first_day, reading.last_day, reading.amount, reading.unit)
        assert {guess.certainty for guess in guesses} == {Certainty.SURE}
        assert [match.certainty for match in named.matches] == [Certainty.SURE]
        found[states[named.matches[0].person.person_id]] += 1
    assert found == {State.NO_EVIDENCE: 2, State.NO_TRAINING: 1}


def test_questions_of_several_offices_open_and_decided_both_ways():
    questions = list(db.session.scalars(select(RecognitionQuestion)))
    assert Counter(question.outcome for question in questions) == {
        None: 6,
        Outcome.REJECTED: 3,
        Outcome.RECOGNISED: 3,
    }
    assert len({question.unit.number for question in questions}) == 5
    assert sum(question.certificate is not None for question in questions) == 2
    for question in questions:
        assert question.records, question.title
        assert question.asked_by == officer_of(question.unit.number)
        assert question.asked_by.may(Permission.MANAGE_STAFF)
        assert question.asked_at < (question.decided_at or END_OF_LAST_DAY) <= END_OF_LAST_DAY
        assert (question.decided_by is not None) == (question.outcome is not None)
        for record in question.records:
            assert record.area is question.area
            assert question.asked_at - record.recorded_at < timedelta(days=1)
