"""Gather what is stored about an employee in the staff list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, func, or_, select

from selfcheck import clock
from selfcheck.audit.actions import Action
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db
from selfcheck.retention.disclosure import Disclosure, Section
from selfcheck.retention.due_service import current_periods
from selfcheck.retention.wording import tell_about_person
from selfcheck.staff.kinds import Touched
from selfcheck.staff.models import Assignment, Person, StaffImport, StaffImportChange
from selfcheck.staff.periods import SINCE_ALWAYS
from selfcheck.staff.service import subject_of
from selfcheck.training.evidence_service import describe_evidence
from selfcheck.training.kinds import EvidenceKind
from selfcheck.training.lengths import describe_length
from selfcheck.training.models import Evidence, TrainingRecord
from selfcheck.training.recognition_service import describe_outcome
from selfcheck.training.record_service import list_records

ACTION_LABELS = {action.value: action.label for action in Action}


def disclose_person(person: Person) -> Disclosure:
    """Return everything that is stored about a person, but the files of certificates."""
    records = list_records(person)
    sections = [
        Section(
            "Stammdaten",
            ("Angabe", "Wert"),
            [
                ("Personalnummer", person.number),
                ("Nachname", person.last_name),
                ("Vorname", person.first_name),
            ],
        ),
        _assignments(person),
        _trainings(records),
        _evidence(records),
        _history(records),
        _questions(records),
        _import_states(person),
        _events(person, records),
    ]
    return Disclosure(
        title=f"Auskunft über {person.first_name} {person.last_name}",
        city=current_app.extensions["selfcheck"].city_name,
        made_at=clock.now().astimezone(clock.city_time_zone()),
        about=tell_about_person(current_periods()),
        sections=sections,
    )


def tell_moment(moment: datetime | None) -> str:
    """Return a moment in the city's time; empty for none."""
    if moment is None:
        return ""
    return f"{moment.astimezone(clock.city_time_zone()):%d.%m.%Y, %H:%M} Uhr"


def _assignments(person: Person) -> Section:
    columns = (
        "Organisationseinheit",
        "Erster Tag",
        "Letzter Tag",
        "Führungskraft",
        "Bürgerkontakt",
        "Medienarbeit",
    )
    return Section("Zuordnungen", columns, [_assignment(one) for one in person.assignments])


def _assignment(one: Assignment) -> tuple[str, ...]:
    return (
        one.unit.label,
        "nicht angegeben" if one.first_day == SINCE_ALWAYS else f"{one.first_day:%d.%m.%Y}",
        f"{one.last_day:%d.%m.%Y}" if one.last_day else "",
        *("ja" if mark else "nein" for mark in _marks(one)),
    )


def _marks(one: Assignment) -> tuple[bool, bool, bool]:
    return one.is_manager, one.has_citizen_contact, one.does_media_work


def _trainings(records: Sequence[TrainingRecord]) -> Section:
    columns = (
        "Titel",
        "Anbieter",
        "Kompetenz",
        "Format",
        "Herkunft",
        "Beginn",
        "Ende",
        "Umfang",
        "Eingetragen",
        "Zurückgezogen",
    )
    rows = [
        (
            one.title,
            one.provider,
            one.area.value if one.area else "noch zu klären",
            one.format.value,
            one.origin.value,
            f"{one.first_day:%d.%m.%Y}",
            f"{one.last_day:%d.%m.%Y}",
            describe_length(one.duration_minutes, one.length_unit),
            tell_moment(one.recorded_at),
            tell_moment(one.withdrawn_at),
        )
        for one in records
    ]
    return Section("Schulungen", columns, rows)


def _evidence(records: Sequence[TrainingRecord]) -> Section:
    rows = [
        (record.title, _describe_evidence(one), tell_moment(one.added_at))
        for record in records
        for one in record.evidence
    ]
    return Section("Nachweise", ("Schulung", "Nachweis", "Hinzugefügt"), rows)


def _describe_evidence(evidence: Evidence) -> str:
    if evidence.kind is EvidenceKind.SEEN and evidence.seen_on:  # by whom is somebody else's data
        return f"Original gesehen am {evidence.seen_on:%d.%m.%Y}, nicht gespeichert"
    told = describe_evidence(evidence)
    file = evidence.certificate
    if file is None or file.is_emptied:
        return told
    return f"{told}, {file.size_bytes / 1024:.0f} kB, hochgeladen {tell_moment(file.uploaded_at)}"


