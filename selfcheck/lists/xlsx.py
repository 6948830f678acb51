"""XLSX: the first sheet, read by calamine after the guard has measured what it will read."""

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from selfcheck.lists.messages import ListRefused, damaged, quoted
from selfcheck.lists.sheet import Sheet
from selfcheck.lists.xlsx_extent import filled_sheets
from selfcheck.lists.xlsx_parts import packed, unpacked


def xlsx_sheet(content: bytes, source: str) -> Sheet:
    """Open the first sheet in the order of the workbook, hidden or not.

    Formulas count with the value that Excel stored last.
    """
    parts = unpacked(content, source)
    filled = filled_sheets(parts, source)
    try:
        workbook = CalamineWorkbook.from_filelike(packed(parts))
        sheets = [s for s in workbook.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
        if not sheets:
            raise ListRefused(f"{source} enthält keine Tabelle; bitte die Liste darin anlegen.")
        rows = workbook.get_sheet_by_name(sheets[0].name).iter_rows()
    except CalamineError as error:
        raise damaged(source) from error
    name = quoted(sheets[0].name)
    hidden = " (ausgeblendet)" if sheets[0].visible != SheetVisibleEnum.Visible else ""
    only_first = f"{source} hat mehrere Tabellenblätter; gelesen wird nur {name}{hidden}."
    return Sheet(f"{source}, Tabellenblatt {name},", rows, (only_first,) if filled > 1 else ())
