"""Files made on the spot: no binary fixtures."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

import pytest
import xlsxwriter

MakeXlsx = Callable[..., bytes]  # rows of the sheet „Liste“, further sheets by name
WithParts = Callable[[Mapping[str, bytes | str | None]], bytes]
OPTIONS = {
    "in_memory": True,
    "default_date_format": "dd.mm.yyyy",
    "strings_to_formulas": False,
    "strings_to_urls": False,
}


@pytest.fixture(scope="session")
def make_xlsx() -> MakeXlsx:
    def make(rows: Sequence[Sequence[object]], **more_sheets: Sequence[Sequence[object]]) -> bytes:
        content = io.BytesIO()
        with xlsxwriter.Workbook(content, OPTIONS) as workbook:
            for title, lines in {"Liste": rows, **more_sheets}.items():
                sheet = workbook.add_worksheet(title)
                for number, line in enumerate(lines):
                    sheet.write_row(number, 0, line)
        return content.getvalue()

    return make


@pytest.fixture(scope="session")
def with_parts(make_xlsx) -> WithParts:
    """A sound workbook with some parts replaced, added, or (None) left out."""

    def make(parts: Mapping[str, bytes | str | None]) -> bytes:
        sound = make_xlsx([["Nummer"], ["50"]])
        content = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(sound)) as old,
            zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            everything = {name: old.read(name) for name in old.namelist()} | dict(parts)
            for name, part in everything.items():
                if part is not None:
                    new.writestr(name, part)
        return content.getvalue()

    return make


@pytest.fixture(scope="session")
def with_sheet(with_parts) -> Callable[[str], bytes]:
    """A workbook whose only sheet holds this XML between <sheetData> and its end."""

    def make(sheet_data: str, prologue: str = "") -> bytes:
        namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        return with_parts(
            {
                "xl/worksheets/sheet1.xml": f'{prologue}<worksheet xmlns="{namespace}">'
                f"<sheetData>{sheet_data}</sheetData></worksheet>"
            }
        )

    return make
