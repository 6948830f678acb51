"""Talk to the city's identity provider: OpenID Connect, code flow with PKCE, state and nonce.

What the provider says of itself and its keys are kept for an hour; keys are fetched again at once
when a token bears a key that is not known. No token is kept, and none is logged.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import requests
from authlib.integrations.base_client.errors import MismatchingStateError, OAuthError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Flask, current_app, request, session
from joserfc.errors import BadSignatureError, ClaimError, JoseError

from selfcheck.config import Config
from selfcheck.sso_config import IdentityProvider

TIMEOUT_S = 5
KEEP_METADATA_S = 3600
CLOCK_SKEW_S = 120
KEPT_STATES = 3  # logins that were begun in one browser; the cookie holds no more
STATE = "_state_sso_"  # how Authlib names them in the session
TARGET_LENGTH = 500
SUBJECT_LENGTH = 255  # by OpenID Connect, and of the column
BASIC = "client_secret_basic"
# Signed with a private key of the provider: neither unsigned nor with the secret shared with us.
ALGORITHMS = {
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
}
ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "end_session_endpoint",
)
TOKEN_ERRORS = {
    *("invalid_request", "invalid_client", "invalid_grant", "unauthorized_client"),
    *("unsupported_grant_type", "invalid_scope"),
}


class Failure(StrEnum):
    """Why the provider's word could not be had, or is not taken."""

    UNREACHABLE = "unreachable"
    MISCONFIGURED = "misconfigured"
    STATE = "state"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    CLOCK = "clock"
    INVALID = "invalid"


FAILURE_OF_ERROR = {  # what the provider says when it leads somebody back without a code
    "access_denied": Failure.CANCELLED,
    "login_required": Failure.CANCELLED,
    "interaction_required": Failure.CANCELLED,
    "account_selection_required": Failure.CANCELLED,
    "consent_required": Failure.CANCELLED,
    "server_error": Failure.UNREACHABLE,
    "temporarily_unavailable": Failure.UNREACHABLE,
}


