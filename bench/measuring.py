"""Measure commands and pages, each in turn with its floor."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench import clients
from bench.clients import Browser, Load, Visit
from bench.costs import Cost, PageCost, summarise
from bench.files import Files
from bench.logins import HEAD, OFFICER, PASSWORD
from bench.serving import Server, serve

ROUNDS = 3
WARM_UP_SECONDS = 1.0
Run = Callable[[], dict[str, float]]


def measure_task(name: str, url: str, files: Files, *, runs: int) -> tuple[Cost, Cost]:
    """Run a task of ``bench.worker`` and its floor by turns, after one run that is not counted."""
    with (
        _worker("subject", name, url, files) as subject,
        _worker("floor", name, url, files) as bare,
    ):
        subject(), bare()
        of_subject, of_floor = [], []
        for _ in range(runs):
            of_subject.append(subject())
            of_floor.append(bare())
    return summarise(of_subject), summarise(of_floor)


def measure_pages(
    url: str, files: Files, *, count: int, seconds: float
) -> dict[str, tuple[PageCost, PageCost]]:
    """Let clients use the application and the bare pages by turns; return what visits cost."""
    logs = files.folder / "subject.log", files.folder / "floor.log"
    with serve("subject", url, logs[0]) as subject, serve("floor", url, logs[1]) as bare:
        heads = [_logged_in(subject, HEAD.format(n)) for n in range(count)]
        officers = [_logged_in(subject, OFFICER) for _ in range(count)]
        strangers = [Browser(bare.address) for _ in range(count)]
        submission = _Side(subject, heads, clients.submit_check)
        people = _Side(subject, officers, clients.list_people)
        bare_submission = _Side(bare, strangers, lambda browser: clients.submit_check(browser, "/"))
        bare_people = _Side(bare, strangers, clients.list_people)
        return {
            "submission": _take_turns(submission, bare_submission, seconds),
            "people_page": _take_turns(people, bare_people, seconds),
        }


class _Side:
    """One of two servers, with its clients."""

    def __init__(self, server: Server, browsers: list[Browser], visit: Visit) -> None:
        self.server, self.browsers, self.visit = server, browsers, visit
        self.loads: list[Load] = []
        self.cpu = 0.0

    def warm_up(self) -> None:
        clients.put_load(self.browsers, self.visit, WARM_UP_SECONDS)

    def bear(self, seconds: float) -> None:
        cpu = self.server.cpu_seconds
        self.loads.append(clients.put_load(self.browsers, self.visit, seconds))
        self.cpu += self.server.cpu_seconds - cpu

    def cost(self) -> PageCost:
        durations = [one for load in self.loads for one in load.durations]
        return PageCost(
            durations=durations,
            seconds=sum(load.seconds for load in self.loads),
            cpu=self.cpu / len(durations),
            memory_mb=self.server.memory_mb,
            queries=self.loads[-1].queries,
        )


def _take_turns(subject: _Side, bare: _Side, seconds: float) -> tuple[PageCost, PageCost]:
    sides = (subject, bare)
    for side in sides:
        side.warm_up()
    for _ in range(ROUNDS):
        for side in sides:
            side.bear(seconds / ROUNDS)
    return subject.cost(), bare.cost()


def _logged_in(server: Server, email: str) -> Browser:
    browser = Browser(server.address)
    clients.log_in(browser, email, PASSWORD)
    return browser


@contextmanager
def _worker(side: str, name: str, url: str, files: Files) -> Iterator[Run]:
    """Start a process that measures a task whenever it is called."""
    process: subprocess.Popen[Any] = subprocess.Popen(
        [sys.executable, "-m", "bench.worker", side, name, url, str(files.folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    asked, answers = process.stdin, process.stdout

    def run() -> dict[str, float]:
        print("run", file=asked, flush=True)
        answer = answers.readline()
        if not answer:
            raise RuntimeError(f"{side} {name} has failed; see above.")
        measured: dict[str, float] = json.loads(answer)
        return measured

    with process:
        yield run
        asked.close()
