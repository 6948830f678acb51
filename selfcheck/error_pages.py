"""German error pages that keep the layout and say what to do."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from flask import Flask, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from werkzeug.exceptions import HTTPException

from selfcheck import access
from selfcheck.db import db
from selfcheck.errors import ConflictError, DomainError, ForbiddenError, NotFoundError

DRAIN_LIMIT_BYTES = 300 * 1024 * 1024


@dataclass(frozen=True)
class ErrorText:
    """What an error page says: what happened, and what the person can do now."""

    title: str
    message: str
    advice: str


TEXTS = {
    400: ErrorText(
        "Diese Anfrage war nicht verständlich",
        "Der Browser hat etwas geschickt, das hier nicht vorgesehen ist. "
        "Es wurde nichts gespeichert.",
        "Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.",
    ),
    403: ErrorText(
        "Kein Zugriff",
        "Diese Seite ist für Ihr Konto nicht freigegeben.",
        "Wenn Sie den Zugriff für Ihre Arbeit brauchen, wenden Sie sich an die Administration.",
    ),
    404: ErrorText(
        "Seite nicht gefunden",
        "Unter dieser Adresse gibt es nichts, oder es ist für Ihr Konto nicht freigegeben.",
        "Prüfen Sie die Adresse oder beginnen Sie auf der Startseite.",
    ),
    405: ErrorText(
        "Diese Adresse kann man nicht direkt aufrufen",
        "Sie gehört zu einer Schaltfläche. Es wurde nichts gespeichert.",
        "Gehen Sie zurück und verwenden Sie dort die Schaltfläche.",
    ),
    409: ErrorText(
        "Das hat sich inzwischen geändert",
        "Jemand anderes war schneller, oder der Schritt wurde schon ausgeführt.",
        "Gehen Sie zurück und laden Sie die Seite neu, um den jetzigen Stand zu sehen.",
    ),
    413: ErrorText(
        "Zu groß",
        "Die Datei oder Eingabe ist zu groß. Es wurde nichts gespeichert.",
        "Listen dürfen höchstens 20 MB groß sein, Zertifikate je 10 MB und zusammen 100 MB. Gehen "
        "Sie zurück und wählen Sie eine kleinere Datei, oder weniger auf einmal.",
    ),
    429: ErrorText(
        "Zu viele Versuche",
        "Von hier kamen in kurzer Zeit sehr viele Anfragen.",
        "Warten Sie bitte eine Viertelstunde und versuchen Sie es dann noch einmal.",
    ),
    500: ErrorText(
        "Da ist etwas schiefgegangen",
        "Der Fehler liegt bei uns. Ihre letzte Eingabe wurde nicht gespeichert; "
        "was vorher gespeichert war, ist noch da.",
        "Versuchen Sie es in einigen Minuten noch einmal. Bleibt der Fehler, melden Sie ihn bitte "
        "der Administration.",
    ),
}

DATABASE_TEXT = ErrorText(
    "Es konnte nichts gespeichert werden",
    "Die Datenbank nimmt gerade nichts an. Ihre letzte Eingabe wurde nicht gespeichert; "
    "was vorher gespeichert war, ist noch da.",
    "Lassen Sie diese Seite offen, gehen Sie mit „Zurück“ zu Ihrer Eingabe und versuchen Sie es in "
    "einigen Minuten noch einmal.",
)

STALE_FORM_TEXT = ErrorText(
    "Das Formular war veraltet",
    "Zum Schutz vor fremden Eingriffen gilt ein Formular nur für die Anmeldung, unter der es "
    "geöffnet wurde. Es wurde nichts gespeichert.",
    "Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.",
)

STATUS_OF_ERROR = {NotFoundError: 404, ForbiddenError: 403, ConflictError: 409}


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(DomainError, _show_domain_error)
    app.register_error_handler(CSRFError, _show_stale_form)
    app.register_error_handler(DBAPIError, _show_database_error)
    app.register_error_handler(DataError, _show_impossible_value)
    app.register_error_handler(IntegrityError, _show_lost_race)


def render_resume_page(*, explanation: str, target: str, fields: list[tuple[str, str]]) -> str:
    """Return the page that offers to go on with what was typed.

    Nothing is stored by going on: the form is shown again, filled in.
    """
    return render_template(
        "accounts/resume.html", explanation=explanation, target=target, fields=fields
    )


def typed_fields() -> list[tuple[str, str]]:
    """Return what was typed into the sent form."""
    names = ("csrf_token", "resume")
    return [(name, text) for name, text in request.form.items(multi=True) if name not in names]


def is_from_open_page() -> bool:
    """Return whether htmx sent this request, from a page that stays open."""
    return "HX-Request" in request.headers


def tell_new_token() -> dict[str, str]:
    """Return the header that gives an open page the token of the present login."""
    return {"HX-Trigger": json.dumps({"token-renewed": {"value": generate_csrf()}})}


def _show_http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if status == 413:
        _drain()
    if status >= 500:  # what was half done must not be written when the page loads the user
        db.session.rollback()
    text = TEXTS.get(status) or (TEXTS[500] if status >= 500 else TEXTS[400])
    headers = [(k, v) for k, v in error.get_headers() if k in {"Allow", "Retry-After"}]
    return _render(text, status), status, headers


def _show_domain_error(error: DomainError) -> ResponseReturnValue:
    db.session.rollback()
    status = STATUS_OF_ERROR.get(type(error), 400)
    text = TEXTS[status]
    title = error.title or text.title
    return _render(ErrorText(title, error.message, text.advice), status), status


def _show_stale_form(error: CSRFError) -> ResponseReturnValue:
    if current_user.is_authenticated and is_from_open_page():
        return "", 400, tell_new_token()
    if current_user.is_authenticated and access.current_rule().keeps_typed_text:
        page = render_resume_page(
            explanation="Das Formular gehörte zu einer früheren Anmeldung. "
            "Gespeichert wurde noch nichts, aber Ihre Eingaben sind noch da.",
            target=request.path,
            fields=typed_fields(),
        )
        return page, 400
    current_app.logger.info("Form refused: %s", error.description)
    return _render(STALE_FORM_TEXT, 400), 400


def _show_database_error(error: DBAPIError) -> ResponseReturnValue:
    current_app.logger.error("The database refused", exc_info=error)
    db.session.rollback()
    return _render(DATABASE_TEXT, 503), 503


def _show_impossible_value(error: DataError) -> ResponseReturnValue:
    """Answer a value that no column can hold, such as a NUL: nobody types it into a form."""
    current_app.logger.info("The database cannot hold a value: %s", error.orig)
    db.session.rollback()
    return _render(TEXTS[400], 400), 400


def _show_lost_race(error: IntegrityError) -> ResponseReturnValue:
    """Answer the slower of two requests that passed the same check at the same time."""
    current_app.logger.error("The database refused", exc_info=error)
    db.session.rollback()
    return _render(TEXTS[409], 409), 409


def _render(text: ErrorText, status: int) -> str:
    """Return the page with the user's navigation or, when the database is away, without."""
    context = {
        **asdict(text),
        "code": status,
        # Under which the log tells what happened; nobody need look up other refusals.
        "request_id": g.get("request_id", "") if status >= 500 else "",
        "actions": [{"label": "Zur Startseite", "url": url_for("start.show_start")}],
    }
    try:
        return render_template("errors/error.html", bare=False, **context)
    except DBAPIError:
        return render_template("errors/error.html", bare=True, **context)


def _drain() -> None:
    """Read the rest of a body that is too large, so that the browser gets to read the answer.

    A connection closed on a browser that is still sending shows its own error page instead.
    """
    stream = request.environ["wsgi.input"]
    remaining = min(request.content_length or 0, DRAIN_LIMIT_BYTES)
    while remaining > 0 and (chunk := stream.read(min(remaining, 1 << 20))):
        remaining -= len(chunk)
