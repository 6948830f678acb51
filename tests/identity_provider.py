"""The identity provider of the tests: a process of its own, and a browser that logs in there."""

import json
import re
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

SERVER = Path(__file__).parent / "oidc_provider" / "server.mjs"
CLIENT_ID, CLIENT_SECRET = "selfcheck", "nur zum Testen"
TIMEOUT_S = 20


class IdentityProvider:
    """oidc-provider on a port that stays the same over restarts; each start brings a new key."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "provider.json"
        self.log = folder / "provider.log"
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None
        self.tell()

    def tell(
        self,
        accounts: dict[str, dict[str, Any]] | None = None,
        *,
        code_ttl: int = 60,
        claims_in_id_token: bool = True,
    ) -> None:
        """Say who can log in, how many seconds a code holds, and where claims are told."""
        content = {
            "accounts": accounts or {},
            "code_ttl": code_ttl,
            "claims_in_id_token": claims_in_id_token,
        }
        self.file.write_text(json.dumps(content), encoding="utf-8")

    def start(self) -> None:
        """Start the process and wait until it answers."""
        node = shutil.which("node")
        assert node, "the identity provider of the tests needs node, which comes with npm"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [node, str(SERVER), str(self.port), str(self.file)],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        assert first == "ready\n", self.log.read_text(encoding="utf-8")

    def stop(self) -> None:
        """End the process; does nothing if there is none."""
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None

    def restart(self) -> None:
        """Stop and start: with a new key, and without any session."""
        self.stop()
        self.start()


class ProviderBrowser:
    """What a person does at the provider, without a real browser; the cookies stay."""

    def __init__(self) -> None:
        self.http = requests.Session()

    def close(self) -> None:
        self.http.close()

    def log_in(self, url: str, subject: str) -> str:
        """Follow the application's redirect, log in if asked, and return where it leads back."""
        url = self._follow(url)
        if not _is_back(url):
            form = {"prompt": "login", "login": subject, "password": "x"}
            url = self._follow(url, form)
        assert _is_back(url), url
        return url

    def abort(self, url: str) -> str:
        """Follow the application's redirect and cancel; returns where it leads back."""
        return self._follow(f"{self._follow(url)}/abort")

    def is_asked_to_log_in(self, url: str) -> bool:
        """Return whether there is no session any more at the provider."""
        return not _is_back(self._follow(url))

    def log_out(self, url: str) -> str:
        """Confirm the provider's question; returns where it leads back."""
        page = self.http.get(url, timeout=TIMEOUT_S)
        action, token = re.findall(r'action="([^"]+)"|name="xsrf" value="([^"]+)"', page.text)[:2]
        form = {"xsrf": token[1], "logout": "yes"}
        answer = self.http.post(
            urljoin(url, action[0]), data=form, allow_redirects=False, timeout=TIMEOUT_S
        )
        return answer.headers["Location"]

    def _follow(self, url: str, form: dict[str, str] | None = None) -> str:
        """Follow redirects until there is a page, or one leads back to the application."""
        while not _is_back(url):
            answer = (
                self.http.post(url, data=form, allow_redirects=False, timeout=TIMEOUT_S)
                if form
                else self.http.get(url, allow_redirects=False, timeout=TIMEOUT_S)
            )
            form = None
            if "Location" not in answer.headers:
                assert answer.ok, answer.text
                return url
            url = urljoin(url, answer.headers["Location"])
        return url


def _is_back(url: str) -> bool:
    return urlsplit(url).path == "/anmelden/sso/rueckkehr"
