"""Import of trainings by page: an office's own list, and that of the central training unit."""

from __future__ import annotations

from flask_login import current_user

from selfcheck import clock
from selfcheck.accounts.permissions import Permission
from selfcheck.documents import DocumentRefused
from selfcheck.lists import ListRefused, ReadList
from selfcheck.training.certificate_folder import CertificateFiles, open_archive
from selfcheck.training.import_service import apply_plan, describe_plan, fingerprint, make_plan
from selfcheck.training.importing import COLUMNS, TrainingPlan
from selfcheck.training.kinds import Area, Format, Origin
from selfcheck.uploads.import_pages import ListImport, make_blueprint

ARCHIVE = "Zertifikate.zip"
HINTS = {
    "Kompetenz": f"{', '.join(area.value for area in Area)}; leer, wenn noch zu klären",
    "Format": ", ".join(one.value for one in Format),
    "Herkunft": ", ".join(one.value for one in Origin),
    "Beginn": "ein Tag wie 31.12.2026",
    "Ende": "leer, wenn es nur ein Tag war",
    "Umfang": "eine Zahl wie 6 oder 7,5",
    "Einheit": "h (60 Minuten) oder UE (45 Minuten)",
    "Nachweis": "der Name einer Datei im ZIP, oder leer",
}


def _open(files: bytes | None) -> CertificateFiles:
    return CertificateFiles() if files is None else open_archive(files, ARCHIVE)


def _check_files(files: bytes) -> None:
    try:
        _open(files)
    except DocumentRefused as error:
        raise ListRefused(str(error)) from error


def _plan(read: ReadList, files: bytes | None, lock: bool) -> TrainingPlan:  # noqa: FBT001
    return make_plan(read, user=current_user, files=_open(files), day=clock.today(), lock=lock)


def _plan_central(read: ReadList, files: bytes | None, lock: bool) -> TrainingPlan:  # noqa: FBT001
    return make_plan(
        read,
        user=current_user,
        files=_open(files),
        day=clock.today(),
        is_central=True,
        lock=lock,
    )


def _apply(plan: TrainingPlan, filename: str) -> None:
    apply_plan(plan, filename=filename, actor_id=current_user.id, is_central=plan.is_central)


blueprint = make_blueprint(
    ListImport(
        name="training_import",
        purpose="trainings",
        url_prefix="/schulungen/import",
        permission=Permission.MANAGE_STAFF,
        title="Schulungsliste importieren",
        columns=COLUMNS,
        hints=HINTS,
        preview_template="training/import_preview.html",
        plan=_plan,
        fingerprint=fingerprint,
        describe=describe_plan,
        apply=_apply,
        home="people.list_people",
        home_label="Personal",
        takes_files=True,
        check_files=_check_files,
    )
)

central_blueprint = make_blueprint(
    ListImport(
        name="central_import",
        purpose="central",
        url_prefix="/zentrale-schulungen",
        permission=Permission.IMPORT_CENTRAL_TRAININGS,
        title="Zentrale Schulungsliste importieren",
        columns=COLUMNS,
        hints=HINTS,
        preview_template="training/central_preview.html",
        plan=_plan_central,
        fingerprint=fingerprint,
        describe=describe_plan,
        apply=_apply,
        home="central_import.choose_list",
        home_label="Zentrale Schulungen",
        takes_files=True,
        check_files=_check_files,
    )
)
