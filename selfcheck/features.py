"""Which features there are: their pages and their commands."""

from __future__ import annotations

from flask import Flask

from selfcheck.accounts import account_routes, factor_routes, sso_routes, user_routes
from selfcheck.accounts.commands import user_commands
from selfcheck.audit import routes as audit_routes
from selfcheck.backup.commands import backup, restore, verify
from selfcheck.checks import history_routes as check_history_routes
from selfcheck.checks import measure_routes, share_routes, vote_routes
from selfcheck.checks import report_routes as check_report_routes
from selfcheck.checks import routes as check_routes
from selfcheck.checks.commands import delete_old_votes
from selfcheck.cli import import_commands
from selfcheck.demo.commands import load_demo
from selfcheck.evaluation import (
    delivery_routes,
    office_routes,
    request_part_routes,
    request_routes,
)
from selfcheck.evaluation.commands import evaluation_commands, remind
from selfcheck.mail import routes as mail_routes
from selfcheck.mail.commands import mail_commands
from selfcheck.operations import health_routes, status_routes
from selfcheck.organisation import import_routes as unit_import_routes
from selfcheck.organisation import unit_routes
from selfcheck.organisation.commands import import_units
from selfcheck.overview import routes as overview_routes
from selfcheck.retention import own_routes as own_data_routes
from selfcheck.retention import person_routes as person_data_routes
from selfcheck.retention import routes as retention_routes
from selfcheck.retention.commands import retention_commands
from selfcheck.rounds import routes as round_routes
from selfcheck.staff import import_routes as staff_import_routes
from selfcheck.staff import person_routes
from selfcheck.staff.commands import import_staff, undo_staff
from selfcheck.start import routes as start_routes
from selfcheck.support import routes as support_routes
from selfcheck.training import (
    certificate_routes,
    people_routes,
    recognition_routes,
    record_routes,
)
from selfcheck.training import import_routes as training_import_routes
from selfcheck.training.commands import import_trainings

BLUEPRINTS = (
    start_routes.blueprint,
    account_routes.blueprint,
    factor_routes.blueprint,
    sso_routes.blueprint,
    user_routes.blueprint,
    unit_routes.blueprint,
    unit_import_routes.blueprint,
    check_routes.blueprint,
    vote_routes.blueprint,
    measure_routes.blueprint,
    share_routes.blueprint,
    check_report_routes.blueprint,
    check_history_routes.blueprint,
    overview_routes.blueprint,
    person_routes.blueprint,
    staff_import_routes.blueprint,
    staff_import_routes.imports_blueprint,
    people_routes.blueprint,
    record_routes.blueprint,
    certificate_routes.blueprint,
    recognition_routes.blueprint,
    training_import_routes.blueprint,
    training_import_routes.central_blueprint,
    office_routes.blueprint,
    delivery_routes.blueprint,
    request_routes.blueprint,
    request_part_routes.blueprint,
    support_routes.blueprint,
    round_routes.blueprint,
    mail_routes.blueprint,
    audit_routes.blueprint,
    retention_routes.blueprint,
    person_data_routes.blueprint,
    own_data_routes.blueprint,
    status_routes.blueprint,
    health_routes.blueprint,
)


def init_app(app: Flask) -> None:
    """Register all pages and commands."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in (import_units, import_staff, undo_staff, import_trainings):
        import_commands.add_command(command)
    groups = (user_commands, import_commands, evaluation_commands, remind, mail_commands, load_demo)
    for group in groups:
        app.cli.add_command(group)
    for command in (delete_old_votes, retention_commands, backup, restore, verify):
        app.cli.add_command(command)
