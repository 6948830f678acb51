"""Import of units by page: choose or paste, preview, apply."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access
from selfcheck.accounts.permissions import Permission
from selfcheck.db import db
from selfcheck.lists import ListRefused, ReadList, read_list, read_pasted
from selfcheck.lists.error_list import write_error_list
from selfcheck.organisation.forms import ApplyForm, ImportForm
from selfcheck.organisation.import_service import apply_plan, describe_plan, fingerprint, make_plan
from selfcheck.organisation.importing import COLUMNS, UnitPlan
from selfcheck.organisation.kinds import UnitKind
from selfcheck.uploads.models import Upload
from selfcheck.uploads.service import drop_upload, get_upload, keep_upload

blueprint = Blueprint("unit_import", __name__, url_prefix="/einheiten/import")

PURPOSE = "units"
PASTED = "aus der Zwischenablage"


@blueprint.route("", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_UNITS)
def choose_list() -> ResponseReturnValue:
    """Take a list as a file or as pasted rows, and go on to its preview."""
    form = ImportForm()
    if form.validate_on_submit():
        try:
            filename, content = _sent_list(form)
            _read(content, filename)
        except ListRefused as error:
            form.file.errors = [str(error)]
        else:
            upload = keep_upload(
                purpose=PURPOSE, user_id=current_user.id, filename=filename, content=content
            )
            db.session.commit()
            return redirect(url_for("unit_import.preview", upload_id=upload.id))
    page = render_template(
        "organisation/import.html",
        form=form,
        columns=COLUMNS,
        kinds=[kind.value for kind in UnitKind],
    )
    return page, 400 if form.is_submitted() else 200


@blueprint.route("/<uuid:upload_id>", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_UNITS)
def preview(upload_id: UUID) -> ResponseReturnValue:
    """Show what the list would change; apply it if nothing has changed since it was shown."""
    upload = _get_upload(upload_id)
    plan = _plan(upload, lock=request.method == "POST")
    form = ApplyForm()
    shown = form.shown.data if form.is_submitted() else fingerprint(plan)
    form.shown.data = fingerprint(plan)
    is_outdated = shown != form.shown.data
    if not form.is_submitted() or plan.errors or is_outdated:
        page = render_template(
            "organisation/import_preview.html",
            form=form,
            upload=upload,
            plan=plan,
            is_outdated=is_outdated,
        )
        return page, 409 if is_outdated else 200
    apply_plan(plan, filename=upload.filename, actor_id=current_user.id)
    drop_upload(upload)
    db.session.commit()
    flash(f"Übernommen: {describe_plan(plan)}.", "success")
    return redirect(url_for("organisation.list_units"))


@blueprint.get("/<uuid:upload_id>/fehler.csv")
@access.requires(Permission.MANAGE_UNITS)
def download_errors(upload_id: UUID) -> ResponseReturnValue:
    """Return the errors of a list as a list."""
    plan = _plan(_get_upload(upload_id))
    return Response(
        write_error_list(plan.errors),
        mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": "attachment; filename=fehler.csv"},
    )


@blueprint.post("/<uuid:upload_id>/verwerfen")
@access.requires(Permission.MANAGE_UNITS)
def drop_list(upload_id: UUID) -> ResponseReturnValue:
    """Forget a list that shall not be applied."""
    drop_upload(_get_upload(upload_id))
    db.session.commit()
    flash("Die Liste ist verworfen; es wurde nichts übernommen.", "success")
    return redirect(url_for("unit_import.choose_list"))


def _get_upload(upload_id: UUID) -> Upload:
    return get_upload(upload_id, purpose=PURPOSE, user_id=current_user.id)


def _sent_list(form: ImportForm) -> tuple[str, bytes]:
    file = request.files.get("file")
    is_pasted = bool(form.pasted.data and form.pasted.data.strip())
    if file is not None and file.filename and is_pasted:
        raise ListRefused("Bitte wählen Sie entweder eine Datei, oder fügen Sie Zeilen ein.")
    if file is not None and file.filename:
        return file.filename, file.read()
    if is_pasted:
        return PASTED, form.pasted.data.encode()
    raise ListRefused("Bitte wählen Sie eine Datei, oder fügen Sie Zeilen aus Excel ein.")


def _plan(upload: Upload, *, lock: bool = False) -> UnitPlan:
    return make_plan(_read(upload.content, upload.filename), lock=lock)


def _read(content: bytes, filename: str) -> ReadList:
    if filename == PASTED:
        return read_pasted(content.decode(errors="replace"), COLUMNS)
    return read_list(content, filename, COLUMNS)
