"""Runs one task in a process of its own, each time its starter writes a line.

Run as ``python -m bench.worker subject|floor TASK URL FOLDER``. Answers with a line of JSON.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from pathlib import Path

from sqlalchemy import Engine, event

from bench.files import Files
from bench.task import Task

NOT_COUNTED = ("BEGIN", "COMMIT", "PRAGMA", "RELEASE", "ROLLBACK", "SAVEPOINT", "SET")


def open_task(side: str, name: str, url: str, files: Files) -> Task:
    """Return a task of the application, or its floor: that one does not load the application."""
    if side == "floor":
        from bench import floor  # noqa: PLC0415

        return floor.TASKS[name](floor.open_database(url), files)
    from bench import subject  # noqa: PLC0415

    return subject.TASKS[name](subject.open_application(url), files)


def count_queries() -> list[str]:
    """Return a list that gets every statement that is sent from now on."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(NOT_COUNTED):
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    return asked


def measure(task: Task, asked: list[str]) -> dict[str, float]:
    """Run a task once; the peak of the memory is that of the process so far."""
    task.reset()
    gc.collect()
    asked.clear()
    wall, cpu = time.perf_counter(), time.process_time()
    task.run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"wall": wall, "cpu": cpu, "memory_mb": peak / 1024, "queries": len(asked)}


def main(side: str, name: str, url: str, folder: str) -> None:
    """Measure whenever a line arrives, until there are no more."""
    task = open_task(side, name, url, Files(Path(folder)))
    asked = count_queries()
    for _ in sys.stdin:
        print(json.dumps(measure(task, asked)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
