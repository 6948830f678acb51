"""The evaluation as a workbook: Auswertung, Daten, Diagramm, Hinweise (interfaces.md)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from selfcheck.evaluation.explanations import (
    describe_basis,
    describe_line,
    describe_report,
    explain_columns,
    explain_rules,
    list_remarks,
)
from selfcheck.evaluation.figures import COLUMN_LABELS, QUOTA_LABEL, add_up
from selfcheck.evaluation.report import DATA_HEADINGS, OfficeLine, Report, data_rows
from selfcheck.evaluation.sheet_styles import (
    SHARE,
    Formats,
    height_of,
    set_up_page,
)
from selfcheck.evaluation.table_sheet import TableSheet
from selfcheck.training.mandate import Group

QUOTA_INDEX = DATA_HEADINGS.index(QUOTA_LABEL)
NUMBER_HEADINGS = {*COLUMN_LABELS.values(), QUOTA_LABEL}
DATA_WIDTHS = (12, 46, 16, *[14] * len(COLUMN_LABELS), 14, 22)
HINT_WIDTHS = (46, 110)
BAR_HEIGHT, CHART_MARGIN = 20, 120  # pixels
LABEL_LENGTH = 48
LONGEST_CELL = 32_767  # characters that Excel takes


def write_evaluation(report: Report) -> bytes:
    """Return the workbook of a report; text is always text, whatever it begins with."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(out, options) as workbook:
        workbook.set_properties(
            {
                "title": report.title,
                "subject": " · ".join(describe_report(report)[:2])[:255],
                "author": report.city,
                "category": report.mandate.title,
                "created": report.made_at.astimezone(UTC).replace(tzinfo=None),
            }
        )
        formats = Formats(workbook)
        TableSheet(workbook.add_worksheet("Auswertung"), formats, report).write()
        _write_data(workbook.add_worksheet("Daten"), formats, report)
        _write_chart(workbook, workbook.add_worksheet("Diagramm"), formats, report)
        _write_hints(workbook.add_worksheet("Hinweise"), formats, report)
    return out.getvalue()


def _write_data(sheet: Worksheet, formats: Formats, report: Report) -> None:
    """Write one row per unit and group, without totals."""
    for column, (heading, width) in enumerate(zip(DATA_HEADINGS, DATA_WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        is_number = heading in NUMBER_HEADINGS
        style = "header-number" if is_number else "header"
        sheet.write_string(0, column, heading, formats[style])
    sheet.set_row(0, 30)
    row = 0
    for row, values in enumerate(data_rows(report), 1):
        for column, value in enumerate(values):
            if isinstance(value, str):
                sheet.write_string(row, column, value, formats["plain"])
            elif value is not None:
                style = "share" if column == QUOTA_INDEX else "number"
                sheet.write_number(row, column, value, formats[style])
    sheet.autofilter(0, 0, row, len(DATA_HEADINGS) - 1)
    sheet.freeze_panes(1, 2)
    sheet.repeat_rows(0)
    _set_up(sheet, report)


def _write_chart(workbook: Workbook, sheet: Worksheet, formats: Formats, report: Report) -> None:
    """Write the quotas of the units, and draw them."""
    sheet.set_column(0, 0, LABEL_LENGTH)
    sheet.set_column(1, 1, 16)
    sheet.write_string(0, 0, "Organisationseinheit", formats["header"])
    sheet.write_string(0, 1, QUOTA_LABEL, formats["header-number"])
    quotas = [(line, quota) for line in report.lines if (quota := _quota_of(line)) is not None]
    for row, (line, quota) in enumerate(quotas, 1):
        sheet.write_string(row, 0, _shortened(line.label), formats["plain"])
        sheet.write_number(row, 1, quota, formats["share"])
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    _set_up(sheet, report)
    if not quotas:
        sheet.write_string(1, 0, "Es gibt keine Zahlen, die sich zeichnen lassen.")
        return
    last = len(quotas)
    chart = workbook.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": QUOTA_LABEL,
            "categories": ["Diagramm", 1, 0, last, 0],
            "values": ["Diagramm", 1, 1, last, 1],
            "fill": {"color": "#1F3F8F"},
            "data_labels": {"value": True, "num_format": SHARE},
            "gap": 40,
        }
    )
    title = f"{QUOTA_LABEL} zum {report.reference_date:%d.%m.%Y}"
    chart.set_title({"name": title, "name_font": {"size": 14}})
    chart.set_x_axis({"min": 0, "max": 1, "num_format": "0%", "major_gridlines": {"visible": True}})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    chart.set_legend({"none": True})
    chart.set_size({"width": 900, "height": CHART_MARGIN + BAR_HEIGHT * last})
    sheet.insert_chart(0, 3, chart, {"description": _describe_chart(title, quotas)})


