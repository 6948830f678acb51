"""Delete people with everything that is kept about them; numbers that were delivered stay.

The audit trail never named them: it says „Person 17“ and „… (Eintrag 23)“. With the person goes
the only row that says who that was, so that nothing in it has to be changed, which the database
would refuse anyway.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import delete, func, select, update

from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db
from selfcheck.errors import ConflictError
from selfcheck.evaluation.models import EvaluationRequest
from selfcheck.staff.kinds import Touched
from selfcheck.staff.models import Assignment, Person, StaffImportChange
from selfcheck.training.models import (
    Certificate,
    CertificateContent,
    Evidence,
    RecognitionQuestion,
    TrainingEvent,
    TrainingRecord,
    WaitingText,
)

ON_REQUEST, BY_PERIOD = "auf Antrag", "nach Ablauf der Frist"
BY_IDS = {"synchronize_session": False}


def find_obstacle(person: Person, today: date) -> str:
    """Return why a person cannot be deleted on request yet, in a sentence; empty: nothing.

    As long as somebody works for the city, or an open request counts them, the city needs the
    data for its task (Art. 17 (3) b GDPR).
    """
    last_days = [one.last_day for one in person.assignments]
    if any(day is None or day >= today for day in last_days):
        return (
            "Die Person arbeitet noch in einer Organisationseinheit. Solange wird gebraucht, was "
            "über sie gespeichert ist (Artikel 17 Absatz 3 Buchstabe b DSGVO). Wurde sie "
            "irrtümlich angelegt, so tragen Sie bitte zuerst das Ende der Zuordnung ein."
        )
    left_on = max(day for day in last_days if day is not None)
    query = (
        select(EvaluationRequest)
        .where(EvaluationRequest.closed_at.is_(None), EvaluationRequest.reference_date <= left_on)
        .order_by(EvaluationRequest.reference_date)
        .limit(1)
    )
    request = db.session.scalar(query)
    if request is None:
        return ""
    return (
        f"Die Anforderung „{request.title}“ zum Stichtag {request.reference_date:%d.%m.%Y} ist "
        "noch offen und zählt diese Person (Artikel 17 Absatz 3 Buchstabe b DSGVO). Löschen "
        "können Sie sie, sobald das Haupt- und Personalamt die Anforderung geschlossen hat."
    )


class Going(NamedTuple):
    """How much goes with a person."""

    trainings: int
    files: int


def count_what_goes(person: Person) -> Going:
    """Count the trainings of a person and the files that prove nobody else's."""
    records = select(TrainingRecord.id).where(TrainingRecord.person_id == person.id)
    own = select(Evidence.certificate_id).where(Evidence.record_id.in_(records))
    others = select(Evidence.certificate_id).where(
        Evidence.record_id.not_in(records), Evidence.certificate_id.is_not(None)
    )
    files = select(Certificate.id).where(Certificate.id.in_(own), Certificate.id.not_in(others))
    counts = [select(func.count()).select_from(one.subquery()) for one in (records, files)]
    query = select(*(one.scalar_subquery() for one in counts))
    return Going(*db.session.execute(query).one())


def delete_person(person: Person, *, today: date, actor_id: int) -> None:
    """Delete a person on request; raises ConflictError with the reason where it must not be."""
    if obstacle := find_obstacle(person, today):
        raise ConflictError(obstacle)
    forget_people([person.id], actor_id=actor_id, why=ON_REQUEST)


def forget_people(person_ids: Sequence[int], *, actor_id: int | None, why: str) -> None:
    """Delete these people, and all that only they have: a few hundred at most.

    A file that also proves somebody else's training stays.
    """
    # Nobody enters anything for these people meanwhile.
    ours = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id)
    db.session.execute(ours.with_for_update())
    records = select(TrainingRecord.id).where(TrainingRecord.person_id.in_(person_ids))
    proofs = Evidence.record_id.in_(records)
    files = set(db.session.scalars(select(Evidence.certificate_id).where(proofs).distinct()))
    of_them = TrainingRecord.person_id.in_(person_ids)
    questions = set(
        db.session.scalars(select(TrainingRecord.question_id).where(of_them).distinct())
    )
    for query in (
        delete(TrainingEvent).where(TrainingEvent.record_id.in_(records)),
        delete(Evidence).where(proofs),
        delete(TrainingRecord).where(of_them),
    ):
        db.session.execute(query, execution_options=BY_IDS)
    _delete_questions(questions - {None})
    _delete_files(files - {None})
    _delete_import_states(person_ids)
    for query in (
        delete(Assignment).where(Assignment.person_id.in_(person_ids)),
        delete(Person).where(Person.id.in_(person_ids)),
    ):
        db.session.execute(query, execution_options=BY_IDS)
    db.session.expire_all()
    for person_id in person_ids:  # SQLite may give the number to somebody else: this ends its story
        subject = f"Person {person_id}"
        audit.record(Action.PERSON_DELETED, actor_id=actor_id, subject=subject, details=why)
    db.session.flush()


def _delete_questions(ids: Collection[int | None]) -> None:
    """Delete questions that were asked about these people alone; what is typed may name them."""
    others = select(TrainingRecord.question_id).where(TrainingRecord.question_id.in_(ids))
    gone = delete(RecognitionQuestion).where(
        RecognitionQuestion.id.in_(ids), RecognitionQuestion.id.not_in(others)
    )
    db.session.execute(gone, execution_options=BY_IDS)


def _delete_files(ids: Collection[object]) -> None:
    """Delete certificates that prove nothing any more."""
    used = select(Evidence.certificate_id).where(Evidence.certificate_id.in_(ids))
    orphans = list(
        db.session.scalars(
            select(Certificate.id).where(Certificate.id.in_(ids), Certificate.id.not_in(used))
        )
    )
    attached = RecognitionQuestion.certificate_id.in_(orphans)
    for query in (
        update(RecognitionQuestion).where(attached).values(certificate_id=None),
        delete(WaitingText).where(WaitingText.certificate_id.in_(orphans)),
        delete(CertificateContent).where(CertificateContent.certificate_id.in_(orphans)),
        delete(Certificate).where(Certificate.id.in_(orphans)),
    ):
        db.session.execute(query, execution_options=BY_IDS)


def _delete_import_states(person_ids: Sequence[int]) -> None:
    """Delete what imports keep about these people in order to be taken back."""
    assignments = list(
        db.session.scalars(select(Assignment.id).where(Assignment.person_id.in_(person_ids)))
    )
    change = StaffImportChange
    for kind, ids in ((Touched.PERSON, person_ids), (Touched.ASSIGNMENT, assignments)):
        query = delete(change).where(change.touched == kind, change.object_id.in_(ids))
        db.session.execute(query, execution_options=BY_IDS)
