"""The pages of a team round: for the head, and the one behind each link, which knows no user."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access
from selfcheck.accounts.permissions import Permission
from selfcheck.checks import vote_service as service
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.scoring import AnswersInvalid
from selfcheck.checks.service import get_check
from selfcheck.checks.version_pages import questionnaire_of
from selfcheck.checks.vote_forms import LinksForm, RoundForm
from selfcheck.checks.vote_models import TeamRound
from selfcheck.checks.vote_service import RoundEndedError
from selfcheck.checks.votes import MINIMUM_VOTES, VOTES_KEPT_DAYS, rank_spreads, read_votes
from selfcheck.db import db
from selfcheck.errors import InvalidError

blueprint = Blueprint("team", __name__)

# The address of the page is a secret: no other site and no search engine shall hear of it.
SECRET_ADDRESS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


@blueprint.get("/selbstchecks/<uuid:check_id>/team")
@access.requires(Permission.USE_CHECKS)
def show_round(check_id: UUID) -> ResponseReturnValue:
    """Show how far a team round is, and its spread once it is closed."""
    check = get_check(current_user, check_id)
    if not check.is_draft:
        flash("Dieser Selbstcheck ist ausgewertet; die Teamrunde dazu ist vorbei.", "info")
        return redirect(url_for("checks.show_check", check_id=check.id))
    return _show_round(check, LinksForm())


@blueprint.post("/selbstchecks/<uuid:check_id>/team")
@access.requires(Permission.USE_CHECKS)
def make_links(check_id: UUID) -> ResponseReturnValue:
    """Make links and show them, here and never again.

    The page has the same address as before, so that whoever comes back to it finds the round.
    """
    check = service.get_draft(current_user, check_id, lock=True)
    form = LinksForm()
    if not form.validate_on_submit():
        return _show_round(check, form), 400
    try:
        tokens = service.make_links(current_user, check, number=form.number.data or 0)
    except InvalidError as error:
        form.show_error(error)
        return _show_round(check, form), 400
    db.session.commit()
    return _show_round(check, LinksForm(formdata=None), links=[_address_of(one) for one in tokens])


@blueprint.post("/selbstchecks/<uuid:check_id>/team/beenden")
@access.requires(Permission.USE_CHECKS)
def close_round(check_id: UUID) -> ResponseReturnValue:
    """Take no more votes, and show the spread."""
    check = service.get_draft(current_user, check_id, lock=True)
    service.close_round(current_user, check, opened_at=RoundForm().seen_round)
    db.session.commit()
    flash("Die Teamrunde ist beendet. Die Links gelten nicht mehr.", "success")
    return redirect(url_for("team.show_round", check_id=check.id))


@blueprint.route("/selbstchecks/<uuid:check_id>/team/neu", methods=["GET", "POST"])
@access.requires(Permission.USE_CHECKS)
def start_again(check_id: UUID) -> ResponseReturnValue:
    """Ask, then delete the round with all its links and votes."""
    check = service.get_draft(current_user, check_id, lock=request.method == "POST")
    if request.method == "POST":
        service.drop_round(current_user, check, opened_at=RoundForm().seen_round)
        db.session.commit()
        flash("Die Teamrunde ist mit allen Links und Antworten gelöscht.", "success")
        return redirect(url_for("team.show_round", check_id=check.id))
    team_round = service.find_round(check)
    if team_round is None:
        return redirect(url_for("team.show_round", check_id=check.id))
    return render_template(
        "checks/team_again.html",
        check=check,
        counts=service.count_links(check),
        form=_round_form(team_round),
    )


@blueprint.route("/team/<token>", methods=["GET", "POST"])
@access.public
def vote(token: str) -> ResponseReturnValue:
    """Let the holder of a link answer. Who is logged in is not asked, here or in the template."""
    is_sent = request.method == "POST"
    try:
        team_round = service.find_open_link(token, lock=is_sent)
    except RoundEndedError as ended:
        return _say_it_is_over(ended.round, status=410)
    if team_round is None:
        return _say_it_is_over(None, status=404)
    questionnaire = questionnaire_of(team_round.check)
    refusal = ""
    if is_sent:
        try:
            points = read_votes(questionnaire, request.form)
        except AnswersInvalid:
            refusal = "Eine Antwort steht nicht auf der Skala. Es wurde nichts gespeichert."
        else:
            if points:
                service.save_votes(token, points)
                db.session.commit()
                return redirect(url_for("team.vote", token=token, gespeichert="ja")), SECRET_ADDRESS
            refusal = "Sie haben noch nichts angekreuzt. Es wurde nichts gespeichert."
    page = render_template(
        "checks/vote.html",
        bare=True,
        team_round=team_round,
        questionnaire=questionnaire,
        answered=service.list_answered(token),
        error=refusal,
        minimum_votes=MINIMUM_VOTES,
        kept_days=VOTES_KEPT_DAYS,
    )
    return page, 400 if refusal else 200, SECRET_ADDRESS


@blueprint.record_once
def _need_no_token(state: BlueprintSetupState) -> None:
    """Take votes without the token that belongs to a session.

    Only who knows the link can send its form, which is what the token would prove. And the token
    would demand a cookie and a referrer, both of which this page does without.
    """
    state.app.extensions["csrf"].exempt(vote)


def _show_round(check: SelfCheck, form: LinksForm, *, links: list[str] | None = None) -> str:
    questionnaire = questionnaire_of(check)
    team_round = service.find_round(check)
    is_closed = team_round is not None and team_round.closed_at is not None
    spreads = service.find_spreads(check, questionnaire) if is_closed else None
    return render_template(
        "checks/team.html",
        check=check,
        form=form,
        round_form=_round_form(team_round) if team_round else None,
        team_round=team_round,
        counts=service.count_links(check) if team_round else service.LinkCounts(),
        links=links or [],
        ranked=None if spreads is None else rank_spreads(questionnaire, spreads),
        minimum_votes=MINIMUM_VOTES,
        kept_days=VOTES_KEPT_DAYS,
    )


def _say_it_is_over(ended: TeamRound | None, *, status: int) -> ResponseReturnValue:
    page = render_template(
        "checks/vote_over.html", bare=True, ended=ended, is_sent=request.method == "POST"
    )
    return page, status, SECRET_ADDRESS


def _round_form(team_round: TeamRound) -> RoundForm:
    return RoundForm(formdata=None, opened_at=team_round.opened_at.isoformat())


def _address_of(token: str) -> str:
    """Return the link to be passed on, with the host by which people reach the application."""
    base: str = current_app.extensions["selfcheck"].base_url
    if not base:
        return url_for("team.vote", token=token, _external=True)
    return base + url_for("team.vote", token=token).removeprefix(request.script_root)
