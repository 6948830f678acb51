"""selfcheck import staff, selfcheck import undo-staff"""

import datetime as dt
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
import xlsxwriter
from console import Run, count
from factories import World, make_person
from flask import Flask
from sqlalchemy import select

from selfcheck.audit.models import AuditEvent
from selfcheck.db import db
from selfcheck.staff.models import Assignment, Person, StaffImport

HEADERS = (
    "Personalnummer",
    "Nachname",
    "Vorname",
    "Organisationseinheit",
    "Führungskraft",
    "Bürgerkontakt",
    "Medienarbeit",
    "Gültig ab",
    "Gültig bis",
)
ROWS = (
    '00123;Müller-Lüdenscheidt;"Jörg; genannt Jo";33;ja;nein;n;01.02.2024;31.12.2026',
    "4711;Özdemir ;Ayşe;33.1;0;1;;2024-02-01;",
    "4712;=SUMME(A1);Žaneta;50;FALSCH;WAHR;x;;",
)
EXPECTED = [
    *[("00123", "Müller-Lüdenscheidt", "Jörg; genannt Jo", "33", "ja nein nein")],
    *[("4711", "Özdemir", "Ayşe", "33.1", "nein ja nein")],
    *[("4712", "=SUMME(A1)", "Žaneta", "50", "nein ja ja")],
]
DAYS = [
    (dt.date(2024, 2, 1), dt.date(2026, 12, 31)),
    (dt.date(2024, 2, 1), None),
    (dt.date(1800, 1, 1), None),
]


