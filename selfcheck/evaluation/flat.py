"""The flat rows of an evaluation as CSV, for further processing."""

from __future__ import annotations

from selfcheck.evaluation.report import DATA_HEADINGS, Report, data_rows
from selfcheck.lists.csv_writing import write_csv


def write_flat(report: Report) -> bytes:
    """Return the rows of the sheet „Daten“ as CSV."""
    return write_csv(DATA_HEADINGS, data_rows(report))
