"""The counting rules once more, slowly and to the letter of the rules: nothing is shared with the
application but the words for groups and areas."""

from dataclasses import dataclass, field
from datetime import date

MANAGERS, EMPLOYEES = "Führungskräfte", "Beschäftigte"
DEMOCRATIC = "demokratische Kompetenz"
INTERCULTURAL = "interkulturelle Kompetenz"
MULTILINGUAL = "Mehrsprachigkeit"
PLAIN = "bürgernahe Kommunikation"
AREAS = (DEMOCRATIC, INTERCULTURAL, MULTILINGUAL, PLAIN)
COLUMNS = (
    "Zielgruppe",
    *AREAS,
    "Schulungen gesamt",
    "Personen mit Schulung",
    "Auftrag erfüllt",
    "Auftrag nicht erfüllt",
)


@dataclass
class RefUnit:
    number: str
    parent: str | None
    reports: bool
    closed_on: date | None = None


@dataclass
class RefAssignment:
    unit: str
    manager: bool = False
    contact: bool = False
    media: bool = False
    first: date = date(1800, 1, 1)
    last: date | None = None


@dataclass
class RefTraining:
    area: str | None
    last: date
    minutes: int
    proved: bool
    rejected: bool = False
    withdrawn: bool = False


@dataclass
class RefPerson:
    assignments: list[RefAssignment]
    trainings: list[RefTraining] = field(default_factory=list)


def recognised(training: RefTraining, day: date) -> bool:
    if training.withdrawn:
        return False
    if training.area is None or training.rejected:
        return False
    if training.last < date(2021, 1, 1):
        return False
    if training.last > day or training.last > date(2026, 12, 31):
        return False
    return training.minutes >= 360 and training.proved


def assignment_on(person: RefPerson, day: date) -> RefAssignment | None:
    for one in person.assignments:
        if one.first <= day and (one.last is None or one.last >= day):
            return one
    return None


def group_of(assignment: RefAssignment) -> str | None:
    if assignment.manager:
        return MANAGERS
    if assignment.contact or assignment.media:
        return EMPLOYEES
    return None


def reporting_unit(number: str, units: dict[str, RefUnit]) -> str | None:
    at: str | None = number
    while at is not None:
        if units[at].reports:
            return at
        at = units[at].parent
    return None


def count_in(row: dict[str, int], person: RefPerson, group: str, day: date) -> None:
    row["Zielgruppe"] += 1
    counting = [one for one in person.trainings if recognised(one, day)]
    for one in counting:
        row[one.area] += 1
        row["Schulungen gesamt"] += 1
    if counting:
        row["Personen mit Schulung"] += 1
    wanted = (DEMOCRATIC, INTERCULTURAL) if group == MANAGERS else AREAS
    if any(one.area in wanted for one in counting):
        row["Auftrag erfüllt"] += 1
    else:
        row["Auftrag nicht erfüllt"] += 1


def reference_table(units: list[RefUnit], people: list[RefPerson], day: date) -> dict[str, object]:
    """Return the rows by unit number and group, and how many people are in none, and why."""
    by_number = {unit.number: unit for unit in units}
    rows: dict[tuple[str, str], dict[str, int]] = {}
    for unit in units:
        if unit.reports and (unit.closed_on is None or unit.closed_on >= day):
            for group in (MANAGERS, EMPLOYEES):
                rows[unit.number, group] = dict.fromkeys(COLUMNS, 0)
    outside = 0
    unreported: dict[str, int] = {}
    for person in people:
        assignment = assignment_on(person, day)
        if assignment is None:
            continue
        office, group = reporting_unit(assignment.unit, by_number), group_of(assignment)
        if office is None:
            unreported[assignment.unit] = unreported.get(assignment.unit, 0) + 1
            continue
        if group is None:
            outside += 1
            continue
        for one in (MANAGERS, EMPLOYEES):  # people in a closed unit are shown, not lost
            rows.setdefault((office, one), dict.fromkeys(COLUMNS, 0))
        count_in(rows[office, group], person, group, day)
    return {
        "rows": {key: tuple(row[column] for column in COLUMNS) for key, row in rows.items()},
        "outside": outside,
        "unreported": unreported,
    }
