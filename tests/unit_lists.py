"""Lists of units as offices send them."""

from io import BytesIO

import xlsxwriter

HEADERS = ("Nummer", "Bezeichnung", "Kürzel", "Art", "Übergeordnet", "Berichtspflichtig")


def as_csv(*rows: str, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """Return a list with its header; the rows are written with semicolons."""
    lines = [";".join(HEADERS), *rows]
    return "\r\n".join(lines).replace(";", delimiter).encode(encoding)


def as_xlsx(*rows: str) -> bytes:
    """Return the same as a workbook, whole numbers as numbers like Excel keeps them."""
    content = BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        sheet = workbook.add_worksheet()
        for index, row in enumerate([";".join(HEADERS), *rows]):
            cells = row.split(";")
            sheet.write_row(index, 0, [int(one) if one.isdigit() else one for one in cells])
    return content.getvalue()