def _write_hints(sheet: Worksheet, formats: Formats, report: Report) -> None:
    """Write what a reader must know, as pairs of a heading and a text."""
    for column, width in enumerate(HINT_WIDTHS):
        sheet.set_column(column, column, width)
    row = 0
    for heading, pairs in _list_hints(report):
        if not pairs:
            continue
        sheet.write_string(row, 0, heading, formats["section"])
        sheet.write_blank(row, 1, None, formats["section"])
        row += 1
        for label, full_text in pairs:
            text = full_text[:LONGEST_CELL]
            sheet.write_string(row, 0, label, formats["bold"])
            sheet.write_string(row, 1, text, formats["wrapped"])
            sheet.set_row(row, height_of(*zip((label, text), HINT_WIDTHS, strict=True)))
            row += 1
        row += 1
    _set_up(sheet, report)


def _list_hints(report: Report) -> list[tuple[str, Sequence[tuple[str, str]]]]:
    rules = explain_rules(report.mandate)
    return [
        (
            "Herkunft der Zahlen",
            [
                ("Anforderung", report.title),
                ("Stichtag", f"{report.reference_date:%d.%m.%Y}"),
                ("Grundlage", describe_basis(report)),
                ("Regeln", f"{report.mandate.title}, Fassung {report.rules_version}"),
                ("Erstellt", f"{report.made_at:%d.%m.%Y, %H:%M} Uhr"),
            ],
        ),
        ("Bedeutung der Spalten", explain_columns()),
        ("So wurde gezählt", [(str(number), rule) for number, rule in enumerate(rules, 1)]),
        ("Prüfsummen des Blattes „Daten“", _list_check_sums(report)),
        ("Organisationseinheiten", [(line.label, _describe_origin(line)) for line in report.lines]),
        ("Bemerkungen", list_remarks(report)),
    ]


def _list_check_sums(report: Report) -> list[tuple[str, str]]:
    figures = [line.rows[group] for line in report.lines if line.rows for group in Group]
    sums = zip(COLUMN_LABELS.values(), add_up(figures), strict=True)
    counted = [("Zeilen", len(report.lines) * len(Group)), *sums]
    return [(label, str(number)) for label, number in counted]


def _describe_origin(line: OfficeLine) -> str:
    return f"{describe_line(line)}; SHA-256 {line.sha256}" if line.sha256 else describe_line(line)


def _describe_chart(title: str, quotas: Sequence[tuple[OfficeLine, float]]) -> str:
    """Return the chart in words, for those who do not see it."""
    lowest, highest = (
        f"{chosen(quota for _, quota in quotas):.1%}".replace(".", ",") for chosen in (min, max)
    )
    return (
        f"Balkendiagramm: {title} für {len(quotas)} Organisationseinheiten, von {lowest} bis "
        f"{highest}. Alle Werte stehen in der Tabelle links."
    )


def _quota_of(line: OfficeLine) -> float | None:
    return None if line.total is None else line.total.quota


def _shortened(label: str) -> str:
    return label if len(label) <= LABEL_LENGTH else f"{label[: LABEL_LENGTH - 1]}…"


def _set_up(sheet: Worksheet, report: Report) -> None:
    set_up_page(sheet, title=report.title, day=f"Stichtag {report.reference_date:%d.%m.%Y}")
