"""Pages that fail in all the ways there are, each on what stands in its address."""

import logging
import warnings

from flask import Flask, current_app
from sqlalchemy import text

from selfcheck import access
from selfcheck.accounts.models import User
from selfcheck.db import db
from selfcheck.errors import ConflictError


def add_places_that_fail(app: Flask) -> None:
    """Add the pages; must come before the first request."""

    @app.get("/_wert/<word>")
    @access.public
    def fail_on_value(word: str) -> str:
        return str(int(word))

    @app.get("/_refused/<word>")
    def refuse(word: str) -> str:
        raise ConflictError(f"{word} gibt es schon.")

    @app.get("/_schluessel/<word>")
    def fail_on_key(word: str) -> str:
        try:
            return {"a": "b"}[word]
        except KeyError as error:
            raise RuntimeError(f"no {word}") from error

    @app.get("/_doppelt/<word>")
    def store_twice(word: str) -> str:
        db.session.add(User(email=None, name=word))
        db.session.flush()
        return ""

    @app.get("/_datenbank/<word>")
    def ask_what_is_no_number(word: str) -> str:
        db.session.execute(text("SELECT CAST(:word AS integer) / 0, nothing"), {"word": word})
        return ""

    @app.get("/_verboten/<word>")
    def log_a_lot(word: str) -> str:
        current_app.logger.error("Failed for %s", word)
        current_app.logger.error(ValueError(word))
        logging.getLogger("library").warning("Could not find '%s' at %s", word, f"/x/{word}")
        logging.getLogger("library").info("Found %s", word)
        return ""

    @app.get("/_warnung/<word>")
    def warn(word: str) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn(f"{word} is deprecated", stacklevel=1)
        return ""
