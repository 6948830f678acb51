"""Why does something count or not? The obstacles of ``mandate`` in German sentences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from selfcheck.training.kinds import Area
from selfcheck.training.lengths import describe_hours, describe_minutes
from selfcheck.training.mandate import (
    MENDABLE,
    Fulfilment,
    Group,
    Mandate,
    Obstacle,
    Training,
    Verdict,
)

NO_TRAINING = "keine Schulung eingetragen"
IN_FEW_WORDS = {
    Obstacle.NO_EVIDENCE: "Nachweis fehlt",
    Obstacle.AWAITS_DECISION: "wartet auf Entscheidung",
    Obstacle.AREA_OPEN: "Kompetenzbereich offen",
    Obstacle.REJECTED: "nicht anerkannt",
    Obstacle.OTHER_AREA: "anderer Bereich nötig",
}
AREAS_IN_ORDER = tuple(Area)


def list_areas(areas: Iterable[Area]) -> str:
    """Return areas as an enumeration with „oder“, in the order of the concept."""
    chosen = set(areas)
    *others, last = [area.value for area in AREAS_IN_ORDER if area in chosen]
    return f"{', '.join(others)} oder {last}" if others else last


def explain(
    obstacle: Obstacle, training: Training, mandate: Mandate, on: date, group: Group | None
) -> str:
    """Return the sentence for one obstacle, with the section of the concept."""
    sentences = {
        Obstacle.NO_EVIDENCE: "Es fehlt ein Nachweis",
        Obstacle.AWAITS_DECISION: (
            "Die Anerkennung ist angefragt; die Schulung zählt, sobald sie anerkannt ist"
        ),
        Obstacle.AREA_OPEN: "Der Kompetenzbereich ist noch nicht geklärt",
        Obstacle.NOT_YET: (
            f"Die Schulung endet erst am {training.last_day:%d.%m.%Y}, "
            f"nach dem Stichtag {on:%d.%m.%Y}"
        ),
        Obstacle.TOO_SHORT: (
            f"Die Schulung dauerte {describe_minutes(training.duration_minutes)}; nötig sind "
            f"mindestens {describe_hours(mandate.minimum_minutes)} Stunden"
        ),
        Obstacle.TOO_EARLY: (
            f"Die Schulung endete am {training.last_day:%d.%m.%Y}; anerkannt werden Schulungen, "
            f"die ab dem {mandate.first_day:%d.%m.%Y} abgeschlossen wurden"
        ),
        Obstacle.TOO_LATE: (
            f"Die Schulung endet am {training.last_day:%d.%m.%Y}; der Schulungsauftrag läuft nur "
            f"bis {mandate.last_day:%d.%m.%Y}"
        ),
        Obstacle.REJECTED: (
            "Das Büro der Integrations- und Ausländerbeauftragten hat die Schulung nicht anerkannt"
        ),
        Obstacle.OTHER_AREA: _explain_other_area(training, mandate, group),
    }
    return f"{sentences[obstacle]} ({mandate.sections[obstacle]})."


def summarise(verdict: Verdict, mandate: Mandate) -> str:
    """Return the reason for a verdict in few words, for a list."""
    training, hardest = verdict.training, verdict.hardest
    if verdict.fulfilment is Fulfilment.OUTSIDE:
        return ""
    if training is None:
        return NO_TRAINING
    if hardest is None:
        return f"{training.title}, {training.last_day:%d.%m.%Y}"
    return IN_FEW_WORDS.get(hardest) or _summarise_with_figures(hardest, training, mandate)


def describe_shortest_way(verdict: Verdict, group: Group, mandate: Mandate) -> str:
    """Return what is the least that an open person needs for the mandate to be fulfilled."""
    training = verdict.training
    if training is None or not MENDABLE.issuperset(verdict.obstacles):
        return (
            f"Nötig ist eine Schulung von mindestens {describe_hours(mandate.minimum_minutes)} "
            f"Stunden ({list_areas(mandate.areas[group])}), abgeschlossen bis zum "
            f"{mandate.last_day:%d.%m.%Y}."
        )
    missing = {
        Obstacle.NO_EVIDENCE: "der Nachweis",
        Obstacle.AWAITS_DECISION: "die Entscheidung über die Anerkennung",
        Obstacle.AREA_OPEN: f"der Kompetenzbereich ({list_areas(mandate.areas[group])})",
        Obstacle.NOT_YET: f"der Abschluss am {training.last_day:%d.%m.%Y}",
    }
    parts = [missing[obstacle] for obstacle in Obstacle if obstacle in verdict.obstacles]
    verb = "fehlt nur" if len(parts) == 1 else "fehlen nur"
    return f"Es {verb} {' und '.join(parts)} für „{training.title}“."


def _summarise_with_figures(obstacle: Obstacle, training: Training, mandate: Mandate) -> str:
    match obstacle:
        case Obstacle.NOT_YET:
            return f"geplant bis {training.last_day:%d.%m.%Y}"
        case Obstacle.TOO_EARLY:
            return f"vor dem {mandate.first_day:%d.%m.%Y} abgeschlossen"
        case Obstacle.TOO_LATE:
            return f"nach dem {mandate.last_day:%d.%m.%Y}"
        case _:  # TOO_SHORT
            length, needed = map(
                describe_hours, (training.duration_minutes, mandate.minimum_minutes)
            )
            return f"{length} von {needed} Stunden"


def _explain_other_area(training: Training, mandate: Mandate, group: Group | None) -> str:
    if group is None or training.area is None:
        return ""
    return (
        f"Die Schulung zählt, erfüllt den Auftrag aber nicht: Für {group.value} ist "
        f"{list_areas(mandate.areas[group])} nötig, diese gehört zu "
        f"„{training.area.value}“"
    )
