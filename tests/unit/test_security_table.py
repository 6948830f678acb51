"""docs/security.md: is its table whole, and are there the tests that it names?"""

import re
from pathlib import Path

STATUSES = {"met", "partly", "open", "operator", "n/a"}
# How many requirements of levels 1 and 2 each section of OWASP ASVS 5.0.0 has. Those of level 3
# stand at the end of a section, so the ids are 1 to that number.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
    "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip


def read_text(project_root: Path) -> str:
    return (project_root / "docs" / "security.md").read_text(encoding="utf-8")


def read_rows(project_root: Path) -> list[list[str]]:
    """Return the cells of each row that begins with an id."""
    lines = [line for line in read_text(project_root).splitlines() if re.match(r"\| V\d", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_each_requirement_stands_there_once_and_in_order(project_root: Path):
    expected = [
        f"V{section}.{number}"
        for section, count in SECTIONS.items()
        for number in range(1, count + 1)
    ]

    assert len(expected) == 253, "70 of level 1 and 183 of level 2"
    assert [row[0] for row in read_rows(project_root)] == expected


def test_each_row_is_filled_in(project_root: Path):
    for row in read_rows(project_root):
        assert len(row) == 5, row
        assert row[2] in STATUSES, row
        assert all(row), row


def test_what_applies_names_a_test_or_says_why_there_is_none(project_root: Path):
    for row in read_rows(project_root):
        proof = row[4]
        is_told = proof.startswith(("`tests/", "no test: "))
        assert is_told or (row[2] == "n/a" and proof == "–"), row


def test_every_test_that_is_named_exists(project_root: Path):
    named = re.findall(r"`(tests/[\w/.]+)::(\w+)`", read_text(project_root))

    assert len(named) > 100
    for path, name in named:
        source = (project_root / path).read_text(encoding="utf-8")
        assert re.search(rf"^\s*def {name}\(", source, re.MULTILINE), f"{path}::{name}"


def test_what_is_open_is_summed_up(project_root: Path):
    told = re.search(r"^Open are (.+)\.$", read_text(project_root), re.MULTILINE)

    assert told is not None
    assert told[1].split(", ") == [row[0] for row in read_rows(project_root) if row[2] == "open"]
