"""The office's part: see the table and what stands behind it, mark it ready, release it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.accounts.scope import holds_at
from selfcheck.db import db, read_consistently
from selfcheck.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from selfcheck.evaluation import part_service
from selfcheck.evaluation.download_pages import ENDINGS, send_report
from selfcheck.evaluation.figures import COLUMN_LABELS, QUOTA_LABEL
from selfcheck.evaluation.forms import PrepareForm, ReleaseForm, TakeBackForm
from selfcheck.evaluation.models import Delivery, Part
from selfcheck.evaluation.office import Behind, Gap, forecast, list_behind, list_gaps
from selfcheck.evaluation.office_service import (
    OfficeCount,
    count_office,
    list_path_ids,
    name_behind,
)
from selfcheck.evaluation.part_service import mandate_of, read_delivery, valid_delivery
from selfcheck.evaluation.report_service import report_live_office
from selfcheck.evaluation.snapshot import (
    Difference,
    find_differences,
    read_figures,
    with_total,
    write_figures,
)
from selfcheck.evaluation.states import PartState, WallState, wall_state
from selfcheck.evaluation.table import OfficeUnit
from selfcheck.evaluation.table_service import list_tree
from selfcheck.pagination import Page
from selfcheck.training.mandate import Group

blueprint = Blueprint("evaluation", __name__, url_prefix="/auswertung")

PAGE_SIZE = 50
# What follows the number of trainings, one or many.
GAP_LABELS = {
    Gap.NO_EVIDENCE: ("Schulung ohne Nachweis", "Schulungen ohne Nachweis"),
    Gap.AREA_OPEN: ("Schulung mit offener Kompetenz", "Schulungen mit offener Kompetenz"),
    Gap.AWAITS_DECISION: (
        "Schulung, die auf eine Entscheidung wartet",
        "Schulungen, die auf eine Entscheidung warten",
    ),
    Gap.PLANNED: (
        "Schulung, die bis zum Stichtag noch bevorsteht",
        "Schulungen, die bis zum Stichtag noch bevorstehen",
    ),
}


@blueprint.get("")
@access.requires(Permission.VIEW_STAFF)
def list_parts() -> ResponseReturnValue:
    """List what the user's offices were asked for."""
    parts = part_service.list_parts(current_user, Permission.VIEW_STAFF)
    today = clock.today()
    return render_template(
        "evaluation/parts.html",
        parts=[(part, _wall_state(part, today)) for part in parts],
        today=today,
    )


@blueprint.route("/<int:part_id>", methods=["GET", "POST"])
@access.requires(Permission.VIEW_STAFF)
@access.keeps_typed_text
def show_part(part_id: int) -> ResponseReturnValue:
    """Show an office's table, what is missing and how far it is; the officer marks it ready."""
    is_sent = request.method == "POST"
    permission = Permission.PREPARE_EVALUATION if is_sent else Permission.VIEW_STAFF
    if is_sent and not current_user.may(permission):
        raise ForbiddenError("Bereit melden die Fortbildungsbeauftragten.")
    part = part_service.get_part(current_user, part_id, permission, lock=is_sent)
    tree = list_tree()
    count = count_office(
        part.unit_id, mandate_of(part.request), part.request.reference_date, tree=tree
    )
    form = PrepareForm(data={"comment": part.comment})
    conflict: ConflictError | None = None
    if form.validate_on_submit():
        try:
            told = _prepare(part, count, form)
        except ConflictError as error:
            conflict = error
        except DomainError as error:
            form.show_error(error)
        else:
            db.session.commit()
            flash(told, "success")
            return redirect(url_for("evaluation.show_part", part_id=part_id))
        db.session.rollback()
    page = _show_part(part, count, tree, form, conflict)
    return page, 409 if conflict else form.status


