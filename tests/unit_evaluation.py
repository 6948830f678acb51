"""Make what the table is counted from, and reports, without a database."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from reference_table import RefPerson, RefTraining, RefUnit

from selfcheck.evaluation.figures import Figures
from selfcheck.evaluation.report import OfficeLine, Report
from selfcheck.evaluation.states import Status
from selfcheck.evaluation.table import (
    CompletedTraining,
    Member,
    OfficeUnit,
    Posting,
    Table,
    TrainingFacts,
)
from selfcheck.training.kinds import Area
from selfcheck.training.mandate import Group, group_of
from selfcheck.training.mandates import MANDATE_2026

END = date(2026, 12, 31)
# What no program may take for a number, a formula or a link.
DANGEROUS = ["=1+1", "+49 351", "-1", "@SUM(A1)", "http://stadt.example", "0010", "7" * 300]
LONG_NAME = "Amt mit einem sehr langen Namen " * 15


def units_of(units: Sequence[RefUnit]) -> list[OfficeUnit]:
    """Return the units of the reference as the application has them."""
    ids = {unit.number: index for index, unit in enumerate(units, 1)}
    return [
        OfficeUnit(
            ids[unit.number],
            unit.number,
            f"Einheit {unit.number}",
            ids[unit.parent] if unit.parent else None,
            unit.reports,
            unit.closed_on,
        )
        for unit in units
    ]


def members_of(units: Sequence[RefUnit], people: Sequence[RefPerson]) -> list[Member]:
    """Return the people of the reference as the application has them."""
    ids = {unit.number: index for index, unit in enumerate(units, 1)}
    return [
        Member(
            number,
            [
                Posting(
                    ids[one.unit],
                    group_of(
                        is_manager=one.manager,
                        has_citizen_contact=one.contact,
                        does_media_work=one.media,
                    ),
                    one.first,
                    one.last,
                )
                for one in person.assignments
            ],
            [
                CompletedTraining(10 * number + index, facts_of(one))
                for index, one in enumerate(person.trainings)
                if not one.withdrawn
            ],
        )
        for number, person in enumerate(people, 1)
    ]


def facts_of(training: RefTraining) -> TrainingFacts:
    area = Area(training.area) if training.area else None
    return TrainingFacts(area, training.last, training.minutes, training.proved, training.rejected)


def as_reference(table: Table, numbers: Mapping[int, str]) -> dict[str, object]:
    """Return a table in the form of the reference; ``numbers`` are the units', by their ids."""
    return {
        "rows": {
            (one.unit.number, group.value): tuple(figures)
            for one in table.offices
            for group, figures in one.rows.items()
        },
        "outside": table.outside,
        "unreported": {numbers[unit]: count for unit, count in table.unreported.items()},
    }


def make_line(number: str = "33", **changes: Any) -> OfficeLine:
    return OfficeLine(
        **{
            "number": number,
            "name": f"Amt {number}",
            "division_number": "GB1",
            "division_name": "Geschäftsbereich 1",
            "status": Status.OPEN,
            "rows": make_rows(),
            **changes,
        }
    )


def make_rows(managers: Figures | None = None, employees: Figures | None = None) -> Mapping:
    return {
        Group.MANAGERS: managers or Figures(4, 1, 2, 1, 0, 4, 3, 2, 2),
        Group.EMPLOYEES: employees or Figures(10, 3, 2, 1, 1, 7, 6, 6, 4),
    }


def make_report(lines: Sequence[OfficeLine], **changes: Any) -> Report:
    return Report(
        **{
            "city": "Musterstadt",
            "title": "Auswertung Schulungsauftrag 2026",
            "mandate": MANDATE_2026,
            "rules_version": "1",
            "reference_date": END,
            "made_at": datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
            "lines": lines,
            "is_city": True,
            "with_live_figures": True,
            "outside": 3,
            "unreported": {},
            **changes,
        }
    )


def make_city() -> Report:
    """Make a city of 57 offices: some empty, some without staff, some without a division."""
    lines = [_make_office(seed) for seed in range(50)]
    more = {"name": LONG_NAME, "division_number": "GB7", "comment": "=1+1\nNoch etwas."}
    lines += [make_line(number, **more) for number in DANGEROUS]
    return make_report(lines, unreported={"99 =1+1": 4}, with_live_figures=False)


def _make_office(seed: int) -> OfficeLine:
    """Make an office whose figures are unlike those of the others, and fit each other."""
    managers = Figures(seed + 2, seed, 1, 0, 2, seed + 3, min(seed + 1, seed + 2), 1, seed + 1)
    employees = Figures(90 * seed, seed, seed, 0, 0, 2 * seed, seed, seed, 89 * seed)
    rows = make_rows(managers, employees) if seed % 11 else dict.fromkeys(Group, Figures())
    division = f"GB{seed % 6}" if seed % 7 else ""
    changes: dict[str, Any] = {
        "division_number": division,
        "division_name": "Verwaltung und Öffentlichkeit" if division else "",
    }
    if seed % 9 == 4:
        return make_line(f"{seed:02}", rows=None, status=Status.OPEN, **changes)
    return make_line(
        f"{seed:02}",
        rows=rows,
        status=Status.DELIVERED if seed % 2 else Status.DELIVERED_EARLY,
        released_at=datetime(2027, 1, 12, 14, 5, tzinfo=UTC),
        released_by="Dr. Änne Groß",
        sha256=f"{seed:064x}",
        **changes,
    )
