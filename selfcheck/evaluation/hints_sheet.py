"""The sheet „Hinweise“: all that a reader needs who got the workbook by mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from xlsxwriter.worksheet import Worksheet

from selfcheck.evaluation.explanations import (
    describe_basis,
    describe_line,
    describe_report,
    explain_columns,
    explain_rules,
    explain_states,
    list_remarks,
)
from selfcheck.evaluation.figures import COLUMN_LABELS, add_up
from selfcheck.evaluation.report import Report
from selfcheck.evaluation.sheet_styles import (
    LINE_HEIGHT,
    Formats,
    Pages,
    height_of,
    set_up_page,
    write_text,
)
from selfcheck.training.mandate import Group

WIDTHS = LABEL_WIDTH, TEXT_WIDTH, HASH_WIDTH = 44, 90, 68
HEADING_HEIGHT = 18
# What a row can show of a text; a longer one goes on below it.
LINES_OF_A_ROW = 20

SHEETS = [
    ("Auswertung", "Die amtliche Tabelle; Summen und Quoten sind Formeln."),
    ("Daten", "Dieselben Zahlen ohne Summen, eine Zeile je Einheit und Gruppe."),
    ("Diagramm", "Die Erfüllungsquoten als Balken."),
    ("Hinweise", "Herkunft, Regeln und Prüfsummen der Zahlen."),
]
CHECKED = "Stimmt eine Summe nicht mehr, wurde das Blatt verändert."
HASHED = (
    "Die Prüfsumme (SHA-256) steht in der Anwendung auch bei der Meldung. Sind beide gleich, ist "
    "es dieselbe Meldung."
)
Pairs = Iterable[tuple[str, str] | tuple[str, int]]


class HintsSheet:
    """Writes pairs of a heading and a text from top to bottom; ``row`` is the next free one."""

    def __init__(self, sheet: Worksheet, formats: Formats, report: Report) -> None:
        self.sheet = sheet
        self.formats = formats
        self.report = report
        self.row = 0
        self.pages = Pages(WIDTHS)

    def write(self) -> None:
        """Write the whole sheet."""
        report, sheet = self.report, self.sheet
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        self._write_section("Herkunft der Zahlen", _list_origin(report))
        self._write_section("Blätter dieser Datei", SHEETS)
        self._write_section("Bedeutung der Spalten", explain_columns())
        self._write_section("So wurde gezählt", explain_rules(report.mandate))
        self._write_section("Bedeutung des Standes", explain_states(report))
        sums: Pairs = [*_list_check_sums(report), ("", CHECKED)]
        self._write_section("Prüfsummen des Blattes „Daten“", sums)
        self._write_units()
        self._write_section("Bemerkungen", list_remarks(report))
        sheet.set_h_pagebreaks(self.pages.breaks)
        day = f"Stichtag {report.reference_date:%d.%m.%Y}"
        set_up_page(sheet, title=report.title, day=day)

    def _write_section(self, heading: str, pairs: Pairs) -> None:
        rows = [part for label, told in pairs for part in _parts_of(label, told)]
        if not rows:
            return
        heights = [_height_of_pair(label, told) for label, told in rows]
        self._write_heading(heading, sum(heights))
        for (label, told), height in zip(rows, heights, strict=True):
            self.pages.keep_together(self.row, height)
            write_text(self.sheet, self.row, 0, label, self.formats["bold"])
            if isinstance(told, int):
                self.sheet.write_number(self.row, 1, told, self.formats["number-left"])
            else:
                write_text(self.sheet, self.row, 1, told, self.formats["wrapped"])
            self._advance(height)
        self._advance(LINE_HEIGHT)

    def _write_heading(self, heading: str, height: float) -> None:
        """Write a heading, on one page with what follows if a page is high enough."""
        together = HEADING_HEIGHT + height
        is_high = together > self.pages.height
        self.pages.keep_together(self.row, 5 * HEADING_HEIGHT if is_high else together)
        for column in range(len(WIDTHS)):
            self.sheet.write_blank(self.row, column, None, self.formats["section"])
        write_text(self.sheet, self.row, 0, heading, self.formats["section"])
        self._advance(HEADING_HEIGHT)

    def _advance(self, height: float) -> None:
        self.sheet.set_row(self.row, height)
        self.row += 1
        self.pages.used += height

    def _write_units(self) -> None:
        """Write who released what, with the hash of the delivery where there is one."""
        rows = [(line.label, describe_line(line), line.sha256) for line in self.report.lines]
        heights = [
            max(height_of(label, LABEL_WIDTH), height_of(told, TEXT_WIDTH))
            for label, told, _ in rows
        ]
        self._write_heading("Meldungen der Organisationseinheiten", sum(heights))
        for column, heading in enumerate(["Organisationseinheit", "Stand", "SHA-256 der Meldung"]):
            write_text(self.sheet, self.row, column, heading, self.formats["header"])
        self._advance(LINE_HEIGHT)
        for (label, told, sha256), height in zip(rows, heights, strict=True):
            self.pages.keep_together(self.row, height)
            write_text(self.sheet, self.row, 0, label, self.formats["wrapped"])
            write_text(self.sheet, self.row, 1, told, self.formats["wrapped"])
            write_text(self.sheet, self.row, 2, sha256, self.formats["code"])
            self._advance(height)
        if any(line.sha256 for line in self.report.lines):
            write_text(self.sheet, self.row, 0, HASHED, self.formats["plain"])
            self._advance(LINE_HEIGHT)
        self._advance(LINE_HEIGHT)


def _list_origin(report: Report) -> list[tuple[str, str]]:
    return [
        ("Anforderung", report.title),
        ("Für", describe_report(report)[0]),
        ("Stichtag", f"{report.reference_date:%d.%m.%Y}"),
        ("Grundlage", describe_basis(report)),
        ("Regeln", f"{report.mandate.title}, Fassung {report.rules_version}"),
        ("Erstellt", f"{report.made_at:%d.%m.%Y, %H:%M} Uhr"),
    ]


def _list_check_sums(report: Report) -> list[tuple[str, int]]:
    figures = [line.rows[group] for line in report.lines if line.rows for group in Group]
    sums = zip(COLUMN_LABELS.values(), add_up(figures), strict=True)
    return [("Zeilen", len(report.lines) * len(Group)), *sums]


def _height_of_pair(label: str, told: str | int) -> float:
    label_height = height_of(label, LABEL_WIDTH, is_bold=True)
    return max(label_height, height_of(str(told), TEXT_WIDTH))


def _parts_of(label: str, told: str | int) -> Iterator[tuple[str, str | int]]:
    """Yield a pair, in several rows if its text is longer than one can show."""
    if isinstance(told, int):
        yield label, told
        return
    lines = [line for part in told.splitlines() or [""] for line in wrap(part, 80) or [""]]
    if len(lines) <= LINES_OF_A_ROW:
        yield label, told
        return
    for start in range(0, len(lines), LINES_OF_A_ROW):
        yield ("" if start else label), "\n".join(lines[start : start + LINES_OF_A_ROW])
