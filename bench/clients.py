"""Browsers that use the pages as fast as they get answers."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode, urlsplit

FORM = re.compile(r'<form class="form[^>]* action="([^"]+)"')
HIDDEN = re.compile(r'<input[^>]* type="hidden"[^>]*>')
ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')
UNIT = re.compile(r'<option[^>]* value="(\d+)"')
ANSWERS = {f"s{number}": str(number % 4 + 1) for number in range(1, 9)}
Visit = Callable[["Browser"], None]


@dataclass
class Browser:
    """A connection that stays open, with its cookies; counts the queries of all answers."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    queries: int = 0

    def __post_init__(self) -> None:
        self.connection = HTTPConnection(self.address, timeout=60)

    def get(self, path: str) -> str:
        """Return a page; fails if it is not there."""
        return self._ask("GET", path, None)

    def send(self, page: str, fields: dict[str, str]) -> str:
        """Send the form of a page with its hidden fields, and return the page that it leads to."""
        hidden = [dict(ATTRIBUTE.findall(tag)) for tag in HIDDEN.findall(page)]
        sent = {one["name"]: unescape(one.get("value", "")) for one in hidden if "name" in one}
        action = FORM.search(page)
        if action is None:
            raise ValueError("There is no form.")
        return self._ask("POST", unescape(action[1]), urlencode(sent | fields))

    def _ask(self, method: str, path: str, body: str | None) -> str:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={one}" for name, one in self.cookies.items())
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        page = response.read().decode()
        self._keep_cookies(response)
        self.queries += int(response.headers.get("X-Queries", 0))
        if response.status in {302, 303}:
            return self._ask("GET", urlsplit(response.headers["Location"]).path, None)
        if response.status != 200:
            raise ValueError(f"{method} {path}: {response.status}")
        return page

    def _keep_cookies(self, response: HTTPResponse) -> None:
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value


@dataclass(frozen=True)
class Load:
    """What some clients got: how long each visit took, in seconds."""

    durations: list[float]
    seconds: float
    queries: float  # for each visit


def log_in(browser: Browser, email: str, password: str) -> None:
    """Log in through the page."""
    page = browser.send(browser.get("/anmelden"), {"email": email, "password": password})
    if "/abmelden" not in page:
        raise ValueError(f"{email} is not let in.")


def submit_check(browser: Browser, start: str = "/selbstchecks/neu") -> None:
    """Open the form, fill it in, submit it, and get the result."""
    page = browser.get(start)
    unit = UNIT.search(page)
    filled = {"checked_on": date.today().isoformat(), "unit": unit[1] if unit else "1"}
    result = browser.send(page, {**ANSWERS, **filled, "action": "submit"})
    if "Auswertung" not in result:
        raise ValueError("No result came.")


def list_people(browser: Browser) -> None:
    """Get the first page of the list of people."""
    if browser.get("/personal").count("<tr") < 10:
        raise ValueError("The list is empty.")


def put_load(browsers: list[Browser], visit: Visit, seconds: float) -> Load:
    """Let all browsers repeat a visit for a while."""
    for browser in browsers:
        browser.connection.close()  # opened anew: the server ends those that are idle
        browser.queries = 0
    start = time.perf_counter()

    def stay(browser: Browser) -> list[float]:
        durations = []
        while (before := time.perf_counter()) < start + seconds:
            visit(browser)
            durations.append(time.perf_counter() - before)
        return durations

    with ThreadPoolExecutor(len(browsers)) as pool:
        durations = [one for some in pool.map(stay, browsers) for one in some]
    passed = time.perf_counter() - start
    queries = sum(browser.queries for browser in browsers) / len(durations)
    return Load(durations, passed, queries)
