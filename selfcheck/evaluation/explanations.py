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
from selfcheck.training.mandate import Group, Mandate
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


def explain_rules(mandate: Mandate) -> list[str]:
    """Return the counting rules as sentences."""
    hours = describe_hours(mandate.minimum_minutes)
    return [
        (
            "Führungskräfte sind alle ab Sachgebietsleitung; Beschäftigte die mit Bürgerkontakt "
            "oder Aufgaben in der Medien- und Öffentlichkeitsarbeit. Wer beides ist, zählt als "
            "Führungskraft, und nur einmal (Abschnitt 3)."
        ),
        (
            "Eine Schulung ist anerkannt, wenn ihr Bereich feststeht, wenn sie zwischen dem "
            f"{mandate.first_day:%d.%m.%Y} und dem Stichtag, längstens dem "
            f"{mandate.last_day:%d.%m.%Y}, abgeschlossen wurde, mindestens {hours} Stunden "
            "dauerte und nachgewiesen ist (Abschnitte 2, 4 und 6)."
        ),
        *(
            f"Für {group.value} genügt eine anerkannte Schulung in: "
            f"{list_areas(mandate.areas[group])} (Abschnitt 4)."
            for group in Group
        ),
        (
            "Es zählt die Gruppe und die Einheit am Stichtag; Schulungen gehen mit der Person mit. "
            "Wer am Stichtag keiner Einheit angehört, zählt nirgends."
        ),
        "Untergeordnete Einheiten zählen bei der nächsten berichtspflichtigen Einheit darüber.",
    ]


def describe_basis(report: Report) -> str:
    """Return in a sentence where the figures come from."""
    if not report.is_city:
        if report.lines[0].sha256:
            return "Die Zahlen sind die freigegebene Meldung der Einheit."
        return "Die Zahlen sind beim Erstellen gezählt und nicht freigegeben."
    if report.with_live_figures:
        return (
            "Abgegebene Einheiten stehen mit ihrer freigegebenen Meldung, alle übrigen mit den "
            "beim Erstellen gezählten Zahlen."
        )
    return "Es stehen nur freigegebene Meldungen; Einheiten, die nicht abgegeben haben, sind leer."


def describe_line(line: OfficeLine) -> str:
    """Return the state of an office's figures, and who released them when."""
    told = f"Stand: {line.status.value}"
    if line.released_at is not None:
        told += f"; freigegeben am {line.released_at:%d.%m.%Y} von {line.released_by}"
    return told


def describe_report(report: Report) -> list[str]:
    """Return the lines that stand above the table: for whom, for which day, in which state."""
    delivered = len(report.lines) - len(report.missing)
    state = (
        f"{delivered} von {len(report.lines)} Organisationseinheiten haben abgegeben"
        if report.is_city
        else describe_line(report.lines[0])
    )
    return [
        report.city if report.is_city else f"{report.city}: {report.lines[0].label}",
        f"Stichtag {report.reference_date:%d.%m.%Y} · {report.mandate.title} · {state}",
        f"Erstellt am {report.made_at:%d.%m.%Y um %H:%M} Uhr. {describe_basis(report)}",
    ]


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
    if report.is_city:
        labels = [line.label for line in report.missing]
        remarks.append(("Nicht abgegeben", "; ".join(labels) or "Alle haben abgegeben."))
    remarks += [(f"Kommentar {line.label}", line.comment) for line in _commented(report.lines)]
    return remarks


def is_provisional(report: Report) -> bool:
    """Return whether any of the figures may still change."""
    return any(line.status is not Status.DELIVERED for line in report.lines)


def _commented(lines: Sequence[OfficeLine]) -> list[OfficeLine]:
    return [line for line in lines if line.comment]


def _people(count: int) -> str:
    return "1 Person" if count == 1 else f"{count} Personen"
