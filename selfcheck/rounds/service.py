"""The commissioner calls units to a self-check: call, change, remind, close, reopen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from selfcheck import clock
from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.checks.sharing import a_year_before
from selfcheck.db import db
from selfcheck.errors import ConflictError, InvalidError, NotFoundError
from selfcheck.organisation.models import Unit
from selfcheck.organisation.numbering import natural_key
from selfcheck.organisation.service import list_units
from selfcheck.rounds import letter_service, wording
from selfcheck.rounds.inputs import RoundInput
from selfcheck.rounds.models import Round, RoundUnit
from selfcheck.rounds.progress_service import Called, list_called
from selfcheck.rounds.told import Told, count_units
from selfcheck.rounds.wording import Letter, Occasion


@dataclass(frozen=True)
class Preview:
    """A mail before it goes out: whom it would reach, and how it reads for the first of them."""

    told: Told
    without_head: Sequence[Unit]
    letter: Letter | None  # None: nobody would get one
    letter_units: Sequence[Unit]


def list_rounds() -> list[Round]:
    """Return all rounds, newest first."""
    return list(db.session.scalars(select(Round).order_by(Round.id.desc())))


def get_round(round_id: int, *, lock: bool = False) -> Round:
    """Return a round; raises NotFoundError."""
    query = select(Round).where(Round.id == round_id)
    if lock:
        query = query.with_for_update(of=Round).execution_options(populate_existing=True)
    one = db.session.scalar(query)
    if one is None:
        raise NotFoundError("Diese Runde gibt es nicht.")
    return one


def list_unit_ids(one: Round) -> set[int]:
    """Return the ids of the units that a round calls."""
    query = select(RoundUnit.unit_id).where(RoundUnit.round_id == one.id)
    return set(db.session.scalars(query))


def list_choosable_units(one: Round | None = None) -> list[Unit]:
    """Return the units that can be called, those of the round included though closed."""
    known = list_unit_ids(one) if one else set()
    return [unit for unit in list_units() if unit.closed_on is None or unit.id in known]


def preview_call(asked: RoundInput, units: Sequence[Unit]) -> Preview:
    """Return what would go out if these units were called."""
    return _preview(asked, units, wording.tell_called)


def preview_reminder(one: Round, units: Sequence[Unit], *, today: date) -> Preview:
    """Return what would go out if these units were reminded."""
    return _preview(one, units, lambda occasion: wording.tell_reminder(occasion, today=today))


def call_round(asked: RoundInput, *, actor_id: int, now: datetime) -> tuple[Round, Told | None]:
    """Call units to a self-check; their heads are told by mail.

    A second time it is the same round, and None: nobody is told again. Raises InvalidError,
    naming the field.
    """
    check_days(asked, today=clock.day_of(now))
    units = _chosen_units(asked.unit_ids)
    before = _find_same(asked, actor_id)
    if before is not None:
        return before, None
    one = Round(
        title=asked.title.strip(),
        text=asked.text.strip(),
        begins_on=asked.begins_on,
        deadline=asked.deadline,
        called_at=now,
        called_by_id=actor_id,
    )
    db.session.add(one)
    db.session.flush()
    db.session.add_all(RoundUnit(round_id=one.id, unit_id=unit.id) for unit in units)
    db.session.flush()
    told = letter_service.tell_heads(one, units, wording.tell_called, "called")
    audit.record(
        Action.ROUND_CALLED,
        actor_id=actor_id,
        subject=one.title,
        details=f"{count_units(len(units))}, Frist {one.deadline:%d.%m.%Y}",
    )
    return one, told


def change_round(
    one: Round, asked: RoundInput, *, revision: int, actor_id: int, today: date
) -> Told | None:
    """Change title, text and deadline, call further units, let others go; None: nothing changed.

    The first day stays: what was done for it would be for another one. The heads concerned are
    told. Raises InvalidError, naming the field, or ConflictError.
    """
    _check_open(one)
    before, known = (one.title, one.deadline, one.text), list_unit_ids(one)
    after = (asked.title.strip(), asked.deadline, asked.text.strip())
    if before == after and known == set(asked.unit_ids):
        return None
    _check_revision(one, revision)
    if asked.deadline != one.deadline:
        _check_deadline(asked, today)
    units = _chosen_units(asked.unit_ids, known)
    added = [unit for unit in units if unit.id not in known]
    gone_ids = known - {unit.id for unit in units}
    waiting = [called for called in list_called(Round.id == one.id) if called.done_on is None]
    one.title, one.deadline, one.text = after
    one.revision += 1
    _replace_units(one, gone_ids, added)
    told = _tell_changes(
        one, waiting, added, gone_ids, is_new=before[1:] != (one.deadline, one.text)
    )
    audit.record(
        Action.ROUND_CHANGED,
        actor_id=actor_id,
        subject=one.title,
        details=f"vorher: {before[0]}, Frist {before[1]:%d.%m.%Y}; "
        f"{count_units(len(added))} dazu, {len(gone_ids)} heraus",
    )
    return told


def remind(one: Round, *, unit_id: int | None = None, actor_id: int, now: datetime) -> Told:
    """Remind the units that have yet to do it, or one of them; each once a day at most.

    Raises ConflictError for a round that is closed.
    """
    _check_open(one)
    today = clock.day_of(now)
    due = list_due(one, unit_id=unit_id, today=today)
    if not due:
        return Told()
    alone = letter_service.sort_post(due).without_head
    units = [unit for unit in due if unit not in alone]
    sent = letter_service.tell_heads(
        one,
        units,
        lambda occasion: wording.tell_reminder(occasion, today=today),
        f"reminder-{today.isoformat()}",
    )
    for unit in units:
        db.session.get_one(RoundUnit, (one.id, unit.id)).reminded_at = now
    if units:
        audit.record(
            Action.ROUND_REMINDED,
            actor_id=actor_id,
            subject=one.title,
            details=f"{count_units(len(units))}, {sent.mails} Nachrichten",
        )
    return sent + Told(without_head=len(alone))


def list_due(one: Round, *, unit_id: int | None = None, today: date) -> list[Unit]:
    """Return the units that have yet to do it and were not reminded today, by their numbers.

    ``unit_id``: this one alone, if it is one of them.
    """
    if one.closed_at is not None:
        return []
    called = list_called(Round.id == one.id)
    units = [one.unit for one in called if _is_due(one, today) and unit_id in {None, one.unit.id}]
    return sorted(units, key=lambda unit: natural_key(unit.number))


def close_round(one: Round, *, actor_id: int, now: datetime) -> None:
    """End a round: what is submitted later does not count for it. Nothing, if it is closed."""
    if one.closed_at is not None:
        return
    one.closed_at = now
    one.revision += 1
    audit.record(Action.ROUND_CLOSED, actor_id=actor_id, subject=one.title)


def reopen_round(one: Round, *, actor_id: int) -> None:
    """Let checks count for a round again; nothing, if it is not closed."""
    if one.closed_at is None:
        return
    one.closed_at = None
    one.revision += 1
    audit.record(Action.ROUND_REOPENED, actor_id=actor_id, subject=one.title)


def check_days(asked: RoundInput, *, today: date) -> None:
    """Raise InvalidError for days that cannot be those of a new round, naming the field.

    Beyond twelve months the commissioner does not see whether a unit made a self-check: a round
    that begins earlier would tell.
    """
    if asked.begins_on < a_year_before(today):
        raise InvalidError(
            "Der erste Tag darf höchstens 12 Monate zurückliegen.", field="begins_on"
        )
    _check_deadline(asked, today)


def _check_deadline(asked: RoundInput, today: date) -> None:
    """Raise InvalidError for a deadline that has passed, or lies before the first day."""
    if asked.deadline < today:
        raise InvalidError(
            "Die Frist ist schon vorbei; bitte wählen Sie heute oder später.", field="deadline"
        )
    if asked.deadline < asked.begins_on:
        raise InvalidError(
            f"Die Frist liegt vor dem ersten Tag, dem {asked.begins_on:%d.%m.%Y}.",
            field="deadline",
        )


def _replace_units(one: Round, gone_ids: set[int], added: list[Unit]) -> None:
    gone = RoundUnit.round_id == one.id, RoundUnit.unit_id.in_(gone_ids)
    for called in db.session.scalars(select(RoundUnit).where(*gone)):
        db.session.delete(called)
    db.session.add_all(RoundUnit(round_id=one.id, unit_id=unit.id) for unit in added)
    db.session.flush()


def _preview(
    one: Round | RoundInput, units: Sequence[Unit], tell: Callable[[Occasion], Letter]
) -> Preview:
    post = letter_service.sort_post(units)
    first = next(iter(post.by_head.values()), ())
    return Preview(
        told=Told(len(units) - len(post.without_head), len(post.by_head), len(post.without_head)),
        without_head=post.without_head,
        letter=tell(letter_service.occasion_of(one, first)) if first else None,
        letter_units=first,
    )


def _tell_changes(
    one: Round, waiting: list[Called], added: list[Unit], gone_ids: set[int], *, is_new: bool
) -> Told:
    staying = [called.unit for called in waiting if called.unit.id not in gone_ids]
    gone = [called.unit for called in waiting if called.unit.id in gone_ids]
    told = Told()
    if is_new:
        told += letter_service.tell_heads(
            one, staying, wording.tell_changed, f"changed-{one.revision}"
        )
    told += letter_service.tell_heads(one, added, wording.tell_called, f"called-{one.revision}")
    return told + letter_service.tell_heads(
        one, gone, wording.tell_released, f"released-{one.revision}"
    )


def _is_due(called: Called, today: date) -> bool:
    reminded_on = clock.day_of(called.reminded_at) if called.reminded_at else None
    is_open = called.done_on is None and called.unit.closed_on is None
    return is_open and reminded_on != today


def _chosen_units(unit_ids: Collection[int], known: Collection[int] = ()) -> list[Unit]:
    """Return the chosen units; raises InvalidError if there are none, or one is closed."""
    wanted = set(unit_ids)
    if not wanted:
        raise InvalidError(
            "Bitte wählen Sie mindestens eine Organisationseinheit.", field="unit_ids"
        )
    # Of the two clicks of a double click, the second waits here, and sees what the first did.
    query = select(Unit.id).where(Unit.id.in_(wanted)).order_by(Unit.id)
    db.session.execute(query.with_for_update())
    units = list_units(within=wanted)
    is_there = len(units) == len(wanted)
    if not is_there or any(unit.closed_on and unit.id not in known for unit in units):
        raise InvalidError(
            "Eine der gewählten Einheiten ist geschlossen; bitte wählen Sie neu.",
            field="unit_ids",
        )
    return units


def _find_same(asked: RoundInput, actor_id: int) -> Round | None:
    """Return the open round that this user called with the same words and days for these units."""
    query = select(Round).where(
        Round.title == asked.title.strip(),
        Round.text == asked.text.strip(),
        Round.begins_on == asked.begins_on,
        Round.deadline == asked.deadline,
        Round.called_by_id == actor_id,
        Round.closed_at.is_(None),
    )
    wanted = set(asked.unit_ids)
    return next((one for one in db.session.scalars(query) if list_unit_ids(one) == wanted), None)


def _check_open(one: Round) -> None:
    if one.closed_at is not None:
        raise ConflictError("Die Runde ist beendet.")


def _check_revision(one: Round, shown: int) -> None:
    if one.revision != shown:
        raise ConflictError(
            f"Inzwischen hat jemand anderes die Runde geändert: „{one.title}“, Frist "
            f"{one.deadline:%d.%m.%Y}. Speichern Sie noch einmal, wenn Ihre Angaben gelten sollen."
        )
