"""Whatever lists come one after the other: the same one again changes nothing."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from unit_trainings import HEADER, KNOWN, PEOPLE, find, line

from selfcheck.lists import read_pasted
from selfcheck.training.importing import (
    COLUMNS,
    KnownTraining,
    RecordKey,
    Register,
    TrainingPlan,
    plan_import,
)

NUMBERS = st.sampled_from(list(PEOPLE))
TITLES = st.sampled_from(["Kurs A", "kurs a", "Straße & Maß", "STRASSE & MASS", "=1+1"])
AREAS = st.sampled_from(["", "interkulturell", "demokratische Kompetenz", "Mehrsprachigkeit"])
DAYS = st.dates(date(2020, 1, 1), date(2020, 1, 3))
ROWS = st.builds(
    lambda number, title, area, first, days, amount, unit, file: line(
        Personalnummer=number,
        Titel=title,
        Kompetenz=area,
        Beginn=f"{first:%d.%m.%Y}",
        Ende=f"{first + timedelta(days):%Y-%m-%d}" if days else "",
        Umfang=f"{amount}".replace(".", ","),
        Einheit=unit,
        Nachweis=file,
    ),
    *(NUMBERS, TITLES, AREAS, DAYS, st.integers(0, 1)),
    st.decimals("0.1", "99", places=2),
    st.sampled_from(["h", "UE", "Stunden"]),
    st.sampled_from(["", "a.pdf", "b.pdf"]),
)


def after(made: TrainingPlan, known: dict[RecordKey, KnownTraining]) -> dict:
    """Return the register as it is once the plan is applied."""
    result = dict(known)
    merged = {change.row.key: change for change in [*made.changed, *made.merged]}
    for row in [*made.new, *(change.row for change in made.changed)]:
        change = merged.get(row.key)
        before = change.known if change else replace(KNOWN, entered=row.entered)
        added = ((row.sha256, row.certificate),) if row.sha256 else ()
        result[row.key] = replace(
            before,
            entered=change.after if change else row.entered,
            certificates=(*before.certificates, *added),
            is_confirmed=before.is_confirmed or made.is_central,
        )
    return result


@settings(deadline=None)
@given(
    st.lists(ROWS, min_size=1, max_size=8), st.lists(ROWS, min_size=1, max_size=8), st.booleans()
)
def test_the_same_list_again_changes_nothing(
    earlier: list[str], rows: list[str], is_central: bool
) -> None:
    known: dict[RecordKey, KnownTraining] = {}

    def made_of(lines: list[str], central: bool) -> TrainingPlan:
        read = read_pasted("\n".join([HEADER, *lines]), COLUMNS)
        register = Register(people=PEOPLE, known=known)
        return plan_import(read, register=register, find=find, is_central=central)

    known = after(made_of(earlier, False), known)
    first = made_of(rows, is_central)
    known = after(first, known)
    again = made_of(rows, is_central)
    assert not again.changes_something
    assert len(again.unchanged) == len(first.new) + len(first.changed) + len(first.unchanged)
    assert (again.errors == []) == (first.errors == [])
