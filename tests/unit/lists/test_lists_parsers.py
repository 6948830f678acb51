import datetime as dt
from decimal import Decimal

import pytest

from selfcheck.lists import Unreadable, calendar_date, choice, decimal, or_empty, text, yes_no
from selfcheck.lists.cells import shown, tidied


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("Sozialamt", "Sozialamt"),
        ("00123", "00123"),
        (123.0, "123"),
        (0.0, "0"),
        (-0.0, "0"),
        (-7.0, "-7"),
        (123456789012345.0, "123456789012345"),  # all the digits that Excel keeps
        (1e14, "100000000000000"),  # no exponent
        (True, "WAHR"),
        ("1E5", "1E5"),  # a room number
        ("x" * 20, "x" * 20),
        ("Amt\nund mehr", "Amt\nund mehr"),
    ],
)
def test_text(cell, value):
    assert text(max_length=20)(cell) == value


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("", "leer"),
        ("x" * 21, "21 Zeichen zu lang"),
        (dt.date(2026, 2, 1), "Datum"),  # was „1.2“
        (dt.datetime.fromisoformat("2026-02-01 12:30"), "Datum"),
        (dt.time(12, 30), "Uhrzeit"),  # was „12:30“
        (dt.timedelta(hours=30), "Uhrzeit"),
        (32.1, "Kommazahl"),  # was it „32.1“ or „32.10“?
        (1e15, "gerundet"),
        (12345678901234567.0, "gerundet"),
        (float("inf"), "gerundet"),
        (float("nan"), "gerundet"),
        ("1,23457E+11", "gerundet"),
    ],
)
def test_text_refused(cell, problem):
    with pytest.raises(Unreadable) as refusal:
        text(max_length=20)(cell)
    assert problem in refusal.value.problem


def test_text_that_excel_has_altered_says_how_to_repair_it():
    with pytest.raises(Unreadable) as refusal:
        text(max_length=20)(dt.date(2026, 2, 1))
    assert "als „Text“ formatieren" in refusal.value.expected


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("31.12.2026", dt.date(2026, 12, 31)),
        ("1.3.2026", dt.date(2026, 3, 1)),
        ("01.03.2026", dt.date(2026, 3, 1)),
        ("2026-12-31", dt.date(2026, 12, 31)),
        ("29.02.2028", dt.date(2028, 2, 29)),
        ("1.1.1900", dt.date(1900, 1, 1)),
        ("31.12.2100", dt.date(2100, 12, 31)),
        (dt.date(2026, 12, 31), dt.date(2026, 12, 31)),
        (dt.datetime.fromisoformat("2026-12-31"), dt.date(2026, 12, 31)),
    ],
)
def test_calendar_date(cell, value):
    assert calendar_date(cell) == value
    assert type(calendar_date(cell)) is dt.date


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("", "leer"),
        ("30.02.2026", "kein Datum"),
        ("29.02.2026", "kein Datum"),
        ("31.12.26", "kein Datum"),
        ("12/31/2026", "kein Datum"),
        ("2026-1-1", "kein Datum"),
        ("31.12.2026 00:00", "kein Datum"),
        ("٣١.١٢.٢٠٢٦", "kein Datum"),
        ("0.0.0000", "kein Datum"),
        ("heute", "kein Datum"),
        ("31.12.1899", "zwischen 1900 und 2100"),
        ("1.1.2101", "zwischen 1900 und 2100"),
        ("1.1.0226", "zwischen 1900 und 2100"),
        (46387.0, "kein Datum"),  # a date that somebody has formatted as a number
        (2026.0, "kein Datum"),
        (True, "kein Datum"),
        (dt.time(0, 0), "kein Datum"),
        (dt.timedelta(days=1), "kein Datum"),
        (dt.datetime.fromisoformat("2026-12-31 08:30"), "Uhrzeit"),
    ],
)
def test_calendar_date_refused(cell, problem):
    with pytest.raises(Unreadable) as refusal:
        calendar_date(cell)
    assert problem in refusal.value.problem
    assert refusal.value.expected == "z. B. 31.12.2026"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("7,5", "7.5"),
        ("7.5", "7.5"),
        ("-7", "-7"),
        ("+7", "7"),
        ("0,125", "0.125"),
        ("0.125", "0.125"),  # no group begins with 0
        ("1,234", "1.234"),  # a comma is always the decimal one
        ("1.2345", "1.2345"),
        ("1.234,5", "1234.5"),
        ("1.234.567", "1234567"),
        (7.5, "7.5"),
        (90.0, "90"),
        (0.1 + 0.2, "0.3"),
        (1.234, "1.234"),
    ],
)
def test_decimal(cell, value):
    assert decimal(cell) == Decimal(value)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("", "leer"),
        ("1.234", "mehrdeutig"),
        ("-12.500", "mehrdeutig"),
        ("1,234.5", "keine Zahl"),
        ("1,234,567", "keine Zahl"),
        ("12.34,5", "keine Zahl"),
        ("7,5 h", "keine Zahl"),
        ("7 1/2", "keine Zahl"),
        ("1e3", "keine Zahl"),
        ("NaN", "keine Zahl"),
        ("inf", "keine Zahl"),
        ("٧", "keine Zahl"),
        ("1" * 16, "keine Zahl"),
        (float("nan"), "keine Zahl"),
        (float("-inf"), "keine Zahl"),
        (True, "keine Zahl"),
        (dt.date(2026, 5, 7), "Excel"),  # was „7.5“
        (dt.time(7, 30), "Excel"),
    ],
)
def test_decimal_refused(cell, problem):
    with pytest.raises(Unreadable) as refusal:
        decimal(cell)
    assert problem in refusal.value.problem


