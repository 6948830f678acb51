"""A file with mistakes stops the start, and says where each of them is."""

from pathlib import Path

import pytest

from selfcheck.checks import questionnaire
from selfcheck.checks.questionnaire import (
    QuestionnaireInvalid,
    load_questionnaire,
    load_questionnaires,
)

FOLDER = Path(questionnaire.__file__).parent / "questionnaires"
OFFICIAL = (FOLDER / "2025-05-07.toml").read_text(encoding="utf-8")

# As short as a questionnaire can be: two statements, totals from 2 to 4.
SMALL = """
version = "small"
published_on = 2027-01-01
title = "Titel"
unit_label = "Amt:"
date_label = "Datum:"
instruction = "Bitte ankreuzen:"
evaluation_instruction = "Bitte zusammenzählen."
thanks = "Danke!"
scale = [{ points = 1, label = "nein" }, { points = 2, label = "ja" }]

[[categories]]
id = "a"
title = "Erste"
statements = [{ id = "s1", number = 1, text = "Eins." }]

[[categories]]
id = "b"
title = "Zweite"
statements = [{ id = "s2", number = 2, text = "Zwei." }]

[[follow_ups]]
id = "why"
below = "s1"
condition = { statement_id = "s1", minimum = 2, wording = "Wenn ja:" }
text = "Warum?"
options = [{ id = "x", text = "X" }, { id = "y", text = "Y …", has_free_text = true }]

[[colours]]
id = "red"
label = "Rot"
minimum = 2
maximum = 2
attention = "lowest"
advice = "Oh."

[[colours]]
id = "green"
label = "Grün"
minimum = 3
maximum = 4
attention = "below_highest"
advice = "Ah."
"""


