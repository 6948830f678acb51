"""From check to check: changes, lines, and what may not be compared."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcheck.checks import questionnaire
from selfcheck.checks.history import Direction, PastCheck, compare, direction_of
from selfcheck.checks.history_chart import TOTAL_SIGN, draw, list_categories, spread
from selfcheck.checks.questionnaire import load_questionnaires
from selfcheck.checks.scoring import Answers, score

OFFICIAL = load_questionnaires(Path(questionnaire.__file__).parent / "questionnaires")["2025-05-07"]
# The same scale under another name, with one category less and another title.
LANGUAGE, ORGANISATION, SENSITIVITY = OFFICIAL.categories
OTHER_VERSION = replace(
    OFFICIAL,
    version="2026-01-01",
    categories=(
        replace(
            LANGUAGE, title="Sprache", statements=(*LANGUAGE.statements, *ORGANISATION.statements)
        ),
        SENSITIVITY,
    ),
)
# Other thresholds: totals no longer mean the same.
RED, YELLOW, GREEN = OFFICIAL.colours
OTHER_SCALE = replace(
    OFFICIAL,
    version="2026-06-01",
    colours=(replace(RED, maximum=20), replace(YELLOW, minimum=21), GREEN),
)


def make_past(*points, on=date(2026, 3, 2), version=OFFICIAL) -> PastCheck:
    ids = [one.id for one in version.statements]
    answers = Answers(points=dict(zip(ids, points, strict=True)))
    return PastCheck(uuid4(), on, on, version, score(version, answers))


eight = st.lists(st.integers(1, 5), min_size=8, max_size=8)


def test_changes_come_first_and_the_biggest_before_the_others():
    comparison = compare(make_past(1, 2, 3, 4, 5, 3, 3, 3), make_past(2, 5, 3, 3, 1, 4, 3, 2))

    assert [(one.statement.id, one.difference) for one in comparison.risen] == [
        ("s2", 3),
        ("s1", 1),
        ("s6", 1),  # as big as the one before: in printed order
    ]
    assert [(one.statement.id, one.difference) for one in comparison.fallen] == [
        ("s5", -4),
        ("s4", -1),
        ("s8", -1),
    ]
    assert [one.statement.id for one in comparison.statements] == [
        one.id for one in OFFICIAL.statements
    ]
    assert comparison.difference == -1
    assert [(one.title, one.points) for one in comparison.categories] == [
        ("Sprache/Kommunikation", 4),
        ("Organisation/Behörde", -5),
        ("Interkulturelle Sensibilität/Menschenbilder", 0),
    ]
    assert [one.difference for one in comparison.categories] == [
        Fraction(4, 15),
        Fraction(-1, 2),
        0,
    ]


@pytest.mark.parametrize(
    ("difference", "direction"),
    [(1, Direction.ROSE), (Fraction(-1, 15), Direction.FELL), (0, Direction.SAME)],
)
def test_the_directions(difference, direction):
    assert direction_of(difference) is direction


@given(eight, eight)
def test_the_changes_of_all_statements_are_the_change_of_the_total(before, after):
    comparison = compare(make_past(*before), make_past(*after))

    assert sum(one.difference for one in comparison.statements) == comparison.difference
    assert sum(one.points for one in comparison.categories) == comparison.difference
    changed = {*comparison.risen, *comparison.fallen}
    assert {one for one in comparison.statements if one.difference} == changed
    sizes = [abs(one.difference) for one in comparison.risen]
    assert sizes == sorted(sizes, reverse=True)


@given(eight, eight)
def test_looking_back_turns_every_change_round(before, after):
    older, newer = make_past(*before), make_past(*after)
    there, back = compare(older, newer), compare(newer, older)

    assert there.difference == -back.difference
    assert [one.statement for one in there.risen] == [one.statement for one in back.fallen]
    assert [one.difference for one in there.categories] == [
        -one.difference for one in back.categories
    ]


def test_statements_of_another_version_are_not_compared():
    comparison = compare(make_past(*[3] * 8), make_past(*[4] * 8, version=OTHER_VERSION))

    assert not comparison.is_same_version
    assert comparison.statements == comparison.risen == comparison.fallen == ()
    assert comparison.difference == 8  # the scale is the same
    found = [(one.title, one.difference, one.points) for one in comparison.categories]
    assert found == [
        ("Sprache", Fraction(1, 5), None),  # of 25 points, no longer of 15
        ("Interkulturelle Sensibilität/Menschenbilder", Fraction(1, 5), 3),
        ("Organisation/Behörde", None, None),
    ]


def test_totals_of_another_scale_are_not_compared():
    comparison = compare(make_past(*[3] * 8), make_past(*[4] * 8, version=OTHER_SCALE))

    assert comparison.difference is None
    assert [one.points for one in comparison.categories] == [3, 2, 3]


def test_the_lines_of_a_history():
    chart = draw(
        [
            make_past(*[1] * 8, on=date(2024, 3, 1)),
            make_past(*[3] * 8, on=date(2025, 3, 1)),
            make_past(5, 5, 5, 1, 1, 3, 3, 3, on=date(2026, 3, 1)),
        ]
    )

    assert [(one.sign, one.title) for one in chart.lines] == [
        ("A", "Sprache/Kommunikation"),
        ("B", "Organisation/Behörde"),
        ("C", "Interkulturelle Sensibilität/Menschenbilder"),
        (TOTAL_SIGN, "Gesamtzahl"),
    ]
    language = chart.lines[0].stretches[0]
    assert [(one.x, one.y, one.share) for one in language] == [
        (0, 0, Fraction(1, 5)),  # 1 of 5 is the least possible
        (Fraction(1, 2), Fraction(1, 2), Fraction(3, 5)),
        (1, 1, 1),
    ]
    assert chart.lines[1].last.y == 0
    assert chart.total.last.share == Fraction(26, 40)
    assert [day for day, _ in chart.days] == [date(2024, 3, 1), date(2025, 3, 1), date(2026, 3, 1)]
    assert [(one.colour.id, one.top) for one in chart.zones] == [
        ("red", Fraction(21, 64)),  # 18.5 of 40, above the least of 8
        ("yellow", Fraction(43, 64)),
        ("green", 1),
    ]
    assert [share for share, _ in chart.grid] == [Fraction(n, 5) for n in range(1, 6)]


def test_a_single_check_is_a_place_in_the_middle():
    chart = draw([make_past(*[3] * 8)])

    assert [one.last.x for one in chart.lines] == [Fraction(1, 2)] * 4
    assert chart.days == ((date(2026, 3, 2), Fraction(1, 2)),)


def test_days_too_near_to_each_other_have_one_label():
    days = [date(2026, 1, 1), date(2026, 1, 10), date(2026, 3, 1), date(2026, 3, 2)]
    chart = draw([make_past(*[3] * 8, on=day) for day in days])

    assert [day for day, _ in chart.days] == [date(2026, 1, 10), date(2026, 3, 2)]
    assert [day for day, _ in chart.many_days] == [days[0], days[1], days[3]]
    assert [day for day, _ in chart.all_days] == days


def test_a_wide_chart_has_room_for_more_labels():
    days = [date(2025, 1, 1), date(2025, 3, 1), date(2025, 5, 1), date(2025, 7, 1)]
    chart = draw([make_past(*[3] * 8, on=day) for day in days])

    assert [day for day, _ in chart.days] == [date(2025, 3, 1), date(2025, 7, 1)]
    assert [day for day, _ in chart.many_days] == days


def test_a_total_of_another_scale_begins_a_new_line_without_zones():
    chart = draw(
        [make_past(*[3] * 8, on=date(2025, 3, 1)), make_past(*[4] * 8, version=OTHER_SCALE)]
    )

    assert [len(one) for one in chart.total.stretches] == [1, 1]
    assert [len(one) for one in chart.lines[0].stretches] == [2]
    assert chart.zones == ()


def test_a_category_that_comes_and_goes():
    checks = [
        make_past(*[2] * 8, on=date(2024, 3, 1)),
        make_past(*[3] * 8, on=date(2025, 3, 1), version=OTHER_VERSION),
        make_past(*[4] * 8, on=date(2026, 3, 1)),
    ]
    chart = draw(checks)

    assert list_categories(checks[:2]) == {
        "language": "Sprache",
        "sensitivity": "Interkulturelle Sensibilität/Menschenbilder",
        "organisation": "Organisation/Behörde",
    }
    assert [len(one.stretches) for one in chart.lines] == [1, 2, 1, 1]
    assert len(chart.zones) == 3


@given(
    st.lists(st.tuples(st.dates(date(2020, 1, 1), date(2030, 1, 1)), eight), min_size=1, max_size=9)
)
def test_every_line_stays_within_the_chart(rows):
    checks = [make_past(*points, on=day) for day, points in sorted(rows)]
    chart = draw(checks)

    for line in chart.lines:
        marks = [mark for stretch in line.stretches for mark in stretch]
        assert len(marks) == len(checks)
        assert all(0 <= mark.x <= 1 and 0 <= mark.y <= 1 for mark in marks)
        assert [mark.x for mark in marks] == sorted(mark.x for mark in marks)
    assert chart.days[-1][0] == checks[-1].checked_on


heights = st.lists(st.fractions(0, 1, max_denominator=64), max_size=8)


@given(heights)
def test_labels_do_not_cover_each_other_and_keep_their_order(wanted):
    gap = Fraction(1, 10)
    moved = spread(wanted, gap)

    assert all(0 <= one <= 1 for one in moved)
    pairs = sorted(zip(wanted, moved, strict=True))
    ordered = [one for _, one in pairs]
    assert all(later - earlier >= gap for earlier, later in pairwise(ordered))
    is_free = all(later - earlier >= gap for earlier, later in pairwise(sorted(wanted)))
    if is_free:
        assert moved == wanted


def test_too_many_labels_share_the_room():
    assert spread([Fraction(1, 2)] * 3, Fraction(4, 5)) == [0, Fraction(1, 2), 1]
