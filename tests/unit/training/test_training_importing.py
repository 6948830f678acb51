"""What does a list of trainings change, and what is wrong with it?"""

from dataclasses import replace
from datetime import date

import pytest
from unit_trainings import COURSE, HEADER, KNOWN, LINE, PEOPLE, find, line

from selfcheck.lists import read_pasted
from selfcheck.training.importing import (
    COLUMNS,
    UNKNOWN,
    KnownTraining,
    RecordKey,
    Register,
    TrainingPlan,
    plan_import,
)
from selfcheck.training.inputs import TrainingInput
from selfcheck.training.kinds import Area, Format, LengthUnit, Origin

PLANNED = date(2099, 12, 31)
HOURS = {"length_unit": LengthUnit.HOURS}


def plan(
    *lines: str,
    known: tuple[KnownTraining, ...] = (),
    header: str = HEADER,
    is_central: bool = False,
    is_limited: bool = False,
) -> TrainingPlan:
    by_key: dict[RecordKey, KnownTraining] = {(1, *one.entered.key): one for one in known}
    return plan_import(
        read_pasted("\n".join([header, *lines]), COLUMNS),
        register=Register(people=PEOPLE, known=by_key, is_limited=is_limited),
        find=find,
        is_central=is_central,
    )


def counts(made: TrainingPlan) -> tuple[int, int, int]:
    assert not made.errors
    return len(made.new), len(made.changed), len(made.unchanged)


def test_a_row_becomes_a_training() -> None:
    (row,) = plan(LINE).new
    assert (row.row_number, row.number, row.person_id) == (2, "007", 1)
    assert row.entered == COURSE
    assert (row.certificate, row.sha256) == (None, None)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"Kompetenz": "demokratische Kompetenz"}, {"area": Area.DEMOCRATIC}),
        ({"Kompetenz": "demokratisch"}, {"area": Area.DEMOCRATIC}),
        ({"Kompetenz": "Interkulturelle  Kompetenz"}, {"area": Area.INTERCULTURAL}),
        ({"Kompetenz": "mehrsprachigkeit"}, {"area": Area.MULTILINGUAL}),
        ({"Kompetenz": "mehrsprachig"}, {"area": Area.MULTILINGUAL}),
        ({"Kompetenz": "bürgernahe Kommunikation"}, {"area": Area.PLAIN_COMMUNICATION}),
        ({"Kompetenz": "BÜRGERNAH"}, {"area": Area.PLAIN_COMMUNICATION}),
        ({"Kompetenz": ""}, {"area": None}),
        ({"Format": "e-learning"}, {"format": Format.E_LEARNING}),
        ({"Format": "Fachkongress"}, {"format": Format.CONGRESS}),
        ({"Herkunft": "außerhalb der Dienstzeit"}, {"origin": Origin.OFF_DUTY}),
        ({"Beginn": "2024-03-14"}, {}),
        (
            {"Beginn": "1.10.2020", "Ende": "29.01.2021"},
            {"first_day": date(2020, 10, 1), "last_day": date(2021, 1, 29)},
        ),
        ({"Beginn": "31.12.2099"}, {"first_day": PLANNED, "last_day": PLANNED}),
        ({"Umfang": "6", "Einheit": "h"}, HOURS),
        ({"Umfang": "6", "Einheit": "Std."}, HOURS),
        ({"Umfang": "6", "Einheit": "stunden"}, HOURS),
        ({"Umfang": "8,0", "Einheit": "Unterrichtseinheiten"}, {}),
        ({"Einheit": "ue"}, {}),
        ({"Umfang": "5,25", "Einheit": "h"}, HOURS | {"duration_minutes": 315}),
        ({"Umfang": "5.25", "Einheit": "h"}, HOURS | {"duration_minutes": 315}),
        ({"Umfang": "7,99"}, {"duration_minutes": 359}),  # nobody reaches six hours by rounding
        ({"Umfang": "2.000"}, None),  # two, or two thousand?
        ({"Umfang": "2000", "Einheit": "h"}, HOURS | {"duration_minutes": 120_000}),
        ({"Titel": "=SUMME(A1)"}, {"title": "=SUMME(A1)"}),  # text, whatever Excel would make of it
        ({"Titel": "Müßiggang für Ämter"}, {"title": "Müßiggang für Ämter"}),
    ],
)
def test_cells_are_read_as_the_interface_says(cells: dict, expected: dict | None) -> None:
    made = plan(line(**cells))
    if expected is None:
        assert [error.column for error in made.errors] == ["Umfang"]
    else:
        assert not made.errors
        assert made.new[0].entered == replace(COURSE, **expected)


