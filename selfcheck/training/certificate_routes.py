"""Certificates: open one, and assign a stack of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import BytesIO
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db
from selfcheck.documents import (
    Document,
    DocumentRefused,
    Entry,
    inspect,
    is_archive,
    picture_of,
    unpack,
)
from selfcheck.errors import DomainError, InvalidError, NotFoundError
from selfcheck.staff.models import Person
from selfcheck.staff.reach_service import list_people, list_people_by_number
from selfcheck.training import evidence_service, waiting_service
from selfcheck.training.limits import MAX_UPLOAD_BYTES
from selfcheck.training.models import Certificate
from selfcheck.training.reading.guess import Certainty
from selfcheck.training.stack_forms import StackRowForm, certainties, overall, proposed_values
from selfcheck.training.waiting_service import Kept, Proposal, ReadDocument

blueprint = Blueprint("certificates", __name__, url_prefix="/zertifikate")

ROWS = 25
MAX_FILES = 100


@dataclass(frozen=True)
class StackRow:
    """A waiting certificate with its form."""

    certificate: Certificate
    form: StackRowForm
    sure: dict[str, Certainty]
    overall: Certainty
    others: int


@blueprint.get("/<uuid:certificate_id>")
@access.requires_any(Permission.VIEW_STAFF, Permission.DECIDE_RECOGNITION)
def download(certificate_id: UUID) -> ResponseReturnValue:
    """Return a certificate as a file to save, never as a page of ours."""
    certificate = evidence_service.get_certificate(current_user, certificate_id, day=clock.today())
    content = evidence_service.content_of(certificate)
    response = send_file(
        BytesIO(content),
        mimetype=certificate.media_type.value,
        as_attachment=True,
        download_name=_shown_name(certificate),
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    _record_opening(certificate_id)
    return response


@blueprint.get("/<uuid:certificate_id>/ansehen")
@access.requires_any(Permission.VIEW_STAFF, Permission.DECIDE_RECOGNITION)
def view(certificate_id: UUID) -> ResponseReturnValue:
    """Show a picture of a certificate."""
    certificate = evidence_service.get_certificate(current_user, certificate_id, day=clock.today())
    evidence_service.check_is_there(certificate)
    page = render_template(
        "training/view.html", certificate=certificate, name=_shown_name(certificate)
    )
    _record_opening(certificate_id)
    return page


@blueprint.get("/<uuid:certificate_id>/seite.png")
@access.requires_any(Permission.VIEW_STAFF, Permission.DECIDE_RECOGNITION)
def show_picture(certificate_id: UUID) -> ResponseReturnValue:
    """Return a picture of the first page; drawn here, so that nothing in the file can run."""
    certificate = evidence_service.get_certificate(current_user, certificate_id, day=clock.today())
    content = evidence_service.content_of(certificate)
    width = 1200 if request.args.get("gross") else 360
    document = Document(
        filename=certificate.filename,
        media_type=certificate.media_type,
        content=content,
        sha256=certificate.sha256,
        pages=1,
    )
    try:
        picture = picture_of(document, width=width)
    except DocumentRefused as error:
        raise NotFoundError("Von dieser Datei lässt sich kein Bild zeigen.") from error
    return Response(picture, mimetype="image/png")


@blueprint.get("")
@access.requires(Permission.MANAGE_STAFF)
def show_stack() -> ResponseReturnValue:
    """Show the certificates that wait, each with what it seems to say."""
    return _show_stack(_rows())


@blueprint.post("/hochladen")
@access.requires(Permission.MANAGE_STAFF)
@access.takes_files(MAX_UPLOAD_BYTES)
def upload() -> ResponseReturnValue:
    """Read the files that were sent, and keep them aside until they are confirmed."""
    documents, refused = _read_sent()
    waiting_service.discard_old()
    kept = waiting_service.keep_waiting(documents, user=current_user, day=clock.today())
    waiting_service.record_upload(kept.count, user=current_user)
    db.session.commit()
    return _tell_upload(replace(kept, refused=[*refused, *kept.refused]))


@blueprint.post("/zuordnen")
@access.requires(Permission.MANAGE_STAFF)
def assign() -> ResponseReturnValue:
    """Record what was confirmed, all or nothing; the rest waits on with what was typed."""
    rows = _rows(is_sent=True)
    confirmed = [row for row in rows if row.form.confirmed.data]
    if not confirmed:
        flash(_tell_nothing_confirmed(rows), "warning")
        return _show_stack(rows), 400
    for row in confirmed:
        _assign(row)
    if any(row.form.errors or row.form.form_errors for row in confirmed):
        db.session.rollback()
        return _show_stack(rows), 400
    db.session.commit()
    later = [row for row in rows if row not in confirmed]
    waiting = waiting_service.count_waiting(current_user)
    count = "1 Zertifikat" if len(confirmed) == 1 else f"{len(confirmed)} Zertifikate"
    rest = f", {waiting} {'wartet' if waiting == 1 else 'warten'} noch" if waiting else ""
    flash(f"{count} zugeordnet{rest}.", "success")
    if later:  # with what was typed in the rows that were left for later
        return _show_stack(later)
    home = "certificates.show_stack" if waiting else "people.list_people"
    return redirect(url_for(home))


@blueprint.route("/<uuid:certificate_id>/verwerfen", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_STAFF)
def discard(certificate_id: UUID) -> ResponseReturnValue:
    """Ask, then delete a waiting certificate that nobody needs."""
    certificate = waiting_service.get_waiting(current_user, certificate_id)
    if request.method != "POST":
        return render_template("training/discard.html", certificate=certificate)
    filename = certificate.filename
    waiting_service.discard([certificate])
    db.session.commit()
    flash(f"„{filename}“ ist gelöscht.", "success")
    return redirect(url_for("certificates.show_stack"))


def _shown_name(certificate: Certificate) -> str:
    """Return the name of a file; it often holds a person's, which not everybody may read."""
    if current_user.may(Permission.VIEW_STAFF):
        return certificate.filename
    return f"Zertifikat{certificate.media_type.extension}"


