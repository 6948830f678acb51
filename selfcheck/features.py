"""Which features there are: their pages and their commands."""

from __future__ import annotations

from flask import Flask

from selfcheck.accounts import account_routes, user_routes
from selfcheck.accounts.commands import user_commands
from selfcheck.audit import routes as audit_routes
from selfcheck.checks import routes as check_routes
from selfcheck.cli import import_commands
from selfcheck.demo.commands import load_demo
from selfcheck.organisation import import_routes, unit_routes
from selfcheck.organisation.commands import import_units
from selfcheck.start import routes as start_routes


def init_app(app: Flask) -> None:
    """Register all pages and commands."""
    app.register_blueprint(start_routes.blueprint)
    app.register_blueprint(account_routes.blueprint)
    app.register_blueprint(user_routes.blueprint)
    app.register_blueprint(unit_routes.blueprint)
    app.register_blueprint(import_routes.blueprint)
    app.register_blueprint(check_routes.blueprint)
    app.register_blueprint(audit_routes.blueprint)
    app.cli.add_command(user_commands)
    import_commands.add_command(import_units)
    app.cli.add_command(import_commands)
    app.cli.add_command(load_demo)
