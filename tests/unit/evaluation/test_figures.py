"""A row of the table fits itself, or is refused."""

import re

import pytest

from selfcheck.evaluation.figures import BrokenTableError, Figures, add_up, check_figures

GOOD = Figures(10, 1, 2, 3, 0, 6, 5, 4, 6)


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (GOOD._replace(multilingual=-1, intercultural=6), "eine Zahl ist negativ"),
        (GOOD._replace(fulfilled=5), "erfüllt + nicht erfüllt ≠ Zielgruppe"),
        (GOOD._replace(unfulfilled=5), "erfüllt + nicht erfüllt ≠ Zielgruppe"),
        (GOOD._replace(trainings=7), "Summe der Kompetenzen ≠ Schulungen gesamt"),
        (GOOD._replace(democratic=2), "Summe der Kompetenzen ≠ Schulungen gesamt"),
        (GOOD._replace(people_trained=3), "erfüllt > Personen mit Schulung"),
        (
            GOOD._replace(people_trained=11, trainings=16, democratic=11),
            "Personen mit Schulung > Zielgruppe",
        ),
        (GOOD._replace(people_trained=7), "mehr Personen mit Schulung als Schulungen"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused_with_the_reason(broken, problem):
    check_figures(GOOD, "33 Gesamt")

    expected = re.escape(f"33 Gesamt: {problem} ({tuple(broken)})")
    with pytest.raises(BrokenTableError, match=f"^{expected}$"):
        check_figures(broken, "33 Gesamt")


def test_all_that_is_wrong_with_a_row_is_named():
    with pytest.raises(BrokenTableError, match=r"≠ Zielgruppe; Summe .*; erfüllt > Personen"):
        check_figures(Figures(people=3, democratic=1, fulfilled=1), "33")


def test_rows_add_up_and_none_make_zeros():
    assert add_up([]) == Figures()
    assert add_up([GOOD, GOOD]) == tuple(2 * number for number in GOOD)


def test_the_quota_is_a_share_and_empty_where_there_is_nobody():
    assert GOOD.quota == 0.4
    assert Figures().quota is None
