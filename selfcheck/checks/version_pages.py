"""The versions of the questionnaire, as the pages of the Selbstcheck find them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app

from selfcheck.checks.models import SelfCheck
from selfcheck.checks.questionnaire import Questionnaire


def questionnaires() -> Mapping[str, Questionnaire]:
    """Return all versions of the questionnaire."""
    versions: Mapping[str, Questionnaire] = current_app.extensions["questionnaires"]
    return versions


def questionnaire_of(check: SelfCheck) -> Questionnaire:
    """Return the version with which a check was filled in."""
    return questionnaires()[check.questionnaire_version]
