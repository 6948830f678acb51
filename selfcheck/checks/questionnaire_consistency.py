"""Does a questionnaire make sense: does each total have one colour, each id one meaning?

Every rule is a generator of sentences, one for each problem, that begin with the place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from selfcheck.checks.typed_toml import UNREAD

MOST_MONTHS = 120

if TYPE_CHECKING:
    from selfcheck.checks.questionnaire import ColourBand, FollowUp, Questionnaire


def find_problems(questionnaire: Questionnaire) -> Iterator[str]:
    """Tell everything that would make the form, the points or the colours ambiguous."""
    yield from _wrong_ids(questionnaire)
    yield from _ambiguous_scale(questionnaire)
    yield from _wrong_numbers(questionnaire)
    for follow_up in questionnaire.follow_ups:
        yield from _wrong_follow_up(questionnaire, follow_up)
        yield from _wrong_measures(follow_up)
    if sum(follow_up.reviews for follow_up in questionnaire.follow_ups) > 1:
        yield "follow_ups: only one of them can have reviews"
    yield from _wrong_thresholds(questionnaire)


def _wrong_ids(questionnaire: Questionnaire) -> Iterator[str]:
    fields = [one.id for one in questionnaire.statements]
    fields += [one.id for one in questionnaire.follow_ups]
    ids = {
        "categories": [one.id for one in questionnaire.categories],
        # A form has one field for each statement and each follow-up, named after the id.
        "statements and follow_ups": fields,
        "colours": [one.id for one in questionnaire.colours],
    }
    for follow_up in questionnaire.follow_ups:
        ids[f"follow_ups.{follow_up.id}.options"] = [option.id for option in follow_up.options]
    for place, names in ids.items():
        yield from _duplicates(place, "id", names)
        for name in names:
            if name and not re.fullmatch("[a-z][a-z0-9_]*", name):
                yield f"{place}: id {name!r} may consist of a–z, 0–9 and _ only"


def _ambiguous_scale(questionnaire: Questionnaire) -> Iterator[str]:
    scale = questionnaire.scale
    points = [answer.points for answer in scale if answer.points != UNREAD]
    yield from _duplicates("scale", "points", (str(number) for number in points))
    yield from _duplicates("scale", "label", (answer.label for answer in scale))
    if len(scale) == 1:
        yield "scale: at least two answers are needed"


def _duplicates(place: str, key: str, values: Iterable[str]) -> Iterator[str]:
    for value, count in Counter(value for value in values if value).items():
        if count > 1:
            yield f"{place}: {key} {value} is used {count} times"


def _wrong_numbers(questionnaire: Questionnaire) -> Iterator[str]:
    for expected, statement in enumerate(questionnaire.statements, start=1):
        if statement.number not in (expected, UNREAD):
            yield f"statements: {statement.id} has number {statement.number}, expected {expected}"
            return  # the numbers behind it are shifted as well


def _wrong_follow_up(questionnaire: Questionnaire, follow_up: FollowUp) -> Iterator[str]:
    statement_ids = {"", *(statement.id for statement in questionnaire.statements)}
    points = {answer.points for answer in questionnaire.scale}
    place = f"follow_ups.{follow_up.id}"
    if follow_up.below is not None and follow_up.below not in statement_ids:
        yield f"{place}: below names the unknown statement {follow_up.below}"
    if sum(option.has_free_text for option in follow_up.options) > 1:
        yield f"{place}.options: only one of them can have a free text"
    condition = follow_up.condition
    if condition is None:
        return
    if condition.statement_id not in statement_ids:
        yield f"{place}.condition: names the unknown statement {condition.statement_id}"
    if points and UNREAD not in {condition.minimum, *points} and condition.minimum not in points:
        yield f"{place}.condition: minimum {condition.minimum} is not on the scale"


def _wrong_measures(follow_up: FollowUp) -> Iterator[str]:
    place = f"follow_ups.{follow_up.id}"
    if follow_up.options and (follow_up.announces or follow_up.reviews):
        yield f"{place}: measures are told in words, not with options"
    if follow_up.announces and follow_up.reviews:
        yield f"{place}: cannot have both announces and reviews"
    months = follow_up.due_months
    if months is None or months == UNREAD:
        return
    if not follow_up.announces:
        yield f"{place}: due_months needs announces"
    if not 1 <= months <= MOST_MONTHS:
        yield f"{place}: due_months must be between 1 and {MOST_MONTHS}, not {months}"


def _wrong_thresholds(questionnaire: Questionnaire) -> Iterator[str]:
    colours = sorted(questionnaire.colours, key=lambda colour: colour.minimum)
    numbers = {answer.points for answer in questionnaire.scale}
    numbers |= {limit for colour in colours for limit in (colour.minimum, colour.maximum)}
    if UNREAD in numbers or not (questionnaire.scale and questionnaire.statements and colours):
        return
    reversed_colours = [colour for colour in colours if colour.minimum > colour.maximum]
    for colour in reversed_colours:
        yield f"colours: {_span(colour)} ends before it begins"
    if reversed_colours:
        return
    if list(questionnaire.colours) != colours:
        yield "colours: must stand in the order of their points"
    if colours[0].minimum != questionnaire.minimum:
        lowest = questionnaire.minimum
        yield f"colours: {_span(colours[0])} must begin at the lowest possible total, {lowest}"
    if colours[-1].maximum != questionnaire.maximum:
        highest = questionnaire.maximum
        yield f"colours: {_span(colours[-1])} must end at the highest possible total, {highest}"
    for lower, upper in pairwise(colours):
        both = f"{_span(lower)} and {_span(upper)}"
        if lower.maximum + 1 < upper.minimum:
            points = _points(lower.maximum + 1, upper.minimum - 1)
            yield f"colours: nobody gets {points} (gap between {both})"
        elif lower.maximum >= upper.minimum:
            points = _points(upper.minimum, min(lower.maximum, upper.maximum))
            yield f"colours: {points} have two colours (overlap of {both})"


def _span(colour: ColourBand) -> str:
    return f"{colour.id} {colour.minimum}–{colour.maximum}"


def _points(first: int, last: int) -> str:
    return f"{first} points" if first == last else f"{first}–{last} points"
