"""What gunicorn serves for the bench: the application as it is, and the bare page beside it.

Both say in a header how many queries an answer took.
"""

from __future__ import annotations

import os

from flask import Flask, Response, g, has_request_context
from sqlalchemy import Engine, event

from bench.worker import NOT_COUNTED

QUERIES = "X-Queries"


def subject() -> Flask:
    """Return the application that the environment describes."""
    from wsgi import app  # noqa: PLC0415 - the floor does without

    return _tell_queries(app)


def floor() -> Flask:
    """Return the bare pages on the database that the environment names."""
    from bench import floor_pages  # noqa: PLC0415

    return _tell_queries(floor_pages.make_site(os.environ["SELFCHECK_DATABASE_URL"]))


def _tell_queries(app: Flask) -> Flask:
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if has_request_context() and not statement.startswith(NOT_COUNTED):
            g.bench_queries = g.get("bench_queries", 0) + 1

    event.listen(Engine, "before_cursor_execute", note)

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers[QUERIES] = str(g.get("bench_queries", 0))
        return response

    return app