def _record_opening(certificate_id: UUID) -> None:
    actor_id = current_user.id
    db.session.rollback()  # a transaction that has read cannot begin to write under load
    audit.record(
        Action.CERTIFICATE_OPENED, actor_id=actor_id, subject=f"Zertifikat {certificate_id}"
    )
    db.session.commit()


def _read_sent() -> tuple[list[ReadDocument], list[str]]:
    """Inspect, scan and read the files that were sent; no database is asked meanwhile."""
    entries, refused = _sent_entries()
    documents = []
    for entry in entries:
        try:
            documents.append(waiting_service.read_document(inspect(entry.content, entry.name)))
        except DocumentRefused as error:
            refused.append(str(error))
    return documents, refused


def _sent_entries() -> tuple[list[Entry], list[str]]:
    """Return the files that were sent, those within ZIPs included, and what was refused."""
    entries, refused = list[Entry](), list[str]()
    files = [file for file in request.files.getlist("files") if file.filename]
    if len(files) > MAX_FILES:
        return [], [f"Bitte höchstens {MAX_FILES} Dateien auf einmal."]
    for file in files:
        content, name = file.read(), file.filename or ""
        if not is_archive(content):
            entries.append(Entry(name, content))
            continue
        try:
            unpacked = unpack(content, name)
        except DocumentRefused as error:
            refused.append(str(error))
        else:
            entries.extend(unpacked.entries)
            refused.extend(unpacked.skipped)
    return entries, refused


def _tell_upload(kept: Kept) -> ResponseReturnValue:
    refused = kept.refused
    if not kept.count and not kept.known and not refused:
        refused = ["Bitte wählen Sie Dateien aus."]
    if request.accept_mimetypes.best == "application/json":  # one of many, sent by the page itself
        return {"kept": kept.count, "known": kept.known, "refused": refused}
    if kept.count:
        count = "1 Zertifikat wartet" if kept.count == 1 else f"{kept.count} Zertifikate warten"
        flash(f"{count} auf Ihre Zuordnung. Eingetragen ist noch nichts.", "success")
    if kept.known:
        names = ", ".join(kept.known[:10])
        flash(f"Schon vorhanden und deshalb übersprungen: {names}.", "info")
    if not refused:
        return redirect(url_for("certificates.show_stack"))
    return _show_stack(_rows(), refused=refused), 400


def _tell_nothing_confirmed(rows: list[StackRow]) -> str:
    """Return why nothing was assigned: nothing was ticked, or all of it was assigned before."""
    shown = {str(row.certificate.id) for row in rows}
    ticked = {name.removesuffix("-confirmed") for name in request.form if "-confirmed" in name}
    if ticked - shown:
        return "Diese Zertifikate sind schon zugeordnet oder gelöscht."
    return "Bitte kreuzen Sie an, was Sie geprüft haben. Eingetragen wurde nichts."


def _rows(*, is_sent: bool = False) -> list[StackRow]:
    proposals = waiting_service.list_proposals(
        current_user, day=clock.today(), limit=ROWS, lock=is_sent
    )
    if is_sent:  # what came meanwhile was not on the page
        shown = set(request.form.getlist("shown"))
        proposals = [one for one in proposals if str(one.certificate.id) in shown]
    return [_row(proposal, is_sent=is_sent) for proposal in proposals]


def _row(proposal: Proposal, *, is_sent: bool) -> StackRow:
    matches = proposal.people.matches
    form = StackRowForm(
        formdata=request.form if is_sent else None,
        prefix=f"{proposal.certificate.id}-",
        data=proposed_values(proposal.reading, matches),
    )
    form.offer(matches)
    sure = certainties(proposal.reading, matches)
    return StackRow(proposal.certificate, form, sure, overall(sure), proposal.people.others)


def _assign(row: StackRow) -> None:
    """Record a confirmed row; what is wrong ends up in its form."""
    form = row.form
    if not form.validate():
        return
    try:
        person = _chosen_person(form)
        waiting_service.assign(row.certificate, person, form.training, actor_id=current_user.id)
    except DomainError as error:
        form.show_error(error)


def _chosen_person(form: StackRowForm) -> Person:
    """Return whom the certificate is for; raises InvalidError naming the field."""
    day, permission = clock.today(), Permission.MANAGE_STAFF
    if form.number.data:
        found = list_people_by_number(current_user, [form.number.data], permission, day=day)
        if not found:
            raise InvalidError(
                "In Ihren Einheiten gibt es diese Personalnummer nicht.", field="number"
            )
        return found[0]
    if not form.person.data:
        raise InvalidError("Bitte wählen Sie, für wen das Zertifikat gilt.", field="person")
    return list_people(current_user, [int(form.person.data)], permission, day=day)[0]


def _show_stack(rows: list[StackRow], *, refused: list[str] | None = None) -> str:
    return render_template(
        "training/stack.html",
        rows=rows,
        refused=refused or [],
        waiting=waiting_service.count_waiting(current_user),
        certainty=Certainty,
    )
