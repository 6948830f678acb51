"""Start gunicorn again and again without importing everything anew each time.

Run as ``python -m bench.crash_starter FOLDER OPTIONS``, where the folder is for compiled templates.
Each line on standard input ends the wait for the
server before and starts another one in a process group of its own, whose id is the answer.
"""

from __future__ import annotations

import os
import sys

from flask import Flask
from gunicorn.app.wsgiapp import run  # type: ignore[import-untyped]
from jinja2 import FileSystemBytecodeCache

import selfcheck  # noqa: F401 - what takes long; the application itself is made by each worker


def main() -> None:
    """Answer each line with the id of a new server."""
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(sys.argv.pop(1))}
    pid = 0
    for _ in sys.stdin:
        _wait(pid)
        pid = os.fork()
        if not pid:
            _become_server()
        print(pid, flush=True)
    _wait(pid)


def _wait(pid: int) -> None:
    if pid:
        os.waitpid(pid, 0)


def _become_server() -> None:
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.argv[0] = "gunicorn"
    run()
    os._exit(0)


if __name__ == "__main__":
    main()
