"""Lists of trainings as offices send them."""

from datetime import date
from io import BytesIO

import xlsxwriter

from selfcheck.documents import Document, DocumentRefused, MediaType
from selfcheck.training.importing import KnownTraining
from selfcheck.training.inputs import TrainingInput
from selfcheck.training.kinds import Area, Format, LengthUnit, Origin

HEADER = (
    "Personalnummer;Titel;Anbieter;Kompetenz;Format;Herkunft;Beginn;Ende;Umfang;Einheit;Nachweis"
)
LINE = "007;Kurs A;VHS;interkulturell;Präsenzschulung;extern;14.03.2024;;8;UE;"
PEOPLE = {"007": 1, "008": 2, "0009": 3}
COURSE = TrainingInput(
    title="Kurs A",
    provider="VHS",
    area=Area.INTERCULTURAL,
    format=Format.ON_SITE,
    origin=Origin.EXTERNAL,
    first_day=date(2024, 3, 14),
    last_day=date(2024, 3, 14),
    duration_minutes=360,
    length_unit=LengthUnit.LESSONS,
)
KNOWN = KnownTraining(record_id=70, revision=1, entered=COURSE)


def document(name: str, sha256: str = "") -> Document:
    return Document(name, MediaType.PDF, b"%PDF-", sha256 or f"hash of {name}", 1)


FILES = {"a.pdf": document("a.pdf"), "b.pdf": document("b.pdf")}


def find(name: str) -> Document | None:
    if name == "bad.pdf":
        raise DocumentRefused("Die Datei „bad.pdf“ ist leer; bitte prüfen Sie sie.")
    return FILES.get(name)


def line(**cells: str) -> str:
    """Return the usual line with other cells."""
    values = dict(zip(HEADER.split(";"), LINE.split(";"), strict=True)) | cells
    return ";".join(values.values())


def as_csv(*rows: str, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """Return a list with its header; the rows are written with semicolons."""
    return "\r\n".join([HEADER, *rows]).replace(";", delimiter).encode(encoding)


def as_xlsx(*rows: str) -> bytes:
    """Return the same as a workbook: real dates and numbers, the personnel number as text."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet()
        day = workbook.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, HEADER.split(";"))
        for index, row in enumerate(rows, start=1):
            for column, cell in enumerate(row.split(";")):
                if column in {6, 7} and cell:
                    numbers = map(int, reversed(cell.split(".")))
                    sheet.write_datetime(index, column, date(*numbers), day)
                elif column == 8:
                    sheet.write_number(index, column, float(cell.replace(",", ".")))
                else:
                    sheet.write_string(index, column, cell)
    return content.getvalue()