def as_csv(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join([";".join(HEADERS), *rows]).encode(encoding)


def as_xlsx() -> bytes:
    """Write the rows as Excel keeps them: numbers, real dates and answers where it can."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet()
        day = workbook.add_format({"num_format": "dd.mm.yyyy"})
        first = dt.datetime(2024, 2, 1)  # noqa: DTZ001 - as Excel has it
        sheet.write_row(0, 0, [*HEADERS, "Haus"])
        sheet.write_row(1, 0, ["00123", "Müller-Lüdenscheidt", "Jörg; genannt Jo", 33, True])
        sheet.write_datetime(1, 7, first, day)
        sheet.write_string(1, 8, "31.12.2026")
        sheet.write_row(2, 0, [4711, "Özdemir ", "Ayşe", "33.1", 0, 1])
        sheet.write_datetime(2, 7, first, day)
        sheet.write_row(3, 0, [4712, "=SUMME(A1)", "Žaneta", 50, False, True, "x"])
    return content.getvalue()


def people_of(app: Flask) -> tuple[list[tuple[str, ...]], list[tuple[dt.date, dt.date | None]]]:
    with app.app_context():
        query = select(Assignment).join(Assignment.person).order_by(Person.number, "first_day")
        found = list(db.session.scalars(query))
        rows = []
        for one in found:
            flags = (one.is_manager, one.has_citizen_contact, one.does_media_work)
            person = one.person
            words = " ".join("ja" if flag else "nein" for flag in flags)
            rows.append(
                (person.number, person.last_name, person.first_name, one.unit.number, words)
            )
        return rows, [(one.first_day, one.last_day) for one in found]


def western(rows: bytes) -> bytes:
    """Windows-1252 has no ş."""
    return rows.decode().replace("ş", "s").encode("cp1252")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (as_csv(*ROWS), "personal.csv"),
        (as_csv(*ROWS, "", " ", ""), "personal.csv"),
        (as_csv(*ROWS, encoding="utf-8-sig"), "Größe Ämter.csv"),
        (western(as_csv(*ROWS)), "personal.csv"),
        (as_csv(*ROWS).replace(b";", b"\t").replace(b"\t genannt", b"; genannt"), "personal.txt"),
        (as_csv(*ROWS).replace(b";", b",").replace(b", genannt", b"; genannt"), "personal.csv"),
        (as_xlsx(), "personal.xlsx"),
    ],
    ids=["utf-8", "empty last lines", "bom", "windows-1252", "tab", "comma", "xlsx"],
)
@pytest.mark.usefixtures("world")
def test_every_format_gives_the_same_people(
    app: Flask, run: Run, tmp_path: Path, content: bytes, name: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    outcome = run("import", "staff", file)
    assert outcome.code == 0
    assert outcome.err in ("", "Nicht gelesen werden unbekannte Spalten: „Haus“.\n")
    counts, undo = outcome.out.splitlines()
    assert counts == "neu 3, geändert 0, Wechsel 0, unverändert 0, fehlt in der Datei 0"
    assert undo.startswith("Zurücknehmen: selfcheck import undo-staff ")
    rows, days = people_of(app)
    assert [tuple(cell.replace("ş", "s") for cell in row) for row in rows] == [
        tuple(cell.replace("ş", "s") for cell in row) for row in EXPECTED
    ]
    assert days == DAYS

    again = run("import", "staff", file)
    assert (again.code, again.out) == (
        0,
        "neu 0, geändert 0, Wechsel 0, unverändert 3, fehlt in der Datei 0\n",
    )
    assert count(app, StaffImport) == 1
    assert count(app, AuditEvent) == 1


def test_the_marks_are_required_and_the_days_are_not(
    app: Flask, world: World, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "personal.csv"
    file.write_text(" VORNAME ;nachname;Personalnummer;Organisationseinheit\nErika;Muster;7;33\n")
    outcome = run("import", "staff", file)
    assert outcome.code == 1
    assert "es fehlt „Führungskraft“, „Bürgerkontakt“, „Medienarbeit“" in outcome.err
    file.write_text(
        " VORNAME ;nachname;Personalnummer;Organisationseinheit;Medienarbeit;"
        "BÜRGERKONTAKT;Führungskraft\nErika;Muster;7;33;;x;\n",
        encoding="utf-8",
    )
    assert run("import", "staff", file).code == 0
    assert people_of(app)[0] == [("7", "Muster", "Erika", "33", "nein ja nein")]


def test_a_dry_run_says_what_would_happen_and_writes_nothing(
    app: Flask, world: World, run: Run, tmp_path: Path
) -> None:
    with app.app_context():
        make_person("7", unit=world.unit_ids["33"])
        make_person("8", unit=world.unit_ids["33"])
        db.session.commit()
    before = people_of(app)
    file = tmp_path / "personal.csv"
    file.write_bytes(as_csv("7;Muster;Erika;50;;;;01.07.2026;", "9;Neu;Nora;33;;;;;"))
    outcome = run("import", "staff", file, "--dry-run")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        "neu 1, geändert 0, Wechsel 1, unverändert 0, fehlt in der Datei 1",
        "Probelauf: Es wurde nichts übernommen.",
    ]
    assert people_of(app) == before
    assert count(app, AuditEvent) == 0


@pytest.mark.parametrize("options", [[], ["--dry-run"]], ids=["import", "dry run"])
def test_every_bad_row_is_on_standard_error_and_nothing_is_written(
    app: Flask, world: World, run: Run, tmp_path: Path, options: list[str]
) -> None:
    file = tmp_path / "personal.csv"
    file.write_bytes(
        as_csv(
            "1;Gut;Gerd;33;;;;;",
            "2;Muster;Erika;33;vielleicht;;;31.02.2026;",
            "2;Muster;Erik;33;;;;01.01.2026;",
            "3;Muster;Max;77;;;;;",
            "4;Muster;Mia;33;;;;01.01.2026;31.12.2025",
            "5;Muster;Moritz;33;;;;01.01.2024;30.06.2025",
            "5;Muster;Moritz;50;;;;01.06.2025;",
            ";Ohne;Nummer;33;;;;;",
            "1;Gut;Gerd;50;;;;;",
        )
    )
    outcome = run("import", "staff", file, *options)
    assert (outcome.code, outcome.out) == (1, "")
    lines = outcome.err.splitlines()
    assert [line.partition(";")[0] for line in lines] == [
        "Zeile 3, Spalte „Führungskraft“: „vielleicht“ ist weder ja noch nein",
        "Zeile 3, Spalte „Gültig ab“: „31.02.2026“ ist kein Datum",
        "Zeile 4, Spalte „Vorname“: „Erik“ lautet in Zeile 3 anders",
        "Zeile 5, Spalte „Organisationseinheit“: „77“ gibt es nicht",
        "Zeile 6, Spalte „Gültig bis“: „31.12.2025“ liegt vor dem ersten Tag (01.01.2026)",
        (
            "Zeile 7, Spalte „Gültig bis“: „30.06.2025“ überschneidet sich mit der Zuordnung ab "
            "01.06.2025"
        ),
        "Zeile 9, Spalte „Personalnummer“: Die Zelle ist leer",
        "Zeile 10, Spalte „Personalnummer“: „1“ steht schon in Zeile 2",
        "Es wurde nichts übernommen.",
    ]
    assert all("; erwartet wird " in line for line in lines[:-1])
    assert people_of(app) == ([], [])
    assert count(app, AuditEvent) == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Die Datei „personal.csv“ ist leer"),
        (b"%PDF-1.7", "ist eine PDF-Datei"),
        (b"Personalnummer\r\n1\r\n", "es fehlt „Nachname“"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(
    run: Run, tmp_path: Path, content: bytes, message: str
) -> None:
    file = tmp_path / "personal.csv"
    file.write_bytes(content)
    outcome = run("import", "staff", file)
    assert (outcome.code, outcome.out) == (1, "")
    assert message in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_an_import_is_taken_back_by_its_id(
    app: Flask, world: World, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "personal.csv"
    file.write_bytes(as_csv(*ROWS))
    command = run("import", "staff", file).out.splitlines()[-1].split("selfcheck ")[1].split()
    outcome = run(*command)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == (
        "Zurückgenommen: personal.csv (neu 3, geändert 0, Wechsel 0, unverändert 0, "
        "fehlt in der Datei 0)\n"
    )
    assert people_of(app) == ([], [])
    again = run(*command)
    assert (again.code, again.out) == (1, "")
    assert again.err == "Dieser Import ist schon zurückgenommen.\n"


def test_wrong_usage_is_told_from_an_import_that_is_not_there(run: Run, tmp_path: Path) -> None:
    assert run("import", "undo-staff", str(uuid4())).code == 1
    assert run("import", "undo-staff", "letzter").code == 2
    assert run("import", "undo-staff").code == 2
    assert run("import", "staff", tmp_path / "fehlt.csv").code == 2


@pytest.mark.parametrize(("rows", "is_told"), [(2_000, False), (2_001, True)])
@pytest.mark.usefixtures("world")
def test_of_a_long_list_one_sees_how_far_it_is(
    app: Flask, run: Run, tmp_path: Path, rows: int, is_told: bool
) -> None:
    file = tmp_path / "personal.csv"
    file.write_bytes(as_csv(*(f"{n};Muster;Erika;33;;;;;" for n in range(rows))))
    outcome = run("import", "staff", file)
    assert outcome.code == 0
    told = ["Gelesen: 2.001 Zeilen", "Geschrieben: 2.001 von 2.001 Personen"]
    assert outcome.err.splitlines() == (told if is_told else [])
    assert count(app, Person) == rows
