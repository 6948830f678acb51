"""The pages of the Selbstcheck: list, form, result, and discarding a draft."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.checks import draft_service, service
from selfcheck.checks.bridge_service import find_bridge
from selfcheck.checks.draft_pages import DraftPage, open_page, page_after, page_of, sent_page
from selfcheck.checks.draft_service import Saved, SubmittedMeanwhileError
from selfcheck.checks.forms import CheckFilterForm, CheckForm
from selfcheck.checks.inputs import CheckFilter, head_values
from selfcheck.checks.listing import DRAFTS, colour_choices, filter_by
from selfcheck.checks.measure_review_service import find_measures_of_check
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.scoring import Answers, IncompleteAnswers, progress
from selfcheck.checks.share_service import find_share
from selfcheck.checks.version_pages import questionnaire_of, questionnaires
from selfcheck.db import db
from selfcheck.errors import InvalidError
from selfcheck.form_base import choices
from selfcheck.pagination import Page

blueprint = Blueprint("checks", __name__, url_prefix="/selbstchecks")

PAGE_SIZE = 25
MOST_DRAFTS = 5  # offered before a new check is begun


@blueprint.get("")
@access.requires(Permission.USE_CHECKS)
def list_checks() -> ResponseReturnValue:
    """List the checks of the user's units, newest first."""
    units = service.list_own_units(current_user)
    form = CheckFilterForm(request.args)
    form.unit.choices = choices([("", "alle"), *((str(one.id), one.label) for one in units)])
    form.colour.choices = choices(colour_choices(questionnaires()))
    is_valid = form.validate()
    chosen = filter_by(form, questionnaires()) if is_valid else CheckFilter()
    total = service.count_checks(current_user, chosen)
    page = Page.of_request(total=total, size=PAGE_SIZE)
    checks = service.list_checks(current_user, chosen, limit=PAGE_SIZE, offset=page.offset)
    return render_template(
        "checks/list.html",
        form=form,
        page=page,
        rows=[(check, questionnaire_of(check)) for check in checks],
        has_units=bool(units),
        answers_of=service.answers_of,
        progress=progress,
    )


@blueprint.get("/neu")
@access.requires(Permission.USE_CHECKS)
def start_check() -> ResponseReturnValue:
    """Show an empty form. Its address carries the id, so that sending it twice makes one check."""
    unit_ids = [unit.id for unit in service.list_own_units(current_user)]
    asked = request.args.get("einheit", type=int)
    unit_id = unit_ids[0] if len(unit_ids) == 1 else asked if asked in unit_ids else None
    page = open_page(uuid4(), None, head_values(unit_id, clock.today()))
    drafts = replace(DRAFTS, unit_id=unit_id)
    page.drafts = service.list_checks(current_user, drafts, limit=MOST_DRAFTS)
    return page.render()


@blueprint.route("/<uuid:check_id>/bearbeiten", methods=["GET", "POST"])
@access.requires(Permission.USE_CHECKS)
@access.keeps_typed_text
def edit_check(check_id: UUID) -> ResponseReturnValue:
    """Show a draft; save it, or submit it for good."""
    if request.method == "POST":
        # None: the first save of a new check
        check = service.find_check(current_user, check_id, lock=True)
    else:
        check = service.get_check(current_user, check_id)
    if check is not None and not check.is_draft:
        return _say_it_is_final(check)
    if check is not None and request.method != "POST":
        return page_of(check).render()
    page = sent_page(check_id, check)
    if page.form.resume.data:
        return page.render()
    return _save(page)


def _save(page: DraftPage) -> ResponseReturnValue:
    is_submission = request.form.get("action") == "submit"
    if not _is_valid(page.form, is_submission=is_submission):
        return page.render(), 400
    command = draft_service.submit_check if is_submission else draft_service.save_draft
    try:
        saved = command(
            current_user,
            check_id=page.check_id,
            questionnaire=page.questionnaire,
            entered=page.form.entered(page.memory),
        )
        db.session.commit()
    except SubmittedMeanwhileError as error:
        return _say_it_is_final(error.check)
    except IncompleteAnswers as error:
        db.session.rollback()
        page.form.show_missing(error.missing)
    except InvalidError as error:
        db.session.rollback()
        page.form.show_error(error)
    else:
        return _confirm(page, saved, is_submission=is_submission)
    return page.render(), 400


