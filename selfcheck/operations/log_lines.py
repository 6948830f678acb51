"""What stands in a line of the log, and what never does?

Lines are read by people who may not see what offices entered. A message is therefore written as
its template: what a program fills in (addresses, names, statements) is left out, and so are the
messages of exceptions, which quote what they failed on. Where something happened is told by the
name of the exception and by the places in the code. What is known to hold nothing personal comes
in fields of its own.
"""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from types import TracebackType

from pythonjsonlogger.json import JsonFormatter

FIELDS = ("request_id", "method", "endpoint", "status", "duration_ms")
MAX_FRAMES, MAX_CHAIN, MAX_LENGTH = 40, 5, 500

OWN, SERVER = "selfcheck", "gunicorn"
LEFT_OUT = "…"
# What is looked for where a message was filled in before it came here.
VALUES = re.compile(
    r"""(?<=Invalid\ request\ from\ )ip=.*        # gunicorn, on what is no HTTP
      | '[^']*' | "[^"]*" | „[^“]*“              # what was typed or sent
      | [^\s@]+@[^\s@]+                           # addresses of mails
      | [^\s/]*/\S* | \S*\?\S*                    # paths, addresses of pages, query strings
      | \b\d{1,3}(?:\.\d{1,3}){3}\b | \b[0-9a-fA-F]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*  # of computers
    """,
    re.VERBOSE | re.DOTALL,
)


def describe(record: logging.LogRecord) -> dict[str, object]:
    """Return what is written of a record, and in which order."""
    line: dict[str, object] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": message_of(record),
        "place": f"{record.module}:{record.lineno}",
        "process": record.process,
    }
    line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
    if record.exc_info and record.exc_info[1] is not None:
        error = record.exc_info[1]
        line["exception"] = name_of(error)
        line["trace"] = trace_of(error)
    return line


def message_of(record: logging.LogRecord) -> str:
    """Return a message without the values that were to be filled in.

    A message without such values may be one into which a library has filled them by itself: then
    only the place tells what it was about.
    """
    template = record.msg[:MAX_LENGTH] if isinstance(record.msg, str) else type(record.msg).__name__
    is_server = record.name.startswith(SERVER)
    if not record.args:
        is_known = is_server or record.name.startswith(OWN) or not isinstance(record.msg, str)
        return VALUES.sub(LEFT_OUT, template) if is_known else LEFT_OUT
    values = record.args if isinstance(record.args, tuple) else (record.args,)
    # The server's numbers are those of its processes.
    shown = tuple(one if is_server and isinstance(one, int) else LEFT_OUT for one in values)
    try:
        return template % shown
    except (TypeError, ValueError, KeyError):  # a template for numbers only, or for a mapping
        return template


def name_of(error: BaseException) -> str:
    """Return which exception it is; of the database's also its code, for what there is no place."""
    kind = type(error)
    is_plain = kind.__module__ == "builtins"
    name = kind.__qualname__ if is_plain else f"{kind.__module__}.{kind.__qualname__}"
    original = getattr(error, "orig", None)
    if original is None:
        return name
    code = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
    return f"{name} ({type(original).__name__}{f' {code}' if code else ''})"


def trace_of(error: BaseException) -> list[str]:
    """Return the places in the code that an exception came through, and its causes likewise."""
    lines: list[str] = []
    current: BaseException | None = error
    for _ in range(MAX_CHAIN):
        if current is None:
            break
        lines += [name_of(current), *_places(current.__traceback__)]
        hidden = current.__suppress_context__
        current = current.__cause__ or (None if hidden else current.__context__)
    return lines


def _places(step: TracebackType | None) -> list[str]:
    places = []
    while step is not None:
        code = step.tb_frame.f_code
        places.append(f"  {code.co_filename}:{step.tb_lineno} {code.co_qualname}")
        step = step.tb_next
    return places[-MAX_FRAMES:]


class JsonLines(JsonFormatter):
    """One JSON object in each line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return self.jsonify_log_record(describe(record))


class TextLines(logging.Formatter):
    """The same for people: one line, and the places of an exception below it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = describe(record)
        head = [str(line.pop(name)) for name in ("time", "level", "logger", "message")]
        trace = line.pop("trace", [])
        fields = [f"{name}={value}" for name, value in line.items()]
        places = trace if isinstance(trace, list) else []
        return "\n".join([" ".join(head + fields), *places])
