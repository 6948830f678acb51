"""The evaluation as a tagged PDF: the tables of the workbook, in the same order and words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from selfcheck.evaluation.explanations import (
    describe_coverage,
    describe_line,
    describe_report,
    explain_columns,
    explain_rules,
    explain_states,
    list_remarks,
)
from selfcheck.evaluation.figures import COLUMN_LABELS, QUOTA_LABEL, Figures
from selfcheck.evaluation.report import OfficeLine, Report, add_up_lines, list_blocks
from selfcheck.evaluation.snapshot import Rows, with_total
from selfcheck.reports.typst_pdf import compile_pdf
from selfcheck.training.mandate import Group

TEMPLATE = Path(__file__).parent / "evaluation.typ"
FOOTER_LENGTH = 70  # characters of the title


def write_pdf(report: Report) -> bytes:
    """Return the PDF of a report."""
    made = report.made_at
    hashes = [(line.label, line.sha256) for line in report.lines if line.sha256]
    data = {
        "title": report.title,
        "author": report.city,
        "made": {"year": made.year, "month": made.month, "day": made.day},
        "head": describe_report(report),
        "columns": [*COLUMN_LABELS.values(), QUOTA_LABEL],
        "blocks": _list_tables(report),
        "meanings": explain_columns(),
        "rules": explain_rules(report.mandate),
        "states": explain_states(report),
        "rules_version": f"{report.mandate.title}, Fassung {report.rules_version}",
        "remarks": list_remarks(report),
        # That of a single office stands in its head, so that one page is enough.
        "hashes": hashes if report.is_city else [],
        "hash": "" if report.is_city else report.lines[0].sha256,
        "footer-title": _shortened(report.title),
        "footer-day": f"Stichtag {report.reference_date:%d.%m.%Y}",
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
                _sum(f"Summe {block.title}", block.lines),
            ],
        }
        for block in list_blocks(report)
    ]
    total = f"{report.city} gesamt"
    return [*tables, {"title": total, "entries": [_sum(total, report.lines)]}]


def _entry(line: OfficeLine) -> dict[str, object]:
    told = {"label": line.label, "state": describe_line(line), "is_sum": False}
    if line.rows is not None:
        return {**told, "rows": _rows(line.rows)}
    groups = [*(group.value for group in Group), "Gesamt"]
    empty = [""] * (len(Figures._fields) + 1)
    return {**told, "rows": [[label, *empty] for label in groups]}


def _sum(label: str, lines: Sequence[OfficeLine]) -> dict[str, object]:
    rows, state = add_up_lines(lines), describe_coverage(lines)
    return {"label": label, "state": state, "is_sum": True, "rows": _rows(rows)}


def _rows(rows: Rows) -> list[list[str]]:
    """Return the three rows of a unit as they are printed."""
    return [
        [label, *(f"{number:,}".replace(",", ".") for number in figures), _share(figures.quota)]
        for label, _, figures in with_total(rows)
    ]


def _share(quota: float | None) -> str:
    return "" if quota is None else f"{quota:.1%}".replace(".", ",").replace("%", " %")


def _shortened(title: str) -> str:
    return title if len(title) <= FOOTER_LENGTH else f"{title[: FOOTER_LENGTH - 1]}…"