@blueprint.post("/<int:part_id>/oeffnen")
@access.requires_any(Permission.PREPARE_EVALUATION, Permission.RELEASE_EVALUATION)
def take_back_ready(part_id: int) -> ResponseReturnValue:
    """Open the table again before it is released: something is still to be mended."""
    part = _get_own_part(part_id)
    form = TakeBackForm()
    if not form.validate():
        raise InvalidError(" ".join(form.reason.errors))
    part_service.take_back_ready(
        part,
        part.deliveries,
        reason=form.reason.data or "",
        revision=form.shown_revision,
        actor_id=current_user.id,
    )
    db.session.commit()
    flash("Die Auswertung ist wieder offen.", "success")
    return redirect(url_for("evaluation.show_part", part_id=part_id))


@blueprint.route("/<int:part_id>/freigeben", methods=["GET", "POST"])
@access.requires(Permission.RELEASE_EVALUATION)
def release(part_id: int) -> ResponseReturnValue:
    """Show the table once more, and hand it over."""
    is_sent = request.method == "POST"
    part = part_service.get_part(current_user, part_id, Permission.RELEASE_EVALUATION, lock=is_sent)
    count = count_office(part.unit_id, mandate_of(part.request), part.request.reference_date)
    form = ReleaseForm()
    conflict: ConflictError | None = None
    if form.validate_on_submit():
        try:
            delivery = _release(part, count, form)
        except ConflictError as error:
            db.session.rollback()
            conflict = error
        else:
            db.session.commit()
            flash(f"Freigegeben: die {delivery.number}. Meldung ist abgegeben.", "success")
            return redirect(url_for("evaluation.show_part", part_id=part_id))
    changed = _changed_cells(form, count) if conflict else []
    _show_now(form, part, count)
    page = render_template(
        "evaluation/release.html",
        form=form,
        conflict=conflict,
        changed=changed,
        today=clock.today(),
        **_words(part, count),
    )
    return page, 409 if conflict else form.status


@blueprint.get("/<int:part_id>/dahinter")
@access.requires(Permission.VIEW_STAFF)
def show_behind(part_id: int) -> ResponseReturnValue:
    """Name the people or trainings behind a number of the table."""
    part = part_service.get_part(current_user, part_id, Permission.VIEW_STAFF)
    mandate, on = mandate_of(part.request), part.request.reference_date
    group, column, gap = _asked_cell()
    tree = list_tree()
    count = count_office(part.unit_id, mandate, on, tree=tree)
    behind = (
        list_gaps(count.people, gap, mandate, on, clock.today())
        if gap
        else list_behind(count.people, group, column)
    )
    named = name_behind(current_user, behind, day=clock.today())
    page = Page.of_request(total=len(named.named), size=PAGE_SIZE)
    label = GAP_LABELS[gap][1] if gap else COLUMN_LABELS[column]
    return render_template(
        "evaluation/behind.html",
        part=part,
        label=label,
        group=group,
        total=len(behind),
        are_trainings=any(one.record_id is not None for one in behind),
        rows=named.named[page.offset : page.offset + PAGE_SIZE],
        hidden=named.hidden,
        is_to_come=on > clock.today(),
        page=page,
        units={unit.id: unit for unit in tree},
    )


@blueprint.get(f"/<int:part_id>/tabelle.<{ENDINGS}:ending>")
@access.requires(Permission.VIEW_STAFF)
def export_part(part_id: int, ending: str) -> ResponseReturnValue:
    """Return the office's table as it is counted now."""
    read_consistently()
    part = part_service.get_part(current_user, part_id, Permission.VIEW_STAFF)
    count = count_office(part.unit_id, mandate_of(part.request), part.request.reference_date)
    return send_report(report_live_office(part, count), ending, actor_id=current_user.id)


def _prepare(part: Part, count: OfficeCount, form: PrepareForm) -> str:
    """Do what the button says; returns what to tell the officer."""
    comment = form.comment.data or ""
    if request.form.get("action") != "ready":
        if part.revision != form.shown_revision:
            raise ConflictError(part_service.CHANGED_BY_OTHERS)
        part_service.keep_comment(part, comment=comment, actor_id=current_user.id)
        return "Der Kommentar ist gespeichert."
    part_service.mark_ready(
        part,
        rows=count.rows,
        shown=form.shown.data or "",
        comment=comment,
        revision=form.shown_revision,
        actor_id=current_user.id,
        now=clock.now(),
    )
    return "Bereit gemeldet. Die Leitung ist benachrichtigt und kann jetzt freigeben."


