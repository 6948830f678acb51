"""What do the columns of the table mean, and by which rules was it counted?

For those who get the table as a file and never saw the application. Sections are those of the
Schulungskonzept of 16.05.2024; all figures come from the mandate.
"""

from __future__ import annotations

from collections.abc import Sequence

from selfcheck.evaluation.figures import COLUMN_LABELS, QUOTA_LABEL
from selfcheck.evaluation.report import OfficeLine, Report
from selfcheck.evaluation.states import Status
from selfcheck.training.lengths import describe_hours
from selfcheck.training.mandate import Group, Mandate, Obstacle
from selfcheck.training.reasons import list_areas

RECOGNISED = "Anerkannte Schulungen in diesem Bereich (Abschnitt 4)"


def explain_columns() -> list[tuple[str, str]]:
    """Return each column's label and meaning, in the order of the table."""
    meanings = {
        "people": "Personen, für die der Auftrag am Stichtag gilt (Abschnitt 3)",
        "democratic": RECOGNISED,
        "intercultural": RECOGNISED,
        "multilingual": RECOGNISED,
        "plain_communication": RECOGNISED,
        "trainings": "Summe der anerkannten Schulungen aller vier Bereiche",
        "people_trained": "Personen mit mindestens einer anerkannten Schulung",
        "fulfilled": "Personen mit einer anerkannten Schulung, die für ihre Gruppe genügt",
        "unfulfilled": "Personen der Zielgruppe ohne eine solche Schulung",
    }
    columns = [(label, meanings[column]) for column, label in COLUMN_LABELS.items()]
    return [
        *columns,
        (QUOTA_LABEL, "Auftrag erfüllt geteilt durch Zielgruppe; leer ohne Zielgruppe"),
    ]


def explain_rules(mandate: Mandate) -> list[tuple[str, str]]:
    """Return the counting rules: what each is about, and what it says."""
    hours, at = describe_hours(mandate.minimum_minutes), mandate.sections
    target_group = (
        "Führungskräfte sind alle ab Sachgebietsleitung; Beschäftigte die mit Bürgerkontakt oder "
        "Aufgaben in der Medien- und Öffentlichkeitsarbeit. Wer beides ist, zählt als "
        "Führungskraft, und nur einmal (Abschnitt 3). Alle anderen stehen in keiner Zeile."
    )
    recognised = (
        f"Ihr Bereich steht fest ({at[Obstacle.AREA_OPEN]}). Sie wurde zwischen dem "
        f"{mandate.first_day:%d.%m.%Y} und dem Stichtag, längstens dem "
        f"{mandate.last_day:%d.%m.%Y}, abgeschlossen ({at[Obstacle.TOO_LATE]}). Sie dauerte für "
        f"sich allein mindestens {hours} Stunden ({at[Obstacle.TOO_SHORT]}). Sie ist nachgewiesen "
        f"({at[Obstacle.NO_EVIDENCE]}). Solange die Anerkennung angefragt ist, zählt sie nicht; "
        f"danach gilt die Entscheidung ({at[Obstacle.AWAITS_DECISION]})."
    )
    reference_date = (
        "Es zählen Gruppe und Einheit am Stichtag; Schulungen gehen mit der Person mit. Wer am "
        "Stichtag keiner Einheit angehört, zählt nirgends."
    )
    below = "Sie zählen bei der nächsten berichtspflichtigen Einheit darüber."
    return [
        ("Zielgruppe", target_group),
        ("Anerkannte Schulung", recognised),
        *((group.value, _explain_fulfilment(group, mandate)) for group in Group),
        ("Stichtag", reference_date),
        ("Untergeordnete Einheiten", below),
    ]


def explain_states(report: Report) -> list[tuple[str, str]]:
    """Return what the states mean that occur in a report."""
    meanings = {
        Status.DELIVERED: "Von der Leitung freigegeben; die Zahlen ändern sich nicht mehr.",
        Status.DELIVERED_EARLY: "Vor dem Stichtag freigegeben und noch nicht bestätigt.",
        Status.PROVISIONAL: "Nicht abgegeben; die Zahlen sind beim Erstellen gezählt.",
        Status.OPEN: (
            "Nicht angefordert; die Zahlen sind beim Erstellen gezählt."
            if report.with_live_figures
            else "Nicht abgegeben; deshalb ohne Zahlen."
            if all(line.is_asked for line in report.lines)
            else "Nicht abgegeben oder nicht angefordert; deshalb ohne Zahlen."
        ),
    }
    found = {line.status for line in report.lines}
    return [(status.value, told) for status, told in meanings.items() if status in found]


