"""How far does a training officer's roster reach? Never into the people of others."""

from datetime import date

import pytest

from selfcheck.lists import read_pasted
from selfcheck.staff.importing import (
    COLUMNS,
    AssignmentRecord,
    KnownPerson,
    PersonRecord,
    StaffPlan,
    Surroundings,
    plan_import,
)
from selfcheck.staff.periods import SINCE_ALWAYS

HEADER = (
    "Personalnummer;Nachname;Vorname;Organisationseinheit;Führungskraft;Bürgerkontakt;Medienarbeit;"
    "Gültig ab;Gültig bis"
)
NOT_YOURS = "gehört zurzeit nicht zu Ihren Einheiten"
END21, Y22, Y27 = date(2021, 12, 31), date(2022, 1, 1), date(2027, 1, 1)


def assignment(unit: str, first: date = SINCE_ALWAYS, last: date | None = None) -> AssignmentRecord:
    return AssignmentRecord(
        number="7",
        unit=unit,
        is_manager=False,
        has_citizen_contact=False,
        does_media_work=False,
        first_day=first,
        last_day=last,
    )


def plan(*lines: str, there: list[AssignmentRecord], is_within_reach: bool) -> StaffPlan:
    """Plan the list of somebody who is responsible for 33 and 33.1."""
    geheim = KnownPerson(
        record=PersonRecord(number="7", last_name="Geheim", first_name="Gerda"),
        assignments={one.first_day: one for one in there},
        is_within_reach=is_within_reach,
    )
    surroundings = Surroundings(
        people={"7": geheim},
        units=frozenset({"33", "33.1", "50"}),
        within=frozenset({"33", "33.1"}),
    )
    return plan_import(read_pasted("\n".join([HEADER, *lines]), COLUMNS), surroundings)


def errors(made: StaffPlan) -> list[tuple[str, str, str]]:
    return [(one.column, one.value, one.problem) for one in made.errors]


def test_a_unit_of_others_is_refused_also_for_new_people() -> None:
    made = plan("8;Neu;Nina;50;;;;;", there=[], is_within_reach=True)
    (error,) = made.errors
    assert str(error) == (
        "Zeile 2, Spalte „Organisationseinheit“: „50“ gehört nicht zu Ihren Einheiten; erwartet "
        "wird die Nummer einer Einheit, für die Sie zuständig sind."
    )


@pytest.mark.parametrize(
    "line",
    [
        "7;Geheim;Gerda;33;;;;;",  # even with the right name
        "7;Geheim;Gerda;33;;;;01.01.2022;",  # and the right day
        "7;Anders;Anna;33;;;;;",
        "7;Geheim;Gerda;33;;;;;vielleicht",
    ],
)
def test_people_of_others_are_refused_without_a_word_about_them(line: str) -> None:
    made = plan(line, there=[assignment("50", Y22)], is_within_reach=False)
    assert ("Personalnummer", "7", NOT_YOURS) in errors(made)
    told = [f"{one.problem} {one.expected}" for one in made.errors]
    assert not any(word in text for text in told for word in ("Geheim", "Gerda", "50", "2022"))
    assert {one.expected for one in made.errors if one.column == "Personalnummer"} == {
        "eine Person Ihrer Einheiten (den Wechsel trägt die bisherige Stelle ein)"
    }


@pytest.mark.parametrize(
    ("line", "is_accepted"),
    [
        ("7;Geheim;Gerda;33;;;;;", True),  # the old copy still says: open
        ("7;Geheim;Gerda;33;;;;;31.12.2021", True),
        ("7;Geheim;Gerda;33;;;;;30.12.2021", False),
        ("7;Geheim;Gerda;33.1;;;;;", False),
        ("7;Geheim;Gerda;33;;x;;;", False),
        ("7;Geheim;Gerta;33;;;;;", False),
        ("7;Geheim;Gerda;33;;;;01.01.2021;", False),
    ],
)
def test_what_is_there_of_somebody_who_left_is_unchanged(line: str, is_accepted: bool) -> None:
    made = plan(line, there=[assignment("33", last=END21), assignment("50", Y22)],
                is_within_reach=False)  # fmt: skip
    assert len(made.unchanged) == is_accepted
    assert errors(made) == ([] if is_accepted else [("Personalnummer", "7", NOT_YOURS)])
    assert not made.changes_something


def test_history_in_the_units_of_others_is_not_overwritten() -> None:
    there = [assignment("50", last=END21), assignment("33", Y22)]
    made = plan("7;Geheim;Gerda;33;;;;;", there=there, is_within_reach=True)
    assert errors(made) == [
        ("Organisationseinheit", "33", "ersetzt eine Zuordnung außerhalb Ihrer Einheiten")
    ]


def test_what_others_have_entered_for_later_is_not_ended() -> None:
    there = [assignment("33", last=date(2026, 12, 31)), assignment("50", Y27)]
    made = plan("7;Geheim;Gerda;33;;;;01.01.2028;", there=there, is_within_reach=True)
    assert errors(made) == [
        ("Gültig ab", "01.01.2028", "beendet eine Zuordnung außerhalb Ihrer Einheiten")
    ]


def test_somebody_who_is_about_to_leave_can_still_be_corrected() -> None:
    there = [assignment("33", last=date(2026, 12, 31)), assignment("50", Y27)]
    made = plan("7;Geheim;Gerda;33;;ja;;;", there=there, is_within_reach=True)
    assert [one.differences for one in made.changed] == [[("Bürgerkontakt", "nein", "ja")]]
    assert made.ended == []
