"""Which roles do the groups at the identity provider bring?"""

import re

import pytest

from selfcheck.accounts.permissions import Role
from selfcheck.accounts.role_map import Wanted, make_role, roles_of

MAP = (
    make_role("hr", None, "grp-personal"),
    make_role("unit-head", "33", "grp-33"),
    make_role("unit-head", "33", "grp-33-vertretung"),
    make_role("training-officer", "33", "grp-33"),
    make_role("unit-head", "50", "grp-50"),
)
HR = (Role.HR, None)
HEAD_33, HEAD_50 = (Role.UNIT_HEAD, "33"), (Role.UNIT_HEAD, "50")
OFFICER_33 = (Role.TRAINING_OFFICER, "33")
ALL = {HR, HEAD_33, HEAD_50, OFFICER_33}


@pytest.mark.parametrize(
    ("groups", "held"),
    [
        ([], set()),
        (["grp-other", "GRP-33"], set()),
        (["grp-personal"], {HR}),
        (["grp-33"], {HEAD_33, OFFICER_33}),
        (["grp-33-vertretung"], {HEAD_33}),  # one of two groups is enough
        (["grp-50", "grp-33-vertretung", "grp-50"], {HEAD_33, HEAD_50}),
    ],
)
def test_a_group_brings_its_roles_and_the_rest_of_the_map_is_not_to_be_held(groups, held):
    assert roles_of(groups, MAP) == Wanted(held=frozenset(held), not_held=frozenset(ALL - held))


def test_without_a_map_nothing_is_said_about_any_role():
    assert roles_of(["grp-33"], ()) == Wanted(held=frozenset(), not_held=frozenset())


@pytest.mark.parametrize(
    ("role", "unit", "message"),
    [
        ("boss", None, "'boss' is no role; there are admin, commissioner, hr, training-officer"),
        ("unit-head", None, "unit-head holds for a unit: unit-head@NUMBER=grp."),
        ("hr", "33", "hr holds for the whole city: hr=grp."),
    ],
)
def test_a_role_that_cannot_be_granted_like_that_is_refused(role, unit, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make_role(role, unit, "grp")
