"""An application as it is served, and what it logs."""

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from client import Client
from flask import Flask

from selfcheck import create_app
from selfcheck.config import LogStyle
from selfcheck.db import db
from selfcheck.operations.log_service import set_up_logging

Serve = Callable[..., Flask]
LOGGERS = ("", "selfcheck", "gunicorn.error", "gunicorn.access", "py.warnings")


@pytest.fixture
def serve(app: Flask) -> Iterator[Serve]:
    """Make the application again, on the same database, with other settings."""
    made: list[Flask] = []

    def make(**settings: Any) -> Flask:
        config = replace(app.extensions["selfcheck"], testing=False, demo=True, **settings)
        one = create_app(config)
        one.test_client_class = Client
        made.append(one)
        return one

    yield make
    for one in made:
        with one.app_context():
            db.engine.dispose()


@contextmanager
def logging_to(stream: io.StringIO) -> Iterator[None]:
    """Log as a server does, and put everything back as it was."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [(one, one.handlers[:], one.level, one.propagate) for one in loggers]
    set_up_logging(LogStyle.JSON, stream)
    try:
        yield
    finally:
        logging.captureWarnings(capture=False)
        for one, handlers, level, propagate in before:
            one.handlers[:], one.propagate = handlers, propagate
            one.setLevel(level)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log of the server, as one text."""
    stream = io.StringIO()
    with logging_to(stream):
        yield stream
