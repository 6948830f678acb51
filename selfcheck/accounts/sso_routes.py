"""Log in and out at the city's identity provider. Without one, these addresses do not exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from selfcheck import access
from selfcheck.accounts import login, role_map, sso_client, sso_service
from selfcheck.accounts.login_pages import go_on, is_local, sign_in
from selfcheck.accounts.sso_client import Failure, SsoError
from selfcheck.accounts.sso_service import Policy, Refusal
from selfcheck.config import Config, ConfigError
from selfcheck.db import db, prepare_to_write
from selfcheck.errors import NotFoundError
from selfcheck.sso_config import IdentityProvider, LocalLogin

blueprint = Blueprint("sso", __name__)


@dataclass(frozen=True)
class Answer:
    """What somebody reads who was not let in; {} is the name of the provider."""

    status: int
    title: str
    message: str
    advice: str


AGAIN = "Bitte beginnen Sie die Anmeldung neu."
NOT_NOW = "Die Anmeldung mit „{}“ geht gerade nicht"
NO_ACCOUNT = Answer(
    403,
    "Für Sie ist hier kein Konto freigeschaltet",
    "Die Anmeldung mit „{}“ hat geklappt, aber dazu gehört hier kein aktives Konto.",
    "Wenn Sie Selbstcheck oder Schulungsauftrag für Ihre Arbeit brauchen, bitten Sie die "
    "Administration um ein Konto mit Ihrer dienstlichen E-Mail-Adresse.",
)
ANSWERS: dict[Failure | Refusal, Answer] = {
    Failure.UNREACHABLE: Answer(
        503,
        NOT_NOW,
        "Der Anmeldedienst der Stadt antwortet nicht.",
        "Versuchen Sie es in einigen Minuten noch einmal. Bleibt der Fehler, melden Sie ihn bitte "
        "der Administration.",
    ),
    Failure.MISCONFIGURED: Answer(
        503,
        NOT_NOW,
        "Die Verbindung zum Anmeldedienst der Stadt ist nicht richtig eingerichtet.",
        "Bitte melden Sie das der Administration.",
    ),
    Failure.STATE: Answer(
        400,
        "Diese Anmeldung gilt nicht mehr",
        "Sie wurde in einem anderen Browser begonnen, ist zu lange her oder schon abgeschlossen.",
        f"{AGAIN} Gelingt es wieder nicht, erlauben Sie dem Browser Cookies für diese Seite.",
    ),
    Failure.CANCELLED: Answer(
        400,
        "Die Anmeldung wurde abgebrochen",
        "Beim Anmeldedienst der Stadt wurde die Anmeldung abgebrochen oder abgelehnt.",
        f"{AGAIN} Werden Sie dort abgelehnt, wenden Sie sich an Ihre IT-Betreuung.",
    ),
    Failure.EXPIRED: Answer(
        400,
        "Diese Anmeldung ist abgelaufen",
        "Zwischen dem Anmeldedienst der Stadt und hier ist zu viel Zeit vergangen, oder die "
        "Anmeldung wurde schon benutzt.",
        AGAIN,
    ),
    Failure.CLOCK: Answer(
        503,
        NOT_NOW,
        "Die Uhr dieses Servers und die des Anmeldedienstes gehen verschieden.",
        "Versuchen Sie es in einigen Minuten noch einmal. Bleibt der Fehler, melden Sie der "
        "Administration, dass die Uhr eines Servers falsch geht.",
    ),
    Failure.INVALID: Answer(
        400,
        "Die Anmeldung ließ sich nicht prüfen",
        "Was der Anmeldedienst der Stadt geschickt hat, passt nicht zu dieser Anmeldung. Zu Ihrer "
        "Sicherheit wurden Sie nicht angemeldet.",
        f"{AGAIN} Bleibt der Fehler, melden Sie ihn bitte der Administration.",
    ),
    Refusal.UNKNOWN: NO_ACCOUNT,
    Refusal.DEACTIVATED: NO_ACCOUNT,
    Refusal.UNVERIFIED: Answer(
        403,
        "Ihre E-Mail-Adresse ist nicht bestätigt",
        "Die Anmeldung mit „{}“ hat geklappt, aber Ihre E-Mail-Adresse gilt dort nicht als "
        "bestätigt. Deshalb lässt sich nicht sicher sagen, welches Konto hier Ihres ist.",
        "Bitten Sie Ihre IT-Betreuung, die Adresse zu bestätigen, und melden Sie sich dann noch "
        "einmal an.",
    ),
    Refusal.OTHER_IDENTITY: Answer(
        403,
        "Dieses Konto gehört zu einer anderen Anmeldung",
        "Zu Ihrer E-Mail-Adresse gibt es hier ein Konto, das aber schon mit einer anderen "
        "Kennung bei „{}“ verknüpft ist.",
        "Bitte wenden Sie sich an die Administration; sie kann die Verknüpfung lösen.",
    ),
}


@blueprint.get("/anmelden/sso")
@access.public
def begin() -> ResponseReturnValue:
    """Send the browser to the provider."""
    _provider()
    target = request.args.get("next", "")
    try:
        url = sso_client.begin(_address_of("sso.finish"), target=target if is_local(target) else "")
    except SsoError as error:
        return _show_failure(error)
    return redirect(url)


@blueprint.get("/anmelden/sso/rueckkehr")
@access.public
def finish() -> ResponseReturnValue:
    """Let in whom the provider vouches for, as after a login with a password."""
    provider = _provider()
    try:
        claims = sso_client.finish()
    except SsoError as error:
        return _show_failure(error)
    prepare_to_write()
    policy = Policy(
        issuer=provider.issuer,
        creates_accounts=provider.creates_accounts,
        role_map=current_app.extensions["sso-role-map"],
    )
    user = sso_service.admit(claims, policy)
    if isinstance(user, Refusal):
        db.session.commit()
        return _show(ANSWERS[user], can_leave=True)
    attempt = login.count_attempt(email=user.email, address=request.remote_addr or "unbekannt")
    lifetime = _config().absolute_timeout
    sign_in(user, login.start_login_session(user, attempt, lifetime=lifetime, is_external=True))
    db.session.commit()
    return go_on(claims.target)


@blueprint.get("/abmelden/sso")
@access.public
def leave() -> ResponseReturnValue:
    """Lead on to the provider's logout, by a page of its own.

    The policy forms of ours are under lets no form lead to another host, not even by a redirect.
    """
    _provider()
    try:
        url = sso_client.logout_url(_address_of("accounts.log_in"))
    except SsoError as error:
        current_app.logger.warning("No logout at the identity provider: %s", error)
        url = ""
    page = render_template("accounts/sso_leave.html", provider_url=url)
    flash("Sie sind abgemeldet.", "success")  # on the page that the provider leads back to
    return page


@blueprint.app_context_processor
def _login_context() -> dict[str, Any]:
    """Tell the login pages which ways in there are."""
    config = _config()
    is_for_all = config.local_login is LocalLogin.ALL
    is_login = request.endpoint == "accounts.log_in"
    return {
        "sso_name": config.identity_provider.name if config.identity_provider else "",
        "only_admins": not is_for_all,
        "is_local": is_local,
        "asks_for_password": is_for_all
        or (is_login and (request.method == "POST" or "lokal" in request.args)),
    }


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    """Read the map of roles, and prepare to talk to the provider. Raises ConfigError."""
    app = cast("Flask", state.app)
    config: Config = app.extensions["selfcheck"]
    provider = config.identity_provider
    if provider is None:
        return
    try:
        entries = tuple(
            role_map.make_role(one.role, one.unit_number, one.group) for one in provider.role_map
        )
    except ValueError as error:
        raise ConfigError(f"SELFCHECK_OIDC_ROLE_MAP: {error}") from None
    app.extensions["sso-role-map"] = entries
    sso_client.init_app(app, provider)


def _show_failure(error: SsoError) -> ResponseReturnValue:
    current_app.logger.warning("Single sign-on failed: %s", error)
    return _show(ANSWERS[error.failure], can_leave=False)


def _show(answer: Answer, *, can_leave: bool) -> ResponseReturnValue:
    name = _provider().name
    page = render_template(
        "accounts/sso_refused.html",
        title=answer.title.format(name),
        message=answer.message.format(name),
        advice=answer.advice,
        can_leave=can_leave,
    )
    return page, answer.status


def _provider() -> IdentityProvider:
    provider = _config().identity_provider
    if provider is None:
        raise NotFoundError("Eine Anmeldung über die Stadt ist hier nicht eingerichtet.")
    return provider


def _address_of(endpoint: str) -> str:
    """Return a full address, as it is registered at the provider."""
    base = _config().base_url
    if not base:
        return url_for(endpoint, _external=True)
    return base + url_for(endpoint).removeprefix(request.script_root)


def _config() -> Config:
    config: Config = current_app.extensions["selfcheck"]
    return config
