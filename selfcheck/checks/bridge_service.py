"""How far is a unit with the Schulungsauftrag? Numbers only, beside the weak answers of a check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Permission
from selfcheck.checks.bridge import Offer, find_offers
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.questionnaire import Questionnaire
from selfcheck.checks.service import result_of
from selfcheck.training.mandate import Group, Mandate
from selfcheck.training.mandates import CURRENT_MANDATE
from selfcheck.training.overview_service import list_standings
from selfcheck.training.reasons import list_areas
from selfcheck.training.standing import Progress, count_progress


@dataclass(frozen=True, kw_only=True)
class Bridge:
    """What leads from a check to the trainings."""

    offers: tuple[Offer, ...]
    mandate: Mandate
    # Of the unit and those below it; None: the user may not see its staff.
    progress: Progress | None
    # Whether all who are open work in the unit itself, so that its list shows exactly them.
    is_unit_alone: bool = False

    @property
    def areas(self) -> list[tuple[Group, str]]:
        """In which areas one training is enough, for each group."""
        return [(group, list_areas(areas)) for group, areas in self.mandate.areas.items()]


def find_bridge(
    user: User, check: SelfCheck, questionnaire: Questionnaire, *, today: date
) -> Bridge | None:
    """Return what trainings fit the weak answers of a check, and how far the unit is with them.

    None where no answer is weak. The people are those of the unit and of all below it that lie
    within the user's reach.
    """
    offers = find_offers(questionnaire, result_of(check, questionnaire))
    if not offers:
        return None
    if not user.may(Permission.VIEW_STAFF):
        return Bridge(offers=offers, mandate=CURRENT_MANDATE, progress=None)
    standings = list_standings(user, CURRENT_MANDATE, day=today, below_id=check.unit_id)
    return Bridge(
        offers=offers,
        mandate=CURRENT_MANDATE,
        progress=count_progress(standings),
        is_unit_alone=all(one.unit_id == check.unit_id for one in standings if one.is_open),
    )
