"""The pages of a team round: for the head, and the one behind each link, which knows no user."""

from __future__ import annotations

from uuid import UUID

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
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
from selfcheck.checks.vote_service import LinksMadeError, LinkUsedError, RoundEndedError
from selfcheck.checks.votes import (
    MINIMUM_VOTES,
    VOTES_KEPT,
    VOTES_KEPT_DAYS,
    rank_spreads,
    read_votes,
)
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

    The page has the same address as before, so that whoever comes back to it finds the round. A
    form sent twice makes links once: the second time it is shown again, with how many there are.
    """
    check = service.get_draft(current_user, check_id, lock=True)
    form = LinksForm()
    if not form.validate_on_submit():
        return _show_round(check, form), 400
    try:
        tokens = service.make_links(
            current_user, check, number=form.number.data or 0, seen=form.seen_links
        )
    except InvalidError as error:
        form.show_error(error)
        return _show_round(check, form), 400
    except LinksMadeError as error:
        db.session.rollback()
        again = LinksForm(formdata=None, number=form.number.data)
        again.show_error(error)
        return _show_round(check, again), 409
    db.session.commit()
    return _show_round(check, LinksForm(formdata=None), links=[_address_of(one) for one in tokens])


@blueprint.route("/selbstchecks/<uuid:check_id>/team/beenden", methods=["GET", "POST"])
@access.requires(Permission.USE_CHECKS)
def close_round(check_id: UUID) -> ResponseReturnValue:
    """Ask, then take no more votes, and show the spread."""
    check = service.get_draft(current_user, check_id, lock=request.method == "POST")
    if request.method == "POST":
        service.close_round(current_user, check, opened_at=RoundForm().seen_round)
        db.session.commit()
        flash("Die Teamrunde ist beendet. Die Links gelten nicht mehr.", "success")
        return redirect(url_for("team.show_round", check_id=check.id))
    team_round = service.find_round(check)
    if team_round is None or team_round.closed_at is not None:
        return redirect(url_for("team.show_round", check_id=check.id))
    return _ask(check, team_round, "checks/team_close.html")


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
    return _ask(check, team_round, "checks/team_again.html")


@blueprint.route("/team/<token>", methods=["GET", "POST"])
@access.public
def vote(token: str) -> ResponseReturnValue:
    """Let the holder of a link answer. Who is logged in is not asked, here or in the template.

    The browser gets its secret when the link is opened, so that a double click on the first answer
    sends the same one twice; only by answering does the link become that browser's.
    """
    is_sent = request.method == "POST"
    voter = request.cookies.get(_voter_cookie()) or service.make_voter()
    try:
        team_round = service.find_open_link(token, voter=voter, lock=is_sent)
    except RoundEndedError as ended:
        return _say_it_is_over(ended.round, status=410)
    except LinkUsedError as used:
        page = render_template("checks/vote_used.html", bare=True, used=used.round, is_sent=is_sent)
        return page, 409, SECRET_ADDRESS
    if team_round is None:
        return _say_it_is_over(None, status=404)
    refusal = _save_votes(team_round, token, voter) if is_sent else ""
    if is_sent and not refusal:
        answer = redirect(url_for("team.vote", token=token, gespeichert="ja"))
    else:
        answer = _show_statements(team_round, token, refusal)
    return _keep_voter(make_response(answer, SECRET_ADDRESS), token, voter)


@blueprint.record_once
def _need_no_token(state: BlueprintSetupState) -> None:
    """Take votes without the token that belongs to a session.

    Only who knows the link can send its form, which is what the token would prove. And the token
    would demand a session and a referrer, both of which this page does without.
    """
    state.app.extensions["csrf"].exempt(vote)


def _save_votes(team_round: TeamRound, token: str, voter: str) -> str:
    """Store what was sent, or return why not."""
    try:
        points = read_votes(questionnaire_of(team_round.check), request.form)
    except AnswersInvalid:
        return "Eine Antwort steht nicht auf der Skala. Es wurde nichts gespeichert."
    if not points:
        return "Sie haben noch nichts angekreuzt. Es wurde nichts gespeichert."
    service.save_votes(token, points, voter=voter)
    db.session.commit()
    return ""


def _show_statements(team_round: TeamRound, token: str, refusal: str) -> Response:
    page = render_template(
        "checks/vote.html",
        bare=True,
        team_round=team_round,
        questionnaire=questionnaire_of(team_round.check),
        answered=service.list_answered(token),
        links=service.count_links(team_round.check).made,
        error=refusal,
        minimum_votes=MINIMUM_VOTES,
        kept_days=VOTES_KEPT_DAYS,
    )
    return make_response(page, 400 if refusal else 200)


def _voter_cookie() -> str:
    """Return the cookie's name; browsers take one with this prefix over TLS only."""
    is_secure = current_app.config["SESSION_COOKIE_SECURE"]
    return "__Secure-team-voter" if is_secure else "team-voter"


def _keep_voter(response: Response, token: str, voter: str) -> Response:
    """Give the browser its secret, for the address of this link only, unless it has it already."""
    if request.cookies.get(_voter_cookie()) != voter:
        response.set_cookie(
            _voter_cookie(),
            voter,
            max_age=VOTES_KEPT,
            path=url_for("team.vote", token=token),
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response


def _show_round(check: SelfCheck, form: LinksForm, *, links: list[str] | None = None) -> str:
    questionnaire = questionnaire_of(check)
    team_round = service.find_round(check)
    counts = service.count_links(check) if team_round else service.LinkCounts()
    form.made.data = str(counts.made)
    is_closed = team_round is not None and team_round.closed_at is not None
    spreads = service.find_spreads(check, questionnaire) if is_closed else None
    return render_template(
        "checks/team.html",
        check=check,
        form=form,
        team_round=team_round,
        counts=counts,
        links=links or [],
        ranked=None if spreads is None else rank_spreads(questionnaire, spreads),
        minimum_votes=MINIMUM_VOTES,
        kept_days=VOTES_KEPT_DAYS,
    )


def _ask(check: SelfCheck, team_round: TeamRound, template: str) -> str:
    return render_template(
        template,
        check=check,
        counts=service.count_links(check),
        form=RoundForm(formdata=None, opened_at=team_round.opened_at.isoformat()),
        minimum_votes=MINIMUM_VOTES,
    )


def _say_it_is_over(ended: TeamRound | None, *, status: int) -> ResponseReturnValue:
    page = render_template(
        "checks/vote_over.html", bare=True, ended=ended, is_sent=request.method == "POST"
    )
    return page, status, SECRET_ADDRESS


def _address_of(token: str) -> str:
    """Return the link to be passed on, with the host by which people reach the application."""
    base: str = current_app.extensions["selfcheck"].base_url
    if not base:
        return url_for("team.vote", token=token, _external=True)
    return base + url_for("team.vote", token=token).removeprefix(request.script_root)
