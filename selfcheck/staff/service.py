"""Add people, change them, move them to another unit on a day, end an assignment."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db, german_sort_key
from selfcheck.errors import ConflictError, InvalidError
from selfcheck.organisation.service import get_unit
from selfcheck.staff.inputs import AssignmentInput, Duties, PersonInput
from selfcheck.staff.models import Assignment, Person
from selfcheck.staff.periods import SINCE_ALWAYS, describe_period

OUTDATED = (
    "Jemand anderes hat die Angaben zu dieser Person inzwischen geändert. Es wurde nichts "
    "gespeichert; Ihre Eingaben stehen noch hier. Öffnen Sie die Person neu, um den jetzigen Stand "
    "zu sehen."
)


NUMBER_IS_TAKEN = (
    "Diese Personalnummer gibt es schon. Gehört die Person zu einer anderen Organisationseinheit, "
    "trägt die bisherige Stelle den Wechsel ein."
)


def name_key(last_name: str, first_name: str) -> str:
    """Return the key under which a person is sorted and found."""
    return german_sort_key(f"{last_name}, {first_name}")


def add_person(
    entered: PersonInput, assignment: AssignmentInput, *, actor_id: int | None
) -> Person:
    """Add a person with a first assignment; raises InvalidError naming the field."""
    _check_number_is_free(entered.number)
    person = Person(revision=0)
    _set_names(person, entered)
    person.assignments.append(_new_assignment(assignment))
    db.session.add(person)
    _flush_number()
    _touch(person)
    audit.record(Action.PERSON_ADDED, actor_id=actor_id, subject=subject_of(person))
    return person


def change_person(person: Person, entered: PersonInput, *, revision: int, actor_id: int) -> bool:
    """Change number and names; returns whether anything was different."""
    check_is_current(person, revision)
    if entered.number != person.number:
        _check_number_is_free(entered.number)
    after = (entered.number, entered.last_name, entered.first_name)
    if (person.number, person.last_name, person.first_name) == after:
        return False
    _set_names(person, entered)
    _flush_number()
    _touch(person)
    audit.record(Action.PERSON_CHANGED, actor_id=actor_id, subject=subject_of(person))
    return True


def change_assignment(
    person: Person,
    assignment: Assignment,
    entered: AssignmentInput,
    *,
    revision: int,
    actor_id: int,
) -> bool:
    """Correct an assignment; returns whether anything was different.

    Raises InvalidError if it would overlap another one.
    """
    check_is_current(person, revision)
    changed = _new_assignment(entered)
    names = (
        "unit_id",
        "is_manager",
        "has_citizen_contact",
        "does_media_work",
        "first_day",
        "last_day",
    )
    if all(getattr(assignment, name) == getattr(changed, name) for name in names):
        return False
    _refuse_overlap(
        [one for one in person.assignments if one is not assignment],
        changed.first_day,
        changed.last_day,
    )
    for name in names:
        setattr(assignment, name, getattr(changed, name))
    _touch(person)
    audit.record(
        Action.PERSON_CHANGED,
        actor_id=actor_id,
        subject=subject_of(person),
        details=f"Zuordnung {describe_period(changed.first_day, changed.last_day)}",
    )
    return True


def move_person(
    person: Person,
    entered: AssignmentInput,
    *,
    own_unit_ids: Collection[int],
    revision: int,
    actor_id: int,
) -> Assignment:
    """Let a person work somewhere else from a day on; an assignment that runs ends the day before.

    Raises InvalidError for a day on which an assignment begins already, or that lies in the time
    of a unit that is not among ``own_unit_ids``, or if the new one would overlap another.
    """
    check_is_current(person, revision)
    if entered.first_day is None:
        raise InvalidError("Bitte geben Sie den ersten Tag an.", field="first_day")
    new = _new_assignment(entered)
    _make_room(person, new, own_unit_ids)
    person.assignments.append(new)
    _touch(person)
    db.session.flush()
    unit = get_unit(new.unit_id)
    audit.record(
        Action.PERSON_MOVED,
        actor_id=actor_id,
        subject=subject_of(person),
        details=f"nach {unit.label} ab {new.first_day:%d.%m.%Y}",
    )
    return new


def _make_room(person: Person, new: Assignment, own_unit_ids: Collection[int]) -> None:
    """End what runs when a new assignment begins; raises InvalidError where nothing may end."""
    if any(one.first_day == new.first_day for one in person.assignments):
        raise InvalidError(
            "An diesem Tag beginnt schon eine Zuordnung; berichtigen Sie bitte diese.",
            field="first_day",
        )
    running = person.assignment_on(new.first_day)
    if running is not None and running.unit_id not in own_unit_ids:
        raise InvalidError(
            "An diesem Tag gehört die Person zu einer anderen Organisationseinheit; deren Zeit "
            "können Sie nicht ändern.",
            field="first_day",
        )
    if running is not None:
        running.last_day = new.first_day - timedelta(days=1)
    _refuse_overlap(person.assignments, new.first_day, new.last_day)


def end_assignment(
    person: Person, assignment: Assignment, *, last_day: date | None, revision: int, actor_id: int
) -> bool:
    """Set the last day of an assignment, None: no end is known; returns whether it was another."""
    check_is_current(person, revision)
    if last_day is not None and last_day < assignment.first_day:
        raise InvalidError(
            f"Der letzte Tag liegt vor dem ersten ({assignment.first_day:%d.%m.%Y}).",
            field="last_day",
        )
    others = [one for one in person.assignments if one is not assignment]
    if last_day == assignment.last_day:
        return False
    _refuse_overlap(others, assignment.first_day, last_day, field="last_day")
    assignment.last_day = last_day
    _touch(person)
    details = f"letzter Tag {last_day:%d.%m.%Y}" if last_day else "ohne Ende"
    audit.record(
        Action.PERSON_ENDED, actor_id=actor_id, subject=subject_of(person), details=details
    )
    return True


def set_duties(
    people: Sequence[Person],
    *,
    day: date,
    has_citizen_contact: bool | None,
    does_media_work: bool | None,
    actor_id: int,
) -> list[Person]:
    """Set flags of many people's current assignments; None leaves a flag alone.

    Returns those for whom anything was different; people without an assignment on the day stay
    as they are.
    """
    changed = []
    for person in people:
        assignment = person.assignment_on(day)
        if assignment is None:
            continue
        before = duties_of(assignment)
        after = replace(
            before,
            has_citizen_contact=_chosen(has_citizen_contact, before.has_citizen_contact),
            does_media_work=_chosen(does_media_work, before.does_media_work),
        )
        if before != after:
            _set_duties(assignment, after)
            _touch(person)
            changed.append(person)
    if changed:
        details = "1 Person" if len(changed) == 1 else f"{len(changed)} Personen"
        audit.record(Action.DUTIES_CHANGED, actor_id=actor_id, details=details)
    return changed


def duties_of(assignment: Assignment) -> Duties:
    """Return what decides about the group, as a form shows it."""
    return Duties(
        is_manager=assignment.is_manager,
        has_citizen_contact=assignment.has_citizen_contact,
        does_media_work=assignment.does_media_work,
    )


def subject_of(person: Person) -> str:
    """Return how the audit trail refers to a person: it holds no names of staff."""
    return f"Person {person.id}"


def check_is_current(person: Person, revision: int) -> None:
    """Raise ConflictError for a form that was opened before somebody else's change."""
    if person.revision != revision:
        raise ConflictError(OUTDATED)


