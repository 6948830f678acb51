"""The sheet „Diagramm“: the quota of each unit, drawn by Excel from the cells beside it."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.worksheet import Worksheet

from selfcheck.evaluation.figures import QUOTA_LABEL
from selfcheck.evaluation.report import OfficeLine, Report
from selfcheck.evaluation.sheet_styles import (
    BAR,
    FAINT_LINE,
    INK,
    SHARE,
    Formats,
    set_up_page,
    write_text,
)

LABEL_LENGTH = 48
WIDTHS = (LABEL_LENGTH, 15, 21, 3)
BAR_HEIGHT, CHART_MARGIN, CHART_WIDTH = 18, 120, 860  # pixels
# So many bars are still readable on one page.
BARS_OF_A_PAGE = 80
NOTHING = "Es gibt keine Zahlen, die sich zeichnen lassen."


def write_chart(workbook: Workbook, sheet: Worksheet, formats: Formats, report: Report) -> None:
    """Write the quotas of the units that have one, and draw them."""
    quotas = [(line, quota) for line in report.lines if (quota := _quota_of(line)) is not None]
    last = len(quotas)
    _write_quotas(sheet, formats, quotas, missing=len(report.lines) - last)
    day = f"{report.reference_date:%d.%m.%Y}"
    set_up_page(sheet, title=report.title, day=f"Stichtag {day}")
    if last <= BARS_OF_A_PAGE:
        sheet.fit_to_pages(1, 1)
    if quotas:
        title = f"{QUOTA_LABEL} zum {day}"
        described = _describe_chart(title, [quota for _, quota in quotas])
        chart = _make_chart(workbook, title, last)
        sheet.insert_chart(0, len(WIDTHS), chart, {"description": described})


def _write_quotas(
    sheet: Worksheet, formats: Formats, quotas: Sequence[tuple[OfficeLine, float]], missing: int
) -> None:
    """Write the cells that the chart is drawn from."""
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    write_text(sheet, 0, 0, "Organisationseinheit", formats["header"])
    write_text(sheet, 0, 1, QUOTA_LABEL, formats["header-number"])
    write_text(sheet, 0, 2, "Stand", formats["header-indented"])
    for row, (line, quota) in enumerate(quotas, 1):
        write_text(sheet, row, 0, _shortened(line.label), formats["word"])
        sheet.write_number(row, 1, quota, formats["share"])
        write_text(sheet, row, 2, line.status.value, formats["indented"])
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    if not quotas:
        write_text(sheet, 1, 0, NOTHING, formats["word"])
    elif missing:
        told = f"Ohne Zahlen oder ohne Zielgruppe, deshalb nicht hier: {missing}"
        write_text(sheet, len(quotas) + 2, 0, told, formats["word"])


def _make_chart(workbook: Workbook, title: str, last: int) -> Chart:
    """Return the bars of the rows 1 to ``last``, in their order."""
    chart = workbook.add_chart({"type": "bar"})
    font = {"size": 10, "color": INK}
    chart.add_series(
        {
            "name": QUOTA_LABEL,
            "categories": ["Diagramm", 1, 0, last, 0],
            "values": ["Diagramm", 1, 1, last, 1],
            "fill": {"color": BAR},
            "data_labels": {"value": True, "num_format": SHARE, "font": font},
            "gap": 40,
        }
    )
    chart.set_title({"name": title, "name_font": {"size": 14, "color": INK}})
    grid = {"visible": True, "line": {"color": FAINT_LINE}}
    chart.set_x_axis(
        {"min": 0, "max": 1, "num_format": "0%", "num_font": font, "major_gridlines": grid}
    )
    # Each unit is named, however many there are.
    chart.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": font})
    chart.set_legend({"none": True})
    chart.set_chartarea({"border": {"none": True}})
    chart.set_size({"width": CHART_WIDTH, "height": CHART_MARGIN + BAR_HEIGHT * last})
    return chart


def _describe_chart(title: str, quotas: list[float]) -> str:
    """Return the chart in words, for those who do not see it."""
    lowest, highest = (f"{one:.1%}".replace(".", ",") for one in (min(quotas), max(quotas)))
    return (
        f"Balkendiagramm: {title} für {len(quotas)} Organisationseinheiten, von {lowest} bis "
        f"{highest}. Alle Werte stehen in der Tabelle links."
    )


def _quota_of(line: OfficeLine) -> float | None:
    return None if line.total is None else line.total.quota


def _shortened(label: str) -> str:
    return label if len(label) <= LABEL_LENGTH else f"{label[: LABEL_LENGTH - 1]}…"
