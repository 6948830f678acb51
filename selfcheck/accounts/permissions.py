"""Which role may do what?

Roles are data, and the access table of the tests walks every one of them. unit-head and
training-officer hold for a unit and everything below it, the others for the whole city.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What a person is in the city, as far as this application is concerned."""

    UNIT_HEAD = "unit-head"
    TRAINING_OFFICER = "training-officer"
    HR = "hr"
    COMMISSIONER = "commissioner"
    ADMIN = "admin"


class Permission(StrEnum):
    """What a view may demand."""

    MANAGE_USERS = "manage-users"
    MANAGE_UNITS = "manage-units"
    VIEW_UNITS = "view-units"
    VIEW_AUDIT_TRAIL = "view-audit-trail"
    USE_CHECKS = "use-checks"
    VIEW_STAFF = "view-staff"
    MANAGE_STAFF = "manage-staff"
    IMPORT_CENTRAL_TRAININGS = "import-central-trainings"
    DECIDE_RECOGNITION = "decide-recognition"
    REQUEST_EVALUATION = "request-evaluation"
    PREPARE_EVALUATION = "prepare-evaluation"
    RELEASE_EVALUATION = "release-evaluation"
    VIEW_SHARED_CHECKS = "view-shared-checks"
    ANSWER_SUPPORT_REQUESTS = "answer-support-requests"
    CALL_ROUNDS = "call-rounds"
    VIEW_SYSTEM_STATUS = "view-system-status"


ROLE_LABELS: Mapping[Role, str] = MappingProxyType(
    {
        Role.UNIT_HEAD: "Leitung einer Organisationseinheit",
        Role.TRAINING_OFFICER: "Fortbildungsbeauftragte*r",
        Role.HR: "Haupt- und Personalamt",
        Role.COMMISSIONER: "Büro der Integrations- und Ausländerbeauftragten",
        Role.ADMIN: "Administration",
    }
)

UNIT_ROLES = frozenset({Role.UNIT_HEAD, Role.TRAINING_OFFICER})

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.UNIT_HEAD: frozenset(
            {
                Permission.USE_CHECKS,
                Permission.VIEW_STAFF,
                Permission.VIEW_UNITS,
                Permission.RELEASE_EVALUATION,
            }
        ),
        Role.TRAINING_OFFICER: frozenset(
            {
                Permission.VIEW_STAFF,
                Permission.MANAGE_STAFF,
                Permission.VIEW_UNITS,
                Permission.PREPARE_EVALUATION,
            }
        ),
        # Sees numbers, never names.
        Role.HR: frozenset(
            {
                Permission.IMPORT_CENTRAL_TRAININGS,
                Permission.REQUEST_EVALUATION,
                Permission.VIEW_UNITS,
            }
        ),
        # Sees doubtful trainings, never whose they are; of self-checks what their units share.
        Role.COMMISSIONER: frozenset(
            {
                Permission.DECIDE_RECOGNITION,
                Permission.VIEW_UNITS,
                Permission.VIEW_SHARED_CHECKS,
                Permission.ANSWER_SUPPORT_REQUESTS,
                Permission.CALL_ROUNDS,
            }
        ),
        # Sees no self-checks, no staff and no certificates.
        Role.ADMIN: frozenset(
            {
                Permission.MANAGE_USERS,
                Permission.MANAGE_UNITS,
                Permission.VIEW_UNITS,
                Permission.VIEW_AUDIT_TRAIL,
                Permission.VIEW_SYSTEM_STATUS,
            }
        ),
    }
)


def roles_with(permission: Permission) -> frozenset[Role]:
    """Return the roles that hold a permission."""
    return frozenset(role for role, held in PERMISSIONS.items() if permission in held)