def test_the_optional_columns_may_be_missing() -> None:
    header = "Personalnummer;Titel;Anbieter;Kompetenz;Format;Herkunft;Beginn;Umfang;Einheit"
    (row,) = plan("007;Kurs A;VHS;;Präsenzschulung;extern;14.03.2024;8;UE", header=header).new
    assert row.entered == replace(COURSE, area=None)


TWICE = "steht schon in Zeile 2"
LENGTH = ("ist nicht möglich", "mindestens eine Minute und höchstens 2.000 Stunden")
MISSING = (
    "liegt der Liste nicht bei",
    "der Name einer Datei, die der Liste beiliegt (ohne Ordner davor)",
)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            [line(Personalnummer="999")],
            [(2, "Personalnummer", "999", *UNKNOWN)],
        ),
        ([line(Personalnummer="7")], [(2, "Personalnummer", "7")]),  # zeros count
        (
            [line(Ende="13.03.2024")],
            [(2, "Ende", "13.03.2024", "liegt vor dem Beginn (14.03.2024)")],
        ),
        ([line(Umfang="0")], [(2, "Umfang", "0", *LENGTH)]),
        ([line(Umfang="-8")], [(2, "Umfang", "-8", *LENGTH)]),
        ([line(Umfang="0,01")], [(2, "Umfang", "0,01", *LENGTH)]),
        ([line(Umfang="2000,5", Einheit="h")], [(2, "Umfang", "2000,5", *LENGTH)]),
        (
            [
                LINE,
                line(Personalnummer="008"),
                line(Titel=" KURS  a", Anbieter="Andere", Ende="14.03.2024"),
            ],
            [(4, "Titel", "KURS  a", TWICE, "dieselbe Schulung einer Person nur einmal")],
        ),
        ([LINE, LINE, LINE], [(3, "Titel", "Kurs A", TWICE), (4, "Titel", "Kurs A", TWICE)]),
        ([line(Nachweis="c.pdf")], [(2, "Nachweis", "c.pdf", *MISSING)]),
        ([line(Nachweis="../a.pdf")], [(2, "Nachweis", "../a.pdf", *MISSING)]),
        (
            [line(Nachweis="bad.pdf"), line(Personalnummer="008", Nachweis="bad.pdf")],
            [
                (
                    row,
                    "Nachweis",
                    "bad.pdf",
                    "wird nicht angenommen (Die Datei „bad.pdf“ ist leer; bitte prüfen Sie sie)",
                    "ein Nachweis als PDF, PNG oder JPEG",
                )
                for row in (2, 3)
            ],
        ),
        (
            # All that is wrong with a row is reported at once, also what lies behind its bad cells.
            [
                line(
                    Personalnummer="999",
                    Format="Vortrag",
                    Umfang="0",
                    Nachweis="c.pdf",
                    Ende="1.1.2024",
                ),
                LINE,
            ],
            [
                (2, "Format", "Vortrag"),
                (2, "Personalnummer", "999"),
                (2, "Ende", "01.01.2024"),
                (2, "Umfang", "0"),
                (2, "Nachweis", "c.pdf"),
            ],
        ),
        ([line(Format="Vortrag"), LINE], [(2, "Format", "Vortrag"), (3, "Titel", "Kurs A", TWICE)]),
        (
            [line(Titel="", Beginn="x", Einheit="Tage")],
            [(2, "Titel", ""), (2, "Beginn", "x"), (2, "Einheit", "Tage")],
        ),
    ],
)
def test_every_error_names_row_column_and_value(lines: list[str], expected: list[tuple]) -> None:
    made = plan(*lines)
    found = [
        (one.row, one.column, one.value, one.problem, one.expected)[: len(wanted)]
        for one, wanted in zip(made.errors, expected, strict=True)
    ]
    assert found == expected
    assert (made.new, made.changed, made.unchanged) == ([], [], []), "with errors there is no plan"
    assert not made.changes_something


