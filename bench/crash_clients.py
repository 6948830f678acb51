"""People who go on working while the server is killed, and note what it has confirmed to them.

What got a page of success is acknowledged. What got none may be there or not, but never by halves.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode
from uuid import UUID, uuid4

from PIL import Image

from bench.clients import ANSWERS, ATTRIBUTE, HIDDEN, UNIT
from bench.logins import PASSWORD

# Where the form goes; the page may also hold links to other drafts.
CHECK = re.compile(r'action="(/selbstchecks/([0-9a-f-]{36})/bearbeiten)"')
STAND = "Stand {}"
FILES_AT_ONCE = 2
ROWS = 25
LIST_HEADERS = ("Personalnummer", "Nachname", "Vorname", "Organisationseinheit", "Führungskraft",
                "Bürgerkontakt", "Medienarbeit")  # fmt: skip


class NoAnswerError(Exception):
    """The connection broke, or the server says that it cannot store anything."""


@dataclass(frozen=True)
class Answer:
    """A page, or where it leads to."""

    status: int
    location: str
    events: str
    text: str


@dataclass
class Browser:
    """A browser that opens a connection for each request, and keeps its cookies."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send a request. Raises NoAnswerError if nothing or a 5xx comes back."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Cookie"] = "; ".join(f"{name}={one}" for name, one in self.cookies.items())
        connection = HTTPConnection(self.address, timeout=60)
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            text = response.read().decode()
        except (OSError, HTTPException) as error:
            raise NoAnswerError(str(error)) from error
        finally:
            connection.close()
        if response.status >= 500:
            raise NoAnswerError(f"{method} {path}: {response.status}")
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        location = response.headers.get("Location", "")
        return Answer(response.status, location, response.headers.get("HX-Trigger", ""), text)

    def get(self, path: str) -> str:
        """Return a page; raises ValueError if there is another one."""
        answer = self.ask("GET", path)
        if answer.status != 200:
            raise ValueError(f"GET {path}: {answer.status} {answer.location}")
        return answer.text

    def send(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        """Send a form."""
        body = urlencode(fields).encode()
        return self.ask(
            "POST", path, body, Content_Type="application/x-www-form-urlencoded", **headers
        )

    def log_in(self, email: str) -> None:
        """Log in through the page."""
        page = self.get("/anmelden")
        answer = self.send("/anmelden", hidden(page) | {"email": email, "password": PASSWORD})
        if answer.status not in {302, 303}:
            raise ValueError(f"{email} is not let in.")


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a page."""
    tags = [dict(ATTRIBUTE.findall(tag)) for tag in HIDDEN.findall(page)]
    return {one["name"]: unescape(one.get("value", "")) for one in tags if "name" in one}


@dataclass
class Person:
    """Somebody who works; counts what came back broken, and what was confirmed."""

    browser: Browser
    broken: int = 0
    confirmed: int = 0

    def insist(self, ask: Callable[[], Answer]) -> Answer:
        """Ask until there is an answer, as somebody does who presses the button again."""
        while True:
            try:
                return ask()
            except NoAnswerError:
                self.broken += 1
                time.sleep(0.2)

    def page(self, path: str) -> str:
        """Return a page, however often it takes."""
        answer = self.insist(lambda: self.browser.ask("GET", path))
        if answer.status != 200:
            raise ValueError(f"GET {path}: {answer.status} {answer.location}")
        return answer.text


@dataclass
class Submitter(Person):
    """Fills in a new self-check and submits it, again with the same address if no answer came."""

    submitted: set[UUID] = field(default_factory=set)

    def visit(self) -> None:
        """Submit one."""
        page = self.page("/selbstchecks/neu")
        found = CHECK.search(page)
        assert found is not None
        path, check_id = found[1], UUID(found[2])
        fields = hidden(page) | ANSWERS | head_of(page) | {"action": "submit"}
        answer = self.insist(lambda: self.browser.send(path, fields))
        if answer.status != 302 or str(check_id) not in answer.location:
            raise ValueError(f"POST {path}: {answer.status} {answer.location}")
        self.submitted.add(check_id)
        self.confirmed += 1


@dataclass
class Drafter(Person):
    """Types into one draft, which is saved while it is typed."""

    check_id: UUID | None = None
    tried: int = 0
    saved: int = 0

    def visit(self) -> None:
        """Type the next word."""
        page = self.page(f"/selbstchecks/{self.check_id}/bearbeiten" if self.saved else
                         "/selbstchecks/neu")  # fmt: skip
        found = CHECK.search(page)
        assert found is not None
        if self.check_id is None or not self.saved:
            self.check_id = UUID(found[2])
        self.tried += 1
        fields = hidden(page) | head_of(page) | {"next_steps": STAND.format(self.tried)}
        try:
            answer = self.browser.send(
                f"/selbstchecks/{self.check_id}/antworten", fields, HX_Request="true"
            )
        except NoAnswerError:
            self.broken += 1
            return
        if answer.status != 200 or answer.events != "draft-saved":
            raise ValueError(f"autosave: {answer.status} {answer.events}")
        self.saved = self.tried
        self.confirmed += 1


@dataclass
class Uploader(Person):
    """Uploads pictures of certificates, some at a time; each has a name of its own."""

    kept: list[list[str]] = field(default_factory=list)
    in_doubt: list[list[str]] = field(default_factory=list)
    is_full: bool = False

    def visit(self) -> None:
        """Upload some."""
        if self.is_full:
            time.sleep(0.2)
            return
        names = [f"{uuid4()}.png" for _ in range(FILES_AT_ONCE)]
        token = hidden(self.page("/zertifikate"))["csrf_token"]
        body, kind = _multipart(token, {name: _picture(name) for name in names})
        try:
            answer = self.browser.ask(
                "POST", "/zertifikate/hochladen", body, Content_Type=kind,
                Accept="application/json",
            )  # fmt: skip
        except NoAnswerError:
            self.broken += 1
            self.in_doubt.append(names)
            return
        if answer.status != 200:
            raise ValueError(f"upload: {answer.status}")
        if f'"kept":{len(names)}' in answer.text.replace(" ", ""):
            self.kept.append(names)
            self.confirmed += 1
        else:
            self.is_full = True  # so many may wait, and no more


@dataclass
class Importer(Person):
    """Imports lists of staff, each with people of its own, named after the list."""

    applied: list[str] = field(default_factory=list)
    in_doubt: list[str] = field(default_factory=list)

    def visit(self) -> None:
        """Import one list: choose, look at the preview, apply."""
        name = f"L{uuid4().hex[:12]}"
        token = hidden(self.page("/personal/import"))["csrf_token"]
        rows = [f"{name}{row:03};{name};Erika;33;nein;ja;nein" for row in range(ROWS)]
        pasted = "\n".join([";".join(LIST_HEADERS), *rows]).replace(";", "\t")
        fields = {"csrf_token": token, "pasted": pasted}
        chosen = self.insist(lambda: self.browser.send("/personal/import", fields))
        if chosen.status != 302:
            raise ValueError(f"import: {chosen.status} {chosen.text}")
        shown = hidden(self.page(chosen.location))
        try:
            answer = self.browser.send(chosen.location, shown)
        except NoAnswerError:
            self.broken += 1
            self.in_doubt.append(name)
            return
        if answer.status != 302:
            raise ValueError(f"apply: {answer.status}")
        self.applied.append(name)
        self.confirmed += 1


def head_of(page: str) -> dict[str, str]:
    """Return unit and day for the form on a page."""
    unit = UNIT.search(page)
    return {"checked_on": date.today().isoformat(), "unit": unit[1] if unit else "1"}


def _picture(name: str) -> bytes:
    """Return a picture that is like no other: its pixels are its name."""
    file = io.BytesIO()
    pixels = name.encode().ljust(48, b".")[:48]
    Image.frombytes("RGB", (4, 4), pixels).resize((200, 280), 0).save(file, "PNG")
    return file.getvalue()


def _multipart(token: str, files: dict[str, bytes]) -> tuple[bytes, str]:
    mark = uuid4().hex
    parts = [f'Content-Disposition: form-data; name="csrf_token"\r\n\r\n{token}'.encode()]
    for name, content in files.items():
        head = (
            f'Content-Disposition: form-data; name="files"; filename="{name}"\r\n'
            "Content-Type: image/png\r\n\r\n"
        )
        parts.append(head.encode() + content)
    lines = b"".join(b"--%s\r\n%s\r\n" % (mark.encode(), part) for part in parts)
    return lines + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
