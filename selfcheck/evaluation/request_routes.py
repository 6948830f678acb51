"""The Haupt- und Personalamt's requests: open, watch, change, remind, confirm, close, export."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.db import db, read_consistently
from selfcheck.errors import DomainError
from selfcheck.evaluation import follow_up_service, request_service, wording
from selfcheck.evaluation.download_pages import ENDINGS, send_report
from selfcheck.evaluation.figures import COLUMN_LABELS
from selfcheck.evaluation.forms import (
    DeadlineForm,
    RequestChangeForm,
    RequestForm,
    WallFilterForm,
)
from selfcheck.evaluation.letter_service import list_without_head, occasion_of
from selfcheck.evaluation.models import EvaluationRequest, Part
from selfcheck.evaluation.part_service import mandate_of
from selfcheck.evaluation.report_service import list_wall, report_city
from selfcheck.evaluation.request_service import RequestInput, get_request
from selfcheck.evaluation.states import PartState
from selfcheck.evaluation.wall import SORTS, count_states, narrow
from selfcheck.form_base import GermanForm
from selfcheck.organisation.models import Unit
from selfcheck.sorting import Sort
from selfcheck.training.mandates import CURRENT_MANDATE

blueprint = Blueprint("requests", __name__, url_prefix="/anforderungen")
ONE = "/<int:request_id>"


@blueprint.get("")
@access.requires(Permission.REQUEST_EVALUATION)
def list_requests() -> ResponseReturnValue:
    """List all requests, newest first."""
    counts = request_service.count_delivered()
    return render_template(
        "evaluation/requests.html",
        requests=[(one, *counts.get(one.id, (0, 0))) for one in request_service.list_requests()],
    )


@blueprint.route("/neu", methods=["GET", "POST"])
@access.requires(Permission.REQUEST_EVALUATION)
@access.keeps_typed_text
def open_request() -> ResponseReturnValue:
    """Ask the offices for their evaluation."""
    mandate = CURRENT_MANDATE
    form = RequestForm(
        data={
            "title": f"Auswertung {mandate.title}",
            "reference_date": mandate.last_day,
        }
    )
    units = request_service.list_reporting_units()
    form.offer([(unit.id, unit.label) for unit in units])
    if form.validate_on_submit():
        try:
            opened = request_service.open_request(
                _asked(form, form.reference_date.data),
                mandate,
                actor_id=current_user.id,
                now=clock.now(),
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            db.session.commit()
            flash(f"„{opened.title}“ ist geöffnet; die Einheiten sind benachrichtigt.", "success")
            _warn_of_missing_heads(opened)
            return redirect(url_for("requests.show_request", request_id=opened.id))
    return _show_form(form, None, units), form.status


@blueprint.get(ONE)
@access.requires(Permission.REQUEST_EVALUATION)
def show_request(request_id: int) -> ResponseReturnValue:
    """Show the wall: who has delivered, and what."""
    one = get_request(request_id)
    today = clock.today()
    rows = list_wall(one, today=today)
    form = WallFilterForm(request.args)
    is_filtered = any(field.data for field in form) and form.validate()
    sort = Sort.of_request(SORTS)
    shown = narrow(rows, text=form.text.data or "", state=form.state.data or "")
    if sort.column:
        shown.sort(key=SORTS[sort.column], reverse=sort.descending)
    return render_template(
        "evaluation/wall.html",
        one=one,
        rows=shown,
        counts=count_states(rows),
        total=len(rows),
        form=form,
        sort=sort,
        is_filtered=is_filtered,
        to_confirm=sum(row.is_provisional and row.state.value == "delivered" for row in rows),
        labels=COLUMN_LABELS,
        today=today,
    )


@blueprint.route(f"{ONE}/aendern", methods=["GET", "POST"])
@access.requires(Permission.REQUEST_EVALUATION)
@access.keeps_typed_text
def change_request(request_id: int) -> ResponseReturnValue:
    """Change title, deadline or text, or ask further units."""
    is_sent = request.method == "POST"
    one = get_request(request_id, lock=is_sent)
    known = {part.unit_id for part in request_service.list_parts_of(one)}
    units = [unit for unit in request_service.list_reporting_units() if unit.id not in known]
    form = RequestChangeForm(
        data={
            "title": one.title,
            "deadline": one.deadline,
            "text": one.text,
            "revision": one.revision,
        }
    )
    form.offer([(unit.id, unit.label) for unit in units])
    if form.validate_on_submit():
        try:
            changed = request_service.change_request(
                one,
                _asked(form, one.reference_date),
                revision=form.shown_revision,
                actor_id=current_user.id,
                today=clock.today(),
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
            form.revision.data = str(one.revision)
        else:
            db.session.commit()
            flash(
                "Die Anforderung ist geändert." if changed else "Es war nichts zu ändern.",
                "success",
            )
            return redirect(url_for("requests.show_request", request_id=request_id))
    return _show_form(form, one, units), form.status


@blueprint.route(f"{ONE}/erinnern", methods=["GET", "POST"])
@access.requires(Permission.REQUEST_EVALUATION)
def remind(request_id: int) -> ResponseReturnValue:
    """Show the mail that goes out, and remind all who have not delivered."""
    is_sent = request.method == "POST"
    one = get_request(request_id, lock=is_sent)
    parts = request_service.list_parts_of(one, lock=is_sent)
    today = clock.today()
    form = GermanForm()
    if form.validate_on_submit():
        count = follow_up_service.remind(parts, actor_id=current_user.id, today=today)
        db.session.commit()
        flash(_tell_reminded(count), "success" if count else "info")
        return redirect(url_for("requests.show_request", request_id=request_id))
    waiting = [part for part in parts if part.state is not PartState.DELIVERED]
    return render_template(
        "evaluation/remind.html",
        form=form,
        one=one,
        waiting=waiting,
        letter=wording.tell_reminder(occasion_of(waiting[0]), today=today) if waiting else None,
    ), form.status


@blueprint.route(f"{ONE}/bestaetigen", methods=["GET", "POST"])
@access.requires(Permission.REQUEST_EVALUATION)
@access.keeps_typed_text
def ask_to_confirm(request_id: int) -> ResponseReturnValue:
    """Ask all offices with provisional figures to confirm them."""
    one = get_request(request_id, lock=request.method == "POST")
    parts = request_service.list_parts_of(one)
    waiting = follow_up_service.list_to_confirm(parts, request_service.list_deliveries(parts))
    form = DeadlineForm()
    if form.validate_on_submit() and form.deadline.data:
        try:
            count = follow_up_service.ask_to_confirm(
                one, deadline=form.deadline.data, actor_id=current_user.id, today=clock.today()
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            db.session.commit()
            asked = "1 Einheit ist" if count == 1 else f"{count} Einheiten sind"
            flash(f"{asked} um Bestätigung gebeten.", "success")
            return redirect(url_for("requests.show_request", request_id=request_id))
    page = render_template(
        "evaluation/confirm.html", form=form, one=one, waiting=waiting, today=clock.today()
    )
    return page, form.status


@blueprint.route(f"{ONE}/schliessen", methods=["GET", "POST"])
@access.requires(Permission.REQUEST_EVALUATION)
def close_request(request_id: int) -> ResponseReturnValue:
    """Ask once more, and close the request."""
    one = get_request(request_id, lock=request.method == "POST")
    form = GermanForm()
    if form.validate_on_submit():
        request_service.close_request(one, actor_id=current_user.id)
        db.session.commit()
        flash(f"„{one.title}“ ist geschlossen.", "success")
        return redirect(url_for("requests.show_request", request_id=request_id))
    parts = request_service.list_parts_of(one)
    missing: list[Part] = [part for part in parts if part.state is not PartState.DELIVERED]
    page = render_template("evaluation/close.html", form=form, one=one, missing=missing)
    return page, form.status


@blueprint.post(f"{ONE}/oeffnen")
@access.requires(Permission.REQUEST_EVALUATION)
def reopen_request(request_id: int) -> ResponseReturnValue:
    """Let the offices deliver again."""
    one = get_request(request_id, lock=True)
    request_service.reopen_request(one, actor_id=current_user.id)
    db.session.commit()
    flash(f"„{one.title}“ ist wieder geöffnet.", "success")
    return redirect(url_for("requests.show_request", request_id=request_id))


@blueprint.get(f"{ONE}/stadt.<{ENDINGS}:ending>")
@access.requires(Permission.REQUEST_EVALUATION)
def export_city(request_id: int, ending: str) -> ResponseReturnValue:
    """Return the city's table: what was delivered and, if asked for, the rest as counted now."""
    actor_id = current_user.id  # read_consistently forgets the user
    read_consistently()
    one = get_request(request_id)
    report = report_city(
        mandate_of(one),
        one.reference_date,
        one,
        with_live=request.args.get("offene") == "mit",
    )
    return send_report(report, ending, actor_id=actor_id)