def _history(records: Sequence[TrainingRecord]) -> Section:
    rows = [
        (
            record.title,
            tell_moment(one.at),
            one.kind.label,
            one.reason,
            "\n".join(f"{label}: {old or '–'} → {new}" for label, old, new in one.changes),
        )
        for record in records
        for one in record.events
    ]
    columns = ("Schulung", "Zeitpunkt", "Vorgang", "Grund", "Änderungen")
    return Section("Geschichte der Einträge", columns, rows)


def _questions(records: Sequence[TrainingRecord]) -> Section:
    questions = {one.question.id: one.question for one in records if one.question is not None}
    rows = [
        (
            one.title,
            one.provider,
            tell_moment(one.asked_at),
            one.content,
            one.question,
            "offen" if one.is_open else describe_outcome(one),
            tell_moment(one.decided_at),
            one.answer,
        )
        for one in questions.values()
    ]
    columns = (
        "Schulung",
        "Anbieter",
        "Gestellt",
        "Inhalt",
        "Frage",
        "Entscheidung",
        "Entschieden",
        "Antwort",
    )
    return Section("Anfragen zur Anerkennung", columns, rows)


def _import_states(person: Person) -> Section:
    """Return what imports of staff lists keep of a person in order to be taken back."""
    change = StaffImportChange
    assignments = [one.id for one in person.assignments]
    query = (
        select(StaffImport.applied_at, change.before, change.after)
        .join(StaffImport, StaffImport.id == change.import_id)
        .where(
            (change.touched == Touched.PERSON) & (change.object_id == person.id)
            | (change.touched == Touched.ASSIGNMENT) & change.object_id.in_(assignments)
        )
        .order_by(StaffImport.applied_at, change.position)
    )
    rows = [
        (tell_moment(applied_at), _describe_state(before), _describe_state(after))
        for applied_at, before, after in db.session.execute(query)
    ]
    return Section("Importe von Personallisten", ("Zeitpunkt", "Davor", "Danach"), rows)


def _describe_state(state: Mapping[str, Any] | None) -> str:
    if state is None:
        return "nicht vorhanden"
    names = {
        "number": "Personalnummer",
        "last_name": "Nachname",
        "first_name": "Vorname",
        "unit_id": "Organisationseinheit (Kennung)",
        "is_manager": "Führungskraft",
        "has_citizen_contact": "Bürgerkontakt",
        "does_media_work": "Medienarbeit",
        "first_day": "Erster Tag",
        "last_day": "Letzter Tag",
    }
    return "\n".join(
        f"{label}: {_describe_value(state[key])}" for key, label in names.items() if key in state
    )


def _describe_value(value: object) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nein"
    return "–" if value is None else str(value)


def _events(person: Person, records: Sequence[TrainingRecord]) -> Section:
    query = select(AuditEvent).where(_is_about(person, records)).order_by(AuditEvent.id)
    rows = [
        (
            tell_moment(one.at),
            ACTION_LABELS.get(one.action, one.action),
            one.subject,
            one.details,
        )
        for one in db.session.scalars(query)
    ]
    columns = ("Zeitpunkt", "Vorgang", "Betrifft", "Einzelheiten")
    return Section("Protokoll", columns, rows)


def _is_about(person: Person, records: Sequence[TrainingRecord]) -> ColumnElement[bool]:
    """Return the condition: an event speaks of this person, one of the records or files.

    SQLite may give the number of somebody who was deleted to somebody else, whose story begins
    afterwards.
    """
    event = AuditEvent
    subject = subject_of(person)
    deleted = select(func.coalesce(func.max(event.id), 0)).where(
        event.subject == subject, event.action == Action.PERSON_DELETED.value
    )
    conditions: list[ColumnElement[bool]] = [
        (event.subject == subject) & (event.id > deleted.scalar_subquery())
    ]
    for record in records:
        ending = f"(Eintrag {record.id})"
        conditions.append(event.subject.endswith(ending) & (event.at >= record.recorded_at))
        files = [one.certificate_id for one in record.evidence if one.certificate_id]
        conditions.append(event.subject.in_([f"Zertifikat {one}" for one in files]))
    return or_(*conditions)
