"""The first page after login („Was ist zu tun?“), and help, privacy and accessibility."""

from __future__ import annotations

from flask import Blueprint, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.checks.scoring import progress
from selfcheck.checks.service import answers_of
from selfcheck.checks.work import find_work
from selfcheck.evaluation.work_service import find_work as find_evaluation_work
from selfcheck.overview.service import find_shared
from selfcheck.retention.due_service import current_periods
from selfcheck.rounds.work_service import find_work as find_round_work
from selfcheck.start.service import count_all, find_duties
from selfcheck.start.task_service import Found, list_tasks
from selfcheck.start.tasks import cut
from selfcheck.training.lengths import describe_hours
from selfcheck.training.mandates import CURRENT_MANDATE
from selfcheck.training.reasons import list_areas

blueprint = Blueprint("start", __name__)


@blueprint.get("/")
def show_start() -> ResponseReturnValue:
    """Show what is to be done, by role: the most urgent, or with ``alle`` all of it."""
    day = clock.today()
    heads_units = current_user.may(Permission.USE_CHECKS)
    work = find_work(current_user, today=day) if heads_units else None
    counts = count_all(current_user, day=day)
    g.unread_messages = counts.unread_messages  # the frame of the page need not ask again
    sees_staff = current_user.may(Permission.VIEW_STAFF)
    duties = find_duties(current_user, day=day) if sees_staff else None
    evaluation = find_evaluation_work(current_user)
    rounds = find_round_work(current_user, today=day)
    found = Found(counts=counts, work=work, duties=duties, parts=evaluation.due, asked=rounds.asked)
    return render_template(
        "start/start.html",
        work=work,
        state=counts.system,
        sends_mails=current_app.extensions["selfcheck"].mail_server is not None,
        shown=cut(list_tasks(found, today=day), shows_all="alle" in request.args),
        duties=duties,
        evaluation=evaluation,
        rounds=rounds,
        shared=find_shared(current_user, current_app.extensions["questionnaires"], today=day),
        today=day,
        mandate=CURRENT_MANDATE,
        list_areas=list_areas,
        questionnaires=current_app.extensions["questionnaires"],
        progress=progress,
        answers_of=answers_of,
    )


@blueprint.get("/hilfe")
@access.public
def show_help() -> ResponseReturnValue:
    """Explain the application in a few sentences."""
    return render_template(
        "start/help.html",
        mandate=CURRENT_MANDATE,
        hours=describe_hours(CURRENT_MANDATE.minimum_minutes),
        list_areas=list_areas,
    )


@blueprint.get("/datenschutz")
@access.public
def show_privacy() -> ResponseReturnValue:
    """Say which personal data is kept here, and for how long."""
    periods = [
        (kind.label, period.label) for kind, period in current_periods().items() if kind.is_deleted
    ]
    return render_template("start/privacy.html", periods=periods)


@blueprint.get("/barrierefreiheit")
@access.public
def show_accessibility() -> ResponseReturnValue:
    """Say how accessible the application is and whom to tell about barriers."""
    return render_template("start/accessibility.html")
