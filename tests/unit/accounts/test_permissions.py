"""Which role may do what? The table of the code, written down a second time by hand."""

import pytest

from selfcheck.accounts.permissions import (
    PERMISSIONS,
    ROLE_LABELS,
    UNIT_ROLES,
    Permission,
    Role,
    roles_with,
)

# Permission -> who holds it. A new permission needs a line here, or the first test fails.
HOLDERS = {
    Permission.MANAGE_USERS: {Role.ADMIN},
    Permission.MANAGE_UNITS: {Role.ADMIN},
    Permission.VIEW_UNITS: set(Role),
    Permission.VIEW_AUDIT_TRAIL: {Role.ADMIN},
    Permission.USE_CHECKS: {Role.UNIT_HEAD},
    Permission.VIEW_STAFF: {Role.UNIT_HEAD, Role.TRAINING_OFFICER},
    Permission.MANAGE_STAFF: {Role.TRAINING_OFFICER},
    Permission.IMPORT_CENTRAL_TRAININGS: {Role.HR},
    Permission.DECIDE_RECOGNITION: {Role.COMMISSIONER},
    Permission.REQUEST_EVALUATION: {Role.HR},
    Permission.PREPARE_EVALUATION: {Role.TRAINING_OFFICER},
    Permission.RELEASE_EVALUATION: {Role.UNIT_HEAD},
    Permission.VIEW_SHARED_CHECKS: {Role.COMMISSIONER},
    Permission.ANSWER_SUPPORT_REQUESTS: {Role.COMMISSIONER},
    Permission.CALL_ROUNDS: {Role.COMMISSIONER},
    Permission.VIEW_SYSTEM_STATUS: {Role.ADMIN},
}


def test_every_permission_and_every_role_has_its_line():
    assert HOLDERS.keys() == set(Permission)
    assert PERMISSIONS.keys() == ROLE_LABELS.keys() == set(Role)


@pytest.mark.parametrize("permission", Permission)
def test_exactly_these_roles_hold_a_permission(permission: Permission):
    assert roles_with(permission) == HOLDERS[permission]


def test_the_administration_sees_no_self_checks():
    assert Permission.USE_CHECKS not in PERMISSIONS[Role.ADMIN]


@pytest.mark.parametrize("role", [Role.HR, Role.COMMISSIONER, Role.ADMIN])
def test_whoever_looks_at_the_whole_city_sees_no_names(role: Role):
    assert Permission.VIEW_STAFF not in PERMISSIONS[role]


def test_heads_and_training_officers_hold_for_a_unit_the_others_for_the_city():
    assert {Role.UNIT_HEAD, Role.TRAINING_OFFICER} == UNIT_ROLES


def test_the_roles_have_the_names_of_the_command_line():
    names = ["unit-head", "training-officer", "hr", "commissioner", "admin"]

    assert [role.value for role in Role] == names
