"""No value gets into a line of the log, whoever writes it."""

import json
import logging
import sys

import pytest

from selfcheck.errors import ConflictError
from selfcheck.operations.log_lines import JsonLines, TextLines

SECRET = "Ganz-Geheim"


def record(message: object, *values: object, name: str = "selfcheck", **more: object):
    return logging.LogRecord(
        name, logging.WARNING, "x.py", 1, message, values, **more, exc_info=None
    )


def line_of(one: logging.LogRecord) -> dict[str, object]:
    return json.loads(JsonLines().format(one))


def failed_record(error: Exception) -> logging.LogRecord:
    try:
        raise error
    except type(error):
        one = record("It failed")
        one.exc_info = sys.exc_info()
        return one


@pytest.mark.parametrize(
    ("message", "values", "shown"),
    [
        ("Exception on %s [%s]", ("/team/abcdef", "GET"), "Exception on … […]"),
        ("The database cannot hold a value: %s", ("x",), "The database cannot hold a value: …"),
        ("%(name)s is gone", ({"name": "Anna"},), "%(name)s is gone"),
        ("%d of them", ("Anna",), "%d of them"),
        ("Only %s", (17,), "Only …"),  # a personnel number
        ("Invalid request from ip=10.1.2.3: Anna Beispiel", (), "Invalid request from …"),
        ("No such user: anna@stadt.example", (), "No such user: …"),
        ("Cannot parse 'Anna Beispiel' here", (), "Cannot parse … here"),
        ("Cannot read /personal/17?text=anna now", (), "Cannot read … now"),
        ("Lost 10.20.30.40 and fe80::1:2", (), "Lost … and …"),
        ("The form was too old", (), "The form was too old"),
    ],
)
def test_a_message_is_its_template(message: str, values: tuple[object, ...], shown: str):
    assert line_of(record(message, *values))["message"] == shown


def test_what_a_library_has_filled_in_by_itself_is_left_out():
    line = line_of(record(f"Found {SECRET}", name="some.library"))

    assert line["message"] == "…"
    assert line["place"] == "x:1"


def test_the_numbers_of_the_servers_processes_are_told():
    one = record("WORKER TIMEOUT (pid:%s) %s", 4711, "/x", name="gunicorn.error")

    assert line_of(one)["message"] == "WORKER TIMEOUT (pid:4711) …"


def test_an_object_that_is_logged_shows_its_kind_only():
    assert line_of(record(ValueError(SECRET)))["message"] == "ValueError"


@pytest.mark.parametrize("error", [ValueError(SECRET), ConflictError(SECRET), KeyError(SECRET)])
@pytest.mark.parametrize("formatter", [JsonLines(), TextLines()])
def test_of_an_exception_kind_and_places_are_told_and_not_what_it_says(
    error: Exception, formatter: logging.Formatter
):
    text = formatter.format(failed_record(error))

    assert type(error).__name__ in text
    assert "test_log_lines.py" in text
    assert "failed_record" in text
    assert SECRET not in text


def test_causes_are_told_likewise():
    try:
        try:
            int(SECRET)
        except ValueError as cause:
            raise RuntimeError(SECRET) from cause
    except RuntimeError as error:
        line = line_of(failed_record(error))

    assert line["exception"] == "RuntimeError"
    assert "ValueError" in line["trace"]
    assert SECRET not in json.dumps(line)


def test_a_ring_of_causes_ends():
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one

    assert len(line_of(failed_record(one))["trace"]) < 20


def test_only_known_fields_are_taken():
    one = record("request")
    one.status, one.endpoint, one.path = 200, "people.show_person", SECRET

    line = line_of(one)

    assert (line["status"], line["endpoint"]) == (200, "people.show_person")
    assert SECRET not in json.dumps(line)


def test_a_line_is_one_line():
    assert "\n" not in JsonLines().format(failed_record(ValueError("a\nb")))
