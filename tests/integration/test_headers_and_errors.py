"""Every answer carries the headers; every error is a German page that says what to do."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from client import Client, text_of
from factories import World
from flask import Flask, abort
from flask_login import current_user
from sqlalchemy import text as sql

from selfcheck import access, create_app
from selfcheck.accounts.models import Grant, User
from selfcheck.accounts.permissions import Role
from selfcheck.config import Config
from selfcheck.db import db

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

TITLES = {
    400: "Diese Anfrage war nicht verständlich",
    403: "Kein Zugriff",
    404: "Seite nicht gefunden",
    405: "Diese Adresse kann man nicht direkt aufrufen",
    409: "Das hat sich inzwischen geändert",
    413: "Zu groß",
    429: "Zu viele Versuche",
    500: "Da ist etwas schiefgegangen",
}
ADVICE = {
    400: "laden Sie die Seite neu und versuchen Sie es noch einmal",
    403: "wenden Sie sich an die Administration",
    404: "Prüfen Sie die Adresse oder beginnen Sie auf der Startseite",
    405: "verwenden Sie dort die Schaltfläche",
    409: "laden Sie die Seite neu, um den jetzigen Stand zu sehen",
    413: "wählen Sie eine kleinere Datei",
    429: "Warten Sie bitte eine Viertelstunde",
    500: "melden Sie ihn bitte der Administration",
}


@pytest.fixture
def real_app(app: Flask) -> Iterator[Flask]:
    """An application as it is served, on the database of the test, with pages that fail."""
    config = replace(app.extensions["selfcheck"], testing=False, demo=True)
    real = create_app(config)
    real.test_client_class = Client

    @real.get("/_fehler/<int:status>")
    @access.public
    def fail(status: int) -> str:
        abort(status)

    @real.get("/_absturz")
    def crash() -> str:
        current_user.name = "halb fertig"
        db.session.add(User(email=None))  # cannot be stored
        raise RuntimeError("/secret/path is full")

    @real.get("/_doppelt")
    def add_again() -> str:
        db.session.add(Grant(role=Role.HR, user_id=current_user.id))
        db.session.add(Grant(role=Role.HR, user_id=current_user.id))
        db.session.flush()
        return ""

    @real.get("/_verweigert")
    def add_what_is_not_whole() -> str:
        db.session.add(User(email=None, name="Ganz geheime Antwort"))
        db.session.flush()
        return ""

    yield real
    with real.app_context():
        db.engine.dispose()


@pytest.fixture
def guest(real_app: Flask) -> Client:
    return real_app.test_client()


@pytest.fixture
def head(real_app: Flask, world: World) -> Client:
    client: Client = real_app.test_client()
    client.log_in(world.email("head33"))
    return client


def assert_is_error_page(page: str, title: str) -> None:
    assert f"<h1>{title}</h1>" in page
    assert '<html lang="de">' in page
    assert f"<title>{title} – Selbstcheck" in page
    for part in ('class="skip-link"', 'class="brand"', 'class="footer"', "Zur Startseite"):
        assert part in page
    for leak in ("Traceback", "sqlalchemy", "psycopg", "sqlite3", ".py", "/secret/path"):
        assert leak not in page


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/hilfe", 200),
        ("/anmelden", 200),
        ("/", 302),
        ("/gibt-es-nicht", 404),
        ("/static/gibt-es-nicht.css", 404),
        ("/abmelden", 405),
        ("/_fehler/413", 413),
        ("/_fehler/429", 429),
        ("/_fehler/500", 500),
        ("/static/favicon.svg", 200),
        ("/static/css/layout.css", 200),
    ],
)
def test_every_answer_carries_the_headers(guest: Client, url: str, status: int):
    response = guest.get(url, buffered=True)

    assert response.status_code == status
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize("url", ["/", "/konto", "/selbstchecks", "/einheiten", "/gibt-es-nicht"])
def test_no_browser_and_no_proxy_keeps_a_page(head: Client, url: str):
    assert head.get(url).headers["Cache-Control"] == "no-store"


def test_own_files_may_be_kept(guest: Client):
    response = guest.get("/static/css/layout.css", buffered=True)

    assert "no-store" not in response.headers.get("Cache-Control", "")
    assert response.headers["ETag"]


@pytest.mark.parametrize("url", ["/hilfe", "/anmelden", "/datenschutz", "/barrierefreiheit"])
def test_nothing_inline_that_the_policy_would_stop(guest: Client, url: str):
    page = guest.get(url).text

    for forbidden in ("<style", " style=", " onclick=", "<script>", "javascript:"):
        assert forbidden not in page


@pytest.mark.parametrize("status", TITLES)
def test_an_error_is_a_german_page_that_says_what_to_do(guest: Client, status: int):
    response = guest.get(f"/_fehler/{status}")

    assert response.status_code == status
    assert_is_error_page(response.text, TITLES[status])
    assert ADVICE[status] in text_of(response)
    assert f"Fehler {status}" in response.text


@pytest.mark.parametrize(("status", "title"), [(418, TITLES[400]), (502, TITLES[500])])
def test_an_error_without_a_page_of_its_own_has_one_all_the_same(
    guest: Client, status: int, title: str
):
    response = guest.get(f"/_fehler/{status}")

    assert response.status_code == status
    assert_is_error_page(response.text, title)


def test_an_error_page_keeps_the_navigation_of_the_person(head: Client):
    page = head.get("/gibt-es-nicht").text

    assert "Hauptnavigation" in page
    assert "Selbstchecks" in page
    assert "Person head33" in page


def test_a_page_of_another_role_says_so(head: Client):
    response = head.get("/konten")

    assert response.status_code == 403
    assert_is_error_page(response.text, "Kein Zugriff")
    assert "Diese Seite ist für Ihre Rolle nicht freigegeben." in text_of(response)


def test_405_names_the_methods_that_there_are(head: Client):
    response = head.get("/abmelden")

    assert response.status_code == 405
    assert_is_error_page(response.text, TITLES[405])
    assert "POST" in response.headers["Allow"]


def test_a_crash_is_explained_and_what_was_half_done_is_not_written(
    app: Flask, head: Client, world: World, caplog: pytest.LogCaptureFixture
):
    response = head.get("/_absturz")

    assert response.status_code == 500
    assert_is_error_page(response.text, TITLES[500])
    assert "Person head33" in response.text, "the name as it is stored"
    assert "/secret/path is full" in caplog.text, "the administration finds the reason in the log"
    with app.app_context():
        assert db.session.get_one(User, world.user_ids["head33"]).name == "Person head33"


def test_the_slower_of_two_who_do_the_same_is_told_so(head: Client):
    """The first passed the check and the second did too, before either was stored."""
    response = head.get("/_doppelt")

    assert response.status_code == 409
    assert_is_error_page(response.text, TITLES[409])
    assert "Person head33" in response.text


def test_the_log_names_what_the_database_refused_and_no_value_of_it(
    head: Client, caplog: pytest.LogCaptureFixture
):
    response = head.get("/_verweigert")

    assert response.status_code == 409
    assert "INSERT INTO user_account" in caplog.text
    assert "email" in caplog.text
    assert "add_what_is_not_whole" in caplog.text, "where it happened"
    assert "Ganz geheime Antwort" not in caplog.text.replace('name="Ganz geheime Antwort"', "")


@pytest.mark.parametrize(
    ("megabytes", "content_type"),
    [
        (9, "multipart/form-data; boundary=b"),  # too much text for a form
        (26, "multipart/form-data; boundary=b"),  # too much for any request
        (26, "application/x-www-form-urlencoded"),
    ],
)
def test_a_request_that_is_too_large_is_refused_with_a_page(
    head: Client, megabytes: int, content_type: str
):
    part = b'--b\r\nContent-Disposition: form-data; name="current"\r\n\r\n%b\r\n--b--\r\n'
    text = b"x" * (megabytes << 20)
    body = part % text if "multipart" in content_type else b"current=" + text

    response = head.post("/konto/passwort", data=body, content_type=content_type)

    assert response.status_code == 413
    assert_is_error_page(response.text, TITLES[413])


@pytest.fixture
def table_away(app: Flask, world: World) -> Iterator[Callable[[], None]]:
    """Take the table away with which the user of a request is found."""

    def rename(before: str, after: str) -> None:
        with app.app_context():
            db.session.execute(sql(f"ALTER TABLE {before} RENAME TO {after}"))
            db.session.commit()

    def away() -> None:
        rename("login_session", "away")

    yield away
    rename("away", "login_session")


@pytest.mark.parametrize("url", ["/", "/selbstchecks", "/konto", "/hilfe"])
def test_when_the_user_cannot_be_loaded_the_page_says_that_nothing_is_lost(
    head: Client, table_away: Callable[[], None], url: str
):
    table_away()

    response = head.get(url)

    assert response.status_code == 503
    assert_is_error_page(response.text, "Es konnte nichts gespeichert werden")
    assert "was vorher gespeichert war, ist noch da" in text_of(response)
    assert "Hauptnavigation" not in response.text
    assert response.headers["Content-Security-Policy"] == POLICY


def test_an_unknown_address_stays_a_404_while_the_database_is_away(
    head: Client, table_away: Callable[[], None]
):
    table_away()

    response = head.get("/gibt-es-nicht")

    assert response.status_code == 404
    assert_is_error_page(response.text, TITLES[404])


@pytest.mark.parametrize("url", ["/konto", "/konten"])
def test_a_database_that_does_not_answer_at_all(
    app: Flask, client_of: Callable[[str], Client], url: str
):
    cookie = client_of("admin").get_cookie("selfcheck")
    assert cookie
    config: Config = app.extensions["selfcheck"]
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"  # nobody listens on port 1
    cut_off = create_app(replace(config, database_url=nowhere))
    client = cut_off.test_client()
    client.set_cookie("selfcheck", cookie.value)

    response = client.get(url)

    assert response.status_code == 503
    assert_is_error_page(response.text, "Es konnte nichts gespeichert werden")
    assert client.get("/static/favicon.svg", buffered=True).status_code == 200


@pytest.mark.parametrize("token", [None, "", "falsch", "IjAwMDAi.aa.bb"])
def test_a_form_without_a_valid_token_explains_itself(head: Client, token: str | None):
    data = {"current": "a", "new": "b", "repeated": "b"}

    response = head.post(
        "/konto/passwort", data=data if token is None else data | {"csrf_token": token}
    )

    assert response.status_code == 400
    assert_is_error_page(response.text, "Das Formular war veraltet")
    assert "laden Sie die Seite neu" in text_of(response)


@pytest.mark.parametrize(
    "url",
    [
        "/einheiten/99999999999999999999999999",
        "/einheiten/3000000000",
        "/konten/-1",
        "/konten/1.5",
        "/selbstchecks/kein-uuid",
        "/selbstchecks/00000000-0000-0000-0000-000000000000",
        "/%00",
        "/konten%00",
        "/static/../wsgi.py",
        "/static/%2e%2e/wsgi.py",
    ],
)
def test_an_address_that_cannot_be_is_not_found(client_of: Callable[[str], Client], url: str):
    person = "head33" if url.startswith("/selbst") else "admin"

    response = client_of(person).get(url)

    assert response.status_code == 404
    assert_is_error_page(response.text, TITLES[404])


@pytest.mark.parametrize("url", ["/konten?text=%00", "/protokoll?text=%00", "/einheiten?text=%00"])
def test_a_search_for_what_nobody_can_type_breaks_nothing(
    client_of: Callable[[str], Client], url: str
):
    """PostgreSQL refuses a NUL; SQLite searches for it and finds nothing."""
    assert client_of("admin").get(url).status_code in {200, 400}
