"""Import of a roster by page, and taking one back."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.accounts.scope import select_unit_ids
from selfcheck.db import db
from selfcheck.errors import ConflictError
from selfcheck.lists import ReadList
from selfcheck.staff import undo_service
from selfcheck.staff.import_service import apply_plan, describe_plan, fingerprint, make_plan
from selfcheck.staff.importing import COLUMNS, FIRST_DAY, LAST_DAY, UNIT, StaffPlan
from selfcheck.uploads.import_pages import ListImport, make_blueprint

DAY_HINT = "ein Tag wie 31.12.2026, oder leer"


def _plan(read: ReadList, _files: bytes | None, lock: bool) -> StaffPlan:  # noqa: FBT001
    within = select_unit_ids(current_user, Permission.MANAGE_STAFF)
    return make_plan(read, within=within, on=clock.today(), lock=lock)


def _apply(plan: StaffPlan, filename: str) -> None:
    apply_plan(plan, filename=filename, actor_id=current_user.id)


blueprint = make_blueprint(
    ListImport(
        name="staff_import",
        purpose="staff",
        url_prefix="/personal/import",
        permission=Permission.MANAGE_STAFF,
        title="Personalliste importieren",
        columns=COLUMNS,
        hints={
            UNIT.header: "die Nummer einer Ihrer Organisationseinheiten",
            "Führungskraft": "ja oder nein",
            "Bürgerkontakt": "ja oder nein",
            "Medienarbeit": "ja oder nein",
            FIRST_DAY.header: DAY_HINT,
            LAST_DAY.header: DAY_HINT,
        },
        preview_template="staff/import_preview.html",
        plan=_plan,
        fingerprint=fingerprint,
        describe=describe_plan,
        apply=_apply,
        home="people.list_people",
        home_label="Personal",
        afterwards="staff_imports.list_imports",
    )
)

imports_blueprint = Blueprint("staff_imports", __name__, url_prefix="/personal/importe")


@imports_blueprint.get("")
@access.requires(Permission.MANAGE_STAFF)
def list_imports() -> ResponseReturnValue:
    """List the rosters that the user imported."""
    imports = undo_service.list_imports(current_user.id)
    return render_template("staff/imports.html", imports=imports)


@imports_blueprint.route("/<uuid:import_id>/zuruecknehmen", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_STAFF)
def take_back(import_id: UUID) -> ResponseReturnValue:
    """Ask, or say what stands in the way; then take a whole import back."""
    one = undo_service.get_import(import_id, current_user.id)
    within, day = select_unit_ids(current_user, Permission.MANAGE_STAFF), clock.today()
    if request.method == "POST":
        try:
            undo_service.take_back(one, within=within, on=day, actor_id=current_user.id)
        except ConflictError:
            db.session.rollback()
        else:
            db.session.commit()
            flash(f"Der Import von „{one.filename}“ ist zurückgenommen.", "success")
            return redirect(url_for("staff_imports.list_imports"))
    obstacles = undo_service.find_obstacles(one, within=within, on=day)
    page = render_template("staff/take_back.html", one=one, obstacles=obstacles)
    return page, 409 if request.method == "POST" else 200
