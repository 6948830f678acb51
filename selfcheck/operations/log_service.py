"""Where lines of the log go, and which request they belong to."""

from __future__ import annotations

import logging
from typing import TextIO

from flask import g, has_request_context, request

from selfcheck.config import LogStyle
from selfcheck.operations.log_lines import JsonLines, TextLines

# The server's logger has handlers of its own, which would write everything a second time.
OTHERS = ("gunicorn.error", "gunicorn.access")


def set_up_logging(style: LogStyle, stream: TextIO | None = None) -> logging.Handler:
    """Write all that this process logs to a stream (standard error), and return the handler.

    Only for a process that serves pages: commands tell what they do themselves.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines() if style is LogStyle.JSON else TextLines())
    handler.addFilter(_add_request)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OTHERS:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    own = logging.getLogger("selfcheck")
    own.handlers.clear()
    own.setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    return handler


def _add_request(record: logging.LogRecord) -> bool:
    """Give a line the number of its request and the page's name, which is never its address."""
    if has_request_context():
        record.request_id = g.get("request_id", "")
        record.endpoint = request.endpoint or "none"
    return True
