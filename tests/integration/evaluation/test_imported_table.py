"""Lists in, table out: what the console imports is counted as the rules say of these very rows."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from console import Run
from flask import Flask
from integration.commands.conftest import run, run_at
from random_city import City
from reference_table import (
    AREAS,
    DEMOCRATIC,
    INTERCULTURAL,
    MULTILINGUAL,
    PLAIN,
    RefAssignment,
    RefPerson,
    RefTraining,
    RefUnit,
    reference_table,
)
from sqlalchemy import select
from unit_documents import make_pdf
from unit_evaluation import as_reference

from selfcheck.db import db
from selfcheck.evaluation.table_service import count_table
from selfcheck.organisation.models import Unit
from selfcheck.training.mandates import MANDATE_2026

__all__ = ["run", "run_at"]

Line = dict[str, str]

UNITS = """Nummer;Bezeichnung;Art;Übergeordnet;Berichtspflichtig
GB1;Geschäftsbereich 1;Geschäftsbereich;;nein
33;Bürgeramt;Amt;GB1;ja
33.1;Abteilung 1;Abteilung;33;nein
33.11;Sachgebiet 1;Sachgebiet;33.1;nein
33.2;Standesamt;Abteilung;33;ja
0050;Sozialamt;Amt;GB1;ja
"""
NUMBERS = ["GB1", "33", "33.1", "33.11", "33.2", "0050"]
YES, NO = ["ja", "J", "x", "1", "wahr"], ["nein", "n", "", "0", "falsch"]
AREAS_OF_WORDS = {"demokratisch": DEMOCRATIC, "interkulturell": INTERCULTURAL} | {
    "mehrsprachig": MULTILINGUAL,
    "bürgernah": PLAIN,
    **{area: area for area in AREAS},
}
PERIODS = [
    ("31.12.2020", ""),
    ("01.10.2020", "01.01.2021"),
    ("2024-02-29", ""),
    ("14.03.2022", "15.03.2022"),
    ("30.06.2026", ""),
    ("30.06.2026", "01.07.2026"),
]
LENGTHS = [("8", "UE"), ("7,99", "UE"), ("40", "UE"), ("6", "h"), ("5,99", "h"), ("6,01", "h")]
MOVED = "01.07.2026"
REFERENCE_DATES = [
    *(date(2026, 6, 30), date(2026, 7, 1)),  # the last day before, and the first after
    *(date(2026, 12, 30), date(2026, 12, 31)),
]


def make_staff(random: Random, people: int) -> list[Line]:
    return [_staff_line(random, f"{n:04}", ["", "01.01.2024", MOVED]) for n in range(people)]


def make_moves(random: Random, staff: list[Line]) -> list[Line]:
    """Let some of those whose end is not known go elsewhere."""
    moving = [line for line in staff if not line["Gültig bis"] and line["Gültig ab"] != MOVED]
    return [
        _staff_line(random, line["Personalnummer"], [MOVED])
        for line in random.sample(moving, len(moving) // 3)
    ]


def _staff_line(random: Random, number: str, starts: list[str]) -> Line:
    is_manager, contact, media = (random.random() < share for share in (0.2, 0.5, 0.2))
    return {
        "Personalnummer": number,
        "Nachname": "Öz",
        "Vorname": "Änne",
        "Organisationseinheit": random.choice(NUMBERS),
        "Führungskraft": random.choice(YES if is_manager else NO),
        "Bürgerkontakt": random.choice(YES if contact else NO),
        "Medienarbeit": random.choice(YES if media else NO),
        "Gültig ab": random.choice(starts),
        "Gültig bis": random.choice(["", "", "", "31.12.2026", "30.12.2026"]),
    }


def make_trainings(random: Random, people: int, lines: int, titles: str) -> list[Line]:
    made = []
    for n in range(lines):
        (first, last), (amount, unit) = random.choice(PERIODS), random.choice(LENGTHS)
        made.append(
            {
                "Personalnummer": f"{random.randrange(people):04}",
                "Titel": f"{titles} {n}",
                "Anbieter": "Volkshochschule",
                "Kompetenz": random.choice([*AREAS_OF_WORDS, ""]),
                "Format": "E-Learning",
                "Herkunft": random.choice(["zentral", "extern", "außerhalb der Dienstzeit"]),
                "Beginn": first,
                "Ende": last,
                "Umfang": amount,
                "Einheit": unit,
                "Nachweis": random.choice(["", "a.pdf", "a.pdf", "b.pdf"]),
            }
        )
    return made


def write_list(file: Path, lines: list[Line]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(lines[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(lines)
    return file


def read_city(folder: Path) -> City:
    """Return what the lists say, as the reference takes it."""
    units = [
        RefUnit(line["Nummer"], line["Übergeordnet"] or None, line["Berichtspflichtig"] == "ja")
        for line in read_list(folder / "units.csv")
    ]
    people: dict[str, RefPerson] = {}
    for name in ("staff", "moves"):
        for line in read_list(folder / f"{name}.csv"):
            person = people.setdefault(line["Personalnummer"], RefPerson([]))
            marks = [
                line[mark] in YES for mark in ("Führungskraft", "Bürgerkontakt", "Medienarbeit")
            ]
            first = day_of(line["Gültig ab"]) or date(1800, 1, 1)
            for earlier in person.assignments:
                if earlier.last is None:
                    earlier.last = first - timedelta(days=1)
            unit, last = line["Organisationseinheit"], day_of(line["Gültig bis"])
            person.assignments.append(RefAssignment(unit, *marks, first=first, last=last))
    confirmed = [line["Titel"] for line in read_list(folder / "central.csv")]
    lines = {
        line["Titel"]: line
        for name in ("trainings", "central")
        for line in read_list(folder / f"{name}.csv")
    }
    proved = {line["Titel"] for line in read_list(folder / "trainings.csv") if line["Nachweis"]}
    for title, line in lines.items():
        minutes = Decimal(line["Umfang"].replace(",", ".")) * {"UE": 45, "h": 60}[line["Einheit"]]
        people[line["Personalnummer"]].trainings.append(
            RefTraining(
                AREAS_OF_WORDS.get(line["Kompetenz"]),
                day_of(line["Ende"]) or day_of(line["Beginn"]),
                int(minutes),
                proved=title in proved or title in confirmed,
            )
        )
    return City(units, list(people.values()))


def read_list(file: Path) -> Iterator[Line]:
    with file.open(encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source, delimiter=";")


def day_of(text: str) -> date | None:
    if not text:
        return None
    return datetime.strptime(text, "%d.%m.%Y" if "." in text else "%Y-%m-%d").date()  # noqa: DTZ007


@pytest.mark.parametrize("seed", [1, 2])
def test_imported_lists_are_counted_as_the_rules_say(
    app: Flask, run: Run, tmp_path: Path, seed: int
):
    random, people = Random(seed), 80
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    staff = make_staff(random, people)
    trainings = make_trainings(random, people, 110, "Kurs")
    entered = [line | {"Nachweis": ""} for line in random.sample(trainings, 30)]
    central = [*entered, *make_trainings(random, people, 20, "Zentraler Kurs")]
    for name, lines in {
        "staff": staff,
        "moves": make_moves(random, staff),
        "trainings": trainings,
        "central": [dict(list(line.items())[:-1]) for line in central],
    }.items():
        write_list(tmp_path / f"{name}.csv", lines)
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(make_pdf(name))

    for arguments in (
        ["units", tmp_path / "units.csv"],
        ["staff", tmp_path / "staff.csv"],
        ["staff", tmp_path / "moves.csv"],
        ["trainings", tmp_path / "trainings.csv", "--files", tmp_path],
        ["trainings", tmp_path / "central.csv", "--central"],
    ):
        done = run("import", *arguments)
        assert done.code == 0, done.err

    city = read_city(tmp_path)
    with app.app_context():
        for day in REFERENCE_DATES:
            expected = reference_table(city.units, city.people, day)
            numbers = {unit.id: unit.number for unit in db.session.scalars(select(Unit))}
            assert as_reference(count_table(MANDATE_2026, day), numbers) == expected, day
            assert expected["outside"] > 0
            assert list(expected["unreported"]) == ["GB1"]
            assert sum(row[7] for row in expected["rows"].values()) > 0
