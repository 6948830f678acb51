"""Whose login needs a second factor, by the setting and without it?"""

import pytest

from selfcheck.accounts.permissions import Role
from selfcheck.config import Config, ConfigError
from selfcheck.factor_config import ROLES

USUAL = {Role.HR, Role.COMMISSIONER, Role.ADMIN}


def from_environ(**variables: str) -> Config:
    environ = {f"SELFCHECK_{name}": value for name, value in variables.items()}
    return Config.from_environ(environ, needs_secret=False)


@pytest.mark.parametrize(
    ("value", "roles"),
    [
        ("", USUAL),
        (" ", USUAL),
        ("none", set()),
        ("None", set()),
        ("all", set(Role)),
        ("HR", {Role.HR}),
        ("hr, unit-head,training-officer", {Role.HR, Role.UNIT_HEAD, Role.TRAINING_OFFICER}),
    ],
)
def test_the_setting_names_roles(value: str, roles: set[Role]) -> None:
    assert from_environ(SECOND_FACTOR=value).roles_with_second_factor == roles


@pytest.mark.parametrize("value", ["hr;admin", "head", "none,hr", "all,hr", "yes"])
def test_what_names_no_role_is_refused(value: str) -> None:
    with pytest.raises(ConfigError, match=r"SELFCHECK_SECOND_FACTOR is .*; it takes none, all, or"):
        from_environ(SECOND_FACTOR=value)


def test_in_the_demo_and_in_tests_nobody_needs_one_unless_it_is_set() -> None:
    assert from_environ(DEMO="1").roles_with_second_factor == set()
    assert Config(testing=True).roles_with_second_factor == set()
    assert from_environ(DEMO="1", SECOND_FACTOR="hr").roles_with_second_factor == {Role.HR}


def test_the_roles_of_the_setting_are_those_that_people_hold() -> None:
    assert set(Role) == ROLES
