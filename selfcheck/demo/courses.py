"""Which trainings are there in the demo city? Group trainings, and what people do by themselves.

Titles follow the Schulungskonzept, section 4; the providers are fictional.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from selfcheck.training.inputs import TrainingInput
from selfcheck.training.kinds import Area, Format, LengthUnit, Origin
from selfcheck.training.standing import State

CATALOGUE = Path(__file__).with_name("courses.csv")
CENTRAL_PROVIDER = "Haupt- und Personalamt, Sachgebiet Fortbildung"
PROVIDERS = (
    "Bildungswerk Elbtal e. V.",
    "Akademie Vielfalt GmbH",
    "Kommunalakademie Mittelelbe",
    "Weltfenster e. V.",
)
SCHOOLS = ("Volkshochschule", "Sprachschule Babylon", "Lingua Nova Sprachen GmbH")
LANGUAGES = ("Spanisch", "Polnisch", "Tschechisch", "Französisch", "Russisch", "Türkisch")
LEAVES = (
    ("Bildungsurlaub: Demokratie vor Ort", Area.DEMOCRATIC),
    ("Bildungsurlaub: Migration und Stadtgesellschaft", Area.INTERCULTURAL),
    ("Bildungsurlaub: Spanisch in Valencia", Area.MULTILINGUAL),
)
MEETINGS = (
    ("Fachtagung „Ankommen in der Kommune“", Area.INTERCULTURAL, Format.SYMPOSIUM),
    ("Fachkongress „Vielfalt im öffentlichen Dienst“", Area.INTERCULTURAL, Format.CONGRESS),
    ("Fachtagung „Wehrhafte Verwaltung“", Area.DEMOCRATIC, Format.SYMPOSIUM),
    ("E-Learning „Verständlich schreiben in zehn Schritten“", Area.PLAIN_COMMUNICATION,
     Format.E_LEARNING),
)  # fmt: skip

# Nothing in these says which of the four areas they belong to.
UNCLEAR = (
    "Konfliktmanagement im Publikumsverkehr",
    "Kommunikationstraining für Fachkräfte",
    "Haltung zeigen im Amt",
)

STEP = 5  # through the catalogue, so that neighbours differ in their area
# How many central group trainings there are of each kind.
CENTRAL = {State.FULFILLED: 56, State.TOO_SHORT: 6, State.OUTSIDE_PERIOD: 4, State.PLANNED: 5}
OFFICES_WITH_COURSES = {
    "33": 7,
    "50": 6,
    "51": 5,
    "32": 4,
    "42": 4,
    "53": 3,
    "EB55": 4,
    "EB56": 4,
    "10": 2,
    "37": 2,
    "40": 2,
    "58": 2,
    "61": 1,
    "65": 1,
    "66": 1,
    "67": 1,
    "80": 1,
}
LESSONS_ENOUGH, LESSONS_TOO_FEW = (8, 8, 8, 16), (4, 5, 6, 7)
HOURS_ENOUGH, HOURS_TOO_FEW = (6, 7, 12), (2, 3, 4, 5)


@dataclass(frozen=True)
class Course:
    """A group training; ``office`` is the number of the one that held it for its own people."""

    entered: TrainingInput
    kind: State
    office: str = ""


def make_courses(random: Random) -> list[Course]:
    """Make the group trainings of six years, the next weeks included."""
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        rows = [(Area(row[0]), row[1]) for row in list(csv.reader(file, delimiter=";"))[1:]]
    courses = []
    for kind, number in CENTRAL.items():
        for turn in range(number):
            area, title = rows[turn * STEP % len(rows)]
            entered = _make_training(random, kind, (title, area), Origin.CENTRAL)
            courses.append(Course(entered, kind))
    for office, number in OFFICES_WITH_COURSES.items():
        for area, title in random.sample(rows, number):
            entered = _make_training(random, State.FULFILLED, (title, area), Origin.EXTERNAL)
            courses.append(Course(entered, State.FULFILLED, office))
    return courses


def choose_single(random: Random, kind: State, areas: Sequence[Area]) -> TrainingInput:
    """Return a training that one person did alone, in one of these areas if that is possible."""
    if kind is State.AREA_OPEN:
        title = random.choice(UNCLEAR)
        entered = _make_training(random, kind, (title, areas[0]), Origin.EXTERNAL)
        return replace(entered, area=None)
    choice = random.random()
    if Area.MULTILINGUAL in areas and (choice < 0.5 or len(areas) == 1):
        return _make_language_course(random, kind)
    if choice < 0.75 and kind is not State.TOO_SHORT:
        title, area = random.choice([one for one in LEAVES if one[1] in areas] or LEAVES)
        first_day = _draw_day(random, kind)
        first_day -= timedelta(days=first_day.weekday())
        return TrainingInput(
            title=title,
            provider=random.choice(PROVIDERS),
            area=area,
            format=Format.ON_SITE,
            origin=Origin.OFF_DUTY,
            first_day=first_day,
            last_day=first_day + timedelta(days=4),
            duration_minutes=40 * LengthUnit.LESSONS.minutes,
            length_unit=LengthUnit.LESSONS,
        )
    title, area, form = random.choice([one for one in MEETINGS if one[1] in areas] or MEETINGS)
    return _make_training(random, kind, (title, area), Origin.EXTERNAL, form)


def _make_language_course(random: Random, kind: State) -> TrainingInput:
    lessons = random.choice(LESSONS_TOO_FEW if kind is State.TOO_SHORT else (24, 30, 40, 60))
    last_day = _draw_day(random, kind)
    if kind is State.OUTSIDE_PERIOD and random.random() < 0.4:
        last_day = date(2027, 1, random.choice((14, 21, 28)))
    return TrainingInput(
        title=f"{random.choice(LANGUAGES)} {random.choice(('A1', 'A2', 'B1'))}",
        provider=random.choice(SCHOOLS),
        area=Area.MULTILINGUAL,
        format=random.choice((Format.ON_SITE, Format.ON_SITE, Format.ONLINE)),
        origin=random.choice((Origin.OFF_DUTY, Origin.OFF_DUTY, Origin.CENTRAL)),
        first_day=last_day - timedelta(weeks=lessons // 2 - 1),
        last_day=last_day,
        duration_minutes=lessons * LengthUnit.LESSONS.minutes,
        length_unit=LengthUnit.LESSONS,
    )


def _make_training(
    random: Random,
    kind: State,
    subject: tuple[str, Area],
    origin: Origin,
    form: Format | None = None,
) -> TrainingInput:
    title, area = subject
    unit = random.choice((LengthUnit.LESSONS, LengthUnit.LESSONS, LengthUnit.HOURS))
    if unit is LengthUnit.LESSONS:
        amount = random.choice(LESSONS_TOO_FEW if kind is State.TOO_SHORT else LESSONS_ENOUGH)
    else:
        amount = random.choice(HOURS_TOO_FEW if kind is State.TOO_SHORT else HOURS_ENOUGH)
    last_day = _draw_day(random, kind)
    lasts_two_days = amount > 8 and last_day.weekday() > 0
    return TrainingInput(
        title=title,
        provider=CENTRAL_PROVIDER if origin is Origin.CENTRAL else random.choice(PROVIDERS),
        area=area,
        format=form or random.choice((Format.ON_SITE, Format.ON_SITE, Format.ONLINE)),
        origin=origin,
        first_day=last_day - timedelta(days=lasts_two_days),
        last_day=last_day,
        duration_minutes=amount * unit.minutes,
        length_unit=unit,
    )


def _draw_day(random: Random, kind: State) -> date:
    """Return a weekday on which a training of this kind ended."""
    if kind is State.OUTSIDE_PERIOD:
        first, last = date(2018, 9, 3), date(2020, 12, 18)
    elif kind is State.PLANNED:
        first, last = date(2026, 12, 1), date(2026, 12, 18)
    else:
        # Most of them in the years after the Schulungskonzept.
        first = random.choice((date(2021, 2, 1), date(2024, 6, 3), date(2024, 6, 3)))
        last = date(2026, 11, 6)
    day = first + timedelta(days=random.randrange((last - first).days + 1))
    return day - timedelta(days=max(0, day.weekday() - 4))
