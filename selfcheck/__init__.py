"""Selbstcheck and Schulungsauftrag: how open are a city's offices to migrants?"""

from __future__ import annotations

from flask import Flask

from selfcheck import access, db, error_pages, features, web
from selfcheck.checks.questionnaire import load_questionnaires
from selfcheck.config import PROJECT_ROOT, Config
from selfcheck.operations import recording_service


def create_app(config: Config) -> Flask:
    """Build the application. Raises QuestionnaireInvalid if a questionnaire is damaged."""
    app = Flask(
        __name__,
        template_folder=str(PROJECT_ROOT / "templates"),
        static_folder=str(PROJECT_ROOT / "static"),
        instance_path=str(PROJECT_ROOT / "instance"),
    )
    app.config.from_mapping(config.as_flask())
    app.extensions["selfcheck"] = config
    app.extensions["questionnaires"] = load_questionnaires(config.questionnaire_folder)
    db.init_app(app)
    recording_service.init_app(app, config)
    access.init_app(app)  # before the CSRF check in web
    web.init_app(app, config)
    error_pages.init_app(app)
    features.init_app(app)
    return app
