"""The application's settings: one typed object, read from the environment."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from selfcheck.config_error import ConfigError as ConfigError  # noqa: PLC0414
from selfcheck.factor_config import USUAL_ROLES, read_second_factor
from selfcheck.keep_times import KeepTimes
from selfcheck.sso_config import (
    IdentityProvider,
    LocalLogin,
    read_identity_provider,
    read_local_login,
)

PREFIX = "SELFCHECK_"
PROJECT_ROOT = Path(__file__).resolve().parent.parent
TRUE_WORDS = {"1", "true", "yes", "ja", "on"}
FALSE_WORDS = {"", "0", "false", "no", "nein", "off"}
# Of the sender of mails; those who receive them have addresses of all kinds.
ADDRESS_SHAPE = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
DRIVERS = {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}

# The largest list is refused at 20 MB; a request may be a little larger than its file.
MAX_REQUEST_BYTES = 25 * 1024 * 1024
# A form has a dozen text fields. What is typed too long must still arrive, so that it can be
# shown again with the limit named beside its field.
MAX_FORM_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Whom offices ask about the Selbstcheck (Schulungskonzept, section 7: configuration)."""

    office: str = "Büro für Integration und Ausländerbeauftragten"
    email: str = "auslaenderbeauftragte@dresden.de"
    phone: str = "4 88 21 31"


