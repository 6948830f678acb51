"""What an office delivered: for the office itself, and for the Haupt- und Personalamt."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access
from selfcheck.accounts.permissions import Permission
from selfcheck.evaluation.download_pages import ENDINGS, send_report
from selfcheck.evaluation.figures import COLUMN_LABELS, QUOTA_LABEL
from selfcheck.evaluation.models import Delivery
from selfcheck.evaluation.part_service import get_delivery, read_delivery
from selfcheck.evaluation.report_service import report_delivery
from selfcheck.evaluation.snapshot import with_total

blueprint = Blueprint("deliveries", __name__, url_prefix="/meldungen")


@blueprint.get("/<int:delivery_id>")
@access.requires_any(Permission.VIEW_STAFF, Permission.REQUEST_EVALUATION)
def show_delivery(delivery_id: int) -> ResponseReturnValue:
    """Show the figures as they were handed over: numbers only, without links."""
    delivery = _get_delivery(delivery_id)
    return render_template(
        "evaluation/delivery.html",
        delivery=delivery,
        snapshot=read_delivery(delivery),
        labels=COLUMN_LABELS,
        quota_label=QUOTA_LABEL,
        with_total=with_total,
    )


@blueprint.get(f"/<int:delivery_id>/tabelle.<{ENDINGS}:ending>")
@access.requires_any(Permission.VIEW_STAFF, Permission.REQUEST_EVALUATION)
def export_delivery(delivery_id: int, ending: str) -> ResponseReturnValue:
    """Return what was handed over as a file."""
    report = report_delivery(_get_delivery(delivery_id))
    return send_report(report, ending, actor_id=current_user.id)


def _get_delivery(delivery_id: int) -> Delivery:
    """Return a delivery of the user's units, or of any for those who ask the whole city."""
    asks_all = current_user.may(Permission.REQUEST_EVALUATION)
    permission = Permission.REQUEST_EVALUATION if asks_all else Permission.VIEW_STAFF
    return get_delivery(current_user, delivery_id, permission)
