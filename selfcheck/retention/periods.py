"""How long is what kept, from which day? (D): decided by us, to be confirmed by the city.

The Schulungskonzept sets no periods. Art. 5 (1) e GDPR asks for the shortest that the purpose
allows: the mandate ends on 31.12.2026 (concept, section 2), its evaluation and questions about it
follow within a year. For logs the Federal Office for Information Security (BSI, Mindeststandard
zur Protokollierung) knows 90 days.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from selfcheck.checks.votes import VOTES_KEPT_DAYS
from selfcheck.retention.kinds import Kind
from selfcheck.training.limits import WAITING_DAYS
from selfcheck.training.mandate import Mandate

UPLOADS_KEPT_DAYS = 1
ATTEMPTS_KEPT_DAYS = 1
# The audit trail outlives the certificates by this: it says who entered and confirmed them.
AUDIT_AFTER_CERTIFICATES_MONTHS = 12
# How the actions of the audit trail begin that are logins, refused or not, and logouts.
LOGIN_ACTIONS = ("login", "logout")


class Span(StrEnum):
    """In what a period is counted."""

    HOURS = "Stunde"
    DAYS = "Tag"
    MONTHS = "Monat"

    @property
    def plural(self) -> str:
        """More than one of them."""
        return f"{self}n" if self is Span.HOURS else f"{self}e"


@dataclass(frozen=True)
class Period:
    """How long something is kept, and from when on, in words."""

    amount: int
    span: Span
    begins: str

    @property
    def length(self) -> str:
        """The length in words: 24 Monate."""
        return f"{self.amount} {self.span if self.amount == 1 else self.span.plural}"

    @property
    def label(self) -> str:
        """Length and beginning in words."""
        return f"{self.length} {self.begins}"

    def limit(self, now: datetime) -> datetime:
        """Return the moment before which a period must have begun to be over now."""
        if self.span is Span.MONTHS:
            day = months_before(now.astimezone(UTC).date(), self.amount)
            return datetime.combine(day, time.min, tzinfo=UTC)
        one = timedelta(hours=1) if self.span is Span.HOURS else timedelta(days=1)
        return now - self.amount * one

    def limit_day(self, today: date) -> date:
        """Return the day before which a last day must lie for its period to be over today."""
        if self.span is Span.MONTHS:
            return months_before(today, self.amount)
        return today - timedelta(days=self.amount)


Periods = Mapping[Kind, Period]


def make_periods(
    *,
    certificates_months: int,
    people_months: int,
    imports_months: int,
    messages_months: int,
    support_months: int,
    logins_days: int,
    audit_months: int,
    drafts_months: int,
    session_hours: int,
) -> Periods:
    """Return the period of each kind, of the city's settings and our own limits.

    The audit trail is kept a year longer than certificates at least: somebody may ask who had
    confirmed what an evaluation counted.
    """
    audit = max(audit_months, certificates_months + AUDIT_AFTER_CERTIFICATES_MONTHS)
    months, days = Span.MONTHS, Span.DAYS
    end_of_mandate = "nach dem Ende des Schulungsauftrags, frühestens nach dem Hochladen"
    return MappingProxyType(
        {
            Kind.PEOPLE: Period(people_months, months, "nach dem letzten Arbeitstag"),
            Kind.CERTIFICATES: Period(certificates_months, months, end_of_mandate),
            Kind.WAITING: Period(WAITING_DAYS, days, "nach dem Hochladen"),
            Kind.IMPORTS: Period(imports_months, months, "nach dem Import"),
            Kind.UPLOADS: Period(UPLOADS_KEPT_DAYS, days, "nach dem Hochladen"),
            Kind.MESSAGES: Period(messages_months, months, "nach dem Lesen"),
            Kind.SUPPORT: Period(support_months, months, "nach dem Abschluss"),
            Kind.VOTES: Period(VOTES_KEPT_DAYS, days, "nach dem Beginn der Teamrunde"),
            Kind.ATTEMPTS: Period(ATTEMPTS_KEPT_DAYS, days, "nach dem Versuch"),
            Kind.SESSIONS: Period(session_hours, Span.HOURS, "nach der Anmeldung"),
            Kind.LOGINS: Period(logins_days, days, "nach dem Eintrag"),
            Kind.AUDIT: Period(audit, months, "nach dem Eintrag"),
            Kind.DRAFTS: Period(drafts_months, months, "nach der letzten Änderung"),
        }
    )


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier; the last of a month that has no such day."""
    month = day.year * 12 + day.month - 1 - months
    if month < 12:  # before the calendar begins
        return date.min
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def last_day_of_use(completed_on: date, mandates: Iterable[Mandate]) -> date:
    """Return until when a training of this day may be asked about.

    That is the end of the latest mandate that counts the day, else of the first that ends after
    it; a training after all mandates is needed for none, and its own day counts.
    """
    all_of_them = list(mandates)
    counting = [one.last_day for one in all_of_them if one.first_day <= completed_on]
    counting = [day for day in counting if completed_on <= day]
    later = [one.last_day for one in all_of_them if completed_on < one.first_day]
    return max(counting, default=min(later, default=completed_on))


def due_spans(limit: date, mandates: Iterable[Mandate]) -> list[tuple[date, date]]:
    """Return the days, both ends included, on which a training's use ended before ``limit``."""
    all_of_them = list(mandates)
    starts = {date.min}
    for one in all_of_them:
        starts |= {one.first_day, one.last_day + timedelta(days=1)}
    ordered = sorted(starts)
    spans = []
    for first, following in zip(ordered, [*ordered[1:], None], strict=True):
        last = following - timedelta(days=1) if following else date.max
        use = last_day_of_use(first, all_of_them)
        if use == first and use < limit:  # its own day counts, or a mandate of this one day
            last = min(last, limit - timedelta(days=1))
        if use < limit:
            spans.append((first, last))
    return spans
