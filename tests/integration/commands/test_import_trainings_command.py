"""selfcheck import trainings"""

from collections.abc import Callable
from pathlib import Path

import pytest
from console import Run, count
from factories import World, make_person
from flask import Flask
from sqlalchemy import select
from unit_documents import make_changed_pdf, make_zip
from unit_trainings import HEADER, LINE, as_csv, as_xlsx, line

from selfcheck import progress
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db
from selfcheck.organisation.models import Unit
from selfcheck.training.kinds import EvidenceKind
from selfcheck.training.models import Certificate, Evidence, TrainingRecord

PDF = make_changed_pdf()
ROWS = [
    line(
        Titel="Müßiggang für Ämter",
        Anbieter="Bürger*innenhaus",
        Beginn="01.10.2020",
        Ende="29.01.2021",
        Umfang="7,5",
        Einheit="h",
    ),
    line(Personalnummer="0009", Titel="=1+1", Kompetenz="", Herkunft="außerhalb der Dienstzeit"),
]
READ = [
    ("0009", "=1+1", "VHS", "", 360),
    ("007", "Müßiggang für Ämter", "Bürger*innenhaus", "interkulturelle Kompetenz", 450),
]


@pytest.fixture
def city(app: Flask, world: World) -> Flask:
    """People 007, 008 and 0009."""
    with app.app_context():
        for number, unit in {"007": "33.1", "008": "33", "0009": "50"}.items():
            make_person(number, unit=db.session.get_one(Unit, world.unit_ids[unit]))
        db.session.commit()
    return app


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    """Write a list."""

    def write(*rows: str) -> Path:
        file = tmp_path / "Schulungen.csv"
        file.write_bytes(as_csv(*rows))
        return file

    return write


def trainings_of(app: Flask) -> list[tuple]:
    with app.app_context():
        records = db.session.scalars(select(TrainingRecord))
        return sorted(
            (one.person.number, one.title, one.provider, one.area or "", one.duration_minutes)
            for one in records
        )


def proofs_of(app: Flask) -> list[tuple[str, EvidenceKind]]:
    with app.app_context():
        rows = db.session.scalars(select(Evidence).order_by(Evidence.id))
        return [(one.record.person.number, one.kind) for one in rows]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (lambda rows: as_csv(*rows), "list.csv"),
        (lambda rows: as_csv(*rows, encoding="utf-8-sig"), "list.csv"),
        (lambda rows: as_csv(*rows, encoding="cp1252"), "list.csv"),
        (lambda rows: as_csv(*rows, delimiter="\t"), "Größe.txt"),
        (lambda rows: as_csv(*[row.replace("7,5", "7.5") for row in rows], delimiter=","), "l.csv"),
        (lambda rows: as_csv(*rows).replace(b"14.03.2024", b"2024-03-14"), "list.csv"),
        (lambda rows: as_xlsx(*rows), "list.xlsx"),
    ],
    ids=["utf-8", "bom", "windows-1252", "tab", "comma and point", "iso dates", "xlsx"],
)
def test_every_format_gives_the_same_trainings(
    city: Flask, run: Run, tmp_path: Path, content: Callable[[list[str]], bytes], name: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content(ROWS))
    outcome = run("import", "trainings", file)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == "neu 2, geändert 0, unverändert 0\n"
    assert trainings_of(city) == READ
    again = run("import", "trainings", file)
    assert (again.code, again.out) == (0, "neu 0, geändert 0, unverändert 2\n")
    assert count(city, AuditEvent) == 1, "the second time nothing happened"


def test_a_dry_run_writes_nothing(city: Flask, run: Run, sheet: Callable[..., Path]) -> None:
    outcome = run("import", "trainings", sheet(LINE), "--dry-run")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == (
        "neu 1, geändert 0, unverändert 0\nProbelauf: Es wurde nichts übernommen.\n"
    )
    assert (count(city, TrainingRecord), count(city, AuditEvent)) == (0, 0)


@pytest.mark.parametrize("options", [[], ["--dry-run"], ["--central"]])
def test_every_error_is_on_standard_error_and_nothing_is_written(
    city: Flask, run: Run, sheet: Callable[..., Path], options: list[str]
) -> None:
    (sheet().parent / "real.exe").write_bytes(PDF)
    file = sheet(
        line(Personalnummer="008"),
        line(Personalnummer="999"),
        line(Umfang="0"),
        line(Titel="A", Nachweis="missing.pdf"),
        line(Titel="B", Nachweis="real.exe"),
        line(Titel="C", Format="Vortrag", Ende="13.03.2024"),
        line(Personalnummer="008"),
    )
    outcome = run("import", "trainings", file, *options)
    assert (outcome.code, outcome.out) == (1, "")
    lines = outcome.err.splitlines()
    assert [one.partition(":")[0] for one in lines] == [
        "Zeile 3, Spalte „Personalnummer“",
        "Zeile 4, Spalte „Umfang“",
        "Zeile 5, Spalte „Nachweis“",
        "Zeile 6, Spalte „Nachweis“",
        "Zeile 7, Spalte „Format“",
        "Zeile 7, Spalte „Ende“",
        "Zeile 8, Spalte „Titel“",
        "Es wurde nichts übernommen.",
    ]
    assert "„999“ steht nicht im Personalverzeichnis; erwartet wird" in lines[0]
    assert "endet auf „.exe“, enthält aber ein PDF" in lines[3]
    assert "steht schon in Zeile 2" in lines[6]
    assert (count(city, TrainingRecord), count(city, Certificate)) == (0, 0)
    assert count(city, AuditEvent) == 0


