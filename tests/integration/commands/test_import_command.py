"""selfcheck import units"""

from collections.abc import Callable
from pathlib import Path

import pytest
from console import Run, count
from factories import World
from flask import Flask
from sqlalchemy import select
from unit_lists import as_csv, as_xlsx

from selfcheck.audit.models import AuditEvent
from selfcheck.db import db
from selfcheck.demo.commands import ORGANISATION
from selfcheck.organisation.models import Unit


def units_of(app: Flask) -> list[tuple[object, ...]]:
    with app.app_context():
        units = {unit.id: unit for unit in db.session.scalars(select(Unit))}
        return sorted(
            (
                unit.number,
                unit.name,
                unit.short_name,
                unit.kind.value,
                units[unit.parent_id].number if unit.parent_id else "",
                unit.is_reporting,
            )
            for unit in units.values()
        )


def example_rows() -> list[str]:
    return ORGANISATION.read_text(encoding="utf-8").splitlines()[1:]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (lambda rows: as_csv(*rows), "units.csv"),
        (lambda rows: as_csv(*rows, encoding="utf-8-sig"), "units.csv"),
        (lambda rows: as_csv(*rows, encoding="cp1252"), "units.csv"),
        (lambda rows: as_csv(*rows, delimiter="\t"), "units.txt"),
        (lambda rows: as_csv(*rows, delimiter="\t", encoding="utf-8-sig"), "Größe Ämter.csv"),
        (lambda rows: as_xlsx(*rows), "units.xlsx"),
    ],
    ids=["utf-8", "bom", "windows-1252", "tab", "tab and bom", "xlsx"],
)
def test_the_example_list_gives_the_same_units_in_every_format(
    app: Flask, run: Run, tmp_path: Path, content: Callable[[list[str]], bytes], name: str
) -> None:
    rows = example_rows()
    file = tmp_path / name
    file.write_bytes(content(rows))
    outcome = run("import", "units", file)
    assert (outcome.code, outcome.err) == (0, "")
    new = f"neu {len(rows)}, geändert 0, verschoben 0, unverändert 0, fehlt in der Datei 0"
    assert outcome.out == f"{new}\n"
    assert units_of(app) == sorted((*row.split(";")[:5], row.split(";")[5] == "ja") for row in rows)

    again = run("import", "units", file)
    assert (again.code, again.err) == (0, "")
    assert f"unverändert {len(rows)}" in again.out
    assert count(app, AuditEvent) == 1, "the second time nothing happened"


def test_commas_separate_as_well(app: Flask, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    rows = ['13;"Amt für Presse, Protokoll";;Amt;;ja', "33;Bürgeramt;;Amt;;nein"]
    file.write_bytes(as_csv(*rows, delimiter=",", encoding="cp1252"))
    assert run("import", "units", file).code == 0
    assert [row[:2] for row in units_of(app)] == [
        ("13", "Amt für Presse, Protokoll"),
        ("33", "Bürgeramt"),
    ]


def test_a_dry_run_says_what_would_happen_and_writes_nothing(
    app: Flask, world: World, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "units.csv"
    file.write_bytes(as_csv("33;Bürgeramt;;Amt;;ja", "51;Jugendamt;;Amt;1;ja"))
    before = units_of(app)
    outcome = run("import", "units", file, "--dry-run")
    assert (outcome.code, outcome.err) == (0, "")
    assert "neu 1, geändert 0, verschoben 1, unverändert 0, fehlt in der Datei 5" in outcome.out
    assert "Probelauf: Es wurde nichts übernommen." in outcome.out
    assert units_of(app) == before
    assert count(app, AuditEvent) == 0


@pytest.mark.parametrize("options", [[], ["--dry-run"]], ids=["import", "dry run"])
def test_every_bad_row_is_on_standard_error_and_nothing_is_written(
    app: Flask, world: World, run: Run, tmp_path: Path, options: list[str]
) -> None:  # fmt: skip
    file = tmp_path / "units.csv"
    file.write_bytes(
        as_csv(
            "51;Jugendamt;;Amt;1;ja",
            "52;Sport;;Behörde;1;ja",
            "51;Noch eins;;Amt;1;ja",
            "53;Kultur;;Amt;99;vielleicht",
            "33;Bürgeramt;;Amt;33.11;ja",
            ";Namenlos;;Amt;;ja",
            "54;Waise;;Amt;98;ja",
        )
    )
    before = units_of(app)
    outcome = run("import", "units", file, *options)
    assert (outcome.code, outcome.out) == (1, "")
    lines = outcome.err.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "Zeile 3, Spalte „Art“",
        "Zeile 4, Spalte „Nummer“",
        "Zeile 5, Spalte „Berichtspflichtig“",
        "Zeile 5, Spalte „Übergeordnet“",
        "Zeile 6, Spalte „Übergeordnet“",
        "Zeile 7, Spalte „Nummer“",
        "Zeile 8, Spalte „Übergeordnet“",
        "Es wurde nichts übernommen.",
    ]
    for line, value in zip(lines, ["Behörde", "51", "vielleicht", "99", "33.11"], strict=False):
        assert f"„{value}“" in line
        assert "erwartet wird" in line
    assert units_of(app) == before
    assert count(app, AuditEvent) == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Die Datei „units.csv“ ist leer"),
        (b"%PDF-1.7", "ist eine PDF-Datei"),
        (b"Nummer;Art\r\n1;Amt\r\n", "es fehlt „Bezeichnung“"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(
    app: Flask, run: Run, tmp_path: Path, content: bytes, message: str
) -> None:
    file = tmp_path / "units.csv"
    file.write_bytes(content)
    outcome = run("import", "units", file)
    assert (outcome.code, outcome.out) == (1, "")
    assert message in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_unknown_columns_are_a_warning_on_standard_error(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_bytes(
        "art; NUMMER ;Haus;Bezeichnung;Übergeordnet;Berichtspflichtig\n"
        "Amt;33;Rathaus;Bürgeramt;;x\n".encode()
    )
    outcome = run("import", "units", file)
    assert outcome.code == 0
    assert "unbekannte Spalten: „Haus“" in outcome.err
    assert outcome.out.startswith("neu 1,")
