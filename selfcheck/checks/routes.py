"""The pages of the Selbstcheck: list, form, result, and discarding a draft."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.checks import service
from selfcheck.checks.forms import CheckFilterForm, CheckForm, make_check_form, stored_fields
from selfcheck.checks.inputs import CheckFilter
from selfcheck.checks.listing import DRAFTS, colour_choices, filter_by
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.questionnaire import Questionnaire, newest
from selfcheck.checks.scoring import Answers, IncompleteAnswers, progress
from selfcheck.checks.service import OutdatedDraftError
from selfcheck.db import db
from selfcheck.errors import InvalidError
from selfcheck.form_base import choices
from selfcheck.pagination import Page

blueprint = Blueprint("checks", __name__, url_prefix="/selbstchecks")

PAGE_SIZE = 25


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
    questionnaire = newest(questionnaires())
    unit_id = request.args.get("einheit", type=int)
    stored = stored_fields(
        questionnaire, unit_id=unit_id, checked_on=clock.today(), revision=0, answers=Answers()
    )
    form = make_check_form(questionnaire, units=_unit_choices(), stored=stored)
    drafts = service.list_checks(current_user, DRAFTS, limit=5)
    return _show_form(form, check_id=uuid4(), check=None, drafts=drafts)


@blueprint.route("/<uuid:check_id>/bearbeiten", methods=["GET", "POST"])
@access.requires(Permission.USE_CHECKS)
@access.keeps_typed_text
def edit_check(check_id: UUID) -> ResponseReturnValue:
    """Show a draft; save it, or submit it for good."""
    check = (
        service.find_check(current_user, check_id, lock=True)  # None: the first save of a new check
        if request.method == "POST"
        else service.get_check(current_user, check_id)
    )
    if check is not None and not check.is_draft:
        return _say_it_is_final(check)
    form = _make_form(check)
    if request.method != "POST" or form.resume.data:
        return _show_form(form, check_id=check_id, check=check)
    is_submission = request.form.get("action") == "submit"
    if not _is_valid(form, is_submission=is_submission):
        return _show_form(form, check_id=check_id, check=check), 400
    command = service.submit_check if is_submission else service.save_draft
    try:
        saved = command(
            current_user,
            check_id=check_id,
            questionnaire=form.questionnaire,
            entered=form.entered,
        )
        db.session.commit()
    except OutdatedDraftError as error:
        form.revision.data = error.check.revision
        return _show_form(form, check_id=check_id, check=error.check, is_outdated=True), 409
    except IncompleteAnswers as error:
        db.session.rollback()
        form.show_missing(error.missing)
    except InvalidError as error:
        db.session.rollback()
        form.show_error(error)
    else:
        return _confirm(saved, is_submission=is_submission)
    return _show_form(form, check_id=check_id, check=check), 400


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
    )


@blueprint.route("/<uuid:check_id>/verwerfen", methods=["GET", "POST"])
@access.requires(Permission.USE_CHECKS)
def discard_draft(check_id: UUID) -> ResponseReturnValue:
    """Ask, then delete a draft."""
    check = service.get_check(current_user, check_id, lock=request.method == "POST")
    if request.method != "POST" and check.is_draft:
        done = progress(questionnaire_of(check), service.answers_of(check))
        return render_template("checks/discard.html", check=check, done=done)
    service.discard_draft(current_user, check)
    db.session.commit()
    flash("Der Entwurf ist verworfen.", "success")
    return redirect(url_for("checks.list_checks"))


def questionnaires() -> dict[str, Questionnaire]:
    """Return all versions of the questionnaire."""
    versions: dict[str, Questionnaire] = current_app.extensions["questionnaires"]
    return versions


def questionnaire_of(check: SelfCheck) -> Questionnaire:
    """Return the version with which a check was filled in."""
    return questionnaires()[check.questionnaire_version]


def _make_form(check: SelfCheck | None) -> CheckForm:
    if check is None:
        # The form may have been opened before a new version came.
        shown = questionnaires().get(request.form.get("version", ""))
        questionnaire = shown or newest(questionnaires())
        return make_check_form(questionnaire, units=_unit_choices(), stored={})
    questionnaire = questionnaire_of(check)
    stored = stored_fields(
        questionnaire,
        unit_id=check.unit_id,
        checked_on=check.checked_on,
        revision=0,
        answers=service.answers_of(check),
    )
    return make_check_form(questionnaire, units=_unit_choices(check), stored=stored)


def _say_it_is_final(check: SelfCheck) -> ResponseReturnValue:
    """Go to the result, unless words were sent that stand nowhere else: they are shown again."""
    kept = service.answers_of(check).texts.values()
    typed = [text for text in _make_form(check).answers.texts.values() if text not in kept]
    if request.method == "POST" and typed:
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


def _unit_choices(check: SelfCheck | None = None) -> list[tuple[str, str]]:
    units = service.list_own_units(current_user)
    if check is not None and check.unit not in units:  # closed since the draft was begun
        units.append(check.unit)
    pairs = [(str(unit.id), unit.label) for unit in units]
    return pairs if len(pairs) == 1 else [("", "Bitte wählen"), *pairs]


def _show_form(
    form: CheckForm,
    *,
    check_id: UUID,
    check: SelfCheck | None,
    drafts: list[SelfCheck] | None = None,
    is_outdated: bool = False,
) -> str:
    return render_template(
        "checks/form.html",
        form=form,
        questionnaire=form.questionnaire,
        check_id=check_id,
        check=check,
        drafts=drafts or [],
        done=progress(form.questionnaire, form.answers),
        is_outdated=is_outdated,
        is_resumed=bool(form.resume.data),
        is_unsaved=request.method == "POST",
        theirs=service.answers_of(check) if check and is_outdated else Answers(),
    )


def _confirm(check: SelfCheck, *, is_submission: bool) -> ResponseReturnValue:
    if is_submission:
        flash(f"Der Selbstcheck für {check.unit.label} ist ausgewertet.", "success")
        return redirect(url_for("checks.show_check", check_id=check.id))
    flash("Zwischengespeichert. Sie können jederzeit hier weiterschreiben.", "success")
    return redirect(url_for("checks.edit_check", check_id=check.id))
