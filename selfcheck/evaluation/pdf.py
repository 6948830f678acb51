"""The evaluation as a tagged PDF: the tables of the workbook, in the same order and words."""

from __future__ import annotations

from pathlib import Path

from selfcheck.evaluation.explanations import (
    describe_line,
    describe_report,
    explain_columns,
    explain_rules,
    list_remarks,
)
from selfcheck.evaluation.figures import COLUMN_LABELS, QUOTA_LABEL, Figures
from selfcheck.evaluation.report import OfficeLine, Report, list_blocks
from selfcheck.evaluation.snapshot import Rows, with_total
from selfcheck.reports.typst_pdf import compile_pdf
from selfcheck.training.mandate import Group

TEMPLATE = Path(__file__).parent / "evaluation.typ"


def write_pdf(report: Report) -> bytes:
    """Return the PDF of a report."""
    made = report.made_at
    data = {
        "title": report.title,
        "author": report.city,
        "made": {"year": made.year, "month": made.month, "day": made.day},
        "head": describe_report(report),
        "columns": [*COLUMN_LABELS.values(), QUOTA_LABEL],
        "blocks": _list_tables(report),
        "meanings": explain_columns(),
        "rules": explain_rules(report.mandate),
        "rules_version": f"{report.mandate.title}, Fassung {report.rules_version}",
        "remarks": list_remarks(report),
        "hashes": [[line.label, line.sha256] for line in report.lines if line.sha256],
        "footer": f"Stichtag {report.reference_date:%d.%m.%Y}",
    }
    return compile_pdf(TEMPLATE, data)


def _list_tables(report: Report) -> list[dict[str, object]]:
    """Return the tables, each with a heading and the entries of its units."""
    if not report.is_city:
        line = report.lines[0]
        return [{"title": line.label, "entries": [_entry(line)]}]
    tables: list[dict[str, object]] = [
        {
            "title": block.title,
            "entries": [
                *map(_entry, block.lines),
                _sum(f"Summe {block.title}", block.rows),
            ],
        }
        for block in list_blocks(report)
    ]
    total = f"{report.city} gesamt"
    return [*tables, {"title": total, "entries": [_sum(total, report.rows)]}]


def _entry(line: OfficeLine) -> dict[str, object]:
    told = {"label": line.label, "state": describe_line(line), "is_sum": False}
    if line.rows is not None:
        return {**told, "rows": _rows(line.rows)}
    groups = [*(group.value for group in Group), "Gesamt"]
    empty = [""] * (len(Figures._fields) + 1)
    return {**told, "rows": [[label, *empty] for label in groups]}


def _sum(label: str, rows: Rows) -> dict[str, object]:
    return {"label": label, "state": "", "is_sum": True, "rows": _rows(rows)}


def _rows(rows: Rows) -> list[list[str]]:
    """Return the three rows of a unit as they are printed."""
    return [
        [label, *(f"{number:,}".replace(",", ".") for number in figures), _share(figures.quota)]
        for label, _, figures in with_total(rows)
    ]


def _share(quota: float | None) -> str:
    return "" if quota is None else f"{quota:.1%}".replace(".", ",").replace("%", " %")
