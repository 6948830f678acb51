"""Kill the server and the database again and again under load: is all there that was confirmed?

Run by ``make bench BENCH=--crash``, and for a few seconds by the tests.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from postgresql import Cluster, open_cluster
from sqlalchemy import select

from bench.city import MOMENT, write_city
from bench.cluster import SETTINGS
from bench.crash_clients import Browser, Drafter, Importer, Person, Submitter, Uploader
from bench.crash_findings import Findings, find_what_is_there
from bench.crash_server import CrashServer, open_server
from bench.logins import HEAD, OFFICE, PASSWORD
from bench.subject import open_application
from selfcheck.accounts.models import Grant, User
from selfcheck.accounts.passwords import hash_password
from selfcheck.accounts.permissions import Role
from selfcheck.db import alembic, db
from selfcheck.organisation.models import Unit

OFFICERS = 6
CRASH_OFFICER = "schulung{}@stadt.example"
# Between two kills people get some answers (or it takes too long), then a while, in seconds.
ANSWERS, PATIENCE, LONGEST = 8, 8.0, 1.5


@dataclass(frozen=True)
class CrashResult:
    """What became of it: the kills by their kind, and what was found afterwards."""

    database: str
    seconds: float
    kills: dict[str, int]
    broken: int  # requests without an answer
    found: Findings


def crash(database: str, *, seconds: float, seed: int = 1) -> CrashResult:
    """Let people work and kill what serves them for so long; then look what is there."""
    with (
        TemporaryDirectory(prefix="selfcheck-crash-") as folder,
        _place(database, Path(folder)) as (url, cluster),
    ):
        fill_city(url)
        started = time.monotonic()
        with open_server(url, Path(folder) / "log") as server:
            people = _let_in(server)
            kills = _work_and_kill(server, cluster, people, seconds=seconds, random=Random(seed))
        return CrashResult(
            database=database,
            seconds=time.monotonic() - started,
            kills=kills,
            broken=sum(person.broken for person in people),
            found=find_what_is_there(url, people),
        )


@contextmanager
def _place(database: str, folder: Path) -> Iterator[tuple[str, Cluster | None]]:
    if database == "sqlite":
        yield f"sqlite:///{folder / 'crash.db'}", None
        return
    with open_cluster(SETTINGS) as cluster:
        yield cluster.url, cluster


def fill_city(url: str, people: int = 0) -> None:
    """Put units, and accounts of all kinds, into an empty database."""
    app = open_application(url)
    with app.app_context():
        alembic.upgrade()
        write_city(people)
        unit = db.session.scalars(select(Unit).where(Unit.number == OFFICE)).one()
        secret = hash_password(PASSWORD)
        for number in range(OFFICERS):
            officer = User(
                email=CRASH_OFFICER.format(number),
                name=f"Schulung {number}",
                sort_key=f"schulung {number}",
                password_hash=secret,
                created_at=MOMENT,
            )
            officer.grants.append(Grant(role=Role.TRAINING_OFFICER, unit=unit))
            db.session.add(officer)
        db.session.commit()
        db.session.close()
        db.engine.dispose()


def _let_in(server: CrashServer) -> list[Person]:
    """Log everybody in; they are of all kinds."""

    def browser(email: str) -> Browser:
        one = Browser(server.address)
        one.log_in(email)
        return one

    heads = [HEAD.format(number) for number in range(4)]
    officers = [CRASH_OFFICER.format(number) for number in range(OFFICERS)]
    return [
        *(Submitter(browser(email)) for email in heads[:2]),
        *(Drafter(browser(email)) for email in heads[2:]),
        *(Uploader(browser(email)) for email in officers[2:]),
        *(Importer(browser(email)) for email in officers[:2]),
    ]


def _work_and_kill(
    server: CrashServer,
    cluster: Cluster | None,
    people: Sequence[Person],
    *,
    seconds: float,
    random: Random,
) -> dict[str, int]:
    over = threading.Event()
    kinds: dict[str, Callable[[], None]] = {
        "server": server.kill,
        "worker": partial(server.kill_worker, random),
    }
    if cluster is not None:
        kinds["postmaster (SIGKILL)"] = partial(_restart, cluster, cluster.kill)
        kinds["postmaster (immediate)"] = partial(_restart, cluster, cluster.stop)
    kills = dict.fromkeys(kinds, 0)
    names = list(kinds)
    with ThreadPoolExecutor(len(people)) as pool:
        work = [pool.submit(_work, person, over) for person in people]
        try:
            until = time.monotonic() + seconds
            while (time.monotonic() < until or 0 in kills.values()) and not _failed(work):
                _let_work(people, random)
                name = names[sum(kills.values()) % len(names)]
                kinds[name]()
                kills[name] += 1
                server.wait()
        finally:
            over.set()  # everybody ends what was begun
    for one in work:
        one.result()
    return kills


def _work(person: Person, over: threading.Event) -> None:
    while not over.is_set() or not person.confirmed:
        person.visit()  # type: ignore[attr-defined]


def _let_work(people: Sequence[Person], random: Random) -> None:
    before, until = sum(one.confirmed for one in people), time.monotonic() + PATIENCE
    while sum(one.confirmed for one in people) < before + ANSWERS and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(random.uniform(0, LONGEST))


def _failed(work: Sequence[Future[None]]) -> bool:
    return any(one.done() and one.exception() for one in work)


def _restart(cluster: Cluster, kill: Callable[[], None]) -> None:
    kill()
    cluster.start()


def describe(results: Sequence[CrashResult]) -> str:
    """Return the numbers as Markdown."""
    lines = [
        "| killed under load | database | kills | acknowledged | found | lost | half or doubled |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for one in results:
        total = sum(one.kills.values())
        for name, numbers in one.found.numbers.items():
            wrong = len([fault for fault in one.found.faults if fault.startswith(name)])
            lines.append(
                f"| {name} | {one.database} | {total} | {numbers.acknowledged:,} "
                f"| {numbers.found:,} | {numbers.lost} | {wrong} |"
            )
    for one in results:
        kills = ", ".join(f"{name} {count}" for name, count in one.kills.items())
        told = (
            f"{one.database}: {one.seconds:.0f} s; killed: {kills}; {one.broken} requests without"
        )
        lines += ["", f"{told} an answer; faults: {len(one.found.faults)}"]
        lines += [f"- {fault}" for fault in one.found.faults]
    return "\n".join(lines)