@blueprint.post("/<uuid:check_id>/antworten")
@access.requires(Permission.USE_CHECKS)
def save_answers(check_id: UUID) -> ResponseReturnValue:
    """Save what was typed so far, while it is typed; answers with what the form shows of it."""
    check = service.find_check(current_user, check_id, lock=True)
    if check is not None and not check.is_draft:
        return render_template("checks/_too_late.html", check=check), 409
    page = sent_page(check_id, check)
    page.form.validate()  # what cannot be taken stays in the form, with its error, and is left out
    try:
        saved = draft_service.save_draft(
            current_user,
            check_id=check_id,
            questionnaire=page.questionnaire,
            entered=page.form.entered(page.memory),
        )
        db.session.commit()
    except SubmittedMeanwhileError as error:
        return render_template("checks/_too_late.html", check=error.check), 409
    except InvalidError as error:  # no unit or no day yet: there is nothing to hang it on
        db.session.rollback()
        return render_template("checks/_not_saved.html", reason=error.message), 400
    is_all = not saved.merge.conflicts and not any(field.errors for field in page.form)
    event = "draft-saved" if is_all else "draft-saved-in-part"
    return page.render_saved(saved), {"HX-Trigger": event}


@blueprint.get("/<uuid:check_id>")
@access.requires(Permission.USE_CHECKS)
def show_check(check_id: UUID) -> ResponseReturnValue:
    """Show the result of a submitted check."""
    check = service.get_check(current_user, check_id)
    if check.is_draft:
        return redirect(url_for("checks.edit_check", check_id=check.id))
    questionnaire = questionnaire_of(check)
    return render_template(
        "checks/result.html",
        check=check,
        questionnaire=questionnaire,
        answers=service.answers_of(check),
        result=service.result_of(check, questionnaire),
        previous=service.find_previous_check(check),
        share=find_share(check),
        measures=find_measures_of_check(check, questionnaires(), today=clock.today()),
        bridge=find_bridge(current_user, check, questionnaire, today=clock.today()),
    )


@blueprint.route("/<uuid:check_id>/verwerfen", methods=["GET", "POST"])
@access.requires(Permission.USE_CHECKS)
def discard_draft(check_id: UUID) -> ResponseReturnValue:
    """Ask, then delete a draft."""
    check = service.get_check(current_user, check_id, lock=request.method == "POST")
    if request.method != "POST" and check.is_draft:
        done = progress(questionnaire_of(check), service.answers_of(check))
        return render_template("checks/discard.html", check=check, done=done)
    draft_service.discard_draft(current_user, check)
    db.session.commit()
    flash("Der Entwurf ist verworfen.", "success")
    return redirect(url_for("checks.list_checks"))


def _say_it_is_final(check: SelfCheck) -> ResponseReturnValue:
    """Go to the result, unless words were sent that stand nowhere else: they are shown again."""
    kept = service.answers_of(check).texts.values()
    is_post = request.method == "POST"
    sent = sent_page(check.id, check).form.answers if is_post else Answers()
    typed = [text for text in sent.texts.values() if text not in kept]
    if typed:
        return render_template("checks/too_late.html", check=check, typed=typed), 409
    flash("Dieser Selbstcheck ist ausgewertet und bleibt, wie er ist.", "info")
    return redirect(url_for("checks.show_check", check_id=check.id))


def _is_valid(form: CheckForm, *, is_submission: bool) -> bool:
    """Return whether the form can be taken; a submission names all that is missing at once."""
    is_valid: bool = form.validate()
    if is_submission:
        is_valid = not form.refuse_loose_text() and is_valid
        if not is_valid:
            form.show_missing(progress(form.questionnaire, form.answers).missing)
    return is_valid


def _confirm(page: DraftPage, saved: Saved, *, is_submission: bool) -> ResponseReturnValue:
    check = saved.check
    if check.is_draft and (is_submission or saved.merge.conflicts):
        return page_after(page, saved).render(), 409
    if is_submission:
        flash(f"Der Selbstcheck für {check.unit.label} ist ausgewertet.", "success")
        return redirect(url_for("checks.show_check", check_id=check.id))
    names = sorted({change.by.name for change in saved.changes.values()})
    others = f" Inzwischen hat auch {' und '.join(names)} Antworten gegeben." if names else ""
    flash(f"Zwischengespeichert. Sie können jederzeit hier weiterschreiben.{others}", "success")
    return redirect(url_for("checks.edit_check", check_id=check.id))
