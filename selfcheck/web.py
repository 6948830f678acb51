"""What every page needs: Jinja, German formats, navigation and security headers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from typing import Any

from flask import Flask, Response, current_app, g, request, url_for
from flask_login import current_user
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from selfcheck import clock
from selfcheck.accounts.permissions import Permission
from selfcheck.config import Config
from selfcheck.mail.service import count_unread

APP_NAME = "Selbstcheck & Schulungsauftrag"
APP_VERSION = version("selfcheck")

# KERN's icons are data URLs in its stylesheet.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

csrf = CSRFProtect()

LARGEST_ID = 2**31 - 1


class IdConverter(IntegerConverter):
    """A number in an address; one that no column can hold is no address of ours."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_ID)


@dataclass(frozen=True)
class NavigationItem:
    """An entry of the navigation, for those who hold any of the permissions; none: for all."""

    label: str
    endpoint: str
    permissions: tuple[Permission, ...] = ()
    # Beginnings of other addresses that belong to it.
    also: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The entry's address."""
        return url_for(self.endpoint)

    @property
    def current(self) -> bool:
        """Whether the requested page is this entry's, or lies below it."""
        folders = tuple(f"{url}/" for url in (self.url, *self.also) if url != "/")
        is_below = request.path.startswith(folders)
        return is_below or request.path in (self.url, *self.also)


NAVIGATION = (
    NavigationItem("Start", "start.show_start"),
    NavigationItem(
        "Selbstchecks", "checks.list_checks", (Permission.USE_CHECKS,), ("/massnahmen",)
    ),
    NavigationItem(
        "Selbstchecks der Stadt", "overview.list_units", (Permission.VIEW_SHARED_CHECKS,)
    ),
    NavigationItem(
        "Unterstützung",
        "support.list_requests",
        (Permission.USE_CHECKS, Permission.ANSWER_SUPPORT_REQUESTS),
    ),
    NavigationItem("Runden", "rounds.list_rounds", (Permission.CALL_ROUNDS,)),
    NavigationItem("Personal", "people.list_people", (Permission.VIEW_STAFF,), ("/schulungen",)),
    NavigationItem("Zertifikate", "certificates.show_stack", (Permission.MANAGE_STAFF,)),
    NavigationItem(
        "Anerkennung",
        "recognition.list_questions",
        (Permission.MANAGE_STAFF, Permission.DECIDE_RECOGNITION),
    ),
    NavigationItem(
        "Auswertung", "evaluation.list_parts", (Permission.VIEW_STAFF,), ("/meldungen",)
    ),
    NavigationItem("Anforderungen", "requests.list_requests", (Permission.REQUEST_EVALUATION,)),
    NavigationItem(
        "Zentrale Schulungen",
        "central_import.choose_list",
        (Permission.IMPORT_CENTRAL_TRAININGS,),
    ),
    NavigationItem("Organisationseinheiten", "organisation.list_units", (Permission.VIEW_UNITS,)),
    NavigationItem("Konten", "users.list_users", (Permission.MANAGE_USERS,)),
    NavigationItem(
        "Protokoll", "audit.list_events", (Permission.VIEW_AUDIT_TRAIL,), ("/loeschfristen",)
    ),
    NavigationItem("Systemstatus", "status.show_status", (Permission.VIEW_SYSTEM_STATUS,)),
)


def init_app(app: Flask, config: Config) -> None:
    """Set up templates, headers and, behind a proxy, the client's address."""
    app.url_map.converters["int"] = IdConverter
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        day=format_day,
        long_day=format_long_day,
        moment=format_moment,
        number=format_number,
        share=format_share,
    )
    app.context_processor(_page_context)
    app.after_request(_add_headers)
    csrf.init_app(app)
    if config.proxy_count:
        hops = config.proxy_count
        proxy = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = proxy  # type: ignore[method-assign]


def format_day(day: date) -> str:
    """Return a date as it stands in tables: 31.12.2026."""
    return f"{day:%d.%m.%Y}"


def format_long_day(day: date) -> str:
    """Return a date as it stands in sentences: 31. Dezember 2026."""
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def format_moment(moment: datetime) -> str:
    """Return a moment in the city's time: 31.12.2026, 14:03 Uhr."""
    return f"{moment.astimezone(clock.city_time_zone()):%d.%m.%Y, %H:%M} Uhr"


def format_number(number: float, digits: int = 0) -> str:
    """Return a number as Germans write it: 1.234,5."""
    return f"{number:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def format_share(share: float | None) -> str:
    """Return a share of one as Germans write it: 83,3 %; a dash where there is none."""
    return "–" if share is None else f"{format_number(100 * share, 1)}\N{NO-BREAK SPACE}%"


MONTHS = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)


def _page_context() -> dict[str, Any]:
    config: Config = current_app.extensions["selfcheck"]
    links = [
        ("Hilfe", url_for("start.show_help")),
        ("Datenschutz", config.privacy_url or url_for("start.show_privacy")),
        ("Barrierefreiheit", config.accessibility_url or url_for("start.show_accessibility")),
    ]
    return {
        "current_user": current_user,
        "app_name": APP_NAME,
        "app_version": APP_VERSION,
        "city_name": config.city_name,
        "contact": config.contact,
        "footer_links": [{"label": label, "url": url} for label, url in links],
        "account_url": url_for("accounts.show_account"),
        "logout_url": url_for("accounts.log_out"),
        "messages_url": url_for("messages.list_messages"),
        "count_unread_messages": _count_unread_messages,
        # Asked for when a page shows it: the bare error page must not touch the database.
        "nav_items": LocalProxy(_navigation),
    }


def _navigation() -> list[NavigationItem]:
    if not current_user.is_authenticated or current_user.hurdle:
        return []
    return [
        item
        for item in NAVIGATION
        if not item.permissions or any(map(current_user.may, item.permissions))
    ]


def _count_unread_messages() -> int:
    """Return how many messages the user has yet to read; asked once for each page."""
    if not current_user.is_authenticated or current_user.hurdle:
        return 0
    if "unread_messages" not in g:
        g.unread_messages = count_unread(current_user)
    count: int = g.unread_messages
    return count


def _add_headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if not current_app.extensions["selfcheck"].plain_http:
        response.headers.setdefault(
            "Strict-Transport-Security", "max-age=31536000; includeSubDomains"
        )
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
