"""Whatever stands in a file, reading ends with a list of problems and never with a crash."""

import copy
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from selfcheck.checks import questionnaire
from selfcheck.checks.questionnaire import Questionnaire
from selfcheck.checks.questionnaire_consistency import find_problems
from selfcheck.checks.typed_toml import Reader

FILE = Path(questionnaire.__file__).parent / "questionnaires" / "2025-05-07.toml"
CONTENT = tomllib.loads(FILE.read_text(encoding="utf-8"))

ODD_VALUES = [
    "",
    -1,
    10**30,
    float("nan"),
    True,
    datetime(2025, 1, 1, tzinfo=UTC),
    [],
    {},
    [1, {"id": []}],
]


def paths_of(content, path=()):
    """Walk through every key, and the first three of a list: they have every key there is."""
    items = content.items() if isinstance(content, dict) else [*enumerate(content)][:3]
    for key, value in items:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from paths_of(value, (*path, key))


def parent_of(content, path):
    for key in path[:-1]:
        content = content[key]
    return content


def all_problems(content):
    reader = Reader()
    return [*find_problems(reader.table(Questionnaire, content)), *reader.problems]


def test_the_official_file_has_no_problems():
    assert all_problems(CONTENT) == []


@pytest.mark.parametrize("odd", ODD_VALUES, ids=repr)
def test_an_odd_value_anywhere_never_crashes(odd):
    for path in paths_of(CONTENT):
        content = copy.deepcopy(CONTENT)
        parent_of(content, path)[path[-1]] = odd
        all_problems(content)


OPTIONAL = {
    "follow_ups",
    "below",
    "condition",
    "options",
    "has_free_text",
    "announces",
    "due_months",
    "reviews",
}


def test_leaving_out_a_key_is_told_unless_it_is_optional():
    for path in paths_of(CONTENT):
        if not isinstance(path[-1], str):
            continue
        content = copy.deepcopy(CONTENT)
        del parent_of(content, path)[path[-1]]
        problems = all_problems(content)
        told = any(problem.endswith(f"{path[-1]} is missing") for problem in problems)
        assert told is (path[-1] not in OPTIONAL), path
        # Measures that are due after some months have to be announced.
        assert bool(problems) is told or path[-1] == "announces", path
