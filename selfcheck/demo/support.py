"""Requests for support in the demo city: some wait, some are answered, some are closed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from selfcheck.accounts.models import User
from selfcheck.checks.models import SelfCheck
from selfcheck.organisation.models import Unit
from selfcheck.support.models import SupportMessage, SupportRequest

THREADS = Path(__file__).with_name("support.toml")
TIME_TO_ANSWER = timedelta(days=1, hours=2, minutes=35)


def make_support(
    units: Mapping[str, Unit],
    heads: Mapping[str, User],
    commissioner: User,
    checks: Iterable[SelfCheck],
) -> Iterator[SupportRequest]:
    """Make the requests; some were begun from the last of the submitted checks of their unit."""
    in_order = sorted(checks, key=lambda check: check.checked_on)
    latest = {check.unit_id: check.id for check in in_order if not check.is_draft}
    for thread in tomllib.loads(THREADS.read_text(encoding="utf-8"))["threads"]:
        unit, head = units[thread["unit"]], heads[thread["unit"]]
        asked_at = thread["asked_at"]
        request = SupportRequest(
            unit=unit,
            check_id=latest[unit.id] if thread.get("is_from_result") else None,
            asked_at=asked_at,
            asked_by_id=head.id,
        )
        for number, text in enumerate(thread["messages"]):
            is_answer = number % 2 == 1
            message = SupportMessage(
                at=asked_at + number * TIME_TO_ANSWER,
                author_id=commissioner.id if is_answer else head.id,
                is_answer=is_answer,
                text=text,
            )
            request.messages.append(message)
        if thread.get("is_closed"):
            request.closed_at = asked_at + len(thread["messages"]) * TIME_TO_ANSWER
            request.closed_by_id = commissioner.id
        yield request
