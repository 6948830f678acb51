"""Put a report together: of what was delivered, of what is counted now, or of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import current_app

from selfcheck import clock
from selfcheck.errors import ConflictError, InvalidError
from selfcheck.evaluation.figures import BrokenTableError, Figures, add_up
from selfcheck.evaluation.models import Delivery, EvaluationRequest, Part
from selfcheck.evaluation.office_service import BROKEN, OfficeCount
from selfcheck.evaluation.part_service import mandate_of, read_delivery, valid_delivery
from selfcheck.evaluation.report import OfficeLine, Report
from selfcheck.evaluation.request_service import list_deliveries, list_parts_of
from selfcheck.evaluation.snapshot import Difference, Rows, Snapshot, find_differences
from selfcheck.evaluation.states import Status, wall_state
from selfcheck.evaluation.table import RULES_VERSION, OfficeUnit, Table
from selfcheck.evaluation.table_service import count_table
from selfcheck.evaluation.wall import WallRow
from selfcheck.organisation.kinds import UnitKind
from selfcheck.organisation.models import Unit
from selfcheck.organisation.numbering import natural_key
from selfcheck.organisation.service import list_units
from selfcheck.training.mandate import Group, Mandate

NO_ROWS: Rows = {group: Figures() for group in Group}


@dataclass(frozen=True)
class PartCount:
    """An office's part of a request, with what it delivered and what is counted now."""

    part: Part
    deliveries: Sequence[Delivery]
    # Of the delivery that counts.
    snapshot: Snapshot | None
    live: Rows

    @property
    def delivery(self) -> Delivery | None:
        """The delivery that counts."""
        return valid_delivery(self.deliveries)

    @property
    def rows(self) -> Rows:
        """What was delivered or, as long as nothing was, what is counted now."""
        return self.snapshot.rows if self.snapshot else self.live


def check_reference_date(on: date, mandate: Mandate) -> None:
    """Raise InvalidError for a day that the mandate does not know."""
    if not mandate.first_day <= on <= mandate.last_day:
        raise InvalidError(
            f"Der Stichtag {on:%d.%m.%Y} liegt außerhalb des Auftrags; möglich ist "
            f"{mandate.first_day:%d.%m.%Y} bis {mandate.last_day:%d.%m.%Y}."
        )


def count_city(mandate: Mandate, on: date) -> Table:
    """Return the city's table on a day; raises ConflictError if it contradicts itself."""
    try:
        return count_table(mandate, on)
    except BrokenTableError as error:
        raise ConflictError(f"{BROKEN} ({error})") from error


def count_parts(request: EvaluationRequest, table: Table) -> list[PartCount]:
    """Return all parts of a request with their figures, in the order of the units' numbers."""
    parts = list_parts_of(request)
    deliveries = list_deliveries(parts)
    live = {office.unit.id: office.rows for office in table.offices}
    parts.sort(key=lambda part: natural_key(part.unit.number))
    return [
        _count_part(part, deliveries[part.id], live.get(part.unit_id, NO_ROWS)) for part in parts
    ]


def report_city(
    mandate: Mandate, on: date, request: EvaluationRequest | None, *, with_live: bool
) -> Report:
    """Return the city's table.

    Offices that were asked stand there as they delivered. The others are counted now if
    ``with_live``, and empty if not.
    """
    table = count_city(mandate, on)
    counts = {one.part.unit_id: one for one in count_parts(request, table)} if request else {}
    by_id = {unit.id: unit for unit in list_units()}
    divisions = _find_divisions(by_id)
    lines = [
        _line_of_city(office.unit, office.rows, counts.get(office.unit.id), divisions, with_live)
        for office in table.offices
    ]
    listed = {office.unit.id for office in table.offices}
    lines += [  # asked, but closed or no longer reporting since
        replace(
            _line_of_city(by_id[unit_id], count.live, count, divisions, with_live),
            is_reporting=False,
        )
        for unit_id, count in counts.items()
        if unit_id not in listed
    ]
    lines.sort(key=lambda line: natural_key(line.number))
    return _report(
        title=request.title if request else mandate.title,
        mandate=mandate,
        on=on,
        lines=lines,
        is_city=True,
        with_live_figures=with_live,
        outside=table.outside,
        unreported={by_id[unit_id].label: count for unit_id, count in table.unreported.items()},
    )


def list_wall(request: EvaluationRequest, *, today: date) -> list[WallRow]:
    """Return all offices of a request with their state, in the order of the units' numbers."""
    table = count_city(mandate_of(request), request.reference_date)
    return [_wall_row(one, today) for one in count_parts(request, table)]


def report_live_office(part: Part, count: OfficeCount) -> Report:
    """Return an office's table as it is counted now, whatever was delivered."""
    line = _line(part.unit.number, part.unit.name, Status.PROVISIONAL, count.rows)
    return _report_office(part, line)


