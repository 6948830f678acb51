"""The commissioner's pages: which units make self-checks, and what those say that are shared."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck import access, clock
from selfcheck.accounts.permissions import Permission
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.checks.questionnaire import Questionnaire
from selfcheck.checks.sharing import LEVEL_LABELS, SharedView, a_year_before
from selfcheck.checks.version_pages import questionnaires
from selfcheck.db import db
from selfcheck.form_base import choices
from selfcheck.lists.download_pages import send_download
from selfcheck.overview import figures, service
from selfcheck.overview.forms import EntryFilterForm, UnitRowFilterForm
from selfcheck.overview.workbook import Overview, write_overview
from selfcheck.pagination import Page
from selfcheck.sorting import Sort

blueprint = Blueprint("overview", __name__, url_prefix="/ueberblick")

PAGE_SIZE = 50
ENTRIES_PAGE_SIZE = 25


@blueprint.get("")
@access.requires(Permission.VIEW_SHARED_CHECKS)
def list_units() -> ResponseReturnValue:
    """List the units: whether they make self-checks, and what they share."""
    today = clock.today()
    views = _list_views()
    rows = figures.unit_rows(service.list_unit_facts(today=today), views, today)
    colours = figures.colours_of(figures.questionnaires_of(views))
    form = UnitRowFilterForm(request.args)
    form.colour.choices = choices(
        [
            ("", "alle"),
            *((colour.id, colour.label) for colour in colours),
            *figures.STANDING_LABELS.items(),
        ]
    )
    chosen = _narrow_units(form, rows) if form.validate() else []
    sort = Sort.of_request(figures.UNIT_KEYS)
    shown = figures.in_order(chosen, figures.UNIT_KEYS, sort.column, descending=sort.descending)
    page = Page.of_request(total=len(shown), size=PAGE_SIZE)
    return render_template(
        "overview/units.html",
        form=form,
        page=page,
        sort=sort,
        rows=shown[page.offset : page.offset + PAGE_SIZE],
        open_rows=[row for row in rows if not row.unit.is_closed],
        recent=figures.Activity.RECENT,
        standings=figures.count_standings(rows),
        older=figures.OLDER,
        colours=colours,
        level_labels=LEVEL_LABELS,
        is_filtered=any(field.data for field in form),
    )


@blueprint.get("/farben")
@access.requires(Permission.VIEW_SHARED_CHECKS)
def show_colours() -> ResponseReturnValue:
    """Show the shared checks of each half-year by colour."""
    views = _list_views()
    return render_template(
        "overview/colours.html",
        periods=figures.count_periods(views),
        colours=figures.colours_of(figures.questionnaires_of(views)),
    )


@blueprint.get("/verteilung")
@access.requires(Permission.VIEW_SHARED_CHECKS)
def show_distribution() -> ResponseReturnValue:
    """Show how often each answer was given to each statement."""
    views, compared, chosen = _current_points()
    return render_template(
        "overview/distribution.html",
        questionnaires=compared,
        chosen=chosen,
        units=len(views),
        distributions=figures.count_answers(views, chosen) if chosen else [],
    )


@blueprint.get("/einheiten-und-aussagen")
@access.requires(Permission.VIEW_SHARED_CHECKS)
def show_heat_map() -> ResponseReturnValue:
    """Show the points of units and statements as a heat map."""
    views, compared, chosen = _current_points()
    keys = figures.heat_keys(chosen) if chosen else figures.HEAT_KEYS
    sort = Sort.of_request(keys)
    shown = figures.in_order(views, keys, sort.column, descending=sort.descending)
    page = Page.of_request(total=len(shown), size=PAGE_SIZE)
    return render_template(
        "overview/heat_map.html",
        questionnaires=compared,
        chosen=chosen,
        page=page,
        sort=sort,
        views=shown[page.offset : page.offset + PAGE_SIZE],
        scores_of=figures.scores_of,
        step_of=figures.step_of,
        steps=figures.STEPS,
    )


@blueprint.get("/texte")
@access.requires(Permission.VIEW_SHARED_CHECKS)
def list_entries() -> ResponseReturnValue:
    """List what units share in words, to be searched."""
    entries = figures.list_entries(_list_views())
    form = EntryFilterForm(request.args)
    units = {entry.view.unit_id: entry.view.unit_label for entry in entries}
    questions = figures.questions_of(entries)
    form.question.choices = choices([("", "alle"), *questions.items()])
    form.unit.choices = choices([("", "alle"), *((str(one), name) for one, name in units.items())])
    chosen = _narrow_entries(form, entries) if form.validate() else []
    sort = Sort.of_request(figures.ENTRY_KEYS)
    shown = figures.in_order(chosen, figures.ENTRY_KEYS, sort.column, descending=sort.descending)
    page = Page.of_request(total=len(shown), size=ENTRIES_PAGE_SIZE)
    return render_template(
        "overview/texts.html",
        form=form,
        page=page,
        sort=sort,
        entries=shown[page.offset : page.offset + ENTRIES_PAGE_SIZE],
        is_filtered=any(field.data for field in form),
    )


@blueprint.get("/selbstchecks/<uuid:check_id>")
@access.requires(Permission.VIEW_SHARED_CHECKS)
def show_check(check_id: UUID) -> ResponseReturnValue:
    """Show what is shared of a check."""
    view = service.get_view(check_id, questionnaires())
    return render_template("overview/check.html", view=view, level_labels=LEVEL_LABELS)


@blueprint.get("/selbstchecks.xlsx")
@access.requires(Permission.VIEW_SHARED_CHECKS)
def export_all() -> ResponseReturnValue:
    """Return all that is shared as a workbook; who took it is in the audit trail."""
    today = clock.today()
    views = _list_views()
    overview = Overview(
        city=current_app.extensions["selfcheck"].city_name,
        today=today,
        rows=figures.unit_rows(service.list_unit_facts(today=today), views, today),
        views=views,
    )
    content = write_overview(overview)
    name = f"selbstchecks-{today:%Y-%m-%d}.xlsx"
    actor_id = current_user.id
    db.session.rollback()  # a transaction that has read cannot begin to write under load
    audit.record(Action.SHARED_CHECKS_EXPORTED, actor_id=actor_id, details=name)
    db.session.commit()
    return send_download(content, name)


def _list_views() -> list[SharedView]:
    return service.list_views(questionnaires())


def _narrow_units(form: UnitRowFilterForm, rows: list[figures.UnitRow]) -> list[figures.UnitRow]:
    chosen = figures.narrow_units(
        rows, standing=form.colour.data or "", activity=form.activity.data or ""
    )
    return service.search_units(chosen, form.text.data or "")


def _narrow_entries(form: EntryFilterForm, entries: list[figures.Entry]) -> list[figures.Entry]:
    chosen = [
        entry
        for entry in entries
        if form.question.data in ("", None, entry.question_id)
        and form.unit.data in ("", None, str(entry.view.unit_id))
    ]
    return service.search_entries(chosen, form.text.data or "")


def _current_points() -> tuple[list[SharedView], list[Questionnaire], Questionnaire | None]:
    """Return the checks whose statements are compared, their questionnaires, the chosen one.

    Closed units are not among them, here as wherever units are counted. Statements of different
    questionnaires cannot be compared: the newest is shown, unless ``?fragebogen=`` names another.
    """
    today = clock.today()
    since = a_year_before(today)
    recent = service.list_views(questionnaires(), since=since, with_closed=False)
    views = figures.current_points(recent, today)
    compared = figures.questionnaires_of(views)
    version = request.args.get("fragebogen", "")
    named = [one for one in compared if one.version == version]
    chosen = next(iter(named or compared), None)
    shown = [view for view in views if chosen and view.questionnaire.version == chosen.version]
    return shown, compared, chosen
