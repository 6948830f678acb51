"""The worked cases of the counting rules, row by row, and what else the rules promise."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcheck.training.kinds import Area
from selfcheck.training.mandate import (
    MENDABLE,
    Fulfilment,
    Group,
    Mandate,
    Obstacle,
    Training,
    find_obstacles,
    find_obstacles_for,
    group_of,
    is_recognised,
    judge,
)
from selfcheck.training.mandates import CURRENT_MANDATE, MANDATE_2026

END = date(2026, 12, 31)
DEMOCRATIC, INTERCULTURAL = Area.DEMOCRATIC, Area.INTERCULTURAL
MULTILINGUAL, PLAIN = Area.MULTILINGUAL, Area.PLAIN_COMMUNICATION

# Other figures in every field: a rule with a literal in it does not survive this.
OTHER_MANDATE = Mandate(
    key="2030",
    title="Schulungsauftrag 2031",
    first_day=date(2028, 7, 1),
    last_day=date(2031, 6, 30),
    minimum_minutes=600,
    areas={
        Group.MANAGERS: frozenset({Area.MULTILINGUAL}),
        Group.EMPLOYEES: frozenset({Area.MULTILINGUAL, Area.PLAIN_COMMUNICATION}),
    },
    sections=MANDATE_2026.sections,
)


def training(
    area: Area | None = INTERCULTURAL,
    last_day: date = date(2024, 3, 14),
    minutes: int = 360,
    *,
    evidence: bool = True,
    record_id: int = 1,
    **more: object,
) -> Training:
    return Training(
        record_id=record_id,
        title="Schulung",
        area=area,
        last_day=last_day,
        duration_minutes=minutes,
        has_evidence=evidence,
        **more,
    )


def group(*, manager: bool = False, contact: bool = False, media: bool = False) -> Group | None:
    return group_of(is_manager=manager, has_citizen_contact=contact, does_media_work=media)


MANAGER, CONTACT = group(manager=True), group(contact=True)
MEDIA, NOBODY = group(media=True), group()
MANAGER_WITH_CONTACT = group(manager=True, contact=True)

# (whose group, trainings, how many count as trainings, whether the mandate is fulfilled)
WORKED_CASES = {
    "manager, interkulturell, 8 UE": (
        MANAGER,
        [training(INTERCULTURAL, date(2022, 3, 14), 8 * 45)],
        1,
        True,
    ),
    "manager, Mehrsprachigkeit, 60 h": (
        MANAGER,
        [training(MULTILINGUAL, date(2023, 6, 1), 60 * 60)],
        1,
        False,
    ),
    "manager with Bürgerkontakt, bürgernah": (MANAGER_WITH_CONTACT, [training(PLAIN)], 1, False),
    "Bürgerkontakt, a course that began in 2020": (  # its end counts
        CONTACT,
        [training(MULTILINGUAL, date(2021, 1, 29), 40 * 45)],
        1,
        True,
    ),
    "Bürgerkontakt, 7 UE": (CONTACT, [training(DEMOCRATIC, minutes=7 * 45)], 0, False),
    "Medienarbeit, 4 h and another of 3 h": (  # no sum of several
        MEDIA,
        [training(PLAIN, minutes=240), training(PLAIN, minutes=180)],
        0,
        False,
    ),
    "Medienarbeit, on 31.12.2020": (
        MEDIA,
        [training(DEMOCRATIC, date(2020, 12, 31))],
        0,
        False,
    ),
    "Bürgerkontakt, no certificate yet": (
        CONTACT,
        [training(DEMOCRATIC, evidence=False)],
        0,
        False,
    ),
    # The evidence is the central list; the rule does not ask of which kind it is.
    "Bürgerkontakt, zentral": (CONTACT, [training(DEMOCRATIC)], 1, True),
}


@pytest.mark.parametrize("case", WORKED_CASES)
def test_worked_case(case: str):
    whose, trainings, counted, fulfilled = WORKED_CASES[case]

    assert sum(is_recognised(one, MANDATE_2026, END) for one in trainings) == counted
    verdict = judge(whose, trainings, MANDATE_2026, END)
    assert verdict.fulfilment is (Fulfilment.FULFILLED if fulfilled else Fulfilment.OPEN)


def test_worked_case_without_marks_is_outside_the_target_group():
    verdict = judge(NOBODY, [training(minutes=720)], MANDATE_2026, END)

    assert verdict.fulfilment is Fulfilment.OUTSIDE
    assert verdict.training is None


def test_the_figures_of_the_concept():
    assert CURRENT_MANDATE is MANDATE_2026
    assert (MANDATE_2026.first_day, MANDATE_2026.last_day) == (date(2021, 1, 1), END)
    assert MANDATE_2026.minimum_minutes == 6 * 60
    assert MANDATE_2026.areas[Group.MANAGERS] == {DEMOCRATIC, INTERCULTURAL}
    assert MANDATE_2026.areas[Group.EMPLOYEES] == set(Area)


@pytest.mark.parametrize("mandate", [MANDATE_2026, OTHER_MANDATE], ids=lambda one: one.title)
class TestAnyMandate:
    """What holds whatever the figures are."""

    def good(self, mandate: Mandate) -> Training:
        area = next(iter(mandate.areas[Group.MANAGERS]))
        return training(area, mandate.last_day, mandate.minimum_minutes)

    def test_the_edges_count(self, mandate: Mandate):
        good = self.good(mandate)
        on = mandate.last_day

        assert find_obstacles(good, mandate, on) == ()
        assert find_obstacles(good._replace(last_day=mandate.first_day), mandate, on) == ()

    @pytest.mark.parametrize(
        ("change", "obstacle"),
        [
            (lambda _: {"has_evidence": False}, Obstacle.NO_EVIDENCE),
            (lambda _: {"area": None}, Obstacle.AREA_OPEN),
            (lambda _: {"area": None, "awaits_decision": True}, Obstacle.AWAITS_DECISION),
            (lambda _: {"is_rejected": True}, Obstacle.REJECTED),
            # Whoever rejects sets no area: one reason is enough.
            (lambda _: {"area": None, "is_rejected": True}, Obstacle.REJECTED),
            (lambda m: {"duration_minutes": m.minimum_minutes - 1}, Obstacle.TOO_SHORT),
            (lambda m: {"last_day": m.first_day - timedelta(days=1)}, Obstacle.TOO_EARLY),
            (lambda m: {"last_day": m.last_day + timedelta(days=1)}, Obstacle.TOO_LATE),
        ],
    )
    def test_one_step_beyond_does_not(self, mandate: Mandate, change, obstacle: Obstacle):
        changed = self.good(mandate)._replace(**change(mandate))

        assert find_obstacles(changed, mandate, mandate.last_day) == (obstacle,)
        assert not is_recognised(changed, mandate, mandate.last_day)

    def test_before_the_reference_date_a_later_training_does_not_count_yet(self, mandate: Mandate):
        good = self.good(mandate)
        day_before = mandate.last_day - timedelta(days=1)

        assert find_obstacles(good, mandate, day_before) == (Obstacle.NOT_YET,)

    def test_every_reason_is_named(self, mandate: Mandate):
        bad = training(None, mandate.first_day - timedelta(days=1), 1, evidence=False)

        assert set(find_obstacles(bad, mandate, mandate.last_day)) == {
            Obstacle.NO_EVIDENCE,
            Obstacle.AREA_OPEN,
            Obstacle.TOO_EARLY,
            Obstacle.TOO_SHORT,
        }

    @pytest.mark.parametrize("group", Group)
    @pytest.mark.parametrize("area", Area)
    def test_the_areas_of_the_group_decide(self, mandate: Mandate, group: Group, area: Area):
        found = find_obstacles_for(
            self.good(mandate)._replace(area=area), group, mandate, mandate.last_day
        )

        assert found == (() if area in mandate.areas[group] else (Obstacle.OTHER_AREA,))


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ({}, None),
        ({"manager": True}, Group.MANAGERS),
        ({"contact": True}, Group.EMPLOYEES),
        ({"media": True}, Group.EMPLOYEES),
        ({"contact": True, "media": True}, Group.EMPLOYEES),
        ({"manager": True, "contact": True, "media": True}, Group.MANAGERS),  # counted once
    ],
)
def test_group(marks: dict[str, bool], expected: Group | None):
    assert group(**marks) is expected


def test_what_fulfils_is_the_first_that_did():
    early = training(last_day=date(2022, 1, 1), record_id=2)
    late = training(last_day=date(2023, 1, 1), record_id=1)

    assert judge(Group.MANAGERS, [late, early], MANDATE_2026, END).training is early


@pytest.mark.parametrize(
    ("nearer", "farther"),
    [
        # Evidence can be brought; six hours cannot be made of five.
        (training(evidence=False), training(minutes=300)),
        (training(evidence=False), training(None, evidence=False)),
        (training(None), training(MULTILINGUAL)),
        (training(None, evidence=False), training(last_day=date(2020, 1, 1))),
        (training(minutes=300), training(minutes=200)),
    ],
)
def test_the_nearest_training_is_the_one_with_the_least_to_do(nearer: Training, farther: Training):
    for trainings in ([nearer, farther], [farther, nearer]):
        assert judge(Group.MANAGERS, trainings, MANDATE_2026, END).training is nearer


TRAININGS = st.builds(
    Training,
    record_id=st.integers(1, 50),
    title=st.just("Schulung"),
    area=st.none() | st.sampled_from(Area),
    last_day=st.dates(date(2020, 6, 1), date(2027, 6, 1)),
    duration_minutes=st.integers(1, 1000),
    has_evidence=st.booleans(),
    is_rejected=st.booleans(),
    awaits_decision=st.booleans(),
)


@given(st.lists(TRAININGS, max_size=5), st.sampled_from(Group), st.dates(date(2021, 1, 1), END))
def test_a_verdict_agrees_with_its_obstacles(trainings, group, on):
    verdict = judge(group, trainings, MANDATE_2026, on)

    fulfilling = [
        one
        for one in trainings
        if one.area in MANDATE_2026.areas[group] and is_recognised(one, MANDATE_2026, on)
    ]
    assert (verdict.fulfilment is Fulfilment.FULFILLED) == bool(fulfilling)
    assert (verdict.training is None) == (not trainings)
    if verdict.fulfilment is Fulfilment.OPEN and trainings:
        assert verdict.obstacles
        assert verdict.hardest in verdict.obstacles
        can_be_mended = any(
            MENDABLE.issuperset(find_obstacles_for(one, group, MANDATE_2026, on))
            for one in trainings
        )
        assert MENDABLE.issuperset(verdict.obstacles) == can_be_mended


@given(TRAININGS, st.dates(date(2021, 1, 1), END), st.integers(0, 400))
def test_what_counts_on_a_day_counts_on_every_later_one(one, on, days):
    if is_recognised(one, MANDATE_2026, on):
        assert is_recognised(one, MANDATE_2026, on + timedelta(days=days))
