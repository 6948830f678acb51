"""Where do the lines of a unit's history run?

Everything is a share of the points possible, so that categories of any size can be compared; the
zones of the coloured scale lie behind the total, for which alone they hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from selfcheck.checks.history import PastCheck, is_same_scale
from selfcheck.checks.questionnaire import ColourBand


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the chart: 0 is left and below, 1 is right and on top."""

    x: Fraction
    y: Fraction
    share: Fraction


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the chart, from the oldest to the newest check."""

    # How the line is called where it ends, and in the head of the table.
    sign: str
    title: str
    # Stretches between which nothing may be drawn: the scale changed, or the category was missing.
    stretches: tuple[tuple[Mark, ...], ...]
    # Where the sign stands at the right edge, moved so that signs do not cover each other.
    label_y: Fraction

    @property
    def first(self) -> Mark:
        """The oldest place."""
        return self.stretches[0][0]

    @property
    def last(self) -> Mark:
        """The newest place."""
        return self.stretches[-1][-1]


@dataclass(frozen=True, slots=True)
class Zone:
    """What a colour of the total's scale covers in the chart."""

    colour: ColourBand
    bottom: Fraction
    top: Fraction


@dataclass(frozen=True, slots=True)
class Chart:
    """The history of a unit as lines: categories in printed order, the total last."""

    lines: tuple[Line, ...]
    # Of the total; empty if the scale changed within the history.
    zones: tuple[Zone, ...]
    # Shares worth a line across, with their heights.
    grid: tuple[tuple[Fraction, Fraction], ...]
    # The days of all checks, with their places.
    all_days: tuple[tuple[date, Fraction], ...]
    # Those that have room for a label where the chart is narrow, and where it is wide.
    days: tuple[tuple[date, Fraction], ...]
    many_days: tuple[tuple[date, Fraction], ...]

    @property
    def total(self) -> Line:
        """The line of the total."""
        return self.lines[-1]


TOTAL_SIGN = "Gesamtzahl"
TOTAL_TITLE = "Gesamtzahl"
LABEL_GAP = Fraction(9, 100)  # of the chart's height
DAY_GAP_NARROW = Fraction(9, 20)  # of the chart's width on a phone
DAY_GAP_WIDE = Fraction(1, 8)  # of its width elsewhere
GRID = tuple(Fraction(fifth, 5) for fifth in range(6))


def draw(checks: Sequence[PastCheck]) -> Chart:
    """Draw the checks of a unit, oldest first; there must be at least one."""
    days = [one.checked_on for one in checks]
    span = (days[-1] - days[0]).days
    places = [Fraction((day - days[0]).days, span) if span else Fraction(1, 2) for day in days]
    all_days = tuple(zip(days, places, strict=True))
    lowest = min(Fraction(one.questionnaire.minimum, one.questionnaire.maximum) for one in checks)
    frame = _Frame(lowest)
    rows = [*_category_rows(checks), (TOTAL_SIGN, TOTAL_TITLE, _total_row(checks))]
    drawn = [
        (
            sign,
            title,
            tuple(_marks(stretch, places, frame) for stretch in stretches),
        )
        for sign, title, stretches in rows
    ]
    labels = spread([stretches[-1][-1].y for _, _, stretches in drawn], LABEL_GAP)
    return Chart(
        lines=tuple(Line(*parts, label_y) for parts, label_y in zip(drawn, labels, strict=True)),
        zones=_zones(checks, frame),
        grid=tuple((one, frame.height_of(one)) for one in GRID if one >= lowest),
        all_days=all_days,
        days=_pick_days(all_days, DAY_GAP_NARROW),
        many_days=_pick_days(all_days, DAY_GAP_WIDE),
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """The chart reaches from the lowest share possible to all points."""

    lowest: Fraction

    def height_of(self, share: Fraction) -> Fraction:
        return (share - self.lowest) / (1 - self.lowest)


_Stretch = list[tuple[int, Fraction]]  # places of checks with their shares
_Stretches = list[_Stretch]


def _marks(stretch: _Stretch, places: Sequence[Fraction], frame: _Frame) -> tuple[Mark, ...]:
    return tuple(Mark(places[index], frame.height_of(share), share) for index, share in stretch)


def _category_rows(checks: Sequence[PastCheck]) -> list[tuple[str, str, _Stretches]]:
    rows = []
    for index, (category_id, title) in enumerate(list_categories(checks).items()):
        stretches: _Stretches = [[]]
        for place, check in enumerate(checks):
            subtotal = check.subtotal(category_id)
            if subtotal is not None:
                stretches[-1].append((place, subtotal.share))
            elif stretches[-1]:
                stretches.append([])
        rows.append((sign_of(index), title, [one for one in stretches if one]))
    return rows


def _total_row(checks: Sequence[PastCheck]) -> _Stretches:
    stretches: _Stretches = []
    for place, check in enumerate(checks):
        is_continued = place > 0 and is_same_scale(
            checks[place - 1].questionnaire, check.questionnaire
        )
        if not is_continued:
            stretches.append([])
        stretches[-1].append((place, check.share))
    return stretches


def list_categories(checks: Sequence[PastCheck]) -> dict[str, str]:
    """Return the titles of all categories by id, those of the newest check first."""
    titles: dict[str, str] = {}
    for check in reversed(checks):
        for one in check.result.subtotals:
            titles.setdefault(one.category.id, one.category.title)
    return titles


def sign_of(index: int) -> str:
    """Return the letter of a category, by its place."""
    return chr(ord("A") + index)


def _zones(checks: Sequence[PastCheck], frame: _Frame) -> tuple[Zone, ...]:
    questionnaire = checks[-1].questionnaire
    if not all(is_same_scale(one.questionnaire, questionnaire) for one in checks):
        return ()
    # A threshold lies between two totals.
    tops = [
        Fraction(2 * one.maximum + 1, 2 * questionnaire.maximum) for one in questionnaire.colours
    ]
    edges = [Fraction(0), *(frame.height_of(top) for top in tops[:-1]), Fraction(1)]
    return tuple(
        Zone(colour, bottom, top)
        for colour, bottom, top in zip(questionnaire.colours, edges, edges[1:], strict=False)
    )


def _pick_days(
    days: Sequence[tuple[date, Fraction]], gap: Fraction
) -> tuple[tuple[date, Fraction], ...]:
    """Pick the newest day, and before it those that are ``gap`` or more from the next one."""
    picked: list[tuple[date, Fraction]] = []
    for day, place in reversed(days):
        if not picked or picked[-1][1] - place >= gap:
            picked.append((day, place))
    return tuple(reversed(picked))


def spread(heights: Iterable[Fraction], gap: Fraction) -> list[Fraction]:
    """Move heights apart until they are at least ``gap`` from each other, all within 0 and 1.

    What does not touch anything stays. Keeps their order; too many for the room get less of it.
    """
    wanted = list(heights)
    gap = min(gap, Fraction(1, max(1, len(wanted) - 1)))
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    moved = list(wanted)
    floor = Fraction(0)
    for index in order:
        moved[index] = max(moved[index], floor)
        floor = moved[index] + gap
    ceiling = Fraction(1)
    for index in reversed(order):
        moved[index] = min(moved[index], ceiling)
        ceiling = moved[index] - gap
    return moved
