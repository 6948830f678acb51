"""How long the city wants personal data to be kept: ``SELFCHECK_KEEP_…`` settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

# The database itself refuses to delete younger events of the audit trail; a message is not sent
# twice as long as it is there.
LEAST = {"logins_days": 30, "audit_months": 12, "messages_months": 3}


@dataclass(frozen=True, kw_only=True)
class KeepTimes:
    """Periods by kind of data, in whole months or days; what begins them says retention.periods.

    (D): these defaults are a decision of ours, to be confirmed by the city.
    """

    certificates_months: int = 12
    people_months: int = 24
    imports_months: int = 12
    messages_months: int = 12
    support_months: int = 24
    logins_days: int = 90
    audit_months: int = 36
    drafts_months: int = 12

    @classmethod
    def read(cls, number: Callable[..., int]) -> KeepTimes:
        """Read every period by the reader of a numeric setting; raises what it raises."""
        return cls(
            **{
                one.name: number(
                    f"KEEP_{one.name.upper()}", one.default, minimum=LEAST.get(one.name, 1)
                )
                for one in fields(cls)
            }
        )