def test_a_certificate_beside_the_list(city: Flask, run: Run, sheet: Callable[..., Path]) -> None:
    file = sheet(line(Nachweis="A.pdf"), line(Personalnummer="008", Nachweis="a.pdf"))
    (file.parent / "a.pdf").write_bytes(PDF)
    (file.parent / "other.txt").write_text("x")
    (file.parent / "below").mkdir()
    (file.parent / "below" / "a.pdf").write_bytes(b"another")
    outcome = run("import", "trainings", file)
    assert (outcome.code, outcome.err) == (0, "")
    assert proofs_of(city) == [
        ("007", EvidenceKind.CERTIFICATE),
        ("008", EvidenceKind.CERTIFICATE),
    ]
    assert count(city, Certificate) == 1
    again = run("import", "trainings", file)
    assert (again.code, again.out) == (0, "neu 0, geändert 0, unverändert 2\n")


@pytest.mark.parametrize("kind", ["folder", "zip", "folder of the list"])
def test_certificates_from_a_folder_or_a_zip(
    city: Flask, run: Run, sheet: Callable[..., Path], tmp_path: Path, kind: str
) -> None:
    files = {"März/a.pdf": PDF, "übrig.pdf": PDF}
    if kind == "zip":
        source = tmp_path / "Nachweise.zip"
        source.write_bytes(make_zip(files))
    else:
        source = tmp_path if kind == "folder of the list" else tmp_path / "Nachweise"
        for name, content in files.items():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes(content)
    outcome = run("import", "trainings", sheet(line(Nachweis="a.pdf")), "--files", source)
    assert (outcome.code, outcome.out) == (0, "neu 1, geändert 0, unverändert 0\n")
    assert outcome.err == (
        "1 Datei wird in der Liste nicht genannt und nicht übernommen: „übrig.pdf“.\n"
    )
    assert proofs_of(city) == [("007", EvidenceKind.CERTIFICATE)]


def test_no_path_leads_out_of_the_folder(
    city: Flask, run: Run, sheet: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "secret.pdf").write_bytes(PDF)
    (tmp_path / "files").mkdir()
    names = ["../secret.pdf", str(tmp_path / "secret.pdf"), "files/../secret.pdf"]
    rows = [line(Titel=name, Nachweis=name) for name in names]
    outcome = run("import", "trainings", sheet(*rows), "--files", tmp_path / "files")
    assert outcome.code == 1
    assert outcome.err.count("liegt der Liste nicht bei") == len(names)


def test_what_is_neither_folder_nor_zip_is_refused(
    city: Flask, run: Run, sheet: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "bad.zip").write_bytes(b"no ZIP")
    outcome = run("import", "trainings", sheet(LINE), "--files", tmp_path / "bad.zip")
    assert (outcome.code, outcome.out) == (1, "")
    assert "„bad.zip“" in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert count(city, TrainingRecord) == 0
    missing = run("import", "trainings", sheet(LINE), "--files", tmp_path / "missing")
    assert missing.code == 2


def test_the_central_list_confirms(city: Flask, run: Run, sheet: Callable[..., Path]) -> None:
    run("import", "trainings", sheet(LINE))
    file = sheet(line(Anbieter="Zentrale Fortbildung"), line(Personalnummer="008"))
    outcome = run("import", "trainings", file, "--central")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == "neu 2, geändert 0, unverändert 0\n"
    assert sorted(proofs_of(city)) == [("007", EvidenceKind.CENTRAL), ("008", EvidenceKind.CENTRAL)]
    assert trainings_of(city)[0][2] == "Zentrale Fortbildung"
    again = run("import", "trainings", file, "--central")
    assert (again.code, again.out) == (0, "neu 0, geändert 0, unverändert 2\n")
    assert len(proofs_of(city)) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "ist leer"),
        (b"%PDF-1.7", "ist eine PDF-Datei"),
        (HEADER.replace("Umfang", "Länge").encode() + b"\r\n" + LINE.encode(), "fehlt „Umfang“"),
    ],
)
def test_a_file_that_is_no_list_is_refused(
    city: Flask, run: Run, tmp_path: Path, content: bytes, message: str
) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(content)
    outcome = run("import", "trainings", file)
    assert (outcome.code, outcome.out) == (1, "")
    assert message in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_a_long_list_tells_how_far_it_is(
    city: Flask, run: Run, sheet: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [line(Titel=f"Kurs {one}") for one in range(3)]
    assert run("import", "trainings", sheet(*rows)).err == ""
    monkeypatch.setattr(progress, "LONG_LIST", 2)
    changed = [line(Titel=f"Kurs {one}", Anbieter="Akademie") for one in range(3)]
    outcome = run("import", "trainings", sheet(*changed))
    assert outcome.err == "Gelesen: 3 Zeilen\nGeschrieben: 3 von 3 Schulungen\n"
    assert outcome.out == "neu 0, geändert 3, unverändert 0\n"