class MailTls(StrEnum):
    """How the connection to the mail server is secured."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class LogStyle(StrEnum):
    """How the lines of the log are written: for machines or for people."""

    JSON = "json"
    TEXT = "text"


LAST_PORT = 65_535
SHORTEST_TOKEN = 32
MAIL_PORTS = {MailTls.NONE: 25, MailTls.STARTTLS: 587, MailTls.TLS: 465}


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Which server takes the mails, and in whose name they are sent."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    tls: MailTls = MailTls.STARTTLS


@dataclass(frozen=True, kw_only=True)
class Config:
    """Everything that differs from one city hall, or one test, to the next."""

    database_url: str = f"sqlite:///{PROJECT_ROOT / 'instance' / 'selfcheck.db'}"
    secret_key: str | None = None
    demo: bool = False
    testing: bool = False
    city_name: str = "Landeshauptstadt Dresden"
    contact: Contact = Contact()
    time_zone: str = "Europe/Berlin"
    idle_timeout: timedelta = timedelta(minutes=60)
    absolute_timeout: timedelta = timedelta(hours=12)
    throttle_window: timedelta = timedelta(minutes=15)
    throttle_per_account: int = 10
    throttle_per_address: int = 100
    # Which roles need a second factor; None: as usual, see roles_with_second_factor.
    second_factor: frozenset[str] | None = None
    proxy_count: int = 0
    questionnaire_folder: Path = PROJECT_ROOT / "selfcheck" / "checks" / "questionnaires"
    privacy_url: str = ""
    accessibility_url: str = ""
    # Where clamd listens („unix:/path“ or „tcp:host:port“); empty: certificates are not scanned.
    clamd: str = ""
    # Where people reach the application, for the links in mails; empty: mails hold no link.
    base_url: str = ""
    # None: no mails are sent; messages are read in the application.
    mail_server: MailServer | None = None
    log: LogStyle = LogStyle.JSON
    # What Prometheus shows to get the numbers; empty: there is no page of numbers.
    metrics_token: str = field(default="", repr=False)
    keep: KeepTimes = field(default_factory=KeepTimes)
    # None: there is no single sign-on, all passwords are kept here.
    identity_provider: IdentityProvider | None = None
    local_login: LocalLogin = LocalLogin.ALL

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], *, needs_secret: bool) -> Config:
        """Read ``SELFCHECK_…`` variables.

        Only serving pages needs a secret: commands of the console sign nothing. The demo makes
        up a secret of its own, so that no deployment can run with a well-known one.

        Raises ConfigError, naming the variable.
        """
        source = _Environment(environ)
        demo = source.flag("DEMO", default=False)
        secret = source.text("SECRET_KEY", "") or (secrets.token_hex(32) if demo else None)
        if needs_secret and (secret is None or len(secret) < 32):
            raise ConfigError(
                "SELFCHECK_SECRET_KEY is missing or shorter than 32 characters. Make one with: "
                "python3 -c 'import secrets; print(secrets.token_hex(32))'"
            )
        provider = read_identity_provider(source, source.base_url(), allows_plain_http=demo)
        return cls(
            database_url=source.database_url(cls.database_url),
            secret_key=secret,
            demo=demo,
            city_name=source.text("CITY_NAME", cls.city_name),
            contact=source.contact(),
            idle_timeout=timedelta(minutes=source.number("IDLE_MINUTES", 60)),
            absolute_timeout=timedelta(hours=source.number("SESSION_HOURS", 12)),
            throttle_per_account=source.number("THROTTLE_PER_ACCOUNT", cls.throttle_per_account),
            throttle_per_address=source.number("THROTTLE_PER_ADDRESS", cls.throttle_per_address),
            second_factor=read_second_factor(source),
            proxy_count=source.number("PROXY_COUNT", 0, minimum=0),
            privacy_url=source.text("PRIVACY_URL", ""),
            accessibility_url=source.text("ACCESSIBILITY_URL", ""),
            clamd=source.text("CLAMD", ""),
            base_url=source.base_url(),
            mail_server=source.mail_server(),
            log=source.log(LogStyle.TEXT if demo else LogStyle.JSON),
            metrics_token=source.metrics_token(),
            keep=KeepTimes.read(source.number),
            identity_provider=provider,
            local_login=read_local_login(source, provider),
        )

    def as_flask(self) -> dict[str, Any]:
        """Return what Flask and its extensions read from ``app.config``."""
        return {
            "SECRET_KEY": self.secret_key,
            "TESTING": self.testing,
            "MAX_CONTENT_LENGTH": MAX_REQUEST_BYTES,
            "MAX_FORM_MEMORY_SIZE": MAX_FORM_BYTES,
            "SESSION_COOKIE_NAME": "selfcheck" if self.plain_http else "__Host-selfcheck",
            "SESSION_COOKIE_SECURE": not self.plain_http,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SQLALCHEMY_ENGINES": {"default": self.database_url},
            "ALEMBIC": {"script_location": str(PROJECT_ROOT / "migrations")},
            "ALEMBIC_CONTEXT": {
                "render_as_batch": True,
                "transactional_ddl": True,
                "transaction_per_migration": True,
            },
            "WTF_I18N_ENABLED": False,
            # The token lives as long as the session; a form left open over lunch still counts.
            "WTF_CSRF_TIME_LIMIT": None,
        }

    @property
    def roles_with_second_factor(self) -> frozenset[str]:
        """The roles whose holders need one; unless set, none in tests and in the demo.

        The logins of the demo are shared, so nobody there can have a device of their own.
        """
        if self.second_factor is not None:
            return self.second_factor
        return frozenset() if self.plain_http else USUAL_ROLES

    @property
    def plain_http(self) -> bool:
        """Whether cookies must work without TLS: only in the demo and in tests."""
        return self.demo or self.testing


@dataclass(frozen=True)
class _Environment:
    environ: Mapping[str, str]

    def text(self, name: str, default: str) -> str:
        return self.environ.get(PREFIX + name, "").strip() or default

    def database_url(self, default: str) -> str:
        url = _with_driver(self.text("DATABASE_URL", default))
        try:
            driver = make_url(url).drivername
        except (ArgumentError, ValueError):
            driver = ""
        if driver not in DRIVERS:  # the value may hold a password: it is not repeated
            raise ConfigError(
                f"{PREFIX}DATABASE_URL is no URL of a database that is supported; "
                "it takes sqlite:////path/to/file.db or postgresql://user@host/name."
            )
        return url

    def contact(self) -> Contact:
        standard = Contact()
        return Contact(
            office=self.text("CONTACT_OFFICE", standard.office),
            email=self.text("CONTACT_EMAIL", standard.email),
            phone=self.text("CONTACT_PHONE", standard.phone),
        )

    def base_url(self) -> str:
        url = self.text("BASE_URL", "")
        is_plain = url.isascii() and url.isprintable() and not {" ", "?", "#"} & set(url)
        if url and not (is_plain and url.startswith(("http://", "https://"))):
            raise ConfigError(
                f"{PREFIX}BASE_URL is {url!r}; it takes the address of the application, for "
                "example https://selfcheck.stadt.example."
            )
        return url.rstrip("/")

    def mail_server(self) -> MailServer | None:
        host, sender = self.text("MAIL_HOST", ""), self.text("MAIL_SENDER", "")
        if not host:
            return None
        word = self.text("MAIL_TLS", MailTls.STARTTLS.value).lower()
        tls = next((one for one in MailTls if one.value == word), None)
        if tls is None:
            raise ConfigError(f"{PREFIX}MAIL_TLS is {word!r}; it takes none, starttls or tls.")
        if not ADDRESS_SHAPE.fullmatch(sender):
            raise ConfigError(
                f"{PREFIX}MAIL_SENDER is {sender!r}; it takes the address that mails are sent "
                "from, for example selfcheck@stadt.example."
            )
        user, password = self.text("MAIL_USER", ""), self.text("MAIL_PASSWORD", "")
        if not (user + password).isascii():  # smtplib sends nothing else
            raise ConfigError(
                f"{PREFIX}MAIL_USER and {PREFIX}MAIL_PASSWORD take ASCII characters only."
            )
        port = self.number("MAIL_PORT", MAIL_PORTS[tls])
        if port > LAST_PORT:
            raise ConfigError(f"{PREFIX}MAIL_PORT is {port}; it takes at most {LAST_PORT}.")
        return MailServer(
            host=host, port=port, sender=sender, user=user, password=password, tls=tls
        )

    def log(self, default: LogStyle) -> LogStyle:
        word = self.text("LOG", default.value).lower()
        style = next((one for one in LogStyle if one.value == word), None)
        if style is None:
            raise ConfigError(f"{PREFIX}LOG is {word!r}; it takes json or text.")
        return style

    def metrics_token(self) -> str:
        token = self.text("METRICS_TOKEN", "")
        if token and (len(token) < SHORTEST_TOKEN or not token.isascii()):  # it is not repeated
            raise ConfigError(
                f"{PREFIX}METRICS_TOKEN takes at least {SHORTEST_TOKEN} ASCII characters."
            )
        return token

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.environ.get(PREFIX + name)
        if value is None:
            return default
        word = value.strip().lower()
        if word not in TRUE_WORDS | FALSE_WORDS:
            raise ConfigError(f"{PREFIX}{name} is {value!r}; it takes 1 or 0.")
        return word in TRUE_WORDS

    def number(self, name: str, default: int, *, minimum: int = 1) -> int:
        value = self.text(name, str(default))
        try:
            number = int(value)
        except ValueError:
            raise ConfigError(f"{PREFIX}{name} is {value!r}; it takes a whole number.") from None
        if number < minimum:
            raise ConfigError(f"{PREFIX}{name} is {number}; it takes at least {minimum}.")
        return number


def _with_driver(url: str) -> str:
    """Name psycopg 3 where the URL leaves the driver open, as most tools write it."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url