def describe_basis(report: Report) -> str:
    """Return in a sentence where the figures come from."""
    if not report.is_city:
        if report.lines[0].sha256:
            return "Die Zahlen sind die freigegebene Meldung der Einheit."
        return "Die Zahlen sind beim Erstellen gezählt und nicht freigegeben."
    if report.with_live_figures:
        return (
            "Abgegebene Einheiten stehen mit ihrer freigegebenen Meldung, alle übrigen mit den "
            "beim Erstellen gezählten Zahlen (Stand „vorläufig“ oder „offen“)."
        )
    return (
        "Es stehen nur freigegebene Meldungen; Einheiten, die nicht abgegeben haben, sind leer "
        "und in keiner Summe."
    )


def describe_release(line: OfficeLine) -> str:
    """Return who released the figures when; empty for figures that nobody has released."""
    if line.released_at is None:
        return ""
    return f"freigegeben am {line.released_at:%d.%m.%Y} von {line.released_by}"


def describe_line(line: OfficeLine) -> str:
    """Return the state of an office's figures, and who released them when."""
    told = [f"Stand: {line.status.value}", describe_release(line)]
    return "; ".join(filter(None, told))


def describe_coverage(lines: Sequence[OfficeLine]) -> str:
    """Return how many units a sum leaves out; empty if it holds them all."""
    counted = sum(line.rows is not None for line in lines)
    all_lines = len(lines)
    return "" if counted == all_lines else f"{counted} von {all_lines} Einheiten mit Zahlen"


def describe_report(report: Report) -> list[str]:
    """Return the lines that stand above the table: for whom, for which day, in which state."""
    state = describe_progress(report) if report.is_city else describe_line(report.lines[0])
    return [
        report.city if report.is_city else f"{report.city}: {report.lines[0].label}",
        f"Stichtag {report.reference_date:%d.%m.%Y} · {report.mandate.title} · {state}",
        f"Erstellt am {report.made_at:%d.%m.%Y um %H:%M} Uhr. {describe_basis(report)}",
    ]


def describe_progress(report: Report) -> str:
    """Return how many of the units that were asked have delivered."""
    asked = len(report.asked)
    if not asked:
        return "noch nicht angefordert"
    return f"{asked - len(report.missing)} von {asked} Organisationseinheiten haben abgegeben"


def list_remarks(report: Report) -> list[tuple[str, str]]:
    """Return what else a reader must know of the figures, as pairs of a heading and a text."""
    remarks = []
    if report.outside is not None:
        remarks.append(
            (
                "Nicht in der Zielgruppe",
                f"{_people(report.outside)} in berichtspflichtigen Einheiten, in keiner Zeile",
            )
        )
    remarks += [
        (
            "Ohne berichtspflichtige Einheit",
            f"{label}: {_people(count)}, in keiner Zeile. Bitte die Organisationseinheiten prüfen.",
        )
        for label, count in report.unreported.items()
    ]
    if report.asked and report.is_city:
        labels = [line.label for line in report.missing]
        remarks.append(("Nicht abgegeben", "; ".join(labels) or "Alle haben abgegeben."))
        labels = [line.label for line in report.lines if not line.is_asked]
        remarks += [("Nicht angefordert", "; ".join(labels))] if labels else []
    remarks += [
        (
            "Berichtet nicht mehr",
            (
                f"{line.label} wurde gefragt und ist inzwischen geschlossen oder nicht mehr "
                "berichtspflichtig. Ihre Personen können auch bei einer anderen Einheit zählen; "
                "bitte prüfen."
            ),
        )
        for line in report.lines
        if not line.is_reporting
    ]
    remarks += [(f"Kommentar {line.label}", line.comment) for line in _commented(report.lines)]
    return remarks


def _explain_fulfilment(group: Group, mandate: Mandate) -> str:
    return (
        "Der Auftrag ist erfüllt mit einer anerkannten Schulung in: "
        f"{list_areas(mandate.areas[group])} ({mandate.sections[Obstacle.OTHER_AREA]})."
    )


def _commented(lines: Sequence[OfficeLine]) -> list[OfficeLine]:
    return [line for line in lines if line.comment]


def _people(count: int) -> str:
    return "1 Person" if count == 1 else f"{count} Personen"
