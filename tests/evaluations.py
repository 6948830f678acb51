"""Make requests, parts and deliveries. All of it needs an application context."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from factories import LONG_AGO, World

from selfcheck.db import db
from selfcheck.evaluation.figures import Figures
from selfcheck.evaluation.models import Delivery, EvaluationRequest, Part
from selfcheck.evaluation.snapshot import Snapshot, digest, write_canonical, write_figures
from selfcheck.evaluation.states import PartState
from selfcheck.training.mandate import Group
from selfcheck.training.mandates import MANDATE_2026

NO_ROWS = {group: Figures() for group in Group}
END_OF_2026 = date(2026, 12, 31)


def make_request(
    world: World,
    *,
    units: Sequence[str] = ("33", "50"),
    reference_date: date = END_OF_2026,
    deadline: date = date(2099, 1, 31),
    **changes: Any,
) -> EvaluationRequest:
    """Make an open request to these units."""
    request = EvaluationRequest(
        **{
            "title": "Auswertung",
            "mandate_key": MANDATE_2026.key,
            "reference_date": reference_date,
            "deadline": deadline,
            "text": "",
            "opened_at": LONG_AGO,
            "opened_by_id": world.user_ids["hr"],
            **changes,
        }
    )
    db.session.add(request)
    db.session.flush()
    for number in units:
        part = Part(
            request=request,
            unit_id=world.unit_ids[number],
            state=PartState.OPEN,
            asked_at=LONG_AGO,
            revision=1,
        )
        db.session.add(part)
    db.session.flush()
    return request


def make_part(world: World, number: str, state: PartState = PartState.OPEN, **changes: Any) -> Part:
    """Make a unit's part of a request of its own."""
    request = make_request(world, units=[number], **changes)
    (part,) = db.session.query(Part).filter_by(request_id=request.id)
    if state is PartState.READY:
        part.state, part.ready_at, part.ready_by_id = state, LONG_AGO, world.user_ids["officer33"]
        part.ready_figures = write_figures(NO_ROWS)
    elif state is not PartState.OPEN:
        make_delivery(world, part, is_returned=state is PartState.RETURNED)
    db.session.flush()
    return part


def make_delivery(
    world: World,
    part: Part,
    *,
    rows: Mapping[Group, Figures] = NO_ROWS,
    is_provisional: bool = True,
    is_returned: bool = False,
) -> Delivery:
    """Make the next delivery of a part, as the head would release it."""
    number = db.session.query(Delivery).filter_by(part_id=part.id).count() + 1
    snapshot = Snapshot(
        request_title=part.request.title,
        mandate_key=MANDATE_2026.key,
        mandate_title=MANDATE_2026.title,
        rules_version="1",
        reference_date=part.request.reference_date,
        unit_number=part.unit.number,
        unit_name=part.unit.name,
        number=number,
        rows=rows,
        comment="",
        ready_by="",
        ready_at=None,
        released_by="Person head33",
        released_at=LONG_AGO,
        is_provisional=is_provisional,
    )
    content = write_canonical(snapshot)
    delivery = Delivery(
        part=part,
        number=number,
        content=content,
        sha256=digest(content),
        released_at=LONG_AGO,
        released_by_id=world.user_ids["head33"],
        is_provisional=is_provisional,
    )
    if is_returned:
        delivery.returned_at, delivery.returned_by_id = LONG_AGO, world.user_ids["hr"]
        delivery.return_reason = "Bitte prüfen."
    db.session.add(delivery)
    part.state = PartState.RETURNED if is_returned else PartState.DELIVERED
    db.session.flush()
    return delivery