class SsoError(Exception):
    """The login at the provider did not come about. The text is for the log: no token, no name."""

    def __init__(self, failure: Failure, reason: str = "") -> None:
        super().__init__(f"{failure.value}: {reason}" if reason else failure.value)
        self.failure = failure


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What the provider says of a person, and where the login was meant to lead."""

    subject: str
    email: str
    is_email_verified: bool
    name: str
    groups: frozenset[str]
    target: str


class ProviderClient(FlaskOAuth2App):
    """Authlib's client with a bound on what is kept, and with our checks of what is told."""

    expected_issuer = ""
    server_metadata: dict[str, Any]

    def load_server_metadata(self) -> dict[str, Any]:
        """Return what the provider says of itself; raises SsoError if that cannot be used."""
        kept: dict[str, Any] = self.server_metadata
        if time.time() - kept.get("_loaded_at", 0) < KEEP_METADATA_S:
            return kept
        metadata = self._fetch(self._server_metadata_url)
        if metadata.get("issuer") != self.expected_issuer:
            raise SsoError(Failure.MISCONFIGURED, "the metadata names another issuer")
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        methods = metadata.get("token_endpoint_auth_methods_supported") or [BASIC]
        self.server_metadata = {
            **{name: metadata.get(name) for name in ENDPOINTS},
            "issuer": self.expected_issuer,
            "id_token_signing_alg_values_supported": sorted(ALGORITHMS.intersection(offered)),
            "token_endpoint_auth_method": BASIC if BASIC in methods else "client_secret_post",
            "_loaded_at": time.time(),
        }
        return self.server_metadata

    def fetch_jwk_set(self, force: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - Authlib's
        """Return the keys that sign, those kept or, when forced, those of this moment."""
        metadata = self.load_server_metadata()
        if force or "jwks" not in metadata:
            keys = self._fetch(metadata["jwks_uri"])["keys"]
            metadata["jwks"] = {
                "keys": [
                    key
                    for key in keys
                    if key.get("kty") in {"RSA", "EC", "OKP"} and key.get("use") != "enc"
                ]
            }
        jwks: dict[str, Any] = metadata["jwks"]
        return jwks

    def parse_id_token(self, token: dict[str, Any], **checks: Any) -> Any:  # noqa: ANN401
        """Return the claims of a token after all checks; a replaced key is fetched once."""
        try:
            return super().parse_id_token(token, **checks)
        except BadSignatureError:  # another key under the old name
            self.fetch_jwk_set(force=True)
            return super().parse_id_token(token, **checks)

    def _fetch(self, url: str) -> dict[str, Any]:
        with self._get_session() as http:
            answer = http.request("GET", url, withhold_token=True)
            answer.raise_for_status()
            told = answer.json()
        if not isinstance(told, dict):
            raise SsoError(Failure.MISCONFIGURED, "an answer of the provider is no object")
        return told


def init_app(app: Flask, provider: IdentityProvider) -> None:
    """Register the provider. Nothing is asked of it before somebody logs in."""
    client = OAuth(app).register(
        "sso",
        client_cls=ProviderClient,
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        server_metadata_url=provider.metadata_url,
        client_kwargs={
            "scope": provider.scopes,
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_S,
        },
    )
    client.expected_issuer = provider.issuer
    app.extensions["sso"] = client


def begin(redirect_uri: str, *, target: str) -> str:
    """Return the provider's address to log in at; state, nonce and verifier stay in the session.

    ``target`` is where the login is to lead. Raises SsoError.
    """
    client = _client()
    with _failures():
        begun = client.create_authorization_url(redirect_uri)
    states = [name for name in session if name.startswith(STATE)]
    for name in states[: max(0, len(states) - KEPT_STATES + 1)]:
        session.pop(name)
    client.save_authorize_data(
        state=begun["state"],
        nonce=begun["nonce"],
        code_verifier=begun["code_verifier"],
        redirect_uri=redirect_uri,
        target=target if len(target) <= TARGET_LENGTH else "",
    )
    return str(begun["url"])


def finish() -> Claims:
    """Return what the provider says of the person whom it led back. Raises SsoError.

    A state is good for one answer.
    """
    client = _client()
    state = request.args.get("state", "")
    begun = client.framework.get_state_data(session, state)
    if not state or begun is None:
        raise SsoError(Failure.STATE)
    if request.args.get("iss", client.expected_issuer) != client.expected_issuer:
        raise SsoError(Failure.INVALID, "another issuer answered")
    if error := request.args.get("error"):
        client.framework.clear_state_data(session, state)
        raise SsoError(FAILURE_OF_ERROR.get(error, Failure.MISCONFIGURED))
    with _failures():
        token = client.authorize_access_token(
            claims_options={
                "iss": {"essential": True, "value": client.expected_issuer},
                "aud": {"essential": True, "value": client.client_id},
            },
            leeway=CLOCK_SKEW_S,
        )
        return _claims_of(client, token, begun["target"])


def logout_url(back_to: str) -> str:
    """Return the provider's address to log out at; empty if it has none. Raises SsoError.

    No token is kept that could be shown there: the provider may ask whether one means it.
    """
    client = _client()
    with _failures():
        if not client.load_server_metadata()["end_session_endpoint"]:
            return ""
        told = client.create_logout_url(
            post_logout_redirect_uri=back_to, client_id=client.client_id
        )
    return str(told["url"])


def _client() -> ProviderClient:
    client: ProviderClient = current_app.extensions["sso"]
    return client


def _claims_of(client: ProviderClient, token: dict[str, Any], target: str) -> Claims:
    told = dict(token.get("userinfo") or {})
    config: Config = current_app.extensions["selfcheck"]
    role_claim = config.identity_provider.role_claim if config.identity_provider else ""
    needed = {"email", "email_verified"} | ({role_claim} if role_claim else set())
    subject = told.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_LENGTH:
        raise SsoError(Failure.INVALID, "no usable subject")
    if needed - told.keys() and client.load_server_metadata()["userinfo_endpoint"]:
        more = client.userinfo(token=token)
        if more.get("sub") != subject:
            raise SsoError(Failure.INVALID, "the user info is about somebody else")
        told = {**more, **told}
    groups = told.get(role_claim) or []
    return Claims(
        subject=subject,
        email=str(told.get("email") or ""),
        is_email_verified=told.get("email_verified") in (True, "true"),
        name=str(told.get("name") or ""),
        groups=frozenset(map(str, groups if isinstance(groups, list) else [groups])),
        target=target,
    )


@contextmanager
def _failures() -> Iterator[None]:
    """Turn everything that a provider can do wrong into SsoError. Its words go into no log."""
    try:
        yield
    except requests.RequestException as error:
        raise SsoError(Failure.UNREACHABLE, type(error).__name__) from None
    except MismatchingStateError:
        raise SsoError(Failure.STATE) from None
    except OAuthError as error:
        is_old = error.error == "invalid_grant"
        known = error.error if error.error in TOKEN_ERRORS else "an unknown error"
        raise SsoError(Failure.EXPIRED if is_old else Failure.MISCONFIGURED, known) from None
    except ClaimError as error:
        is_about_time = error.claim in {"exp", "iat", "nbf"}
        raise SsoError(
            Failure.CLOCK if is_about_time else Failure.INVALID, f"claim {error.claim}"
        ) from None
    except JoseError as error:
        raise SsoError(Failure.INVALID, type(error).__name__) from None
    except (AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise SsoError(Failure.MISCONFIGURED, type(error).__name__) from None
