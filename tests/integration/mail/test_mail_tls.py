"""The connection to the mail server is secured, and its certificate is looked at."""

import ssl
import subprocess
from pathlib import Path

import pytest
from postbox import Postbox, serving

LOGIN = {"MAIL_USER": "check", "MAIL_PASSWORD": "geheim"}

# Nothing here depends on the database.
pytestmark = pytest.mark.one_database


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that vouches for itself, with its key beside it."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=mail", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", folder / "key.pem", "-out", folder / "mail.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder / "mail.pem"


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    return context


@pytest.fixture(params=["starttls", "tls"])
def secured(request, postbox: Postbox, tls: ssl.SSLContext):
    """A server that takes nothing without TLS, and knows a password; return its mode."""
    if request.param == "starttls":
        options = {"tls_context": tls, "require_starttls": True, "auth_required": True}
    else:
        options = {"ssl_context": tls, "auth_require_tls": False}  # it does not know of its TLS
    with serving(postbox, authenticator=postbox.let_in, **options):
        yield request.param


def test_a_mail_goes_over_tls_with_a_password(outbox, postbox, secured, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    outbox.put("hr")
    outcome = outbox.send(MAIL_TLS=secured, **LOGIN)
    assert (outcome.out, outcome.err) == ("Gesendet: 1, noch wartend: 0, aufgegeben: 0\n", "")
    assert postbox.recipients == ["hr@stadt.example"]
    assert postbox.logins == [(b"check", b"geheim")]


def test_a_wrong_password_is_told_and_repeated_nowhere(
    outbox, postbox, secured, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    outbox.put("hr")
    outcome = outbox.send(MAIL_TLS=secured, **LOGIN | {"MAIL_PASSWORD": "falsch"})
    assert outcome.code == 1
    assert outcome.err.startswith("Der Mailserver lässt die Anwendung nicht ein: 535 ")
    assert "falsch" not in outcome.err
    assert outbox.read()[0].attempts == 0


def test_a_certificate_that_nobody_vouches_for_gets_no_mail(outbox, postbox, secured):
    outbox.put("hr")
    outcome = outbox.send(MAIL_TLS=secured, **LOGIN)
    assert outcome.code == 1
    assert "certificate verify failed" in outcome.err
    assert (postbox.mails, postbox.logins) == ([], [])


def test_no_mail_goes_unsecured_where_tls_was_asked_for(outbox, postbox):
    with serving(postbox):
        outbox.put("hr")
        outcome = outbox.send(MAIL_TLS="starttls")
    assert outcome.code == 1
    assert "STARTTLS" in outcome.err
    assert postbox.mails == []
