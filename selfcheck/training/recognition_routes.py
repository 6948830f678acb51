"""Questions about doubtful trainings: the office asks, the commissioner decides."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.db import db
from selfcheck.errors import DomainError, ForbiddenError
from selfcheck.organisation.models import Unit
from selfcheck.pagination import Page
from selfcheck.staff.reach_service import responsible_assignment
from selfcheck.training import recognition_service
from selfcheck.training.contents import EXAMPLES
from selfcheck.training.forms import REJECT, DecisionForm, QuestionForm
from selfcheck.training.lengths import describe_minutes
from selfcheck.training.mandates import CURRENT_MANDATE
from selfcheck.training.models import RecognitionQuestion, TrainingRecord
from selfcheck.training.recognition_service import QuestionState, describe_outcome
from selfcheck.training.record_service import get_record

blueprint = Blueprint("recognition", __name__, url_prefix="/anerkennung")

PAGE_SIZE = 25


@blueprint.get("")
@access.requires_any(Permission.MANAGE_STAFF, Permission.DECIDE_RECOGNITION)
def list_questions() -> ResponseReturnValue:
    """List the questions, open ones first."""
    wanted = request.args.get("stand", "")
    state = next((one for one in QuestionState if one.value == wanted), None)
    day = clock.today()
    total = recognition_service.count_questions(current_user, state, day=day)
    page = Page.of_request(total=total, size=PAGE_SIZE)
    return render_template(
        "training/questions.html",
        questions=recognition_service.list_questions(
            current_user, state, day=day, limit=PAGE_SIZE, offset=page.offset
        ),
        page=page,
        state=state,
        states=QuestionState,
        describe_outcome=describe_outcome,
    )


@blueprint.route("/neu/<int:record_id>", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_STAFF)
@access.keeps_typed_text
def ask(record_id: int) -> ResponseReturnValue:
    """Put a doubtful training to the commissioner."""
    day = clock.today()
    record = get_record(current_user, record_id, Permission.MANAGE_STAFF, day=day)
    same = recognition_service.list_same_training(
        current_user, record, day=day, lock=request.method == "POST"
    )
    form = QuestionForm()
    if form.validate_on_submit():
        try:
            question = recognition_service.ask(
                record, same, form.asked, unit=_unit_of(record), actor_id=current_user.id
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
        else:
            db.session.commit()
            flash("Die Anfrage ist gestellt. Die Antwort sehen Sie hier.", "success")
            return redirect(url_for("recognition.show_question", question_id=question.id))
    page = render_template(
        "training/ask.html",
        form=form,
        record=record,
        count=len(same),
        has_certificate=any(one.certificate for one in record.evidence),
    )
    return page, form.status


@blueprint.route("/<int:question_id>", methods=["GET", "POST"])
@access.requires_any(Permission.MANAGE_STAFF, Permission.DECIDE_RECOGNITION)
@access.keeps_typed_text
def show_question(question_id: int) -> ResponseReturnValue:
    """Show a question with its answer; whoever decides, decides here."""
    may_decide = current_user.may(Permission.DECIDE_RECOGNITION)
    day = clock.today()
    question = recognition_service.get_question(
        current_user, question_id, day=day, lock=request.method == "POST"
    )
    form = DecisionForm(data=_decided(question))
    if request.method == "POST" and not may_decide:
        raise ForbiddenError("Über die Anerkennung entscheidet die Beauftragte.")
    if form.validate_on_submit():
        try:
            recognition_service.decide(
                question,
                area=form.area,
                answer=form.answer.data or "",
                shown=form.shown.data or "",
                actor_id=current_user.id,
            )
        except DomainError as error:
            db.session.rollback()
            form.show_error(error)
            form.shown.data = recognition_service.state_of(question)
        else:
            db.session.commit()
            flash(f"Entschieden: {describe_outcome(question)}.", "success")
            return redirect(url_for("recognition.list_questions"))
    page = render_template(
        "training/question.html",
        question=question,
        form=form,
        may_decide=may_decide,
        may_take_back=current_user.may(Permission.MANAGE_STAFF)
        and recognition_service.manages_all_of(current_user, question, day=day),
        examples=EXAMPLES,
        mandate=CURRENT_MANDATE,
        describe_minutes=describe_minutes,
        describe_outcome=describe_outcome,
    )
    return page, form.status


@blueprint.post("/<int:question_id>/zuruecknehmen")
@access.requires(Permission.MANAGE_STAFF)
def withdraw_question(question_id: int) -> ResponseReturnValue:
    """Take a question back before it is decided."""
    day = clock.today()
    question = recognition_service.get_question(current_user, question_id, day=day, lock=True)
    if not recognition_service.manages_all_of(current_user, question, day=day):
        raise ForbiddenError(
            "Die Anfrage betrifft auch Personen, die zurzeit zu anderen Organisationseinheiten "
            "gehören."
        )
    recognition_service.withdraw_question(question, actor_id=current_user.id)
    db.session.commit()
    flash("Die Anfrage ist zurückgenommen; es gilt wieder Ihre eigene Angabe.", "success")
    return redirect(url_for("recognition.show_question", question_id=question_id))


def _decided(question: RecognitionQuestion) -> dict[str, str]:
    """Return what the form of a question begins with: the decision, if there is one."""
    shown = {"shown": recognition_service.state_of(question)}
    if question.is_open:
        return shown
    decision = question.area.value if question.area else REJECT
    return {**shown, "decision": decision, "answer": question.answer}


def _unit_of(record: TrainingRecord) -> Unit:
    """Return the unit that asks: where the person works."""
    assignment = responsible_assignment(record.person, clock.today())
    return assignment.unit
