"""What the shared self-checks of a city say together."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from uuid import UUID

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcheck.checks import questionnaire
from selfcheck.checks.questionnaire import load_questionnaires
from selfcheck.checks.scoring import Answers
from selfcheck.checks.sharing import CheckFacts, SharedMeasure, ShareLevel, shared_view
from selfcheck.overview.figures import (
    CLOSED,
    NOT_SHARED,
    OLDER,
    UNIT_KEYS,
    Activity,
    UnitFacts,
    activity_on,
    count_answers,
    count_colours,
    count_periods,
    count_standings,
    current,
    current_points,
    heat_keys,
    in_order,
    list_entries,
    narrow_units,
    open_views,
    scores_of,
    step_of,
    unit_rows,
)
from selfcheck.overview.workbook import Overview, write_overview

OFFICIAL = load_questionnaires(Path(questionnaire.__file__).parent / "questionnaires")["2025-05-07"]
TODAY = date(2026, 11, 20)
MEASURE = SharedMeasure(
    wording="=1+1", statement=5, responsible="@Leitung", due_on=date(2027, 1, 31), state="geplant"
)


def view(
    *, unit=1, points=3, on=TODAY, level=ShareLevel.ALL, texts=None, measures=(), version=OFFICIAL
):
    return shared_view(
        CheckFacts(
            check_id=UUID(int=unit * 1000 + on.toordinal()),
            unit_id=unit,
            unit_number=str(unit),
            unit_label=f"{unit} Amt",
            checked_on=on,
            questionnaire=version,
            answers=Answers(
                points=dict.fromkeys((one.id for one in version.statements), points),
                texts=texts or {},
            ),
            measures=tuple(measures),
        ),
        level,
    )


def unit(number, activity=Activity.RECENT, *, is_closed=False):
    return UnitFacts(number, str(number), f"{number} Amt", is_closed, activity)


city = st.lists(
    st.builds(
        view,
        unit=st.integers(1, 6),
        points=st.integers(1, 5),
        on=st.dates(date(2023, 1, 1), TODAY),
        level=st.sampled_from(ShareLevel),
    ),
    max_size=12,
).map(lambda views: sorted(views, key=lambda one: one.checked_on, reverse=True))


@pytest.mark.parametrize(
    ("last_on", "activity"),
    [
        (None, Activity.NEVER),
        (TODAY, Activity.RECENT),
        (date(2025, 11, 20), Activity.RECENT),  # not older than twelve months
        (date(2025, 11, 19), Activity.OLDER),
    ],
)
def test_whether_a_unit_makes_checks(last_on, activity):
    assert activity_on(last_on, TODAY) is activity


def test_a_unit_stands_with_its_newest_shared_check():
    views = [view(on=date(2026, 5, 1), points=5), view(on=date(2025, 5, 1), points=1)]
    rows = unit_rows([unit(1), unit(2)], views, TODAY)
    assert [row.last and row.last.colour.id for row in rows] == ["green", None]


def test_a_closed_unit_is_listed_only_for_what_it_shares():
    rows = unit_rows([unit(1, is_closed=True), unit(2, is_closed=True)], [view(unit=2)], TODAY)
    assert [row.unit.unit_id for row in rows] == [2]


def test_each_unit_counts_as_one_thing():
    views = [
        view(unit=1, points=5, on=date(2025, 11, 20)),
        view(unit=2, points=5, on=date(2025, 11, 19)),
        view(unit=4, points=5),
    ]
    units = [unit(1), unit(2), unit(3), unit(4, is_closed=True)]
    rows = unit_rows(units, views, TODAY)
    assert [row.standing for row in rows] == ["green", "older", "not-shared", "closed"]
    assert [row.standing_label for row in rows] == [
        "Grün",
        "älter als 12 Monate",
        "nicht geteilt",
        "geschlossene Einheit",
    ]
    by_points = in_order(rows, UNIT_KEYS, "punkte", descending=True)
    assert [row.unit.unit_id for row in by_points] == [1, 4, 2, 3]


@given(city)
def test_the_filter_finds_as_many_units_as_are_counted(views):
    units = [unit(number, is_closed=number == 6) for number in range(1, 7)]
    rows = unit_rows(units, views, TODAY)
    counts = count_standings(rows)
    for standing in ("red", "yellow", "green", OLDER, NOT_SHARED, CLOSED):
        found = narrow_units(rows, standing=standing, activity="")
        assert len(found) == counts[standing]
    colours = {one: counts[one] for one in ("red", "yellow", "green") if counts[one]}
    assert colours == count_colours(current(open_views(rows, views), TODAY))
    assert counts.total() == len(rows)


def test_only_the_last_twelve_months_and_one_check_of_each_unit_are_compared():
    views = [
        view(unit=1, on=date(2026, 5, 1), level=ShareLevel.COLOUR),
        view(unit=1, on=date(2026, 4, 1), level=ShareLevel.POINTS, points=4),
        view(unit=1, on=date(2026, 3, 1), level=ShareLevel.ALL, points=2),
        view(unit=2, on=date(2025, 11, 19), level=ShareLevel.ALL),
    ]
    assert count_colours(current(views, TODAY)) == {"yellow": 1}
    (chosen,) = current_points(views, TODAY)
    assert chosen.checked_on == date(2026, 4, 1)


def test_half_years_follow_each_other_without_a_gap():
    days = [date(2025, 6, 30), date(2025, 7, 1), date(2025, 12, 31), date(2026, 7, 1)]
    periods = count_periods([view(on=day, points=5) for day in days])
    assert [(period.label, period.total) for period in periods] == [
        ("1. Halbjahr 2025", 1),
        ("2. Halbjahr 2025", 2),
        ("1. Halbjahr 2026", 0),
        ("2. Halbjahr 2026", 1),
    ]
    assert count_periods([]) == []


@given(city)
def test_every_count_adds_up(views):
    compared = current_points(views, TODAY)
    for one in count_answers(compared, OFFICIAL):
        assert one.total == len(compared)
        assert [answer for answer, _ in one.counts] == list(OFFICIAL.scale)
    assert sum(period.total for period in count_periods(views)) == len(views)
    assert len({view.unit_id for view in compared}) == len(compared)
    assert all(len(scores_of(view)) == 8 for view in compared)


@given(city)
def test_what_is_not_shared_at_a_level_is_in_none_of_its_figures(views):
    lower = [replace(one, level=ShareLevel.COLOUR, subtotals=(), texts=()) for one in views]
    assert current_points(lower, TODAY) == []
    assert list_entries(lower) == []
    assert count_periods(lower) == count_periods(views)


def test_answers_of_another_questionnaire_are_not_mixed_in():
    other = replace(OFFICIAL, version="2030-01-01")
    views = [view(unit=1, points=5), view(unit=2, points=1, version=other)]
    assert {one.total for one in count_answers(views, OFFICIAL)} == {1}
    assert {one.mean for one in count_answers(views, other)} == {1.0}
    assert {one.mean for one in count_answers([], OFFICIAL)} == {None}


def test_texts_are_of_all_checks_and_measures_of_the_newest():
    said = {"next_steps": "Wir prüfen."}
    views = [
        view(on=date(2026, 5, 1), texts=said, measures=[MEASURE]),
        view(on=date(2025, 5, 1), texts=said, measures=[MEASURE, MEASURE]),
    ]
    entries = list_entries(views)
    assert [entry.question_id for entry in entries] == ["next_steps", "next_steps", "measure"]
    assert entries[-1].words == "=1+1\n@Leitung"


def test_the_order_is_that_of_the_numbers_or_of_a_column():
    views = [view(unit=10, points=1), view(unit=9, points=5), view(unit=2, points=3)]
    keys = heat_keys(OFFICIAL)
    assert [one.unit_id for one in in_order(views, keys, "")] == [2, 9, 10]
    assert [one.unit_id for one in in_order(views, keys, "s4")] == [10, 2, 9]
    assert [one.unit_id for one in in_order(views, keys, "gesamt", descending=True)] == [9, 2, 10]


def test_each_answer_has_a_step_of_its_own():
    assert [step_of(points, OFFICIAL) for points in (1, 2, 3, 4, 5)] == [1, 2, 3, 4, 5]


def sheets_of(views, rows=()):
    content = write_overview(Overview(city="Stadt", today=TODAY, rows=rows, views=views))
    workbook = openpyxl.load_workbook(BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(min_row=4, values_only=True)) for sheet in workbook}


def test_the_workbook_has_a_sheet_for_each_list():
    views = [
        view(unit=1, points=5, texts={"next_steps": "=HYPERLINK(1)"}, measures=[MEASURE]),
        view(unit=2, points=1, level=ShareLevel.COLOUR),
    ]
    sheets = sheets_of(views, unit_rows([unit(1), unit(2), unit(3, Activity.NEVER)], views, TODAY))
    assert list(sheets) == [
        "Einheiten", "Punkte", "Verteilung", "Farben", "Texte", "Maßnahmen"
    ]  # fmt: skip
    assert [row[0:2] + row[3:5] for row in sheets["Einheiten"][1:]] == [
        ("1 Amt", "ja", "Grün", 40),
        ("2 Amt", "ja", "Rot", 8),
        ("3 Amt", "noch keiner", None, None),
    ]
    assert sheets["Punkte"][0][2] == sheets["Verteilung"][0][0] == "Fragebogen vom"
    assert {sheets[name][1][at] for name, at in (("Punkte", 2), ("Verteilung", 0))} == {
        "07.05.2025"
    }
    assert [row[4:] for row in sheets["Punkte"][1:]] == [
        (40, 40, *[5] * 8),
        (8, 40, *[None] * 8),
    ]
    assert {row[2:] for row in sheets["Verteilung"][1:]} == {(1, 0, 0, 0, 0, 1, 5)}
    assert sheets["Farben"][1] == ("2. Halbjahr 2026", 1, 0, 1, 2)
    assert sheets["Texte"][1][-1] == "=HYPERLINK(1)"
    assert sheets["Maßnahmen"][1][2:] == (
        "=1+1", "Aussage 5", "@Leitung", "31.01.2027", "geplant"
    )  # fmt: skip


def test_no_cell_is_a_formula():
    views = [view(texts={"next_steps": "=1+1", "measures_past": "+1"}, measures=[MEASURE])]
    content = write_overview(Overview(city="=Stadt", today=TODAY, rows=[], views=views))
    workbook = openpyxl.load_workbook(BytesIO(content))
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert "=1+1" in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n"}


def test_a_city_that_shares_nothing_gets_a_workbook_too():
    assert {len(rows) for rows in sheets_of([]).values()} == {1}
