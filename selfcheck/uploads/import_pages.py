"""The pages of an import, the same for every kind of list: choose or paste, preview, apply."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from selfcheck import access
from selfcheck.accounts.permissions import Permission
from selfcheck.db import db
from selfcheck.lists import CellError, Column, ListRefused, ReadList, read_list, read_pasted
from selfcheck.lists.download_pages import send_download
from selfcheck.lists.error_list import write_error_list
from selfcheck.lists.messages import grouped
from selfcheck.uploads.forms import ApplyForm, ImportForm, ImportWithFilesForm
from selfcheck.uploads.models import Upload
from selfcheck.uploads.service import drop_upload, get_upload, keep_upload

MAX_ROWS = 20_000
MAX_BYTES_WITH_FILES = 110 * 1024 * 1024
PASTED = "aus der Zwischenablage"


class Plan(Protocol):
    """What a list would do, as far as these pages look at it."""

    @property
    def errors(self) -> Sequence[CellError]:
        """What is wrong; with errors nothing is applied."""

    @property
    def warnings(self) -> Sequence[str]:
        """What was skipped."""

    @property
    def changes_something(self) -> bool:
        """Whether there is anything to apply."""


P = TypeVar("P", bound=Plan)


@dataclass(frozen=True, kw_only=True)
class ListImport(Generic[P]):
    """One kind of list: who may import it, how it is planned and applied, what its pages say.

    ``plan`` takes the list, the ZIP that came with it or None, and whether to lock; ``apply`` the
    plan and the name of the file.
    """

    name: str  # of the blueprint
    purpose: str  # under which a list waits
    url_prefix: str
    permission: Permission
    title: str
    columns: Sequence[Column[Any]]
    # What a cell may hold, by header; for the page on which the list is chosen.
    hints: Mapping[str, str]
    preview_template: str
    plan: Callable[[ReadList, bytes | None, bool], P]
    fingerprint: Callable[[P], str]
    describe: Callable[[P], str]
    apply: Callable[[P, str], None]
    # The page to which the import belongs: its name, and where it is.
    home: str
    home_label: str
    takes_files: bool = False
    # Raises ListRefused for a ZIP that cannot be read.
    check_files: Callable[[bytes], None] | None = None
    # Where what was applied can be looked at again or taken back; empty: nowhere.
    afterwards: str = ""

    def choose(self) -> ResponseReturnValue:
        """Take a list as a file or as pasted rows, and go on to its preview."""
        form = ImportWithFilesForm() if self.takes_files else ImportForm()
        if form.validate_on_submit():
            try:
                filename, content = _sent_list(form)
                _refuse_long(self._read(content, filename))
            except ListRefused as error:
                form.file.errors = [str(error)]
            files = self._sent_files(form)
            if not form.errors:
                upload = keep_upload(
                    purpose=self.purpose,
                    user_id=current_user.id,
                    filename=filename,
                    content=content,
                    attachment=files,
                )
                db.session.commit()
                return redirect(url_for(f"{self.name}.preview", upload_id=upload.id))
        page = render_template("uploads/import.html", form=form, kind=self)
        return page, form.status

    def preview(self, upload_id: UUID) -> ResponseReturnValue:
        """Show what the list would change; apply it if nothing has changed since it was shown."""
        upload = self._get_upload(upload_id)
        plan = self._plan(upload, lock=request.method == "POST")
        form = ApplyForm()
        shown = form.shown.data if form.is_submitted() else self.fingerprint(plan)
        form.shown.data = self.fingerprint(plan)
        is_outdated = shown != form.shown.data
        if not form.is_submitted() or plan.errors or is_outdated:
            page = render_template(
                self.preview_template,
                form=form,
                upload=upload,
                plan=plan,
                is_outdated=is_outdated,
                kind=self,
            )
            return page, 409 if is_outdated else form.status
        self.apply(plan, upload.filename)
        drop_upload(upload)
        db.session.commit()
        flash(self._confirmation(plan), "success")
        return redirect(url_for(self.home))

    def download_errors(self, upload_id: UUID) -> ResponseReturnValue:
        """Return the errors of a list as a list."""
        plan = self._plan(self._get_upload(upload_id))
        return send_download(write_error_list(plan.errors), "fehler.csv")

    def drop(self, upload_id: UUID) -> ResponseReturnValue:
        """Forget a list that shall not be applied."""
        drop_upload(self._get_upload(upload_id))
        db.session.commit()
        flash("Die Liste ist verworfen; es wurde nichts übernommen.", "success")
        return redirect(url_for(f"{self.name}.choose_list"))

    def _confirmation(self, plan: P) -> Markup:
        told = Markup("Übernommen: {}.").format(self.describe(plan))
        if not self.afterwards:
            return told
        link = Markup(' <a href="{}">Ansehen oder zurücknehmen</a>')
        return told + link.format(url_for(self.afterwards))

    def _sent_files(self, form: ImportForm) -> bytes | None:
        """Return the ZIP that was sent; what is wrong with it ends up in the form."""
        file = request.files.get("files") if self.takes_files else None
        if file is None or not file.filename:
            return None
        content: bytes = file.read()
        try:
            if self.check_files is not None:
                self.check_files(content)
        except ListRefused as error:
            form.files.errors = [str(error)]
        return content

    def _get_upload(self, upload_id: UUID) -> Upload:
        return get_upload(
            upload_id,
            purpose=self.purpose,
            user_id=current_user.id,
            with_attachment=self.takes_files,
        )

    def _plan(self, upload: Upload, *, lock: bool = False) -> P:
        files = upload.attachment if self.takes_files else None
        return self.plan(self._read(upload.content, upload.filename), files, lock)

    def _read(self, content: bytes, filename: str) -> ReadList:
        if filename == PASTED:
            return read_pasted(content.decode(errors="replace"), self.columns)
        return read_list(content, filename, self.columns)


def make_blueprint(kind: ListImport[Any]) -> Blueprint:
    """Return the pages of an import, all behind the permission of its kind."""
    blueprint = Blueprint(kind.name, __name__, url_prefix=kind.url_prefix)
    pages = (
        ("", "choose_list", ["GET", "POST"], kind.choose),
        ("/<uuid:upload_id>", "preview", ["GET", "POST"], kind.preview),
        ("/<uuid:upload_id>/fehler.csv", "download_errors", ["GET"], kind.download_errors),
        ("/<uuid:upload_id>/verwerfen", "drop_list", ["POST"], kind.drop),
    )
    for rule, endpoint, methods, page in pages:
        view = access.requires(kind.permission)(_view(page))
        if kind.takes_files:
            view = access.takes_files(MAX_BYTES_WITH_FILES)(view)
        blueprint.add_url_rule(rule, endpoint, view, methods=methods)
    return blueprint


def _view(page: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Return a function of its own: a bound method cannot carry the stamp of its permission."""

    def show(**arguments: Any) -> ResponseReturnValue:  # noqa: ANN401 - as Flask passes them
        return page(**arguments)

    return show


def _refuse_long(read: ReadList) -> None:
    """Refuse what would keep a page waiting for long: the command says how far it is."""
    rows = len(read.rows) + len(read.faulty_rows)
    if rows > MAX_ROWS:
        raise ListRefused(
            f"Diese Liste hat {grouped(rows)} Zeilen, hier sind {grouped(MAX_ROWS)} möglich. Bitte "
            "teilen Sie sie auf, oder lassen Sie sie von der Administration mit dem Befehl "
            "„selfcheck import“ einlesen."
        )


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
