"""The order and the rows of a report, and its file's name."""

import pytest
from unit_evaluation import make_line, make_report, make_rows

from selfcheck.evaluation.figures import Figures, add_up
from selfcheck.evaluation.report import (
    DATA_HEADINGS,
    NO_DIVISION,
    data_rows,
    filename_of,
    list_blocks,
)
from selfcheck.evaluation.states import Status
from selfcheck.training.mandate import Group


def test_the_headings_are_those_that_others_rely_on():
    assert list(DATA_HEADINGS) == [
        "Nummer",
        "Organisationseinheit",
        "Gruppe",
        "Zielgruppe",
        "demokratische Kompetenz",
        "interkulturelle Kompetenz",
        "Mehrsprachigkeit",
        "bürgernahe Kommunikation",
        "Schulungen gesamt",
        "Personen mit Schulung",
        "Auftrag erfüllt",
        "Auftrag nicht erfüllt",
        "Erfüllungsquote",
        "Stand",
    ]


def test_there_is_one_row_for_each_unit_and_group():
    lines = [
        make_line("9", status=Status.DELIVERED),
        make_line("33", rows=None),
        make_line("50", rows=make_rows(Figures(), Figures(1, 0, 0, 0, 0, 0, 0, 0, 1))),
    ]

    assert list(data_rows(make_report(lines))) == [
        ["9", "Amt 9", "Führungskräfte", 4, 1, 2, 1, 0, 4, 3, 2, 2, 0.5, "abgegeben"],
        ["9", "Amt 9", "Beschäftigte", 10, 3, 2, 1, 1, 7, 6, 6, 4, 0.6, "abgegeben"],
        ["33", "Amt 33", "Führungskräfte", *[None] * 10, "offen"],
        ["33", "Amt 33", "Beschäftigte", *[None] * 10, "offen"],
        ["50", "Amt 50", "Führungskräfte", *[0] * 9, None, "offen"],
        ["50", "Amt 50", "Beschäftigte", 1, 0, 0, 0, 0, 0, 0, 0, 1, 0.0, "offen"],
    ]


def test_blocks_follow_the_divisions_and_those_without_come_last():
    lines = [
        make_line("10", division_number="GB10", division_name="J"),
        make_line("33", division_number="", division_name=""),
        make_line("50", division_number="GB9", division_name="I"),
        make_line("51", division_number="GB10", division_name="J"),
    ]
    blocks = list_blocks(make_report(lines))

    assert [(block.title, [line.number for line in block.lines]) for block in blocks] == [
        ("GB9 I", ["50"]),
        ("GB10 J", ["10", "51"]),
        (NO_DIVISION, ["33"]),
    ]


def test_divisions_whose_numbers_look_alike_are_not_thrown_together():
    alike = [("1", "GB1", "A"), ("2", "GB01", "B"), ("3", "gb1", "C"), ("4", "GB1", "A")]
    lines = [
        make_line(number, division_number=division, division_name=name)
        for number, division, name in alike
    ]
    blocks = list_blocks(make_report(lines))

    assert [(block.title, [line.number for line in block.lines]) for block in blocks] == [
        ("GB01 B", ["2"]),
        ("GB1 A", ["1", "4"]),
        ("gb1 C", ["3"]),
    ]


def test_sums_leave_out_units_without_figures():
    report = make_report([make_line("9"), make_line("33", rows=None), make_line("50")])

    assert report.rows == {group: add_up([row, row]) for group, row in make_rows().items()}
    assert report.lines[1].total is None
    assert set(report.rows) == set(Group)


def test_units_that_have_not_delivered_are_known():
    lines = [make_line(str(number), status=status) for number, status in enumerate(Status)]
    delivered = {Status.DELIVERED, Status.DELIVERED_EARLY}

    assert {line.status for line in make_report(lines).missing} == set(Status) - delivered


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("33", "Auswertung-33-2026-12-31.xlsx"),
        ("0010", "Auswertung-0010-2026-12-31.xlsx"),
        ("33.1", "Auswertung-33-1-2026-12-31.xlsx"),
        ("=1+1", "Auswertung-1-1-2026-12-31.xlsx"),
        ("../etc\r\nX: y", "Auswertung-etc--X--y-2026-12-31.xlsx"),
        ("Ämter", "Auswertung-mter-2026-12-31.xlsx"),
        ("ß", "Auswertung-Einheit-2026-12-31.xlsx"),
        ("7" * 300, f"Auswertung-{'7' * 40}-2026-12-31.xlsx"),
    ],
)
def test_a_file_has_a_harmless_name(number, name):
    assert filename_of(make_report([make_line(number)], is_city=False), "xlsx") == name


def test_the_citys_file_is_named_after_the_city_as_a_whole():
    assert filename_of(make_report([]), "pdf") == "Auswertung-Stadt-2026-12-31.pdf"