def _asked(form: RequestForm, reference_date: date) -> RequestInput:
    assert form.deadline.data  # noqa: S101 - the form demands it
    return RequestInput(
        title=form.title.data or "",
        reference_date=reference_date,
        deadline=form.deadline.data,
        text=form.text.data or "",
        unit_ids=form.chosen_ids,
    )


def _show_form(form: RequestForm, one: EvaluationRequest | None, units: list[Unit]) -> str:
    return render_template(
        "evaluation/request_form.html",
        form=form,
        one=one,
        units=units,
        mandate=CURRENT_MANDATE,
        today=clock.today(),
    )


def _warn_of_missing_heads(one: EvaluationRequest) -> None:
    """Say at once which units nobody can release for: they would only become overdue."""
    alone = list_without_head(request_service.list_parts_of(one))
    if alone:
        names = ", ".join(part.unit.number for part in alone)
        flash(
            f"Für diese Einheiten ist keine Leitung eingetragen, die freigeben könnte: {names}. "
            "Bitte wenden Sie sich an die Administration.",
            "warning",
        )


def _tell_reminded(count: int) -> str:
    if not count:
        return "Heute wurde schon erinnert, oder niemand ist für die Einheiten eingetragen."
    return "1 Nachricht geht heraus." if count == 1 else f"{count} Nachrichten gehen heraus."
