"""The files: by page and by command, of one moment, with exactly the numbers of the rules."""

import csv
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest
from client import text_of
from console import Run
from factories import World, make_person, make_training, make_unit
from flask import Flask
from integration.commands.conftest import run, run_at
from integration.evaluation.conftest import Evaluation
from sqlalchemy import create_engine, text
from unit_documents import make_pdf

from selfcheck.audit.models import AuditEvent
from selfcheck.db import db, read_consistently
from selfcheck.evaluation.report import DATA_HEADINGS
from selfcheck.organisation.models import Unit
from selfcheck.organisation.service import list_units
from selfcheck.training.kinds import Area

__all__ = ["run", "run_at"]

STAFF_HEADERS = (
    "Personalnummer;Nachname;Vorname;Organisationseinheit;Führungskraft;Bürgerkontakt;"
    "Medienarbeit;Gültig ab;Gültig bis"
)
STAFF = f"""{STAFF_HEADERS}
0001;Alpha;A;50;ja;nein;nein;;
0002;Beta;B;50;ja;nein;nein;;
0003;Gamma;C;50;ja;ja;nein;;
0004;Delta;D;33;nein;ja;nein;;
0005;Epsilon;E;33.1;nein;ja;nein;;
0006;Zeta;F;33.11;nein;nein;ja;;
0007;Eta;G;33;nein;nein;ja;;
0008;Theta;H;33;nein;ja;nein;;
0009;Iota;I;33;nein;ja;nein;;
0010;Kappa;J;33;nein;nein;nein;;
0011;Lambda;K;33;nein;ja;nein;;30.11.2026
0012;My;L;50;nein;ja;nein;;30.06.2026
0012;My;L;1;nein;ja;nein;01.07.2026;
"""
# Zentral bestätigt ist nur, was mit --central kommt.
TRAINING_HEADERS = (
    "Personalnummer;Titel;Anbieter;Kompetenz;Format;Herkunft;Beginn;Ende;Umfang;Einheit"
)
TRAININGS = f"""{TRAINING_HEADERS};Nachweis
0001;Kurs A;VHS;interkulturell;Präsenzschulung;extern;14.03.2022;;8;UE;a.pdf
0002;Kurs B;VHS;mehrsprachig;Präsenzschulung;extern;01.02.2023;01.06.2023;60;h;a.pdf
0003;Kurs C;VHS;bürgernah;Präsenzschulung;extern;02.05.2024;;6;h;a.pdf
0004;Spanisch;VHS;mehrsprachig;E-Learning;außerhalb der Dienstzeit;01.10.2020;29.01.2021;40;UE;a.pdf
0005;Kurs D;VHS;demokratisch;Präsenzschulung;extern;02.05.2024;;7;UE;a.pdf
0006;Kurs E;VHS;bürgernah;Präsenzschulung;extern;02.05.2024;;4;h;a.pdf
0006;Kurs F;VHS;bürgernah;Präsenzschulung;extern;03.05.2024;;3;h;a.pdf
0007;Kurs G;VHS;demokratisch;Präsenzschulung;extern;31.12.2020;;6;h;a.pdf
0008;Kurs H;VHS;demokratisch;Präsenzschulung;extern;02.05.2024;;6;h;
0010;Kurs I;VHS;interkulturell;Präsenzschulung;extern;02.05.2024;;12;h;a.pdf
0011;Kurs J;VHS;interkulturell;Präsenzschulung;extern;02.05.2024;;6;h;a.pdf
0012;Kurs K;VHS;interkulturell;Präsenzschulung;extern;02.05.2024;;6;h;a.pdf
"""
CENTRAL = f"""{TRAINING_HEADERS}
0009;Kurs Z;Fortbildung;demokratisch;Präsenzschulung;zentral;02.05.2024;;6;h
"""
# The worked cases of the rules, to the last cell.
DATA = [
    ["1", "Einheit 1", "Führungskräfte", 0, 0, 0, 0, 0, 0, 0, 0, 0, None, "offen"],
    ["1", "Einheit 1", "Beschäftigte", 1, 0, 1, 0, 0, 1, 1, 1, 0, 1, "offen"],
    ["33", "Einheit 33", "Führungskräfte", 0, 0, 0, 0, 0, 0, 0, 0, 0, None, "offen"],
    ["33", "Einheit 33", "Beschäftigte", 6, 1, 0, 1, 0, 2, 2, 2, 4, 2 / 6, "offen"],
    ["50", "Einheit 50", "Führungskräfte", 3, 0, 1, 1, 1, 3, 3, 1, 2, 1 / 3, "offen"],
    ["50", "Einheit 50", "Beschäftigte", 0, 0, 0, 0, 0, 0, 0, 0, 0, None, "offen"],
]


