"""The sheets „Hinweise“ and „Diagramm“ of the workbook."""

import re
import zipfile
from io import BytesIO

import openpyxl
import pytest
from unit_evaluation import LONG_NAME, make_city, make_line, make_report

from selfcheck.evaluation.explanations import explain_columns, explain_rules
from selfcheck.evaluation.figures import COLUMN_LABELS, add_up
from selfcheck.evaluation.report import Report
from selfcheck.evaluation.states import Status
from selfcheck.evaluation.workbook import write_evaluation


@pytest.fixture(scope="module")
def city() -> Report:
    return make_city()


@pytest.fixture(scope="module")
def content(city) -> bytes:
    return write_evaluation(city)


def hints_of(content: bytes) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(BytesIO(content))["Hinweise"].iter_rows(values_only=True))


def section_of(hints: list[tuple[object, ...]], heading: str) -> dict[object, object]:
    """Return the pairs below a heading, to the next blank row."""
    start = next(row for row, values in enumerate(hints) if values[0] == heading) + 1
    end = next((row for row in range(start, len(hints)) if not any(hints[row])), len(hints))
    return {label: told for label, told, *_ in hints[start:end]}


def test_the_hints_hold_the_sums_of_the_flat_sheet_as_numbers(city, content):
    sums = section_of(hints_of(content), "Prüfsummen des Blattes „Daten“")
    sheet = openpyxl.load_workbook(BytesIO(content))["Daten"]
    headings, *rows = sheet.iter_rows(values_only=True)

    for label in COLUMN_LABELS.values():
        column = headings.index(label)
        assert sums[label] == sum(row[column] or 0 for row in rows)
    assert sums["Zielgruppe"] == add_up(city.rows.values()).people
    assert sums["Zeilen"] == len(rows)


def test_the_hints_hold_each_delivery_with_its_hash(content):
    units = {row[0]: row[1:] for row in hints_of(content) if row[2]}

    released = "Stand: abgegeben; freigegeben am 12.01.2027 von Dr. Änne Groß"
    assert units["01 Amt 01"] == (released, f"{1:064x}")
    assert "04 Amt 04" not in units
    assert section_of(hints_of(content), "Meldungen der Organisationseinheiten")["04 Amt 04"] == (
        "Stand: offen"
    )


def test_the_hints_say_where_the_figures_come_from_and_by_which_rules(city, content):
    hints = hints_of(content)
    origin = section_of(hints, "Herkunft der Zahlen")
    rules = section_of(hints, "So wurde gezählt")

    assert origin["Stichtag"] == "31.12.2026"
    assert origin["Regeln"] == "Schulungsauftrag 2026, Fassung 1"
    assert origin["Grundlage"].startswith("Es stehen nur freigegebene Meldungen")
    assert rules == dict(explain_rules(city.mandate))
    for told in ("01.01.2021", "31.12.2026", "mindestens 6 Stunden", "Abschnitt 6"):
        assert told in rules["Anerkannte Schulung"]
    assert rules["Führungskräfte"].endswith(
        "demokratische Kompetenz oder interkulturelle Kompetenz (Abschnitt 4)."
    )
    assert section_of(hints, "Bedeutung der Spalten") == dict(explain_columns())


def test_live_figures_are_called_provisional():
    lines = [make_line("33", status=Status.PROVISIONAL), make_line("50", status=Status.OPEN)]
    hints = hints_of(write_evaluation(make_report(lines)))

    assert "Stand „vorläufig“" in section_of(hints, "Herkunft der Zahlen")["Grundlage"]
    assert section_of(hints, "Bedeutung des Standes") == {
        "vorläufig": "Nicht abgegeben; die Zahlen sind beim Erstellen gezählt.",
        "offen": "Nicht angefordert; die Zahlen sind beim Erstellen gezählt.",
    }


def test_the_hints_name_who_is_missing_and_who_is_in_no_row(content):
    remarks = section_of(hints_of(content), "Bemerkungen")

    assert "04 Amt 04; 13 Amt 13" in remarks["Nicht abgegeben"]
    assert "01 Amt 01" not in remarks["Nicht abgegeben"]
    assert remarks["Nicht in der Zielgruppe"].startswith("3 Personen")
    assert remarks["Ohne berichtspflichtige Einheit"].startswith("99 =1+1: 4 Personen")
    assert remarks[f"Kommentar 0010 {LONG_NAME}"] == "=1+1\nNoch etwas."


def test_a_long_comment_goes_on_in_further_rows():
    words = [f"Wort{number}" for number in range(1000)]
    content = write_evaluation(make_report([make_line(comment=" ".join(words))], is_city=False))
    hints = hints_of(content)
    start = next(row for row, values in enumerate(hints) if values[0] == "Kommentar 33 Amt 33")
    parts = [str(values[1]) for values in hints[start:]]

    assert len(parts) > 2
    assert " ".join(parts).split() == words
    assert [values[0] for values in hints[start + 1 :]] == [None] * (len(parts) - 1)
    heights = openpyxl.load_workbook(BytesIO(content))["Hinweise"].row_dimensions
    assert all(heights[start + 1 + index].height < 400 for index in range(len(parts)))


def test_the_chart_draws_the_cells_beside_it(city, content):
    quotas = [
        (line, line.total.quota)
        for line in city.lines
        if line.rows and line.total.quota is not None
    ]
    sheet = openpyxl.load_workbook(BytesIO(content))["Diagramm"]
    rows = list(sheet.iter_rows(min_row=2, max_row=1 + len(quotas), values_only=True))

    assert [row[1] for row in rows] == pytest.approx([quota for _, quota in quotas], rel=1e-15)
    assert [row[2] for row in rows] == [line.status.value for line, _ in quotas]
    assert rows[0][0] == "01 Amt 01"
    assert max(len(row[0]) for row in rows) == 48
    with zipfile.ZipFile(BytesIO(content)) as parts:
        chart = parts.read("xl/charts/chart1.xml").decode()
    last = 1 + len(quotas)
    assert re.findall("<c:f>(.*?)</c:f>", chart) == [
        f"Diagramm!$A$2:$A${last}",
        f"Diagramm!$B$2:$B${last}",
    ]
    assert '<c:tickLblSkip val="1"/>' in chart
    assert sheet[f"A{last + 2}"].value == "Ohne Zahlen oder ohne Zielgruppe, deshalb nicht hier: 10"


def test_the_chart_is_described_in_words(content):
    with zipfile.ZipFile(BytesIO(content)) as parts:
        drawing = parts.read("xl/drawings/drawing1.xml").decode()

    (described,) = re.findall('descr="(.*?)"', drawing)
    assert described == (
        "Balkendiagramm: Erfüllungsquote zum 31.12.2026 für 47 Organisationseinheiten, von 1,1% "
        "bis 57,1%. Alle Werte stehen in der Tabelle links."
    )
