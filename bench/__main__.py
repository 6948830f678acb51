"""Measure everything, and print it as Markdown: ``make bench``.

A missed goal is no error: speed depends on the machine. Progress is told on standard error.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import cluster
from bench.costs import Figure, PageFigure, Place
from bench.crash import crash, describe
from bench.files import Files
from bench.goals import judge
from bench.logins import MAX_HEADS
from bench.measuring import measure_pages, measure_task
from bench.report import write_report

SIZES = "1000,10000"
# The imports come last: they begin with an empty city.
LISTS = ("people_xlsx", "written_xlsx", "people_csv", "written_csv")
IMPORTS = ("trainings", "roster")
PARTS = ("evaluation", "lists", "imports", "pages")
PAGES_FROM = 10_000  # people
CRASH_SECONDS = 90
# No list is longer; for larger cities there is the evaluation, on PostgreSQL.
MOST_IN_LISTS = 100_000


def main() -> None:
    """Measure what the options say."""
    options = _read_options()
    if options.crash:
        _crash(options)
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the servers end with it
    started = time.monotonic()
    figures: list[Figure] = []
    pages: list[PageFigure] = []
    with (
        TemporaryDirectory(prefix="selfcheck-bench-") as folder,
        cluster.opened_cluster(options.databases) as cluster_url,
    ):
        for place in _list_places(options):
            own = Path(folder) / f"{place.database}{place.people}"
            own.mkdir()
            _tell(f"{place.people:,} people, {place.database}")
            with cluster.new_database(place.database, cluster_url, own) as url:
                _prepare(url, own, place)
                figures += _measure_tasks(url, Files(own), place, options, first=True)
                pages += _measure_pages(url, Files(own), place, options)
                figures += _measure_tasks(url, Files(own), place, options, first=False)
    print(_describe_machine())
    print()
    print(write_report(figures, pages, judge(figures, pages), clients=options.clients))
    _tell(f"{time.monotonic() - started:.0f} s")


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench BENCH=…", description=__doc__)
    parser.add_argument("--sizes", type=_numbers, default=SIZES, help=f"people ({SIZES})")
    parser.add_argument(
        "--databases", type=_words(cluster.NAMES), default=",".join(cluster.NAMES), help="of both"
    )
    parser.add_argument("--parts", type=_words(PARTS), default=",".join(PARTS), help="of all")
    parser.add_argument("--runs", type=int, default=5, help="of each command (5)")
    parser.add_argument("--seconds", type=float, default=6, help="of load on each side (6)")
    parser.add_argument(
        "--clients", type=int, default=8, choices=range(1, MAX_HEADS + 1), metavar="N", help="(8)"
    )
    parser.add_argument(
        "--crash",
        type=float,
        nargs="?",
        const=CRASH_SECONDS,
        metavar="SECONDS",
        help=f"instead: kill what serves again and again for so long, and look ({CRASH_SECONDS})",
    )
    return parser.parse_args()


def _crash(options: argparse.Namespace) -> None:
    """End with exit code 1 if something confirmed is lost, or there by halves."""
    results = []
    for database in options.databases:
        _tell(f"killing under load, {database}")
        results.append(crash(database, seconds=options.crash))
    print(_describe_machine())
    print()
    print(describe(results))
    if any(one.found.lost or one.found.faults for one in results):
        sys.exit(1)


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def _words(known: tuple[str, ...]) -> Callable[[str], list[str]]:
    def read(text: str) -> list[str]:
        words = text.split(",")
        if not set(words) <= set(known):
            raise argparse.ArgumentTypeError(f"choose from {', '.join(known)}")
        return words

    return read


def _list_places(options: argparse.Namespace) -> Iterator[Place]:
    for people in options.sizes:
        for database in options.databases:
            if people <= MOST_IN_LISTS or database == "postgresql":
                yield Place(people, database)


def _prepare(url: str, folder: Path, place: Place) -> None:
    command = [sys.executable, "-m", "bench.prepare", url, str(folder), str(place.people)]
    if place.people <= MOST_IN_LISTS:
        command.append("--lists")
    subprocess.run(command, check=True)


def _measure_tasks(
    url: str, files: Files, place: Place, options: argparse.Namespace, *, first: bool
) -> Iterator[Figure]:
    """Measure what leaves the city as it is, ``first``, or what empties it."""
    wanted = {"evaluation": ("evaluation",), "lists": LISTS} if first else {"imports": IMPORTS}
    for part, names in wanted.items():
        if part not in options.parts or (part != "evaluation" and place.people > MOST_IN_LISTS):
            continue
        for name in names:
            _tell(f"  {name}")
            costs = measure_task(name, url, files, runs=options.runs)
            yield Figure(name, place, *costs)


def _measure_pages(
    url: str, files: Files, place: Place, options: argparse.Namespace
) -> Iterator[PageFigure]:
    is_wanted = PAGES_FROM <= place.people <= MOST_IN_LISTS or place.people == max(options.sizes)
    if "pages" not in options.parts or not is_wanted:
        return
    _tell("  pages")
    found = measure_pages(url, files, count=options.clients, seconds=options.seconds)
    for name, costs in found.items():
        yield PageFigure(name, place, *costs)


def _describe_machine() -> str:
    server = max(path.name for path in Path("/usr/lib/postgresql").glob("*"))
    load, *_ = os.getloadavg()
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, "
        f"PostgreSQL {server}; load of the machine at the end: {load:.1f}"
    )


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
