"""A new version is a new file: other statements, scale and colours, and the old one stays."""

import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from selfcheck.checks import questionnaire
from selfcheck.checks.questionnaire import load_questionnaires, newest
from selfcheck.checks.scoring import Answers, AnswersInvalid, score, visible_answers

FOLDER = Path(questionnaire.__file__).parent / "questionnaires"

# Four answers from 0 to 3, three statements, two colours, and a condition about the statement
# before: nothing may rely on five, eight, three or „teilweise“.
SECOND = """
version = "2028-01-01"
published_on = 2028-01-01
title = "Selbstcheck 2028"
unit_label = "Stelle:"
date_label = "Tag:"
instruction = "Bitte kreuzen Sie an:"
evaluation_instruction = "Bitte zählen Sie zusammen."
thanks = "Danke!"
scale = [
    { points = 0, label = "nie" },
    { points = 1, label = "selten" },
    { points = 2, label = "oft" },
    { points = 3, label = "immer" },
]
follow_ups = [
    { id = "reason", below = "s2", text = "Warum?", condition = \
{ statement_id = "s1", minimum = 2, wording = "Wenn mindestens „oft“:" } },
]

[[categories]]
id = "doors"
title = "Türen"
statements = [
    { id = "s1", number = 1, text = "Die Tür ist offen." },
    { id = "s2", number = 2, text = "Die Tür ist breit." },
]

[[categories]]
id = "signs"
title = "Schilder"
statements = [{ id = "s3", number = 3, text = "Die Schilder sind lesbar." }]

[[colours]]
id = "dark"
label = "Dunkel"
minimum = 0
maximum = 6
attention = "lowest"
advice = "Licht an."

[[colours]]
id = "bright"
label = "Hell"
minimum = 7
maximum = 9
attention = "below_highest"
advice = "Weiter so."
"""


@pytest.fixture
def versions(tmp_path):
    shutil.copy(FOLDER / "2025-05-07.toml", tmp_path)
    (tmp_path / "2028-01-01.toml").write_text(SECOND, encoding="utf-8")
    return load_questionnaires(tmp_path)


def test_both_versions_live_side_by_side_and_new_checks_take_the_new_one(versions):
    assert list(versions) == ["2025-05-07", "2028-01-01"]
    assert newest(versions).version == "2028-01-01"
    assert versions["2025-05-07"] == load_questionnaires(FOLDER)["2025-05-07"]


def test_an_old_check_keeps_its_result(versions):
    result = score(versions["2025-05-07"], Answers(points={f"s{n}": 3 for n in range(1, 9)}))
    assert (result.total, result.colour.label) == (24, "Gelb")


def test_a_new_check_is_scored_by_the_new_version(versions):
    result = score(versions["2028-01-01"], Answers(points={"s1": 3, "s2": 0, "s3": 2}))
    assert (result.total, result.colour.label) == (5, "Dunkel")
    assert result.position == Fraction(5, 9)
    assert (result.next_colour.label, result.points_to_next_colour) == ("Hell", 2)
    assert [one.share for one in result.subtotals] == [Fraction(1, 2), Fraction(2, 3)]
    assert [one.statement.id for one in result.weakest_statements] == ["s2"]
    assert [one.category.id for one in result.weakest_categories] == ["doors"]


@pytest.mark.parametrize(
    ("total", "colour"), [(0, "dark"), (6, "dark"), (7, "bright"), (9, "bright")]
)
def test_its_thresholds(versions, total, colour):
    assert versions["2028-01-01"].colour_of(total).id == colour


@pytest.mark.parametrize(("points", "shown"), [(0, False), (1, False), (2, True), (3, True)])
def test_its_condition(versions, points, shown):
    answers = Answers(points={"s1": points, "s2": 0}, texts={"reason": "Darum."})
    visible = visible_answers(versions["2028-01-01"], answers)
    assert visible.texts == ({"reason": "Darum."} if shown else {})


@pytest.mark.parametrize("points", [{"s4": 1}, {"s1": 4}, {"s1": 5}])
def test_answers_to_the_old_version_are_not_taken_for_new_ones(versions, points):
    with pytest.raises(AnswersInvalid):
        score(versions["2028-01-01"], Answers(points=points))
