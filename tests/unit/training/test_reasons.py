"""Every obstacle is a German sentence with its section, and the shortest way is said."""

from datetime import date

import pytest

from selfcheck.training.kinds import Area
from selfcheck.training.mandate import Group, Obstacle, Training, judge
from selfcheck.training.mandates import MANDATE_2026
from selfcheck.training.reasons import describe_shortest_way, explain, list_areas, summarise

END = date(2026, 12, 31)


def training(**changes: object) -> Training:
    values = {
        "record_id": 1,
        "title": "Vielfalt im Amt",
        "area": Area.INTERCULTURAL,
        "last_day": date(2024, 3, 14),
        "duration_minutes": 360,
        "has_evidence": True,
    }
    return Training(**(values | changes))


SENTENCES = {
    Obstacle.NO_EVIDENCE: ({"has_evidence": False}, "Es fehlt ein Nachweis (Abschnitt 6)."),
    Obstacle.AREA_OPEN: (
        {"area": None},
        "Der Kompetenzbereich ist noch nicht geklärt (Abschnitt 4).",
    ),
    Obstacle.AWAITS_DECISION: (
        {"area": None, "awaits_decision": True},
        (
            "Die Anerkennung ist angefragt; die Schulung zählt, sobald sie anerkannt ist "
            "(Abschnitt 7)."
        ),
    ),
    Obstacle.REJECTED: (
        {"is_rejected": True},
        (
            "Das Büro der Integrations- und Ausländerbeauftragten hat die Schulung nicht anerkannt "
            "(Abschnitt 7)."
        ),
    ),
    Obstacle.TOO_SHORT: (
        {"duration_minutes": 315},
        "Die Schulung dauerte 5 Std. 15 Min.; nötig sind mindestens 6 Stunden (Abschnitt 4).",
    ),
    Obstacle.TOO_EARLY: (
        {"last_day": date(2020, 12, 31)},
        (
            "Die Schulung endete am 31.12.2020; anerkannt werden Schulungen, die ab dem 01.01.2021 "
            "abgeschlossen wurden (Abschnitt 2)."
        ),
    ),
    Obstacle.TOO_LATE: (
        {"last_day": date(2027, 1, 1)},
        (
            "Die Schulung endet am 01.01.2027; der Schulungsauftrag läuft nur bis 31.12.2026 "
            "(Abschnitt 2)."
        ),
    ),
    Obstacle.NOT_YET: (
        {"last_day": date(2026, 12, 5)},
        "Die Schulung endet erst am 05.12.2026, nach dem Stichtag 24.11.2026 (Abschnitt 2).",
    ),
    Obstacle.OTHER_AREA: (
        {"area": Area.MULTILINGUAL},
        (
            "Die Schulung zählt, erfüllt den Auftrag aber nicht: Für Führungskräfte ist "
            "demokratische Kompetenz oder interkulturelle Kompetenz nötig, diese gehört zu "
            "„Mehrsprachigkeit“ (Abschnitt 4)."
        ),
    ),
}


@pytest.mark.parametrize("obstacle", Obstacle)
def test_sentence(obstacle: Obstacle):
    changes, sentence = SENTENCES[obstacle]
    on = date(2026, 11, 24) if obstacle is Obstacle.NOT_YET else END
    one = training(**changes)

    verdict = judge(Group.MANAGERS, [one], MANDATE_2026, on)

    assert verdict.obstacles == (obstacle,)
    assert explain(obstacle, one, MANDATE_2026, on, Group.MANAGERS) == sentence


@pytest.mark.parametrize(
    ("changes", "group", "expected"),
    [
        (None, Group.EMPLOYEES, "keine Schulung eingetragen"),
        ({"has_evidence": False}, Group.MANAGERS, "Nachweis fehlt"),
        ({"duration_minutes": 315}, Group.MANAGERS, "5,25 von 6 Stunden"),
        ({"area": None}, Group.MANAGERS, "Kompetenzbereich offen"),
        ({"area": Area.MULTILINGUAL}, Group.MANAGERS, "anderer Bereich nötig"),
        ({}, Group.MANAGERS, "Vielfalt im Amt, 14.03.2024"),
        ({}, None, ""),
    ],
)
def test_few_words_for_the_list(changes, group, expected: str):
    trainings = [] if changes is None else [training(**changes)]

    assert summarise(judge(group, trainings, MANDATE_2026, END), MANDATE_2026) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"has_evidence": False}, "Es fehlt nur der Nachweis für „Vielfalt im Amt“."),
        (
            {"has_evidence": False, "area": None},
            (
                "Es fehlen nur der Nachweis und der Kompetenzbereich (demokratische Kompetenz oder "
                "interkulturelle Kompetenz) für „Vielfalt im Amt“."
            ),
        ),
        (
            {"area": None, "awaits_decision": True},
            "Es fehlt nur die Entscheidung über die Anerkennung für „Vielfalt im Amt“.",
        ),
        (
            {"duration_minutes": 300, "has_evidence": False},  # evidence alone would not help
            (
                "Nötig ist eine Schulung von mindestens 6 Stunden (demokratische Kompetenz oder "
                "interkulturelle Kompetenz), abgeschlossen bis zum 31.12.2026."
            ),
        ),
    ],
)
def test_shortest_way(changes, expected: str):
    verdict = judge(Group.MANAGERS, [training(**changes)], MANDATE_2026, END)

    assert describe_shortest_way(verdict, Group.MANAGERS, MANDATE_2026) == expected


def test_areas_are_enumerated_in_the_order_of_the_concept():
    assert list_areas({Area.INTERCULTURAL, Area.DEMOCRATIC}) == (
        "demokratische Kompetenz oder interkulturelle Kompetenz"
    )
    assert list_areas([Area.MULTILINGUAL]) == "Mehrsprachigkeit"
