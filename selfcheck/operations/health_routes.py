"""For machines: is the process alive, can it serve, and how does it do?"""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST

from selfcheck import access
from selfcheck.config import Config
from selfcheck.operations.metrics_service import write_metrics
from selfcheck.operations.probes_service import current_probes

blueprint = Blueprint("health", __name__)

PLAIN = "text/plain; charset=utf-8"


@blueprint.get("/healthz")
@access.public
def tell_alive() -> ResponseReturnValue:
    """Say that the process answers, whatever the database does."""
    return Response("ok\n", content_type=PLAIN)


@blueprint.get("/readyz")
@access.public
def tell_ready() -> ResponseReturnValue:
    """Say whether requests can be served, or in one word what is missing."""
    probes = current_probes()
    answer = probes.ask_database()
    if answer is None:
        return Response("database\n", 503, content_type=PLAIN)
    if answer.revisions != probes.heads:
        return Response("migrations\n", 503, content_type=PLAIN)
    return Response("ok\n", content_type=PLAIN)


@blueprint.get("/metrics")
@access.public
def show_metrics() -> ResponseReturnValue:
    """Show the numbers to whoever holds the token; without one set there is no such page."""
    config: Config = current_app.extensions["selfcheck"]
    if not config.metrics_token:
        abort(404)
    told = request.headers.get("Authorization", "").encode()
    if not hmac.compare_digest(told, f"Bearer {config.metrics_token}".encode()):
        return Response("token\n", 401, {"WWW-Authenticate": "Bearer"}, content_type=PLAIN)
    answer = current_probes().ask_database()
    content = write_metrics(mails_waiting=None if answer is None else answer.mails_waiting)
    return Response(content, content_type=CONTENT_TYPE_LATEST)
