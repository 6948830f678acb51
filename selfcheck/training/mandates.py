"""Which mandates are there? The figures of the Schulungskonzept of 16.05.2024."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType

from selfcheck.training.kinds import Area
from selfcheck.training.mandate import Group, Mandate, Obstacle

MANDATE_2026 = Mandate(
    key="2026",
    title="Schulungsauftrag 2026",
    first_day=date(2021, 1, 1),
    last_day=date(2026, 12, 31),
    minimum_minutes=360,
    areas=MappingProxyType(
        {
            Group.MANAGERS: frozenset({Area.INTERCULTURAL, Area.DEMOCRATIC}),
            Group.EMPLOYEES: frozenset(Area),
        }
    ),
    sections=MappingProxyType(
        {
            Obstacle.NO_EVIDENCE: "Abschnitt 6",
            Obstacle.AWAITS_DECISION: "Abschnitt 7",
            Obstacle.AREA_OPEN: "Abschnitt 4",
            Obstacle.NOT_YET: "Abschnitt 2",
            Obstacle.TOO_SHORT: "Abschnitt 4",
            Obstacle.TOO_EARLY: "Abschnitt 2",
            Obstacle.TOO_LATE: "Abschnitt 2",
            Obstacle.REJECTED: "Abschnitt 7",
            Obstacle.OTHER_AREA: "Abschnitt 4",
        }
    ),
)

# The one that the application counts for.
CURRENT_MANDATE = MANDATE_2026

# All of them, by key; a table that was made for one can be read for ever.
MANDATES = MappingProxyType({one.key: one for one in (MANDATE_2026,)})