def test_words_that_are_too_long_are_refused() -> None:
    made = plan(line(Personalnummer="9" * 51, Titel="x" * 301, Anbieter="x" * 201))
    assert [error.column for error in made.errors] == ["Personalnummer", "Titel", "Anbieter"]


def test_people_out_of_reach_and_people_unknown_get_the_same_words() -> None:
    made = plan(line(Personalnummer="999"), is_limited=True)
    assert str(made.errors[0]) == (
        "Zeile 2, Spalte „Personalnummer“: „999“ gehört nicht zu Ihren Einheiten; erwartet wird "
        "eine Person, die im Personalverzeichnis Ihrer Einheiten steht."
    )


PROVED = replace(KNOWN, certificates=(("hash of a.pdf", "alt.pdf"),))


@pytest.mark.parametrize(
    ("cells", "known", "expected"),
    [
        ({}, KNOWN, None),
        ({"Kompetenz": ""}, KNOWN, None),  # leaves a known one alone
        ({"Nachweis": "a.pdf"}, PROVED, None),  # the same file, whatever its name
        ({}, PROVED, None),  # takes nothing away
        ({"Nachweis": "a.pdf"}, KNOWN, [("Nachweis", "", "a.pdf")]),
        ({"Nachweis": "b.pdf"}, PROVED, [("Nachweis", "alt.pdf", "alt.pdf, b.pdf")]),
        ({"Titel": "KURS a"}, KNOWN, [("Titel", "Kurs A", "KURS a")]),
        ({"Anbieter": "Akademie"}, KNOWN, [("Anbieter", "VHS", "Akademie")]),
        (
            {"Kompetenz": "demokratisch"},
            KNOWN,
            [("Kompetenz", "interkulturelle Kompetenz", "demokratische Kompetenz")],
        ),
        (
            {"Kompetenz": "demokratisch"},
            replace(KNOWN, entered=replace(COURSE, area=None)),
            [("Kompetenz", "noch zu klären", "demokratische Kompetenz")],
        ),
        ({"Umfang": "6", "Einheit": "h"}, KNOWN, [("Umfang", "8 UE = 6 Std.", "6 Std.")]),
        (
            {"Format": "E-Learning", "Herkunft": "zentral", "Nachweis": "b.pdf"},
            KNOWN,
            [
                ("Format", "Präsenzschulung", "E-Learning"),
                ("Herkunft", "extern", "zentral"),
                ("Nachweis", "", "b.pdf"),
            ],
        ),
    ],
)
def test_a_known_training_is_unchanged_or_says_what_differs(
    cells: dict, known: KnownTraining, expected: list | None
) -> None:
    made = plan(line(**cells), known=(known,))
    assert counts(made) == ((0, 0, 1) if expected is None else (0, 1, 0))
    assert [change.differences for change in made.changed] == (
        [] if expected is None else [expected]
    )
    assert made.changes_something == bool(expected)


@pytest.mark.parametrize(
    "cells",
    [
        {"Ende": "15.03.2024"},
        {"Beginn": "13.03.2024"},
        {"Titel": "Kurs B"},
        {"Personalnummer": "008"},
    ],
)
def test_another_person_title_or_day_is_another_training(cells: dict) -> None:
    assert counts(plan(line(**cells), known=(KNOWN,))) == (1, 0, 0)


