"""The administration's page of how the system does."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.operations.sizes import format_bytes
from selfcheck.operations.status import TASK_LABELS, find_notices
from selfcheck.operations.status_service import find_status

blueprint = Blueprint("status", __name__)


@blueprint.get("/systemstatus")
@access.requires(Permission.VIEW_SYSTEM_STATUS)
def show_status() -> ResponseReturnValue:
    """Show what runs, what it depends on, and what needs somebody's hand."""
    status = find_status(current_app.extensions["selfcheck"])
    return render_template(
        "operations/status.html",
        status=status,
        notices=find_notices(status),
        task_labels=TASK_LABELS,
        time_zone=clock.city_time_zone().key,
        format_bytes=format_bytes,
    )
