"""Record a training for one person or many, correct and withdraw it, prove it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.db import db
from selfcheck.documents import DocumentRefused, inspect
from selfcheck.errors import DomainError, InvalidError
from selfcheck.staff.models import Person
from selfcheck.staff.reach_service import list_people, list_people_by_number
from selfcheck.training import evidence_service, record_service
from selfcheck.training.contents import EXAMPLES
from selfcheck.training.forms import (
    CorrectTrainingForm,
    EvidenceForm,
    NewTrainingForm,
    RemoveEvidenceForm,
    WithdrawForm,
)
from selfcheck.training.inputs import EvidenceInput
from selfcheck.training.kinds import LengthUnit
from selfcheck.training.lengths import amount_of, describe_hours
from selfcheck.training.limits import MAX_PEOPLE, MAX_UPLOAD_BYTES
from selfcheck.training.mandates import CURRENT_MANDATE
from selfcheck.training.models import TrainingRecord
from selfcheck.training.record_service import DuplicateTrainingError, is_bound_by_question

blueprint = Blueprint("trainings", __name__, url_prefix="/schulungen")


@blueprint.route("/neu", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_STAFF)
@access.keeps_typed_text
@access.takes_files(MAX_UPLOAD_BYTES)
def record_training() -> ResponseReturnValue:
    """Record a training for the chosen people, with what proves it."""
    form = NewTrainingForm(people=" ".join(request.args.getlist("person")))
    given, refusal = _sent_evidence(form)
    chosen = _list(form.person_ids)
    duplicate = None
    is_valid = form.validate_on_submit()
    if refusal:
        form.files.errors = [refusal]
    elif is_valid:
        try:
            people = _with_numbers(form, chosen)
            records = record_service.record_trainings(
                people, form.training, actor_id=current_user.id
            )
            evidence_service.add_evidence(records, given, user=current_user, day=clock.today())
        except DuplicateTrainingError as error:
            db.session.rollback()
            form.show_error(error)
            duplicate = error
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            return _confirm_recording(records)
    page = render_template(
        "training/new.html",
        form=form,
        chosen=_list(form.person_ids),
        duplicate=duplicate,
        **_figures(),
    )
    return page, form.status


@blueprint.route("/<int:record_id>/berichtigen", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_STAFF)
@access.keeps_typed_text
def correct_training(record_id: int) -> ResponseReturnValue:
    """Correct a record, with a reason that the history keeps."""
    record = _get_record(record_id)
    form = CorrectTrainingForm(data=_fields_of(record))
    duplicate = None
    if form.validate_on_submit():
        try:
            changed = record_service.correct_record(
                record,
                form.training,
                reason=form.reason.data or "",
                revision=form.shown_revision,
                actor_id=current_user.id,
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
            duplicate = error if isinstance(error, DuplicateTrainingError) else None
        else:
            return _save(record, "Berichtigt." if changed else "Es war nichts zu ändern.")
    page = render_template(
        "training/correct.html",
        form=form,
        record=record,
        is_bound=is_bound_by_question(record),
        duplicate=duplicate,
        **_figures(),
    )
    return page, form.status


@blueprint.route("/<int:record_id>/zurueckziehen", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_STAFF)
@access.keeps_typed_text
def withdraw_training(record_id: int) -> ResponseReturnValue:
    """Ask for the reason, then take a record out of all counts."""
    record = _get_record(record_id)
    form = WithdrawForm(revision=record.revision)
    if form.validate_on_submit():
        try:
            record_service.withdraw_record(
                record,
                reason=form.reason.data or "",
                revision=form.shown_revision,
                actor_id=current_user.id,
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            return _save(record, f"„{record.title}“ ist zurückgezogen und zählt nicht mehr.")
    return render_template("training/withdraw.html", form=form, record=record), form.status


@blueprint.route("/<int:record_id>/nachweis", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_STAFF)
@access.takes_files(MAX_UPLOAD_BYTES)
def add_evidence(record_id: int) -> ResponseReturnValue:
    """Add a certificate, or confirm that the original was seen."""
    form = EvidenceForm()
    given, refusal = _sent_evidence(form)
    record = _get_record(record_id)
    record_service.check_is_valid(record)
    is_valid = form.validate_on_submit()
    if refusal:
        form.files.errors = [refusal]
    elif is_valid:
        try:
            if not given.documents and given.seen_on is None:
                raise InvalidError(
                    "Bitte wählen Sie eine Datei, oder geben Sie an, wann Sie das Original "
                    "gesehen haben.",
                    field="files",
                )
            evidence_service.add_evidence([record], given, user=current_user, day=clock.today())
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            return _save(record, f"Der Nachweis für „{record.title}“ ist gespeichert.")
    return render_template("training/evidence.html", form=form, record=record), form.status


@blueprint.route("/<int:record_id>/nachweise/<int:evidence_id>/entfernen", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_STAFF)
@access.keeps_typed_text
def remove_evidence(record_id: int, evidence_id: int) -> ResponseReturnValue:
    """Ask for the reason, then take a wrong proof away."""
    record = _get_record(record_id)
    record_service.check_is_valid(record)
    evidence = evidence_service.get_evidence(record, evidence_id)
    form = RemoveEvidenceForm()
    if form.validate_on_submit():
        evidence_service.remove_evidence(
            evidence, reason=form.reason.data or "", actor_id=current_user.id
        )
        return _save(record, "Der Nachweis ist entfernt.")
    page = render_template(
        "training/remove_evidence.html",
        form=form,
        record=record,
        description=evidence_service.describe_evidence(evidence),
    )
    return page, form.status


def _get_record(record_id: int) -> TrainingRecord:
    return record_service.get_record(
        current_user,
        record_id,
        Permission.MANAGE_STAFF,
        day=clock.today(),
        lock=request.method == "POST",
    )


def _list(person_ids: list[int]) -> list[Person]:
    if not person_ids:
        return []
    return list_people(current_user, person_ids, Permission.MANAGE_STAFF, day=clock.today())


def _with_numbers(form: NewTrainingForm, chosen: list[Person]) -> list[Person]:
    """Return the chosen people and those whose numbers were typed, each once.

    Raises InvalidError for a number that is not one of the user's people.
    """
    numbers = form.listed_numbers
    if len(numbers) + len(chosen) > MAX_PEOPLE:
        raise InvalidError(f"Bitte höchstens {MAX_PEOPLE} Personen auf einmal.", field="numbers")
    found = list_people_by_number(current_user, numbers, Permission.MANAGE_STAFF, day=clock.today())
    missing = [one for one in numbers if one not in {person.number for person in found}]
    if missing:
        shown = ", ".join(f"„{number[:50]}“" for number in missing[:10])
        raise InvalidError(
            f"In Ihren Einheiten gibt es diese Personalnummern nicht: {shown}.", field="numbers"
        )
    people = list({person.id: person for person in (*chosen, *found)}.values())
    if not people:
        raise InvalidError(
            "Bitte geben Sie an, für wen: die Personalnummern, oder kreuzen Sie die Personen in "
            "der Personalliste an.",
            field="numbers",
        )
    return people


def _sent_evidence(form: NewTrainingForm | EvidenceForm) -> tuple[EvidenceInput, str]:
    """Return what was sent as proof, inspected and scanned, and why a file cannot be kept.

    Comes before the first look into the database: nobody shall wait for a scanner.
    """
    if not form.is_submitted():
        return EvidenceInput(), ""
    documents = []
    for file in request.files.getlist("files"):
        if not file.filename:
            continue
        try:
            document = inspect(file.read(), file.filename)
            evidence_service.scan_document(document)
        except DocumentRefused as error:
            return EvidenceInput(), str(error)
        documents.append(document)
    return EvidenceInput(documents=tuple(documents), seen_on=form.seen_on.data), ""


def _figures() -> dict[str, object]:
    """Return what the fields of a training say about the mandate."""
    return {
        "examples": EXAMPLES,
        "mandate": CURRENT_MANDATE,
        "minimum": describe_hours(CURRENT_MANDATE.minimum_minutes),
        "lesson_minutes": LengthUnit.LESSONS.minutes,
    }


def _fields_of(record: TrainingRecord) -> dict[str, object]:
    entered = record_service.entered_in(record)
    amount = amount_of(entered.duration_minutes, entered.length_unit)
    return {
        "revision": record.revision,
        "title": entered.title,
        "provider": entered.provider,
        "area": entered.area.value if entered.area else "",
        "format": entered.format.value,
        "origin": entered.origin.value,
        "first_day": entered.first_day,
        "last_day": entered.last_day,
        "amount": f"{amount:f}".replace(".", ","),
        "length_unit": entered.length_unit.value,
    }


def _confirm_recording(records: list[TrainingRecord]) -> ResponseReturnValue:
    first = records[0]
    title, person_id, name = first.title, first.person_id, first.person.name
    proved = bool(first.evidence)
    db.session.commit()
    whom = name if len(records) == 1 else f"{len(records)} Personen"
    hint = "" if proved else " Es fehlt noch der Nachweis."
    flash(f"„{title}“ ist für {whom} eingetragen.{hint}", "success")
    if len(records) == 1:
        return redirect(url_for("people.show_person", person_id=person_id))
    return redirect(url_for("people.list_people"))


def _save(record: TrainingRecord, told: str) -> ResponseReturnValue:
    person_id = record.person_id
    db.session.commit()
    flash(told, "success")
    return redirect(url_for("people.show_person", person_id=person_id))
