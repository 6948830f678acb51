"""A test client that fills in forms like a browser, and finds forgotten commits."""

import re
from datetime import timedelta
from typing import Any

from factories import PASSWORD
from flask import Flask, current_app
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from selfcheck import clock
from selfcheck.accounts import login
from selfcheck.accounts.service import find_user_by_email
from selfcheck.db import db


class Client(FlaskClient):
    """A browser; ``send`` posts a form with a valid token."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        forgotten = current_app_state(self.application).pop("uncommitted", None)
        assert not forgotten, f"{response.request.path} left changes uncommitted"
        return response

    def token(self) -> str:
        """Return a token that the next form may carry."""
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", "0" * 40)
        signer = URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token")
        return signer.dumps(raw)

    def send(self, url: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """Post a form."""
        return self.post(url, data={"csrf_token": self.token(), **(data or {})}, **kwargs)

    def log_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        """Log in through the page."""
        return self.send("/anmelden", {"email": email, "password": password})

    def enter(self, email: str) -> None:
        """Be logged in, without the hash of a password, which is slow by intention."""
        with self.application.app_context():
            attempt = login.count_attempt(email=email, address="127.0.0.1")
            user = find_user_by_email(email)
            token = login.start_login_session(user, attempt, lifetime=timedelta(hours=12))
            db.session.commit()
        with self.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
            session["seen_at"] = clock.now().timestamp()


def text_of(response: TestResponse) -> str:
    """Return a page's words without its tags, blanks folded."""
    without_tags = re.sub(r"<[^>]+>", " ", response.text)
    return re.sub(r"\s+", " ", without_tags)


def current_app_state(app: Flask) -> dict[str, Any]:
    return app.extensions.setdefault("test-state", {})


def watch_for_uncommitted_changes(app: Flask) -> None:
    """Note for each request whether it ends with changes that nobody committed."""

    @event.listens_for(Session, "after_flush")
    def note_change(session: Session, _context: object) -> None:
        session.info["changed"] = True

    def forget(session: Session) -> None:
        session.info.pop("changed", None)

    event.listen(Session, "after_commit", forget)
    event.listen(Session, "after_rollback", forget)

    @app.teardown_request
    def check(_error: BaseException | None) -> None:
        if db.session.info.get("changed") or db.session.dirty or db.session.new:
            current_app_state(current_app)["uncommitted"] = True
