"""The settings of single sign-on: which identity provider, and what it may do here."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

from selfcheck.config_error import ConfigError

ISSUER_LENGTH = 300  # of the column that keeps it
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
ROLE_MAP_SHAPE = (
    "SELFCHECK_OIDC_ROLE_MAP takes pairs of a role and a group, for example "
    "hr=grp-personal;unit-head@33=grp-33 (role, @ and the unit's number for the roles of a unit, "
    "= and the group)"
)


class LocalLogin(StrEnum):
    """Who may log in with a password that is kept here."""

    ALL = "all"
    ADMIN = "admin"  # only administrators, for the day on which the identity provider is away


@dataclass(frozen=True)
class MappedGroup:
    """A group of the identity provider that brings a role, for a unit or for the whole city."""

    role: str
    unit_number: str | None
    group: str


@dataclass(frozen=True, kw_only=True)
class IdentityProvider:
    """An OpenID provider, and what its word counts for."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str = "Dienstkonto"
    scopes: str = "openid profile email"
    # Whether an unknown person with a verified address gets an account without any role.
    creates_accounts: bool = False
    role_claim: str = ""
    role_map: tuple[MappedGroup, ...] = ()

    @property
    def metadata_url(self) -> str:
        """Where the provider describes itself."""
        return self.issuer.rstrip("/") + "/.well-known/openid-configuration"


class Source(Protocol):
    """Where settings are read from; names are without ``SELFCHECK_``."""

    def text(self, name: str, default: str) -> str:
        """Return the setting without blanks around it, or the default where it is empty."""

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a setting that is on or off; raises ConfigError."""


def read_identity_provider(
    source: Source, base_url: str, *, allows_plain_http: bool
) -> IdentityProvider | None:
    """Read ``OIDC_…``; None without an issuer. Raises ConfigError, naming the variable."""
    issuer = source.text("OIDC_ISSUER", "")
    if not issuer:
        return None
    _check_issuer(issuer, allows_plain_http=allows_plain_http)
    if not base_url and not allows_plain_http:
        raise ConfigError(
            "SELFCHECK_OIDC_ISSUER needs SELFCHECK_BASE_URL: the identity provider leads people "
            "back to that address."
        )
    client_id, secret = source.text("OIDC_CLIENT_ID", ""), source.text("OIDC_CLIENT_SECRET", "")
    for name, value in (("OIDC_CLIENT_ID", client_id), ("OIDC_CLIENT_SECRET", secret)):
        if not value:
            raise ConfigError(f"SELFCHECK_{name} is missing; the identity provider gives it out.")
    scopes = source.text("OIDC_SCOPES", IdentityProvider.scopes)
    if "openid" not in scopes.split():
        raise ConfigError(f"SELFCHECK_OIDC_SCOPES is {scopes!r}; openid must be among them.")
    claim = source.text("OIDC_ROLE_CLAIM", "")
    role_map = parse_role_map(source.text("OIDC_ROLE_MAP", ""))
    if bool(claim) != bool(role_map):
        raise ConfigError(
            "SELFCHECK_OIDC_ROLE_CLAIM and SELFCHECK_OIDC_ROLE_MAP belong together: the claim that "
            "holds the groups, and the roles that the groups bring."
        )
    return IdentityProvider(
        issuer=issuer,
        client_id=client_id,
        client_secret=secret,
        name=source.text("OIDC_NAME", IdentityProvider.name),
        scopes=scopes,
        creates_accounts=source.flag("OIDC_CREATE_ACCOUNTS", default=False),
        role_claim=claim,
        role_map=role_map,
    )


def read_local_login(source: Source, provider: IdentityProvider | None) -> LocalLogin:
    """Read ``LOCAL_LOGIN``. Raises ConfigError if nobody but administrators could log in."""
    word = source.text("LOCAL_LOGIN", LocalLogin.ALL.value).lower()
    if word not in {kind.value for kind in LocalLogin}:
        raise ConfigError(f"SELFCHECK_LOCAL_LOGIN is {word!r}; it takes all or admin.")
    if word == LocalLogin.ADMIN and provider is None:
        raise ConfigError(
            "SELFCHECK_LOCAL_LOGIN is 'admin', but there is no SELFCHECK_OIDC_ISSUER: nobody else "
            "could log in."
        )
    return LocalLogin(word)


def parse_role_map(text: str) -> tuple[MappedGroup, ...]:
    """Return the pairs of ``role=group`` or ``role@unit=group``. Raises ConfigError."""
    entries = [entry.strip() for entry in text.split(";")]
    return tuple(_parse_pair(entry) for entry in entries if entry)


def _parse_pair(entry: str) -> MappedGroup:
    target, _, group = entry.partition("=")
    role, at, number = target.partition("@")
    if not role.strip() or not group.strip() or (at and not number.strip()):
        raise ConfigError(f"{ROLE_MAP_SHAPE}; {entry!r} is none.")
    return MappedGroup(role.strip(), number.strip() or None, group.strip())


def _check_issuer(issuer: str, *, allows_plain_http: bool) -> None:
    try:
        parts = urlsplit(issuer)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    is_plain = issuer.isascii() and issuer.isprintable() and not {" ", "?", "#"} & set(issuer)
    is_secure = parts.scheme == "https" or (
        parts.scheme == "http" and allows_plain_http and host in LOOPBACK
    )
    if not (is_plain and is_secure and host and len(issuer) <= ISSUER_LENGTH):
        raise ConfigError(
            f"SELFCHECK_OIDC_ISSUER is {issuer!r}; it takes the issuer exactly as the identity "
            "provider names it, for example https://anmeldung.stadt.example/realms/stadt."
        )
