"""Which goals are met? Each is judged by the worst of what it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.costs import Figure, PageFigure

JUDGED_AT = 10_000  # people; if there is no such city, the largest one
GROWTH = (10_000, 100_000)
MOST_GROWTH = 12
MOST_MEMORY_MB = 200
LEAST_SHARE = 0.5
MOST_P99 = 2
# How many times as long as its floor a command may take.
MOST_RATIOS = {
    "evaluation": 2.0,
    "people_xlsx": 1.25,
    "written_xlsx": 1.25,
    "people_csv": 2.0,
    "written_csv": 2.0,
    "trainings": 4.0,
    "roster": 4.0,
}
IMPORTS = ("roster", "trainings")
LABELS = {
    "evaluation": "evaluation of the city, XLSX",
    "people_xlsx": "list of all people, XLSX",
    "written_xlsx": "… of it the writing",
    "people_csv": "list of all people, CSV",
    "written_csv": "… of it the writing",
    "trainings": "training import",
    "roster": "roster import",
    "submission": "submission of a Selbstcheck",
    "people_page": "staff list page",
}


@dataclass(frozen=True)
class Goal:
    """A goal, what was measured, and where: the worst case."""

    wanted: str
    found: str
    where: str
    is_met: bool


def judge(figures: Sequence[Figure], pages: Sequence[PageFigure]) -> list[Goal]:
    """Return all goals about which something was measured."""
    return [*_judge_commands(figures), *_judge_pages(pages), *_judge_growth(figures, pages)]


def _judge_commands(figures: Sequence[Figure]) -> Iterator[Goal]:
    sizes = [one.place.people for one in figures]
    judged_at = JUDGED_AT if JUDGED_AT in sizes else max(sizes, default=0)
    judged = [one for one in figures if one.place.people == judged_at]
    for name, most in MOST_RATIOS.items():
        if own := [one for one in judged if one.name == name]:
            worst = max(own, key=lambda one: one.ratio)
            label = LABELS[name]
            if label.startswith("…"):
                label = f"{label.removeprefix('… ')} ({name.removeprefix('written_').upper()})"
            wanted = f"{label}: at most {most:g} × the floor"
            yield Goal(wanted, f"{worst.ratio:.2f} ×", _where(worst), worst.ratio <= most)
    if own := [one for one in judged if one.name in IMPORTS]:
        worst = max(own, key=lambda one: one.subject.memory_mb)
        peak = worst.subject.memory_mb
        wanted = f"imports: under {MOST_MEMORY_MB} MB"
        yield Goal(wanted, f"{peak:.0f} MB", _where(worst), peak < MOST_MEMORY_MB)


def _judge_pages(pages: Sequence[PageFigure]) -> Iterator[Goal]:
    people = min((one.place.people for one in pages), default=0)
    own = [one for one in pages if one.name == "submission" and one.place.people == people]
    if not own:
        return
    worst = min(own, key=lambda one: one.share)
    wanted = f"submissions: at least {LEAST_SHARE:.0%} of the floor's rate"
    yield Goal(wanted, f"{worst.share:.0%}", _where(worst), worst.share >= LEAST_SHARE)
    floor = next((one.floor.p99 for one in own if one.place.database == "postgresql"), None)
    if floor is None:
        return
    slowest = max(own, key=lambda one: one.subject.p99)
    ratio = slowest.subject.p99 / floor
    wanted = f"submissions: p99 at most {MOST_P99} × the PostgreSQL floor's"
    yield Goal(wanted, f"{ratio:.2f} ×", _where(slowest), ratio <= MOST_P99)


def _judge_growth(figures: Sequence[Figure], pages: Sequence[PageFigure]) -> Iterator[Goal]:
    times = {(one.name, one.place): one.subject.wall for one in figures}
    times |= {(one.name, one.place): one.subject.p50 for one in pages}
    small, large = GROWTH
    grown = [
        (times[name, place] / before, f"{LABELS[name]}, {place.database}")
        for name, place in times
        if place.people == large
        and (before := times.get((name, place._replace(people=small)))) is not None
    ]
    if grown:
        worst, where = max(grown)
        wanted = f"from {small:,} to {large:,} people: at most {MOST_GROWTH}-fold"
        yield Goal(wanted, f"{worst:.1f}-fold", where, worst <= MOST_GROWTH)


def _where(one: Figure | PageFigure) -> str:
    return f"{one.place.people:,} people, {one.place.database}"
