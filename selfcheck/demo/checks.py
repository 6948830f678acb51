"""Self-checks of the demo city: three years, every colour, offices that get better or do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from selfcheck.accounts.models import User
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.questionnaire import Questionnaire
from selfcheck.checks.scoring import Answers, score, visible_answers
from selfcheck.checks.service import store_answers
from selfcheck.checks.states import CheckState
from selfcheck.organisation.models import Unit

SEED = 20261122
FIRST_ROUND = date(2024, 3, 4)
ROUNDS = 3
DAYS_BETWEEN_ROUNDS = 364
LAST_DAY = date(2026, 11, 20)
DRAFT_DAYS = {"33.1": date(2026, 11, 18), "50": date(2026, 11, 16), "42": date(2026, 11, 9)}

MEASURES_PAST = (
    "Aushänge und Formulare in leicht verständlichem Deutsch überarbeitet",
    "Zwei Beschäftigte haben den Kurs „Interkulturelle Kommunikation“ besucht.",
    "Das Diversitätskonzept in der Dienstberatung vorgestellt",
    "Stellenausschreibungen in sozialen Netzwerken mehrsprachig beworben",
)
MEASURES_PLANNED = (
    "Videodolmetschen an allen Schaltern einführen",
    "Terminbestätigungen auf Englisch, Ukrainisch und Arabisch anbieten",
    "Patenschaften für neue Kolleg*innen mit Migrationsgeschichte",
)
NEXT_STEPS = (
    "Bis Juni prüfen wir alle Standardschreiben auf Verständlichkeit.",
    "Wir laden zwei Migrant*innenorganisationen zum Fachaustausch ein.",
    "Das Team nimmt im Herbst an der Schulung „Leicht verständliches Deutsch“ teil.",
    "Wegweiser im Haus erhalten Piktogramme und eine zweite Sprache.",
)


def make_checks(
    units: Mapping[str, Unit], heads: Mapping[str, User], questionnaire: Questionnaire
) -> Iterator[SelfCheck]:
    """Make the checks of all headed units, the same every time, and a few drafts."""
    version = questionnaire.version
    random = Random(SEED)  # noqa: S311 - not for secrets
    for index, (number, head) in enumerate(heads.items()):
        level = random.choice((1.4, 2.1, 2.7, 3.2, 3.8, 4.3))
        trend = random.choice((-0.2, 0.2, 0.5, 0.8))
        for turn in range(ROUNDS):
            day = FIRST_ROUND + timedelta(days=turn * DAYS_BETWEEN_ROUNDS + index * 9)
            answers = _answers(random, questionnaire, level + turn * trend)
            check = _start(random, units[number], head, min(day, LAST_DAY), version)
            yield _submit(check, questionnaire, answers)
        if number in DRAFT_DAYS:
            answers = _answers(random, questionnaire, level)
            kept = {one.id: answers.points[one.id] for one in questionnaire.statements[:5]}
            draft = _start(random, units[number], head, DRAFT_DAYS[number], version)
            yield _answer(draft, Answers(points=kept, texts=answers.texts))


def _answers(random: Random, questionnaire: Questionnaire, level: float) -> Answers:
    lowest, highest = questionnaire.lowest_answer, questionnaire.highest_answer
    points = {
        one.id: min(highest, max(lowest, round(random.gauss(level, 0.8))))
        for one in questionnaire.statements
    }
    options = ("exchange", "events", "outreach", "recruitment", "opening")
    answers = Answers(
        points=points,
        texts={
            "measures_past": random.choice(MEASURES_PAST),
            "measures_planned": random.choice(MEASURES_PLANNED),
            "next_steps": random.choice(NEXT_STEPS),
        },
        choices={"cooperation": tuple(random.sample(options, k=2))},
    )
    return visible_answers(questionnaire, answers)


def _start(random: Random, unit: Unit, head: User, day: date, version: str) -> SelfCheck:
    at = datetime.combine(day, time(8, 0), tzinfo=UTC) + timedelta(minutes=random.randrange(420))
    return SelfCheck(
        id=UUID(int=random.getrandbits(128), version=4),
        unit_id=unit.id,
        checked_on=day,
        questionnaire_version=version,
        state=CheckState.DRAFT,
        created_at=at,
        created_by_id=head.id,
        changed_at=at,
        changed_by_id=head.id,
    )


def _answer(check: SelfCheck, answers: Answers) -> SelfCheck:
    store_answers(check, answers)
    return check


def _submit(check: SelfCheck, questionnaire: Questionnaire, answers: Answers) -> SelfCheck:
    check.state = CheckState.SUBMITTED
    check.submitted_at, check.submitted_by_id = check.changed_at, check.changed_by_id
    check.total_points = score(questionnaire, answers).total
    return _answer(check, answers)