def problems_of(folder, content, name="small.toml"):
    (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(QuestionnaireInvalid) as raised:
        load_questionnaire(folder / name)
    return list(raised.value.problems)


def test_the_small_questionnaire_is_right(tmp_path):
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    assert load_questionnaire(tmp_path / "small.toml").maximum == 4


# What is replaced in SMALL, by what, and the one problem that follows.
MISTAKES = [
    # texts
    ('title = "Titel"', "", "title is missing"),
    ('thanks = "Danke!"', 'thanks = " "', "thanks is empty"),
    ('text = "Zwei."', 'text = ""', "categories.b.statements.s2: text is empty"),
    ('advice = "Oh."', "", "colours.red: advice is missing"),
    (', wording = "Wenn ja:"', "", "follow_ups.why.condition: wording is missing"),
    ('text = "X"', 'text = ""', "follow_ups.why.options.x: text is empty"),
    # keys
    ('title = "Erste"', 'title = "Erste"\ntilte = "E"', "categories.a: unknown key tilte"),
    ("[[colours]]", "[[colors]]", "unknown key colors; colours is missing"),
    # types
    ("points = 2", 'points = "2"', "scale.#2: points must be a whole number, not '2'"),
    ("points = 2", "points = true", "scale.#2: points must be a whole number, not True"),
    ("points = 1", "points = -1", "scale.#1: points must not be negative, like -1"),
    ("2027-01-01", '"2027-01-01"', "published_on must be a date, not '2027-01-01'"),
    ("2027-01-01", "2027-01-01T08:00:00", "published_on must be a date, not datetime.date"),
    (
        "has_free_text = true",
        "has_free_text = 1",
        "follow_ups.why.options.y: has_free_text must be true or",
    ),
    ('[{ id = "s2", number = 2, text = "Zwei." }]', '"s2"', "categories.b: statements must be a l"),
    ('{ id = "x", text = "X" }', '"x"', "follow_ups.why: options.#1 must be a table, not 'x'"),
    (
        '{ statement_id = "s1", minimum = 2, wording = "Wenn ja:" }',
        "2",
        "condition must be a table",
    ),
    (
        'attention = "lowest"',
        'attention = "low"',
        "colours.red: attention must be lowest or below_highest, not 'low'",
    ),
    # ids
    ('id = "b"', 'id = "a"', "categories: id a is used 2 times"),
    ('id = "b"', 'id = "Zwei b"', "categories: id 'Zwei b' may consist of a–z, 0–9 and _ only"),
    ('id = "why"', 'id = "s2"', "statements and follow_ups: id s2 is used 2 times"),
    ('id = "y"', 'id = "x"', "follow_ups.why.options: id x is used 2 times"),
    ('id = "green"', 'id = "red"', "colours: id red is used 2 times"),
    ('id = "s2"', 'id = "s1"', "statements and follow_ups: id s1 is used 2 times"),
    ('id = "s2", ', "", "categories.b.statements.#1: id is missing"),
    ('version = "small"', 'version = "tiny"', "version: is tiny, but the file is named small"),
    # statements and scale
    ("number = 2", "number = 3", "statements: s2 has number 3, expected 2"),
    ('[{ id = "s2", number = 2, text = "Zwei." }]', "[]", "categories.b: statements is empty"),
    ('label = "ja"', 'label = "nein"', "scale: label nein is used 2 times"),
    (', { points = 2, label = "ja" }', "", "scale: at least two answers are needed"),
    # follow-ups
    ('below = "s1"', 'below = "s9"', "follow_ups.why: below names the unknown statement s9"),
    ('statement_id = "s1"', 'statement_id = "s9"', "condition: names the unknown statement s9"),
    ("minimum = 2, w", "minimum = 3, w", "follow_ups.why.condition: minimum 3 is not on the scale"),
    # measures
    ('text = "Warum?"', 'text = "W"\nreviews = 1', "follow_ups.why: reviews must be true or false"),
    (
        'text = "Warum?"',
        'text = "Warum?"\nannounces = true',
        "follow_ups.why: measures are told in words, not with options",
    ),
    (
        'text = "Warum?"',
        'text = "Warum?"\ndue_months = 12',
        "follow_ups.why: due_months needs announces",
    ),
    (
        'text = "Warum?"',
        'text = "Warum?"\nannounces = true\ndue_months = 0',
        "follow_ups.why: due_months must be between 1 and 120, not 0",
    ),
    (
        'text = "Warum?"',
        'text = "Warum?"\nannounces = true\nreviews = true',
        "follow_ups.why: cannot have both announces and reviews",
    ),
    (
        "[[follow_ups]]",
        (
            '[[follow_ups]]\nid = "p"\ntext = "P"\nreviews = true\n'
            '[[follow_ups]]\nid = "q"\ntext = "Q"\nreviews = true\n[[follow_ups]]'
        ),
        "follow_ups: only one of them can have reviews",
    ),
    ('text = "X"', 'text = "X", has_free_text = true', "only one of them can have a free text"),
    # thresholds
    ("minimum = 3", "minimum = 4", "colours: nobody gets 3 points (gap between red 2–2 and"),
    ("maximum = 2", "maximum = 3", "colours: 3 points have two colours (overlap of red 2–3 and"),
    ("maximum = 4", "maximum = 5", "colours: green 3–5 must end at the highest possible total, 4"),
    ("maximum = 4", "maximum = 3", "colours: green 3–3 must end at the highest possible total, 4"),
    ("minimum = 2\n", "minimum = 1\n", "red 1–2 must begin at the lowest possible total, 2"),
    ("maximum = 4", "maximum = 2", "colours: green 3–2 ends before it begins"),
    # A number that cannot be read is one problem, not another one in each rule that needs it.
    ("maximum = 4", "maximum = 4.0", "colours.green: maximum must be a whole number, not 4.0"),
    # not even a table of keys
    ("[[colours]]", "[[colours]", "is not valid TOML: "),
    ('title = "Titel"', 'title = "Titel', "is not valid TOML: "),
]


@pytest.mark.parametrize(("right", "wrong", "message"), MISTAKES)
def test_a_mistake_is_named_with_its_place(tmp_path, right, wrong, message):
    assert right in SMALL
    told = problems_of(tmp_path, SMALL.replace(right, wrong))
    assert all(problem.startswith("small.toml: ") for problem in told)
    assert message in "; ".join(problem.removeprefix("small.toml: ") for problem in told)


@pytest.mark.parametrize("right", ["maximum = 4", "points = 2", "number = 2", 'text = "Eins."'])
def test_one_missing_value_is_one_problem(tmp_path, right):
    key = right.split(" ")[0]
    content = SMALL.replace(f"{right}, ", "").replace(f", {right}", "").replace(f"{right}\n", "")
    (problem,) = problems_of(tmp_path, content)
    assert problem.endswith(f"{key} is missing")


def test_a_gap_between_colours_names_the_points_and_both_neighbours(tmp_path):
    content = OFFICIAL.replace("minimum = 19", "minimum = 20")
    assert problems_of(tmp_path, content, "2025-05-07.toml") == [
        "2025-05-07.toml: colours: nobody gets 19 points (gap between red 8–18 and yellow 20–29)"
    ]


def test_an_overlap_of_several_points(tmp_path):
    content = OFFICIAL.replace("maximum = 29", "maximum = 31")
    (problem,) = problems_of(tmp_path, content, "2025-05-07.toml")
    assert "30–31 points have two colours (overlap of yellow 19–31 and green 30–40)" in problem


def test_colours_stand_in_order(tmp_path):
    head, red, green = SMALL.split("[[colours]]")
    content = f"{head}[[colours]]{green}[[colours]]{red}"
    assert problems_of(tmp_path, content) == [
        "small.toml: colours: must stand in the order of their points"
    ]


def test_all_problems_are_told_at_once(tmp_path):
    content = (
        SMALL.replace('title = "Titel"', 'tilte = "Titel"')
        .replace('text = "Eins."', 'text = ""')
        .replace("number = 2", "number = 4")
        .replace("maximum = 4", "maximum = 5")
    )
    assert problems_of(tmp_path, content) == [
        "small.toml: unknown key tilte",
        "small.toml: title is missing",
        "small.toml: categories.a.statements.s1: text is empty",
        "small.toml: statements: s2 has number 4, expected 2",
        "small.toml: colours: green 3–5 must end at the highest possible total, 4",
    ]


def test_follow_ups_are_not_needed(tmp_path):
    head, tail = SMALL.split("[[follow_ups]]")
    content = head + tail[tail.index("[[colours]]") :]
    (tmp_path / "small.toml").write_text(content, encoding="utf-8")
    assert load_questionnaire(tmp_path / "small.toml").follow_ups == ()


def test_a_file_that_is_not_utf_8(tmp_path):
    (tmp_path / "small.toml").write_bytes(SMALL.encode("latin-1", errors="replace"))
    with pytest.raises(QuestionnaireInvalid, match=r"small\.toml: is not in UTF-8"):
        load_questionnaire(tmp_path / "small.toml")


def test_the_problems_of_all_files_are_told_at_once(tmp_path):
    (tmp_path / "small.toml").write_text(SMALL.replace("Titel", ""), encoding="utf-8")
    (tmp_path / "copy.toml").write_text(SMALL, encoding="utf-8")
    with pytest.raises(QuestionnaireInvalid) as raised:
        load_questionnaires(tmp_path)
    assert str(raised.value) == (
        "copy.toml: version: is small, but the file is named copy\nsmall.toml: title is empty"
    )


def test_a_folder_without_a_questionnaire(tmp_path):
    with pytest.raises(QuestionnaireInvalid, match="contains no questionnaire"):
        load_questionnaires(tmp_path)


def test_versions_come_by_date_whatever_they_are_called(tmp_path):
    for name, day in (("a", "2027-01-01"), ("b", "2026-01-01")):
        content = SMALL.replace("small", name).replace("2027-01-01", day)
        (tmp_path / f"{name}.toml").write_text(content, encoding="utf-8")
    assert list(load_questionnaires(tmp_path)) == ["b", "a"]