def flat_rows(content: bytes) -> list[list[object]]:
    """Return the sheet „Daten“ without its header."""
    book = openpyxl.load_workbook(BytesIO(content), data_only=True)
    header, *rows = book["Daten"].iter_rows(values_only=True)
    assert header == DATA_HEADINGS
    return [list(row) for row in rows]


def check_equal(found: list[list[object]], expected: list[list[object]]) -> None:
    assert len(found) == len(expected)
    for row, other in zip(found, expected, strict=True):
        assert row[:12] + row[13:] == other[:12] + other[13:]
        assert row[12] == (None if other[12] is None else pytest.approx(other[12]))


@pytest.fixture
def imported(run: Run, world: World, tmp_path: Path) -> World:
    """The worked cases, imported from lists."""
    folder = tmp_path / "nachweise"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(make_pdf())
    for name, content in (("p", STAFF), ("s", TRAININGS), ("z", CENTRAL)):
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    for arguments in (
        ["staff", tmp_path / "p.csv"],
        ["trainings", tmp_path / "s.csv", "--files", folder],
        ["trainings", tmp_path / "z.csv", "--central"],
    ):
        done = run("import", *arguments)
        assert done.code == 0, done.err
    return world


def export(run: Run, target: Path, *options: str, on: str = "2026-12-31") -> bytes:
    done = run("evaluation", "export", "--as-of", on, "--output", target, *options)
    assert done.code == 0, done.err
    return target.read_bytes()


def test_the_command_on_imported_lists_equals_the_rules_to_the_last_cell(
    imported: World, run: Run, tmp_path: Path
):
    check_equal(flat_rows(export(run, tmp_path / "stadt.xlsx")), DATA)


def test_the_command_writes_one_unit(imported: World, run: Run, tmp_path: Path):
    content = export(run, tmp_path / "amt.xlsx", "--unit", "33")

    check_equal(flat_rows(content), DATA[2:4])


def test_the_command_writes_csv_and_pdf_by_the_ending(imported: World, run: Run, tmp_path: Path):
    rows = list(
        csv.reader(StringIO(export(run, tmp_path / "a.CSV").decode("utf-8-sig")), delimiter=";")
    )

    assert rows[0] == list(DATA_HEADINGS)
    assert [row[3:12] for row in rows[1:]] == [[str(cell) for cell in row[3:12]] for row in DATA]
    assert export(run, tmp_path / "a.pdf").startswith(b"%PDF-1.7")


def test_the_table_of_another_day_is_another_table(imported: World, run: Run, tmp_path: Path):
    rows = flat_rows(export(run, tmp_path / "frueher.xlsx", on="2026-06-30"))

    assert [row[3] for row in rows] == [0, 0, 0, 7, 3, 1]  # nobody has moved or left yet


@pytest.mark.parametrize(
    "case",
    [
        (["--as-of", "2027-01-01", "--output", "a.xlsx"], 1, "außerhalb des Auftrags"),
        (["--as-of", "2020-12-31", "--output", "a.xlsx"], 1, "01.01.2021 bis 31.12.2026"),
        (["--as-of", "2026-12-31", "--output", "a.ods"], 2, ".xlsx, .pdf oder .csv"),
        (["--as-of", "gestern", "--output", "a.xlsx"], 2, "--as-of"),
        (["--output", "a.xlsx"], 2, "--as-of"),
        (["--as-of", "2026-12-31"], 2, "--output"),
        (["--as-of", "2026-12-31", "--unit", "77", "--output", "a.xlsx"], 1, "gibt es nicht"),
        (["--as-of", "2026-12-31", "--unit", "33.1", "--output", "a.xlsx"], 1, "nicht berichtspfl"),
        (["--as-of", "2026-12-31", "--output", "nirgends/a.xlsx"], 1, "lässt sich nicht schreiben"),
    ],
)
def test_wrong_arguments_are_refused_with_a_sentence(
    world: World, run: Run, tmp_path: Path, monkeypatch, case
):
    arguments, code, told = case
    monkeypatch.chdir(tmp_path)
    done = run("evaluation", "export", *arguments)

    assert (done.code, done.out) == (code, "")
    assert told in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", ["0010", "=1+1", "7" * 50])
def test_any_number_of_a_unit_stays_text(app: Flask, world: World, run: Run, tmp_path, number):
    with app.app_context():
        make_unit(number, name="=HYPERLINK(1)", parent=None)
        db.session.commit()
    rows = flat_rows(export(run, tmp_path / "a.xlsx"))

    assert [number, "=HYPERLINK(1)"] in [row[:2] for row in rows]
    assert flat_rows(export(run, tmp_path / "b.xlsx", "--unit", number))[0][0] == number


def page_rows(evaluation: Evaluation, url: str, by: str) -> list[list[object]]:
    response = evaluation.office.browser(by).get(url)
    assert response.status_code == 200, text_of(response)
    return flat_rows(response.data)


