"""Requests for support: a unit asks, the commissioner's office answers, both write."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access
from selfcheck.accounts.permissions import Permission
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.service import get_check, list_own_units
from selfcheck.db import db
from selfcheck.errors import DomainError
from selfcheck.form_base import choices
from selfcheck.organisation.models import Unit
from selfcheck.pagination import Page
from selfcheck.support import service
from selfcheck.support.forms import CLOSED, AskForm, MessageForm, RequestFilterForm
from selfcheck.support.models import SupportRequest
from selfcheck.support.service import RequestFilter

blueprint = Blueprint("support", __name__, url_prefix="/unterstuetzung")

PAGE_SIZE = 25
ONE = "/<int:support_id>"
TOLD = {
    "close": "Die Anfrage ist abgeschlossen.",
    "reopen": "Die Anfrage ist wieder geöffnet.",
    "send": "Die Nachricht ist gesendet.",
}


@blueprint.get("")
@access.requires_any(Permission.USE_CHECKS, Permission.ANSWER_SUPPORT_REQUESTS)
def list_requests() -> ResponseReturnValue:
    """List the requests, those that have waited longest first."""
    form = RequestFilterForm(request.args)
    units = service.list_asking_units(current_user)
    form.unit.choices = choices([("", "alle"), *((str(unit.id), unit.label) for unit in units)])
    chosen = RequestFilter()
    if form.validate():
        chosen = RequestFilter(
            state=form.state.data or "",
            unit_id=int(form.unit.data) if form.unit.data else None,
            text=form.text.data or "",
        )
    total = service.count_requests(current_user, chosen)
    page = Page.of_request(total=total, size=PAGE_SIZE)
    return render_template(
        "support/list.html",
        form=form,
        page=page,
        rows=service.list_requests(current_user, chosen, limit=PAGE_SIZE, offset=page.offset),
        is_filtered=chosen != RequestFilter(),
    )


@blueprint.route("/neu", methods=["GET", "POST"])
@access.requires(Permission.USE_CHECKS)
@access.keeps_typed_text
def ask() -> ResponseReturnValue:
    """Ask for support for one of the user's units."""
    check = _find_shown_check()
    units = list_own_units(current_user)
    form = AskForm(
        data={
            "unit": str(check.unit_id) if check else request.args.get("einheit", ""),
            "check": str(check.id) if check else "",
        }
    )
    form.unit.choices = choices(_unit_choices(units, check))
    if form.validate_on_submit():
        unit = next(unit for unit in _offered(units, check) if str(unit.id) == form.unit.data)
        try:
            asked = service.ask(current_user, unit, check=check, text=form.text.data or "")
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            db.session.commit()
            flash("Die Anfrage ist gesendet. Eine Antwort lesen Sie dann hier.", "success")
            return redirect(url_for("support.show_request", support_id=asked.id))
    return render_template("support/ask.html", form=form, check=check, units=units), form.status


@blueprint.route(ONE, methods=["GET", "POST"])
@access.requires_any(Permission.USE_CHECKS, Permission.ANSWER_SUPPORT_REQUESTS)
@access.keeps_typed_text
def show_request(support_id: int) -> ResponseReturnValue:
    """Show the messages of a request; add one, close the request, or open it again."""
    is_sent = request.method == "POST"
    one = service.get_request(current_user, support_id, lock=is_sent)
    form = MessageForm()
    if form.validate_on_submit():
        action = request.form.get("action", "send")
        try:
            if not form.text.data and action not in {"close", "reopen"}:
                form.require_text()
            else:
                _act(one, form, action)
                db.session.commit()
                flash(TOLD.get(action, TOLD["send"]), "success")
                return redirect(url_for("support.show_request", support_id=support_id))
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
            one = service.get_request(current_user, support_id)
    form.shown.data = CLOSED if one.closed_at else ""
    form.seen.data = str(one.messages[-1].id)
    page = render_template(
        "support/request.html",
        form=form,
        one=one,
        state=service.state_of(one),
        answers=service.writes_answer(current_user, one),
        shared_on=service.find_shared_day(current_user, one),
    )
    return page, form.status


def _act(one: SupportRequest, form: MessageForm, action: str) -> None:
    """Do what the pressed button says; what was typed is sent in any case."""
    if action == "close" and not one.closed_at:
        service.check_seen(current_user, one, seen_id=form.seen_id)
    if form.text.data:
        service.write(
            current_user,
            one,
            text=form.text.data,
            shown_closed=form.shown_closed,
            closes=action == "close",
        )
    elif action == "close":
        service.close(current_user, one)
    else:
        service.reopen(current_user, one)


def _find_shown_check() -> SelfCheck | None:
    """Return the submitted self-check from which somebody asks; raises NotFoundError."""
    shown = request.values.get("check") or request.args.get("selbstcheck", "")
    try:
        check = get_check(current_user, UUID(shown))
    except ValueError:
        return None
    return None if check.is_draft else check


def _offered(units: list[Unit], check: SelfCheck | None) -> list[Unit]:
    return [check.unit] if check else units


def _unit_choices(units: list[Unit], check: SelfCheck | None) -> list[tuple[str, str]]:
    pairs = [(str(unit.id), unit.label) for unit in _offered(units, check)]
    return pairs if len(pairs) == 1 else [("", "Bitte wählen"), *pairs]
