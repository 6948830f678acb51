"""The commissioner's rounds: call, watch, change, remind, close; what they ask of a head."""

from __future__ import annotations

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.db import db
from selfcheck.errors import DomainError
from selfcheck.form_base import GermanForm
from selfcheck.lists.download_pages import send_download
from selfcheck.organisation.models import Unit
from selfcheck.rounds import progress_service, service
from selfcheck.rounds.choosing import Choosable, Scope, in_tree_order, pick
from selfcheck.rounds.forms import RoundChangeForm, RoundForm, WallFilterForm
from selfcheck.rounds.inputs import RoundInput
from selfcheck.rounds.models import Round
from selfcheck.rounds.service import get_round
from selfcheck.rounds.states import STATE_LABELS
from selfcheck.rounds.told import Told, tell_called_units, tell_reminded, tell_sent
from selfcheck.rounds.wall import SORTS, WallRow, count_states, narrow
from selfcheck.rounds.work_service import RoundWork, find_work
from selfcheck.rounds.workbook import write_wall
from selfcheck.sorting import Sort

blueprint = Blueprint("rounds", __name__, url_prefix="/runden")

ONE = "/<int:round_id>"


@blueprint.app_context_processor
def offer_round_work() -> dict[str, object]:
    """Let pages of lower features show what the rounds ask; asked for only where it is called."""
    return {"find_round_work": _find_round_work}


@blueprint.get("")
@access.requires(Permission.CALL_ROUNDS)
def list_rounds() -> ResponseReturnValue:
    """List all rounds, newest first."""
    counts = progress_service.count_done(progress_service.list_called())
    rounds = [(one, *counts.get(one.id, (0, 0))) for one in service.list_rounds()]
    return render_template("rounds/list.html", rounds=rounds)


@blueprint.route("/neu", methods=["GET", "POST"])
@access.requires(Permission.CALL_ROUNDS)
@access.keeps_typed_text
def call_round() -> ResponseReturnValue:
    """Ask for a round, show whom it would reach, and call it."""
    form = RoundForm(data={"begins_on": clock.today()})
    units = service.list_choosable_units()
    choosable = _choosable(units)
    form.offer([(unit.id, unit.label) for unit in units])
    form.offer_scopes({scope: len(pick(choosable, scope, ())) for scope in list(Scope)[:2]})
    action = request.form.get("action", "")
    if action == "edit":
        return _show_form(form, None, choosable)
    if form.validate_on_submit():
        asked = _asked(form, pick(choosable, Scope(form.scope.data), form.unit_ids.data or ()))
        try:
            service.check_days(asked, today=clock.today())
            if action != "call" and asked.unit_ids:
                called = [unit for unit in units if unit.id in asked.unit_ids]
                return _show_preview(form, asked, called)
            one, told = service.call_round(asked, actor_id=current_user.id, now=clock.now())
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            db.session.commit()
            flash(*_tell_called(one, told))
            return redirect(url_for("rounds.show_round", round_id=one.id))
    return _show_form(form, None, choosable), form.status


@blueprint.get(ONE)
@access.requires(Permission.CALL_ROUNDS)
def show_round(round_id: int) -> ResponseReturnValue:
    """Show the wall: who has done it, and nothing of a result that is not shared."""
    one = get_round(round_id)
    rows, shown, form = _chosen_rows(one)
    return render_template(
        "rounds/wall.html",
        one=one,
        rows=shown,
        counts=count_states(rows),
        done=sum(row.state.is_done for row in rows),
        total=len(rows),
        form=form,
        sort=Sort.of_request(SORTS),
        query=request.query_string.decode(errors="replace"),
    )


@blueprint.get(f"{ONE}/liste.xlsx")
@access.requires(Permission.CALL_ROUNDS)
def export_wall(round_id: int) -> ResponseReturnValue:
    """Return exactly the rows that the wall shows as a workbook."""
    one = get_round(round_id)
    _, shown, form = _chosen_rows(one)
    state = STATE_LABELS.get(form.state.data)
    chosen = [f"Stand „{state}“"] if state else []
    chosen += [f"Suche „{form.text.data}“"] if form.text.data else []
    told = ", ".join(chosen) or "alle Einheiten"
    content = write_wall(
        shown,
        title=one.title,
        subtitle=f"Stand {clock.today():%d.%m.%Y} · Frist {one.deadline:%d.%m.%Y} · {told}",
        city=current_app.extensions["selfcheck"].city_name,
        day_of=clock.day_of,
    )
    return send_download(content, f"runde-{one.id}-{clock.today():%Y-%m-%d}.xlsx")


@blueprint.route(f"{ONE}/aendern", methods=["GET", "POST"])
@access.requires(Permission.CALL_ROUNDS)
@access.keeps_typed_text
def change_round(round_id: int) -> ResponseReturnValue:
    """Change title, text, deadline and units."""
    one = get_round(round_id, lock=request.method == "POST")
    units = service.list_choosable_units(one)
    form = RoundChangeForm(
        data={
            "title": one.title,
            "text": one.text,
            "deadline": one.deadline,
            "unit_ids": sorted(service.list_unit_ids(one)),
            "revision": one.revision,
        }
    )
    form.offer([(unit.id, unit.label) for unit in units])
    if form.validate_on_submit():
        try:
            told = service.change_round(
                one,
                _asked(form, form.unit_ids.data or [], one),
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
                f"Die Runde ist geändert. {tell_sent(told)}"
                if told
                else "Es war nichts zu ändern.",
                "success",
            )
            return redirect(url_for("rounds.show_round", round_id=round_id))
    return _show_form(form, one, _choosable(units)), form.status


