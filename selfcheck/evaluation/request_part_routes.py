"""One office of a request, as the Haupt- und Personalamt sees it: numbers, never names."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.db import db
from selfcheck.errors import DomainError, NotFoundError
from selfcheck.evaluation import follow_up_service, part_service, wording
from selfcheck.evaluation.figures import COLUMN_LABELS, QUOTA_LABEL
from selfcheck.evaluation.forms import DeadlineForm, ReopenForm, ReturnForm
from selfcheck.evaluation.letter_service import occasion_of
from selfcheck.evaluation.models import Part
from selfcheck.evaluation.office_service import count_office
from selfcheck.evaluation.part_service import mandate_of, read_delivery, valid_delivery
from selfcheck.evaluation.report_service import find_confirmed_changes
from selfcheck.evaluation.snapshot import find_differences, with_total
from selfcheck.evaluation.states import wall_state
from selfcheck.form_base import GermanForm

blueprint = Blueprint(
    "request_parts", __name__, url_prefix="/anforderungen/<int:request_id>/einheiten"
)
ONE = "/<int:part_id>"
EXTRA_DAYS = 7


@blueprint.get(ONE)
@access.requires(Permission.REQUEST_EVALUATION)
def show_part(request_id: int, part_id: int) -> ResponseReturnValue:
    """Show what an office delivered, what has changed since, and its history."""
    part = _get_part(request_id, part_id)
    count = count_office(part.unit_id, mandate_of(part.request), part.request.reference_date)
    last = valid_delivery(part.deliveries)
    snapshot = read_delivery(last) if last else None
    today = clock.today()
    return render_template(
        "evaluation/request_part.html",
        part=part,
        wall_state=wall_state(part.state, deadline=part.deadline, today=today),
        last=last,
        snapshot=snapshot,
        rows=snapshot.rows if snapshot else count.rows,
        differences=find_differences(snapshot.rows, count.rows) if snapshot else [],
        confirmed_changes=find_confirmed_changes(part.deliveries),
        form=GermanForm(),
        labels=COLUMN_LABELS,
        quota_label=QUOTA_LABEL,
        with_total=with_total,
        today=today,
    )


@blueprint.route(f"{ONE}/zurueckgeben", methods=["GET", "POST"])
@access.requires(Permission.REQUEST_EVALUATION)
@access.keeps_typed_text
def return_delivery(request_id: int, part_id: int) -> ResponseReturnValue:
    """Show the mail that will go out, and give a delivery back with the reason."""
    part = _get_part(request_id, part_id, lock=request.method == "POST")
    last = valid_delivery(part.deliveries)
    form = ReturnForm(data={"deadline": _next_deadline(part)})
    if form.validate_on_submit() and form.deadline.data:
        try:
            follow_up_service.return_delivery(
                part,
                part.deliveries,
                reason=form.reason.data or "",
                deadline=form.deadline.data,
                delivery_id=form.delivery_id,
                actor_id=current_user.id,
                now=clock.now(),
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            db.session.commit()
            flash(f"Zurückgegeben an {part.unit.label}; die Einheit ist benachrichtigt.", "success")
            return redirect(url_for("requests.show_request", request_id=request_id))
    form.delivery.data = str(last.id) if last else ""
    letter = wording.tell_returned(occasion_of(part), form.reason.data or "[Ihre Begründung]")
    page = render_template("evaluation/return.html", form=form, part=part, last=last, letter=letter)
    return page, form.status


@blueprint.route(f"{ONE}/oeffnen", methods=["GET", "POST"])
@access.requires(Permission.REQUEST_EVALUATION)
@access.keeps_typed_text
def reopen_part(request_id: int, part_id: int) -> ResponseReturnValue:
    """Let an office deliver once more, without a word against what it delivered."""
    part = _get_part(request_id, part_id, lock=request.method == "POST")
    form = ReopenForm(data={"deadline": _next_deadline(part)})
    if form.validate_on_submit() and form.deadline.data:
        try:
            follow_up_service.reopen_part(
                part,
                reason=form.reason.data or "",
                deadline=form.deadline.data,
                actor_id=current_user.id,
                today=clock.today(),
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            db.session.commit()
            flash(f"{part.unit.label} kann noch einmal abgeben.", "success")
            return redirect(url_for("requests.show_request", request_id=request_id))
    return render_template("evaluation/reopen.html", form=form, part=part), form.status


@blueprint.route(f"{ONE}/frist", methods=["GET", "POST"])
@access.requires(Permission.REQUEST_EVALUATION)
@access.keeps_typed_text
def grant_deadline(request_id: int, part_id: int) -> ResponseReturnValue:
    """Give an office more time than the others."""
    part = _get_part(request_id, part_id, lock=request.method == "POST")
    form = DeadlineForm(data={"deadline": _next_deadline(part)})
    if form.validate_on_submit() and form.deadline.data:
        try:
            follow_up_service.grant_deadline(
                part,
                deadline=form.deadline.data,
                actor_id=current_user.id,
                today=clock.today(),
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            db.session.commit()
            flash(f"{part.unit.label} hat Zeit bis zum {part.deadline:%d.%m.%Y}.", "success")
            return redirect(
                url_for("request_parts.show_part", request_id=request_id, part_id=part_id)
            )
    return render_template("evaluation/deadline.html", form=form, part=part), form.status


@blueprint.post(f"{ONE}/erinnern")
@access.requires(Permission.REQUEST_EVALUATION)
def remind(request_id: int, part_id: int) -> ResponseReturnValue:
    """Remind one office."""
    part = _get_part(request_id, part_id)
    count = follow_up_service.remind([part], actor_id=current_user.id, today=clock.today())
    db.session.commit()
    if count:
        letters = "1 Nachricht" if count == 1 else f"{count} Nachrichten"
        flash(f"{part.unit.label} ist erinnert ({letters}).", "success")
    else:
        flash(
            "Keine neue Nachricht: Die Einheit hat abgegeben, wurde heute schon erinnert, oder "
            "niemand ist für sie eingetragen.",
            "info",
        )
    return redirect(url_for("request_parts.show_part", request_id=request_id, part_id=part_id))


def _next_deadline(part: Part) -> date:
    """Return what the field for a deadline of the office's own begins with."""
    return max(part.deadline, clock.today() + timedelta(days=EXTRA_DAYS))


def _get_part(request_id: int, part_id: int, *, lock: bool = False) -> Part:
    part = part_service.get_part(current_user, part_id, Permission.REQUEST_EVALUATION, lock=lock)
    if part.request_id != request_id:
        raise NotFoundError(part_service.NOT_VISIBLE)
    return part