def test_the_city_has_deliveries_as_released_and_the_rest_counted_now(evaluation: Evaluation):
    evaluation.office.train("0082", evidence=True)
    request_id = evaluation.opened()
    evaluation.deliver()
    evaluation.office.train("0071", evidence=True)
    evaluation.office.train("5004", evidence=True)
    url = f"/anforderungen/{request_id}/stadt.xlsx"

    live = {(row[0], row[2]): row[3:] for row in page_rows(evaluation, f"{url}?offene=mit", "hr")}
    assert live["33", "Beschäftigte"][7] == 0  # as delivered
    assert live["33", "Beschäftigte"][-1] == "abgegeben, vorläufig"
    assert live["50", "Beschäftigte"][7] == 1
    assert live["50", "Beschäftigte"][-1] == "vorläufig"
    bare = {(row[0], row[2]): row[3:] for row in page_rows(evaluation, url, "hr")}
    assert bare["33", "Beschäftigte"] == live["33", "Beschäftigte"]
    assert bare["50", "Beschäftigte"] == [*[None] * 10, "offen"]


def test_a_returned_delivery_is_none(evaluation: Evaluation):
    request_id = evaluation.opened()
    evaluation.deliver()
    evaluation.return_it()
    rows = page_rows(evaluation, f"/anforderungen/{request_id}/stadt.xlsx", "hr")

    assert {row[-1] for row in rows} == {"offen"}


def test_the_command_follows_the_request_for_the_day(evaluation: Evaluation, run: Run, tmp_path):
    evaluation.opened()
    evaluation.deliver()
    evaluation.office.train("0071", evidence=True)
    city = {row[0]: row[-1] for row in flat_rows(export(run, tmp_path / "a.xlsx"))}
    office = flat_rows(export(run, tmp_path / "b.xlsx", "--unit", "33"))
    other = flat_rows(export(run, tmp_path / "c.xlsx", "--unit", "50"))

    assert city == {"1": "vorläufig", "33": "abgegeben, vorläufig", "50": "vorläufig"}
    assert [row[10] for row in office] == [0, 0]
    assert other[0][-1] == "vorläufig"


def test_the_office_takes_its_own_table_and_what_it_delivered(evaluation: Evaluation):
    evaluation.opened()
    evaluation.deliver()
    evaluation.office.train("0071", evidence=True)
    (delivery,) = evaluation.deliveries()
    now = page_rows(evaluation, evaluation.url("/tabelle.xlsx"), "officer33")
    then = page_rows(evaluation, f"/meldungen/{delivery.id}/tabelle.xlsx", "head33")

    assert [row[10] for row in now] == [0, 1]
    assert [row[10] for row in then] == [0, 0]
    assert (now[0][-1], then[0][-1]) == ("vorläufig", "abgegeben, vorläufig")


def test_who_took_which_file_is_in_the_audit_trail(evaluation: Evaluation):
    request_id = evaluation.opened()
    response = evaluation.office.browser("hr").get(f"/anforderungen/{request_id}/stadt.pdf")
    assert response.headers["Content-Disposition"] == (
        "attachment; filename=Auswertung-Stadt-2026-12-31.pdf"
    )
    with evaluation.app.app_context():
        event = db.session.query(AuditEvent).filter_by(action="evaluation-exported").one()

        assert event.details == "Auswertung-Stadt-2026-12-31.pdf"
        assert event.actor_id == evaluation.world.user_ids["hr"]


@pytest.fixture
def half_imported(app: Flask, world: World) -> Callable[[], None]:
    """An import that has written half of its rows and not committed."""
    with app.app_context():
        person = make_person("1", unit=world.unit_ids["33"], has_citizen_contact=True)
        make_training(person, area=Area.DEMOCRATIC, evidence=True)
        db.session.commit()
        url = db.engine.url
    connection = create_engine(url).connect()
    connection.execute(text("DELETE FROM evidence"))
    yield connection.commit
    connection.close()
    connection.engine.dispose()


def test_an_export_during_an_import_shows_the_moment_before_it(
    half_imported, world: World, run: Run, tmp_path: Path
):
    before = flat_rows(export(run, tmp_path / "a.xlsx"))
    half_imported()
    after = flat_rows(export(run, tmp_path / "b.xlsx"))

    assert before[3][4] == 1
    assert after[3][4] == 0


def test_all_that_goes_into_a_file_is_read_at_one_moment(app: Flask, world: World):
    """Between two queries of an export somebody closes a unit: it is still there for both."""
    with app.app_context():
        read_consistently()
        first = {unit.number for unit in list_units(with_closed=False)}
        other = create_engine(db.engine.url)
        with other.begin() as connection:
            connection.execute(text("UPDATE unit SET closed_on = '2026-01-01'"))
        other.dispose()
        db.session.expire_all()
        second = {unit.number for unit in list_units(with_closed=False)}
        db.session.rollback()
        third = db.session.query(Unit).filter(Unit.closed_on.is_(None)).count()

    assert first == second
    assert third == 0
