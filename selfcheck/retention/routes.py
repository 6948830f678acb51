"""The page of the periods: what is kept how long, what is due, what the last run deleted."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.retention.due_service import at, count_due
from selfcheck.retention.kinds import Kind
from selfcheck.retention.run_service import find_last_run

blueprint = Blueprint("retention", __name__, url_prefix="/loeschfristen")


@blueprint.get("")
@access.requires(Permission.VIEW_AUDIT_TRAIL)
def show_periods() -> ResponseReturnValue:
    """Show all kinds with their periods, and numbers without names."""
    when = at(clock.now())
    due = count_due(when)
    return render_template(
        "retention/periods.html",
        rows=[(kind, when.periods[kind], due[kind]) for kind in Kind],
        last_run=find_last_run(),
    )
