"""Weak answers and the trainings that fit them."""

from pathlib import Path

import pytest

from selfcheck.checks import questionnaire
from selfcheck.checks.bridge import FITTING_AREAS, find_offers, is_weak
from selfcheck.checks.questionnaire import load_questionnaires
from selfcheck.checks.scoring import Answers, score
from selfcheck.training.kinds import Area

VERSIONS = load_questionnaires(Path(questionnaire.__file__).parent / "questionnaires")
OFFICIAL = VERSIONS["2025-05-07"]


def offers_of(*points):
    answers = Answers(points={f"s{n}": one for n, one in enumerate(points, start=1)})
    return find_offers(OFFICIAL, score(OFFICIAL, answers))


def test_every_version_says_what_fits_its_statements():
    assert FITTING_AREAS.keys() == VERSIONS.keys()
    for version, fitting in FITTING_AREAS.items():
        assert fitting.keys() <= {one.id for one in VERSIONS[version].statements}
        assert all(areas and len(set(areas)) == len(areas) for areas in fitting.values())


def test_the_statements_that_trainings_fit():
    fitting = FITTING_AREAS["2025-05-07"]

    assert set(fitting) == {"s1", "s2", "s3", "s4", "s6"}
    # Statement 6 speaks of both in these words.
    assert fitting["s6"] == (Area.INTERCULTURAL, Area.DEMOCRATIC)
    assert {area for areas in fitting.values() for area in areas} == set(Area)


@pytest.mark.parametrize(
    ("points", "weak"), [(1, True), (2, True), (3, True), (4, False), (5, False)]
)
def test_teilweise_and_less_is_weak(points, weak):
    assert is_weak(OFFICIAL, points) is weak


def test_only_weak_statements_are_offered_something():
    offers = offers_of(3, 4, 1, 5, 1, 2, 1, 1)  # 5, 7 and 8 are weak, but no training fits

    assert [(one.score.statement.id, one.score.points) for one in offers] == [
        ("s1", 3),
        ("s3", 1),
        ("s6", 2),
    ]
    assert offers_of(4, 4, 4, 4, 1, 4, 1, 1) == ()