def _release(part: Part, count: OfficeCount, form: ReleaseForm) -> Delivery:
    return part_service.release(
        part,
        part.deliveries,
        rows=count.rows,
        shown=form.shown.data or "",
        revision=form.shown_revision,
        actor=current_user,
        now=clock.now(),
    )


def _show_part(
    part: Part,
    count: OfficeCount,
    tree: list[OfficeUnit],
    form: PrepareForm,
    conflict: ConflictError | None,
) -> str:
    mandate, on, today = mandate_of(part.request), part.request.reference_date, clock.today()
    changed = _changed_cells(form, count) if conflict else []
    _show_now(form, part, count)
    path = list_path_ids(part.unit_id, tree)
    last = valid_delivery(part.deliveries)
    snapshot = read_delivery(last) if last else None
    now = count if on == today else count_office(part.unit_id, mandate, today, tree=tree)
    gaps = {gap: list_gaps(count.people, gap, mandate, on, today) for gap in Gap}
    ready_rows = read_figures(part.ready_figures)
    return render_template(
        "evaluation/part.html",
        form=form,
        take_back_form=TakeBackForm(formdata=None, data={"revision": part.revision}),
        mendable=_count_distinct(gaps),
        conflict=conflict,
        changed=changed,
        changed_since_ready=find_differences(ready_rows, count.rows) if ready_rows else [],
        last=last,
        differences=find_differences(snapshot.rows, count.rows) if snapshot else [],
        gaps={gap: len(found) for gap, found in gaps.items() if found},
        gap_labels=GAP_LABELS,
        forecast=forecast(count.people, now.people, mandate, on),
        may_prepare=holds_at(current_user, Permission.PREPARE_EVALUATION, path),
        may_release=holds_at(current_user, Permission.RELEASE_EVALUATION, path),
        today=today,
        **_words(part, count),
    )


def _count_distinct(gaps: Mapping[Gap, Sequence[Behind]]) -> int:
    """Return how many trainings have a gap; some have several."""
    return len({one.record_id for found in gaps.values() for one in found})


def _words(part: Part, count: OfficeCount) -> dict[str, Any]:
    """Return what every page with an office's table shows."""
    return {
        "part": part,
        "wall_state": _wall_state(part, clock.today()),
        "states": PartState,
        "mandate": mandate_of(part.request),
        "rows": count.rows,
        "labels": COLUMN_LABELS,
        "quota_label": QUOTA_LABEL,
        "with_total": with_total,
    }


def _show_now(form: PrepareForm | ReleaseForm, part: Part, count: OfficeCount) -> None:
    """Let the form know what it is shown with, whatever it was sent with."""
    form.revision.data = str(part.revision)
    form.shown.data = write_figures(count.rows)


def _changed_cells(form: PrepareForm | ReleaseForm, count: OfficeCount) -> list[Difference]:
    """Return the cells that are not as the sent form showed them."""
    shown = read_figures(form.shown.data or "")
    return find_differences(shown, count.rows) if shown else []


def _get_own_part(part_id: int) -> Part:
    """Return a part that the user may prepare or release, locked."""
    for permission in (Permission.PREPARE_EVALUATION, Permission.RELEASE_EVALUATION):
        try:
            return part_service.get_part(current_user, part_id, permission, lock=True)
        except NotFoundError:
            continue
    raise NotFoundError(part_service.NOT_VISIBLE)


def _asked_cell() -> tuple[Group | None, str, Gap | None]:
    """Return the cell that the address names; raises NotFoundError for one that is none."""
    group = next((one for one in Group if one.name.lower() == request.args.get("gruppe")), None)
    gap = next((one for one in Gap if one.value == request.args.get("luecke")), None)
    column = request.args.get("spalte", "people")
    if column not in COLUMN_LABELS:
        raise NotFoundError("Diese Spalte gibt es in der Tabelle nicht.")
    return group, column, gap


def _wall_state(part: Part, today: date) -> WallState:
    return wall_state(part.state, deadline=part.deadline, today=today)
