"""Every request gets a number, is counted, and leaves one line in the log."""

from __future__ import annotations

import logging
from time import monotonic
from types import TracebackType
from typing import Any

from flask import Flask, Response, current_app, g, request, request_started
from sqlalchemy import event

from selfcheck.config import Config
from selfcheck.db import db
from selfcheck.operations import metrics_service, probes_service
from selfcheck.operations.request_ids import choose_request_id

HEADER = "X-Request-ID"
# They are asked all the time, or come along with every page: only what fails is worth a line.
QUIET = {"static", "health.tell_alive", "health.tell_ready", "health.show_metrics"}

logger = logging.getLogger("selfcheck.requests")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


def init_app(app: Flask, config: Config) -> None:
    """Watch all requests and the database. Comes first, so as to see what others answer."""
    probes_service.init_app(app, config)
    request_started.connect(_begin, app)
    app.after_request(_finish)
    app.log_exception = _log_exception  # type: ignore[method-assign]
    with app.app_context():
        event.listen(db.engine, "handle_error", metrics_service.count_database_error)


def _begin(_app: Flask, **_context: Any) -> None:  # noqa: ANN401
    config: Config = current_app.extensions["selfcheck"]
    g.started_at = monotonic()
    g.request_id = choose_request_id(request.headers.get(HEADER), is_trusted=config.proxy_count > 0)


def _log_exception(exc_info: ExcInfo) -> None:
    """Log what nobody expected; Flask's own line would hold the page's address."""
    logger.error("exception", exc_info=exc_info)


def _finish(response: Response) -> Response:
    seconds = monotonic() - g.started_at
    response.headers[HEADER] = g.request_id
    metrics_service.count_request(
        endpoint=request.endpoint,
        method=request.method,
        status=response.status_code,
        seconds=seconds,
    )
    if request.endpoint not in QUIET or response.status_code >= 400:
        logger.info(
            "request",
            extra={
                "method": request.method if request.method in metrics_service.METHODS else "other",
                "status": response.status_code,
                "duration_ms": round(seconds * 1000, 1),
            },
        )
    return response