def test_only_files_that_are_needed_are_kept() -> None:
    known = replace(KNOWN, certificates=(("hash of a.pdf", "a.pdf"),))
    made = plan(
        line(Nachweis="a.pdf"), line(Personalnummer="008", Nachweis="b.pdf"), known=(known,)
    )
    assert counts(made) == (1, 0, 1)
    assert list(made.documents) == ["hash of b.pdf"]


BOUND = replace(KNOWN, is_bound=True)
OPEN = replace(BOUND, entered=replace(COURSE, area=None))


@pytest.mark.parametrize(
    ("cells", "known", "expected"),
    [
        ({}, BOUND, (0, 0, 1)),
        ({"Kompetenz": ""}, BOUND, (0, 0, 1)),
        ({"Kompetenz": ""}, OPEN, (0, 0, 1)),
        ({"Titel": "KURS A", "Anbieter": "Akademie"}, BOUND, (0, 0, 1)),  # these stay
        ({"Format": "E-Learning"}, BOUND, (0, 1, 0)),
        ({"Kompetenz": "demokratisch"}, BOUND, None),
        ({"Kompetenz": "interkulturell"}, OPEN, None),
    ],
)
def test_what_the_commissioner_was_asked_about_stays(
    cells: dict, known: KnownTraining, expected: tuple | None
) -> None:
    made = plan(line(**cells), known=(known,))
    if expected is None:
        (error,) = made.errors
        assert (error.row, error.column) == (2, "Kompetenz")
        assert error.problem == "ist von der Beauftragten anders entschieden oder noch offen"
    else:
        assert counts(made) == expected
        for change in made.changed:
            assert (change.after.title, change.after.provider) == ("Kurs A", "VHS")


CONFIRMED = replace(KNOWN, is_confirmed=True)


@pytest.mark.parametrize(
    ("cells", "known", "expected", "after"),
    [
        ({}, (), (1, 0, 0), None),
        ({}, (KNOWN,), (1, 0, 0), COURSE),  # it gets the confirmation
        ({"Anbieter": "Akademie"}, (KNOWN,), (1, 0, 0), replace(COURSE, provider="Akademie")),
        ({"Kompetenz": ""}, (KNOWN,), (1, 0, 0), COURSE),
        ({"Kompetenz": "demokratisch"}, (BOUND,), (1, 0, 0), COURSE),  # no error that says so
        (
            {"Anbieter": "Akademie", "Umfang": "16"},
            (BOUND,),
            (1, 0, 0),
            replace(COURSE, duration_minutes=720),
        ),
        ({}, (CONFIRMED,), (0, 0, 1), None),
        ({"Anbieter": "Akademie", "Umfang": "1"}, (CONFIRMED,), (0, 0, 1), None),
        (
            {"Anbieter": "Akademie", "Nachweis": "a.pdf"},
            (CONFIRMED,),
            (1, 0, 0),
            COURSE,
        ),  # the file alone
    ],
)
def test_a_central_list_confirms(
    cells: dict, known: tuple, expected: tuple, after: TrainingInput | None
) -> None:
    made = plan(line(**cells), known=known, is_central=True)
    assert counts(made) == expected
    assert [change.after for change in made.merged] == ([after] if after else [])


def test_the_plan_of_a_central_list_shows_nothing_but_the_list() -> None:
    """Whether an office had entered the training cannot be seen, nor what it had entered."""
    secret = replace(KNOWN, entered=replace(COURSE, provider="Geheim", duration_minutes=1))
    there, not_there = (plan(LINE, known=known, is_central=True) for known in ((secret,), ()))
    assert repr(there) == repr(not_there)
    assert "Geheim" not in repr(there)
    assert there.new == not_there.new
