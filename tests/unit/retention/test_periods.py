"""How long is what kept, and until when may a training be asked about?"""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcheck.keep_times import KeepTimes
from selfcheck.retention.kinds import Kind
from selfcheck.retention.periods import (
    Period,
    Periods,
    Span,
    due_spans,
    last_day_of_use,
    make_periods,
    months_before,
)
from selfcheck.training.mandate import Mandate
from selfcheck.training.mandates import MANDATE_2026, MANDATES

DAY = timedelta(days=1)
days = st.dates(date(1990, 1, 1), date(2060, 1, 1))


def periods_of(**changes: int) -> Periods:
    return make_periods(**{**vars(KeepTimes()), "session_hours": 12, **changes})


def mandate(first: date, last: date) -> Mandate:
    same = {name: getattr(MANDATE_2026, name) for name in MANDATE_2026.__dataclass_fields__}
    return Mandate(**{**same, "first_day": first, "last_day": last})


mandates = st.lists(st.tuples(days, days).map(lambda two: mandate(min(two), max(two))), max_size=4)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2028, 1, 1), 12, date(2027, 1, 1)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),  # no 29th
        (date(2027, 3, 31), 1, date(2027, 2, 28)),
        (date(2027, 1, 15), 1, date(2026, 12, 15)),
        (date(2027, 1, 15), 25, date(2024, 12, 15)),
        (date(5, 1, 1), 60, date.min),  # the calendar ends here
    ],
)
def test_months_before(day, months, expected):
    assert months_before(day, months) == expected


@given(day=days, months=st.integers(1, 400))
def test_a_later_day_never_has_an_earlier_limit(day, months):
    assert months_before(day, months) <= months_before(day + DAY, months) <= day


@given(day=days, months=st.integers(1, 400))
def test_months_are_whole(day, months):
    before = months_before(day, months)
    assert (day.year - before.year) * 12 + day.month - before.month == months
    assert before.day <= day.day


def test_certificates_of_2026_are_kept_through_2027():
    """The mandate ends on 31.12.2026; twelve months later is the last day of its certificates."""
    period = periods_of()[Kind.CERTIFICATES]
    for today, is_kept in ((date(2027, 12, 31), True), (date(2028, 1, 1), False)):
        spans = due_spans(period.limit_day(today), MANDATES.values())
        assert spans == [] if is_kept else spans[0] == (date.min, date(2020, 12, 31))
        covered = any(first <= date(2024, 3, 14) <= last for first, last in spans)
        assert covered is not is_kept


@pytest.mark.parametrize(
    ("completed_on", "expected"),
    [
        (date(2024, 3, 14), date(2026, 12, 31)),
        (date(2020, 12, 31), date(2026, 12, 31)),  # too early, but somebody may ask why
        (date(2024, 12, 31), date(2026, 12, 31)),
        (date(2027, 1, 1), date(2031, 12, 31)),  # of the next mandate
        (date(2025, 6, 1), date(2031, 12, 31)),  # counts for both
        (date(2032, 1, 1), date(2032, 1, 1)),  # for none
    ],
)
def test_until_when_a_training_is_asked_about(completed_on, expected):
    following = mandate(date(2025, 1, 1), date(2031, 12, 31))
    assert last_day_of_use(completed_on, [MANDATE_2026, following]) == expected


@given(completed_on=days, limit=days, all_of_them=mandates)
def test_the_spans_say_the_same_as_the_rule(completed_on, limit, all_of_them):
    spans = due_spans(limit, all_of_them)
    is_due = last_day_of_use(completed_on, all_of_them) < limit
    assert any(first <= completed_on <= last for first, last in spans) == is_due
    assert all(first <= last for first, last in spans)
    assert all(one[1] < other[0] for one, other in pairwise(spans))


@given(certificates=st.integers(1, 60), audit=st.integers(12, 60))
def test_the_audit_trail_outlives_the_certificates_by_a_year(certificates, audit):
    found = periods_of(certificates_months=certificates, audit_months=audit)
    assert found[Kind.AUDIT].amount >= found[Kind.CERTIFICATES].amount + 12
    assert found[Kind.AUDIT].amount in {audit, certificates + 12}


def test_each_kind_has_a_period():
    assert list(periods_of()) == list(Kind)


@pytest.mark.parametrize(
    ("period", "words", "limit"),
    [
        (Period(1, Span.DAYS, "nach X"), "1 Tag nach X", datetime(2026, 3, 30, 8, 5, tzinfo=UTC)),
        (
            Period(12, Span.HOURS, "nach X"),
            "12 Stunden nach X",
            datetime(2026, 3, 30, 20, 5, tzinfo=UTC),
        ),
        (Period(1, Span.MONTHS, "nach X"), "1 Monat nach X", datetime(2026, 2, 28, tzinfo=UTC)),
        (Period(24, Span.MONTHS, "nach X"), "24 Monate nach X", datetime(2024, 3, 31, tzinfo=UTC)),
    ],
)
def test_a_period_in_words_and_as_a_limit(period, words, limit):
    assert period.label == words
    assert period.limit(datetime(2026, 3, 31, 8, 5, tzinfo=UTC)) == limit
