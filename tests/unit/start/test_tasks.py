"""The list of the first page: order, room, and things of one kind on one line."""

from datetime import date

import pytest

from selfcheck.start.tasks import Kind, Task, cut, in_order, share_lines

DAY = date(2026, 12, 1)


def test_what_is_due_or_waits_comes_first_then_what_the_city_asks_for_and_a_draft_is_last():
    tasks = [
        Task(Kind.DRAFT),
        Task(Kind.CERTIFICATES),
        Task(Kind.MANDATE, date(2026, 12, 31)),
        Task(Kind.ROUND, date(2026, 11, 1)),
        Task(Kind.MEASURES_DUE, DAY),
        Task(Kind.EVALUATION, DAY),
        Task(Kind.SUPPORT_WAITING),
    ]
    assert [one.kind for one in in_order(tasks, today=date(2026, 11, 30))] == [
        Kind.ROUND,
        Kind.SUPPORT_WAITING,
        Kind.CERTIFICATES,
        Kind.EVALUATION,
        Kind.MANDATE,
        Kind.MEASURES_DUE,
        Kind.DRAFT,
    ]


@pytest.mark.parametrize(
    ("number", "kept", "further"), [(0, 0, 0), (1, 1, 0), (5, 5, 0), (6, 4, 2), (40, 4, 36)]
)
def test_five_lines_have_room_and_the_last_counts_the_rest(number, kept, further):
    tasks = [Task(Kind.DRAFT, count=place) for place in range(number)]
    shown = cut(tasks)
    assert (shown.tasks, shown.further) == (tasks[:kept], further)
    assert cut(tasks, shows_all=True).tasks == tasks
    assert cut(tasks, shows_all=True).further == 0


@pytest.mark.parametrize(
    ("things", "lines"),
    [([], []), (["a"], [("a",)]), (["a", "b"], [("a",), ("b",)]), ("abc", [("a", "b", "c")])],
)
def test_many_alike_share_a_line(things, lines):
    tasks = share_lines(Kind.ROUND, DAY, list(things))
    assert [one.things for one in tasks] == lines
    assert {one.due_on for one in tasks} <= {DAY}