def _chosen(value: bool | None, otherwise: bool) -> bool:  # noqa: FBT001 - a pair of one kind
    return otherwise if value is None else value


def _touch(person: Person) -> None:
    person.revision += 1


def _set_names(person: Person, entered: PersonInput) -> None:
    person.number = entered.number
    person.last_name, person.first_name = entered.last_name, entered.first_name
    person.sort_key = name_key(entered.last_name, entered.first_name)


def _set_duties(assignment: Assignment, duties: Duties) -> None:
    assignment.is_manager = duties.is_manager
    assignment.has_citizen_contact = duties.has_citizen_contact
    assignment.does_media_work = duties.does_media_work


def _new_assignment(entered: AssignmentInput) -> Assignment:
    first_day = entered.first_day or SINCE_ALWAYS
    if entered.last_day is not None and entered.last_day < first_day:
        raise InvalidError("Der letzte Tag liegt vor dem ersten.", field="last_day")
    assignment = Assignment(unit_id=entered.unit_id, first_day=first_day, last_day=entered.last_day)
    _set_duties(assignment, entered.duties)
    return assignment


def _check_number_is_free(number: str) -> None:
    """Refuse a number that is taken, without saying by whom: it may be a foreign unit's person."""
    if db.session.scalar(select(Person.id).where(Person.number == number)) is not None:
        raise InvalidError(NUMBER_IS_TAKEN, field="number")


def _flush_number() -> None:
    """Write to the database; somebody may have taken the number since it was checked."""
    try:
        db.session.flush()
    except IntegrityError as error:
        raise InvalidError(NUMBER_IS_TAKEN, field="number") from error


def _refuse_overlap(
    others: Sequence[Assignment],
    first_day: date,
    last_day: date | None,
    *,
    field: str = "first_day",
) -> None:
    for other in others:
        starts_before_end = last_day is None or other.first_day <= last_day
        ends_after_start = other.last_day is None or other.last_day >= first_day
        if starts_before_end and ends_after_start:
            raise InvalidError(
                "Diese Zeit überschneidet sich mit der Zuordnung "
                f"{describe_period(other.first_day, other.last_day)}.",
                field=field,
            )
