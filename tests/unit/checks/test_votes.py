"""What may be said about the votes of a team?"""

import statistics
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcheck.checks import questionnaire
from selfcheck.checks.questionnaire import load_questionnaires
from selfcheck.checks.scoring import AnswersInvalid
from selfcheck.checks.votes import (
    MINIMUM_VOTES,
    Agreement,
    Spread,
    make_spreads,
    rank_spreads,
    read_votes,
)

FOLDER = Path(questionnaire.__file__).parent / "questionnaires"
OFFICIAL = load_questionnaires(FOLDER)["2025-05-07"]
SCALE = [answer.points for answer in OFFICIAL.scale]

teams = st.lists(st.sampled_from(SCALE), min_size=MINIMUM_VOTES, max_size=30)


def spread_of(points: list[int]) -> Spread:
    counted = Counter(points)
    return make_spreads(OFFICIAL, {("s1", one): votes for one, votes in counted.items()})["s1"]


@pytest.mark.parametrize(
    ("points", "agreement", "median"),
    [
        ([3, 3, 3], Agreement.AGREED, 3),
        ([4, 5, 4], Agreement.AGREED, 4),
        ([4, 5, 4, 5], Agreement.AGREED, 4.5),  # an even number: between the two in the middle
        ([1, 1, 2, 2, 2, 2], Agreement.AGREED, 2),
        ([3, 4, 5], Agreement.DIVIDED, 4),  # two of three are fewer than three quarters
        ([3, 4, 4, 5], Agreement.MOSTLY, 4),  # three of four are just enough
        ([1, 5, 5, 5], Agreement.MOSTLY, 5),  # one alone, however far away
        ([1, 4, 5, 5], Agreement.MOSTLY, 4.5),
        ([1, 1, 5, 5], Agreement.DIVIDED, 3),
        ([2, 2, 3, 4, 4], Agreement.DIVIDED, 3),  # at best three of five
        ([2, 3, 3, 4, 4, 4, 5], Agreement.DIVIDED, 4),  # five of seven
        ([2, 3, 3, 4, 4, 4, 4, 5], Agreement.MOSTLY, 4),  # six of eight
        ([1, 2, 3, 4, 5], Agreement.DIVIDED, 3),
    ],
    ids=str,
)
def test_agreement_and_middle(points, agreement, median):
    spread = spread_of(points)
    assert (spread.agreement, spread.median) == (agreement, median)
    assert spread.agrees == (agreement is Agreement.AGREED)


def test_the_words():
    assert [one.label for one in Agreement] == ["einig", "weitgehend einig", "uneinig"]


def test_counts_stand_in_printed_order_with_those_that_nobody_chose():
    spread = spread_of([5, 5, 2])
    assert [(one.answer.label, one.votes) for one in spread.counts] == [
        ("stimme voll zu", 2),
        ("stimme eher zu", 0),
        ("stimme teilweise zu", 0),
        ("stimme eher nicht zu", 1),
        ("stimme gar nicht zu", 0),
    ]
    assert (spread.votes, spread.lowest, spread.highest) == (3, 2, 5)


@pytest.mark.parametrize(("votes", "is_shown"), [(0, False), (1, False), (2, False), (3, True)])
def test_too_few_votes_are_not_there_at_all(votes, is_shown):
    spreads = make_spreads(OFFICIAL, {("s1", 4): votes, ("s2", 1): 3})
    assert ("s1" in spreads, "s2" in spreads) == (is_shown, True)


def test_each_statement_has_its_own_number_of_votes():
    spreads = make_spreads(OFFICIAL, {("s1", 5): 2, ("s2", 5): 1, ("s1", 4): 1})
    assert spreads.keys() == {"s1"}


def test_the_most_divided_come_first():
    votes = {
        ("s1", 4): 5,
        ("s2", 1): 2, ("s2", 5): 3,
        ("s3", 4): 2, ("s3", 5): 3,
        ("s4", 3): 1, ("s4", 5): 4,
        ("s5", 2): 2, ("s5", 4): 3,
        ("s6", 1): 1, ("s6", 5): 4,
        ("s7", 4): 5,
        ("s8", 1): 1,
    }  # fmt: skip
    ranked = rank_spreads(OFFICIAL, make_spreads(OFFICIAL, votes))
    # Divided by much and by less, mostly agreed by much and by less, agreed, too few.
    assert [one.id for one, _ in ranked] == ["s2", "s5", "s6", "s4", "s3", "s1", "s7", "s8"]
    assert ranked[-1][1] is None


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({}, {}),
        ({"s1": "5", "s8": "1"}, {"s1": 5, "s8": 1}),
        ({"s1": "", "s2": "3", "next_steps": "x", "csrf_token": "y"}, {"s2": 3}),
    ],
)
def test_what_a_form_sends_is_read(sent, read):
    assert read_votes(OFFICIAL, sent) == read


@pytest.mark.parametrize("text", ["0", "6", "-1", "3.0", " 3", "٣", "x", "3" * 5000])
def test_what_is_not_on_the_scale_is_refused(text):
    with pytest.raises(AnswersInvalid):
        read_votes(OFFICIAL, {"s1": text})


@given(teams)
def test_a_spread_says_what_the_votes_say(points):
    spread = spread_of(points)
    assert spread.points == sorted(points)
    assert spread.votes == len(points)
    assert (spread.lowest, spread.highest) == (min(points), max(points))
    assert spread.median == statistics.median(points)
    assert spread.lowest <= spread.median <= spread.highest


@given(teams)
def test_a_team_agrees_when_nobody_is_further_away_than_a_neighbour(points):
    spread = spread_of(points)
    assert spread.agrees == (spread.highest - spread.lowest <= 1)
    near = max(sum(low <= one <= low + 1 for one in points) for low in SCALE)
    assert (spread.agreement is not Agreement.DIVIDED) == (4 * near >= 3 * len(points))


@given(teams)
def test_turning_the_scale_round_leaves_the_agreement_and_mirrors_the_middle(points):
    spread, mirrored = spread_of(points), spread_of([6 - one for one in points])
    assert spread.agreement is mirrored.agreement
    assert spread.median == 6 - mirrored.median


@given(teams, st.integers(2, 4))
def test_only_the_shares_count_not_the_size_of_the_team(points, times):
    assert spread_of(points * times).agreement is spread_of(points).agreement


@given(st.dictionaries(st.sampled_from([one.id for one in OFFICIAL.statements]), teams))
def test_every_statement_is_ranked_once(votes):
    counted = {
        (statement_id, one): number
        for statement_id, points in votes.items()
        for one, number in Counter(points).items()
    }
    ranked = rank_spreads(OFFICIAL, make_spreads(OFFICIAL, counted))
    assert sorted(one.number for one, _ in ranked) == list(range(1, 9))
    assert {one.id for one, spread in ranked if spread} == votes.keys()
    order = [[*Agreement].index(spread.agreement) for _, spread in ranked if spread]
    assert order == sorted(order, reverse=True)
