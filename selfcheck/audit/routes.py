"""The administration's page of the audit trail."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from selfcheck import access
from selfcheck.accounts.permissions import Permission
from selfcheck.audit import service
from selfcheck.audit.actions import Action
from selfcheck.audit.forms import AuditFilterForm
from selfcheck.audit.service import AuditFilter
from selfcheck.pagination import Page

blueprint = Blueprint("audit", __name__, url_prefix="/protokoll")

PAGE_SIZE = 50


@blueprint.get("")
@access.requires(Permission.VIEW_AUDIT_TRAIL)
def list_events() -> ResponseReturnValue:
    """List what happened, newest first."""
    form = AuditFilterForm(request.args)
    chosen = _filter_by(form) if form.validate() else AuditFilter()
    page = Page.of_request(total=service.count_events(chosen), size=PAGE_SIZE)
    events = service.list_events(chosen, limit=PAGE_SIZE, offset=page.offset)
    labels = {action.value: action.label for action in Action}
    return render_template("audit/list.html", form=form, page=page, events=events, labels=labels)


def _filter_by(form: AuditFilterForm) -> AuditFilter:
    return AuditFilter(
        action=next((one for one in Action if one.value == form.action.data), None),
        text=form.text.data or "",
        first_day=form.first_day.data,
        last_day=form.last_day.data,
    )