def test_an_ambiguous_number_is_offered_in_both_readings():
    with pytest.raises(Unreadable) as refusal:
        decimal("1.234")
    assert refusal.value.expected == "1234 oder 1,234"


@pytest.mark.parametrize("cell", ["ja", "Ja", "JA", "j", "J", "x", "X", "1", "wahr", 1.0, True])
def test_yes(cell):
    assert yes_no(cell) is True


@pytest.mark.parametrize("cell", ["nein", "Nein", "n", "N", "", "0", "FALSCH", 0.0, False])
def test_no(cell):
    assert yes_no(cell) is False


@pytest.mark.parametrize("cell", ["2", 2.0, 0.5, "vielleicht", "-", "ja nein", dt.date(2026, 1, 1)])
def test_neither_yes_nor_no(cell):
    with pytest.raises(Unreadable) as refusal:
        yes_no(cell)
    assert refusal.value.expected == "ja oder nein"


COMPETENCE = choice({"demokratische Kompetenz": "dk", "demokratisch": "dk", "Mehrsprachigkeit": 3})


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("demokratische Kompetenz", "dk"),
        ("Demokratische  KOMPETENZ", "dk"),
        ("demokratische\u00a0Kompetenz", "dk"),
        ("demokratisch", "dk"),
        ("MEHRSPRACHIGKEIT", 3),
    ],
)
def test_choice(cell, value):
    assert COMPETENCE(cell) == value


@pytest.mark.parametrize(
    ("cell", "problem"), [("", "leer"), ("Kochen", "kein zulässiger Wert"), (3.0, "kein zulässig")]
)
def test_choice_refused(cell, problem):
    with pytest.raises(Unreadable) as refusal:
        COMPETENCE(cell)
    assert problem in refusal.value.problem
    expected = "demokratische Kompetenz, demokratisch oder Mehrsprachigkeit"
    assert refusal.value.expected == expected


def test_choice_of_one():
    with pytest.raises(Unreadable) as refusal:
        choice({"h": 60})("UE")
    assert refusal.value.expected == "h"


@pytest.mark.parametrize("parse", [text(max_length=9), calendar_date, decimal, COMPETENCE])
def test_or_empty(parse):
    assert or_empty(parse)("") is None
    with pytest.raises(Unreadable):
        or_empty(parse)("#" * 10)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("  Amt  ", "Amt"),
        ("\u00a0Amt\u00a0", "Amt"),
        ("\ufeff \u200bAmt \u200b", "Amt"),
        ("Bu\u0308rgeramt", "Bürgeramt"),
        ("a\r\nb", "a\nb"),
        (" \t\n", ""),
        (7.0, 7.0),
        ("#1", "#1"),
    ],
)
def test_tidied(cell, value):
    assert tidied(cell) == value


@pytest.mark.parametrize(
    "cell",
    [
        "a\x00b",
        "\x07",
        "a\x1fb",
        "\x85",
        "B�rgeramt",
        "\uffff",
        "#NV",
        "#N/A",
        "#BEZUG!",
        "#REF!",
        "#WERT!",
        "#DIV/0!",
        "#NAME?",
        "#ÜBERLAUF!",
        "#####",
    ],
)
def test_tidied_refused(cell):
    with pytest.raises(Unreadable):
        tidied(cell)


@pytest.mark.parametrize(
    ("cell", "seen"),
    [
        ("Amt", "Amt"),
        (7.5, "7,5"),
        (1e20, "100000000000000000000"),
        (False, "FALSCH"),
        (dt.date(2026, 3, 1), "01.03.2026"),
        (dt.datetime.fromisoformat("2026-03-01 08:05"), "01.03.2026 08:05"),
        (dt.time(12, 30), "12:30:00"),
    ],
)
def test_shown_as_in_a_german_excel(cell, seen):
    assert shown(cell) == seen