def report_unit(unit: Unit, mandate: Mandate, count: OfficeCount) -> Report:
    """Return the table of a unit that nobody asked, as it is counted now."""
    line = replace(_line(unit.number, unit.name, Status.OPEN, count.rows), is_asked=False)
    return _report(
        title=mandate.title,
        mandate=mandate,
        on=count.on,
        lines=[line],
        is_city=False,
        with_live_figures=True,
    )


def report_delivery(delivery: Delivery) -> Report:
    """Return an office's table exactly as it was delivered."""
    snapshot = read_delivery(delivery)
    return _report_office(delivery.part, _line_of_snapshot(delivery, snapshot))


def _wall_row(one: PartCount, today: date) -> WallRow:
    delivery, total = one.delivery, add_up(one.rows.values())
    return WallRow(
        part_id=one.part.id,
        unit_number=one.part.unit.number,
        unit_label=one.part.unit.label,
        state=wall_state(one.part.state, deadline=one.part.deadline, today=today),
        delivery_id=delivery.id if delivery else None,
        delivery_number=delivery.number if delivery else 0,
        released_at=delivery.released_at if delivery else None,
        released_by=one.snapshot.released_by if one.snapshot else "",
        is_provisional=delivery is not None and delivery.is_provisional,
        people=total.people,
        quota=total.quota,
        differences=find_differences(one.snapshot.rows, one.live) if one.snapshot else [],
        confirmed_changes=find_confirmed_changes(one.deliveries),
    )


def find_confirmed_changes(deliveries: Sequence[Delivery]) -> list[Difference]:
    """Return what the last delivery changed of the provisional one that it confirms."""
    last = valid_delivery(deliveries)
    before = [one for one in deliveries[:-1] if one.returned_at is None and one.is_provisional]
    if last is None or last.is_provisional or not before:
        return []
    return find_differences(read_delivery(before[-1]).rows, read_delivery(last).rows)


def _count_part(part: Part, deliveries: Sequence[Delivery], live: Rows) -> PartCount:
    last = valid_delivery(deliveries)
    return PartCount(part, deliveries, read_delivery(last) if last else None, live)


def _line_of_city(
    unit: Unit | OfficeUnit,
    live: Rows,
    count: PartCount | None,
    divisions: Mapping[int, Unit],
    with_live: bool,  # noqa: FBT001 - passed on
) -> OfficeLine:
    division = divisions.get(unit.id)
    if count is not None and count.delivery is not None and count.snapshot is not None:
        return _line_of_snapshot(count.delivery, count.snapshot, division)
    status = Status.PROVISIONAL if count is not None and with_live else Status.OPEN
    line = _line(unit.number, unit.name, status, live if with_live else None, division)
    return replace(line, is_asked=count is not None)


def _line_of_snapshot(
    delivery: Delivery, snapshot: Snapshot, division: Unit | None = None
) -> OfficeLine:
    return OfficeLine(
        number=snapshot.unit_number,
        name=snapshot.unit_name,
        division_number=division.number if division else "",
        division_name=division.name if division else "",
        status=Status.DELIVERED_EARLY if snapshot.is_provisional else Status.DELIVERED,
        rows=snapshot.rows,
        released_at=snapshot.released_at.astimezone(clock.city_time_zone()),
        released_by=snapshot.released_by,
        sha256=delivery.sha256,
        comment=snapshot.comment,
    )


def _line(
    number: str, name: str, status: Status, rows: Rows | None, division: Unit | None = None
) -> OfficeLine:
    return OfficeLine(
        number=number,
        name=name,
        division_number=division.number if division else "",
        division_name=division.name if division else "",
        status=status,
        rows=rows,
    )


def _report_office(part: Part, line: OfficeLine) -> Report:
    return _report(
        title=part.request.title,
        mandate=mandate_of(part.request),
        on=part.request.reference_date,
        lines=[line],
        is_city=False,
        with_live_figures=line.sha256 == "",
    )


def _report(
    *,
    title: str,
    mandate: Mandate,
    on: date,
    lines: Sequence[OfficeLine],
    is_city: bool,
    with_live_figures: bool,
    outside: int | None = None,
    unreported: Mapping[str, int] | None = None,
) -> Report:
    return Report(
        city=current_app.extensions["selfcheck"].city_name,
        title=title,
        mandate=mandate,
        rules_version=RULES_VERSION,
        reference_date=on,
        made_at=clock.now().astimezone(clock.city_time_zone()),
        lines=lines,
        is_city=is_city,
        with_live_figures=with_live_figures,
        outside=outside,
        unreported=unreported or {},
    )


def _find_divisions(units: Mapping[int, Unit]) -> Mapping[int, Unit]:
    """Return for each unit the Geschäftsbereich that it is, or stands below."""
    found = {}
    for unit in units.values():
        at: Unit | None = unit
        while at is not None and at.kind is not UnitKind.DIVISION:
            at = units[at.parent_id] if at.parent_id is not None else None
        if at is not None:
            found[unit.id] = at
    return found
