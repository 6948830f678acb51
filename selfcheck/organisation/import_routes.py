"""Import of units by page."""

from __future__ import annotations

from flask_login import current_user

from selfcheck.accounts.permissions import Permission
from selfcheck.lists import ReadList
from selfcheck.organisation.import_service import apply_plan, describe_plan, fingerprint, make_plan
from selfcheck.organisation.importing import COLUMNS, IS_REPORTING, KIND, PARENT, UnitPlan
from selfcheck.organisation.kinds import UnitKind
from selfcheck.uploads.import_pages import ListImport, make_blueprint


def _plan(read: ReadList, _files: bytes | None, lock: bool) -> UnitPlan:  # noqa: FBT001
    return make_plan(read, lock=lock)


def _apply(plan: UnitPlan, filename: str) -> None:
    apply_plan(plan, filename=filename, actor_id=current_user.id)


blueprint = make_blueprint(
    ListImport(
        name="unit_import",
        purpose="units",
        url_prefix="/einheiten/import",
        permission=Permission.MANAGE_UNITS,
        title="Organisationseinheiten importieren",
        columns=COLUMNS,
        hints={
            PARENT.header: "eine Nummer, oder leer auf der obersten Ebene",
            IS_REPORTING.header: "ja oder nein",
            KIND.header: ", ".join(kind.value for kind in UnitKind),
        },
        preview_template="organisation/import_preview.html",
        plan=_plan,
        fingerprint=fingerprint,
        describe=describe_plan,
        apply=_apply,
        home="organisation.list_units",
        home_label="Organisationseinheiten",
    )
)
