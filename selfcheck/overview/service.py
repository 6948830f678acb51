"""Find what units share with the commissioner.

Whatever leaves this module of a check went through ``sharing.shared_view``; of checks that are not
shared, only whether a unit has made one within the last twelve months.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.checks.models import Answer, SelfCheck
from selfcheck.checks.questionnaire import ColourBand
from selfcheck.checks.share_models import Share
from selfcheck.checks.share_service import Questionnaires, view_of
from selfcheck.checks.sharing import SharedView, a_year_before
from selfcheck.checks.states import CheckState
from selfcheck.db import db, german_sort_key
from selfcheck.errors import NotFoundError
from selfcheck.organisation.models import Unit
from selfcheck.organisation.numbering import natural_key
from selfcheck.overview.figures import (
    Entry,
    UnitFacts,
    UnitRow,
    activity_on,
    colours_of,
    count_colours,
    current,
    questionnaires_of,
)


def list_views(
    questionnaires: Questionnaires,
    *,
    since: date = date.min,
    check_id: UUID | None = None,
    with_closed: bool = True,
) -> list[SharedView]:
    """Return what is shared of checks since a day, the newest first, in one query.

    ``with_closed``: whether those of closed units are among them.
    """
    query = (
        select(Share)
        .join(Share.check)
        .where(SelfCheck.checked_on >= since, SelfCheck.state == CheckState.SUBMITTED)
        .options(
            contains_eager(Share.check).options(
                joinedload(SelfCheck.answers).load_only(
                    Answer.points, Answer.text, Answer.option_ids
                ),
                # Who filled it in is none of the commissioner's business.
                lazyload(SelfCheck.changed_by),
                lazyload(SelfCheck.submitted_by),
            ),
            lazyload(Share.shared_by),
        )
        .order_by(SelfCheck.checked_on.desc(), SelfCheck.submitted_at.desc(), SelfCheck.id)
    )
    if not with_closed:
        open_ids = select(Unit.id).where(Unit.closed_on.is_(None))
        query = query.where(SelfCheck.unit_id.in_(open_ids))
    if check_id is not None:
        query = query.where(Share.check_id == check_id)
    return [view_of(share, questionnaires) for share in db.session.scalars(query).unique()]


def get_view(check_id: UUID, questionnaires: Questionnaires) -> SharedView:
    """Return what is shared of a check; raises NotFoundError if that is nothing."""
    views = list_views(questionnaires, check_id=check_id)
    if not views:
        raise NotFoundError("Diesen Selbstcheck gibt es nicht, oder er ist nicht geteilt.")
    return views[0]


def list_unit_facts(*, today: date) -> list[UnitFacts]:
    """Return who should or does make self-checks, in the order of the numbers.

    These are the reporting units, and all others that ever made one; closed ones among them.
    """
    last_on = (
        select(SelfCheck.unit_id, func.max(SelfCheck.checked_on).label("last_on"))
        .where(SelfCheck.state == CheckState.SUBMITTED)
        .group_by(SelfCheck.unit_id)
        .subquery()
    )
    query = (
        select(Unit, last_on.c.last_on)
        .outerjoin(last_on, last_on.c.unit_id == Unit.id)
        .where(Unit.is_reporting | last_on.c.last_on.is_not(None))
    )
    facts = [
        UnitFacts(
            unit_id=unit.id,
            number=unit.number,
            label=unit.label,
            is_closed=unit.closed_on is not None,
            activity=activity_on(day, today),
        )
        for unit, day in db.session.execute(query)
    ]
    return sorted(facts, key=lambda one: natural_key(one.number))


def search_units(rows: Iterable[UnitRow], text: str) -> list[UnitRow]:
    """Return the rows whose unit's number or name holds a text, umlauts and case aside."""
    key = german_sort_key(text.strip())
    return [row for row in rows if key in german_sort_key(row.unit.label)]


def search_entries(entries: Iterable[Entry], text: str) -> list[Entry]:
    """Return the entries that hold all words of a text, umlauts and case aside."""
    keys = [german_sort_key(word) for word in text.split()]
    return [entry for entry in entries if all(key in german_sort_key(entry.words) for key in keys)]


def find_shared(
    user: User, questionnaires: Questionnaires, *, today: date
) -> list[tuple[ColourBand, int]] | None:
    """Return how many open units share a check not older than a year, by colour.

    For the first page.
    None: not this user's business.
    """
    if not user.may(Permission.VIEW_SHARED_CHECKS):
        return None
    since = a_year_before(today)
    views = current(list_views(questionnaires, since=since, with_closed=False), today)
    counts = count_colours(views)
    return [(colour, counts[colour.id]) for colour in colours_of(questionnaires_of(views))]