@blueprint.route(f"{ONE}/erinnern", methods=["GET", "POST"])
@access.requires(Permission.CALL_ROUNDS)
def remind(round_id: int) -> ResponseReturnValue:
    """Show the mail that goes out, and remind all who have yet to do it."""
    return _remind(round_id)


@blueprint.route(f"{ONE}/einheiten/<int:unit_id>/erinnern", methods=["GET", "POST"])
@access.requires(Permission.CALL_ROUNDS)
def remind_unit(round_id: int, unit_id: int) -> ResponseReturnValue:
    """Show the mail that goes out, and remind one unit."""
    return _remind(round_id, unit_id)


@blueprint.route(f"{ONE}/beenden", methods=["GET", "POST"])
@access.requires(Permission.CALL_ROUNDS)
def close_round(round_id: int) -> ResponseReturnValue:
    """Ask once more, and end the round."""
    one = get_round(round_id, lock=request.method == "POST")
    form = GermanForm()
    if form.validate_on_submit():
        service.close_round(one, actor_id=current_user.id, now=clock.now())
        db.session.commit()
        flash(f"„{one.title}“ ist beendet.", "success")
        return redirect(url_for("rounds.show_round", round_id=round_id))
    rows = progress_service.list_wall(one, today=clock.today(), with_shared=False)
    missing = [row for row in rows if not row.state.is_done]
    return render_template("rounds/close.html", form=form, one=one, missing=missing), form.status


@blueprint.post(f"{ONE}/oeffnen")
@access.requires(Permission.CALL_ROUNDS)
def reopen_round(round_id: int) -> ResponseReturnValue:
    """Let checks count for the round again."""
    one = get_round(round_id, lock=True)
    service.reopen_round(one, actor_id=current_user.id)
    db.session.commit()
    flash(f"„{one.title}“ läuft wieder.", "success")
    return redirect(url_for("rounds.show_round", round_id=round_id))


def _remind(round_id: int, unit_id: int | None = None) -> ResponseReturnValue:
    """Show whom a reminder reaches, and send it; a second click finds nobody left."""
    one = get_round(round_id, lock=request.method == "POST")
    form = GermanForm()
    if form.validate_on_submit():
        told = service.remind(one, unit_id=unit_id, actor_id=current_user.id, now=clock.now())
        db.session.commit()
        flash(tell_reminded(told), "success" if told.mails else "info")
        return redirect(url_for("rounds.show_round", round_id=round_id))
    today = clock.today()
    due = service.list_due(one, unit_id=unit_id, today=today)
    preview = service.preview_reminder(one, due, today=today)
    page = render_template(
        "rounds/remind.html", form=form, one=one, due=due, preview=preview, unit_id=unit_id
    )
    return page, form.status


def _find_round_work() -> RoundWork:
    return find_work(current_user, today=clock.today())


def _choosable(units: list[Unit]) -> list[Choosable]:
    return [
        Choosable(
            unit_id=unit.id,
            parent_id=unit.parent_id,
            number=unit.number,
            label=unit.label,
            kind=unit.kind,
            is_reporting=unit.is_reporting,
        )
        for unit in units
    ]


def _asked(form: RoundChangeForm, unit_ids: list[int], one: Round | None = None) -> RoundInput:
    begins_on = one.begins_on if one else form["begins_on"].data
    assert form.deadline.data  # noqa: S101 - the form demands it
    return RoundInput(
        title=form.title.data or "",
        text=form.text.data or "",
        begins_on=begins_on,
        deadline=form.deadline.data,
        unit_ids=unit_ids,
    )


def _chosen_rows(one: Round) -> tuple[list[WallRow], list[WallRow], WallFilterForm]:
    """Return all rows of the wall, those that the filter lets through in their order, and it."""
    with_shared = current_user.may(Permission.VIEW_SHARED_CHECKS)
    rows = progress_service.list_wall(one, today=clock.today(), with_shared=with_shared)
    form = WallFilterForm(request.args)
    shown = narrow(rows, text=form.text.data or "", state=form.state.data or "")
    sort = Sort.of_request(SORTS)
    if sort.column:
        shown.sort(key=SORTS[sort.column], reverse=sort.descending)
    return rows, shown, form


def _show_form(form: RoundChangeForm, one: Round | None, units: list[Choosable]) -> str:
    return render_template(
        "rounds/form.html", form=form, one=one, tree=in_tree_order(units), today=clock.today()
    )


def _show_preview(form: RoundForm, asked: RoundInput, units: list[Unit]) -> str:
    return render_template(
        "rounds/confirm.html", form=form, units=units, preview=service.preview_call(asked, units)
    )


def _tell_called(one: Round, told: Told | None) -> tuple[str, str]:
    """Return what the page says after a round was called, and how."""
    if told is None:
        return f"„{one.title}“ ist schon ausgerufen; es geht nichts ein zweites Mal heraus.", "info"
    return tell_called_units(one.title, told), "success" if told.mails else "warning"
