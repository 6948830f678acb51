"""„Meine Daten“: what is stored about the user of an account."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import clock
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db
from selfcheck.lists.download_pages import send_download
from selfcheck.retention.disclosure import write_json, write_pdf
from selfcheck.retention.own_data_service import disclose_account

blueprint = Blueprint("own_data", __name__, url_prefix="/konto")


@blueprint.get("/daten.pdf")
def export_pdf() -> ResponseReturnValue:
    """Return everything about the own account, for reading."""
    content = write_pdf(disclose_account(current_user))
    _record_export()
    return send_download(content, f"meine-daten-{clock.today():%Y-%m-%d}.pdf")


@blueprint.get("/daten.json")
def export_json() -> ResponseReturnValue:
    """Return everything about the own account, for machines."""
    content = write_json(disclose_account(current_user))
    _record_export()
    return send_download(content, f"meine-daten-{clock.today():%Y-%m-%d}.json")


def _record_export() -> None:
    actor_id = current_user.id
    db.session.rollback()  # a transaction that has read cannot begin to write under load
    audit.record(Action.OWN_DATA_EXPORTED, actor_id=actor_id)
    db.session.commit()
